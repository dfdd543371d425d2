"""How is a body read to its end without taking in more than it may hold?"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

_AUTOMATIC = 32 + zlib.MAX_WBITS
"""zlib's word for "gzip or zlib, whichever the first bytes say"."""
PARTS_MAX_COUNT = 10_000
"""gzip bodies may be several joined ones (RFC 1952, 2.2); more than this are no honest answer."""


class BodyTooLarge(Exception):
    """More bytes than allowed were declared, sent, or came out of decompression."""


class BodyUnreadable(Exception):
    """The body is compressed in a way that was not asked for, or its compression is broken."""


class BodyTruncated(Exception):
    """The compressed body ends before its end."""


def read_body(chunks: Iterable[bytes], encoding: str, declared_bytes: int | None, max_bytes: int) -> bytes:
    """Return the whole body, decompressed.

    Parameters
    ----------
    chunks : iterable of bytes
        The bytes as they come from the wire.
    encoding : str
        The content encoding that the server names; empty for none.
    declared_bytes : int or None
        The length that the server declares.
    max_bytes : int
        Bound of the sent bytes and of the decompressed ones; never more than this plus one chunk is held.

    Raises
    ------
    BodyTooLarge, BodyUnreadable, BodyTruncated

    """
    if declared_bytes is not None and declared_bytes > max_bytes:
        raise BodyTooLarge
    if encoding in ("", "identity"):
        return _plain(chunks, max_bytes)
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(chunks, max_bytes)
    raise BodyUnreadable(f"compressed as {encoding[:20]!r}")


def _plain(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    """Join the chunks up to the bound."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            raise BodyTooLarge
    return bytes(body)


def _inflated(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    """Decompress the chunks, asking for no more bytes than are still allowed."""
    body = bytearray()
    sent_count = 0
    parts_count = 1
    inflater = zlib.decompressobj(_AUTOMATIC)
    for chunk in chunks:
        sent_count += len(chunk)
        if sent_count > max_bytes:
            raise BodyTooLarge
        left = chunk
        while left:
            if inflater.eof:
                left = left.lstrip(b"\0")  # padding, which gzip allows behind a part
                if not left:
                    break
                parts_count += 1
                if parts_count > PARTS_MAX_COUNT:
                    raise BodyUnreadable("it is compressed in too many parts")
                inflater = zlib.decompressobj(_AUTOMATIC)
            try:
                body += inflater.decompress(left, max_bytes - len(body) + 1)
            except zlib.error as error:
                raise BodyUnreadable("its compression is broken") from error
            if len(body) > max_bytes:
                raise BodyTooLarge
            left = inflater.unused_data
    if sent_count and not inflater.eof:
        raise BodyTruncated
    return bytes(body)
