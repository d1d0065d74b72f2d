"""The quick test calls nothing harmless that the reader does not call harmless too."""

from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.agents.shell import plain
from guardrail.agents.shell.plain import plainly_harmless
from guardrail.agents.shell.reading import Answer, read_command

CORPUS = [
    line.split("\t", 1)[1].replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
    for line in (Path(__file__).parent / "corpus.tsv").read_text().splitlines()
    if line and not line.startswith("#")
]
DAILY = [
    "ls -la",
    "terraform plan",
    "terraform -chdir=infra plan -out=tfplan -var-file=prod.tfvars",
    "terraform fmt -check && terraform validate",
    "tofu show -json tfplan | jq .resource_changes",
    "terraform state list | grep aws_db",
    'git commit -m "fix: it\'s — the second line\n\nof a message"',
    "git add -A && git commit -q -m 'x' && git push",
    "git --no-pager -C sub/dir log --oneline -5",
    "cd app && npm ci",
    "python -m pytest -q | tail -5",
    "CI=1 .venv/bin/pytest -x tests/*.py 2>&1 | tail -20; echo $?",
    "uv run pytest -k 'a or b'",
    "poetry run python3 -m mypy .",
    'grep -rn "foo bar" --include=*.py . | head',
    "sed -n '1,80p' src/main.py",
    "sed -n 12p a.md",
    "find . -name '*.py' -not -path './x/*'",
    "rg -n 'def \\w+' src | sort -u | wc -l",
    'echo "$HOME" $USER; pwd\nls\n',
    "ls;",
    "docker ps -a",
    "./node_modules/.bin/tsc --noEmit >/dev/null 2>&1",
]
NOT_PLAIN = [
    "",
    ";",
    "\n",
    "ls &",
    "ls | | cat",
    "&& ls",
    "ls &&",
    "ls >x",
    "CI=1",
    "x=1 ls",
    "PATH=. ls",
    "CI=$(x) ls",
    "ls$(x)",
    "ls `x`",
    'echo "`x`"',
    'echo "$(x)"',
    'echo "${x}"',
    "$LS",
    "'ls'",
    "terraform apply",
    "terraform state rm a",
    "terraform state pull",
    "terraform $X",
    "terraform 'plan'",
    "terraform init",
    "uv run",
    "uv run pytest -- terraform apply",
    "uv run pytest '--' terraform apply",
    "uv run pytest $X",
    "npx tsc -c 'terraform apply'",
    "git -c alias.x=!y x",
    "git bisect run x",
    "git 'bisect' run x",
    "find . -delete",
    "find . '-exec' terraform apply ;",
    "find . $X",
    "find . *",
    "sort --compress-program=x",
    "sort '--compress-program=x' a",
    "sort -o x",
    "rg --pre=x y",
    'rg "--pre" x y',
    "rg --pr'e' x y",
    "sed -n 'e x' a.py",
    "sed -n 1p a/e",
    "sed -n '1p;e x' a.py",
    "sed -i 1p a.py",
    "sed -n",
    "python -c x",
    "python x.py",
    "python -m http",
    "npm test",
    "npm run x",
    "npm --prefix x run y",
    "make",
    "bash -c ls",
    "x/ls",
    "ls\r",
    "ls \x7f",
    "ls \0",
    "docker run x",
    "ls 2>&1x",
    "ls\\\n",
    "ls #",
    "ls {a,b}",
    "ls ==",
    "ls =~ x",
]


def rows() -> Iterator[str]:
    """Every way to begin a command that the tables know, in the same order in each worker."""
    known = [
        *plain.ANY,
        *(f"{program} {verb}" for program, verbs in plain.VERBS.items() for verb in verbs),
        *(f"python3 {verb}" for verb in plain.VERBS["python"]),
        *(f"terraform -chdir={place} plan" for place in ("x", "$X", "..")),
        *("git -C x status", "git -C $X log", "git --no-pager diff"),
        *("sed -n 1p", "sed -n '1,$p'", "sed -n '2,9p'"),
        *plain.OPTIONS,
    ]
    starts = sorted(known)
    yield from starts
    for before, start in product(
        [*plain.PLACES, *(f"{' '.join(words)} " for words in plain.RUNNERS)], starts
    ):
        yield before + start
    yield from (f"{name}=x {start}" for name, start in product(sorted(plain.SET), starts[:3]))


ROWS = sorted(rows())
WORDS = st.sampled_from(
    [
        "-la", "a.txt", "src/main.py", "'x y'", '"a b"', '"$x"', "$X", "$?", "*", "*.py", "x=1", "--",
        "-c", "-C", "-e", "-f", "-m", "-n", "-o", "-x", "-p", "-exec", "--exec", "-delete", "--pre", "+",
        "--compress-program", "--output=x", "--json", "--call", "--command", "-auto-approve", "-destroy",
        "-replace=a", "-refresh-only", "-migrate-state", "-h", "run", "exec", "apply", "destroy", "rm",
        "state", "delete", "terraform", "terraform.tfstate", ".terraform", "'*.tfstate'", ".git/hooks",
        ".claude/settings.json", "guardrail.toml", "bash", "sh", "'terraform apply'", '"$T apply"', "eval",
        "'$(terraform apply)'", "!", "'!x'", "in", "do", "then", "fi", "{}", ";", "|", "&&", "||", "\n",
        "\n\n", "2>&1", ">/dev/null", "2>/dev/null", ">", "<", "&", "(", ")", "~", "..", "/", "cd", "e",
        "s/a/b/e", "'1e x'", "foreach", "bisect", "submodule", "config", "core.pager=x", "-version", "é",
        "\u2028", "'\n'", '"\n\nx"', "1", "^a", "%h", "@{u}", "a:b", "HEAD~1", "#", "\\", "`x`", "$(x)",
        "{a,b}", "'é'", "\ud800", "''", '""', "'''", "-", "--help", "--version", "plan", "x.tf", "s.a.b.me",
    ]
)  # fmt: skip


def check(line: str) -> bool:
    """Return whether ``line`` is plain; fail where the reader knows better."""
    said = plainly_harmless(line)
    if said:
        reading = read_command(line, script=lambda _directory, _name: "terraform apply")
        assert reading.answer is Answer.HARMLESS, line
    return said


@pytest.mark.parametrize("line", DAILY)
def test_what_agents_type_all_day_is_plain(line: str):
    assert check(line)


@pytest.mark.parametrize("line", NOT_PLAIN)
def test_what_is_not_told_by_its_words_is_read(line: str):
    assert not plainly_harmless(line)


@pytest.mark.parametrize("row", [row for row in ROWS if "$X" not in row])
def test_every_row_is_plain_and_harmless(row: str):
    assert check(row)


@pytest.mark.parametrize(
    "line", ["ls " + "x" * 3_000, "ls " + "$aaaa" * 300 + "(", "ls " + "'" * 1_999]
)
def test_a_line_made_to_take_long_is_left_at_once(line: str):
    assert not plainly_harmless(line)


def test_the_corpus_holds_nothing_that_is_plain_and_not_harmless():
    plain_ones = [line for line in CORPUS if check(line)]
    assert len(plain_ones) > 50
    for first, second in pairwise(CORPUS):
        for between in (" && ", "; ", " | ", "\n", " "):
            check(first + between + second)


@given(st.sampled_from(CORPUS), st.sampled_from(CORPUS), st.sampled_from(ROWS), st.data())
@settings(max_examples=600, deadline=None)
def test_pieces_of_the_corpus_are_not_plain_by_accident(
    first: str, second: str, row: str, data: st.DataObject
):
    between = st.sampled_from([" ", "; ", " && ", " || ", " | ", "\n", ""])
    cut = data.draw(st.integers(0, len(first)))
    pieces = data.draw(st.permutations([row, first[cut:], second]))
    check(data.draw(between).join(pieces))


@given(st.sampled_from(ROWS), st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=3))
@settings(max_examples=2_000, deadline=None)
def test_no_words_make_a_row_more_than_harmless(row: str, words: list[str], more: list[str]):
    check(" ".join([row, *words]))
    check(" ".join([row, *words]) + " " + "".join(more))


@given(st.sampled_from(ROWS), st.text(max_size=30), st.sampled_from(["{}", "'{}'", '"{}"']))
@settings(max_examples=1_500, deadline=None)
def test_no_text_makes_a_row_more_than_harmless(row: str, text: str, quotes: str):
    check(f"{row} {quotes.replace('{}', text)}")
