"""How does a message look on the wire of a WebSocket (RFC 6455)?

Frames of a server are not masked, so that one frame can be built once and written to every client.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic_core import to_json

_TEXT = 0x81
_CLOSE = 0x88


def _frame(kind: int, payload: bytes) -> bytes:
    """Return the payload with its header."""
    size = len(payload)
    if size < 126:
        return bytes((kind, size)) + payload
    if size < 65536:
        return bytes((kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((kind, 127)) + size.to_bytes(8, "big") + payload


def text_frame(message: dict[str, Any]) -> bytes:
    """Return a message as one text frame."""
    return _frame(_TEXT, to_json(message, inf_nan_mode="null"))


def close_frame(code: int, reason: str) -> bytes:
    """Return the frame that ends a connection.

    Parameters
    ----------
    code : int
        4401 for an ended sign-in, 4408 for a client that never subscribed, 1008 for a broken rule, 1011 for our fault,
        1012 for a restart.
    reason : str
        At most 120 bytes are sent.
    """
    return _frame(_CLOSE, code.to_bytes(2, "big") + reason.encode()[:120])


def message(channel: str, seq: int, at_utc: datetime, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the one shape of everything that the server says."""
    return {"channel": channel, "seq": seq, "ts": at_utc, "type": kind, "data": data}
