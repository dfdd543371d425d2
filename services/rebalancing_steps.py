"""How is a proposal of trades handed in, decided about by a second person, and taken back?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission, Role
from services.errors import Conflict, FieldProblem, InvalidRequest, NotAllowed
from services.events_outbox import notify
from services.messages.rebalancing import Handing, RebalancingDecision, RebalancingReport, RebalancingView
from services.rebalancing import told_pages
from services.rebalancing_views import RENEWABLE, RebalancingViewer, needs_override, refusal_to_decide

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.ports import Ports
    from services.rebalancing import Rebalancings
    from services.rebalancing_inputs import RebalancingInputsReader


def link_to(row: tables.Rebalancing) -> str:
    """Return where a proposal is seen."""
    return f"/rebalance?portfolio={row.portfolio_id}&proposal={row.id}"


class RebalancingSteps:
    """From a draft to a decision; whoever made or handed in a proposal never decides about it.

    Parameters
    ----------
    ports : Ports
    rebalancings : Rebalancings
    inputs : RebalancingInputsReader

    """

    def __init__(self, ports: Ports, *, rebalancings: Rebalancings, inputs: RebalancingInputsReader) -> None:
        self._ports = ports
        self._rebalancings = rebalancings
        self._inputs = inputs

    def submit(
        self, rebalancing_id: str, handing: Handing, actor: Actor, row_version: int | None = None
    ) -> RebalancingView:
        """Hand a draft in, to be decided about.

        Raises
        ------
        NotAllowed, NotFound, Stale
        InvalidRequest
            A soft rule would be broken and no reason is given.
        Conflict
            It is no draft, something stops it, or positions or closes changed since.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row, report = self._open(uow, rebalancing_id, actor, "draft")
            if report.problems:
                raise Conflict(report.problems[0], "Change the trades, then hand them in.", code="has_problems")
            reason = (handing.reason or "").strip() or None
            if needs_override(report) and reason is None:
                message = "These trades would break a soft rule: say why that may stand."
                raise InvalidRequest(message, "Write a reason.", fields=(FieldProblem("reason", message),))
            values = {
                "state": "submitted", "submitted_by_id": actor.user_id,
                "submitted_at_utc": self._ports.clock.now_utc(), "submit_reason": reason,
                "decided_by_id": None, "decided_at_utc": None, "decision_reason": None,
            }  # fmt: skip
            row = uow.rebalancings.change(row, values, row_version)
            note(uow, "rebalancing.submit", "rebalancing", row.id, after=_facts(row, report, reason))
            told_pages(uow, row, "submitted")
            uow.commit()
        self._tell_deciders(row, report, actor)
        return self._rebalancings.settled(rebalancing_id, actor)

    def decide(
        self, rebalancing_id: str, decision: RebalancingDecision, actor: Actor, row_version: int | None = None
    ) -> RebalancingView:
        """Approve a proposal, or refuse it with a reason.

        Raises
        ------
        NotAllowed
            The actor made it or handed it in, or may not decide.
        NotFound, Stale
        InvalidRequest
            A refusal, or consent to a broken soft rule, without a reason.
        Conflict
            It does not wait for a decision, or positions or closes changed since.

        """
        if not is_allowed(actor, Permission.OVERRIDES_APPROVE):
            authorize(actor, Permission.TRADES_APPROVE)
        with self._ports.store.work(actor) as uow:
            row, report = self._open(uow, rebalancing_id, actor, "submitted", is_fresh=decision.is_approved)
            refusal = refusal_to_decide(row, report, actor)
            if refusal is not None:
                raise NotAllowed(refusal, "Ask somebody who may decide.", code="second_person")
            reason = (decision.reason or "").strip() or None
            if reason is None and (not decision.is_approved or needs_override(report)):
                message = "Say why: whoever handed it in and the audit log are to know."
                raise InvalidRequest(message, "Write a reason.", fields=(FieldProblem("reason", message),))
            values = {
                "state": "approved" if decision.is_approved else "rejected", "decided_by_id": actor.user_id,
                "decided_at_utc": self._ports.clock.now_utc(), "decision_reason": reason,
            }  # fmt: skip
            row = uow.rebalancings.change(row, values, row_version)
            if decision.is_approved:
                note(uow, "rebalancing.approve", "rebalancing", row.id, after=_facts(row, report, reason))
            else:
                note(uow, "rebalancing.reject", "rebalancing", row.id, after=_facts(row, report, reason))
            told_pages(uow, row, row.state)
            self._answer(uow, row, report, actor)
            uow.commit()
        self._ports.bus.nudge("notifications")
        return self._rebalancings.settled(rebalancing_id, actor)

    def withdraw(
        self, rebalancing_id: str, handing: Handing, actor: Actor, row_version: int | None = None
    ) -> RebalancingView:
        """Take a proposal back for good; it stays to be read.

        Raises
        ------
        NotAllowed, NotFound, Stale
        Conflict
            It was recorded or withdrawn already.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.rebalancings.get(rebalancing_id, write=True)
            if row.state not in RENEWABLE:
                raise Conflict(f"This proposal is {row.state} already.", "Load it again.", code="not_open")
            before = {"state": row.state}
            row = uow.rebalancings.change(row, {"state": "withdrawn"}, row_version)
            note(uow, "rebalancing.withdraw", "rebalancing", row.id, before=before, after={"reason": handing.reason})
            told_pages(uow, row, "withdrawn")
            uow.commit()
        return self._rebalancings.settled(rebalancing_id, actor)

    def _open(
        self, uow: UnitOfWork, rebalancing_id: str, actor: Actor, state: str, *, is_fresh: bool = True
    ) -> tuple[tables.Rebalancing, RebalancingReport]:
        """Return a proposal in a state, computed from what is still so."""
        row = uow.rebalancings.get(rebalancing_id, write=True)
        if row.state != state:
            raise Conflict(f"This proposal is {row.state}, not {state}.", "Load it again.", code="not_open")
        report = RebalancingReport.model_validate(row.report)
        if is_fresh:
            refuse_stale(uow, row, report, actor, self._inputs)
        return row, report

    def _tell_deciders(self, row: tables.Rebalancing, report: RebalancingReport, actor: Actor) -> None:
        """Put the proposal into the inboxes of those who may decide about it."""
        with self._ports.store.system(row.tenant_id, read_only=True) as uow:
            people = [
                Actor(one.id, row.tenant_id, one.name, Role(one.role), "session")
                for one in uow.users.all(is_active=True)
            ]
        deciders = [
            one for one in people if refusal_to_decide(row, report, one) is None and self._sees(one, row.portfolio_id)
        ]
        with self._ports.store.system(row.tenant_id) as uow:
            for one in deciders:
                notify(
                    uow,
                    one.user_id,
                    f"{actor.name} asks you to approve trades of {report.name}",
                    report.sentence,
                    tenant_id=row.tenant_id,
                    link=link_to(row),
                )
            uow.commit()
        self._ports.bus.nudge("notifications")

    def _sees(self, person: Actor, portfolio_id: str) -> bool:
        with self._ports.store.read(person) as uow:
            return uow.portfolios.find(portfolio_id) is not None

    def _answer(self, uow: UnitOfWork, row: tables.Rebalancing, report: RebalancingReport, actor: Actor) -> None:
        """Tell whoever handed it in."""
        if row.submitted_by_id is None:
            return
        said = "approved" if row.state == "approved" else "refused"
        notify(
            uow,
            row.submitted_by_id,
            f"{actor.name} {said} the trades of {report.name}",
            row.decision_reason or report.sentence,
            tenant_id=row.tenant_id,
            link=link_to(row),
        )


def refuse_stale(
    uow: UnitOfWork,
    row: tables.Rebalancing,
    report: RebalancingReport,
    actor: Actor,
    inputs: RebalancingInputsReader,
) -> None:
    """Refuse what stands on positions or closes that have changed since.

    Raises
    ------
    Conflict

    """
    stale = RebalancingViewer(uow, actor, inputs).stale(row, report, uow.portfolios.get(row.portfolio_id))
    if stale is not None:
        raise Conflict(stale, "Compute the trades anew, then go on.", code="rebalancing_stale")


def _facts(row: tables.Rebalancing, report: RebalancingReport, reason: str | None) -> dict[str, object]:
    return {
        "portfolio_id": row.portfolio_id,
        "number": row.number,
        "inputs_sha256": report.inputs_sha256,
        "verdict": None if report.compliance is None else report.compliance.verdict,
        "reason": reason,
    }
