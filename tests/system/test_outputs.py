"""Outputs go where the caller says, and never over the guardrail's own files."""

import os
import stat
from pathlib import Path

import pytest

from guardrail.errors import FileError
from guardrail.system.outputs import write_output


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "audit.jsonl").write_text("kept")
    return folder


def test_a_file_is_made_and_replaced_whole(tmp_path: Path, own: Path):
    out = tmp_path / "out"
    for data in (b"a long report", b"short"):
        write_output(out, data, own=[own])
        assert out.read_bytes() == data


def test_a_new_file_gets_the_mode_that_was_asked_for(tmp_path: Path, own: Path):
    write_output(tmp_path / "token", b"x", own=[own], mode=0o600)
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600


def test_a_pipe_is_written_to(tmp_path: Path, own: Path):
    reading, writing = os.pipe()
    write_output(Path(f"/dev/fd/{writing}"), b"told", own=[own])
    assert os.read(reading, 10) == b"told"
    os.close(reading)
    os.close(writing)


def test_a_report_cannot_replace_a_file_of_the_guardrail(tmp_path: Path, own: Path):
    (tmp_path / "link").symlink_to(own / "audit.jsonl")
    (tmp_path / "folder").symlink_to(own)
    (tmp_path / "dangling").symlink_to(own / "new")
    ways = ("state/audit.jsonl", "state/new", "link", "folder/audit.jsonl", "folder/new")
    for way in (*ways, "dangling", "x/../state/new", "state/../state/audit.jsonl"):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(FileError):
            write_output(tmp_path / way, b"gone", own=[own])
    assert [each.name for each in own.iterdir()] == ["audit.jsonl"]
    assert (own / "audit.jsonl").read_text() == "kept"


@pytest.mark.parametrize("way", ["missing/out", ".", "x\0y", "n" * 300])
def test_a_place_that_cannot_be_written_is_said(way: str, tmp_path: Path, own: Path):
    with pytest.raises(FileError):
        write_output(tmp_path / way, b"x", own=[own])
