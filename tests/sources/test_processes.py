"""
Ancestors, with real processes.

The machine that runs these tests may itself be an agent's: chains of processes
are cut at this test's own process, so only what a test starts is looked at.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from guardrail.origin.classify import classify
from guardrail.origin.evidence import OriginKind, Source
from guardrail.origin.match import match_ancestors, match_environment
from guardrail.origin.observed import Process
from guardrail.origin.signals import load_signals
from guardrail.sources import processes
from guardrail.sources.processes import (
    ancestor_evidence,
    ancestors,
    linux_ancestors,
    psutil_ancestors,
)
from guardrail.sources.procfs import parent_of, read_process

SIGNALS = load_signals()
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(autouse=True)
def program(tmp_path, monkeypatch) -> None:
    """Put a stand-in for terraform on the path: it says its number and waits for its input's end."""
    there = tmp_path / "terraform"
    there.write_text("#!/bin/sh\necho $$\nread line\n:\n")
    there.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


@contextmanager
def started(line: str, **env: str) -> Iterator[int]:
    """Run ``line`` in an agent's shell and yield the number of the process it starts."""
    with subprocess.Popen(
        ["bash", "-c", line],
        env={"PATH": os.environ["PATH"], **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as shell:
        assert shell.stdout is not None
        assert shell.stdin is not None
        try:
            yield int(shell.stdout.readline())
        finally:
            shell.stdin.close()


def below_this_test(pid: int) -> tuple[Process, ...]:
    """Return the ancestors of ``pid`` that this test started."""
    numbers = [parent.pid for parent in psutil.Process(pid).parents()]
    return ancestors(pid).processes[: numbers.index(os.getpid())]


def origin_of(pid: int) -> OriginKind:
    own = psutil.Process(pid).environ()
    found = match_ancestors(below_this_test(pid), own, SIGNALS)
    return classify((*match_environment(own, SIGNALS), *found)).kind


CAUGHT = [
    "terraform; :",
    "env -u CLAUDECODE terraform; :",
    "CLAUDECODE= terraform; :",
    "unset CLAUDECODE; terraform; :",
    'env -i PATH="$PATH" bash -c "terraform; :"; :',
    'env -i PATH="$PATH" bash -c "exec terraform"; :',
]
MISSED = [
    "exec env -u CLAUDECODE terraform",
    "exec env -i PATH=$PATH terraform",
]
"""The shell that carried the variable is gone; docs/origin.md says so."""


@pytest.mark.parametrize("line", CAUGHT)
def test_an_agents_command_that_drops_its_variable_is_caught(line) -> None:
    with started(line, CLAUDECODE="1") as pid:
        assert origin_of(pid) is OriginKind.AGENT


@pytest.mark.parametrize("line", MISSED)
def test_a_shell_that_replaces_itself_takes_the_evidence_along(line) -> None:
    with started(line, CLAUDECODE="1") as pid:
        assert origin_of(pid) is OriginKind.UNKNOWN


def test_a_shell_without_an_agent_gives_nothing_away() -> None:
    with started("terraform; :") as pid:
        assert match_ancestors(below_this_test(pid), {}, SIGNALS) == ()


def test_an_ancestor_that_goes_by_an_agents_name_is_evidence(tmp_path) -> None:
    agent = tmp_path / "claude"
    agent.symlink_to("/bin/bash")
    with started(f'"{agent}" -c "terraform; :"; :') as pid:
        found = match_ancestors(below_this_test(pid), {}, SIGNALS)
    assert [(e.source, e.signal) for e in found] == [(Source.PROCESS, "claude")]


def test_an_agent_that_is_a_script_is_known_by_the_scripts_name(tmp_path) -> None:
    script = tmp_path / "aider.py"
    script.write_text("import os; os.system('terraform; :')")
    with started(f'"{sys.executable}" -S -E "{script}"; :') as pid:
        names = {e.name for e in match_ancestors(below_this_test(pid), {}, SIGNALS)}
    assert names == {"aider"}


@ON_LINUX
def test_an_empty_entry_in_front_hides_nothing() -> None:
    code = (
        "import os, sys, ctypes\n"
        "libc = ctypes.CDLL(None)\n"
        "argv = (ctypes.c_char_p * 4)(b'bash', b'-c', b'terraform; :', None)\n"
        "path = os.fsencode('PATH=' + os.environ['PATH'])\n"
        "envp = (ctypes.c_char_p * 4)(b'', path, b'CLAUDECODE=1', None)\n"
        "libc.execve(b'/bin/bash', argv, envp)\n"
    )
    with started(f'"{sys.executable}" -S -E -c "$CODE"; :', CODE=code) as pid:
        shell = psutil.Process(pid).ppid()
        assert "CLAUDECODE" not in psutil.Process(shell).environ()
        assert "CLAUDECODE" in (read_process(shell).environment or {})
        assert origin_of(pid) is OriginKind.AGENT


@ON_LINUX
def test_both_readers_see_the_same_ancestors() -> None:
    with started("terraform; :", CLAUDECODE="1", EMPTY="") as pid:
        direct, through_psutil = linux_ancestors(pid), psutil_ancestors(pid)
    assert direct.processes[0] == through_psutil.processes[0]
    assert direct.processes[0].environment is not None
    for one, other in zip(direct.processes, through_psutil.processes, strict=True):
        assert (one.programs, one.script) == (other.programs, other.script)
    assert direct.obstructed == through_psutil.obstructed


AS_ANOTHER_USER = """
import os, psutil
from guardrail.sources.processes import linux_ancestors, psutil_ancestors
os.seteuid(65534)
direct, through_psutil = linux_ancestors(os.getpid()), psutil_ancestors(os.getpid())
assert direct.processes and {p.environment for p in direct.processes} == {None}
assert direct.obstructed == through_psutil.obstructed
print(*direct.obstructed)
"""


@ON_LINUX
@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_both_readers_are_refused_the_same_variables_of_another_user() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_ANOTHER_USER], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("processes: the variables of ancestor")


def test_elsewhere_than_on_linux_psutil_is_asked(mocker) -> None:
    mocker.patch.object(processes.sys, "platform", "darwin")
    asked = mocker.spy(processes, "psutil_ancestors")
    ancestors(os.getpid())
    asked.assert_called_once_with(os.getpid())


def test_our_own_signals_are_not_said_twice() -> None:
    with started("terraform; :", CLAUDECODE="1") as pid:
        found, _ = ancestor_evidence({"CLAUDECODE": ""}, SIGNALS, pid=pid)
        assert "CLAUDECODE" not in {e.signal for e in found}
        found, _ = ancestor_evidence({}, SIGNALS, pid=pid)
        assert "CLAUDECODE" in {e.signal for e in found}


def test_without_a_number_it_is_about_this_process() -> None:
    assert ancestor_evidence(os.environ, SIGNALS) == ancestor_evidence(
        os.environ, SIGNALS, pid=os.getpid()
    )


def test_a_process_that_is_gone_is_obstructed_not_clean() -> None:
    with started("terraform; :") as pid:
        pass
    for climb in (linux_ancestors, psutil_ancestors):
        seen = climb(pid)
        assert seen.processes == ()
        assert seen.obstructed == ("processes: an ancestor ended or hides while we look",)


class Procfs:
    """A pretend /proc."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, pid: int, parent: int, began: int = 0, environ: bytes = b"") -> None:
        here = self.root / str(pid)
        here.mkdir()
        rest = " ".join(["S", str(parent), *["0"] * 17, str(began), "0"])
        (here / "stat").write_text(f"{pid} (a ) b (c)) {rest}")
        (here / "cmdline").write_bytes(b"codex\0apply\0")
        (here / "comm").write_text("codex\n")
        (here / "environ").write_bytes(environ)


@pytest.fixture
def procfs(tmp_path) -> Procfs:
    return Procfs(tmp_path)


def test_a_title_full_of_brackets_confuses_nobody(procfs) -> None:
    procfs.add(7, 3, 99)
    assert parent_of(7, procfs.root) == (3, 99)


def test_variables_are_read_with_their_odd_shapes(procfs) -> None:
    procfs.add(7, 0, environ=b"\0A=1\0no equals\0\0B=x=y\0C=\0\xff=\xfe\0")
    seen = read_process(7, procfs.root)
    assert seen.programs == ("codex",)
    assert seen.environment is not None
    assert {k: v for k, v in seen.environment.items() if k.isascii()} == {
        "A": "1",
        "B": "x=y",
        "C": "",
    }


def test_variables_of_another_user_are_obstructed_not_clean(procfs, mocker) -> None:
    procfs.add(7, 3)
    procfs.add(3, 0)
    real = Path.open

    def refuse(path: Path, mode: str) -> object:
        if path.name == "environ":
            raise PermissionError
        return real(path, mode)

    mocker.patch.object(Path, "open", refuse)
    seen = linux_ancestors(7, procfs.root)
    assert [p.environment for p in seen.processes] == [None]
    assert seen.obstructed == ("processes: the variables of ancestor 3 can't be read",)


def test_psutil_refusals_are_obstructed_not_clean(mocker) -> None:
    for method in ("environ", "cmdline", "exe"):
        mocker.patch.object(psutil.Process, method, side_effect=psutil.AccessDenied)
    seen = psutil_ancestors(os.getpid())
    assert seen.processes
    assert {p.environment for p in seen.processes} == {None}
    (said,) = seen.obstructed
    assert str(os.getppid()) in said


def test_psutils_word_for_a_parent_that_is_another_process_is_obstructed(mocker) -> None:
    # psutil compares when the two began, and then knows no parent.
    mocker.patch.object(psutil.Process, "parent", return_value=None)
    seen = psutil_ancestors(os.getpid())
    assert seen.processes == ()
    assert seen.obstructed == ("processes: an ancestor ended or hides while we look",)


ZSH = {"PATH": "/bin", "SHELL": "/bin/zsh"}


class TestMac:
    """
    What psutil answers on macOS, injected: no Mac runs these tests.

    psutil/arch/osx/proc.c and proc_utils.c, and XNU's kern_sysctl.c, say what that is: names and
    parents of every process; the variables of a program that is restricted as none, without an
    error; those of another user as a refusal; a title of at most 16 characters.
    """

    @pytest.fixture(autouse=True)
    def platform(self, mocker) -> None:
        mocker.patch.object(processes.sys, "platform", "darwin")

    @pytest.fixture
    def process(self, mocker):
        """Build the ancestors of process 900: number to name, file, command line and variables."""

        def build(table: dict[int, tuple[str, str, list[str], object]]) -> None:
            numbers = list(table)

            class Faked:
                def __init__(self, pid: int) -> None:
                    self.pid = pid

                def ppid(self) -> int:
                    above = [*numbers, 0]
                    return above[0] if self.pid == 900 else above[above.index(self.pid) + 1]

                def parent(self) -> "Faked":
                    return Faked(self.ppid())

                def _answer(self, column: int):
                    answer = table[self.pid][column]
                    if isinstance(answer, Exception):
                        raise answer
                    return answer

                def name(self):
                    return self._answer(0)

                def exe(self):
                    return self._answer(1)

                def cmdline(self):
                    return self._answer(2)

                def environ(self):
                    return self._answer(3)

            mocker.patch.object(psutil, "Process", Faked)

        return build

    def test_the_first_process_obstructs_nothing(self, process) -> None:
        refused = psutil.AccessDenied(1)
        process(
            {
                800: ("zsh", "/opt/homebrew/bin/zsh", ["-zsh"], ZSH),
                1: ("launchd", "/sbin/launchd", refused, refused),
            }
        )
        seen = psutil_ancestors(900)
        assert [p.programs for p in seen.processes] == [("zsh",), ("launchd",)]
        assert seen.obstructed == ()

    def test_what_macos_hides_is_one_line_and_not_clean(self, process) -> None:
        refused = psutil.AccessDenied(700)
        process(
            {
                800: ("zsh", "/bin/zsh", ["-zsh"], {}),
                700: ("login", "/usr/bin/login", refused, refused),
                600: (
                    "Terminal",
                    "/System/Applications/Utilities/Terminal.app/Contents/MacOS/Terminal",
                    [],
                    {},
                ),
                1: ("launchd", "/sbin/launchd", refused, {}),
            }
        )
        seen = psutil_ancestors(900)
        assert [p.environment for p in seen.processes] == [None, None, None, {}]
        assert seen.obstructed == (
            "processes: the variables of ancestors 800, 700, 600 can't be read",
        )

    def test_a_refusal_that_comes_as_an_error_without_a_number_is_a_refusal(self, process) -> None:
        error = OSError(0, "Undefined error: 0")
        process(
            {
                800: (error, "/Users/ada/.local/bin/claude", error, error),
                1: ("launchd", "/sbin/launchd", [], {}),
            }
        )
        seen = psutil_ancestors(900)
        assert [p.programs for p in seen.processes] == [("claude",), ("launchd",)]
        assert seen.obstructed == ("processes: the variables of ancestor 800 can't be read",)

    def test_agents_are_known_by_their_names_where_no_variable_is_shown(self, process) -> None:
        helper = "/Applications/Cursor.app/Contents/Frameworks/Cursor Helper (Plugin).app/Contents"
        helper += "/MacOS/Cursor Helper (Plugin)"
        process(
            {
                800: ("zsh", "/bin/zsh", ["/bin/zsh", "-c", "terraform apply"], {}),
                700: ("claude", "/Users/ada/.local/share/claude/versions/2.1.144", ["claude"], {}),
                600: ("node", "/opt/homebrew/bin/node", ["node", "/opt/homebrew/bin/codex"], {}),
                500: ("Cursor Helper (P", helper, [helper, "--type=utility"], {}),
                1: ("launchd", "/sbin/launchd", [], {}),
            }
        )
        found = match_ancestors(psutil_ancestors(900).processes, {}, SIGNALS)
        assert {e.name for e in found} == {"claude-code", "codex", "cursor"}
        assert classify(found).kind is OriginKind.AGENT

    def test_a_person_in_an_editors_terminal_is_no_agent(self, process) -> None:
        helper = "/Applications/Visual Studio Code.app/Contents/Frameworks/Code Helper.app/Contents"
        helper += "/MacOS/Code Helper"
        process(
            {
                800: ("zsh", "/opt/homebrew/bin/zsh", ["zsh", "-il"], ZSH),
                700: ("Code Helper", helper, [helper, "--type=ptyHost"], ZSH),
                600: (
                    "Electron",
                    "/Applications/Visual Studio Code.app/Contents/MacOS/Electron",
                    [],
                    ZSH,
                ),
                1: ("launchd", "/sbin/launchd", [], {}),
            }
        )
        seen = psutil_ancestors(900)
        assert match_ancestors(seen.processes, {}, SIGNALS) == ()
        assert seen.obstructed == ()


def test_a_number_that_was_given_away_again_is_not_our_parent(procfs) -> None:
    procfs.add(7, 3, began=10)
    procfs.add(3, 1, began=11)
    seen = linux_ancestors(7, procfs.root)
    assert seen.processes == ()
    assert seen.obstructed == ("processes: an ancestor ended or hides while we look",)


def test_a_broken_stat_is_obstructed(procfs) -> None:
    procfs.add(7, 3)
    (procfs.root / "7" / "stat").write_text("7 (x) S")
    assert linux_ancestors(7, procfs.root).obstructed


def test_climbing_ends(procfs) -> None:
    for number in range(2, 100):
        procfs.add(number, number + 1)
    procfs.add(100, 0)
    seen = linux_ancestors(2, procfs.root)
    assert len(seen.processes) == processes.MOST_ANCESTORS
    assert seen.obstructed == ("processes: more than 64 ancestors",)
