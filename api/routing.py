"""How does a route of the API get its inputs, and what does the OpenAPI document say about it?

A handler declares `path`, `query` and `body` by annotation. They are read strictly by `api.reading`; the same models
make the document, so that it cannot drift from what is checked. Every operation lists every problem it can answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.parameter import Parameter
from flask_openapi3.models.request_body import RequestBody
from flask_openapi3.models.tag import Tag
from flask_openapi3.utils import parse_parameters, parse_rule
from pydantic import BaseModel

from api.access import actor
from api.reading import body_text, read_body, read_path, read_query
from api.repeating import repeatable as honoring_keys
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission

Handler = Callable[..., Response]

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

_SENTENCES: dict[int, str] = {
    400: "The body is not valid JSON, or the request cannot be read.",
    401: "No valid key, token or session.",
    403: "The role, or the scopes of the key, do not allow this.",
    404: "There is no such object, or it is not yours to see.",
    409: "The present state does not allow this, or the same Idempotency-Key is being worked on.",
    412: "The object was changed since the version in If-Match.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "Fields cannot be used; `errors` names every one.",
    428: "The change needs If-Match.",
    429: "Too many requests; see Retry-After.",
    503: "A part of the product cannot be reached at present.",
}

_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeating the request with the same key within 24 hours returns the first answer, with "
    "`Idempotency-Replayed: true`; where that showed a secret, 409.",
    "schema": {"type": "string", "maxLength": 128},
}
_MATCH_PARAMETER = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the version that the change is based on; `*` for whatever version there is.",
    "schema": {"type": "string"},
}


def problems(*statuses: int) -> dict[int, Any]:
    """Return the document's entries for these problem statuses."""
    return {status: {"description": _SENTENCES[status], "content": _PROBLEM} for status in statuses}


def takes_text(max_bytes: int, check: Callable[[str], object]) -> Callable[[Handler], Handler]:
    """Mark a handler whose `body` is documented by its model but handed over as JSON text to a service.

    Parameters
    ----------
    max_bytes : int
        The longest text.
    check : callable
        The service's own reading; see `api.reading.body_text`.
    """

    def mark(function: Handler) -> Handler:
        function.__takes_text__ = (max_bytes, check)  # type: ignore[attr-defined]
        return function

    return mark


def needs(*permissions: Permission, check: Callable[[], object] | None = None) -> Callable[[Handler], Handler]:
    """Mark a handler whose permission is judged before anything that was sent is read.

    The service judges again, on the object and for whoever calls it from elsewhere.

    Parameters
    ----------
    *permissions : Permission
        One of them is needed; the first is named in the refusal.
    check : callable, optional
        Raises for whoever is refused for another reason than a missing permission.
    """

    def mark(function: Handler) -> Handler:
        function.__needs__ = (permissions, check)  # type: ignore[attr-defined]
        return function

    return mark


def as_text(body: object) -> str:
    """Return the JSON text that a handler marked by `takes_text` was given in place of its model."""
    assert isinstance(body, str)
    return body


def file_answer(*media_types: str) -> dict[str, Any]:
    """Return the document's entry for an answer that is a file."""
    return {
        "description": "The file.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types},
    }


@dataclass(frozen=True)
class _Route:
    """One route that is not described yet."""

    rule: str
    handler: Handler
    described: dict[str, Any]


class Resource(APIBlueprint):
    """One resource of the API: its routes share a prefix, a tag and the problems they can answer.

    Parameters
    ----------
    name : str
        Endpoint prefix, unique.
    title : str
        Heading in the document.
    description : str
        What the resource is for.
    """

    def __init__(self, name: str, title: str, description: str) -> None:
        super().__init__(
            f"api_{name}",
            f"api.resources.{name}",
            url_prefix="/api/v1",
            abp_tags=[Tag(name=title, description=description)],
            abp_security=[{"bearer": []}, {"session": []}],
            operation_id_callback=_operation_id,
        )
        self._routes: list[_Route] = []
        self._extras: dict[Handler, tuple[list[Parameter], bool]] = {}
        self._file_bodies: dict[Handler, dict[str, Any]] = {}
        self._examples: dict[Handler, dict[str, Any]] = {}

    def _collect_openapi_info(self, rule: str, func: Handler, **described: Any) -> Any:
        """Note what to describe later: making all schemas would take a quarter of a second of every start."""
        self._routes.append(_Route(rule, func, described))
        return parse_parameters(func, doc_ui=False)

    def describe(self) -> None:
        """Write every route into `paths` and `components_schemas`, once."""
        routes, self._routes = self._routes, []
        for route in routes:
            super()._collect_openapi_info(route.rule, route.handler, **route.described)
            parameters, is_open = self._extras[route.handler]
            operation = getattr(self.paths[parse_rule(route.rule, self.url_prefix)], route.described["method"].lower())
            if parameters:
                operation.parameters = [*(operation.parameters or []), *parameters]
            if is_open:
                operation.security = []
            if route.handler in self._file_bodies:
                operation.requestBody = RequestBody.model_validate(self._file_bodies[route.handler])
            if route.handler in self._examples:
                operation.requestBody.content["application/json"].example = self._examples[route.handler]

    @staticmethod
    def create_view_func(  # type: ignore[no-untyped-def]
        func,
        header,
        cookie,
        path,
        query,
        form,
        body,
        raw,
        view_class=None,
        view_kwargs=None,
        responses=None,
        validate_response=None,
    ):
        """Return the view: refuse whoever may not, read what the handler declared, then call it."""

        @wraps(func)
        def view(**path_values: str) -> Response:
            inputs: dict[str, object] = {}
            needed, check = getattr(func, "__needs__", ((), None))
            if needed and not any(is_allowed(actor(), one) for one in needed):
                authorize(actor(), needed[0])
            if check is not None:
                check()
            if path is not None:
                inputs["path"] = read_path(path, path_values)
            if query is not None:
                inputs["query"] = read_query(query)
            if body is not None:
                as_it_is = getattr(func, "__takes_text__", None)
                inputs["body"] = read_body(body) if as_it_is is None else body_text(*as_it_is)
            result: Response = func(**inputs)
            return result

        return view

    def route_for(
        self,
        method: str,
        rule: str,
        summary: str,
        *,
        answers: dict[int, type[BaseModel] | dict[str, Any] | None],
        versioned: bool = False,
        repeatable: bool = True,
        shows_secret: bool = False,
        is_open: bool = False,
        also: tuple[int, ...] = (),
        file_body: dict[str, Any] | None = None,
        example: dict[str, Any] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Return the decorator that makes a handler a route.

        Parameters
        ----------
        method : str
            ``get``, ``post``, ``put``, ``patch`` or ``delete``.
        rule : str
            Address below ``/api/v1``.
        summary : str
            One line for the document.
        answers : dict
            Successful answers: status to model, to a document entry, or None for an empty one.
        versioned : bool
            Whether ``If-Match`` is required.
        repeatable : bool
            Whether ``Idempotency-Key`` is honored; concerns ``post`` only.
        shows_secret : bool
            Whether the answer shows something that is shown only once.
        is_open : bool
            Whether the route answers without a sign-in.
        also : tuple of int
            Further problem statuses beyond those that follow from the method.
        file_body : dict, optional
            The document's entry for a body that is a file.
        example : dict, optional
            A JSON body that works as it stands.
        """
        statuses = {401, 403, 404, 422, 429, 503} | set(also)
        if is_open:
            statuses -= {403, 404} - set(also)
        if method in ("post", "put", "patch"):
            statuses |= {400, 409, 413, 415}
        if method == "delete":
            statuses |= {409}
        if versioned:
            statuses |= {412, 428}
        takes_key = repeatable and method == "post"
        given = [*([_KEY_PARAMETER] if takes_key else []), *([_MATCH_PARAMETER] if versioned else [])]
        parameters = [Parameter.model_validate(one) for one in given]
        make = getattr(self, method)(rule, summary=summary, responses={**answers, **problems(*sorted(statuses))})

        def decorate(function: Handler) -> Handler:
            if takes_key:
                function = honoring_keys(function, shows_secret=shows_secret)
            self._extras[function] = (parameters, is_open)
            if file_body is not None:
                self._file_bodies[function] = file_body
            if example is not None:
                self._examples[function] = example
            made: Handler = make(function)
            return made

        return decorate


def _operation_id(*, bp_name: str, name: str, path: str, method: str) -> str:
    """Return the operation's name in generated clients: resource and handler."""
    return f"{bp_name.removeprefix('api_')}_{name}"
