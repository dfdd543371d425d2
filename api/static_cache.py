"""How do the big scripts travel fast without being compressed on every visit?

Bodies of static files are compressed once per file and encoding and kept in memory; addresses that carry a fingerprint
may be kept by the browser for good.
"""

from __future__ import annotations

import gzip
import re
import threading

import brotli  # type: ignore[import-untyped]
from flask import Flask, Response, request

_PREFIXES = ("/assets/", "/_dash-component-suites/", "/account/fs-static/", "/api/v1/docs/static/")
_COMPRESSIBLE = frozenset(
    {"text/javascript", "application/javascript", "text/css", "image/svg+xml", "application/json", "text/plain"}
)
_FINGERPRINT = re.compile(r"\.v[\w-]+m[0-9a-fA-F]+\.")
_SMALLEST_BYTES = 1024
_KEPT_MAX_BYTES = 64 * 1024 * 1024


class CompressedBodies:
    """Compressed bodies by address, version and encoding; bounded by total size."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], bytes] = {}
        self._size_bytes = 0
        self._lock = threading.Lock()

    def get(self, address: str, version: str, encoding: str, body: bytes) -> bytes:
        """Return the body in the encoding, compressing it at the first call."""
        key = (address, version, encoding)
        found = self._kept.get(key)
        if found is not None:
            return found
        made = brotli.compress(body, quality=9) if encoding == "br" else gzip.compress(body, 9, mtime=0)
        with self._lock:
            if key not in self._kept and self._size_bytes + len(made) <= _KEPT_MAX_BYTES:
                self._kept[key] = made
                self._size_bytes += len(made)
        return made


def _encoding() -> str | None:
    """Return the best encoding that the browser takes."""
    accepted = request.accept_encodings
    if accepted["br"] > 0:
        return "br"
    return "gzip" if accepted["gzip"] > 0 else None


def _is_fingerprinted() -> bool:
    """Return whether the address changes whenever the content does."""
    if _FINGERPRINT.search(request.path):
        return True
    return request.path.startswith("/assets/") and request.args.get("m", "").replace(".", "").isdigit()


def register(server: Flask) -> None:
    """Compress and mark the static files of the server."""
    bodies = CompressedBodies()

    def serve(response: Response) -> Response:
        if not request.path.startswith(_PREFIXES) or response.status_code != 200 or request.method != "GET":
            return response
        fresh_s = 31_536_000 if _is_fingerprinted() else 300
        response.headers["Cache-Control"] = f"private, max-age={fresh_s}" + (", immutable" if fresh_s > 300 else "")
        response.vary.add("Accept-Encoding")
        encoding = _encoding()
        if encoding is None or response.mimetype not in _COMPRESSIBLE or "Content-Encoding" in response.headers:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < _SMALLEST_BYTES:
            return response
        version = f"{response.headers.get('ETag', '')}|{response.headers.get('Last-Modified', '')}|{len(body)}"
        response.set_data(bodies.get(request.path, version, encoding, body))
        response.headers["Content-Encoding"] = encoding
        response.headers.pop("Accept-Ranges", None)
        return response

    server.after_request(serve)
