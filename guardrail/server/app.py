"""
The decision point as an ASGI application.

What every request meets, in this order; each step refuses with a problem document (RFC 9457),
never with a 2xx:

1. The head is small, and its lines that decide are there once; the host is one that the
   settings name, so that no web page can reach a server on loopback through a name of its own.
2. The path is plain text. Nothing in a request names a file or a folder: plans come as bytes,
   working directories by a name of the settings.
3. A bearer token, compared by its digest in constant time. Its file is read each time. With
   too many requests in one minute the answer is 429 with ``Retry-After``.
4. A place, before the body is read; without one the answer is 503 with ``Retry-After``, or 429
   where the caller holds all that one caller may.
5. The size of the body, before it is read and while it is; the time that it takes.
6. The plan is copied into sealed memory and decided by :mod:`guardrail.door`, as everywhere.
   Engines are processes of their own; one that failed is replaced, and the plan that it was
   asked about is not decided.
7. The decision is in the audit log before it is told.

Not decided is 422 where the request is the reason and 5xx otherwise: whoever asks must take
everything but a 200 with ``allow`` (or ``"decision": true``) for a no. No message, log line or
number holds anything of a plan. What a caller says of itself only ever counts against it.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from guardrail.server import authzen, checks, requests
from guardrail.server.auth import find_caller
from guardrail.server.limits import Gate, parameters
from guardrail.server.metrics import MEDIA_TYPE, Metrics
from guardrail.server.pace import Pace
from guardrail.server.problems import Problem, internal
from guardrail.server.replies import json_reply
from guardrail.server.room import House
from guardrail.settings.model import Server

OPENAPI = Path(__file__).with_name("openapi.json")


async def _health(request: Request) -> Response:
    parameters(request, ())
    well = await request.app.state.house.desk.healthy()
    return json_reply({"healthy": well}, status=200 if well else 503)


async def _metrics(request: Request) -> Response:
    parameters(request, ())
    return Response(request.app.state.metrics.text(), media_type=MEDIA_TYPE)


async def _openapi(request: Request) -> Response:
    parameters(request, ())
    return Response(OPENAPI.read_bytes(), media_type="application/json")


_REQUEST = "/access/v1/requests/{request_id}"

ROUTES = (
    Route("/v1/check", checks.check, methods=["POST"]),
    Route("/v1/plans", checks.upload, methods=["POST"]),
    Route("/access/v1/evaluation", authzen.evaluation, methods=["POST"]),
    Route("/access/v1/evaluations", authzen.evaluations, methods=["POST"]),
    Route("/access/v1/requests", requests.submit, methods=["POST"]),
    Route(_REQUEST, requests.status, methods=["GET"]),
    Route(f"{_REQUEST}/approval", requests.hand_in, methods=["POST"]),
    Route("/.well-known/authzen-configuration", authzen.metadata, methods=["GET"]),
    Route("/healthz", _health, methods=["GET"]),
    Route("/metrics", _metrics, methods=["GET"]),
    Route("/openapi.json", _openapi, methods=["GET"]),
)
"""Every path that is answered."""


def build(
    house: House, metrics: Metrics, server: Server, *, tokens: Path, hosts: frozenset[str]
) -> ASGIApp:
    """
    Return the application with the limits that ``server`` sets.

    ``tokens`` is the file with the callers' tokens, ``hosts`` are the values of ``Host`` that
    it answers to.
    """
    most = server.workers + server.waiting
    app = Starlette(
        routes=ROUTES,
        exception_handlers={Problem: _problem, HTTPException: _http, Exception: _crash},
    )
    app.router.redirect_slashes = False
    app.state.house, app.state.metrics = house, metrics
    return Gate(
        app,
        hosts=hosts,
        find=lambda token: find_caller(tokens, token),
        metrics=metrics,
        pace=Pace(server.per_minute),
        most=most,
        # As many places as there are workers are left to others, where there are more.
        each=max(1, most - server.workers),
    )


def _problem(_request: Request, error: Exception) -> Response:
    return error.response() if isinstance(error, Problem) else internal().response()


def _http(_request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code in {404, 405}:
        code, detail = {
            404: ("not_found", "there is nothing here"),
            405: ("method", "this is not how it is asked for"),
        }[error.status_code]
        return Problem(error.status_code, code, detail, headers=error.headers).response()
    return Problem(400, "malformed", "the request can't be read").response()


def _crash(_request: Request, _error: Exception) -> Response:
    return internal().response()
