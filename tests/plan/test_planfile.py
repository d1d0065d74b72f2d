import contextlib
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.canonical import sha256_hex
from guardrail.errors import MalformedPlanError, PlanError, UnsupportedPlanError
from guardrail.plan import archive, planfile
from guardrail.plan.mark import is_saved_plan
from guardrail.plan.model import Action, Mode, Provisioner, Saved
from guardrail.plan.planfile import read_saved

STATE = {"version": 4, "lineage": "l-1", "serial": 7, "resources": []}
MODULES = [{"Key": "", "Dir": "."}, {"Key": "a.b", "Source": "./b", "Dir": "b"}]


def varint(number):
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def field(number, value):
    """Return one protobuf field: a number, a text, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def change(address, action, deposed=""):
    data = field(13, address) + field(8, "provider") + field(9, field(1, action))
    return field(3, data + (field(7, deposed) if deposed else b""))


def message(*fields, version=3):
    config = field(2, field(1, b"\x81\xa4path\xc0"))
    backend = field(1, "local") + config + field(3, "default")
    return b"".join((field(1, version), field(14, "1.11.4"), field(13, backend), *fields))


@pytest.fixture
def saved(monkeypatch):
    """Return a reader of a saved plan with the files given; the zip around it is tested elsewhere."""

    def read(plan=None, **files):
        content = {
            "tfplan": message() if plan is None else plan,
            "tfstate": json.dumps(STATE, indent=2).encode(),
            "tfconfig/modules.json": json.dumps(MODULES).encode(),
        } | {name.replace("__", "/"): value for name, value in files.items()}
        monkeypatch.setattr(planfile, "read_archive", lambda _: content)
        return read_saved(b"")

    return read


def test_a_real_saved_plan_is_read_whole(scenario_file):
    plan = read_saved(scenario_file("aws_deposed"))
    assert plan.mode is Mode.NORMAL
    assert plan.terraform_version == "1.11.4"
    assert (plan.workspace, plan.backend) == ("default", "local")
    assert (plan.lineage, plan.serial) == ("c7c758c3-e4cd-5048-c85d-4439c66a047c", 3)
    assert plan.actions == {
        ("aws_instance.web", ""): {Action.NO_OP},
        ("aws_instance.web", "527494d0"): {Action.DELETE},
    }
    assert (plan.errored, plan.complete, plan.applyable) == (False, True, True)
    with zipfile.ZipFile(io.BytesIO(scenario_file("aws_deposed"))) as standard:
        assert plan.lockfile_sha256 == sha256_hex(standard.read(".terraform.lock.hcl"))


def test_what_only_the_file_tells_is_told(scenario_file):
    assert read_saved(scenario_file("td_destroy_all")).mode is Mode.DESTROY
    assert read_saved(scenario_file("aws_drift_refresh_only")).mode is Mode.REFRESH_ONLY
    assert read_saved(scenario_file("td_target")).targets == ("terraform_data.a",)
    invoked = read_saved(scenario_file("aws_action_invoke_only_115"))
    assert invoked.targets == ("action.aws_lambda_invoke.wipe",)
    assert invoked.invocations == 1
    stopped = read_saved(scenario_file("td_prevent_destroy_stops"))
    assert stopped.errored
    assert stopped.configured.prevent_destroy == ("terraform_data.a",)
    assert read_saved(scenario_file("aws_drift_refresh_only")).drift == 6


def test_a_zip_is_a_saved_plan_and_json_is_not(scenario_file, scenario_plan):
    assert is_saved_plan(scenario_file("td_create"))
    assert is_saved_plan(scenario_plan("td_create") + scenario_file("td_create"))
    assert not is_saved_plan(scenario_plan("td_create"))


def test_a_first_plan_has_no_lineage_and_no_lock_file_is_none(saved):
    plan = saved(tfstate=b'{"version":4,"lineage":"","serial":0}')
    assert (plan.lineage, plan.serial, plan.lockfile_sha256) == ("", 0, None)


@pytest.mark.parametrize(
    ("number", "actions"),
    [
        (0, "no-op"),
        (1, "create"),
        (2, "read"),
        (3, "update"),
        (5, "delete"),
        (6, "delete create"),
        (7, "create delete"),
        (8, "forget"),
        (9, "create forget"),
    ],
)
def test_every_action_number_is_known(saved, number, actions):
    found = saved(message(change("a.b", number))).actions
    assert found == {("a.b", ""): frozenset(map(Action, actions.split()))}


@pytest.mark.parametrize("number", [4, 10, 255])
def test_an_unknown_action_number_is_refused(saved, number):
    with pytest.raises(UnsupportedPlanError, match="action"):
        saved(message(change("a.b", number)))


def test_an_unknown_mode_or_version_is_refused(saved):
    with pytest.raises(UnsupportedPlanError, match="mode"):
        saved(message(field(17, 3)))
    with pytest.raises(UnsupportedPlanError, match="version 3, got 4"):
        saved(message(version=4))


def test_a_field_that_may_carry_an_effect_is_refused(saved):
    unknown = field(13, "a.b") + field(9, field(1, 1)) + field(15, "x")
    for more in (field(33, b"x"), field(29, b"x"), field(3, unknown)):
        with pytest.raises(UnsupportedPlanError, match="field"):
            saved(message(more))


def test_one_object_with_two_changes_is_refused(saved):
    with pytest.raises(MalformedPlanError, match="got two"):
        saved(message(change("a.b", 5), change("a.b", 0)))
    assert len(saved(message(change("a.b", 5), change("a.b", 5, deposed="1"))).actions) == 2


def test_targets_excludes_and_replacements_are_told_apart(saved):
    plan = saved(
        message(field(5, "a.b"), field(6, "c.d"), field(16, "e.f"), field(32, "action.g.h"))
    )
    assert plan.targets == ("a.b", "action.g.h")
    assert plan.excludes == ("c.d",)
    assert plan.replacements == ("e.f",)


def test_the_digest_of_the_backend_covers_its_configuration(saved):
    first = saved()
    other = saved(message().replace(b"path", b"pith"))
    assert first.backend_sha256 != other.backend_sha256
    assert first.backend == other.backend == "local"


def test_provisioners_of_removed_blocks_are_found_in_every_module(saved):
    text = b'removed {\n  from = x.y\n  provisioner "local-exec" {\n    when = destroy\n  }\n}\n'
    plan = saved(**{"tfconfig/m-a.b/main.tf": text})
    expected = Provisioner(resource="module.a.module.b.x.y", type="local-exec")
    assert plan.configured.removed_provisioners == (expected,)


def test_files_of_a_module_that_is_not_listed_are_refused(saved):
    with pytest.raises(MalformedPlanError, match="listed modules"):
        saved(**{"tfconfig/m-other/main.tf": b""})


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"{}",
        b"[]",
        b'{"version":4,"lineage":"x","serial":1,"serial":2}',
        b'{"version":4,"lineage":"x","serial":"1"}',
        b'{"version":4,"lineage":null,"serial":1}',
        b'{"version":4,"lineage":"x","serial":1}x',
        b"\xff",
    ],
)
def test_a_state_that_is_not_exact_is_refused(saved, state):
    with pytest.raises(MalformedPlanError):
        saved(tfstate=state)


def test_a_state_of_another_version_is_refused(saved):
    with pytest.raises(UnsupportedPlanError, match="version 4"):
        saved(tfstate=b'{"version":5,"lineage":"x","serial":1}')


@pytest.mark.parametrize("modules", [b"", b"{}", b"[1]", b'[{"Key":1}]', b'[{"Key":"","Key":""}]'])
def test_a_module_manifest_that_is_not_exact_is_refused(saved, modules):
    with pytest.raises(MalformedPlanError):
        saved(tfconfig__modules=b"", **{"tfconfig/modules.json": modules})


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_flipped_bit_changes_what_a_saved_plan_says(data, scenario_file):
    whole = scenario_file("aws_deposed")
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        found = read_saved(bytes(flipped))
    except PlanError:
        return
    assert found == read_saved(whole)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_message_behind_a_right_checksum_raises_nothing_else(data, scenario_file):
    files = dict(archive.read_archive(memoryview(scenario_file("td_module_removed"))))
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planfile, "read_archive", lambda _: files | {name: bytes(content)})
        with contextlib.suppress(PlanError):
            assert isinstance(read_saved(b""), Saved)


def test_a_forged_second_plan_that_go_would_read_first_is_refused(scenario_file):
    whole = scenario_file("td_create")
    with zipfile.ZipFile(io.BytesIO(whole)) as standard:
        entries = [(info.filename, standard.read(info)) for info in standard.infolist()]
    forged = io.BytesIO()
    with zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as archive_:
        for name, content in entries:
            archive_.writestr(name, content)
    with pytest.raises(PlanError):
        read_saved(forged.getvalue())
