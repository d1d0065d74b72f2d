"""
Clients of databases: statements that lose data.

What is in a database no plan knows, and a test's tables come and go, so such a line is
opaque; where it names a host of a cloud it is a change of infrastructure.
"""

import re
from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, Reader
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import clouds

_CLIENTS: Final = (
    "psql", "mysql", "mariadb", "mysqladmin", "dropdb", "mongosh", "mongo", "redis-cli", "valkey-cli",
    "cqlsh", "clickhouse-client", "clickhouse", "sqlcmd", "usql", "cockroach", "influx", "snowsql",
    "snow", "duckdb", "pgcli", "mycli",
)  # fmt: skip
_LOSES: Final = late(
    r"\b(drop\s+(database|table|schema|keyspace|tablespace|collection|owned|warehouse|user|role|index)"
    r"|truncate\b|delete\s+from\b(?![^;]*\bwhere\b)|drop(Database|Collection|User)?\s*\(|deleteMany\(\s*(\{\s*\})?\s*\)"
    r"|flushall|flushdb|shutdown)",
    re.IGNORECASE,
)
_CLOUD: Final = late(
    r"\b[\w.-]+\.(amazonaws\.com|azure\.com|windows\.net|gcp\.|cloud\.google|neon\.tech|supabase\.co"
    r"|mongodb\.net|planetscale|psdb\.cloud|render\.com|railway\.app|digitalocean\.com|snowflakecomputing"
    r"|aivencloud\.com|cockroachlabs\.cloud|upstash\.io|clickhouse\.cloud|timescale\.com|redislabs\.com"
    r"|redis-cloud\.com|fly\.dev|heroku\w*\.com)",
    re.IGNORECASE,
)


def _client(call: Call) -> Iterator[Outcome]:
    fed = call.feed.texts if call.feed is not None else ()
    text = " ".join([*call.words, *fed])
    drops = call.name == "dropdb" or (call.name == "mysqladmin" and "drop" in call.words)
    if not drops and not _LOSES.search(text):
        return
    yield call.operation("drop data") if _CLOUD.search(text) else Reason.DATA


def _bq(call: Call) -> Iterator[Outcome]:
    yield from clouds.read(call)
    yield from _client(call)


READERS: Final[dict[str, Reader]] = {**dict.fromkeys(_CLIENTS, _client), "bq": _bq}
