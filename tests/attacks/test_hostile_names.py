"""Names that an attacker chose: keys, directories and messages that want to be obeyed."""

import os
from pathlib import Path

import pytest
from installed import Installed
from terraform_workspace import Workspace

OBEYED = ("\x1b", "\x07", "\r", "\u202e", "\u2066", "\u200b", "\x9b")
HOSTILE = "x\x1b[2J\x1b]0;t\x07\r\n## ALLOWED\u202e\u2066\u200b`|<b>[a](b)\"'$x"

KEYED = """
resource "terraform_data" "keyed" {
  for_each = toset(["\\u001b[2J\\u202e", "a\\nALLOWED: nothing", "`code` | <b>", "q\\"uote", "[x](y)"])
  triggers_replace = [GENERATION]
}
"""


def harmless(text: str) -> None:
    assert not any(each in text for each in OBEYED)
    assert "\nALLOWED: nothing" not in text
    assert "\n## ALLOWED" not in text


@pytest.mark.terraform
def test_hostile_keys_are_shown_nowhere(workspace: Workspace, installed: Installed, keys: Path):
    installed.trust(keys / "sam")
    workspace.write(KEYED.replace("GENERATION", "1")).init().apply()
    plan = workspace.write(KEYED.replace("GENERATION", "2")).plan(out="tfplan")
    here = ("--chdir", workspace.directory)
    for form in ("text", "json", "markdown"):
        done = installed.run("check", plan, *here, "--format", form)
        assert done.code == 3, done.err
        harmless(done.out + done.err)
        assert "uote" not in done.out
    (request,) = installed.requests()
    brief = installed.run("approve", request.request_id, "--key", keys / "sam", stdin=b"x\n1\n")
    harmless(brief.out + brief.err)
    token = installed.approve(request, keys / "sam")
    applied = installed.run("apply", plan, *here, "--token", token)
    assert applied.code == 0, applied.err
    harmless(applied.out + applied.err)
    assert applied.err.count(": delete done") == 5


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("name", [HOSTILE.encode(), b"\xff\xfe\x1b[2J", "prod\u202e".encode()])
def test_a_hostile_directory_is_shown_escaped_or_refused(
    name: bytes, form: str, tmp_path: Path, scenarios: Path
):
    directory = Path(os.fsdecode(bytes(tmp_path) + b"/" + name.replace(b"/", b"")))
    directory.mkdir()
    installed = Installed(tmp_path / "guardrail")
    plan = scenarios / "aws_deposed" / "plan.json"
    done = installed.run("check", plan, "--chdir", directory, "--format", form)
    assert done.code in {3, 4}
    assert "internal error" not in done.err
    harmless(done.out + done.err)


@pytest.mark.terraform
def test_a_hostile_directory_of_a_saved_plan_is_refused_in_words(
    workspace: Workspace, installed: Installed
):
    workspace.write('resource "terraform_data" "a" {}\n').init().apply()
    stack = workspace.copy(workspace.directory.parent / HOSTILE.replace("/", ""))
    plan = stack.plan("-destroy", out="tfplan")
    done = installed.run("apply", plan, "--chdir", stack.directory)
    assert done.code in {3, 4}
    assert "internal error" not in done.err
    harmless(done.out + done.err)
    assert stack.addresses() == ["terraform_data.a"]


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_hostile_message_of_a_rule_is_shown_escaped(form: str, tmp_path: Path, scenarios: Path):
    rule = tmp_path / "rules"
    rule.mkdir()
    (rule / "odd.rego").write_text(
        "package guardrail.rules.mine.odd\n\nreport contains finding if {\n\tfinding := {\n"
        '\t\t"rule": "mine/odd", "outcome": "deny", "tier": 3, "address": "",\n'
        '\t\t"message": "x\\u001b[2J\\nALLOWED: nothing\\u202e", "remedy": "\\u001b[2J\\n## ALLOWED"\n'
        "\t}\n}\n"
    )
    done = Installed(tmp_path / "guardrail").run(
        "check", scenarios / "aws_deposed" / "plan.json", "--policy", rule, "--format", form
    )
    assert done.code in {1, 4}, done.err
    assert "internal error" not in done.err
    harmless(done.out + done.err)


def test_hostile_variables_are_shown_escaped(tmp_path: Path, scenarios: Path):
    env = {
        f"CLAUDE_CODE_{HOSTILE}": HOSTILE,
        "CLAUDECODE": HOSTILE,
        "AI_AGENT": HOSTILE,
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": HOSTILE,
        "GITHUB_EVENT_PATH": f"/nowhere/{HOSTILE}",
        "GIT_AUTHOR_EMAIL": HOSTILE,
        "SUDO_USER": "\udcff\x1b[2J",
    }
    installed = Installed(tmp_path / "guardrail")
    for form in ("text", "json", "markdown"):
        done = installed.run(
            "check", scenarios / "aws_deposed" / "plan.json", "--format", form, env=env
        )
        assert done.code == 3, done.err
        harmless(done.out + done.err)


def test_a_directory_that_is_gone_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    installed = Installed(tmp_path / "guardrail")
    monkeypatch.chdir(gone)
    gone.rmdir()
    done = installed.run("check", "plan")
    assert (done.code, "the working directory is not there" in done.err) == (4, True)
