"""How does a message look on the wire of a WebSocket (RFC 6455)?

Frames of a server are not masked, so that one frame can be built once and written to every client.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic_core import to_json

_TEXT = 0x81


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


def message(channel: str, seq: int, at_utc: datetime, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the one shape of everything that the server says."""
    return {"channel": channel, "seq": seq, "ts": at_utc, "type": kind, "data": data}
