import importlib
import signal
import sys

import pytest


@pytest.fixture
def bench(monkeypatch, request):
    """Return the function that imports a module of the bench by its plain name."""
    monkeypatch.syspath_prepend(str(request.path.parent))
    for name in ("measure", "page"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module
    for name in ("measure", "page"):
        sys.modules.pop(name, None)


def test_a_run_reports_the_exit_code_and_counts_children(bench, tmp_path):
    code = (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'sum(range(3_000_000))'])\n"
        "sys.exit(3)"
    )
    measure = bench("measure")
    run = measure.run([sys.executable, "-c", code], env={}, cwd=tmp_path, limit=60)
    assert run.code == 3
    assert 0 < run.cpu
    assert run.peak > 1


def test_a_run_over_its_time_is_killed_and_not_repeated(bench, tmp_path):
    measure = bench("measure")
    runs = measure.interleaved(
        {"hang": [sys.executable, "-c", "import signal; signal.pause()"]},
        times=5,
        env={},
        cwd=tmp_path,
        limit=0.2,
    )
    assert runs["hang"].code == -signal.SIGKILL
    assert runs["hang"].wall < 30


def test_the_page_keeps_its_text_and_replaces_what_is_between_the_markers(bench, tmp_path):
    page = bench("page")
    path = tmp_path / "page.md"
    begin, end = "<!-- bench:begin -->", "<!-- bench:end -->"
    path.write_text(f"before\n{begin}\nold\n{end}\nafter\n", encoding="utf-8")
    page.keep(path, page.SPEED, r"new \1")
    assert path.read_text(encoding="utf-8") == (f"before\n{begin}\n\nnew \\1\n\n{end}\nafter\n")


def test_a_table_shows_every_measure_as_a_ratio(bench):
    page, measure = bench("page"), bench("measure")
    base = measure.Run(wall=2.0, cpu=1.0, peak=100.0, code=0)
    other = measure.Run(wall=1.0, cpu=0.25, peak=300.0, code=-9)
    lines = page.table({"base": base, "other": other}, "base").splitlines()
    assert lines[2] == "| base | 1.000 | 2.000 | 100 | 1.00 x | 1.00 x | 1.00 x | 0 |"
    assert lines[3] == "| other | 0.250 | 1.000 | 300 | 0.25 x | 0.50 x | 3.00 x | killed |"
    assert "| 1,000 | 2.00 | 2000.0 | 100 |" in page.growth({1000: base})


def test_the_doors_are_shown_in_milliseconds_and_as_ratios(bench):
    page, measure = bench("page"), bench("measure")
    base = measure.Run(wall=0.02, cpu=0.01, peak=100.0, code=0)
    other = measure.Run(wall=0.01, cpu=0.025, peak=300.0, code=2)
    lines = page.doors({"base": base, "other": other}, "base").splitlines()
    assert lines[2] == "| base | 10.0 | 20.0 | 1.00 x | 1.00 x | 0 |"
    assert lines[3] == "| other | 25.0 | 10.0 | 2.50 x | 0.50 x | 2 |"


def test_the_page_of_benchmarks_has_its_markers(bench, root):
    page = bench("page")
    text = (root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for part in (page.SPEED, page.PRECISION):
        assert text.count(f"<!-- {part}:begin -->") == text.count(f"<!-- {part}:end -->") == 1
