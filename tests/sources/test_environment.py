import msgspec

from guardrail.origin.evidence import Source
from guardrail.origin.signals import load_signals
from guardrail.sources.environment import environment_evidence

SIGNALS = load_signals()


def table_with_file(path):
    (row,) = SIGNALS.files
    return msgspec.structs.replace(SIGNALS, files=(msgspec.structs.replace(row, path=str(path)),))


def test_variables_and_files_are_both_looked_at(tmp_path) -> None:
    mark = tmp_path / ".devin"
    mark.mkdir()
    found = environment_evidence({"CLAUDECODE": ""}, table_with_file(mark))
    assert [(e.source, e.name) for e in found] == [
        (Source.ENVIRONMENT, "claude-code"),
        (Source.FILE, "devin"),
    ]


def test_a_file_that_is_not_there_says_nothing(tmp_path) -> None:
    assert environment_evidence({}, table_with_file(tmp_path / "absent")) == ()


def test_a_link_that_leads_nowhere_is_there_all_the_same(tmp_path) -> None:
    (tmp_path / ".devin").symlink_to(tmp_path / "gone")
    assert len(environment_evidence({}, table_with_file(tmp_path / ".devin"))) == 1
