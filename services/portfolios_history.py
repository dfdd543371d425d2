"""How did a portfolio's value and index develop beside its benchmark, and which holdings brought its return about?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from data.store import tables
from services.market_marks import marked, rates_note
from services.market_series import SeriesReader
from services.messages.portfolios import ContributionView, FlowView, ValueHistory
from services.portfolios_benchmark import benchmark_index, currency_notes
from services.valuation_daily import DailyPath
from services.valuation_returns import contributions

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

CASH = "Cash, fees and interest"


def value_history(
    uow: UnitOfWork,
    reader: SeriesReader,
    row: tables.Portfolio,
    start: date | None,
    end: date | None,
    asset_ids: Sequence[str] = (),
    sample_rates: Sequence[str] = (),
) -> ValueHistory:
    """Return the stored daily values of a window.

    The benchmark is brought into the portfolio's currency. Both start at 1; a window that begins with the portfolio
    starts at 1 less the first day's costs, a fraction of the money that came in.

    Parameters
    ----------
    asset_ids : sequence of str
        Every asset that the portfolio ever held.
    sample_rates : sequence of str
        Currencies of its ledger whose rates are fictitious.
    """
    stored = uow.valuations.figures(row.id, start, end)
    days = tuple(day.valued_on for day in stored)
    notes: list[str] = []
    benchmark = None if row.benchmark_id is None else uow.benchmarks.find(row.benchmark_id)
    levels: tuple[float | None, ...] | None = None
    if benchmark is not None and days:
        found = benchmark_index(uow, reader, benchmark, days, row.base_currency)
        brought = currency_notes(uow, reader, benchmark, row.base_currency)
        if bool(np.isfinite(found).any()):
            levels = tuple(None if math.isnan(level) else level for level in found.tolist())
            notes += [*_benchmark_notes(benchmark), *brought]
        else:
            notes += brought or [f"There are no prices of {benchmark.name} in this window, so no benchmark is shown."]
    is_from_start = bool(days) and days[0] == uow.valuations.first_day(row.id)
    samples = sorted(asset.symbol for asset in uow.assets.get_many(list(asset_ids)).values() if asset.is_sample)
    if samples:
        notes.append(f"{marked(samples)}.")
    if sample_rates:
        notes.append(rates_note(sample_rates))
    flows = uow.flows.between(row.id, start, end)
    return ValueHistory(
        dates=days,
        value_ccy=tuple(day.value_ccy for day in stored),
        twr_index=_rebased([day.twr_index for day in stored], is_from_start),
        benchmark_index=levels,
        benchmark_name=None if benchmark is None else benchmark.name,
        benchmark_kind=None if benchmark is None else benchmark.kind,
        flows=tuple(FlowView(day=flow.flow_date, amount_ccy=flow.amount_ccy) for flow in flows),
        notes=tuple(notes),
        sample_assets=tuple(samples),
        sample_rates=tuple(sample_rates),
    )


def contribution_views(uow: UnitOfWork, path: DailyPath, start: date, end: date) -> tuple[ContributionView, ...]:
    """Return the contributions of a period, the largest first, cash last."""
    parts = contributions(path.days, start, end)
    assets = uow.assets.get_many([key for key in parts if key])
    named = [
        ContributionView(symbol=assets[key].symbol, name=assets[key].name, contribution_frac=value)
        for key, value in parts.items()
        if key in assets
    ]
    rest = math.fsum(value for key, value in parts.items() if key not in assets)
    named.sort(key=lambda view: -view.contribution_frac)
    return (*named, ContributionView(symbol="", name=CASH, contribution_frac=rest))


def _rebased(index: Sequence[float | None], is_from_start: bool) -> tuple[float, ...]:
    """Return the index over its first value, or over the money that came in; a missing value repeats the one before."""
    levels: list[float] = []
    for value in index:
        levels.append(value if value is not None else (levels[-1] if levels else 1.0))
    return tuple(levels) if is_from_start else tuple(level / levels[0] for level in levels)


def _benchmark_notes(benchmark: tables.Benchmark) -> list[str]:
    """Return what must be known of the benchmark before comparing."""
    if benchmark.is_sample:
        return [f"{benchmark.name}: its weights are sample data, fictitious."]
    if benchmark.kind != "index":
        return []
    return ["The portfolio earns dividends. If the index is a price index, it does not, which flatters the comparison."]
