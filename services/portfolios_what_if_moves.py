"""Which trades do edited positions mean, and what is left after them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import numpy as np

from engine.costs import CostsSpec
from services.compliance.state_lines import Line
from services.errors import FieldProblem, InvalidRequest
from services.messages.portfolio_what_if import EditedPosition
from services.messages.portfolios import Strategy
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.valuation import PortfolioState

CENT = Decimal("0.01")
UNIT = Decimal("0.00000001")
SIZE_MOST = Decimal(10) ** 15
SIZES = ("weight_frac", "value_ccy", "quantity")
QUOTED_SPREAD = "quoted_spread_frac"
REFUSED = "These edits cannot be looked at."
CORRECT = "Correct what is named below."


@dataclass(frozen=True)
class Move:
    """One position with what is to become of it; money in the portfolio's currency.

    Parameters
    ----------
    line : Line
    edit : EditedPosition or None
    change : Decimal
        Units bought, negative for a sale; of cash what its balance changes by.
    value_before, value_after, trade_ccy, cost_ccy : Decimal
    weight_before_frac, weight_after_frac : float
        Of the net value before, and of that after the costs.
    wished_frac : float
        Of the net value before.
    is_spread_assumed : bool
        Whether its spread is the usual one, for want of its own.

    """

    line: Line
    edit: EditedPosition | None
    change: Decimal
    value_before: Decimal
    value_after: Decimal
    trade_ccy: Decimal
    cost_ccy: Decimal
    weight_before_frac: float
    weight_after_frac: float
    wished_frac: float
    is_spread_assumed: bool

    @property
    def quantity_after(self) -> Decimal:
        """Units afterwards."""
        return self.line.quantity + self.change


@dataclass(frozen=True)
class Moves:
    """All positions: the cash in the base currency first, assets, other cash."""

    all: tuple[Move, ...]
    whole_ccy: Decimal
    whole_after_ccy: Decimal
    cost_ccy: Decimal

    @property
    def base_cash(self) -> Move:
        """The cash in the base currency."""
        return self.all[0]

    @property
    def assets(self) -> tuple[Move, ...]:
        """What is no cash."""
        return tuple(one for one in self.all if one.line.asset is not None)

    @property
    def edited(self) -> tuple[Move, ...]:
        """What was edited, whether or not it comes to a trade."""
        return tuple(one for one in self.all if one.edit is not None)

    @property
    def traded(self) -> tuple[Move, ...]:
        """What is bought or sold."""
        return tuple(one for one in self.assets if one.change)

    @property
    def cash_before_ccy(self) -> Decimal:
        """All cash now."""
        return sum((one.value_before for one in self.all if one.line.is_cash), ZERO)

    @property
    def cash_after_ccy(self) -> Decimal:
        """All cash after trades and costs."""
        return sum((one.value_after for one in self.all if one.line.is_cash), ZERO)

    @property
    def cash_before_frac(self) -> float:
        """All cash now over the net value."""
        return float(self.cash_before_ccy / self.whole_ccy)

    @property
    def cash_after_frac(self) -> float:
        """All cash afterwards over the net value after costs."""
        return float(self.cash_after_ccy / self.whole_after_ccy)


def refuse_unknown(uow: UnitOfWork, edits: Sequence[EditedPosition]) -> None:
    """Refuse edits of no size or of several, of one asset twice, of cash, and of what is no asset, naming every one.

    Raises
    ------
    InvalidRequest

    """
    known = uow.assets.by_symbols(sorted({one.symbol for one in edits})) if edits else {}
    problems: list[FieldProblem] = []
    seen: set[str] = set()
    for place, one in enumerate(edits):
        path = f"edits[{place}]"
        given = [name for name in SIZES if getattr(one, name) is not None]
        if len(given) != 1:
            problems.append(
                FieldProblem(
                    path,
                    f"The edit of {one.symbol} has {'no size' if not given else 'several sizes'}.",
                    "Give one of weight_frac, value_ccy and quantity.",
                )
            )
        problems += [
            FieldProblem(f"{path}.{name}", f"The {_WORDS[name]} of {one.symbol} is too large.", "Check the digits.")
            for name in given
            if name != "weight_frac" and abs(getattr(one, name)) > SIZE_MOST
        ]
        if one.symbol in seen:
            problems.append(FieldProblem(f"{path}.symbol", f"{one.symbol} is edited twice.", "Keep one of the two."))
        seen.add(one.symbol)
        problems += _asset_problems(known.get(one.symbol), one.symbol, f"{path}.symbol")
    if problems:
        raise InvalidRequest(REFUSED, CORRECT, fields=tuple(problems))


def _asset_problems(asset: tables.Asset | None, symbol: str, path: str) -> list[FieldProblem]:
    if asset is None:
        return [FieldProblem(path, f"There is no asset with the symbol {symbol!r}.", "Choose one from the list.")]
    if asset.asset_class == "index":
        return [FieldProblem(path, f"{symbol} is an index and cannot be held.", "Choose a fund that follows it.")]
    return []


def spreads_of(uow: UnitOfWork, lines: Sequence[Line], day: date) -> dict[str, float]:
    """Return the spread over the price that the house states of each asset, by symbol; nothing invented."""
    assets = {one.asset.id: one.symbol for one in lines if one.asset is not None}
    if not assets:
        return {}
    known_by_utc = datetime.combine(day, time.max, UTC)
    rows = uow.assets.attributes(list(assets), QUOTED_SPREAD, day, known_by_utc=known_by_utc)
    return {assets[key]: float(row.value) for key, row in rows.items() if not row.is_sample}


def moves_of(
    row: tables.Portfolio,
    state: PortfolioState,
    lines: Sequence[Line],
    edits: Sequence[EditedPosition],
    spreads: Mapping[str, float],
) -> Moves:
    """Return every position with what becomes of it.

    Trades are paid from the cash in the base currency, and so are their costs: half the spread of what is traded.

    Raises
    ------
    InvalidRequest
        With every edit whose asset has no usable price, or that would go short where that is not allowed.

    """
    whole = state.value_ccy
    assert whole is not None
    asked = {one.symbol: (place, one) for place, one in enumerate(edits)}
    problems: list[FieldProblem] = []
    changes: dict[str, Decimal] = {}
    for line in lines:
        if line.asset is not None and line.symbol in asked:
            place, edit = asked[line.symbol]
            found = _change(line, edit, whole, f"edits[{place}]", is_short_allowed=row.strategy == Strategy.LONG_SHORT)
            if isinstance(found, FieldProblem):
                problems.append(found)
            else:
                changes[line.symbol] = found
    if problems:
        raise InvalidRequest(REFUSED, CORRECT, fields=tuple(problems))
    trades = {one.symbol: _worth(one, changes.get(one.symbol, ZERO)) for one in lines}
    usual = CostsSpec().spread_frac
    costs = {
        name: (abs(amount) * Decimal(repr(spreads.get(name, usual))) / 2).quantize(CENT, rounding=ROUND_HALF_EVEN)
        for name, amount in trades.items()
    }
    paid, cost = sum(trades.values(), ZERO), sum(costs.values(), ZERO)
    after = whole - cost
    if after <= 0:
        message = "The costs of these trades are more than the portfolio is worth."
        raise InvalidRequest(REFUSED, CORRECT, fields=(FieldProblem("edits", message, "Trade less."),))
    made = []
    for place, line in enumerate(lines):
        wanted = asked[line.symbol][1] if line.asset is not None and line.symbol in asked else None
        now = line.value_ccy or ZERO
        change = -(paid + cost) if place == 0 else changes.get(line.symbol, ZERO)
        then = now + (change if place == 0 else trades[line.symbol])
        typed = None if wanted is None else wanted.weight_frac
        made.append(
            Move(
                line=line,
                edit=wanted,
                change=change,
                value_before=now,
                value_after=then,
                trade_ccy=ZERO if place == 0 else trades[line.symbol],
                cost_ccy=ZERO if place == 0 else costs[line.symbol],
                weight_before_frac=float(now / whole),
                weight_after_frac=float(then / after),
                wished_frac=float(then / whole) if typed is None else typed,
                is_spread_assumed=line.symbol not in spreads,
            )
        )
    return Moves(tuple(made), whole, after, cost)


def _worth(line: Line, change: Decimal) -> Decimal:
    return ZERO if change == ZERO else change * Decimal(repr(line.price_ccy))


def _change(
    line: Line, edit: EditedPosition, whole: Decimal, path: str, *, is_short_allowed: bool
) -> Decimal | FieldProblem:
    """Return the units to trade, to a hundred-millionth; or why there are none."""
    if not np.isfinite(line.price_ccy) or line.price_ccy <= 0.0:
        message = f"{line.symbol} has no usable price in the portfolio's currency."
        return FieldProblem(f"{path}.symbol", message, "Import its prices, or rates of its currency.")
    given = next(name for name in SIZES if getattr(edit, name) is not None)
    if getattr(edit, given) < 0 and not is_short_allowed:
        return FieldProblem(
            f"{path}.{given}",
            f"The {_WORDS[given]} of {line.symbol} is negative, and this portfolio may not hold less than nothing.",
            "Use zero or more, or make the portfolio long-short.",
        )
    if edit.quantity is not None:
        return (edit.quantity - line.quantity).quantize(UNIT)
    value = edit.value_ccy if edit.value_ccy is not None else Decimal(repr(edit.weight_frac)) * whole
    price = Decimal(repr(line.price_ccy))
    if value == ZERO:
        return -line.quantity
    return ((value - (line.value_ccy or ZERO)) / price).quantize(UNIT, rounding=ROUND_HALF_EVEN)


_WORDS = {"weight_frac": "weight", "value_ccy": "value", "quantity": "quantity"}
