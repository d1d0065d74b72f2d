"""What holds for any text: an answer, and no disguise that makes an operation harmless."""

import base64
import shlex
import string
from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardrail.agents.shell.plain import plainly_harmless
from guardrail.agents.shell.reading import Answer, read_command

SYNTAX = st.sampled_from(
    [
        "terraform", "apply", "destroy", "$T", "${T}", "T=terraform", "'", '"', "\\", "\n", "\\\n", " ",
        ";", "&&", "||", "|", "&", "(", ")", "{", "}", "$(", "`", "<<E\n", "\nE\n", "<<<", "<(", ">", "<",
        "bash", "-c", "eval", "xargs", "if", "then", "fi", "for x in", "do", "done", "case", "esac", "in",
        "f()", "f", "alias", "x=y", "x=(", "${x[@]}", "$@", "sudo", "env", "#", "*", "?", "[", "\0", "\1",
        "$'", "\\x74", "docker run", "find . -exec", ";;", "echo", "cd", "..", "-", "--", "make", "npm run",
        "trap", "set --", "function", "coproc", "[[", "]]", "((", "))", "\t", "é", "\ud800", "cp", "tfstate",
    ]
)  # fmt: skip


@given(
    st.text(max_size=80)
    | st.lists(SYNTAX, max_size=25).map("".join)
    | st.lists(SYNTAX, max_size=25).map(" ".join)
)
@settings(max_examples=400, deadline=None)
def test_any_text_gets_an_answer(text: str):
    reading = read_command(text, script=lambda _directory, _name: text)
    assert reading.answer in Answer
    assert (reading.answer is Answer.OPAQUE) <= bool(reading.reasons)
    assert (reading.answer is Answer.INFRASTRUCTURE) <= bool(reading.operations)


def test_a_character_that_the_grammars_scanner_dies_of_is_kept_from_it():
    for number in range(0x100, 0x10FFFF, 97):
        assert read_command(f"W{{{chr(number)}; ls").answer in Answer


PLAIN = st.sampled_from(
    [
        "ls", "cat", "git status", "git log", "git diff", "git", "echo", "grep", "terraform", "apply", "-la",
        "--oneline", "a.txt", "'x y'", '"a b"', '"$x"', "&&", "||", ";", "|", ">", "2>&1", ">/dev/null", "x=1",
        "*", "?", "$X", "(", ")", "#", "cd", "..", "~", "rm", "bash", "\n", "\\", "-c", "'$(x)'", "jq", "head",
        "HEAD~1", "a:b", "%h", "@{u}", "sh", "diff", "{a,b}", "&", "cut", "sleep", "seq", "'(' ", "\"it's\"",
        "!", "+x", "=", "a=b", "--output=x", "in", "do", "if", "then", "fi", "cat=", "tfstate", "commit",
    ]
)  # fmt: skip


@given(st.lists(PLAIN, max_size=12).map(" ".join) | st.lists(PLAIN, max_size=8).map("".join))
@settings(max_examples=1500, deadline=None)
@example("cd x && ls -la | grep 'terraform apply' ; git log --oneline 2>&1")
def test_what_is_plainly_harmless_is_harmless(text: str):
    if plainly_harmless(text):
        assert read_command(text).answer is Answer.HARMLESS


@given(
    st.sampled_from(["ls", "cat", "git log", "echo", "grep", "cd", "jq"]),
    st.lists(st.text(string.printable.replace("\0", ""), max_size=12), max_size=4),
)
@settings(max_examples=800, deadline=None)
def test_what_is_plainly_harmless_is_harmless_with_any_words(program: str, words: list[str]):
    text = " ".join([program, *words])
    if plainly_harmless(text):
        assert read_command(text).answer is Answer.HARMLESS


LINES = [
    ["terraform", "apply"],
    ["tofu", "destroy"],
    ["terraform", "-chdir=prod", "destroy"],
    ["terragrunt", "run-all", "apply"],
    ["bash", "-c", "terraform apply"],
    ["sudo", "-E", "terraform", "apply", "tfplan"],
    ["env", "A=1", "terraform", "state", "rm", "a"],
    ["pulumi", "up"],
    ["aws", "s3", "rb", "b"],
    ["rm", "terraform.tfstate"],
    ["guardrail", "approve", "x"],
    ["docker", "run", "hashicorp/terraform", "apply"],
]


@st.composite
def disguised(draw: st.DrawFn) -> str:
    """A line with quotes, escapes, continuations and white space where they mean nothing."""
    words = []
    for word in draw(st.sampled_from(LINES)):
        style = draw(st.sampled_from(["plain", "single", "double", "pieces", "ansi", "escaped"]))
        words.append(draw(_quoted(word, style)))
    gaps = st.sampled_from([" ", "  ", "\t", " \\\n", "\\\n ", " \\\n\\\n "])
    line = words[0]
    for word in words[1:]:
        line += draw(gaps) + word
    before = draw(
        st.sampled_from(
            ["", " ", "ls; ", "true && ", "x=1 ", "# x\n", "( ", "! ", "if true; then "]
        )
    )
    after = {"( ": " )", "if true; then ": "; fi"}.get(
        before, draw(st.sampled_from(["", " ", "\n", ";", " # x"]))
    )
    return before + line + after


@st.composite
def _quoted(draw: st.DrawFn, word: str, style: str) -> str:
    if style == "single":
        return f"'{word}'"
    if style == "double":
        return f'"{word}"'
    if style == "ansi":
        return "$'" + "".join(f"\\x{ord(each):02x}" for each in word) + "'"
    if style == "plain" and " " not in word:
        return word
    cut = draw(st.integers(0, len(word) - 1))
    if style == "escaped":
        return "".join(
            f"\\{each}" if each == " " or at == cut else each for at, each in enumerate(word)
        )
    between = draw(st.sampled_from(["", "''", '""', "\\\n"])) if " " not in word else ""
    return f"'{word[:cut]}'{between}\"{word[cut:]}\""


@given(disguised())
@settings(max_examples=600, deadline=None)
def test_no_disguise_makes_an_operation_harmless(line: str):
    assert read_command(line).answer is Answer.INFRASTRUCTURE


@given(st.sampled_from(LINES), st.integers(0, 4))
@settings(max_examples=100, deadline=None)
def test_shells_inside_shells_hide_nothing(words: list[str], depth: int):
    line = " ".join(f"'{word}'" for word in words)
    for _ in range(depth):
        line = "bash -c '" + line.replace("'", "'\\''") + "'"
    assert read_command(line).answer is Answer.INFRASTRUCTURE


def _base64(line: str) -> str:
    return base64.b64encode(line.encode()).decode()


def _in_base64(line: str) -> str:
    return f"sh -c 'echo {_base64(line)} | base64 -d | sh'"


def _in_a_shell(line: str) -> str:
    return f"sh -c {shlex.quote(line)}"


HIDINGS: list[Callable[[str], str]] = [
    lambda line: f"echo {_base64(line)} | base64 -d | sh",
    lambda line: f"bash <<< $(base64 -d <<< {_base64(line)})",
    lambda line: f'eval "$(echo {_base64(line)} | base64 --decode)"',
    lambda line: f"echo {line.encode().hex()} | xxd -r -p | bash",
    lambda line: f"echo {shlex.quote(line[::-1])} | rev | sh",
    lambda line: f"echo {shlex.quote(line)} > /tmp/a.sh; sh /tmp/a.sh",
    lambda line: f"cat > a.sh <<'E'\n{line}\nE\nchmod +x a.sh && ./a.sh",
    lambda line: f"printf '%s\\n' {shlex.quote(line)} | tee a.sh >/dev/null; . ./a.sh",
    lambda line: f"python3 -c {shlex.quote(f'import os; os.system({line!r})')}",
    lambda line: f"python3 - <<'E'\nimport subprocess\nsubprocess.run({shlex.split(line)!r})\nE",
    lambda line: f"GIT_EDITOR={shlex.quote(line)} git commit",
    lambda line: f"X={shlex.quote(line)}; eval $X",
    lambda line: f'X={shlex.quote(line)}; sh -c "$X"',
    lambda line: f"f() {{ {line}; }}; f",
    lambda line: f"alias q={shlex.quote(line)}; q",
    lambda line: f"xargs -I{{}} {line}",
    lambda line: f"find . -exec {line} \\;",
    lambda line: f"nobody-knows-me --fast -- {line}",
    lambda line: f"nohup setsid timeout 9 nice {line} &",
    lambda line: f"ssh host {shlex.quote(line)}",
    lambda line: f"tmux new -d {shlex.quote(line)}",
    lambda line: f"git -c alias.x={shlex.quote('!' + line)} x",
    lambda line: f"printf 'all:\\n\\t%s\\n' {shlex.quote(line)} | make -f -",
    lambda line: f"echo {shlex.quote(line)} >> ~/.bashrc",
    lambda line: f"echo {shlex.quote(line)} > .git/hooks/pre-push",
    lambda line: f"true && {{ {line}; }} || (false)",
    lambda line: f"read -r c <<< {shlex.quote(line)}; eval $c",
    lambda line: f"printf -v c '%s' {shlex.quote(line)}; eval \"$c\"",
    lambda line: f"trap {shlex.quote(line)} EXIT",
    lambda line: f"echo {shlex.quote(line)} | at now",
    lambda line: f"docker exec c sh -c {shlex.quote(line)}",
]  # fmt: skip


@given(st.sampled_from(LINES), st.sampled_from(HIDINGS))
@settings(max_examples=400, deadline=None)
def test_no_hiding_place_makes_an_operation_harmless(words: list[str], hide: Callable[[str], str]):
    assert read_command(hide(shlex.join(words))).answer is Answer.INFRASTRUCTURE


@given(
    st.sampled_from(LINES),
    st.sampled_from(HIDINGS),
    st.sampled_from(HIDINGS),
    st.sampled_from([_in_base64, _in_a_shell]),
)
@settings(max_examples=400, deadline=None)
def test_nor_do_two_of_them(words: list[str], one, two, between):
    assert read_command(two(between(one(shlex.join(words))))).answer is not Answer.HARMLESS
