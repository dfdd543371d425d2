"""What is known of one connected client, and how is it written to without ever waiting for it?"""

from __future__ import annotations

import select
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from typing import Any, Literal

from wsproto.events import CloseConnection
from wsproto.utilities import LocalProtocolError

from api.stream.sign_in import SignIn
from services.auth.actor import Actor

CHANNELS_MAX_COUNT = 200
BACKLOG_MAX_COUNT = 1000
QUEUED_MAX_BYTES = 32 * 1024

Offered = Literal["told", "behind", "broken"]
"""Whether a frame was written, left out because the client reads too slowly, or torn."""


class Client:
    """One socket with its actor, its channels and how far it has got.

    `sent_seq` is never ahead of what was written: whoever comes back with it has every event up to it that it may see.

    Parameters
    ----------
    ws : simple_websocket.Server
        The connection; its raw socket is written to, so that nobody is waited for.
    actor : Actor
        On whose behalf it listens.
    sign_in : SignIn
        What keeps it open.
    """

    def __init__(self, ws: Any, actor: Actor, sign_in: SignIn) -> None:
        self.ws = ws
        self.actor = actor
        self.sign_in = sign_in
        self.channels: frozenset[str] = frozenset()
        self.sent_seq = 0
        self.is_dropped = False
        self._is_catching_up = False
        self._backlog: list[tuple[int, bytes]] = []
        self._lock = threading.Lock()

    def wants(self, tenant_id: str, user_id: str | None, topics: frozenset[str]) -> bool:
        """Return whether an event is this client's to see and was asked for."""
        if tenant_id != self.actor.tenant_id or (user_id is not None and user_id != self.actor.user_id):
            return False
        return not self.channels.isdisjoint(topics)

    def deliver(self, seq: int, frame: bytes) -> bool:
        """Write an event's frame, or keep it until the client has caught up; return False if the client is too slow."""
        with self._lock:
            if self._is_catching_up:
                self._backlog.append((seq, frame))
                return len(self._backlog) <= BACKLOG_MAX_COUNT
            if seq <= self.sent_seq:
                return True
            self.sent_seq = seq
            return self._write(frame)

    def say(self, frame: bytes) -> bool:
        """Write a frame that is not an event, such as a heartbeat; return False if the client is too slow."""
        with self._lock:
            return self._write(frame)

    def start_at(self, seq: int) -> None:
        """Count from here: what happened before was not asked for."""
        with self._lock:
            self.sent_seq = max(self.sent_seq, seq)

    def beat(self, passed_seq: int, frame_at: Callable[[int], bytes]) -> bool:
        """Write a heartbeat with the number up to which the client has everything; return False if it is too slow.

        Parameters
        ----------
        passed_seq : int
            Every event up to it has been handed to all clients.
        frame_at : callable
            Returns the frame that carries a number.
        """
        with self._lock:
            if self.channels and not self._is_catching_up:
                self.sent_seq = max(self.sent_seq, passed_seq)
            return self._write(frame_at(self.sent_seq))

    def offer(self, frame_at: Callable[[int], bytes]) -> Offered:
        """Write a frame that may be left out, such as a price that the next one replaces.

        Parameters
        ----------
        frame_at : callable
            Returns the frame that carries the client's place among the events.
        """
        with self._lock:
            if self._is_catching_up or self._queued_bytes() > QUEUED_MAX_BYTES:
                return "behind"
            return "told" if self._write(frame_at(self.sent_seq)) else "broken"

    def _queued_bytes(self) -> int:
        """Return how much the client has not taken yet."""
        try:
            import fcntl
            import termios

            answer = fcntl.ioctl(self.ws.sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
        except (ImportError, OSError, ValueError):
            return 0  # the write tells
        return int.from_bytes(answer, sys.byteorder)

    def begin_catching_up(self, from_seq: int) -> None:
        """Hold live events back while older ones are sent."""
        with self._lock:
            self._is_catching_up = True
            self._backlog = []
            self.sent_seq = from_seq

    def end_catching_up(self, missed: list[tuple[int, bytes]], upto_seq: int) -> bool:
        """Send what was missed, then what arrived meanwhile, each once and in order."""
        with self._lock:
            pending = [*missed, *[(seq, frame) for seq, frame in self._backlog if seq > upto_seq]]
            self._is_catching_up = False
            self._backlog = []
            for seq, frame in pending:
                if not self._write(frame, wait_ms=1000):
                    return False
                self.sent_seq = max(self.sent_seq, seq)
            self.sent_seq = max(self.sent_seq, upto_seq)
            return True

    def _write(self, frame: bytes, wait_ms: int = 0) -> bool:
        """Write one whole frame or nothing usable: a short write means that the client does not read fast enough."""
        connection = self.ws.sock
        try:
            is_tls = isinstance(connection, ssl.SSLSocket)
            if is_tls or wait_ms:
                poll = select.poll()
                poll.register(connection, select.POLLOUT)
                if not poll.poll(wait_ms):
                    return False
            if is_tls:
                connection.sendall(frame)
                return True
            return connection.send(frame, socket.MSG_DONTWAIT) == len(frame)  # type: ignore[no-any-return]
        except (OSError, ValueError):
            return False

    def close(self, code: int, reason: str) -> None:
        """Say goodbye with a reason and end the connection.

        Parameters
        ----------
        code : int
            4401 for an ended sign-in, 4408 for a client that never subscribed, 1008 for a broken rule, 1011 for our
            fault, 1012 for a restart.
        reason : str
            At most 120 bytes of it are sent.
        """
        self.say(goodbye(self.ws, code, reason))
        self.drop()

    def drop(self) -> None:
        """End the connection at once."""
        self.is_dropped = True
        hang_up(self.ws)


def goodbye(ws: Any, code: int, reason: str) -> bytes:
    """Return the closing frame, which the library is told of: it must not answer the client's with a second one."""
    try:
        frame: bytes = ws.ws.send(CloseConnection(code, reason))
    except LocalProtocolError:  # the client said goodbye first
        return b""
    return frame


def hang_up(ws: Any) -> None:
    """End a connection in both directions, after what was written."""
    try:
        ws.sock.shutdown(socket.SHUT_RDWR)
    except (OSError, ValueError):
        return


def refuse(ws: Any, code: int, reason: str) -> None:
    """End a connection of which nothing is kept, with the reason."""
    try:
        ws.sock.sendall(goodbye(ws, code, reason))
    except (OSError, ValueError):
        return
    hang_up(ws)
