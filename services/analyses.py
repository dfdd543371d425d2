"""How does a page, a program or an export get a report about a portfolio that a worker has to compute?

The answer is a row that all of them share: whoever asks the same question about the same data gets the kept document,
and two that ask at the same time wait for one computation. What is kept is shown only to those who may see the
portfolio at that moment.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

import data.store.tables.analysis as tables
from data.queue.errors import QueueUnavailable
from engine.kernel.canonical import canonical_json, sha256_of
from engine.version import ENGINE_VERSION
from services.analyses_execute import INTERNAL, LOST, TOO_SLOW, Computation
from services.analyses_kinds import AnalysisKind, Versioned, kind_of
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.errors import NotAllowed, NotFound, TooMany, Unavailable
from services.messages.analyses import AnalysisAnswer, AnalysisState
from services.ports import Ports
from services.version import PRODUCT_VERSION

if TYPE_CHECKING:
    from services.wiring import Services

_log = logging.getLogger(__name__)

POLL_S = 0.03
REDISPATCH_S = 10.0
KEEP_COUNT = 50
KEEP_FOR = timedelta(days=7)
PASSING_AFTER = timedelta(seconds=30)
PASSING_CODES = frozenset({INTERNAL, LOST, TOO_SLOW, Unavailable.default_code})
"""Failures that may be gone when the question is asked again a little later."""
PERSONAL_CODES = frozenset({NotFound.default_code, NotAllowed.default_code})
"""Failures that say something about who asked, and nothing to the next one."""


@dataclass(frozen=True)
class _Question:
    """What was asked, about which data, and the fingerprint of both."""

    kind: AnalysisKind
    portfolio_id: str
    request_json: str
    request_sha256: str
    data_version: str
    key: str


class Analyses:
    """Reports about portfolios, computed in worker processes and kept for a while.

    Parameters
    ----------
    ports : Ports
        `quick_queue` hands the ids of waiting rows to the workers.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._computation = Computation(ports)
        self._services: Services | None = None
        self._waiters: dict[str, list[threading.Event]] = {}
        self._handed_over_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def attach(self, services: Services) -> None:
        """Let the work on reports use every service; listen to the queue's own workers if it has any."""
        self._services = services
        queue: Any = self._ports.quick_queue
        if hasattr(queue, "on_lost"):
            queue.on_lost = self._on_lost
            queue.on_done = self._wake

    def answer(
        self,
        kind: str,
        request: BaseModel,
        actor: Actor,
        *,
        wait_s: float = 8.0,
        fresh_s: float = 0.0,
        again: bool = False,
    ) -> AnalysisAnswer:
        """Return a report: the kept one, or a new one if it comes in time.

        Parameters
        ----------
        kind : str
            Name of a kind (`services.analyses_kinds`).
        request : BaseModel
            In the form of the kind; names the portfolio.
        actor : Actor
            Must have the kind's permission and see the portfolio now, whatever is kept.
        wait_s : float
            How long to wait for a worker; 0 only asks. Afterwards the answer is ``working``, with the last document of
            earlier data if there is one.
        fresh_s : float
            An answer younger than this many seconds is good enough although the data changed since; it is told as
            ready and not current, and nothing is computed.
        again : bool
            Whether an answer that failed is computed once more.

        Raises
        ------
        NotAllowed
            The role or the key lacks the kind's permission.
        NotFound
            The portfolio does not exist, or is not the actor's to see.
        TooMany
            As many reports of this person are being computed as may.
        """
        question = self._question(kind_of(kind), request, actor)
        row = self._row(question, actor)
        if row is not None and row.state in ("ready", "failed") and not self._is_to_repeat(row, again):
            return self._told(question, row, actor)
        if row is None and fresh_s > 0.0 and (recent := self._recent(question, actor, fresh_s)) is not None:
            return _answer(question, recent, AnalysisState.READY, is_current=False)
        row_id = self._open(question, row, actor)
        with self._bell(row_id) as bell:
            return self._told(question, self._ended(question, row_id, actor, bell, wait_s), actor)

    def newest(self, kind: str, request: BaseModel, actor: Actor) -> dict[str, Any] | None:
        """Return the newest document that is kept of a question, of whatever data; None without one or the right."""
        portfolio_id = kind_of(kind).portfolio_id(request)
        text = canonical_json(request.model_dump(mode="json"))
        with self._ports.store.read(actor) as uow:
            row = uow.analyses.latest(portfolio_id, kind, sha256_of(_asked(kind, text)))
            return None if row is None else row.document

    def execute(self, analysis_id: str) -> None:
        """Compute a report; called by workers."""
        assert self._services is not None, "analyses.attach was not called"
        self._computation.execute(analysis_id, self._services)

    def prune(self) -> int:
        """Forget answers older than seven days, and all but the last fifty of each portfolio; return how many."""
        with self._ports.store.system() as uow:
            count = uow.analyses.prune(self._ports.clock.now_utc() - KEEP_FOR, KEEP_COUNT)
            uow.commit()
        return count

    def _question(self, kind: AnalysisKind, request: BaseModel, actor: Actor) -> _Question:
        authorize(actor, kind.permission)
        portfolio_id = kind.portfolio_id(request)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
        text = canonical_json(request.model_dump(mode="json"))
        version = self._data_version(kind, request, portfolio_id, actor)
        asked = _asked(kind.name, text)
        sha256 = sha256_of(asked)
        parts = [actor.tenant_id, *asked, version]
        return _Question(kind, portfolio_id, text, sha256, version, sha256_of(parts))

    def _data_version(self, kind: AnalysisKind, request: BaseModel, portfolio_id: str, actor: Actor) -> str:
        assert self._services is not None, "analyses.attach was not called"
        if isinstance(kind, Versioned):
            return kind.data_version(request, self._services, actor)
        return self._services.portfolio_facts.data_version(portfolio_id, actor)

    def _row(self, question: _Question, actor: Actor) -> tables.Analysis | None:
        with self._ports.store.read(actor) as uow:
            return uow.analyses.of_key(question.key)

    def _is_to_repeat(self, row: tables.Analysis, again: bool) -> bool:
        if row.state != "failed":
            return False
        if again or row.code in PERSONAL_CODES:
            return True
        at_utc = row.computed_at_utc
        is_past = at_utc is not None and at_utc + PASSING_AFTER < self._ports.clock.now_utc()
        return row.code in PASSING_CODES and is_past

    def _recent(self, question: _Question, actor: Actor, fresh_s: float) -> tables.Analysis | None:
        found = self._latest(question, actor)
        if found is None or found.computed_at_utc is None:
            return None
        age_s = (self._ports.clock.now_utc() - found.computed_at_utc).total_seconds()
        return found if age_s < fresh_s else None

    def _latest(self, question: _Question, actor: Actor) -> tables.Analysis | None:
        with self._ports.store.read(actor) as uow:
            return uow.analyses.latest(question.portfolio_id, question.kind.name, question.request_sha256)

    def _open(self, question: _Question, row: tables.Analysis | None, actor: Actor) -> str:
        """See to it that the question has a row that waits or is worked on; return its id."""
        asked_by_id = None if actor.is_system else actor.user_id
        if row is not None and row.state in ("waiting", "working"):
            return row.id
        with self._ports.store.system(actor.tenant_id) as uow:
            most_count = self._ports.settings.user_queued_max_count
            if asked_by_id is not None and uow.analyses.count_open(asked_by_id) >= most_count:
                raise TooMany(
                    f"{most_count} of your reports are being computed already, and no more may.",
                    "Wait a moment and try again.",
                    code="user_quota",
                )
            if row is not None:
                uow.analyses.ask_again(row.id, asked_by_id)
            elif uow.analyses.begin(
                {
                    "tenant_id": actor.tenant_id,
                    "portfolio_id": question.portfolio_id,
                    "kind": question.kind.name,
                    "key": question.key,
                    "request_json": question.request_json,
                    "request_sha256": question.request_sha256,
                    "data_version": question.data_version,
                    "asked_by_id": asked_by_id,
                }
            ):
                uow.analyses.prune(self._ports.clock.now_utc() - KEEP_FOR, KEEP_COUNT, question.portfolio_id)
            uow.commit()
        with self._lock:
            self._handed_over_s.pop(row.id if row is not None else "", None)
        kept = self._row(question, actor)
        if kept is None:
            raise NotFound.of("portfolio", question.portfolio_id)
        return kept.id

    def _ended(
        self, question: _Question, row_id: str, actor: Actor, bell: threading.Event, wait_s: float
    ) -> tables.Analysis:
        """Return the row with its end, or as it stands when the time is over."""
        end_s = time.monotonic() + wait_s
        while True:
            with self._ports.store.read(actor) as uow:
                row = uow.analyses.standing(row_id)
            if row is None:
                raise NotFound.of("portfolio", question.portfolio_id)
            if row.state in ("ready", "failed"):
                return self._row(question, actor) or row
            if self._tend(row):
                continue
            left_s = end_s - time.monotonic()
            if left_s <= 0.0:
                return row
            bell.wait(min(left_s, POLL_S))
            bell.clear()

    def _tend(self, row: tables.Analysis) -> bool:
        """Hand a waiting row over, and look after one whose worker may be gone; return whether it changed."""
        if row.state == "working":
            if not self._computation.is_stuck(row):
                return False
            if self._computation.revive(row):
                self._hand_over(row.id)
            return True
        now_s = time.monotonic()
        with self._lock:
            kept = self._handed_over_s.items()
            self._handed_over_s = {one: at_s for one, at_s in kept if now_s - at_s < REDISPATCH_S}
            if row.id in self._handed_over_s:
                return False
        self._hand_over(row.id)
        return True

    def _hand_over(self, row_id: str) -> None:
        with self._lock:
            self._handed_over_s[row_id] = time.monotonic()
        try:
            self._ports.quick_queue.dispatch(row_id)
        except QueueUnavailable as reason:
            _log.warning("Report %s waits: %s", row_id, reason)

    def _told(self, question: _Question, row: tables.Analysis, actor: Actor) -> AnalysisAnswer:
        if row.state == "ready":
            return _answer(question, row, AnalysisState.READY, is_current=True)
        state = AnalysisState.FAILED if row.state == "failed" else AnalysisState.WORKING
        earlier = self._latest(question, actor)
        told = {"code": row.code, "message": row.message, "advice": row.advice} if row.state == "failed" else {}
        if earlier is None:
            return _answer(question, row, state, is_current=False, **told)
        return _answer(question, earlier, state, is_current=False, **told)

    @contextmanager
    def _bell(self, row_id: str) -> Iterator[threading.Event]:
        bell = threading.Event()
        with self._lock:
            self._waiters.setdefault(row_id, []).append(bell)
        try:
            yield bell
        finally:
            with self._lock:
                self._waiters[row_id].remove(bell)
                if not self._waiters[row_id]:
                    del self._waiters[row_id]

    def _wake(self, row_id: str) -> None:
        with self._lock:
            bells = list(self._waiters.get(row_id, ()))
        for bell in bells:
            bell.set()

    def _on_lost(self, row_id: str) -> None:
        """Go on after the death of the process that worked on a row, whether or not anybody still waits."""
        with self._ports.store.system(read_only=True) as uow:
            row = uow.analyses.standing(row_id)
        if row is not None and row.state == "working" and not self._computation.revive(row, is_known_lost=True):
            row = None
        if row is not None and row.state in ("waiting", "working"):
            self._hand_over(row_id)
        self._wake(row_id)


def _asked(kind_name: str, text: str) -> list[str]:
    """Return what makes two questions the same: kind, request and the versions whose answers can be read."""
    return [kind_name, text, ENGINE_VERSION, PRODUCT_VERSION]


def _answer(
    question: _Question, row: tables.Analysis, state: AnalysisState, *, is_current: bool, **told: Any
) -> AnalysisAnswer:
    has_document = row.state == "ready"
    return AnalysisAnswer(
        id=row.id,
        kind=question.kind.name,
        portfolio_id=question.portfolio_id,
        state=state,
        document=row.document if has_document else None,
        computed_at_utc=row.computed_at_utc if has_document else None,
        elapsed_ms=row.elapsed_ms if has_document else None,
        data_version=row.data_version if has_document else question.data_version,
        is_current=is_current,
        **told,
    )
