"""Is everybody who listens still signed in, and does everybody know that the connection lives?

One thread for all sockets: once a second it looks at each sign-in behind them, once however many sockets share it, and
ends the sockets of those that ended; every five seconds it sends a heartbeat.
"""

from __future__ import annotations

import threading
import time
from functools import cache

import structlog

from api.stream.frames import message, text_frame
from api.stream.hub import Hub
from services.clock import Clock

CHECK_S = 1.0
BEATS_EVERY_CHECKS_COUNT = 5
_log = structlog.get_logger("api.stream")


class Watch:
    """Looks after the sockets of a hub.

    Parameters
    ----------
    hub : Hub
        Whose sockets.
    clock : Clock
        Stamps heartbeats.
    """

    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._beats_count = 0

    def start(self) -> None:
        """Begin, in a thread of its own; calling it twice is harmless."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="qpo-sockets", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End it, and say goodbye to every client."""
        self._stop.set()
        self._hub.close_all(1012, "The server restarts.")
        if self._thread is not None:
            self._thread.join(timeout=1.0)
            self._thread = None

    def _run(self) -> None:
        checks_count = 0
        while not self._stop.wait(CHECK_S):
            started_s = time.monotonic()
            try:
                self.check()
                checks_count += 1
                if checks_count % BEATS_EVERY_CHECKS_COUNT == 0:
                    self.beat()
            except Exception as error:  # the database may be away for a while; the sockets stay open meanwhile
                _log.warning("watch_waits", error=type(error).__name__, after_s=round(time.monotonic() - started_s, 2))

    def check(self) -> None:
        """End the sockets whose sign-in ended."""
        answers: dict[str, bool] = {}
        for client in self._hub.clients:
            sign_in = client.sign_in
            if sign_in.key not in answers:
                answers[sign_in.key] = sign_in.is_alive()
            if not answers[sign_in.key]:
                client.close(4401, "The sign-in ended.")
                self._hub.remove(client)

    def beat(self) -> None:
        """Tell every client that the connection lives, and up to which number it has everything."""
        clients = self._hub.clients
        if not clients:
            return
        self._beats_count += 1
        data = {"count": self._beats_count}
        now_utc = self._clock.now_utc()

        @cache
        def frame_at(seq: int) -> bytes:
            return text_frame(message("heartbeat", seq, now_utc, "heartbeat", data))

        with self._hub.between_events() as passed_seq:
            for client in clients:
                if not client.beat(passed_seq, frame_at):
                    client.drop()
                    self._hub.remove(client)
