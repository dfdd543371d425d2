"""Which ledger follows from a plan and the stored closes, the same every time?

The stored closes of stocks contain their dividends: a change of price is a total return, as if every dividend had
bought more of the stock at once. A dividend in cash on top would count twice. So a dividend here releases exactly as
many units as its cash is worth at the day's close: the value stays what it was, and what the price series had
reinvested is paid out.
The rate is the plan's, not the company's, and the entry says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import TypeVar

from services.seed.plans import Plan

CENT = Decimal("0.01")
TEN_THOUSANDTH = Decimal("0.0001")
TRADING_COST_FRAC = Decimal("0.0003")
SMALLEST_TRADE_FRAC = Decimal("0.0005")
QUARTER_STARTS = frozenset({1, 4, 7, 10})
DIVIDEND_MONTHS = frozenset({3, 6, 9, 12})
ZERO = Decimal(0)
Dated = TypeVar("Dated")
DIVIDEND_NOTE = (
    "Fictitious dividend, {rate} of the holding. Closes contain dividends already: the units they had bought became "
    "this cash."
)


@dataclass(frozen=True)
class Step:
    """One entry of the ledger, by symbol."""

    kind: str
    day: date
    symbol: str | None
    quantity: Decimal
    price: Decimal | None
    amount_ccy: Decimal
    fees_ccy: Decimal
    note: str


@dataclass
class _Book:
    """Cash and holdings while the days go by."""

    cash: Decimal = ZERO
    held: dict[str, Decimal] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def value(self, closes: Mapping[str, Decimal]) -> Decimal:
        """Return the net value at a day's closes."""
        return sum((quantity * closes[symbol] for symbol, quantity in self.held.items()), self.cash)

    def enter(self, step: Step) -> None:
        """Write one entry and take its effect."""
        self.steps.append(step)
        self.cash += step.amount_ccy
        if step.symbol is not None:
            left = self.held.get(step.symbol, ZERO) + step.quantity
            if left == ZERO:
                self.held.pop(step.symbol, None)
            else:
                self.held[step.symbol] = left


def ledger_of(plan: Plan, closes: Mapping[date, Mapping[str, Decimal]]) -> tuple[Step, ...]:
    """Return all entries of a plan.

    Parameters
    ----------
    plan : Plan
    closes : mapping of session to mapping of symbol to close
        Sessions increasing, from the plan's first day to the last.

    Raises
    ------
    KeyError
        A symbol of the plan has no close on a day on which it is needed.
    """
    book = _Book()
    sessions = list(closes)
    flows = _on_sessions(plan.flows_ccy, sessions)
    changes = _on_sessions(plan.allocations, sessions)
    allocation: Mapping[str, Decimal] = {}
    before: date | None = None
    for session in sessions:
        today = closes[session]
        is_month_start = before is None or session.month != before.month
        if before is not None and is_month_start and session.month in QUARTER_STARTS:
            _charge_fee(book, plan, session, today)
        if is_month_start and session.month in DIVIDEND_MONTHS and plan.dividend_quarter_frac > ZERO:
            _take_dividends(book, plan, session, today)
        flow = flows.get(session, ZERO)
        if flow > ZERO:
            book.enter(Step("deposit", session, None, ZERO, None, flow, ZERO, "Paid in by the client."))
        elif flow < ZERO:
            _raise_cash(book, -flow, session, today)
            book.enter(Step("withdrawal", session, None, ZERO, None, flow, ZERO, "Taken out by the client."))
        allocation = changes.get(session, allocation)
        is_due = is_month_start and session.month in plan.rebalance_months
        is_over = plan.last_rebalance is not None and session > plan.last_rebalance
        if session in changes or (is_due and not is_over) or flow > ZERO:
            _rebalance(book, allocation, session, today)
        before = session
    return tuple(book.steps)


def _on_sessions(dated: Mapping[date, Dated], sessions: Sequence[date]) -> dict[date, Dated]:
    """Move each date to the first session on or after it; dates after the last session fall away."""
    moved: dict[date, Dated] = {}
    for day, value in dated.items():
        session = next((session for session in sessions if session >= day), None)
        if session is not None:
            moved[session] = value
    return moved


def _charge_fee(book: _Book, plan: Plan, day: date, closes: Mapping[str, Decimal]) -> None:
    """Charge a quarter of the annual fee on the net value."""
    fee = (book.value(closes) * plan.fee_annual_frac / 4).quantize(CENT, rounding=ROUND_HALF_EVEN)
    if fee > ZERO:
        rate = f"{plan.fee_annual_frac * 100:.2f}% a year"
        book.enter(Step("fee", day, None, ZERO, None, -fee, fee, f"Management fee of the quarter, {rate}."))


def _take_dividends(book: _Book, plan: Plan, day: date, closes: Mapping[str, Decimal]) -> None:
    """Release the dividend share of each long holding into cash, at the close."""
    note = DIVIDEND_NOTE.format(rate=f"{plan.dividend_quarter_frac * 100:.2f}%")
    for symbol in sorted(book.held):
        quantity = book.held[symbol]
        units = (quantity * plan.dividend_quarter_frac).quantize(TEN_THOUSANDTH, rounding=ROUND_DOWN)
        if units > ZERO:
            amount = (units * closes[symbol]).quantize(CENT, rounding=ROUND_HALF_EVEN)
            book.enter(Step("dividend", day, symbol, -units, closes[symbol], amount, ZERO, note))


def _raise_cash(book: _Book, needed: Decimal, day: date, closes: Mapping[str, Decimal]) -> None:
    """Sell the same share of every long holding where the cash does not cover what is taken out."""
    missing = needed - book.cash
    long_value = sum((q * closes[s] for s, q in book.held.items() if q > ZERO), ZERO)
    if missing <= ZERO or long_value <= ZERO:
        return
    share = min(Decimal(1), missing * Decimal("1.01") / long_value)
    for symbol in sorted(book.held):
        if book.held[symbol] > ZERO:
            _trade(
                book, symbol, -(book.held[symbol] * share).quantize(Decimal(1)), day, closes, "Sold for the withdrawal."
            )


def _rebalance(book: _Book, allocation: Mapping[str, Decimal], day: date, closes: Mapping[str, Decimal]) -> None:
    """Bring every holding to its weight in whole units, sales first; trades below 5 bp of the value are left out."""
    value = book.value(closes)
    changes: dict[str, Decimal] = {}
    for symbol in sorted(book.held.keys() | allocation.keys()):
        held = book.held.get(symbol, ZERO)
        wanted = (allocation.get(symbol, ZERO) * value / closes[symbol]).quantize(Decimal(1), rounding=ROUND_DOWN)
        change = wanted - held
        if symbol not in allocation or abs(change) * closes[symbol] >= SMALLEST_TRADE_FRAC * value:
            changes[symbol] = change
    for symbol in sorted(changes, key=lambda symbol: (changes[symbol] > ZERO, symbol)):
        _trade(book, symbol, changes[symbol], day, closes, "Rebalance to the plan's weights.")


def _trade(book: _Book, symbol: str, change: Decimal, day: date, closes: Mapping[str, Decimal], note: str) -> None:
    """Buy or sell at the close, with costs."""
    if change == ZERO:
        return
    gross = (change * closes[symbol]).quantize(CENT, rounding=ROUND_HALF_EVEN)
    cost = (abs(gross) * TRADING_COST_FRAC).quantize(CENT, rounding=ROUND_HALF_EVEN)
    kind = "buy" if change > ZERO else "sell"
    book.enter(Step(kind, day, symbol, change, closes[symbol], -gross - cost, cost, note))
