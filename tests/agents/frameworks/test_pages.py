"""What docs/agents/python.md and docs/agents/mcp.md show is there."""

import ast
import re
from pathlib import Path

import pytest
from mcp import Client

from guardrail.agents.mcp.server import make_server
from guardrail.agents.mcp.tools import Place

FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def pages(root: Path) -> dict[str, str]:
    return {
        name: (root / "docs" / "agents" / f"{name}.md").read_text() for name in ("python", "mcp")
    }


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_the_first_example_runs_and_the_others_are_python(pages, installed, root, mocker, capsys):
    first, *others = FENCE.findall(pages["python"])
    mocker.patch("guardrail.agents.guard.find_installation", return_value=installed.installation)
    sample = root / "sample_plans" / "destroys_an_environment"
    text = first.replace('"tfplan"', repr(str(sample / "plan.json"))).replace(
        '"stacks/shop"', repr(str(sample))
    )
    exec(text, {})
    assert "save the plan" in capsys.readouterr().out
    assert others
    for other in others:
        ast.parse(other)


def test_every_extra_and_every_guard_that_is_named_exists(pages, root):
    project = (root / "pyproject.toml").read_text()
    for extra in re.findall(r"tf-guardrail\[([\w-]+)\]", "".join(pages.values())):
        assert re.search(rf"^{extra} = \[", project, re.MULTILINE), extra
    code = "".join(f.read_text() for f in (root / "guardrail/agents/frameworks").glob("*.py"))
    for name in re.findall(r"\b(Guardrail(?!Error)\w+)", pages["python"]):
        assert f"class {name}" in code, name


@pytest.mark.anyio
async def test_every_tool_is_on_the_page_with_its_arguments(pages, installed, tmp_path: Path):
    place = Place(installation=installed.installation, root=tmp_path, env={})
    async with Client(make_server(place)) as client:
        tools = (await client.list_tools()).tools
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", pages["mcp"], re.MULTILINE))
    assert {tool.name: set(tool.input_schema["properties"]) for tool in tools} == {
        name: set(re.findall(r"`(\w+)`", arguments)) for name, arguments in rows.items()
    }
