"""Connections that may not dawdle: whoever does not finish a request's head is cut off."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""How long the head of a request may take, and the handshake before it as much again."""


class Loop(asyncio.SelectorEventLoop):
    """The usual loop, whose servers wait less for handshakes; asyncio's own limit is a minute."""

    async def create_server(self, *place: Any, **options: Any) -> asyncio.Server:
        """Begin to listen."""
        if options.get("ssl") is not None:
            options["ssl_handshake_timeout"] = HEAD_SECONDS
        return await super().create_server(*place, **options)


class Impatient(H11Protocol):
    """uvicorn's own protocol, with a deadline for heads; it has none itself."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; the deadline is for the whole head, not for each part of it."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._done()
        elif self._deadline is None and self.conn.trailing_data[0]:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._done()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._cut)

    def _done(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _cut(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()
