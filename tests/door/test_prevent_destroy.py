"""A protection that no plan shows: prevent_destroy, taken away on a real Terraform and a real git."""

import os
import subprocess
from pathlib import Path

import pytest
from installed import Installed, Result
from terraform_workspace import Workspace, clean_environment

pytestmark = pytest.mark.terraform

SAID = "lifecycle {\n    prevent_destroy = true\n  }"


def data(name: str, *lines: str) -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f'resource "terraform_data" "{name}" {{\n{body}}}\n'


BEFORE = data("kept", SAID) + data("other", "input = 1")
AFTER = data("kept") + data("other", "input = 1")
MODULE = 'module "inner" {\n  source = "../modules/inner"\n}\n'


class Project:
    """A repository with a stack in one of its folders."""

    def __init__(self, folder: Path, terraform: Path) -> None:
        self.top = folder / "project"
        self.stack = Workspace(
            self.top / "stack", terraform, clean_environment(folder / "terraform_home")
        )
        self.git("init", "-q", "-b", "main")
        (self.top / ".gitignore").write_text("*.tfstate*\n.terraform*\nplan*\n")

    def git(self, *words: str) -> str:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.top), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", "-c", "user.name=Ada", "-c", "user.email=ada@corp.example", *words],
            cwd=self.top, env=env, capture_output=True, check=True,
        )  # fmt: skip
        return done.stdout.decode().strip()

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def stand(self, files: dict[str, str]) -> str:
        """Apply ``files`` and commit them."""
        self.write(files)
        self.stack.init().apply()
        return self.commit()

    def plan(self) -> list[Path]:
        """Return the plan of what the files say now, saved and as JSON."""
        self.stack.init()
        saved = self.stack.plan()
        shown = saved.with_name("plan.json")
        shown.write_bytes(self.stack.show_json(saved))
        return [saved, shown]


@pytest.fixture
def project(tmp_path: Path, terraform: Path) -> Project:
    return Project(tmp_path, terraform)


def checked(project: Project, installed: Installed, *words: str, **rest) -> list[Result]:
    return [
        installed.check(plan, "--chdir", project.stack.directory, *words, **rest)
        for plan in project.plan()
    ]


def disarmed(result: Result) -> list[str]:
    return [
        finding["message"]
        for finding in result.decision["findings"]
        if finding["rule"] == "protection/disarmed"
    ]


def test_taking_it_away_asks_though_the_plan_changes_nothing(project, installed):
    project.stand({"stack/main.tf": BEFORE})
    project.write({"stack/main.tf": AFTER})
    for result in checked(project, installed):
        assert result.code == 3
        assert disarmed(result) == ["terraform_data.kept no longer says prevent_destroy"]


def test_an_expression_or_an_override_takes_it_away_too(project, installed):
    project.stand({"stack/main.tf": BEFORE})
    for files in (
        {"stack/main.tf": BEFORE.replace("= true", "= !true")},
        {"stack/main.tf": BEFORE, "stack/override.tf": data("kept", SAID.replace("true", "false"))},
    ):
        project.write(files)
        assert [len(disarmed(result)) for result in checked(project, installed)] == [1, 1]


def test_an_expression_that_stays_the_same_is_left_alone(project, installed):
    project.stand({"stack/main.tf": BEFORE.replace("= true", "= !false")})
    assert [disarmed(result) for result in checked(project, installed)] == [[], []]
    project.write({"stack/main.tf": AFTER})
    assert [len(disarmed(result)) for result in checked(project, installed)] == [1, 1]


def test_taking_it_away_on_a_branch_is_compared_with_where_the_branch_began(project, installed):
    base = project.stand({"stack/main.tf": BEFORE})
    project.git("checkout", "-q", "-b", "feature")
    project.write({"stack/main.tf": AFTER})
    project.commit()
    assert [disarmed(result) for result in checked(project, installed)] == [[], []]
    for result in checked(project, installed, "--commits", f"{base}..HEAD"):
        assert len(disarmed(result)) == 1
    project.git("update-ref", "refs/remotes/origin/main", base)
    for words in ((), ("--commits", "HEAD..HEAD"), ("--commits", "nowhere..HEAD")):
        for result in checked(project, installed, *words):
            assert len(disarmed(result)) == 1


def test_the_block_may_go_with_it(project, installed):
    project.stand({"stack/main.tf": BEFORE})
    project.write({"stack/main.tf": data("other", "input = 1")})
    for result in checked(project, installed):
        assert disarmed(result) == ["terraform_data.kept no longer says prevent_destroy"]
        (lost,) = result.decision["details"]
        assert (lost["file"], lost["line"]) == ("main.tf", 1)


def test_a_local_module_is_part_of_the_configuration(project, installed):
    project.stand({"stack/main.tf": "# inner\n" + MODULE, "modules/inner/main.tf": "\n" + BEFORE})
    assert [disarmed(result) for result in checked(project, installed)] == [[], []]
    for files in ({"modules/inner/main.tf": AFTER}, {"stack/main.tf": "# nothing\n"}):
        project.write(files)
        for result in checked(project, installed):
            assert disarmed(result) == [
                "module.inner.terraform_data.kept no longer says prevent_destroy"
            ]
    lost = {each["address"]: (each["file"], each["line"]) for each in result.decision["details"]}
    assert lost["module.inner.terraform_data.kept"] == ("../modules/inner/main.tf", 2)


@pytest.mark.parametrize(
    ("moved_to", "says"), [("terraform_data.new", True), ("terraform_data.new", False)]
)
def test_what_moves_with_it_is_as_safe_as_before(project, installed, moved_to, says):
    project.stand({"stack/main.tf": BEFORE})
    moved = f"moved {{\n  from = terraform_data.kept\n  to   = {moved_to}\n}}\n"
    renamed = BEFORE.replace('"kept"', '"new"') if says else AFTER.replace('"kept"', '"new"')
    project.write({"stack/main.tf": renamed + moved})
    expected = [] if says else ["terraform_data.kept no longer says prevent_destroy"]
    for result in checked(project, installed):
        assert disarmed(result) == expected


def test_what_was_never_said_is_not_missed(project, installed):
    project.stand({"stack/main.tf": AFTER})
    project.write({"stack/main.tf": BEFORE.replace("input = 1", "input = 2")})
    assert [result.code for result in checked(project, installed)] == [0, 0]


def test_json_alone_is_believed_where_no_configuration_is_at_hand(project, installed, tmp_path):
    project.stand({"stack/main.tf": BEFORE})
    project.write({"stack/main.tf": data("other", "input = 2")})
    _, shown = project.plan()
    result = installed.check(shown, "--chdir", tmp_path)
    assert disarmed(result) == []
    assert result.code == 3


def test_the_ledger_remembers_it_where_there_is_no_repository(workspace, installed):
    workspace.write(BEFORE).init()
    here = ("--chdir", workspace.directory)
    assert installed.run("apply", workspace.plan(), *here).code == 0
    workspace.write(data("other", "input = 1"))
    expected = ["terraform_data.kept no longer says prevent_destroy"]
    saved = workspace.plan()
    assert disarmed(installed.check(saved, *here)) == expected
    shown = workspace.directory / "plan.json"
    shown.write_bytes(workspace.show_json(saved))
    assert disarmed(installed.check(shown, *here)) == expected
