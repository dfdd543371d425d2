"""How do rows of runs become what callers see, and what do events say about them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import data.store.tables.run as tables
from services.events_outbox import announce, notify
from services.messages.runs import RunStatus, RunView

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

QUIET_ORIGINS = frozenset({"key", "token"})
"""Programs ask for a run's end themselves; a success of theirs puts no sentence into the inbox."""


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
    )


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
            "stage": row.stage,
            "progress_frac": row.progress_frac,
            "sentence": sentence,
            **more,
        },
        user_id=row.owner_id,
        tenant_id=row.tenant_id,
    )


def tell_end(uow: UnitOfWork, row: tables.Run, label: str) -> None:
    """Publish a run's end, and put it into its owner's inbox unless a program asked for it and it went well."""
    sentence = row.message or ""
    announce_run(uow, row, "run.finished", sentence)
    origin = (row.lineage_json or {}).get("submitted_via")
    if row.status == "cancelled" or (row.status == "succeeded" and origin in QUIET_ORIGINS):
        return
    what = row.name or label
    title = f"{what} is finished" if row.status == "succeeded" else f"{what} failed"
    notify(
        uow,
        row.owner_id,
        title,
        sentence,
        tenant_id=row.tenant_id,
        severity="info" if row.status == "succeeded" else "warning",
        link=f"/runs/{row.id}",
        run_id=row.id,
    )
