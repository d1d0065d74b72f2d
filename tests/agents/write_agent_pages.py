"""
Write what `guardrail hook install` would write into the pages of docs/agents.

    .venv/bin/python tests/agents/write_agent_pages.py
"""

import re
import tempfile
from pathlib import Path

from guardrail.agents.install.edit import plan_edit
from guardrail.agents.install.executors import wiring
from guardrail.agents.install.wiring import Scope

PAGES = Path(__file__).parents[2] / "docs" / "agents"
BINARY = ("/usr/local/bin/guardrail",)
BLOCK = re.compile(r"(<!-- begin:(\w+) -->\n).*?(<!-- end:\2 -->)", re.DOTALL)
LANGUAGES = {".json": "json", ".toml": "text", ".ts": "ts", "": "bash"}


def block(name: str, scope: str) -> str:
    """Return the file that is written for `name` in `scope`, as Markdown."""
    wired = wiring(name, Scope(scope), BINARY)
    assert wired is not None, f"{name} has no configuration for {scope}"
    with tempfile.TemporaryDirectory() as base:
        after = plan_edit(name, wired, Path(base), undo=False).after
    top = {"project": "", "user": "~/", "managed": "/"}[scope]
    language = LANGUAGES[Path(wired.file).suffix]
    return f"`{top}{wired.file}`:\n\n```{language}\n{after}```\n"


def filled(name: str, text: str) -> str:
    """Return the page of the executor `name` with its blocks as they should be."""
    return BLOCK.sub(lambda found: found[1] + block(name, found[2]) + found[3], text)


if __name__ == "__main__":
    for page in PAGES.glob("*.md"):
        if page.stem != "README":
            page.write_text(filled(page.stem, page.read_text()))
