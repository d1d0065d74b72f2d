import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.origin.program import base_name, program_names, script_of


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/usr/local/bin/claude", "claude"),
        ("-bash", "bash"),
        (r"C:\Tools\Codex.EXE", "codex"),
        ("/opt/codex/bin/codex.js", "codex"),
        ("/home/x/.local/bin/claude (deleted)", "claude"),
        ("", ""),
    ],
)
def test_a_bare_name_has_no_directory_extension_or_capitals(path, name) -> None:
    assert base_name(path) == name


@pytest.mark.parametrize(
    ("argv", "script"),
    [
        (["node", "/usr/bin/gemini"], "/usr/bin/gemini"),
        (
            ["/usr/bin/node", "--no-warnings", "-r", "x.js", "/opt/codex.js", "apply"],
            "/opt/codex.js",
        ),
        (["python3.11", "-m", "aider.main"], "aider"),
        (["python3.11", "-m"], ""),
        (["python3", "-W", "ignore", "/usr/bin/aider"], "/usr/bin/aider"),
        (["bun", "run", "opencode.ts"], "opencode.ts"),
        (["bash", "-c", "codex"], ""),
        (["bash", "-lc", "codex"], ""),
        (["node", "-e", "codex"], ""),
        (["python", "-", "codex"], ""),
        (["grep", "codex"], ""),
        (["node", "--inspect"], ""),
        (["/A.app/Contents/MacOS/Code Helper (Plugin)", "/x/cli.js", "--node-ipc"], "/x/cli.js"),
        (["/A.app/Contents/MacOS/Code Helper (Renderer)", "-e", "codex"], ""),
        (["/A.app/Contents/MacOS/Cursor Helper", "--type=gpu-process"], ""),
        (["/A.app/Contents/MacOS/Electron", "-psn_0_65552"], ""),
        (["node", ""], ""),
        ([], ""),
    ],
)
def test_the_script_of_an_interpreter_is_found(argv, script) -> None:
    assert script_of(argv) == script


def test_a_process_goes_by_its_file_its_first_word_its_title_and_its_script() -> None:
    names = program_names("/opt/versions/2.1.30", ["claude", "--continue"], "MainThread")
    assert names == ("2.1.30", "claude", "mainthread")
    assert program_names("", [], "") == ()
    assert program_names("/usr/bin/node", ["node", "/x/codex.js"], "node") == ("node", "codex")


FRAMEWORKS = "/Applications/Cursor.app/Contents/Frameworks"
HELPER = f"{FRAMEWORKS}/Cursor Helper (Plugin).app/Contents/MacOS/Cursor Helper (Plugin)"


@pytest.mark.parametrize(
    ("file", "argv", "title", "names"),
    [
        (
            HELPER,
            [HELPER],
            "Cursor Helper (P",
            ("cursor helper (plugin)", "cursor helper (p", "cursor"),
        ),
        (
            "/Applications/Warp.app/Contents/MacOS/stable",
            ["/Applications/Warp.app/Contents/MacOS/stable"],
            "stable",
            ("stable", "warp"),
        ),
        # https://github.com/anthropics/claude-code/issues/61856
        (
            "/Users/ada/.local/share/claude/versions/2.1.144",
            ["claude", "--continue"],
            "claude",
            ("2.1.144", "claude"),
        ),
        (
            "/opt/homebrew/Cellar/node/24.1.0/bin/node",
            ["node", "/opt/homebrew/bin/codex"],
            "node",
            ("node", "codex"),
        ),
        ("/Users/ada/x.app/terraform", ["terraform"], "terraform", ("terraform",)),
        ("/Users/ada/x.app", ["x.app"], "x.app", ("x.app",)),
    ],
)
def test_programs_of_macos_go_by_their_applications_too(file, argv, title, names) -> None:
    assert program_names(file, argv, title) == names


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_command_line_can_be_read(argv) -> None:
    assert isinstance(script_of(argv), str)
    assert "" not in argv[:1] or isinstance(program_names("", argv, ""), tuple)
