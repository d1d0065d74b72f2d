"""The ledger's tables. The format is in ``docs/formats/ledger.md``."""

APPLICATION_ID = 0x74666731
"""``tfg1``: tells a ledger from any other SQLite database."""
VERSION = 1

_KEPT = ("burnt_requests", "burnt_tokens", "requests", "rejections", "applies", "marks")
_FINAL = ("burnt_requests", "burnt_tokens", "requests", "rejections")

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


def schema() -> str:
    """Return the statements that make an empty ledger, to be run as one script."""
    kept = "\n".join(_refusing("DELETE", table) for table in _KEPT)
    final = "\n".join(_refusing("UPDATE", table) for table in _FINAL)
    numbers = f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {VERSION};"
    return f"BEGIN;\n{_TABLES}\n{kept}\n{final}\n{numbers}\nCOMMIT;"


def _refusing(verb: str, table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'nothing is taken back'); END;"
    )
