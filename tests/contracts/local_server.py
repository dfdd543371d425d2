"""A server on this machine that answers as it is told, also badly."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Reply:
    """One answer.

    ``how`` is "whole", "drip" (a byte every 20 ms), "slow_headers" (the same for headers), "truncated" (a third of the
    declared body), "endless" (chunks without end), "declared" (a length of 100 MB and no byte of it) or "hang".
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    how: str = "whole"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


def as_json(page: Any, status: int = 200, **headers: str) -> Reply:
    """An answer with a page as JSON."""
    return Reply(json.dumps(page).encode(), status, {"Content-Type": "application/json", **headers})


Script = Callable[[Asked], Reply]


class LocalServer:
    """Runs one script at a time and remembers what it was asked."""

    def __init__(self) -> None:
        self.script: Script = lambda asked: Reply(status=404)
        self.asked: list[Asked] = []
        self.sent_bytes = 0
        self.is_closing = False
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, *replies: Reply) -> None:
        """Answer with these in turn, the last one for ever."""
        left = list(replies)
        self.asked.clear()
        self.sent_bytes = 0
        self.script = lambda asked: left.pop(0) if len(left) > 1 else left[0]

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    @contextlib.contextmanager
    def running(self) -> Iterator[LocalServer]:
        thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.is_closing = True
            self._http.shutdown()
            self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(parts.path, dict(parse_qsl(parts.query)), dict(self.headers.items()))
                server.asked.append(asked)
                self.close_connection = True
                with contextlib.suppress(OSError):
                    self.reply(server.script(asked))

            def log_message(self, *args: Any) -> None:
                pass

            def send(self, data: bytes) -> None:
                self.wfile.write(data)
                server.sent_bytes += len(data)

            def slowly(self, data: bytes) -> None:
                for place in range(len(data)):
                    if server.is_closing:
                        return
                    self.send(data[place : place + 1])
                    time.sleep(0.02)

            def reply(self, reply: Reply) -> None:
                if reply.how == "hang":
                    while not server.is_closing:
                        time.sleep(0.02)
                    return
                if reply.how == "slow_headers":
                    self.slowly(b"HTTP/1.1 200 OK\r\nX-Padding: " + b"a" * 10_000)
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.how == "endless":
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    chunk = b"10000\r\n" + b"7" * 65_536 + b"\r\n"
                    while not server.is_closing:
                        self.send(chunk)
                declared = 100_000_000 if reply.how == "declared" else len(reply.body)
                self.send_header("Content-Length", str(declared))
                self.end_headers()
                if reply.how == "drip":
                    self.slowly(reply.body)
                elif reply.how == "truncated":
                    self.send(reply.body[: len(reply.body) // 3])
                else:
                    self.send(reply.body)

        return Handler
