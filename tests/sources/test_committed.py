"""Files of commits, from real repositories."""

import os
import subprocess
from pathlib import Path

import pytest

from guardrail.sources import committed
from guardrail.sources.committed import Committed, find_bases
from guardrail.sources.git import Git, find_git


class Repo:
    """A repository with one commit on main."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        path.mkdir()
        self.run("init", "-q", "-b", "main", *options)
        self.base = self.commit({"stack/main.tf": "one", "stack/notes.md": "no", "top.tf": "top"})

    @property
    def git(self) -> Git:
        found = find_git(self.path, {})
        assert found is not None
        return found

    def run(self, *words: str) -> str:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.path), "GIT_CONFIG_NOSYSTEM": "1"}
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@corp.example")
        done = subprocess.run(
            ["git", *who, *words], cwd=self.path, env=env, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def commit(self, files: dict[str, str]) -> str:
        for name, text in files.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text)
        self.run("add", "-A")
        self.run("commit", "-q", "--allow-empty", "-m", "change")
        return self.run("rev-parse", "HEAD")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_without_an_upstream_only_head_is_a_base(repo):
    assert find_bases(repo.git, []) == (repo.base,)


def test_an_empty_repository_has_none(tmp_path):
    repo = Repo.__new__(Repo)
    repo.path = tmp_path
    repo.run("init", "-q")
    assert find_bases(repo.git, ["main"]) == ()


def test_a_branch_is_compared_with_where_it_left_the_default_branch(repo):
    repo.run("checkout", "-q", "-b", "feature")
    head = repo.commit({"stack/main.tf": "two"})
    repo.run("checkout", "-q", "main")
    ahead = repo.commit({"other.tf": "x"})
    repo.run("update-ref", "refs/remotes/origin/master", ahead)
    repo.run("checkout", "-q", "feature")
    assert find_bases(repo.git, []) == (head, repo.base)
    repo.run("update-ref", "refs/remotes/origin/main", head)
    assert find_bases(repo.git, []) == (head,)


@pytest.mark.parametrize("look_away", ["HEAD", "nowhere", "--all", "main..feature", "-x", "a\nb"])
def test_a_named_base_goes_first_and_none_that_names_nothing_hides_the_upstream(repo, look_away):
    middle = repo.commit({"a.tf": "x"})
    head = repo.commit({"b.tf": "x"})
    repo.run("update-ref", "refs/remotes/origin/main", repo.base)
    assert find_bases(repo.git, [middle]) == (head, middle)
    assert find_bases(repo.git, [look_away]) == (head, repo.base)


def test_in_a_shallow_history_the_base_itself_is_the_nearest(repo, tmp_path):
    head = repo.commit({"a.tf": "x"})
    clone = tmp_path / "clone"
    repo.run("clone", "-q", "--depth=1", repo.path.as_uri(), str(clone))
    git = find_git(clone, {})
    repo.run("-C", str(clone), "fetch", "-q", "--depth=1", "origin", repo.base)
    assert find_bases(git, [repo.base]) == (head, repo.base)


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
def test_files_are_read_as_they_were_committed(tmp_path, options):
    repo = Repo(tmp_path / "hashed", *options)
    head = repo.commit({"stack/main.tf": "two"})
    files = Committed(repo.git, [b"two"])
    assert files.read(head, ("stack", "")) == {
        "stack": {"main.tf": b"two"},
        "": {"top.tf": b"top"},
    }
    assert files.read(repo.base, ("stack", "gone", "stack/main.tf")) == {
        "stack": {"main.tf": b"one"},
        "gone": {},
        "stack/main.tf": {},
    }


def test_links_and_odd_names_are_no_files(repo):
    (repo.path / "stack" / "link.tf").symlink_to("main.tf")
    (repo.path / "linked").symlink_to("stack")
    head = repo.commit({"bell\a/x.tf": "x", "stack/bell\a.tf": "x", "ünï/x.tf": "x"})
    assert Committed(repo.git, []).read(head, ("stack", "linked", "bell\a", "ünï")) == {
        "stack": {"main.tf": b"one"},
        "linked": {},
        "bell\a": {},
        "ünï": {"x.tf": b"x"},
    }


def test_what_is_known_and_what_was_read_is_not_asked_for_again(repo, mocker):
    ask = mocker.spy(Git, "ask")
    files = Committed(repo.git, [b"one", b"top"])
    files.load([repo.base], ["stack", ""])
    asked = ask.call_count
    assert files.read(repo.base, ("stack",)) == {"stack": {"main.tf": b"one"}}
    assert ask.call_count == asked == 2


def test_large_files_are_not_read(repo, mocker):
    mocker.patch.object(committed, "MOST_OBJECT_BYTES", 400)
    head = repo.commit({"stack/large.tf": "x" * 401})
    assert Committed(repo.git, []).read(head, ("stack",)) == {"stack": {"main.tf": b"one"}}


def test_an_answer_that_is_cut_short_is_none(repo, mocker):
    mocker.patch.object(Git, "ask", return_value=b"")
    assert find_bases(repo.git, []) == ()
    assert Committed(repo.git, []).read("HEAD", ("stack",)) == {"stack": {}}
