# SPDX-License-Identifier: MIT
"""A threaded server for development and tests, from the standard library's parts.

In production use a WSGI server that was made for it, or till-server.
"""

import socketserver
import sys
from typing import Any, Callable, Dict, Tuple
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

LONGEST_REQUEST_LINE = 65536


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # Without asking the DNS for this host's name.
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()


class _Response(ServerHandler):
    http_version = "1.1"
    server_software = "till development server"


class _Handler(WSGIRequestHandler):
    quiet = False

    def get_environ(self) -> Dict[str, Any]:
        environ: Dict[str, Any] = super().get_environ()
        # As it was sent: self.path has lost a second slash.
        environ["REQUEST_URI"] = self.requestline.split()[1]
        if self.headers.get("content-type") is None:
            environ["CONTENT_TYPE"] = ""  # It would say text/plain for a client that said nothing.
        return environ

    def address_string(self) -> str:
        return str(self.client_address[0])

    def log_message(self, format: str, *args: Any) -> None:
        if not self.quiet:
            super().log_message(format, *args)

    def handle(self) -> None:
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(LONGEST_REQUEST_LINE + 1)
        if len(self.raw_requestline) > LONGEST_REQUEST_LINE:
            self.requestline, self.request_version, self.command = "", "", ""
            self.send_error(414)
            return
        if not self.parse_request():
            return
        response = _Response(
            self.rfile, self.wfile, sys.stderr, self.get_environ(), multithread=True
        )
        response.request_handler = self  # type: ignore[attr-defined]
        server: Any = self.server
        response.run(server.get_app())


class _QuietHandler(_Handler):
    quiet = True


def make_server(
    application: Callable[..., Any], host: str = "127.0.0.1", port: int = 0, *, quiet: bool = False
) -> WSGIServer:
    """A server that is bound and answers once `serve_forever()` runs. Port 0: any free one, which is
    in `server_port` then."""
    server = _Server((host, port), _QuietHandler if quiet else _Handler)
    server.set_app(application)
    return server


def parse_address(text: str) -> Tuple[str, int]:
    """"127.0.0.1:8000" or "8000"."""
    host, colon, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is no address such as 127.0.0.1:8000.")
    return (host.strip("[]") if colon else "127.0.0.1"), int(port)


def is_loopback(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")
