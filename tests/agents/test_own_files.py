"""One list of places says what no agent may write, for tools and for lines of a shell alike."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrail.agents.hooks import EXECUTORS
from guardrail.agents.hooks.protocol import asked
from guardrail.agents.install.executors import wiring
from guardrail.agents.install.wiring import Scope
from guardrail.agents.own_files import decides, guards, holds_deciding
from guardrail.agents.shell.reading import Answer, read_command

WIRED = sorted(
    {
        wired.file
        for name in EXECUTORS
        for scope in Scope
        if (wired := wiring(name, scope, ("/usr/bin/guardrail",))) is not None
    }
)
COMMANDS = ["rm {}", "mv {} x", "cp x {}", "echo > {}", "sed -i d {}", "tee {} < x", "ln -sf x {}",
            "truncate -s0 {}", "git rm {}", "git checkout HEAD~1 -- {}", "install x {}",
            "curl -o {} https://x.example", "chmod 0 {}",
            "python3 -c 'open(\"{}\", \"w\")'"]  # fmt: skip


def places() -> list[str]:
    """Where ``hook install`` writes, as it would be named from a project, a home or the root."""
    return [f"/{each}" if each.startswith("etc/") else each for each in WIRED]


@pytest.mark.parametrize("place", places())
def test_whatever_an_installation_writes_no_agent_may(place: str, tmp_path: Path):
    assert guards(place, str(tmp_path), ())
    for command in COMMANDS:
        assert read_command(command.format(place)).answer is Answer.INFRASTRUCTURE, command


@pytest.mark.parametrize("place", places())
def test_whatever_an_installation_writes_may_be_read(place: str):
    for command in ("cat {}", "jq . {}", "ls -l {}", "git diff {}", "git add {}", "cp {} /tmp/x"):
        assert read_command(command.format(place)).answer is Answer.HARMLESS, command


@pytest.mark.parametrize("place", ["settings.json", "hooks.json", "config.toml"])
@pytest.mark.parametrize("folder", [".claude", "~/.claude", "$HOME/.cursor", ".codex"])
def test_a_place_is_known_from_the_folder_it_is_in(folder: str, place: str):
    if decides(f"{folder}/{place}"):
        reading = read_command(f"cd {folder} && rm {place}")
        assert reading.answer is Answer.INFRASTRUCTURE


@pytest.mark.parametrize(
    "pattern",
    [".claude/*", ".cl*/settings.json", ".claude/settings*", ".cursor/h*", "guardrail.t*", ".cl*"],
)
def test_a_pattern_that_could_name_one_counts(pattern: str):
    assert decides(pattern) or holds_deciding(pattern)


@pytest.mark.parametrize("pattern", ["*", "*.json", "*.toml", "src/*", "*/*", "?", "[ab]", "*.tf"])
def test_a_pattern_of_every_day_names_none(pattern: str):
    assert not decides(pattern)
    assert not holds_deciding(pattern)


@pytest.mark.parametrize(
    "arguments",
    [
        {"source": ".claude/settings.json", "destination": "x"},
        {"source": "x", "destination": ".claude/settings.json"},
        {"edits": [{"file_path": "a.py"}, {"file_path": ".cursor/hooks.json"}]},
        {"files": [{"path": "guardrail.toml"}]},
        {"uri": "file://.codex/config.toml"},
        {"from": ".kiro/hooks/guardrail.json", "to": "y"},
    ],
)
def test_every_name_for_a_path_is_looked_at(arguments: dict, tmp_path: Path):
    call = asked("x", "mcp__files__move_or_edit", arguments, directory=str(tmp_path), session="")
    assert any(guards(file, str(tmp_path), ()) for file in call.files)


@given(st.text(max_size=60))
def test_any_text_is_a_place_or_none(text: str):
    assert decides(text) in {True, False}
    assert holds_deciding(text) in {True, False}
