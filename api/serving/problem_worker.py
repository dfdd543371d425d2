"""What is answered to bytes that never become a request: too long, malformed, of an unknown version?

gunicorn would answer HTML that repeats what was sent. Here it is the product's one shape of errors (RFC 9457) with a
request id, under which the log holds the kind of fault; neither answer nor log repeats an address or a header.
"""

from __future__ import annotations

import json
import secrets
import socket
import time
from dataclasses import dataclass
from typing import Any

import structlog
from gunicorn import util
from gunicorn.http import errors as faults
from gunicorn.workers.gthread import ThreadWorker

_log = structlog.get_logger("api.serving")

DRAIN_MAX_S = 0.5
DRAIN_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Refusal:
    """How one kind of fault is answered."""

    status: int
    reason: str
    code: str
    detail: str


_UNREADABLE = Refusal(400, "Bad Request", "bad_request", "What was sent is no HTTP request. Check its form.")
_FAILED = Refusal(
    500, "Internal Server Error", "internal_error", "This is our fault. Try again; if it stays, quote the request id."
)
_KNOWN: tuple[tuple[type[BaseException], Refusal], ...] = (
    (faults.InvalidResponseHeader, _FAILED),  # what the product itself wanted to send
    (faults.InvalidResponseHeaderName, _FAILED),
    (
        faults.LimitRequestLine,
        Refusal(414, "URI Too Long", "address_too_long", "The address is too long. Send the data in a body."),
    ),
    (
        faults.LimitRequestHeaders,
        Refusal(
            431,
            "Request Header Fields Too Large",
            "headers_too_large",
            "The headers are too many or too long. Send fewer or shorter ones; a browser may need to drop cookies.",
        ),
    ),
    (
        faults.InvalidHTTPVersion,
        Refusal(400, "Bad Request", "http_version", "This version of HTTP is not spoken here. Use HTTP/1.1."),
    ),
    (
        faults.UnsupportedTransferCoding,
        Refusal(
            501,
            "Not Implemented",
            "transfer_coding",
            "This transfer coding is not known here. Use chunked or a length.",
        ),
    ),
    (
        faults.ExpectationFailed,
        Refusal(
            417, "Expectation Failed", "expectation_failed", "Only 'Expect: 100-continue' can be met. Leave it out."
        ),
    ),
    (faults.ForbiddenProxyRequest, Refusal(403, "Forbidden", "not_allowed", "This proxy may not pass requests on.")),
    (faults.ConfigurationProblem, _FAILED),
    (faults.ParseException, _UNREADABLE),
)


def refusal_of(error: BaseException) -> Refusal:
    """Return how a fault is answered; what is no fault of the sender is ours."""
    return next((refusal for kind, refusal in _KNOWN if isinstance(error, kind)), _FAILED)


def answer_to(refusal: Refusal, request_id: str) -> bytes:
    """Return the whole answer as bytes for the socket."""
    problem = {
        "type": f"urn:qpo:problem:{refusal.code}",
        "title": refusal.reason,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": "",
        "code": refusal.code,
        "errors": [],
        "request_id": request_id,
    }
    body = json.dumps(problem).encode()
    head = (
        f"HTTP/1.1 {refusal.status} {refusal.reason}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; base-uri 'none'\r\n"
        f"X-Request-ID: {request_id}\r\n\r\n"
    )
    return head.encode("ascii") + body


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker with the product's own words for what it refuses."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that could not be read, or whose handling broke; the connection ends afterwards."""
        refusal, request_id = refusal_of(exc), secrets.token_hex(16)
        say = _log.error if refusal.status >= 500 and refusal is _FAILED else _log.info
        say(
            "request_refused",
            request_id=request_id,
            status=refusal.status,
            code=refusal.code,
            error=type(exc).__name__,
            address=addr[0] if addr else None,
            **({"exc_info": exc} if refusal is _FAILED else {}),
        )
        try:
            util.write_nonblock(client, answer_to(refusal, request_id))
            _drain(client)
        except OSError as error:
            _log.debug("refusal_not_delivered", request_id=request_id, error=type(error).__name__)


def _drain(client: socket.socket) -> None:
    """Take what is still coming, for a moment: closing with unread bytes would make the answer unreadable."""
    client.shutdown(socket.SHUT_WR)
    ends_s, taken_bytes = time.monotonic() + DRAIN_MAX_S, 0
    while taken_bytes < DRAIN_MAX_BYTES and (left_s := ends_s - time.monotonic()) > 0:
        client.settimeout(left_s)
        piece = client.recv(65536)
        if not piece:
            return
        taken_bytes += len(piece)
