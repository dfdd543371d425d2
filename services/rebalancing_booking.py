"""How do approved trades become entries of the ledger, and how are they taken back?

Purchases and sales at the prices of the proposal, with its costs as fees. What is traded in another currency is
exchanged on the same day against the portfolio's own, so that cash in the base currency is what the proposal says, to
the cent. Taking it back books another entry against each, on its own day; the ledger's past is never changed.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from data.store import tables
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.ledger_reversal import reversal
from services.messages.rebalancing import RebalancingReport, RebalancingRow, RebalancingView, Recording
from services.rebalancing import told_pages
from services.rebalancing_fills import filled_rows
from services.rebalancing_steps import refuse_stale
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.ports import Ports
    from services.rebalancing import Rebalancings
    from services.rebalancing_inputs import RebalancingInputsReader
    from services.valuation import Valuator

CENT = Decimal("0.01")


class RebalancingBooking:
    """Books approved trades, and takes them back.

    Parameters
    ----------
    ports : Ports
    rebalancings : Rebalancings
    inputs : RebalancingInputsReader
    valuator : Valuator

    """

    def __init__(
        self, ports: Ports, *, rebalancings: Rebalancings, inputs: RebalancingInputsReader, valuator: Valuator
    ) -> None:
        self._ports = ports
        self._rebalancings = rebalancings
        self._inputs = inputs
        self._valuator = valuator

    def record(
        self, rebalancing_id: str, wanted: Recording, actor: Actor, row_version: int | None = None
    ) -> RebalancingView:
        """Write the trades of an approved proposal into the ledger.

        Raises
        ------
        NotAllowed, NotFound, Stale
        InvalidRequest
            The day lies before the ledger's last entry, or in the future; a fill belongs to no order, or is more.
        Conflict
            It is not approved, or positions or closes changed since.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.rebalancings.get(rebalancing_id, write=True)
            if row.state != "approved":
                raise Conflict(
                    f"This proposal is {row.state}; only approved trades are recorded.",
                    "Have it approved first.",
                    code="not_approved",
                )
            report = RebalancingReport.model_validate(row.report)
            refuse_stale(uow, row, report, actor, self._inputs)
            portfolio = uow.portfolios.get(row.portfolio_id, write=True)
            day = self._day(uow, portfolio.id, wanted.trade_date or report.prices_on)
            done = report.rows if wanted.fills is None else filled_rows(report.rows, wanted.fills)
            drafts = [
                entry for one in done if one.quantity != 0 for entry in _entries(one, portfolio.base_currency, day)
            ]
            for number, entry in enumerate(drafts):
                entry.note = f"Rebalancing {row.number}."
                entry.external_ref = f"rebalancing:{row.id}:{number}"
            entries = uow.ledger.append(portfolio.id, drafts)
            uow.portfolios.touch(portfolio.id)
            self._valuator.revalue(uow, portfolio)
            booked: dict[str, Any] = {"first": entries[0].entry_number, "last": entries[-1].entry_number}
            if wanted.fills is not None:
                booked["fills"] = [one.model_dump(mode="json") for one in wanted.fills]
            values = {
                "state": "recorded", "recorded_by_id": actor.user_id, "entries": booked,
                "recorded_at_utc": self._ports.clock.now_utc(),
            }  # fmt: skip
            row = uow.rebalancings.change(row, values, row_version)
            after = {"portfolio_id": portfolio.id, "entries": booked, "as_of": day}
            note(uow, "rebalancing.record", "rebalancing", row.id, after=after)
            told_pages(uow, row, "recorded")
            uow.commit()
        return self._rebalancings.settled(rebalancing_id, actor)

    def undo(self, rebalancing_id: str, actor: Actor, row_version: int | None = None) -> RebalancingView:
        """Take recorded trades back.

        Raises
        ------
        NotAllowed, NotFound, Stale
        Conflict
            Nothing was recorded, or something was booked since.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.rebalancings.get(rebalancing_id, write=True)
            if row.state != "recorded":
                raise Conflict("These trades were not recorded, so there is nothing to take back.", "Load it again.")
            portfolio = uow.portfolios.get(row.portfolio_id, write=True)
            first, last = row.entries["first"], row.entries["last"]
            entries = uow.ledger.entries(portfolio.id)
            later = [one for one in entries if one.entry_number > last]
            if later:
                raise Conflict(
                    f"{formatting.count(len(later), 'entry', 'entries')} came into the ledger after these trades.",
                    "Take those back first, or set the positions.",
                    code="rebalancing_in_use",
                )
            booked = [one for one in entries if first <= one.entry_number <= last]
            why = f"rebalancing {row.number} was taken back"
            uow.ledger.append(portfolio.id, [reversal(one, why) for one in booked])
            uow.portfolios.touch(portfolio.id)
            self._valuator.revalue(uow, portfolio)
            row = uow.rebalancings.change(row, {"state": "undone"}, row_version)
            note(uow, "rebalancing.undo", "rebalancing", row.id, before={"entries": row.entries})
            told_pages(uow, row, "undone")
            uow.commit()
        return self._rebalancings.settled(rebalancing_id, actor)

    def _day(self, uow: UnitOfWork, portfolio_id: str, day: date) -> date:
        last = max((one.trade_date for one in uow.ledger.entries(portfolio_id)), default=day)
        today = self._ports.clock.now_utc().date()
        if last <= day <= max(today, last):
            return day
        message = f"Trades of {formatting.day(day)} cannot be recorded."
        advice = f"Choose a day from {formatting.day(last)} to {formatting.day(max(today, last))}."
        raise InvalidRequest(message, advice, fields=(FieldProblem("trade_date", message, advice),))


def _entries(row: RebalancingRow, base: str, day: date) -> list[tables.LedgerTransaction]:
    """Return the entries of one trade: the trade, and where it needs one, the exchange of its money."""
    value, cost = Decimal(row.value_ccy), Decimal(row.cost_ccy)
    price, in_base = Decimal(row.price), Decimal(row.price_ccy)
    is_foreign = row.currency != base
    rate = in_base / price if is_foreign else Decimal(1)
    fees = (cost / rate).quantize(CENT, rounding=ROUND_HALF_EVEN)
    own_value = (Decimal(row.quantity) * price).quantize(CENT, rounding=ROUND_HALF_EVEN) if is_foreign else value
    amount = -own_value - fees
    trade = tables.LedgerTransaction(
        kind="buy" if row.quantity > 0 else "sell",
        trade_date=day,
        settle_date=day,
        asset_id=row.asset_id,
        quantity=Decimal(row.quantity),
        price=price,
        amount_ccy=amount,
        fees_ccy=fees,
        currency=row.currency,
        fx_rate=rate if is_foreign else None,
    )
    if not is_foreign:
        return [trade]
    return [trade, _exchange(-amount, row.currency, rate, day), _exchange(-value - cost, base, None, day)]


def _exchange(amount: Decimal, currency: str, rate: Decimal | None, day: date) -> tables.LedgerTransaction:
    return tables.LedgerTransaction(
        kind="fx",
        trade_date=day,
        settle_date=day,
        quantity=ZERO,
        amount_ccy=amount,
        fees_ccy=ZERO,
        currency=currency,
        fx_rate=rate,
    )
