import os
import pwd

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.canonical import canonical_bytes
from guardrail.origin.observed import Actor, Commit, Means
from guardrail.sources import logins as module
from guardrail.sources.logins import home_directory, logins

COMMIT = Commit(
    author="Ada",
    author_email="12345+ada@users.noreply.github.com",
    committer="GitHub",
    committer_email="noreply@github.com",
    message="",
)


def ask(env=None, commits=(), actors=()) -> tuple[str, ...]:
    return logins(env or {}, commits=commits, actors=actors)


def test_the_user_is_known_by_number_not_by_variable() -> None:
    found = ask({"USER": "root-of-all", "LOGNAME": "root-of-all"})
    assert pwd.getpwuid(os.getuid()).pw_name in found
    assert "root-of-all" not in found


def test_the_user_behind_sudo_counts_too() -> None:
    assert {"jane", "joe"} <= set(ask({"SUDO_USER": "jane", "DOAS_USER": "joe"}))


def test_the_user_that_the_kernel_recorded_at_login_counts(tmp_path, mocker) -> None:
    record = tmp_path / "loginuid"
    mocker.patch.object(module, "_LOGIN_UID", record)
    mocker.patch.object(os, "getuid", return_value=4_000_001)
    mocker.patch.object(os, "geteuid", return_value=4_000_001)
    for text, found in (
        ("0", ("4000001", "root")),
        (str(2**32 - 1), ("4000001",)),
        ("", ("4000001",)),
    ):
        record.write_text(text)
        assert ask() == found


def test_git_and_ci_names_count_but_branches_and_labels_do_not() -> None:
    actors = [
        Actor(where="GITHUB_ACTOR", means=Means.LOGIN, text="jane"),
        Actor(where="GITLAB_USER_EMAIL", means=Means.EMAIL, text="jane@corp.example"),
        Actor(where="branch", means=Means.BRANCH, text="main"),
        Actor(where="label", means=Means.LABEL, text="infra"),
        Actor(where="user.email", means=Means.EMAIL, text=" "),
    ]
    found = ask(commits=[COMMIT, COMMIT], actors=actors)
    assert found[-5:] == (
        "12345+ada@users.noreply.github.com",
        "noreply@github.com",
        "jane",
        "jane@corp.example",
        "ada",
    )


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=400))
def test_any_name_can_be_written_into_a_request(name) -> None:
    found = ask({"SUDO_USER": name})
    assert canonical_bytes(list(found))
    assert all(login == login.strip() and login.isprintable() for login in found)


def test_the_home_comes_from_the_systems_list(monkeypatch, mocker) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    assert home_directory() == pwd.getpwuid(os.getuid()).pw_dir
    mocker.patch.object(os, "getuid", return_value=4_000_001)
    assert home_directory() == ""


def test_a_system_without_user_numbers_is_asked_for_its_login(mocker) -> None:
    mocker.patch.object(os, "getlogin", return_value="jane")
    uid = os.getuid
    del os.getuid
    try:
        assert (ask(), home_directory()) == (("jane",), "")
    finally:
        os.getuid = uid
