"""How is a stored proposal shown: what became of it, what changed since, and what may the reader do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from services import formatting
from services.auth.actor import Actor
from services.auth.policy import is_allowed
from services.auth.roles import Permission
from services.messages.rebalancing import (
    Fill,
    RebalancingChoices,
    RebalancingDeed,
    RebalancingLine,
    RebalancingReport,
    RebalancingView,
    RebalancingWish,
    Verb,
)

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.rebalancing_inputs import RebalancingInputsReader

P = Permission
ALIVE = frozenset({"draft", "submitted", "approved"})
EDITABLE = frozenset({"draft", "rejected"})
RENEWABLE = frozenset({"draft", "submitted", "approved", "rejected"})
SOMEBODY = "somebody"


def needs_override(report: RebalancingReport) -> bool:
    """Return whether the trades would break a soft rule, so that somebody must let that stand."""
    return report.compliance is not None and report.compliance.verdict == "needs_override"


def refusal_to_decide(row: tables.Rebalancing, report: RebalancingReport, actor: Actor) -> str | None:
    """Return why somebody may not decide about a proposal; None where they may."""
    if actor.user_id in (row.submitted_by_id, row.made_by_id):
        return "Whoever made or handed in a proposal does not decide about it."
    if needs_override(report) and not is_allowed(actor, P.OVERRIDES_APPROVE):
        return "These trades would break a soft rule: only who may let a breach stand decides about them."
    if not is_allowed(actor, P.TRADES_APPROVE):
        return f"The role {actor.role.label} may not {P.TRADES_APPROVE.sentence_part}."
    return None


class RebalancingViewer:
    """Shows proposals to one reader.

    Parameters
    ----------
    uow : UnitOfWork
        Of the reader.
    actor : Actor
    inputs : RebalancingInputsReader
        Knows today's closes.

    """

    def __init__(self, uow: UnitOfWork, actor: Actor, inputs: RebalancingInputsReader) -> None:
        self._uow = uow
        self._actor = actor
        self._inputs = inputs

    def lines(self, rows: Sequence[tables.Rebalancing]) -> tuple[RebalancingLine, ...]:
        """Return proposals as lines of a list."""
        people = self._people(rows)
        portfolios = self._uow.portfolios.get_many(sorted({one.portfolio_id for one in rows}))
        return tuple(
            self._line(row, RebalancingReport.model_validate(row.report), portfolios[row.portfolio_id], people)
            for row in rows
            if row.portfolio_id in portfolios
        )

    def view(self, row: tables.Rebalancing) -> RebalancingView:
        """Return one proposal whole."""
        report, people = RebalancingReport.model_validate(row.report), self._people([row])
        portfolio = self._uow.portfolios.get(row.portfolio_id)
        line = self._line(row, report, portfolio, people)
        refusal = refusal_to_decide(row, report, self._actor) if row.state == "submitted" else None
        return RebalancingView(
            **dict(line),
            wish=RebalancingWish.model_validate(row.wish),
            choices=RebalancingChoices.model_validate(row.choices),
            report=report,
            deeds=_deeds(row, people),
            blocked=refusal,
            fills=tuple(Fill.model_validate(one) for one in (row.entries or {}).get("fills", ())),
        )

    def stale(self, row: tables.Rebalancing, report: RebalancingReport, portfolio: tables.Portfolio) -> str | None:
        """Return what changed since a proposal was computed, in one sentence; None where nothing did."""
        if row.state not in ALIVE:
            return None
        last = self._uow.ledger.last_entries([row.portfolio_id]).get(row.portfolio_id, 0)
        if last != row.ledger_entry:
            return "Positions or cash have changed since these trades were computed."
        book = self._inputs.book(self._uow, portfolio, [one.asset_id for one in report.rows])
        newest = book.last_session()
        if newest is None:
            return None
        for one in report.rows:
            quote = book.quote(one.asset_id, newest)
            if one.quantity != 0 and quote is not None and quote.price_date > one.price_on:
                return f"There are closes of {formatting.day(quote.price_date)}; these trades stand on earlier ones."
            then = book.quote(one.asset_id, one.price_on)
            if one.quantity != 0 and (then is None or then.price != Decimal(one.price)):
                return f"The close of {one.symbol} was corrected since these trades were computed."
        return None

    def may(self, row: tables.Rebalancing, report: RebalancingReport, stale: str | None) -> tuple[Verb, ...]:
        """Return what the reader may do with a proposal now."""
        writes = is_allowed(self._actor, P.PORTFOLIOS_WRITE)
        writes = writes and self._uow.portfolios.find(row.portfolio_id, write=True) is not None
        is_fresh = stale is None
        found: dict[Verb, bool] = {
            "edit": writes and row.state in EDITABLE,
            "renew": writes and row.state in RENEWABLE,
            "submit": writes and row.state == "draft" and is_fresh and not report.problems,
            "decide": row.state == "submitted" and is_fresh and refusal_to_decide(row, report, self._actor) is None,
            "withdraw": writes and row.state in RENEWABLE,
            "export": is_allowed(self._actor, P.EXPORTS_MAKE),
            "record": writes and row.state == "approved" and is_fresh,
            "undo": writes and row.state == "recorded",
        }
        return tuple(verb for verb, is_so in found.items() if is_so)

    def _line(
        self,
        row: tables.Rebalancing,
        report: RebalancingReport,
        portfolio: tables.Portfolio,
        people: Mapping[str, str],
    ) -> RebalancingLine:
        stale = self.stale(row, report, portfolio)
        return RebalancingLine(
            id=row.id,
            portfolio_id=row.portfolio_id,
            portfolio_name=portfolio.name,
            base_currency=portfolio.base_currency,
            number=row.number,
            state=row.state,
            source_name=report.source_name,
            sentence=report.sentence,
            trades_count=report.trades_count,
            turnover_frac=report.turnover_frac,
            cost_ccy=report.cost_ccy,
            made_by_name=people.get(row.made_by_id, SOMEBODY),
            made_at_utc=row.created_at_utc,
            submitted_at_utc=row.submitted_at_utc,
            prices_on=row.prices_on,
            stale=stale,
            may=self.may(row, report, stale),
            row_version=row.row_version,
        )

    def _people(self, rows: Sequence[tables.Rebalancing]) -> dict[str, str]:
        wanted = {
            person
            for row in rows
            for person in (row.made_by_id, row.submitted_by_id, row.decided_by_id, row.recorded_by_id)
            if person is not None
        }
        return self._inputs.names(self._actor.tenant_id, sorted(wanted)) if wanted else {}


def _deeds(row: tables.Rebalancing, people: Mapping[str, str]) -> tuple[RebalancingDeed, ...]:
    """Return what happened to a proposal, in order."""
    decided = "approved" if row.state in ("approved", "recorded", "undone") else "refused"
    happened = (
        ("made", row.made_by_id, row.created_at_utc, None),
        ("handed in", row.submitted_by_id, row.submitted_at_utc, row.submit_reason),
        (decided, row.decided_by_id, row.decided_at_utc, row.decision_reason),
        ("recorded as done", row.recorded_by_id, row.recorded_at_utc, None),
    )
    return tuple(
        RebalancingDeed(verb=verb, by_name=people.get(by or "", SOMEBODY), at_utc=at_utc, reason=reason)
        for verb, by, at_utc, reason in happened
        if at_utc is not None and by is not None
    )
