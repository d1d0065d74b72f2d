"""Modules are found by their paths, in the repository, and never through a link."""

import os

import pytest

from guardrail.sources import modules
from guardrail.sources.modules import Worktree, located, walk


def call(name, source):
    return f'module "{name}" {{\n  source = "{source}"\n}}\n'


@pytest.fixture
def found(tmp_path):
    """Return a writer of files that then returns path → directory of each module found."""

    def run(files, start="stack"):
        for name, text in files.items():
            path = tmp_path / "repo" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        read = Worktree(tmp_path / "repo").read
        return {each.path: each.directory for each in walk(read, start)}

    return run


def test_modules_are_followed_by_their_paths(found):
    files = {
        "stack/main.tf": call("a", "./inner") + call("b", "../shared/x") + call("c", "vendor/x"),
        "stack/inner/main.tf": call("deep", "../../shared/x/"),
        "shared/x/main.tf": "",
    }
    assert found(files) == {
        "": "stack",
        "module.a.": "stack/inner",
        "module.b.": "shared/x",
        "module.a.module.deep.": "shared/x",
    }


def test_the_top_of_the_repository_is_a_place_too(found):
    files = {"main.tf": call("a", "./.hidden"), ".hidden/main.tf": call("up", "../")}
    assert found(files, start="")["module.a."] == ".hidden"
    assert found(files, start="")["module.a.module.up."] == ""


def test_nothing_outside_the_repository_is_read(found):
    assert found({"stack/main.tf": call("a", "../../outside")}) == {"": "stack"}


def test_modules_that_call_each_other_come_to_an_end(found, mocker):
    mocker.patch.object(modules, "MOST_MODULES", 20)
    files = {"stack/main.tf": call("a", "./") + call("b", "./")}
    assert len(found(files)) <= 20


def test_links_pipes_and_other_files_are_not_read(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "main.tf").write_text("x")
    (tmp_path / "linked").symlink_to("real")
    stack = tmp_path / "stack"
    stack.mkdir()
    (stack / "link.tf").symlink_to("../real/main.tf")
    os.mkfifo(stack / "pipe.tf")
    (stack / "folder.tf").mkdir()
    for name in (".hidden.tf", "notes.md", "main.tf~", "bell\a.tf"):
        (stack / name).write_text("x")
    (stack / "a.tf.json").write_text("{}")
    read = Worktree(tmp_path).read(("stack", "linked", "missing", "real/main.tf"))
    assert read == {
        "stack": {"a.tf.json": b"{}"},
        "linked": {},
        "missing": {},
        "real/main.tf": {},
    }


def test_bounds_hold_for_all_directories_together(tmp_path, mocker):
    mocker.patch.object(modules, "MOST_FILE_BYTES", 10)
    mocker.patch.object(modules, "MOST_BYTES", 15)
    mocker.patch.object(modules, "MOST_FILES", 3)
    for name, text in {"a": "x" * 8, "b": "x" * 11, "c": "x" * 7, "d": "x"}.items():
        (tmp_path / f"{name}.tf").write_text(text)
    (read,) = Worktree(tmp_path).read(("",)).values()
    assert list(read) == ["a.tf", "c.tf"]


def test_the_top_is_where_the_repository_is(tmp_path):
    inner = tmp_path / "repo" / "envs" / "prod"
    inner.mkdir(parents=True)
    assert located(inner) == (inner, "")
    (tmp_path / "repo" / ".git").mkdir()
    assert located(inner) == (tmp_path / "repo", "envs/prod")
    assert located(tmp_path / "repo") == (tmp_path / "repo", "")
