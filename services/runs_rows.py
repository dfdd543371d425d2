"""How do rows of runs become what callers see, and what do events say about them?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import data.store.tables.run as tables
from engine.kernel.status import BEST_SO_FAR
from services.alerts_states import Observation, observe
from services.events_outbox import announce, notify
from services.messages.runs import RunOutcome, RunStatus, RunView

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

QUIET_ORIGINS = frozenset({"key", "token"})
"""Programs ask for a run's end themselves; a success of theirs puts no sentence into the inbox."""


OUTCOME = "outcome"
"""Key of what the answer says, beside the lineage in a run's row."""

OUTCOME_TITLES = {
    RunOutcome.INFEASIBLE: "no portfolio meets the limits",
    RunOutcome.UNSUITABLE: "the goal has no answer on these figures",
    RunOutcome.FAILED: "no solver reached an answer",
}
"""What a notification says of a run that came to its end without a portfolio."""


def with_best(sentence: str, said: str | None) -> str:
    """Return how a run ended, with the best that it had found where it said so."""
    return f"{sentence} {said}" if said and said.startswith(BEST_SO_FAR) else sentence


def run_view(row: tables.Run) -> RunView:
    """Return a run as its owner sees it."""
    return RunView(
        id=row.id,
        kind=row.kind,
        name=row.name,
        status=RunStatus(row.status),
        stage=row.stage,
        progress_frac=row.progress_frac,
        message=row.message,
        owner_id=row.owner_id,
        portfolio_id=row.portfolio_id,
        created_at_utc=row.created_at_utc,
        started_at_utc=row.started_at_utc,
        finished_at_utc=row.finished_at_utc,
        seed=row.seed,
        engine_version=row.engine_version,
        request_sha256=row.request_sha256,
        row_version=row.row_version,
        attempts_count=row.attempts_count,
        outcome=outcome_of(row),
        parent_run_id=row.parent_run_id,
    )


def outcome_of(row: tables.Run) -> RunOutcome | None:
    """Return what the answer of a run says; it stands in the row, so that lists read no results."""
    said = (row.lineage_json or {}).get(OUTCOME)
    return None if said is None or row.status != RunStatus.SUCCEEDED else RunOutcome(said)


def topic_of(run_id: str) -> str:
    """Return the topic under which a run's events are published."""
    return f"runs.{run_id}"


def announce_run(uow: UnitOfWork, row: tables.Run, event_type: str, sentence: str, **more: Any) -> None:
    """Publish something about a run to its owner."""
    announce(
        uow,
        topic_of(row.id),
        event_type,
        {
            "run_id": row.id,
            "kind": row.kind,
            "name": row.name,
            "status": row.status,
            "outcome": outcome_of(row),
            "stage": row.stage,
            "progress_frac": row.progress_frac,
            "sentence": sentence,
            **more,
        },
        user_id=row.owner_id,
        tenant_id=row.tenant_id,
    )


def _subject(uow: UnitOfWork, row: tables.Run, label: str) -> str:
    """Return what a run is called among others: of which portfolio, where its name does not say so itself."""
    subject = row.name or label
    found = uow.portfolios.get_many([row.portfolio_id]) if row.portfolio_id else {}
    portfolio = next(iter(found.values()), None)
    return subject if portfolio is None or portfolio.name in subject else f"{portfolio.name}: {subject}"


def tell_end(uow: UnitOfWork, row: tables.Run, label: str, now_utc: datetime) -> None:
    """Publish a run's end, and tell its owner unless a program asked for it and it went well.

    A failure raises the alert of its kind for the owner; the next success resolves it.
    """
    sentence = row.message or ""
    announce_run(uow, row, "run.finished", sentence)
    if row.status == RunStatus.CANCELLED:
        return
    has_failed = row.status == RunStatus.FAILED
    outcome = outcome_of(row)
    without = OUTCOME_TITLES.get(outcome) if outcome else None
    subject = _subject(uow, row, label)
    title = f"{subject} failed" if has_failed else f"{subject} is finished"
    if without:
        title = f"{subject}: {without}"
    observe(
        uow,
        Observation(
            tenant_id=row.tenant_id,
            key=f"run.failed:{row.kind}:{row.owner_id}",
            condition="holds" if has_failed else "gone",
            title=f"{label} failed",
            sentence=sentence,
            owner_id=row.owner_id,
            object_kind="run",
            object_id=row.id,
            link=run_view(row).shown_at,
            is_told_elsewhere=True,
        ),
        now_utc,
    )
    origin = (row.lineage_json or {}).get("submitted_via")
    if not has_failed and origin in QUIET_ORIGINS:
        return
    notify(
        uow,
        row.owner_id,
        title,
        sentence,
        tenant_id=row.tenant_id,
        severity="warning" if has_failed or without else "info",
        link=run_view(row).shown_at,
        run_id=row.id,
    )
