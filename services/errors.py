"""Which things can go wrong in a service, and what does the reader get told about each?

The tree (the HTTP status is the one that the API answers; screens show the same sentence as a toast)::

    ServiceError
    ├── InvalidRequest        422  something in what was sent cannot be used; `fields` lists every problem at once
    ├── NotSignedIn           401  nobody, or a session that ended
    ├── NotAllowed            403  known to the actor, but the role or the key does not allow it
    ├── NotFound              404  does not exist, or belongs to somebody else (the answer never says which)
    ├── Conflict              409  the present state does not allow it
    │   └── TakenOver              a worker's run was given to another worker, or ended
    ├── Stale                 412  changed by somebody else since it was read
    ├── PreconditionRequired  428  a change without saying which version it is based on
    ├── TooMany               429  a quota is used up; `retry_after_s` says when to come back
    └── Unavailable           503  a part of the product is not reachable; `retry_after_s` says when to come back
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from services.messages.providers import Attempt


@dataclass(frozen=True)
class FieldProblem:
    """One field that cannot be used.

    Parameters
    ----------
    path : str
        Where the field stands, in the words of the request: ``constraints[0].max_frac``.
    message : str
        What is wrong with it, as a sentence.
    advice : str
        How to put it right, as a sentence; empty when the message already says so.
    """

    path: str
    message: str
    advice: str = ""


class ServiceError(Exception):
    """Something a service refuses or cannot do, told in sentences.

    Parameters
    ----------
    message : str
        What happened and why.
    advice : str
        The way out.
    code : str or None
        A stable word for programs; the class's own code when None.
    fields : tuple of FieldProblem
        The fields concerned, if any.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self, message: str, advice: str = "", *, code: str | None = None, fields: tuple[FieldProblem, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.code = code or self.default_code
        self.fields: list[FieldProblem] = list(fields)

    @property
    def sentence(self) -> str:
        """The message and the advice, as one text for a toast or a log line."""
        return f"{self.message} {self.advice}".strip()


class InvalidRequest(ServiceError):
    """Something in what was sent cannot be used."""

    status = 422
    default_code = "invalid_request"
    title = "The request has problems"


class NotSignedIn(ServiceError):
    """Nobody is signed in, or the session ended."""

    status = 401
    default_code = "not_signed_in"
    title = "Please sign in"


class NotAllowed(ServiceError):
    """The actor's role or key does not allow this."""

    status = 403
    default_code = "not_allowed"
    title = "Not allowed"


class NotFound(ServiceError):
    """There is no such thing, or it is not the actor's to see."""

    status = 404
    default_code = "not_found"
    title = "Not found"

    @classmethod
    def of(cls, thing: str, identifier: str) -> NotFound:
        """Return the one sentence used for whatever cannot be found, whether absent or foreign."""
        return cls(f"There is no {thing} with the id {identifier!r}.", "Check the link, or choose one from the list.")


class Conflict(ServiceError):
    """The present state does not allow this."""

    status = 409
    default_code = "conflict"
    title = "Not possible in the present state"


class Stale(ServiceError):
    """The object changed since the actor read it."""

    status = 412
    default_code = "stale"
    title = "Changed in the meantime"

    @classmethod
    def of(cls, thing: str) -> Stale:
        """Return the one sentence used when a newer version exists."""
        return cls(f"This {thing} was changed since you opened it.", "Load it again, then repeat your change.")


class PreconditionRequired(ServiceError):
    """A change that does not say which version it is based on."""

    status = 428
    default_code = "precondition_required"
    title = "Version missing"


class RetryLater(ServiceError):
    """A refusal that is worth repeating after a while; `attempts` are the sources of data that did not answer."""

    def __init__(
        self,
        message: str,
        advice: str = "",
        *,
        code: str | None = None,
        fields: tuple[FieldProblem, ...] = (),
        retry_after_s: int = 5,
    ) -> None:
        super().__init__(message, advice, code=code, fields=fields)
        self.retry_after_s = retry_after_s
        self.attempts: tuple[Attempt, ...] = ()


class TooMany(RetryLater):
    """A quota is used up."""

    status = 429
    default_code = "too_many"
    title = "Too many requests"


class Unavailable(RetryLater):
    """A part of the product cannot be reached at present."""

    status = 503
    default_code = "unavailable"
    title = "Temporarily unavailable"


class TakenOver(Conflict):
    """The work is no longer this worker's: somebody else took it over, or it was ended."""

    default_code = "taken_over"
    title = "Taken over"
