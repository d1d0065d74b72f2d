"""The written format and the database have the same tables."""

import contextlib
import re
import sqlite3
from pathlib import Path

from guardrail.ledger.interface import CLOCK_SKEW, ApplyOutcome
from guardrail.ledger.schema import APPLICATION_ID, VERSION
from guardrail.ledger.sqlite import SqliteLedger

DOCUMENT = Path(__file__).parents[2] / "docs" / "formats" / "ledger.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")


def documented() -> dict[str, list[str]]:
    section = TEXT.partition("## Tables\n")[2].partition("\n## ")[0]
    tables: dict[str, list[str]] = {}
    for name, columns in re.findall(r"^\| (?:`(\w+)` )?\| (`.+?`) \|", section, re.MULTILINE):
        if name:
            columns_of = tables[name] = []
        columns_of += re.findall(r"`(\w+)`", columns)
    return tables


def test_every_column_is_explained_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    SqliteLedger(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")
        }

    assert documented() == found


def test_the_numbers_are_those_of_the_program() -> None:
    assert f"`application_id` {APPLICATION_ID} " in TEXT
    assert f"`user_version` {VERSION} " in TEXT
    assert f"at most {CLOCK_SKEW} s before" in TEXT
    assert "`applied`, `failed` or `unknown`" in TEXT
    assert list(ApplyOutcome) == ["applied", "failed", "unknown"]
