"""The ledger's tables. The format is in ``docs/formats/ledger.md``."""

from pathlib import Path

APPLICATION_ID = 0x74666731
"""``tfg1``: tells a ledger from any other SQLite database."""
VERSION = 2
OLDEST = 1
"""The oldest version that can be read, and is brought to :data:`VERSION` when it is written."""

_KEPT = ("burnt_requests", "burnt_tokens", "requests", "rejections", "applies", "marks")
_FINAL = ("burnt_requests", "burnt_tokens", "requests", "rejections")
_KEPT_SINCE_2 = ("stacks", "losses", "imports")
_FINAL_SINCE_2 = ("losses", "imports")

_TABLES = """
CREATE TABLE requests (
    request_id TEXT PRIMARY KEY NOT NULL,
    body BLOB NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE burnt_requests (
    request_id TEXT PRIMARY KEY NOT NULL,
    plan_sha256 TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE burnt_tokens (
    jti TEXT PRIMARY KEY NOT NULL,
    request_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE rejections (
    request_id TEXT PRIMARY KEY NOT NULL,
    jti TEXT NOT NULL,
    person TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE applies (
    apply_id TEXT PRIMARY KEY NOT NULL,
    stack TEXT NOT NULL,
    plan_sha256 TEXT NOT NULL,
    request_id TEXT,
    began INTEGER NOT NULL,
    outcome TEXT,
    ended INTEGER,
    settled TEXT,
    settled_by TEXT,
    settled_why TEXT,
    settled_at INTEGER
) WITHOUT ROWID;
CREATE INDEX applies_by_stack ON applies (stack);
CREATE VIEW unfinished AS SELECT * FROM applies
    WHERE settled_at IS NULL AND (outcome IS NULL OR outcome = 'unknown');
CREATE TABLE marks (
    name TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO marks VALUES ('generation', 0), ('time', 0), ('trust_version', 0);
CREATE TRIGGER marks_rise BEFORE UPDATE ON marks WHEN NEW.value < OLD.value
BEGIN SELECT RAISE(ABORT, 'a mark never falls'); END;
"""

_TABLES_SINCE_2 = (
    """
CREATE TABLE stacks (
    key TEXT PRIMARY KEY NOT NULL,
    place TEXT NOT NULL,
    lineage TEXT NOT NULL,
    serial INTEGER NOT NULL,
    resources INTEGER NOT NULL,
    peak INTEGER NOT NULL,
    body BLOB NOT NULL,
    apply_id TEXT NOT NULL,
    at INTEGER NOT NULL
)""",
    """
CREATE TABLE losses (
    apply_id TEXT NOT NULL,
    stack TEXT NOT NULL,
    lineage TEXT NOT NULL,
    environment TEXT NOT NULL,
    origin TEXT NOT NULL,
    objects BLOB NOT NULL,
    managed INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (apply_id, environment)
) WITHOUT ROWID""",
    """
CREATE TABLE imports (
    apply_id TEXT NOT NULL,
    stack TEXT NOT NULL,
    lineage TEXT NOT NULL,
    address TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (apply_id, address)
) WITHOUT ROWID""",
    "CREATE INDEX stacks_by_lineage ON stacks (lineage)",
    "CREATE INDEX stacks_by_place ON stacks (place)",
    "CREATE INDEX losses_by_time ON losses (at)",
    "CREATE INDEX imports_by_time ON imports (at)",
)


def mark_of(ledger: Path) -> Path:
    """Return where the mark of the ledger at ``ledger`` lies."""
    return ledger.with_name(f"{ledger.name}.mark")


def schema() -> str:
    """Return the statements that make an empty ledger, to be run as one script."""
    statements = (
        "BEGIN",
        _TABLES.strip().removesuffix(";"),
        *(_refusing("DELETE", table) for table in _KEPT),
        *(_refusing("UPDATE", table) for table in _FINAL),
        f"PRAGMA application_id = {APPLICATION_ID}",
        *upgrade(),
        "COMMIT",
    )
    return "".join(f"{statement};\n" for statement in statements)


def upgrade() -> tuple[str, ...]:
    """Return the statements that make a ledger of version 1 one of this version, to be run one by one."""
    kept = (_refusing("DELETE", table) for table in _KEPT_SINCE_2)
    final = (_refusing("UPDATE", table) for table in _FINAL_SINCE_2)
    return (*_TABLES_SINCE_2, *kept, *final, f"PRAGMA user_version = {VERSION}")


def _refusing(verb: str, table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'nothing is taken back'); END"
    )
