"""Real repositories, made by real git, some of them to mislead."""

import os
import subprocess
from pathlib import Path

import pytest

from guardrail.errors import ProcessError
from guardrail.origin.match_git import match_commits
from guardrail.origin.signals import load_signals
from guardrail.sources import git
from guardrail.sources.git import read_repository

SIGNALS = load_signals()
CLAUDE = "Co-Authored-By: Claude Opus <noreply@anthropic.com>"


class Repo:
    """A repository of a human named Ada, under her own home."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.run("init", "-q", "-b", "main")
        self.run("config", "user.name", "Ada")
        self.run("config", "user.email", "ada@corp.example")
        self.base = self.commit("base")

    def run(self, *words: str, stdin: bytes = b"") -> str:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.path), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *words], cwd=self.path, env=env, input=stdin, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def commit(self, message: str, *words: str) -> str:
        self.run("commit", "-q", "--allow-empty", "-m", message, *words)
        return self.run("rev-parse", "HEAD")

    def read(self, *ranges: tuple[str, str], directory: Path | None = None):
        return read_repository(
            directory or self.path, {}, ranges=ranges, notes_ref=SIGNALS.notes.ref
        )

    def names(self, *ranges: tuple[str, str]) -> list[str]:
        commits = self.read(*(ranges or ((self.base, "HEAD"),))).commits
        return [e.name for e in match_commits(commits, SIGNALS)]


@pytest.fixture
def repo(tmp_path, mocker) -> Repo:
    made = Repo(tmp_path / "repo")
    mocker.patch.object(git, "home_directory", return_value=str(made.path))
    return made


def test_the_commits_that_head_has_and_base_has_not_are_read(repo) -> None:
    repo.commit(f"old\n\n{CLAUDE}")
    base = repo.run("rev-parse", "HEAD")
    repo.commit("one")
    repo.commit("two", "--author", "Eve <cursoragent@cursor.com>")
    seen = repo.read((base, "HEAD"))
    assert seen.obstructed == ()
    assert [c.message for c in seen.commits] == ["two\n", "one\n"]
    assert repo.names((base, "HEAD")) == ["cursor"]
    assert repo.names((repo.base, "HEAD")) == ["cursor", "claude-code"]


def test_two_ranges_are_read_together_and_a_commit_once(repo) -> None:
    first = repo.commit(f"one\n\n{CLAUDE}")
    repo.commit("two")
    assert len(repo.read((repo.base, "HEAD"), (first, "HEAD")).commits) == 2
    narrow = repo.read((first, "HEAD"), (repo.base, "HEAD"))
    assert {c.message.split("\n")[0] for c in narrow.commits} == {"one", "two"}


def test_branch_and_identity_are_read_without_a_range(repo) -> None:
    repo.run("checkout", "-q", "-b", "claude/fix")
    seen = repo.read()
    assert (seen.branch, seen.emails) == ("refs/heads/claude/fix", ("ada@corp.example",))
    assert (seen.commits, seen.obstructed) == ((), ())


def test_a_subdirectory_and_a_worktree_are_the_repository_too(repo, tmp_path) -> None:
    deep = repo.path / "a" / "b"
    deep.mkdir(parents=True)
    assert repo.read(directory=deep).branch == "refs/heads/main"
    repo.run("worktree", "add", "-q", "-b", "codex/x", str(tmp_path / "tree"))
    assert repo.read(directory=tmp_path / "tree").branch == "refs/heads/codex/x"


def test_a_detached_head_has_no_branch(repo) -> None:
    repo.run("checkout", "-q", "--detach")
    assert repo.read().branch == ""


def test_the_users_own_identity_counts_where_the_repository_has_none(repo, mocker) -> None:
    repo.run("config", "--unset", "user.email")
    (repo.path / ".gitconfig").write_text("[user]\n\temail = eve@corp.example\n")
    assert repo.read().emails == ("eve@corp.example",)
    mocker.patch.object(git, "home_directory", return_value="/nonexistent")
    env = {"HOME": str(repo.path)}
    seen = read_repository(repo.path, env, ranges=(), notes_ref="refs/notes/ai")
    assert seen.emails == ("eve@corp.example",)


def test_git_variables_of_the_caller_have_no_effect(repo, monkeypatch, tmp_path) -> None:
    repo.commit(f"x\n\n{CLAUDE}")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.worktree")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "/nonexistent")
    assert repo.names() == ["claude-code"]


def test_nothing_that_the_repository_names_is_run(repo, tmp_path) -> None:
    marker = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        (hooks / name).symlink_to(program)
    repo.commit(f"x\n\n{CLAUDE}")
    for key in (
        "core.pager",
        "core.fsmonitor",
        "core.editor",
        "core.sshCommand",
        "gpg.program",
        "core.gitProxy",
        "core.askPass",
        "diff.external",
        "pager.log",
        "pager.config",
        "credential.helper",
        "gpg.ssh.program",
        "core.alternateRefsCommand",
    ):
        repo.run("config", key, str(program))
    for key, value in (
        ("core.hooksPath", str(hooks)),
        ("log.showSignature", "true"),
        ("alias.rev-list", f"!{program}"),
        ("alias.cat-file", f"!{program}"),
        ("alias.config", f"!{program}"),
    ):
        repo.run("config", key, value)
    assert repo.names() == ["claude-code"]
    assert not marker.exists()


def test_a_missing_object_is_not_fetched(repo, tmp_path) -> None:
    marker = tmp_path / "ran"
    lost = repo.commit(f"x\n\n{CLAUDE}")
    repo.commit("y")
    repo.run("config", "core.repositoryFormatVersion", "1")
    repo.run("config", "extensions.partialClone", "origin")
    repo.run("config", "remote.origin.promisor", "true")
    repo.run("config", "remote.origin.url", f"ext::touch {marker}")
    repo.run("config", "protocol.ext.allow", "always")
    (repo.path / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    seen = repo.read((repo.base, "HEAD"))
    assert not marker.exists()
    assert seen.obstructed == ("git: the commits of the range are not here",)
    with pytest.raises(subprocess.CalledProcessError):
        repo.run("rev-list", "HEAD")
    assert marker.exists(), "an unguarded git would have run it"


@pytest.mark.parametrize("trick", ["replace", "graft"])
def test_history_is_read_as_it_was_hashed(repo, trick) -> None:
    guilty = repo.commit(f"x\n\n{CLAUDE}")
    head = repo.commit("y")
    if trick == "replace":
        tree = repo.run("rev-parse", f"{guilty}^{{tree}}")
        clean = repo.run("commit-tree", tree, "-p", repo.base, "-m", "x")
        repo.run("replace", guilty, clean)
    else:
        (repo.path / ".git" / "info" / "grafts").write_text(f"{head} {repo.base}\n")
    assert CLAUDE not in repo.run("log", "--format=%B")
    assert repo.names() == ["claude-code"]


def forge_commit_graph(repo: Repo, child: str, parent: str) -> None:
    """Make git's cache of the history say that `child` descends from `parent`."""
    repo.run("commit-graph", "write", "--reachable")
    path = repo.path / ".git" / "objects" / "info" / "commit-graph"
    data = bytearray(path.read_bytes())
    chunks = {
        bytes(data[at : at + 4]): int.from_bytes(data[at + 4 : at + 12], "big")
        for at in range(8, 8 + 12 * data[6], 12)
    }
    names = sorted(repo.run("rev-list", "--all").split())
    parents_of_child = chunks[b"CDAT"] + names.index(child) * 36 + 20
    data[parents_of_child : parents_of_child + 4] = names.index(parent).to_bytes(4, "big")
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_forged_commit_graph_hides_nothing(repo) -> None:
    repo.commit(f"x\n\n{CLAUDE}")
    forge_commit_graph(repo, repo.commit("y"), repo.base)
    assert CLAUDE not in repo.run("log", "--format=%B"), "an unguarded git believes it"
    assert repo.names() == ["claude-code"]


def test_a_nul_in_a_message_hides_nothing(repo) -> None:
    tree = repo.run("rev-parse", "HEAD^{tree}")
    raw = (
        f"tree {tree}\nparent {repo.base}\nauthor Ada <ada@corp.example> 0 +0000\n"
        f"committer Ada <ada@corp.example> 0 +0000\n\nfix\0\n\n{CLAUDE}\n"
    ).encode()
    head = repo.run("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw)
    assert repo.names((repo.base, head)) == ["claude-code"]


def test_authorship_notes_are_read_with_their_commits(repo) -> None:
    repo.commit("x")
    session = "main.tf\n  s_0123456789abcd::t_0123456789abcd 1-3\n---\n{}"
    repo.run("notes", "--ref=refs/notes/ai", "add", "-m", session, "HEAD")
    assert repo.names() == ["unnamed-agent"]
    repo.commit("y")
    repo.run("notes", "--ref=refs/notes/ai", "add", "-m", session, "HEAD")
    assert repo.read((repo.base, "HEAD")).obstructed == ()
    repo.commit("z")
    assert repo.names(("HEAD~1", "HEAD")) == []


def test_a_shallow_history_is_obstructed_not_clean(repo, tmp_path) -> None:
    repo.commit(f"x\n\n{CLAUDE}")
    head = repo.commit("y")
    clone = tmp_path / "clone"
    repo.run("clone", "-q", "--depth=1", f"file://{repo.path}", str(clone))
    seen = repo.read((repo.base, head), directory=clone)
    assert seen.commits == ()
    assert seen.obstructed == (
        "git: the history is shallow, so commits may be missing",
        "git: the commits of the range are not here",
    )


def test_a_range_without_commits_is_said(repo) -> None:
    assert repo.read(("HEAD", "HEAD")).obstructed == ("git: the range holds no commit",)


@pytest.mark.parametrize(
    "ends",
    [("--output=x", "HEAD"), ("HEAD", "--all"), ("a..b", "HEAD"), ("", "HEAD"), ("HEAD", "a b")],
)
def test_a_range_that_is_not_two_commits_is_not_given_to_git(repo, ends) -> None:
    assert repo.read(ends).obstructed == ("git: the range is not two commits",)


def test_more_commits_than_the_limit_are_said(repo, mocker) -> None:
    mocker.patch.object(git, "MOST_COMMITS", 2)
    for number in range(3):
        repo.commit(str(number))
    seen = repo.read((repo.base, "HEAD"))
    assert [c.message for c in seen.commits] == ["2\n", "1\n"]
    assert seen.obstructed == ("git: more than 2 commits, the oldest were not read",)


@pytest.mark.parametrize(("limit", "most"), [("MOST_OBJECT_BYTES", 1_000), ("MOST_BYTES", 600)])
def test_more_bytes_than_the_limit_are_said(repo, mocker, limit, most) -> None:
    repo.commit("small")
    repo.commit("large " * 400)
    mocker.patch.object(git, limit, most)
    seen = repo.read((repo.base, "HEAD"))
    assert [c.message for c in seen.commits] == ["small\n"]
    assert seen.obstructed == ("git: commits or notes are missing or too large to read",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository away")
def test_a_repository_of_another_user_is_read(repo) -> None:
    repo.commit(f"x\n\n{CLAUDE}")
    for place in (repo.path, repo.path / ".git"):
        os.chown(place, 65534, 65534)
    assert repo.names() == ["claude-code"]


def test_without_a_repository_a_range_is_obstructed(tmp_path) -> None:
    seen = read_repository(tmp_path, {}, ranges=(), notes_ref="refs/notes/ai")
    assert seen == git.Repository()
    seen = read_repository(tmp_path, {}, ranges=(("a", "b"),), notes_ref="refs/notes/ai")
    assert seen.obstructed == ("git: there is no repository here",)


def test_a_machine_without_git_is_obstructed(repo, mocker) -> None:
    mocker.patch("shutil.which", return_value=None)
    assert repo.read().obstructed == ("git: the program is not installed",)


def test_a_git_that_hangs_is_obstructed(repo, mocker) -> None:
    mocker.patch.object(git, "run", side_effect=ProcessError("git took longer than 20 seconds"))
    assert repo.read().obstructed == ("git: git took longer than 20 seconds",)


@pytest.mark.parametrize("step", ["--batch", "--batch-check"])
def test_a_git_that_fails_half_way_is_obstructed(repo, mocker, step) -> None:
    repo.commit("x")
    real = git.run

    def fail(argv, **options):
        done = real(argv, **options)
        return type(done)(1, b"", b"") if step in argv else done

    mocker.patch.object(git, "run", fail)
    seen = repo.read((repo.base, "HEAD"))
    assert seen.commits == ()
    assert seen.obstructed == ("git: commits or notes are missing or too large to read",)
