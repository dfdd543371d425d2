"""Does a normal request stay fast while 500 connections send their bytes one by one?"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time

from bench.product import started
from bench.report import Figure, quantile, timed_ms

CONNECTIONS_COUNT = 500
REQUESTS_COUNT = 200
PROMISED_MS = 500.0


class Drip(threading.Thread):
    """Holds many connections open, each sending one byte of its request every second, until told to stop."""

    def __init__(self, port: int, connections_count: int) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.open_count = 0
        self._port = port
        self._connections_count = connections_count
        self.ready = threading.Event()

    def run(self) -> None:
        """Open the connections, then drip."""
        head = (
            f"POST /api/v1/optimizations HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
        )
        sockets: list[socket.socket] = []
        with contextlib.ExitStack() as stack, selectors.DefaultSelector():
            for _ in range(self._connections_count):
                link = stack.enter_context(socket.create_connection(("127.0.0.1", self._port), timeout=5))
                link.setblocking(False)
                sockets.append(link)
            sent = 0
            while not self.ended.wait(1.0 if self.ready.is_set() else 0.01):
                alive = 0
                for link in sockets:
                    with contextlib.suppress(OSError):
                        link.send(head[sent : sent + 1].encode() if sent < len(head) else b"x")
                        alive += 1
                self.open_count = alive
                sent += 1
                if sent >= len(head):
                    self.ready.set()


def measure() -> list[Figure]:
    """Start a product, time a normal request alone and under 500 dripping connections (bodies never complete)."""
    with started() as product:
        token = product.token()

        def normal() -> None:
            status, _, _ = product.request("GET", "/api/v1/portfolios", token=token)
            if status != 200:
                raise RuntimeError(f"normal request answered {status}")

        alone_ms = [timed_ms(normal) for _ in range(REQUESTS_COUNT)]
        drip = Drip(product.port, CONNECTIONS_COUNT)
        drip.start()
        drip.ready.wait(60)
        loaded_ms = []
        for _ in range(REQUESTS_COUNT):
            loaded_ms.append(timed_ms(normal))
            time.sleep(0.02)
        held = drip.open_count
        drip.ended.set()
        drip.join(10)
    return [
        Figure("connections still dripping at the end", held, "count", "opened", CONNECTIONS_COUNT),
        Figure("normal request p99 under slow connections", quantile(loaded_ms, 0.99), "ms", "promised", PROMISED_MS),
        Figure(
            "normal request p50 under slow connections",
            quantile(loaded_ms, 0.5),
            "ms",
            "alone p50",
            quantile(alone_ms, 0.5),
        ),
    ]
