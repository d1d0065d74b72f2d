"""The zip reader accepts what Terraform writes and nothing that two readers could read differently."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.errors import MalformedPlanError, PlanError, PlanTooLargeError, UnsupportedPlanError
from guardrail.plan import archive
from guardrail.plan.archive import read_archive
from guardrail.plan.mark import is_saved_plan

EXTRA = b"UT\x05\x00\x01\x42\x0b\x04\x6b"
FILES = {
    "tfplan": b"plan",
    "tfstate": b"{}",
    "tfstate-prev": b"{}",
    "tfconfig/m-/main.tf": b"# nothing\n" * 40,
    "tfconfig/modules.json": b"[]",
    ".terraform.lock.hcl": b"# lock\n",
}


class Zip:
    """Writes zips byte by byte as Go does, with any part replaced by something else."""

    def __init__(self, **parts):
        self.parts = parts
        self.body = bytearray()
        self.directory = bytearray()
        self.count = 0

    def add(self, name, content, **parts):
        given = self.parts | parts
        raw = name if isinstance(name, bytes) else name.encode()
        packer = zlib.compressobj(wbits=-15)
        packed = given.get("packed", packer.compress(content) + packer.flush())
        crc, extra = zlib.crc32(content), given.get("extra", EXTRA)
        sizes = (given.get("crc", crc), len(packed), given.get("size", len(content)))
        flags, method = given.get("flags", 8), given.get("method", 8)
        offset = len(self.body)
        local = (20, given.get("local_flags", flags), method, 1, 2, *given.get("local", (0, 0, 0)))
        local_name = given.get("local_name", raw)
        self.body += struct.pack("<4s5H3L2H", b"PK\x03\x04", *local, len(local_name), len(extra))
        self.body += local_name + extra + packed
        self.body += given.get("descriptor", struct.pack("<4s3L", b"PK\x07\x08", *sizes))
        self.body += given.get("gap", b"")
        comment = given.get("comment", b"")
        header = (given.get("creator", 20), 20, flags, method, 1, 2, *sizes, len(raw), len(extra))
        attributes = (len(comment), 0, 0, given.get("external", 0), given.get("offset", offset))
        magic = given.get("magic", b"PK\x01\x02")
        self.directory += struct.pack("<4s6H3L5H2L", magic, *header, *attributes)
        self.directory += raw + extra + comment
        self.count += 1
        return self

    def bytes(self, *, prefix=b"", before_end=b"", comment=b"", count=None, disk=0, size=None):
        start = len(self.body) + len(prefix)
        length = len(self.directory) if size is None else size
        count = self.count if count is None else count
        end = (disk, 0, count, count, length, start, len(comment))
        return (
            prefix + self.body + self.directory + before_end
            + struct.pack("<4s4H2LH", b"PK\x05\x06", *end) + comment
        )  # fmt: skip


def build(files=FILES, **parts):
    made = Zip()
    for name, content in files.items():
        made.add(name, content, **(parts if name == "tfstate" else {}))
    return made


def read(data):
    return read_archive(memoryview(data))


def test_the_tests_write_zips_as_they_should_be():
    assert read(build().bytes()) == FILES
    with zipfile.ZipFile(io.BytesIO(build().bytes())) as standard:
        assert {name: standard.read(name) for name in standard.namelist()} == FILES


def test_a_zip_that_terraform_wrote_is_read_like_another_reader_reads_it(scenarios):
    for path in sorted(scenarios.glob("*/p.tfplan")):
        with zipfile.ZipFile(path) as standard:
            expected = {name: standard.read(name) for name in standard.namelist()}
        assert read(path.read_bytes()) == expected


def test_a_name_beyond_ascii_is_read():
    files = FILES | {"tfconfig/m-été.b/größe.tf": b"x"}
    made = Zip()
    for name, content in files.items():
        made.add(name, content, flags=8 if name.isascii() else 0x808)
    assert read(made.bytes()) == files


@pytest.mark.parametrize(
    "name",
    [
        "tfconfig/m-/a.tf.json",
        "tfconfig/m-a.b/b.tofu",
        "tfconfig/m-/c.tofu.json",
    ],
)
def test_every_kind_of_configuration_file_is_known(name):
    assert name in read(build(FILES | {name: b""}).bytes())


@pytest.mark.parametrize(
    "name",
    [
        "evil.sh",
        "TFPLAN",
        "tfplan/",
        "tfplan\x00",
        "../tfplan",
        "/tfplan",
        "tfconfig/m-/../x.tf",
        "tfconfig/m-/a/b.tf",
        "tfconfig/m-/x.py",
        "tfconfig/m-\\x.tf",
        "tfconfig/m-main.tf",
        "tfconfig/",
        "",
    ],
)
def test_a_file_that_is_no_part_of_a_plan_is_refused(name):
    with pytest.raises(UnsupportedPlanError, match="another file"):
        read(build(FILES | {name: b"x"}).bytes())


@pytest.mark.parametrize("name", ["tfplan", "tfstate", "tfconfig/modules.json"])
def test_an_archive_without_a_part_of_a_plan_is_refused(name):
    with pytest.raises(MalformedPlanError, match="without"):
        read(build({key: value for key, value in FILES.items() if key != name}).bytes())


@pytest.mark.parametrize("name", FILES)
def test_two_entries_of_one_name_are_refused(name):
    made = build()
    made.add(name, b"another")
    with pytest.raises(MalformedPlanError, match="one name twice"):
        read(made.bytes())


def test_bytes_before_after_and_between_are_refused():
    whole = build()
    for data in (
        whole.bytes(prefix=b"{}"),
        b"{}" + whole.bytes(),
        whole.bytes() + b"\n",
        whole.bytes(comment=b"hello"),
        whole.bytes(before_end=b"x"),
        build(gap=b"x").bytes(),
        whole.bytes() + whole.bytes(),
        whole.bytes(count=5),
        whole.bytes(count=7),
        whole.bytes(disk=1),
        whole.bytes(size=len(whole.directory) - 1),
    ):
        with pytest.raises(MalformedPlanError):
            read(data)


def test_a_gap_before_the_directory_is_refused():
    made = Zip()
    for name, content in FILES.items():
        made.add(name, content, gap=b"x" if name == ".terraform.lock.hcl" else b"")
    with pytest.raises(MalformedPlanError, match="last entry"):
        read(made.bytes())


@pytest.mark.parametrize(
    "parts",
    [
        {"flags": 9},
        {"flags": 0},
        {"flags": 0x2008},
        {"method": 0},
        {"method": 12},
        {"creator": 0x314},
        {"external": 0xA1ED0000},
        {"external": 0x10},
        {"comment": b"x"},
        {"extra": b""},
        {"extra": EXTRA + b"\x01\x00\x00\x00"},
        {"extra": b"\x01\x00\x05\x00\x01\x00\x00\x00\x00"},
        {"local_name": b"tfplan!"},
        {"local_name": b"tfplan"},
        {"local_flags": 0},
        {"local": (1, 2, 3)},
        {"descriptor": b""},
        {"descriptor": struct.pack("<4s3L", b"PK\x07\x08", 1, 2, 3)},
        {"crc": 1},
        {"size": 1},
        {"size": 3},
        {"offset": 1},
        {"magic": b"PK\x01\x03"},
        {"packed": b"\x00"},
        {"packed": zlib.compress(b"{}")[2:-4] + b"trailing"},
        {"packed": b"\x03\x00"},
        {"packed": b"\x07"},
    ],
)
def test_an_entry_that_go_would_not_write_is_refused(parts):
    with pytest.raises(MalformedPlanError):
        read(build(**parts).bytes())


def test_a_name_that_is_no_text_is_refused():
    with pytest.raises(MalformedPlanError):
        read(build().add(b"\xff.tf", b"").bytes())


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch):
    with pytest.raises(MalformedPlanError, match="impossible"):
        read(build(size=1 << 30).bytes())
    monkeypatch.setattr(archive, "MAX_INFLATED", 10)
    with pytest.raises(PlanTooLargeError):
        read(build().bytes())


def test_an_archive_cut_off_at_any_byte_is_refused():
    data = build().bytes()
    for end in range(len(data)):
        with pytest.raises(PlanError):
            read(data[:end])


def test_a_zip_is_told_by_its_start_and_by_its_end():
    data = build().bytes()
    for zipped in (data, b'{"a":1}' + data, data + b"x", b"PK"):
        assert is_saved_plan(memoryview(zipped))
    for other in (b"", b'{"a":"PK"}', b"P", b"terraform"):
        assert not is_saved_plan(memoryview(other))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_flipped_bit_is_read_as_the_same_files_changed(data):
    whole = build().bytes()
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        found = read(bytes(flipped))
    except PlanError:
        return
    assert found == FILES


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_else(data):
    for junk in (data, b"PK\x03\x04" + data, data + build().bytes()[-22:]):
        with pytest.raises(PlanError):
            read(junk)
