"""A hook runs before every call of a tool: what a harmless one needs is loaded, and no more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = {"click", "pathlib", "typing_extensions", "hashlib", "json", "tempfile", "inspect"}
ANSWERS = """
import sys
from guardrail.system.loading import load_msgspec
load_msgspec()
from guardrail.agents.hooks.answer import answer, answer_at_once
question = sys.argv[1].encode()
reply = answer_at_once("claude-code", question) or answer("claude-code", question, None, {})
print(reply.code, *sys.modules)
"""


def loaded(command: str, directory: Path) -> set[str]:
    """Return the modules that are loaded after ``command`` was answered, and allowed."""
    call = {"tool_name": "Bash", "tool_input": {"command": command}, "cwd": str(directory)}
    done = subprocess.run(
        [sys.executable, "-c", ANSWERS, json.dumps(call)],
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = done.stdout.split()
    assert code == "0"
    return set(modules)


def test_a_plainly_harmless_line_loads_no_grammar(tmp_path: Path):
    modules = loaded("ls -la | head", tmp_path)
    assert modules & {*SLOW, "tree_sitter", "guardrail.agents.shell.reading"} == set()


@pytest.mark.parametrize("command", ["make test", "echo $(date) > out.txt"])
def test_a_line_that_is_read_loads_nothing_slow(command: str, tmp_path: Path):
    (tmp_path / "Makefile").write_text("test:\n\tpytest -q\n")
    modules = loaded(command, tmp_path)
    assert "guardrail.agents.shell.reading" in modules
    assert modules & SLOW == set()
