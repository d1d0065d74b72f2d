"""Whoever connects is answered at once."""

import socket

from guardrail.system.sockets import without_delay


def test_connections_do_not_wait_to_send():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        without_delay(listening)
        with (
            socket.create_connection(listening.getsockname()),
            listening.accept()[0] as accepted,
        ):
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
