"""Which factors can a portfolio's return be explained by, of what is stored, and what does the regression say?

The factors are those of the report on risk: the sets that are chosen, else an index for the market, here above the cash
rate, and listed factor funds beside it. Without that index the benchmark is the market.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.kernel.errors import InputRefused
from services.factor_sets import ChosenFactors, read_chosen
from services.formatting import day_short, rate
from services.messages.performance import AttributionRequest
from services.performance_history import Days, Vector
from services.performance_period import ChosenPeriod
from services.portfolio_facts_panel import Aligner, changes
from services.risk_inputs import FACTOR_FUNDS, FUNDS_MIN_COUNT, MARKET_SYMBOL

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from engine.performance.history import History
    from services.market_series import SeriesReader
    from services.performance_reader import PerformanceRecord

MARKET = "Market"


@dataclass(frozen=True, eq=False)
class FactorSeries:
    """Returns of factors on a portfolio's days, the market first; shape (t, k), NaN where one is not known."""

    names: tuple[str, ...]
    returns_frac: Vector = field(repr=False)
    note: str
    has_cash_inside: bool = True
    """Whether the first factor still has the cash rate in it, which a factor may not."""


def read_factors(
    uow: UnitOfWork, reader: SeriesReader, dates: Days, factor_sets: Sequence[str] = ()
) -> FactorSeries | None:
    """Return the factors of the chosen sets on a portfolio's days, else the market and the factor funds.

    None where nothing is chosen and the market's index is not stored.
    """
    if factor_sets and dates.size:
        return _of_sets(read_chosen(uow, factor_sets, dates))
    rows = uow.assets.by_symbols([MARKET_SYMBOL, *FACTOR_FUNDS.values()])
    series = reader.series(uow, [row.id for row in rows.values()])
    if not dates.size:
        return None
    aligner = Aligner(np.concatenate((dates[:1] - np.timedelta64(1, "D"), dates)))
    known = {
        symbol: changes(aligner.levels(series[row.id].sessions, series[row.id].adjusted_closes))
        for symbol, row in rows.items()
        if row.id in series
    }
    if MARKET_SYMBOL not in known:
        return None
    market = known[MARKET_SYMBOL]
    funds = {name: known[symbol] - market for name, symbol in FACTOR_FUNDS.items() if symbol in known}
    if len(funds) < FUNDS_MIN_COUNT:
        return FactorSeries((MARKET,), market[:, None], "The market is an index; no factor funds are stored.")
    names = ", ".join(FACTOR_FUNDS[name] for name in funds)
    return FactorSeries(
        (MARKET, *funds),
        np.column_stack([market, *funds.values()]),
        f"Factors are an index for the market and listed funds beside it: {names}.",
    )


def _of_sets(chosen: ChosenFactors) -> FactorSeries | None:
    """Return the factors of sets as they are: a market above the risk-free rate, and one side less the other."""
    if not chosen.names:
        return None
    return FactorSeries(chosen.names, chosen.returns_frac, " ".join(chosen.notes), has_cash_inside=False)


def factor_parts(
    record: PerformanceRecord, period: ChosenPeriod, request: AttributionRequest, factors: FactorSeries | None
) -> dict[str, Any]:
    """Return the factor attribution of a period, or why there is none."""
    from engine.performance.factor_attribution import factor_attribution

    asked = factor_question(record, period, request, factors)
    if isinstance(asked, str):
        return {"factors": None, "factors_sentence": asked}
    history, names, table, notes = asked
    try:
        found = factor_attribution(history, names, table)
    except InputRefused as refusal:
        words = " ".join(f"{one.message} {one.advice or ''}".strip() for one in refusal.problems)
        return {"factors": None, "factors_sentence": words}
    whole: Any = np.isfinite(table).all(axis=1)
    start = None
    if not whole[0]:
        start = history.dates[int(np.argmax(whole))].astype(object)
        told = f"All factors are known from {day_short(start)} on"
        notes.append(f"{told}: the {rate(found.return_frac)} since then are explained.")
    explained = found.model_copy(update={"notes": (*found.notes, *notes)})
    return {"factors": explained, "factors_sentence": None, "factors_start": start}


def factor_question(
    record: PerformanceRecord, period: ChosenPeriod, request: AttributionRequest, factors: FactorSeries | None
) -> tuple[History, tuple[str, ...], Vector, list[str]] | str:
    """Return the record of a period, its factors with their returns on the same days, and notes; or why there are none.

    The market is above the cash rate.
    """
    from services.performance_report import engine_history

    history = engine_history(record, period, request)
    if factors is None and history.common() is None:
        return (
            "There is no index for the market and no benchmark to measure it by. Import prices, or choose a benchmark."
        )
    if factors is None:
        names: tuple[str, ...] = (MARKET,)
        table = history.benchmark()[:, None].copy()
        notes = [f"The market is {history.benchmark_name}; no index and no factor funds are stored."]
    else:
        names, notes = factors.names, [factors.note] if factors.note else []
        table = factors.returns_frac[np.searchsorted(record.history.dates, history.dates)].copy()
    if factors is None or factors.has_cash_inside:
        table[:, 0] -= history.risk_free_frac
    return history, names, table, notes
