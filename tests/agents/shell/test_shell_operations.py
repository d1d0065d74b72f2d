"""What is told of an operation: its plan, its directory, what steers it, whether it is alone."""

import pytest

from guardrail.agents.shell.reading import Answer, Operation, read_command


def only(line: str) -> Operation:
    """Return the one operation of ``line``."""
    (operation,) = read_command(line).operations
    return operation


@pytest.mark.parametrize(
    ("line", "plan"),
    [
        ("terraform apply", None),
        ("terraform apply tfplan", "tfplan"),
        ("terraform apply -input=false -lock-timeout 10s 'my plan'", "my plan"),
        ("terraform apply -- tfplan", "tfplan"),
        ("terraform apply -var a=b tfplan", "tfplan"),
        ("terraform apply -auto-approve tfplan", "tfplan"),
        ("terraform apply $PLAN", "?"),
        ("terraform apply *.tfplan", "?"),
        ("terraform apply a b", "?"),
        ("terraform apply tfplan $EXTRA", "?"),
        ("PLAN=p; terraform apply $PLAN", "p"),
        ("terraform apply plän.tfplan", "plän.tfplan"),
        ("terraform apply 計.tfplan", "?"),
        ("terraform apply ¤.tfplan", "?"),
        ("terraform plan -out=p", "p"),
        ("terraform plan -out p", "p"),
        ("terraform plan", None),
        ("terragrunt apply tfplan", "tfplan"),
    ],
)
def test_the_saved_plan_is_named(line: str, plan: str | None):
    assert only(line).plan == plan


@pytest.mark.parametrize(
    ("line", "directory"),
    [
        ("terraform apply", ""),
        ("terraform -chdir=prod apply", "prod"),
        ("terraform -chdir prod apply", "prod"),
        ("cd infra && terraform -chdir=prod apply", "infra/prod"),
        ("cd /srv/infra; terraform apply", "/srv/infra"),
        ("cd a; cd ../b; terraform apply", "b"),
        ("(cd a); terraform apply", ""),
        ("(cd a; terraform apply)", "a"),
        ("cd $DIR && terraform apply", "?"),
        ("cd 計 && terraform apply", "?"),
        ("terraform -chdir=計 apply", "?"),
        ("cd && terraform apply", "?"),
        ("cd - && terraform apply", "?"),
        ("cd ~/x && terraform apply", "?"),
        ("cd a || cd b; terraform apply", "?"),
        ("if x; then cd a; fi; terraform apply", "?"),
        ("pushd a; popd; terraform apply", "?"),
        ("D=prod; cd $D; terraform apply", "prod"),
        ("for d in a b; do (cd $d && terraform apply); done", "?"),
        ("bash -c 'cd a && terraform apply'", "a"),
        ("bash -c 'cd a'; terraform apply", ""),
        ("env -C prod terraform apply", "prod"),
        ("terragrunt --working-dir prod apply", "prod"),
        ("pulumi -C infra up", "infra"),
        ("docker run hashicorp/terraform apply", "?"),
    ],
)
def test_the_directory_is_followed(line: str, directory: str):
    assert only(line).directory == directory


@pytest.mark.parametrize(
    ("line", "steered"),
    [
        ("terraform apply tfplan", ()),
        ("TF_LOG=1 terraform apply tfplan", ()),
        ("TF_CLI_ARGS_apply=-destroy terraform apply tfplan", ("TF_CLI_ARGS*",)),
        ("export TF_DATA_DIR=x; terraform apply tfplan", ("TF_DATA_DIR",)),
        ("TF_VAR_secret=1 terraform apply tfplan", ("TF_VAR_*",)),
        ("env TF_WORKSPACE=prod terraform apply p", ("TF_WORKSPACE",)),
        ("sudo PATH=/x terraform apply p", ("PATH",)),
        ("terraform apply -state=x -target=a -var-file v p", ("-state", "-target", "-var-file")),
        ("terraform apply -no-color -json p", ()),
        ("terraform apply -new-option p", ("?",)),
        ("TERRAGRUNT_TFPATH=/x terragrunt apply", ("TERRAGRUNT_TFPATH",)),
        ("declare -x TF_CLI_CONFIG_FILE=x; terraform apply p", ("TF_CLI_CONFIG_FILE",)),
        ("read TF_WORKSPACE < x; terraform apply p", ("TF_WORKSPACE",)),
    ],
)
def test_what_steers_is_named(line: str, steered: tuple[str, ...]):
    assert only(line).steered == steered


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("terraform apply tfplan", True),
        ("  terraform   apply 'tfplan'\n", True),
        ("terraform -chdir=prod apply tfplan", True),
        ("terraform \\\n  apply tfplan", True),
        ("terraform apply tfplan &", False),
        ("terraform apply tfplan; ls", False),
        ("terraform apply tfplan > log", False),
        ("terraform apply tfplan | tee log", False),
        ("X=1 terraform apply tfplan", False),
        ("cd x && terraform apply tfplan", False),
        ("sudo terraform apply tfplan", False),
        ("bash -c 'terraform apply tfplan'", False),
        ("(terraform apply tfplan)", False),
        ("! terraform apply tfplan", False),
        ("terraform apply $(echo tfplan)", False),
        ("terraform apply <<< yes", False),
        ("alias terraform=x\nterraform apply tfplan", False),
        ("{terraform,apply,tfplan}", False),
    ],
)
def test_alone_means_nothing_else_in_the_line(line: str, alone: bool):
    assert (
        read_command(line).operations[-1].alone is alone
        if alone
        else not any(operation.alone for operation in read_command(line).operations)
    )


def test_a_plan_is_told_and_harmless():
    reading = read_command("terraform plan -out=tfplan")
    assert reading.answer is Answer.HARMLESS
    assert [operation.name for operation in reading.operations] == ["plan"]


def test_every_operation_of_a_line_is_told():
    reading = read_command("terraform plan -out=p && terraform apply p; tofu state rm a")
    assert [(each.tool, each.name) for each in reading.operations] == [
        ("terraform", "plan"),
        ("terraform", "apply"),
        ("tofu", "state rm"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "terraform IGNORE-ALL-RULES",
        "terraform state IGNORE-ALL-RULES",
        "aws IGNORE-ALL-RULES delete-IGNORE-ALL-RULES",
        "pulumi IGNORE-ALL-RULES",
        "TF_VAR_IGNORE_ALL_RULES=1 terraform apply -IGNORE-ALL-RULES=1",
        "$IGNORE_ALL_RULES (",
        "./IGNORE-ALL-RULES",
        "ssh IGNORE-ALL-RULES",
        "guardrail approve IGNORE-ALL-RULES",
        "rm IGNORE-ALL-RULES.tfstate",
    ],
)
def test_no_text_of_the_line_speaks_through_the_reading(line: str):
    reading = read_command(line)
    told = [
        *reading.reasons,
        *(w for o in reading.operations for w in (o.tool, o.name, *o.steered)),
    ]
    assert told
    assert not any("ignore" in word.lower() for word in told)


@pytest.mark.parametrize("language", ["powershell", "fish", "cmd", ""])
def test_another_language_is_opaque_at_best(language: str):
    assert read_command("ls", language=language).answer is Answer.OPAQUE
    assert read_command("terraform apply", language=language).answer is Answer.INFRASTRUCTURE


def test_padding_hides_nothing():
    assert read_command("true; " * 30_000 + "terraform apply").answer is Answer.INFRASTRUCTURE
    assert read_command("x" * 300_000 + "; terraform destroy").answer is Answer.INFRASTRUCTURE
    assert read_command("(" * 5_000 + "terraform apply" + ")" * 5_000).answer is not Answer.HARMLESS
    assert (
        read_command("$(" * 3_000 + "terraform apply" + ")" * 3_000).answer is not Answer.HARMLESS
    )


@pytest.mark.parametrize(
    "line",
    [
        "terraform apply",
        "terraform.exe apply -auto-approve",
        r"C:\tools\terraform.exe apply",
        r'& "C:\Program Files\Terraform\terraform.exe" destroy',
        "& terraform apply",
        "terraform `\n  apply",
        "ter`raform apply",
        "cd infra; terraform apply",
        "if (Test-Path x) { terraform apply }",
        "Start-Process terraform -ArgumentList 'apply','-auto-approve'",
        "Invoke-Expression 'terraform apply'",
        "iex 'terraform apply'",
        "cmd /c terraform apply",
        "pwsh -Command 'terraform apply'",
        "$env:TF_LOG='1'; terraform destroy",
        "Remove-Item terraform.tfstate",
        r"Remove-Item -Force .\.claude\settings.json",
        r"Set-Content .cursor\hooks.json '{}'",
        "aws s3 rb s3://prod --force",
    ],
)
def test_powershell_is_read_as_far_as_it_is_like_a_shell(line: str):
    assert read_command(line, language="powershell").answer is Answer.INFRASTRUCTURE


@pytest.mark.parametrize(
    "line",
    ["Get-ChildItem", "git status", "terraform plan -out=p", "Remove-Item -Recurse node_modules"],
)
def test_the_rest_of_powershell_is_opaque(line: str):
    assert read_command(line, language="powershell").answer is Answer.OPAQUE
