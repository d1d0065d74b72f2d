"""State is known by its name, and looked for in folders that are about to be removed."""

from pathlib import Path

import pytest
from installed import Installed

from guardrail.agents.hooks.protocol import asked
from guardrail.agents.judge import World, judge
from guardrail.agents.state_files import holds_state, names_state, points_to_state

FULL = '{"version":4,"resources":[{"type":"aws_db_instance"}]}'
EMPTY = '{"version": 4, "serial": 9, "resources": []}'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with state in ``infra/prod``, made-up places beside it, and none elsewhere."""
    for path, text in {
        "infra/prod/terraform.tfstate": FULL,
        "infra/empty/terraform.tfstate": EMPTY,
        "work/terraform.tfstate.d/dev/terraform.tfstate": FULL,
        "node_modules/x/terraform.tfstate": FULL,
        "infra/.terraform/terraform.tfstate": FULL,
        "build/a.txt": "x",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def ask(tmp_path: Path, place: Path):
    installed = Installed(tmp_path / "guardrail")
    world = World(installation=lambda: installed.installation, env={})

    def asking(command: str) -> bool:
        call = asked("x", "bash", {"command": command}, directory=str(place), session="")
        return judge(call, world).allow

    return asking


@pytest.mark.parametrize(
    "command",
    ["rm -rf infra", "rm -r ./infra/prod", "rm -rf infra/*", "rm -fr work", "sudo rm -rf infra",
     "cd infra && rm -rf prod", "rm -rf build infra", "git clean -fdx", "git clean -xdf", "rm -rf *"],
)  # fmt: skip
def test_a_folder_with_state_in_it_is_not_removed(command: str, ask):
    assert not ask(command)


@pytest.mark.parametrize(
    "command",
    ["rm -rf build", "rm -rf node_modules", "rm -rf infra/.terraform", "rm -rf infra/empty",
     "rm -rf gone", "git clean -fd", "git clean -ndx", "rm -rf $X", "ls infra", "rm -rf dist build"],
)  # fmt: skip
def test_other_folders_are(command: str, ask):
    assert ask(command)


def test_looking_ends(place: Path):
    for number in range(30):
        (place / "many" / str(number)).mkdir(parents=True)
    (place / "many" / "loop").symlink_to(place)
    assert not holds_state(str(place), "many")
    assert not holds_state(str(place / "gone"), "x")
    assert not holds_state(str(place), "nul\0")
    assert not holds_state(str(place), "[")
    assert holds_state("/", str(place / "infra"))
    assert holds_state("", str(place / "in*"))


@pytest.mark.parametrize(
    "path", ["terraform.tfstate", "a/prod.tfstate", "X.TFSTATE", "terraform.tfstate.d/x"]
)
def test_state_has_a_name(path: str):
    assert names_state(path)
    assert not points_to_state(path)


@pytest.mark.parametrize(
    "path", ["main.tf", ".terraform", "tests/fixtures/a.tfstate", ".terraform.lock.hcl", "tfstate"]
)
def test_other_files_are_none(path: str):
    assert not names_state(path)


def test_what_says_where_the_state_is_is_no_state():
    assert points_to_state("x/.terraform/terraform.tfstate")
    assert not names_state("x/.terraform/terraform.tfstate")
