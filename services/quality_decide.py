"""How does somebody decide about findings: take the proposal, keep the raw value, take the decision back?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from data.store import tables
from data.store.repositories.quality import ACCEPTED, OPEN, REJECTED
from services import formatting
from services.audit_notes import note
from services.errors import Conflict, NotFound
from services.messages.quality import Decision, Passed
from services.quality_check import OBJECT
from services.quality_correct import write_correction
from services.quality_undo import take_back

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.auth.actor import Actor

_DONE = {Decision.ACCEPT: "accepted", Decision.REJECT: "rejected", Decision.UNDO: "taken back"}


def decide(
    uow: UnitOfWork,
    finding_ids: Sequence[str],
    decision: Decision,
    preference: tuple[str, ...],
    actor: Actor,
    now_utc: datetime,
) -> tuple[list[tables.QualityFinding], list[Passed]]:
    """Decide about findings, each for itself; return those decided about and those passed over with the reason.

    One finding alone that cannot be decided about is refused instead.

    Raises
    ------
    NotFound, Conflict
    """
    rows = uow.quality_findings.many(finding_ids)
    done: list[tables.QualityFinding] = []
    passed: list[Passed] = []
    for finding_id in dict.fromkeys(finding_ids):
        try:
            if finding_id not in rows:
                raise NotFound.of("finding", finding_id)
            _decide_one(uow, rows[finding_id], decision, preference, actor, now_utc)
        except (NotFound, Conflict) as error:
            if len(finding_ids) == 1:
                raise
            passed.append(Passed(finding_id=finding_id, message=error.message))
        else:
            done.append(rows[finding_id])
    return done, passed


def decided_sentence(decision: Decision, done_count: int, passed: Sequence[Passed]) -> str:
    """Return in one sentence what became of a decision."""
    rest = f" {formatting.count(len(passed), 'other')} passed over: {passed[0].message}" if passed else ""
    return f"{formatting.count(done_count, 'finding')} {_DONE[decision]}.{rest}"


def _decide_one(
    uow: UnitOfWork,
    row: tables.QualityFinding,
    decision: Decision,
    preference: tuple[str, ...],
    actor: Actor,
    now_utc: datetime,
) -> None:
    before = row.state
    _refuse_out_of_turn(before, decision)
    values: dict[str, object] = {"is_automatic": False, "decided_by_id": actor.user_id, "decided_at_utc": now_utc}
    asset = uow.assets.get(row.asset_id)
    if decision is Decision.ACCEPT:
        series = uow.prices.series_of([row.asset_id], (row.provider, *preference), is_whole=True).get(row.asset_id)
        if series is None or series.provider != row.provider:
            raise Conflict(
                "The series that this was found in is gone.", "Check the asset again.", code="prices_changed"
            )
        batch = write_correction(uow, row, asset, series, actor, now_utc)
        values |= {"state": ACCEPTED, "batch_id": batch.id}
    elif decision is Decision.REJECT:
        values |= {"state": REJECTED, "batch_id": None}
    else:
        if before == ACCEPTED:
            take_back(uow, row, actor, now_utc)
        values |= {"state": OPEN, "batch_id": None, "decided_at_utc": None}  # who did it stays: no policy takes it now
    uow.quality_findings.change(row, **values)
    note(
        uow, f"quality.{decision.value}", OBJECT, row.id, before={"state": before},
        after={"state": row.state, "symbol": asset.symbol, "kind": row.kind, "sessions_count": row.sessions_count},
    )  # fmt: skip


def _refuse_out_of_turn(state: str, decision: Decision) -> None:
    """Refuse what the state of a finding does not allow.

    Raises
    ------
    Conflict
    """
    if decision is Decision.UNDO and state not in (ACCEPTED, REJECTED):
        raise Conflict("There is no decision to take back here.", code="nothing_to_undo")
    if decision is not Decision.UNDO and state != OPEN:
        words = "no longer seen in the prices" if state == "gone" else f"{state} already"
        raise Conflict(f"This finding is {words}.", "Take the earlier decision back first.", code="already_decided")
