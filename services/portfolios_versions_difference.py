"""What differs between two versions of a portfolio, in units, weight and money?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from services import formatting
from services.messages.portfolio_versions import Change, ChangedPosition, VersionDifference, VersionKind
from services.messages.portfolios import PortfolioDetail
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from datetime import date

    from data.store import tables
    from services.valuation_prices import PriceBook

CENT = Decimal("0.01")
SAME_FRAC = 5e-9
"""Weights are multiples of a hundred-millionth."""


@dataclass(frozen=True)
class Side:
    """What one version holds: units by asset id, cash by currency."""

    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    cash: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """One asset or one currency's cash on one side."""

    quantity: Decimal | None
    value: Decimal | None
    weight_frac: float | None


ABSENT = _Line(None, None, None)


def difference_of(
    kind: VersionKind,
    numbers: tuple[int, int],
    sides: Sequence[Side],
    weights: Sequence[Mapping[str, float]] | None,
    assets: Mapping[str, tables.Asset],
    book: PriceBook,
    standing: PortfolioDetail,
) -> VersionDifference:
    """Return the differences, the largest first.

    Parameters
    ----------
    sides : two Side
        Of a comparison of holdings.
    weights : two mappings of asset id to weight, or None
        Of a comparison of targets, in whose money the weights are those of the present value.

    """
    if weights is None:
        tables_ = [_priced(side, assets, book, standing.as_of) for side in sides]
        totals = [_total(one) for one in tables_]
        lines = [_weighed(one, total) for one, total in zip(tables_, totals, strict=True)]
    else:
        lines = [_of_target(one, standing.value_ccy) for one in weights]
        totals = [standing.value_ccy, standing.value_ccy]
    names = _names(lines, assets)
    found = []
    for key in lines[0].keys() | lines[1].keys():
        before, after = lines[0].get(key, ABSENT), lines[1].get(key, ABSENT)
        change = _change(before, after, is_target=weights is not None)
        if change is not None:
            found.append(_position(names[key], change, before, after))
    found.sort(key=lambda one: (-abs(one.value_change_ccy or ZERO), -abs(one.weight_change_frac or 0.0), one.symbol))
    same = len(lines[0].keys() | lines[1].keys()) - len(found)
    return VersionDifference(
        kind=kind,
        before=numbers[0],
        after=numbers[1],
        base_currency=standing.base_currency,
        as_of=standing.as_of,
        value_before_ccy=_cents(totals[0]),
        value_after_ccy=_cents(totals[1]),
        same_count=same,
        positions=tuple(found),
        sentence=_sentence(found, same),
    )


def _priced(side: Side, assets: Mapping[str, tables.Asset], book: PriceBook, day: date | None) -> dict[str, _Line]:
    """Return units and cash at the closes of a day."""
    made = {}
    for key, quantity in side.quantities.items():
        quote = None if day is None else book.quote(key, day)
        rate = None if quote is None or day is None else book.rate(quote.currency, day)
        value = None if quote is None or rate is None else quantity * quote.price * rate
        made[key] = _Line(quantity, value, None)
    for currency, amount in side.cash.items():
        rate = Decimal(1) if currency == book.base_currency else None if day is None else book.rate(currency, day)
        made[f"cash:{currency}"] = _Line(amount, None if rate is None else amount * rate, None)
    return made


def _total(lines: Mapping[str, _Line]) -> Decimal | None:
    values = [one.value for one in lines.values()]
    return None if any(one is None for one in values) else sum((one for one in values if one is not None), ZERO)


def _weighed(lines: Mapping[str, _Line], total: Decimal | None) -> dict[str, _Line]:
    if total is None or total <= 0:
        return dict(lines)
    return {
        key: _Line(one.quantity, one.value, None if one.value is None else float(one.value / total))
        for key, one in lines.items()
    }


def _of_target(weights: Mapping[str, float], value: Decimal | None) -> dict[str, _Line]:
    return {
        key: _Line(None, None if value is None else Decimal(repr(weight)) * value, weight)
        for key, weight in weights.items()
        if abs(weight) > SAME_FRAC
    }


def _names(lines: Sequence[Mapping[str, _Line]], assets: Mapping[str, tables.Asset]) -> dict[str, tuple[str, str]]:
    keys = {key for side in lines for key in side}
    made = {}
    for key in keys:
        cash = key.partition("cash:")[2]
        asset = assets.get(key)
        known = (key, "An asset that is no longer known") if asset is None else (asset.symbol, asset.name)
        made[key] = (f"CASH {cash}", f"Cash in {cash}") if cash else known
    return made


def _change(before: _Line, after: _Line, *, is_target: bool) -> Change | None:
    if before is ABSENT:
        return "added"
    if after is ABSENT:
        return "removed"
    if is_target:
        is_same = abs((before.weight_frac or 0.0) - (after.weight_frac or 0.0)) <= SAME_FRAC
    else:
        is_same = before.quantity == after.quantity
    return None if is_same else "changed"


def _position(named: tuple[str, str], change: Change, before: _Line, after: _Line) -> ChangedPosition:
    was, now = (ZERO if one is ABSENT else one.value for one in (before, after))
    weights = [0.0 if one is ABSENT else one.weight_frac for one in (before, after)]
    moved = None if weights[0] is None or weights[1] is None else weights[1] - weights[0]
    return ChangedPosition(
        symbol=named[0],
        name=named[1],
        change=change,
        quantity_before=before.quantity,
        quantity_after=after.quantity,
        value_before_ccy=_cents(was),
        value_after_ccy=_cents(now),
        value_change_ccy=None if was is None or now is None else _cents(now - was),
        weight_before_frac=weights[0],
        weight_after_frac=weights[1],
        weight_change_frac=moved,
    )


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(CENT)


def _sentence(found: Sequence[ChangedPosition], same_count: int) -> str:
    if not found:
        return "Both versions are the same."
    parts = [
        f"{sum(one.change == change for one in found)} {change}"
        for change in ("added", "removed", "changed")
        if any(one.change == change for one in found)
    ]
    same = f"; {formatting.count(same_count, 'position')} the same" if same_count else ""
    return f"{', '.join(parts)}{same}."
