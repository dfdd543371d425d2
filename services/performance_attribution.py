"""Where did a portfolio's return come from: holdings, segments beside the benchmark's, currencies, and factors?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.performance.attribution import brinson_attribution
from engine.performance.contribution import contribution_table
from engine.performance.positions import Positions
from engine.performance.result_attribution import SegmentEffect
from services.formatting import basis_points, count, day_short, rate
from services.messages.performance import AttributionRequest, Grouping
from services.performance_factors import FactorSeries, factor_parts
from services.performance_history import Vector
from services.performance_period import ChosenPeriod
from services.performance_reader import NOT_CLASSIFIED, NamedAsset, PerformanceRecord

CASH = "Cash"
CASH_KEY = "cash"
CASH_LEAST_FRAC = 1e-4
"""Below this weight what cash earned is no return of it: it stands with trades and fees."""
MODELS = {"bf": "brinson_fachler", "bhb": "brinson_hood_beebower"}
CLASSES = {
    "equity": "Stocks", "etf": "ETFs", "index": "Indices", "bond": "Bonds", "fund": "Funds", "commodity": "Commodities",
    "crypto": "Crypto", "fx": "Currencies", "cash": "Cash",
}  # fmt: skip
DIFFERENCE_TOLD_FRAC = 0.0001
RETURN_MOST_FRAC = 1000.0


@dataclass(frozen=True, eq=False)
class Tables:
    """Days that have a return, and what each asset of either side was and did on them, cash last."""

    keys: tuple[str, ...]
    days: Any = field(repr=False)
    places: Any = field(repr=False)
    weights: Vector = field(repr=False)
    returns: Vector = field(repr=False)
    rates: Vector = field(repr=False)
    gains: Vector = field(repr=False)
    total: Vector = field(repr=False)


def attribution_parts(
    record: PerformanceRecord, period: ChosenPeriod, request: AttributionRequest, factors: FactorSeries | None
) -> dict[str, Any]:
    """Return what an attribution says beside its head; what cannot be told is None with a sentence."""
    tables = tables_of(record, period, request)
    own = held_of(record, period, request.grouping, tables)
    linked = np.concatenate([[1.0], np.cumprod(1.0 + tables.total)[:-1]])
    fees = record.history.fees_frac[tables.places] if request.fees == "net" else np.zeros(len(tables.days))
    return {
        "grouping": request.grouping,
        "contributions": contribution_table(own, gains_frac=tables.gains),
        **_brinson(record, period, request, tables),
        **_currency(record, own, tables),
        **factor_parts(record, period, request, factors),
        "fees_frac": 0.0 - float(linked @ fees),
        "cash_frac": float(linked @ tables.gains[:, -1]),
        "names": _names(record, tables.keys),
    }


def group_of(asset: NamedAsset | None, grouping: Grouping) -> str:
    """Return the segment of an asset; cash, which is no asset, is one by itself."""
    if asset is None:
        return CASH
    if grouping == "asset":
        return asset.symbol
    if grouping == "asset_class":
        return CLASSES.get(asset.asset_class, asset.asset_class.capitalize())
    found: str = getattr(asset, grouping)
    return found or NOT_CLASSIFIED


def tables_of(record: PerformanceRecord, period: ChosenPeriod, request: AttributionRequest) -> Tables:
    """Return the days of a period that have a return, net or gross as asked."""
    history = record.history
    returns = history.gross_returns_frac if request.fees == "gross" else history.returns_frac
    places = np.arange(period.inside.start, period.inside.stop)
    places = places[np.isfinite(returns[places])]
    cash_weight, cash_gain = history.cash_weights_begin_frac[places], history.cash_frac[places]
    is_cash = np.abs(cash_weight) >= CASH_LEAST_FRAC
    cash_rates = np.broadcast_to(history.cash_fx_frac, history.dates.shape)
    cash_return = np.where(is_cash, cash_gain / np.where(is_cash, cash_weight, 1.0), 0.0)
    return Tables(
        keys=(*history.asset_ids, CASH_KEY),
        days=history.dates[places],
        places=places,
        weights=np.column_stack([history.weights_begin_frac[places], cash_weight]),
        returns=np.column_stack([history.asset_returns_frac[places], cash_return]),
        rates=np.column_stack([history.fx_returns_frac[places], cash_rates[places]]),
        gains=np.column_stack([history.contributions_frac[places], cash_gain]),
        total=returns[places],
    )


def held_of(record: PerformanceRecord, period: ChosenPeriod, grouping: Grouping, tables: Tables) -> Positions:
    """Return what was held, grouped as wanted, without the benchmark."""
    groups = tuple(group_of(record.assets.get(key), grouping) for key in tables.keys)
    return Positions.of(
        tables.days,
        period.view.start,
        tables.keys,
        groups,
        tables.weights,
        tables.returns,
        portfolio_returns_frac=tables.total,
    )


def _brinson(
    record: PerformanceRecord, period: ChosenPeriod, request: AttributionRequest, tables: Tables
) -> dict[str, Any]:
    """Return the attribution by segment over the days on which the benchmark's constituents are known."""
    both = beside_of(record, period, request.grouping, tables)
    if isinstance(both, str):
        return {"brinson": None, "brinson_sentence": both}
    positions, first = both
    found = brinson_attribution(
        positions,
        model=MODELS[request.method],  # type: ignore[arg-type]
        linking=request.linking,
        is_interaction_folded=request.is_interaction_folded,
    )
    beside = record.benchmark
    assert beside is not None
    notes = list(found.notes)
    if first:
        start = day_short(positions.started_on)
        notes.append(f"The weights of {beside.name} are known from {start}: segments are compared from then.")
    level = float(np.prod(1.0 + np.nan_to_num(beside.returns_frac[tables.places[first:]])) - 1.0)
    if abs(level - found.benchmark_return_frac) > DIFFERENCE_TOLD_FRAC:
        notes.append(
            f"Its constituents returned {rate(found.benchmark_return_frac)}, {beside.name} itself {rate(level)}: the "
            f"difference of {basis_points(abs(level - found.benchmark_return_frac))} is in no segment."
        )
    segments = tuple(_plausible(one) for one in found.segments)
    if segments != found.segments:
        notes.append("A segment whose long and short holdings nearly cancel has no return of its own: a dash.")
    return {
        "brinson": found.model_copy(update={"notes": tuple(notes), "segments": segments}),
        "brinson_sentence": None,
    }


def beside_of(
    record: PerformanceRecord, period: ChosenPeriod, grouping: Grouping, tables: Tables
) -> tuple[Positions, int] | str:
    """Return what portfolio and benchmark held, and how many days before that are left out; or why not known."""
    beside = record.benchmark
    if beside is None:
        return (
            f"{record.name} has no benchmark: choose one above, or set it on the portfolio's page, to compare segments."
        )
    if not beside.has_weights:
        return (
            f"The constituents of {beside.name} are not stored, so segments cannot be compared with it. Import its "
            "weights at Imports, or choose a benchmark with weights. Contributions need none."
        )
    is_known = beside.are_weights_known[tables.places] | (tables.places == 0)
    gaps = np.flatnonzero(~is_known)
    first = int(gaps[-1]) + 1 if gaps.size else 0
    if first >= is_known.size:
        last = day_short(tables.days[-1].astype(object))
        return f"The weights of {beside.name} are not known on {last}. Choose an earlier end."
    keys = (*dict.fromkeys((*tables.keys[:-1], *beside.asset_ids)), CASH_KEY)
    kept = slice(first, is_known.size)
    places = tables.places[kept]
    shape = (places.size, len(keys))
    at = {key: number for number, key in enumerate(keys)}
    weights, returns = np.zeros(shape), np.full(shape, np.nan)
    base, base_returns = np.zeros(shape), np.full(shape, np.nan)
    own_at = [at[key] for key in tables.keys]
    weights[:, own_at], returns[:, own_at] = tables.weights[kept], tables.returns[kept]
    base_at = [at[key] for key in beside.asset_ids]
    base[:, base_at] = np.nan_to_num(beside.weights_begin_frac[places])
    base_returns[:, base_at] = beside.asset_returns_frac[places]
    if places.size and places[0] == 0:  # the portfolio began at this close, and so does the comparison
        base[0] = 0.0
        base[0, -1] = 1.0
    base_returns[:, -1] = returns[:, -1]  # cash is cash: what it earned is the same in either
    if places.size and places[0] == 0:
        base_returns[0, -1] = 0.0
    start = period.view.start if first == 0 else tables.days[first - 1].astype(object)
    positions = Positions.of(
        tables.days[kept],
        start,
        keys,
        tuple(group_of(record.assets.get(key), grouping) for key in keys),
        weights,
        returns,
        benchmark_weights_frac=base,
        benchmark_returns_frac=base_returns,
        portfolio_returns_frac=tables.total[kept],
        cash_group=CASH,
    )
    return positions, first


def _plausible(one: SegmentEffect) -> SegmentEffect:
    """Return a segment without a return that nothing can earn: beyond a total loss, or a thousandfold."""
    value = one.portfolio_return_frac
    if value is None or -1.0 <= value <= RETURN_MOST_FRAC:
        return one
    return one.model_copy(update={"portfolio_return_frac": None})


def _currency(record: PerformanceRecord, own: Positions, tables: Tables) -> dict[str, Any]:
    """Return what exchange rates did, where anything is held in another currency."""
    currencies = [_currency_of(record, key) for key in tables.keys]
    if set(currencies) == {record.base_currency}:
        words = f"Everything that was held is in {record.base_currency}: exchange rates play no part."
        return {"currency": None, "currency_sentence": words}
    from engine.performance.currency import currency_attribution

    unknown = np.isnan(tables.rates) & (tables.weights != 0.0)
    if unknown.any():
        names = sorted({currencies[int(n)] for n in np.flatnonzero(unknown.any(axis=0))})
        words = f"The rates of {', '.join(names)} are missing on {count(int(unknown.any(axis=1).sum()), 'day')}."
        return {"currency": None, "currency_sentence": f"{words} Import them to see what exchange rates did."}
    return {
        "currency": currency_attribution(own, tuple(currencies), tables.rates, base_currency=record.base_currency),
        "currency_sentence": None,
    }


def _currency_of(record: PerformanceRecord, key: str) -> str:
    asset = record.assets.get(key)
    return record.own_currency if asset is None else asset.currency


def _names(record: PerformanceRecord, keys: tuple[str, ...]) -> dict[str, str]:
    beside = () if record.benchmark is None else record.benchmark.asset_ids
    named = {key: record.assets[key].symbol for key in (*keys, *beside) if key in record.assets}
    return {**named, CASH_KEY: CASH}
