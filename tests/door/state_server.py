"""A state store for Terraform's ``http`` backend, in this process: a remote backend without a cloud."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        state = self.server.states.get(self.path)
        self.send_response(404 if state is None else 200)
        self.end_headers()
        self.wfile.write(state or b"")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.states[self.path.partition("?")[0]] = self.rfile.read(length)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@contextlib.contextmanager
def state_server() -> Iterator[str]:
    """Serve any number of states, each under a path of its own; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.states = {}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
