"""Terraform's own command line, read by what is known of it, and done on a real Terraform."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installed import Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail.agents.shell.model import Answer
from guardrail.agents.shell.reading import read_command
from guardrail.door.dropin import Change, Operation, Read, read_arguments, refuse_steering
from guardrail.door.subcommands import OPERATIONS, OPERATIONS_BELOW, READS, READS_BELOW
from guardrail.errors import UsageError

AGENT = {"CLAUDECODE": "1"}
BUILT_IN = """\
variable "size" {
  default = 1
}

resource "terraform_data" "kept" {
  for_each = toset(["secret-customer"])
  input    = "${each.key}-${var.size}"
}

output "size" {
  value = var.size
}
"""

# -- what a command line asks for --------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "handed"),
    [
        ("version -json", "version -json"),
        ("-version", "version"),
        ("--help", "-help"),
        ("help", "-help"),
        ("apply -help", "apply -help"),
        ("state rm --help", "state rm -help"),
        ("", ""),
        ("state", "state"),
        ("validate -json", "validate -json"),
        ("fmt -check -recursive -list=false .", "fmt -check -recursive -list=false ."),
        ("fmt -", "fmt -"),
        ("output -raw name", "output -raw name"),
        ("providers schema -json", "providers schema -json"),
        ("show -json tfplan", "show -json tfplan"),
        ("state list -id=i-1 a.b", "state list -id=i-1 a.b"),
        ("workspace select -or-create dev", "workspace select -or-create dev"),
        ("workspace new dev", "workspace new dev"),
        ("metadata functions -json", "metadata functions -json"),
        ("init -upgrade -backend-config a=b --input=false", "init -upgrade -backend-config=a=b -input=false"),
        ("init -migrate-state=false", "init"),
        ("init -reconfigure -backend=false", "init -backend=false"),
        ("state rm -dry-run=false -dry-run a.b", "state rm -dry-run=false -dry-run a.b"),
        ("plan -out p -var a=b -detailed-exitcode", "plan -out=p -var=a=b -detailed-exitcode"),
        ("plan -lock=false -destroy", "plan -lock=false -destroy"),
    ],
)  # fmt: skip
def test_what_only_reads_is_handed_on(line: str, handed: str):
    assert read_arguments(line.split()) == Read(directory="", arguments=tuple(handed.split()))


@pytest.mark.parametrize(
    ("line", "plan", "planning"),
    [
        ("apply", None, ""),
        ("apply -auto-approve -input=false -no-color", None, ""),
        ("apply -auto-approve tfplan", "tfplan", ""),
        ("apply -target a.b -refresh=false -parallelism=3", None, "-target=a.b -refresh=false -parallelism=3"),
        ("apply -destroy", None, "-destroy"),
        ("apply -destroy=false", None, ""),
        ("apply -var-file=x.tfvars -replace=a.b", None, "-var-file=x.tfvars -replace=a.b"),
        ("destroy -target=a.b", None, "-target=a.b -destroy"),
        ("destroy -destroy=false", None, "-destroy"),
        ("refresh -var a=b", None, "-var=a=b -refresh-only"),
        ("apply -refresh-only", None, "-refresh-only"),
    ],
)  # fmt: skip
def test_what_applies_becomes_a_plan(line: str, plan: str | None, planning: str):
    found = read_arguments(["-chdir=there", *line.split()])
    assert found == Change(directory="there", plan=plan, planning=tuple(planning.split()))


@pytest.mark.parametrize(
    "line",
    [
        "import a.b i-1", "state rm a.b", "state mv a.b a.c", "state push x", "taint a.b", "untaint a.b",
        "state replace-provider a b", "workspace delete -force dev", "force-unlock 1", "test", "console",
        "query", "stacks", "login", "logout", "init -migrate-state", "init -reconfigure",
        "init -force-copy", "state rm -dry-run -dry-run=false a.b",
        "init -reconfigure -backend=false -backend",
    ],
)  # fmt: skip
def test_what_no_plan_shows_is_an_operation(line: str):
    found = read_arguments(line.split())
    assert isinstance(found, Operation)
    assert line.startswith(found.name.replace("-force ", ""))


@pytest.mark.parametrize(
    "line",
    [
        "aply", "-chdir apply", "-chdir=a -chdir=b plan", "-install-autocomplete", "plan -state=x",
        "apply -state x",
        "apply -state-out=x", "apply -backup=-", "apply -lock=false", "destroy -lock=0",
        "init -lock=false", "workspace new -state=x dev", "output -state=x", "apply -json",
        "init -from-module=x", "init -plugin-dir=x", "apply p -destroy", "apply -destroy p",
        "apply p q", "destroy p", "plan -input=true", "apply -input", "plan -out", "plan ---out=p",
        "plan -destroy=maybe", "apply -destroy -refresh-only", "plan -invoke=x", "state steal",
        "state rm -state=x a.b", "state mv -state-out=x a.b a.c", "taint -backup=- a.b",
        "import -lock=false a.b i", "state push -lock=0 x", "test -cloud-run=x", "force-unlock -f 1",
        "init -reconfigure -plugin-dir=x", "init -migrate-state -lock=false",
        "env delete dev", "plan p -out=x", "init -migrate-state=maybe", "apply -- -auto-approve",
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_with_what_is(line: str):
    with pytest.raises(UsageError):
        read_arguments(line.split())


WORDS = st.sampled_from(
    [
        *READS, *OPERATIONS, *READS_BELOW, "rm", "delete", "-destroy", "-state=x", "--", "-help",
        "a.b", "-chdir=d", "-auto-approve", "-lock=false", "-out=p", "-target", "-reconfigure",
        "", "-",
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=6))
def test_nothing_that_changes_is_ever_handed_on(words: list[str]):
    try:
        found = read_arguments(words)
    except UsageError:
        return
    if isinstance(found, Read) and "-help" not in found.arguments:
        first, *rest = found.arguments or ("",)
        assert first not in OPERATIONS | {"login", "logout"}
        assert not (rest and rest[0] in OPERATIONS_BELOW.get(first, ()))
        assert not any(word.startswith(("-state", "-reconfigure")) for word in rest)


def test_a_shells_reader_and_this_one_agree_about_what_reads():
    below = [f"{first} {name}" for first, names in READS_BELOW.items() for name in names]
    # Neither of these is a command that somebody runs on purpose through this door.
    elsewhere = {"logout", "metadata"} | {each for each in below if each.startswith("env ")}
    for name in {*READS, *below} - elsewhere:
        assert read_command(f"terraform {name}").answer is Answer.HARMLESS, name
        assert isinstance(read_arguments(name.split()), Read), name
    changing = [f"{first} {name}" for first, names in OPERATIONS_BELOW.items() for name in names]
    for name in {*OPERATIONS, *changing} - {"env delete"}:
        assert read_command(f"terraform {name}").answer is Answer.INFRASTRUCTURE, name
        assert not isinstance(read_arguments(name.split()), Read), name


@pytest.mark.parametrize(
    "name",
    ["TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_WORKSPACE", "TF_DATA_DIR", "TF_HTTP_ADDRESS",
     "TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG", "TF_REATTACH_PROVIDERS", "TF_LOG_PATH"],
)  # fmt: skip
def test_an_environment_that_steers_is_refused_and_not_repeated(name: str):
    with pytest.raises(UsageError) as refused:
        refuse_steering({name: "-secret"})
    assert "secret" not in f"{refused.value.message}{refused.value.hint}"


def test_an_environment_that_does_not_steer_is_fine():
    refuse_steering({"TF_LOG": "debug", "TF_VAR_a": "1", "TF_BUILD": "True", "TF_CLI_ARGS": ""})


# -- on a real Terraform -----------------------------------------------------------------


@pytest.fixture
def built_in(workspace: Workspace) -> Workspace:
    """Return a stack of what needs no provider, applied."""
    workspace.write(BUILT_IN).init().apply()
    return workspace


def real_process(
    installed: Installed, place: Path, *words: str, env: Mapping[str, str] = AGENT
) -> subprocess.CompletedProcess[bytes]:
    """Run ``guardrail terraform`` as a process of its own, as somebody who types it does."""
    return subprocess.run(
        installed.argv("terraform", *words),
        cwd=place,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


@pytest.mark.terraform
@pytest.mark.parametrize(
    "line",
    [
        "version", "validate", "output -json", "show -no-color", "state list", "state pull",
        "workspace show", "plan -no-color -detailed-exitcode -var size=2", "providers", "graph",
        "fmt -check", "output missing", "state show a.b", "init -input=false", "apply -help", "",
    ],
)  # fmt: skip
def test_a_read_says_and_returns_what_the_real_one_does(
    built_in: Workspace, installed: Installed, line: str
):
    ours = real_process(installed, built_in.directory, *line.split())
    theirs = built_in.run(*line.split(), check=False)
    assert ours.returncode == theirs.returncode
    if not line.startswith("plan"):
        assert ours.stdout.decode() == theirs.stdout
        assert ours.stderr.decode() == theirs.stderr
    else:
        assert sorted(ours.stdout.decode().splitlines()) == sorted(theirs.stdout.splitlines())


@pytest.mark.terraform
def test_variables_reach_a_plan_and_another_directory_is_found(
    built_in: Workspace, installed: Installed, tmp_path: Path
):
    chdir = f"-chdir={built_in.directory}"
    done = real_process(installed, tmp_path, chdir, "plan", "-detailed-exitcode")
    assert done.returncode == 0, done.stderr
    env = {**AGENT, "TF_VAR_size": "7"}
    done = real_process(installed, tmp_path, chdir, "plan", "-detailed-exitcode", env=env)
    assert done.returncode == 2, done.stderr


@pytest.mark.terraform
def test_what_is_refused_is_never_terraforms_word_for_changes(
    built_in: Workspace, installed: Installed
):
    chdir = f"-chdir={built_in.directory}"
    for words in (["plan", "-detailed-exitcode", "-state=x"], ["nonsense"]):
        refused = installed.run("terraform", chdir, *words)
        assert refused.code == 1
        assert "known: " in refused.err
    steered = installed.run("terraform", chdir, "plan", env={**AGENT, "TF_CLI_ARGS_plan": "-x"})
    assert steered.code == 1
    assert "TF_CLI_ARGS" in steered.err


@pytest.mark.terraform
@pytest.mark.parametrize(
    "words", [["plan", "-out"], ["plan", "-generate-config-out"], ["providers", "mirror"]]
)
def test_what_decides_is_not_written_over(
    built_in: Workspace, installed: Installed, words: list[str]
):
    before = installed.installation.settings.read_bytes()
    for place in (installed.installation.settings, "new/guardrail.toml", "near/trust.json"):
        (built_in.directory / "near").unlink(missing_ok=True)
        (built_in.directory / "near").symlink_to(installed.installation.config)
        refused = installed.run("terraform", f"-chdir={built_in.directory}", *words, place)
        assert refused.code == 1
        assert "not to be written" in refused.err
    assert installed.installation.settings.read_bytes() == before
    assert not installed.installation.trust.exists()


def test_an_agent_is_let_through_to_this_door():
    for line in ("guardrail terraform apply", "guardrail tofu -chdir=x destroy"):
        assert read_command(line).answer is Answer.HARMLESS


@pytest.mark.terraform
def test_a_backend_is_not_exchanged_by_an_option(workspace: Workspace, installed: Installed):
    workspace.write('terraform {\n  backend "local" {}\n}\n')
    workspace.init("-backend-config=path=a.tfstate")
    pointer = workspace.directory / ".terraform" / "terraform.tfstate"
    before = pointer.read_bytes()
    for path, code in (("a", 0), ("b", 1)):
        option = f"-backend-config=path={path}.tfstate"
        assert real_process(installed, workspace.directory, "init", option).returncode == code
        assert pointer.read_bytes() == before


@pytest.mark.terraform
def test_the_other_tool_is_not_run_in_its_place(built_in: Workspace, installed: Installed):
    refused = installed.run("tofu", f"-chdir={built_in.directory}", "apply")
    assert refused.code == 4
    assert "works with terraform here" in refused.err


# -- the main job ------------------------------------------------------------------------


@pytest.mark.terraform
def test_an_agents_rebuild_is_stopped_and_a_seniors_token_releases_it(
    cloud: Cloud, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    chdir = f"-chdir={stack.directory}"
    built = installed.run("terraform", chdir, "apply", "-auto-approve")
    assert built.code == 0, built.err
    made = len(cloud.log())

    stack.write({"main.tf": cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")})
    planned = real_process(installed, stack.directory, "plan", "-out=rebuild.tfplan")
    assert planned.returncode == 0, planned.stderr
    stopped = installed.run("terraform", chdir, "apply", "-auto-approve", "rebuild.tfplan")
    assert stopped.code == 3, stopped.err
    assert installed.run("terraform", chdir, "apply", "-auto-approve").code == 3
    assert len(cloud.log()) == made, "nothing was destroyed"

    request = installed.requests()[0]
    token = installed.approve(request, keys / "sam")
    plan = stack.directory / "rebuild.tfplan"
    applied = installed.run("apply", plan, "--chdir", stack.directory, "--token", token)
    assert applied.code == 0, applied.err
    assert ("delete", "aws_db_instance") in cloud.operations(since=made)
    assert installed.run("audit", "verify").code == 0


@pytest.mark.terraform
def test_a_destroy_is_a_plan_like_any_other(cloud: Cloud, installed: Installed):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.apply()
    made = len(cloud.log())
    chdir = f"-chdir={stack.directory}"
    for words in (["destroy", "-auto-approve"], ["apply", "-destroy", "-target=aws_vpc.main"]):
        stopped = installed.run("terraform", chdir, *words)
        assert stopped.code in {1, 3}, stopped.err
    assert len(cloud.log()) == made
    assert installed.run("terraform", chdir, "refresh").code == 0
    assert len(cloud.log()) == made
