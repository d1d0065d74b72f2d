"""What docs/agents/python.md and docs/agents/mcp.md show is there."""

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


def test_the_first_example_runs(pages, installed, root, mocker, capsys, monkeypatch, tmp_path):
    first = FENCE.findall(pages["python"])[0]
    mocker.patch("guardrail.agents.guard.find_installation", return_value=installed.installation)
    sample = root / "sample_plans" / "destroys_an_environment"
    (tmp_path / "stacks" / "shop").mkdir(parents=True)
    (tmp_path / "stacks" / "shop" / "tfplan").write_bytes((sample / "plan.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(first, {})
    assert "save the plan" in capsys.readouterr().out


@pytest.mark.parametrize("number", range(1, 5))
def test_every_frameworks_example_makes_a_guarded_agent(
    pages, installed, mocker, monkeypatch, tmp_path, number
):
    mocker.patch(
        "guardrail.agents.frameworks.guard.find_installation", return_value=installed.installation
    )
    (tmp_path / "stacks" / "shop").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    examples = FENCE.findall(pages["python"])[1:]
    assert len(examples) == 4, "one for each framework of the table"
    known = things_of(examples[number - 1])
    exec(examples[number - 1], known)
    assert known["agent"].tools if hasattr(known["agent"], "tools") else known["agent"]


def things_of(example: str) -> dict:
    """Return what an example takes for granted: a model and a tool of its framework."""

    def shell(command: str) -> str:
        """Run a command."""
        return command

    if "from agents " in example:
        from agents import function_tool  # noqa: PLC0415

        return {"shell": function_tool(shell)}
    if "langchain" in example:
        from langchain_core.language_models import FakeListChatModel  # noqa: PLC0415

        class Model(FakeListChatModel):
            def bind_tools(self, tools, **_more):
                return self

        return {"shell": shell, "model": Model(responses=["done"])}
    if "strands" in example:
        from strands import tool  # noqa: PLC0415

        return {"shell": tool(shell), "model": None}
    return {"shell": shell, "model": "gemini-2.5-flash"}


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
