"""Was this very request made before, and what was the answer?

A key counts for its user (an API key for its owner) for 24 hours: the same words from somebody else are another key.
The same key with the same body gets the same answer; with another body it is refused (422); while the first request is
still at work, too (409).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from data.store.tables.idempotency import IdempotencyKey
from engine.kernel.canonical import sha256_of
from services.auth.actor import Actor
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.ports import Ports

KEEP_S = 24 * 3600.0
ABANDONED_AFTER = timedelta(minutes=5)
KEY_MAX_COUNT = 200
HEADER = "Idempotency-Key"


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered, to be answered again."""

    status: int
    body: str
    is_repeated: bool


class Idempotency:
    """Requests that have an effect once, however often they are sent."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def once(self, actor: Actor, key: str, body: Any, do: Callable[[], tuple[int, str]]) -> KeptAnswer:
        """Do something, unless the same was done under this key; then return what was answered.

        Parameters
        ----------
        actor : Actor
        key : str
            From the request's header.
        body : JSON-native
            What was asked, including method and path.
        do : callable
            Does it and returns status and body of the answer. When it raises, the key is given back.

        Raises
        ------
        InvalidRequest
            When the key was used with another body, or cannot be used.
        Conflict
            When the first request is still at work.
        """
        key = own_key(actor, checked_key(key), "answer")
        sha256 = sha256_of(body)
        with self._ports.store.work(actor) as uow:
            earlier = uow.idempotency.begin(key, sha256, keep_s=KEEP_S)
            if earlier is not None and self._is_abandoned(earlier):
                uow.idempotency.forget(key)
                earlier = uow.idempotency.begin(key, sha256, keep_s=KEEP_S)
            if earlier is not None:
                check_same(earlier, sha256)
                assert earlier.response_status is not None
                return KeptAnswer(earlier.response_status, earlier.response_body or "", True)
            uow.commit()
        try:
            status, text = do()
        except BaseException:
            with self._ports.store.work(actor) as uow:
                uow.idempotency.forget(key)
                uow.commit()
            raise
        with self._ports.store.work(actor) as uow:
            uow.idempotency.finish(key, response_status=status, response_body=text)
            uow.commit()
        return KeptAnswer(status, text, False)

    def _is_abandoned(self, earlier: IdempotencyKey) -> bool:
        """Return whether the process that took the key died before it answered; no request takes that long."""
        if not earlier.body_sha256 or earlier.response_status is not None:
            return False
        return earlier.created_at_utc + ABANDONED_AFTER < self._ports.clock.now_utc()


def checked_key(key: str) -> str:
    """Return the key, or refuse one that cannot be kept."""
    if not 1 <= len(key) <= KEY_MAX_COUNT or not key.isprintable():
        raise InvalidRequest(
            f"The {HEADER} needs 1 to {KEY_MAX_COUNT} printable characters.",
            "A random UUID is a good one.",
            fields=(FieldProblem(HEADER, "This key cannot be used.", "Send a random UUID."),),
        )
    return key


def own_key(actor: Actor, key: str, purpose: str) -> str:
    """Return the key as it is stored: one per user and purpose, of a length that always fits."""
    return f"{purpose}:" + hashlib.sha256(f"{actor.user_id}\n{key}".encode()).hexdigest()


def check_same(earlier: IdempotencyKey, body_sha256: str) -> None:
    """Refuse unless the earlier request was this very one and has been answered."""
    if not earlier.body_sha256:
        raise Conflict("This key is in use.", "Send a new random key.", code="idempotency_key_taken")
    if earlier.body_sha256 != body_sha256:
        raise InvalidRequest(
            f"This {HEADER} was used for another request.",
            "Send a new key with a new request; repeat a request without changes.",
            code="idempotency_mismatch",
            fields=(FieldProblem(HEADER, "This key belongs to another request.", "Send a new key."),),
        )
    if earlier.response_status is None:
        raise Conflict(
            "The first request with this key is still at work.", "Ask again in a moment.", code="idempotency_in_flight"
        )


def earlier_resource(earlier: IdempotencyKey | None, body_sha256: str) -> str | None:
    """Return the id of what the earlier request made; None when there was none."""
    if earlier is None:
        return None
    check_same(earlier, body_sha256)
    return earlier.resource_id
