"""How does a wish become a run that somebody will execute?"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from pydantic import BaseModel

import data.store.tables.run as tables
from data.queue.errors import QueueUnavailable
from engine.kernel.canonical import canonical_json, sha256_of
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.errors import TooMany
from services.idempotency import earlier_resource
from services.messages.runs import RunView
from services.ports import Ports
from services.runs_kinds import RunFacts, RunKind, kind_of
from services.runs_rows import announce_run, run_view

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

RETRY_AFTER_S = 5


NAME_MAX_COUNT = 200


class Submission:
    """Takes in runs: permission, quota, row, audit and event in one unit of work, then the queue."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def submit(
        self,
        kind_name: str,
        request: BaseModel,
        actor: Actor,
        *,
        idempotency_key: str | None = None,
        name: str | None = None,
        parent_run_id: str | None = None,
        schedule_id: str | None = None,
    ) -> RunView:
        """Store a run and hand its id to the queue.

        One with a parent, which it repeats or whose result it looks into, is about the parent's portfolio.

        Raises
        ------
        NotAllowed
            When the actor may not start this kind of work.
        TooMany
            When as many runs of the user or the house wait as may.
        Conflict, InvalidRequest
            When the idempotency key was used for something else, or by somebody else.
        """
        kind = kind_of(kind_name)
        authorize(actor, kind.permission)
        text = canonical_json(request.model_dump(mode="json"))
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        row = self._row(kind, request, text, sha256, actor, name)
        row.parent_run_id, row.schedule_id = parent_run_id, schedule_id
        with self._ports.store.work(actor) as uow:
            if idempotency_key is not None:
                body_sha256 = sha256_of({"kind": kind.name, "request_sha256": sha256})
                earlier_id = earlier_resource(uow.idempotency.begin(idempotency_key, body_sha256), body_sha256)
                if earlier_id is not None:
                    return run_view(uow.runs.get(earlier_id, deleted=True))
            self._check_quota(actor)
            if parent_run_id is not None and row.portfolio_id is None:
                row.portfolio_id = uow.runs.get(parent_run_id, deleted=True).portfolio_id
            row.name = row.name or _name_of(uow, kind.describe(request), row.portfolio_id)
            uow.runs.add(row)
            if idempotency_key is not None:
                uow.idempotency.finish(
                    idempotency_key, response_status=202, response_body=json.dumps({"id": row.id}), resource_id=row.id
                )
            note(uow, "run.submit", "run", row.id, after={"kind": kind.name, "request_sha256": sha256})
            announce_run(uow, row, "run.submitted", f"{kind.label} was handed in.")
            uow.commit()
            view = run_view(row)
        self.hand_over(view.id)
        return view

    def hand_over(self, run_id: str) -> bool:
        """Give an id to the queue; False when it has to wait for the next sweep."""
        try:
            self._ports.queue.dispatch(run_id)
        except QueueUnavailable:
            return False
        self._ports.bus.nudge("runs")
        return True

    def _row(
        self, kind: RunKind, request: BaseModel, text: str, sha256: str, actor: Actor, name: str | None
    ) -> tables.Run:
        facts = kind.describe(request)
        return tables.Run(
            owner_id=actor.user_id,
            kind=kind.name,
            name=name or facts.name,
            status="pending",
            request_json=text,
            request_sha256=sha256,
            seed=facts.seed,
            portfolio_id=facts.portfolio_id,
            progress_frac=0.0,
            attempts_count=0,
            fence=0,
            cancel_requested=False,
            lineage_json={"submitted_via": actor.via},
        )

    def _check_quota(self, actor: Actor) -> None:
        settings = self._ports.settings
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            own = uow.runs.count_open(owner_id=actor.user_id)
            house = uow.runs.count_open()
        with self._ports.store.system(read_only=True) as uow:
            everybody = uow.runs.count_open()
        if own["pending"] >= settings.user_queued_max_count:
            raise TooMany(
                f"{own['pending']} of your runs wait already, and no more may.",
                "Wait until some have finished, or cancel one.",
                code="user_quota",
                retry_after_s=RETRY_AFTER_S,
            )
        if house["pending"] >= settings.tenant_queued_max_count or everybody["pending"] >= settings.backlog_count:
            raise TooMany(
                "As many runs wait already as may.",
                "Try again in a little while.",
                code="house_quota",
                retry_after_s=RETRY_AFTER_S,
            )


def _name_of(uow: UnitOfWork, facts: RunFacts, portfolio_id: str | None) -> str | None:
    """Return what a run is called that nobody named: what it does, and for which portfolio."""
    if facts.label is None:
        return None
    portfolio = uow.portfolios.find(portfolio_id) if portfolio_id is not None else None
    return (facts.label if portfolio is None else f"{facts.label}, {portfolio.name}")[:NAME_MAX_COUNT]
