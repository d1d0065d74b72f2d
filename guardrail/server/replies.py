"""Answers as JSON, and times as AuthZEN writes them."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from starlette.responses import Response


def json_reply(
    body: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return ``body`` as a response."""
    return Response(
        msgspec.json.encode(body), status, headers=headers, media_type="application/json"
    )


def rfc3339(at: int) -> str:
    """Return a time in whole seconds since 1970 as RFC 3339 text in UTC."""
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
