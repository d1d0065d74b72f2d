"""Code of other languages in a line: the commands that it would start."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.agents.shell.tools.code import other, python


@pytest.mark.parametrize(
    ("code", "commands"),
    [
        ("import os; os.system('terraform apply')", ["terraform apply"]),
        ("run(['terraform', 'apply'])", ["terraform apply"]),
        ("run(('a b', 'c'))", ["'a b' c"]),
        ("c = 'terra' + 'form'\nrun([c, 'apply'])", ["terraform apply"]),
        ("run([x, 'apply'])", ["${_} apply"]),
        ("run(f'terraform {x}')", ["terraform ${_}"]),
        ("run('terraform apply'.split())", ["terraform apply"]),
        ("run(['terraform', *['apply', '-auto-approve']])", ["terraform apply -auto-approve"]),
        ("os.execvp('terraform', ['terraform', 'apply'])", ["terraform apply"]),
        ("create_subprocess_exec('terraform', 'apply')", ["terraform apply"]),
        ("getattr(os, 'system')('ls')", ["ls"]),
        ("from subprocess import run as r; r('ls')", ["ls"]),
        ("exec('import os; os.system(\"ls\")')", ["ls"]),
        ("import boto3\nc.delete_bucket()", ["aws sdk delete-bucket"]),
        ("c.delete_bucket()", []),
        ("from kubernetes import client\nv1.delete_namespace('x')", ["kubectl delete namespace"]),
        ("requests.delete('https://x.example/1')", ["curl -X DELETE https://x.example/1"]),
        ("client.post('/api/v2/runs')", []),
        ("os.remove('terraform.tfstate')", ["rm -r terraform.tfstate"]),
        ("os.remove('a.txt')", []),
        ("text.replace('terraform.tfstate', 'x')", []),
        ("names.remove('.claude/settings.json')", []),
        ("Path('.claude/settings.json').write_text('')", ["truncate -s0 .claude/settings.json"]),
        ("p = Path('a.tfstate')\np.unlink()", ["rm -r a.tfstate"]),
        ("open('x', 'w')", [": > x"]),
        ("open('x')", []),
        ("print('terraform apply')", []),
        ("# os.system('terraform apply')", []),
        ("x = 'terraform apply'", []),
    ],
)
def test_python_is_read_as_it_means(code: str, commands: list[str]):
    assert python(code) == commands


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ('require("child_process").execSync("terraform apply")', "terraform apply"),
        ('spawn("terraform", ["apply"])', "terraform apply"),
        ('system("terra" + "form apply")', "terraform apply"),
        ('Runtime.getRuntime().exec("terraform apply")', "terraform apply"),
        ("spawn terraform apply\nexpect eof", "terraform apply"),
        ('do shell script "ls"', "ls"),
        ('console.log("run terraform apply")', None),
        ("console.log(`terraform apply`)", None),
    ],
)
def test_other_languages_are_read_by_what_starts_programs(code: str, command: str | None):
    found = other(code)
    assert command in found if command else found == []


def test_backticks_run_in_some_languages():
    assert other("puts `terraform apply`", backticks=True) == ["terraform apply"]
    assert other("puts `terraform apply`") == []


@given(st.text(max_size=200) | st.lists(st.sampled_from(
    ["os.system(", "'ls'", ")", "run([", "]", ",", "+", "x=", "\n", "f'{", "}'", "getattr(", "exec(",
     "open(", "'w'", ".split()", "*", "(", "import boto3", "`", '"', "\\", "spawn ", "lambda: ", "[::-1]"]
), max_size=30).map("".join))  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_any_code_makes_commands(code: str):
    assert all(
        isinstance(command, str) for command in [*python(code), *other(code, backticks=True)]
    )
