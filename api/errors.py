"""How does every refusal and every failure look from outside?

One shape for all statuses: RFC 9457 problem details, with a stable `code`, every field problem at once, and the request
id under which the log holds the details. Machines get it everywhere; people who navigate get a small page.
"""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    RequestEntityTooLarge,
    TooManyRequests,
    UnsupportedMediaType,
)

from api.request_log import request_id
from services.errors import FieldProblem, RetryLater, ServiceError

_log = structlog.get_logger("api.errors")

PROBLEM_TYPE = "application/problem+json"

_PLAIN: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", "The request cannot be read", "The request could not be understood. Check its form."),
    401: ("not_signed_in", "Please sign in", "Sign in, or send a valid key as 'Authorization: Bearer qpo_...'."),
    403: ("not_allowed", "Not allowed", "You may not do this."),
    404: ("not_found", "Not found", "There is nothing at this address. /api/v1/docs lists every address."),
    405: ("method_not_allowed", "Method not allowed", "See 'Allow' for the methods that this address takes."),
    406: ("not_acceptable", "Not acceptable", "Answers are application/json."),
    408: ("timeout", "Too slow", "The request took too long to arrive. Send it again."),
    413: ("too_large", "Too large", "The body is larger than this address takes. Send less at once."),
    414: ("address_too_long", "Address too long", "The address is too long. Send the data in a body."),
    415: ("unsupported_media_type", "Unsupported media type", "Send the body as 'Content-Type: application/json'."),
    429: ("too_many", "Too many requests", "Wait until the time in 'Retry-After' has passed, then send it again."),
    500: ("internal_error", "Something went wrong", "This is our fault. Try again; if it stays, quote the request id."),
    503: ("unavailable", "Temporarily unavailable", "A part of the product cannot be reached. Try again shortly."),
}

_PAGE = "errors/error.html"


class ProblemField(BaseModel):
    """One field that cannot be used."""

    model_config = ConfigDict(frozen=True)

    path: str = Field(description="Where the field stands, for example `constraints[0].max_frac`.")
    message: str = Field(description="What is wrong with it.")
    advice: str = Field(default="", description="How to put it right.")


class Problem(BaseModel):
    """Problem details (RFC 9457): the one shape of every error."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="Identifies the kind of problem; equal for equal codes.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened, why, and the way out.")
    instance: str = Field(description="The address that was asked.")
    code: str = Field(description="A stable word for programs.")
    errors: list[ProblemField] = Field(default_factory=list, description="Every field problem at once.")
    request_id: str = Field(description="Under this id the log holds the details.")


def is_api_path() -> bool:
    """Return whether the request went to the API."""
    return request.path == "/api" or request.path.startswith("/api/")


def wants_page() -> bool:
    """Return whether a person navigates with a browser, rather than a program asking."""
    if is_api_path() or request.path.startswith("/_") or request.method not in ("GET", "HEAD", "POST"):
        return False
    return "text/html" in request.headers.get("Accept", "")


def problem_response(
    status: int,
    code: str,
    title: str,
    detail: str,
    fields: list[FieldProblem] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return the problem as JSON, or as a small page where a person navigates.

    Parameters
    ----------
    status : int
        HTTP status.
    code, title, detail : str
        The stable word, the kind, and the sentences with the way out.
    fields : list of FieldProblem, optional
        Every field problem at once.
    headers : dict, optional
        Further headers, such as ``Allow`` or ``Retry-After``.
    """
    g.problem_code = code
    if wants_page():
        body = render_template(_PAGE, title=title, detail=detail, request_id=request_id())
        response = Response(body, status, mimetype="text/html")
    else:
        problem = Problem(
            type=f"urn:qpo:problem:{code}",
            title=title,
            status=status,
            detail=detail,
            instance=request.path,
            code=code,
            errors=[ProblemField(path=one.path, message=one.message, advice=one.advice) for one in fields or []],
            request_id=request_id(),
        )
        response = Response(to_json(problem), status, mimetype=PROBLEM_TYPE)
    response.headers.extend(headers or {})
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="qpo"'
    response.headers["Cache-Control"] = "no-store"
    return response


def service_error_response(error: ServiceError) -> Response:
    """Return the answer to a refusal by a service."""
    headers = {"Retry-After": str(max(1, int(error.retry_after_s)))} if isinstance(error, RetryLater) else {}
    return problem_response(error.status, error.code, error.title, error.sentence, error.fields, headers)


def plain_problem(status: int, detail: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """Return the problem for a bare HTTP status."""
    unknown = (f"http_{status}", "The request failed", "The request could not be served.")
    code, title, sentence = _PLAIN.get(status, unknown)
    return problem_response(status, code, title, detail or sentence, headers=headers)


def _on_http_error(error: HTTPException) -> Response:
    """Answer what Flask or Werkzeug refused."""
    if error.response is not None and error.code is not None and error.code < 400:
        return Response(error.response.get_data(), error.code, error.response.headers)  # type: ignore[attr-defined]
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return _on_failure(error.original_exception)
    headers: dict[str, str] = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(getattr(error, "retry_after", None) or 60)
    if isinstance(error, RequestEntityTooLarge):
        headers["Connection"] = "close"
    own = error.description if isinstance(error, UnsupportedMediaType) else None
    is_own = own is not None and own != UnsupportedMediaType.description
    return plain_problem(error.code or 500, own if is_own else None, headers=headers)


def _on_csrf(error: CSRFError) -> Response:
    """Answer a form or callback whose token is missing or belongs to another session."""
    return problem_response(
        400,
        "csrf_failed",
        "The page is out of date",
        "The security token of this page is missing or no longer valid. Load the page again, then repeat the step.",
    )


def _on_failure(error: BaseException) -> Response:
    """Answer an unexpected failure with a general sentence; the details go to the log only."""
    _log.error("unexpected_failure", error=type(error).__name__, exc_info=error)
    return plain_problem(500)


def register(server: Flask) -> None:
    """Make every failure of the server answer in the one shape."""
    server.register_error_handler(ServiceError, service_error_response)
    server.register_error_handler(CSRFError, _on_csrf)
    server.register_error_handler(HTTPException, _on_http_error)
    server.register_error_handler(Exception, _on_failure)
