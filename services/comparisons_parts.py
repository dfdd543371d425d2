"""What do some portfolios have in common, where do they stand by sector, and how deep did each fall?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from engine.kernel.wealth import falls_from_peak
from services import formatting
from services.dashboard_book import CASH, Entry, sector_of
from services.messages.comparison import ComparedPortfolio, ComparedWeights, Overlap

if TYPE_CHECKING:
    from services.valuation import DayPoint

HOLDINGS_MOST_COUNT = 40
YEAR_DAYS = 365
ZERO_FRAC = 1e-12


def sectors_of(entries: Sequence[Entry]) -> tuple[ComparedWeights, ...]:
    """Return the weight of each sector in each portfolio, the heaviest first, cash last."""
    each = [_by_sector(one) for one in entries]
    names = {name for one in each for name in one}
    ordered = sorted(names, key=lambda name: (name == CASH, -_most(each, name), name))
    return tuple(_weights(name, name, each, entries) for name in ordered)


def holdings_of(entries: Sequence[Entry]) -> tuple[tuple[ComparedWeights, ...], int, int]:
    """Return the assets with their weights, how many are held by at least two, and how many are not listed."""
    each = [_by_symbol(one) for one in entries]
    titles = {held.symbol: held.name for one in entries for held in one.whole.holdings}
    owners = {symbol: sum(1 for one in each if symbol in one) for symbol in titles}
    ordered = sorted(titles, key=lambda one: (owners[one] < 2, -owners[one], -_most(each, one), one))
    listed = tuple(_weights(one, titles[one], each, entries) for one in ordered[:HOLDINGS_MOST_COUNT])
    shared = sum(1 for count in owners.values() if count > 1)
    return listed, shared, len(ordered) - len(listed)


def overlaps_of(entries: Sequence[Entry]) -> tuple[Overlap, ...]:
    """Return what each two have in common, in their order."""
    each = [(one.whole.summary.id, _by_symbol(one)) for one in entries]
    return tuple(
        Overlap(
            first_id=first_id,
            second_id=second_id,
            overlap_frac=overlap_frac(first, second),
            shared_count=len(first.keys() & second.keys()),
        )
        for (first_id, first), (second_id, second) in combinations(each, 2)
    )


def overlap_frac(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return the sum of the smaller of the two weights of each asset that both hold on the same side.

    Parameters
    ----------
    first, second : mapping of str to float
        Asset to weight, negative for what is short.

    Returns
    -------
    float
        0 where nothing is shared; 1 for equal portfolios without cash and short positions.

    """
    both = first.keys() & second.keys()
    return math.fsum(min(abs(first[key]), abs(second[key])) for key in both if first[key] * second[key] > 0.0)


def deepest_fall(recent: Sequence[DayPoint], as_of: date | None) -> float | None:
    """Return the deepest fall from a peak within the last year's own returns, never positive; None without two days."""
    if as_of is None:
        return None
    start = as_of - timedelta(days=YEAR_DAYS)
    levels = [point.twr_index for point in recent if start <= point.day <= as_of]
    if len(levels) < 2:
        return None
    return float(min(falls_from_peak(levels[1:], levels[0]).min(), 0.0))


def sentence_of(made: Sequence[ComparedPortfolio], overlaps: Sequence[Overlap]) -> str:
    """Return what stands out: the best year to date, and the two with most in common."""
    known = [one for one in made if one.return_ytd_frac is not None]
    parts = []
    if len(known) > 1:
        best = max(known, key=lambda one: one.return_ytd_frac or 0.0)
        parts.append(f"{best.name} leads this year with {formatting.rate(best.return_ytd_frac, signed=True)}")
    names = {one.portfolio_id: one.name for one in made}
    most = max(overlaps, key=lambda one: one.overlap_frac)
    pair = f"{names[most.first_id]} and {names[most.second_id]}"
    if most.overlap_frac < ZERO_FRAC:
        parts.append("no two of them hold the same asset")
    else:
        parts.append(f"{pair} have {formatting.weight(most.overlap_frac)} in common")
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def _by_symbol(one: Entry) -> dict[str, float]:
    return {held.symbol: held.weight_frac for held in one.whole.holdings if held.weight_frac is not None}


def _by_sector(one: Entry) -> dict[str, float]:
    """Return weights by sector; what is no holding is cash. Nothing where the portfolio has no value."""
    if one.whole.summary.value_ccy is None or one.whole.summary.value_ccy <= 0:
        return {}
    found: dict[str, list[float]] = {}
    for held in one.whole.holdings:
        found.setdefault(sector_of(held), []).append(held.weight_frac or 0.0)
    made = {name: math.fsum(parts) for name, parts in found.items()}
    cash = 1.0 - math.fsum(made.values())
    return made | ({CASH: cash} if abs(cash) > ZERO_FRAC else {})


def _most(each: Sequence[Mapping[str, float]], name: str) -> float:
    return max(abs(one.get(name, 0.0)) for one in each)


def _weights(name: str, title: str, each: Sequence[Mapping[str, float]], entries: Sequence[Entry]) -> ComparedWeights:
    """Return one line; a portfolio without a value has no weights at all."""
    known = [one.whole.summary.value_ccy is not None for one in entries]
    weights = (one.get(name, 0.0) if is_known else None for one, is_known in zip(each, known, strict=True))
    return ComparedWeights(name=name, title=title, weights_frac=tuple(weights))
