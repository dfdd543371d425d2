"""Which assets weigh most over all portfolios, and in which sectors do they stand beside their benchmarks?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services import formatting
from services.dashboard_book import CASH, Book, Entry, sector_of
from services.market_marks import sample_note
from services.messages.dashboard import Sectors, SectorShare, TopHolding, TopHoldings
from services.messages.portfolios import Holding

CENT = Decimal("0.01")
TOP_COUNT = 10


@dataclass
class _Rolled:
    """One asset over all portfolios, while it is summed."""

    held: Holding
    value: Decimal = Decimal(0)
    owners: list[tuple[Decimal, Entry, Holding]] = field(default_factory=list)


def top_holdings(book: Book, count: int = TOP_COUNT) -> TopHoldings:
    """Return the assets of the counted portfolios by value, the largest first; short ones count by their size."""
    total = book.total_ccy()
    rolled: dict[str, _Rolled] = {}
    unvalued = set()
    for one in book.counted:
        for held in one.whole.holdings:
            value = one.into(held.value_ccy)
            if not book.lets_through(held):
                continue
            if value is None:
                unvalued.add(held.symbol)
                continue
            asset = rolled.setdefault(held.asset_id, _Rolled(held))
            asset.value += value
            asset.owners.append((value, one, held))
    ordered = sorted(rolled.values(), key=lambda one: (-abs(one.value), one.held.symbol))
    shown = tuple(_holding(one, total) for one in ordered[:count])
    top = float(sum((one.value for one in ordered[:count]), Decimal(0)) / total) if total > 0 else None
    return TopHoldings(
        currency=book.currency,
        holdings=shown,
        assets_count=len(ordered),
        top_frac=top,
        sentence=_holdings_sentence(shown, len(ordered), top),
        notes=tuple(_holdings_notes(shown, sorted(unvalued))),
    )


def sectors(book: Book) -> Sectors:
    """Return the sectors of the counted portfolios, the largest first, beside those of their benchmarks."""
    total = book.total_ccy()
    own = _by_sector(book.counted)
    compared = [one for one in book.counted if one.benchmark_sectors is not None]
    beside = _by_sector(compared)
    base = sum((one.into(one.whole.summary.value_ccy) or Decimal(0) for one in compared), Decimal(0))
    benchmark = _benchmark_sectors(compared, base)
    names = sorted(set(own) | set(benchmark), key=lambda name: (-abs(own.get(name, Decimal(0))), name))
    shares = []
    for name in names:
        value = own.get(name, Decimal(0))
        weight = float(value / total) if total > 0 else 0.0
        mine = float(beside.get(name, Decimal(0)) / base) if base > 0 else None
        theirs = benchmark.get(name, 0.0) if base > 0 else None
        shares.append(
            SectorShare(
                sector=name,
                weight_frac=weight,
                value_ccy=value.quantize(CENT),
                compared_frac=mine,
                benchmark_frac=theirs,
                active_frac=None if mine is None or theirs is None else mine - theirs,
            )
        )
    return Sectors(
        currency=book.currency,
        sectors=tuple(shares),
        compared_count=len(compared),
        portfolios_count=len(book.counted),
        sentence=_sectors_sentence(shares, is_compared=base > 0),
        notes=tuple(_sectors_notes(len(compared), len(book.counted))),
    )


def _holding(one: _Rolled, total: Decimal) -> TopHolding:
    _, owner, held = max(one.owners, key=lambda each: (abs(each[0]), each[1].whole.summary.name))
    return TopHolding(
        asset_id=one.held.asset_id,
        symbol=one.held.symbol,
        name=one.held.name,
        sector=one.held.sector,
        value_ccy=one.value.quantize(CENT),
        weight_frac=float(one.value / total) if total > 0 else None,
        portfolios_count=len(one.owners),
        most_portfolio_id=owner.whole.summary.id,
        most_portfolio_name=owner.whole.summary.name,
        most_weight_frac=held.weight_frac,
        is_sample=one.held.is_sample,
    )


def _holdings_sentence(shown: Sequence[TopHolding], count: int, top: float | None) -> str:
    if not shown:
        return "Nothing with a price is held."
    first = shown[0]
    share = "" if first.weight_frac is None else f" with {formatting.weight(first.weight_frac)}"
    if len(shown) == 1 or top is None:
        return f"{first.symbol} is the largest holding{share}."
    return (
        f"{first.symbol} is the largest of {count} assets{share}; the first {len(shown)} are {formatting.weight(top)}."
    )


def _holdings_notes(shown: Sequence[TopHolding], unvalued: Sequence[str]) -> list[str]:
    notes = []
    samples = [one.symbol for one in shown if one.is_sample]
    if samples:
        notes.append(sample_note(samples, len(shown)))
    if unvalued:
        notes.append(f"{', '.join(unvalued[:5])} cannot be valued and is not in the list.")
    return notes


def _by_sector(entries: Sequence[Entry]) -> dict[str, Decimal]:
    """Return the value by sector, what is no holding under "Cash"; it sums to the value of the portfolios."""
    found: dict[str, Decimal] = {}
    for one in entries:
        left = one.into(one.whole.summary.value_ccy) or Decimal(0)
        for held in one.whole.holdings:
            value = one.into(held.value_ccy)
            if value is None:
                continue
            left -= value
            name = sector_of(held)
            found[name] = found.get(name, Decimal(0)) + value
        if abs(left) >= CENT:
            found[CASH] = found.get(CASH, Decimal(0)) + left
    return found


def _benchmark_sectors(compared: Sequence[Entry], base: Decimal) -> dict[str, float]:
    """Return the sectors of the benchmarks, weighted by the values of the portfolios that they are for."""
    parts: dict[str, list[float]] = {}
    for one in compared:
        value = one.into(one.whole.summary.value_ccy)
        if value is None or base <= 0 or one.benchmark_sectors is None:
            continue
        for name, weight in one.benchmark_sectors.items():
            parts.setdefault(name, []).append(float(value / base) * weight)
    return {name: math.fsum(each) for name, each in parts.items()}


def _sectors_sentence(shares: Sequence[SectorShare], *, is_compared: bool) -> str:
    known = [one for one in shares if one.weight_frac]
    if not known:
        return "Nothing is held in any sector."
    first = known[0]
    said = f"{first.sector} is the largest sector with {formatting.weight(first.weight_frac)}"
    away = [one for one in shares if one.active_frac is not None]
    if not is_compared or not away:
        return f"{said}."
    most = max(away, key=lambda one: abs(one.active_frac or 0.0))
    over = "over" if (most.active_frac or 0.0) > 0 else "under"
    return f"{said}; {most.sector} stands {formatting.weight(abs(most.active_frac or 0.0))} {over} the benchmark."


def _sectors_notes(compared: int, count: int) -> list[str]:
    if compared == count:
        return []
    if not compared:
        return ["No portfolio has a benchmark whose weights by sector are known."]
    return [f"The benchmark's weights are known for {compared} of {count} portfolios; the distances are theirs alone."]
