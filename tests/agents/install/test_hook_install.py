"""What `guardrail hook install` writes: nothing is lost, twice is once, and undo is exact."""

import json
import os
import shlex
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installed import Installed

from guardrail.agents.hooks import EXECUTORS
from guardrail.agents.install.edit import make_edit, plan_edit
from guardrail.agents.install.executors import wiring
from guardrail.agents.install.wiring import Scope
from guardrail.errors import FileError, UsageError

BINARY = ("/opt/guardrail/bin/guardrail",)
WIRED = [
    (name, scope, found)
    for name in sorted(EXECUTORS)
    for scope in Scope
    if (found := wiring(name, scope, BINARY)) is not None
]
JSON_FILES = [each for each in WIRED if each[2].entries]
each_wiring = pytest.mark.parametrize(
    ("name", "scope", "wired"), WIRED, ids=[f"{name}-{scope}" for name, scope, _ in WIRED]
)


def install(name, wired, base: Path, *, undo: bool = False) -> str | None:
    edit = plan_edit(name, wired, base, undo=undo)
    make_edit(edit)
    return edit.after


@each_wiring
def test_doing_it_twice_changes_nothing_and_undoing_leaves_nothing(name, scope, wired, tmp_path):
    assert install(name, wired, tmp_path) == (tmp_path / wired.file).read_text()
    assert plan_edit(name, wired, tmp_path, undo=False).empty
    install(name, wired, tmp_path, undo=True)
    assert not (tmp_path / wired.file).exists()
    assert plan_edit(name, wired, tmp_path, undo=True).empty


@each_wiring
def test_the_program_is_named_with_its_absolute_path(name, scope, wired, tmp_path):
    written = install(name, wired, tmp_path)
    assert BINARY[0] in written
    assert "hook" in written


def test_every_executor_can_be_wired_in_a_project():
    wired = {name for name, scope, _ in WIRED if scope is Scope.PROJECT}
    assert wired == set(EXECUTORS) - {"generic"}


def others(name: str, wired) -> dict:
    """Return a document in which somebody else has hooks in the same places."""
    document: dict = {"theirs": {"deep": [1, 2.5, None, True, "é"]}, **wired.settings}
    for entry in wired.entries:
        here = document
        for key in entry.place[:-1]:
            here = here.setdefault(key, {})
        here[entry.place[-1]] = [{"command": "their-own hook other"}]
    return document


@pytest.mark.parametrize(
    ("name", "scope", "wired"), JSON_FILES, ids=[f"{n}-{s}" for n, s, _ in JSON_FILES]
)
def test_what_others_wrote_stays_and_comes_back_as_it_was(name, scope, wired, tmp_path):
    path = tmp_path / wired.file
    path.parent.mkdir(parents=True)
    before = json.dumps(others(name, wired), indent=4, ensure_ascii=False) + "\n"
    path.write_text(before)
    path.chmod(0o640)
    after = json.loads(install(name, wired, tmp_path))
    assert after["theirs"] == json.loads(before)["theirs"]
    for entry in wired.entries:
        here = after
        for key in entry.place:
            here = here[key]
        assert {"command": "their-own hook other"} in here
        assert dict(entry.value) in here
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    install(name, wired, tmp_path, undo=True)
    assert path.read_text() == before


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, min_size=1, max_size=3)
                | st.dictionaries(st.text(max_size=5), inner, min_size=1, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=4,
    ),
    st.sampled_from([None, 2, 4, "\t"]),
)
def test_any_document_comes_back(tmp_path_factory, document, indent):
    base = tmp_path_factory.mktemp("any")
    wired = wiring("claude-code", Scope.PROJECT, BINARY)
    path = base / wired.file
    path.parent.mkdir()
    before = json.dumps(document, indent=indent, ensure_ascii=False)
    path.write_text(before)
    install("claude-code", wired, base)
    install("claude-code", wired, base, undo=True)
    if document:
        assert path.read_text() == before


def test_an_older_entry_of_ours_is_replaced(tmp_path):
    old = wiring("claude-code", Scope.PROJECT, ("/old/guardrail",))
    new = wiring("claude-code", Scope.PROJECT, BINARY)
    install("claude-code", old, tmp_path)
    after = json.loads(install("claude-code", new, tmp_path))
    (group,) = after["hooks"]["PreToolUse"]
    assert group == dict(new.entries[0].value)


BROKEN = {
    "no JSON": "{,}",
    "comments": '{// why\n"hooks": {}}',
    "a list": "[]",
    "a key twice": '{"hooks": {}, "hooks": {"PreToolUse": []}}',
    "hooks elsewhere": '{"hooks": []}',
    "hooks of another kind": '{"hooks": {"PreToolUse": {}}}',
    "a number that would change": '{"a": 1.10}',
    "empty": "",
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_cannot_be_parsed_is_left_alone(name, tmp_path):
    wired = wiring("claude-code", Scope.PROJECT, BINARY)
    path = tmp_path / wired.file
    path.parent.mkdir()
    path.write_text(BROKEN[name])
    with pytest.raises(FileError):
        plan_edit("claude-code", wired, tmp_path, undo=False)
    assert path.read_text() == BROKEN[name]


@pytest.mark.parametrize("what", ["file", "folder", "dangling"])
def test_no_link_is_followed(what, tmp_path):
    wired = wiring("claude-code", Scope.PROJECT, BINARY)
    base, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    base.mkdir()
    elsewhere.mkdir()
    (elsewhere / "settings.json").write_text("{}")
    path = base / wired.file
    if what == "folder":
        path.parent.symlink_to(elsewhere)
    else:
        path.parent.mkdir()
        path.symlink_to(elsewhere / ("settings.json" if what == "file" else "missing"))
    with pytest.raises(FileError, match="symbolic link"):
        plan_edit("claude-code", wired, base, undo=False)
    assert (elsewhere / "settings.json").read_text() == "{}"
    assert not (elsewhere / "missing").exists()


def test_a_file_that_changed_since_it_was_shown_is_not_written(tmp_path):
    wired = wiring("claude-code", Scope.PROJECT, BINARY)
    edit = plan_edit("claude-code", wired, tmp_path, undo=False)
    (tmp_path / ".claude").mkdir()
    (tmp_path / wired.file).write_text('{"a": 1}')
    with pytest.raises(FileError, match="changed meanwhile"):
        make_edit(edit)
    assert (tmp_path / wired.file).read_text() == '{"a": 1}'


def test_a_setting_that_contradicts_is_not_overruled(tmp_path):
    wired = wiring("claude-code", Scope.MANAGED, BINARY)
    path = tmp_path / wired.file
    path.parent.mkdir(parents=True)
    path.write_text('{"allowManagedHooksOnly": false}')
    with pytest.raises(UsageError, match="allowManagedHooksOnly"):
        plan_edit("claude-code", wired, tmp_path, undo=False)


@pytest.mark.parametrize("name", ["cline", "opencode"])
def test_a_program_of_somebody_elses_stays(name, tmp_path):
    wired = wiring(name, Scope.PROJECT, BINARY)
    path = tmp_path / wired.file
    path.parent.mkdir(parents=True)
    path.write_text("theirs")
    with pytest.raises(FileError, match="somebody else"):
        plan_edit(name, wired, tmp_path, undo=False)
    assert plan_edit(name, wired, tmp_path, undo=True).empty


def test_codexs_requirements_keep_every_byte(tmp_path):
    wired = wiring("codex", Scope.MANAGED, BINARY)
    path = tmp_path / wired.file
    path.parent.mkdir(parents=True)
    before = '# ours\nallowed_approval_policies = ["untrusted"] # strict\n'
    path.write_text(before)
    written = tomllib.loads(install("codex", wired, tmp_path))
    assert written["allow_managed_hooks_only"] is True
    assert written["features"]["hooks"] is True
    (group,) = written["hooks"]["PreToolUse"]
    assert "/guardrail hook codex || " in group["hooks"][0]["command"]
    assert written["allowed_approval_policies"] == ["untrusted"]
    assert plan_edit("codex", wired, tmp_path, undo=False).empty
    install("codex", wired, tmp_path, undo=True)
    assert path.read_text() == before
    path.write_text("[features]\nhooks = false\n")
    with pytest.raises(FileError):
        plan_edit("codex", wired, tmp_path, undo=False)


@pytest.mark.parametrize("ends", ["exit 1", "exit 2", "kill -9 $$", "rm -f $0; exec $0"])
@pytest.mark.parametrize("scope", Scope)
def test_codex_hears_words_however_the_hook_ends(scope: Scope, ends: str, tmp_path: Path):
    program = tmp_path / "guardrail"
    program.write_text(f"#!/bin/sh\n{ends}\n")
    program.chmod(0o755)
    wired = wiring("codex", scope, (str(program),))
    if wired.toml is None:
        command = wired.entries[0].value["hooks"][0]["command"]
    else:
        written = tomllib.loads(wired.toml[1])
        command = written["hooks"]["PreToolUse"][0]["hooks"][0]["command"]
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"guardrail: nothing was run" in done.stderr
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_machines_claude_code_runs_no_commands_beside_its_hooks(tmp_path: Path):
    written = json.loads(
        install("claude-code", wiring("claude-code", Scope.MANAGED, BINARY), tmp_path)
    )
    assert written["allowManagedHooksOnly"] is True
    assert written["disableSkillShellExecution"] is True


# -- the command ----------------------------------------------------------------------------


@pytest.fixture
def installed(tmp_path: Path, monkeypatch) -> Installed:
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    return Installed(tmp_path / "guardrail")


def test_the_change_is_shown_before_it_is_asked_for(installed: Installed):
    asked = installed.run("hook", "install", "claude-code", stdin=b"n\n")
    assert asked.code == 4
    assert '+            "onFailure": "block"' in asked.out
    assert not Path(".claude").exists()
    done = installed.run("hook", "install", "claude-code", stdin=b"y\n")
    assert done.code == 0, done.err
    assert json.loads(Path(".claude/settings.json").read_text())["hooks"]["PreToolUse"]
    assert installed.run("hook", "install", "claude-code", "--yes").out == "nothing to do\n"
    undone = installed.run("hook", "install", "claude-code", "--undo", "--yes")
    assert undone.out.endswith("deleted: " + str(Path.cwd() / ".claude/settings.json") + "\n")
    assert not Path(".claude/settings.json").exists()


def test_the_users_own_configuration_lies_in_the_home_of_the_password_database(
    installed: Installed,
):
    done = installed.run("hook", "install", "cursor", "--user", "--yes")
    assert done.code == 0, done.err
    assert (installed.installation.home / ".cursor/hooks.json").is_file()
    assert not Path(".cursor").exists()


@pytest.mark.parametrize("name", ["claude-code", "cursor", "copilot-cli", "kiro", "q"])
@pytest.mark.parametrize(
    "before", ["{}", '{"theirs": 1}', '{"hooks": {}, "theirs": 1}', '{"version": 1, "hooks": {}}']
)
def test_undoing_takes_away_what_was_added_and_no_key_more(name, before, installed: Installed):
    wired = wiring(name, Scope.PROJECT, BINARY)
    if name == "kiro":
        before = before.replace("1", '"v1"').replace("{}, ", "[], ").replace(": {}}", ": []}")
    path = Path(wired.file)
    path.parent.mkdir(parents=True)
    path.write_text(before)
    for _ in range(2):
        assert installed.run("hook", "install", name, "--yes").code == 0
    assert path.read_text() != before
    assert installed.run("hook", "install", name, "--undo", "--yes").code == 0
    assert path.read_text() == before


@pytest.mark.parametrize(("name", "scope"), [("generic", "project"), ("opencode", "managed")])
def test_a_place_that_there_is_not_is_a_usage_error(name, scope, installed: Installed):
    told = installed.run("hook", "install", name, f"--{scope}", "--yes")
    assert told.code == 2
    assert f"docs/agents/{name}.md" in told.err


def test_clines_program_says_no_where_the_guardrail_is_gone(tmp_path):
    for binary, cancelled in (("/nonexistent/guardrail", True), ("/bin/false", True)):
        wired = wiring("cline", Scope.PROJECT, (binary,))
        install("cline", wired, tmp_path)
        done = subprocess.run(
            [tmp_path / wired.file], input=b"{}", capture_output=True, check=False
        )
        assert json.loads(done.stdout)["cancel"] is cancelled
        install("cline", wired, tmp_path, undo=True)


def test_clines_program_repeats_what_the_guardrail_says(tmp_path):
    wired = wiring("cline", Scope.PROJECT, ("/bin/echo", '{"cancel":false}'))
    install("cline", wired, tmp_path)
    done = subprocess.run([tmp_path / wired.file], capture_output=True, check=False)
    assert done.stdout == b'{"cancel":false} hook cline\n'


def test_a_missing_program_blocks_where_a_shell_can_say_so(tmp_path):
    for name in ("claude-code", "codex", "gemini-cli", "kiro", "windsurf"):
        wired = wiring(name, Scope.PROJECT, ("/nonexistent/guardrail",))
        line = next(_lines(dict(wired.entries[0].value)))
        done = subprocess.run(["sh", "-c", line], input=b"", capture_output=True, check=False)
        assert done.returncode == 2, name
        assert done.stderr, name


def _lines(value):
    for key, inner in value.items():
        if key == "command":
            yield inner
        elif isinstance(inner, dict):
            yield from _lines(inner)
        elif isinstance(inner, list):
            for each in inner:
                yield from _lines(each)


def test_a_path_with_spaces_stays_one_word():
    wired = wiring("cursor", Scope.PROJECT, ("/my tools/guardrail",))
    command = wired.entries[0].value["command"]
    assert shlex.split(command) == ["/my tools/guardrail", "hook", "cursor"]
    assert os.path.isabs(shlex.split(command)[0])
