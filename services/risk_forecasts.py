"""What was forecast on each day, is it kept for good, and has it held?

Two kinds of forecasts are held against what came, and never mixed: those that were really made, one set for each as-of
date, written once; and those that each method would have made of today's weights over the past.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.tails.result import METHOD_LABELS
from services import formatting
from services.messages.risk import BacktestRow, BacktestSeries, RiskBacktests, RiskReport
from services.portfolio_facts import FloatArray, PortfolioFacts
from services.risk_tails import LEVELS_FRAC, WINDOW_COUNT, portfolio_series

if TYPE_CHECKING:
    from engine.backtests.forecasts import ForecastMethod
    from engine.backtests.result import BacktestReport

STORED_NEEDED_COUNT = 250
ONE_DAY, TEN_DAYS = 1, 10
NEXT_DAYS_MAX = 7
"""A forecast whose next valued day lies further off is held against nothing: it was made for the next session."""
STILL = 1e-12
WALKED: tuple[ForecastMethod, ...] = (
    "fhs", "historical", "age_weighted", "normal", "student_t", "cornish_fisher", "ewma", "garch", "hull_white",
)  # fmt: skip
HULL_WHITE = "Filtered by EWMA (Hull–White)"


def rows_of(report: RiskReport) -> list[dict[str, Any]]:
    """Return the forecasts of a report as they are kept; those that were refused, or are another method's, are not."""
    if report.tails is None:
        return []
    return [
        {
            "method": one.method,
            "level_frac": one.level_frac,
            "horizon_days": one.horizon_days,
            "var_frac": one.value_at_risk.loss_frac,
            "es_frac": None if one.expected_shortfall is None else one.expected_shortfall.loss_frac,
        }
        for one in report.tails.figures
        if one.status == "ok" and one.value_at_risk is not None
    ]


def backtests_of(
    facts: PortfolioFacts, forecasts: Sequence[Any], valuations: Sequence[Any], longer: Sequence[Any] = ()
) -> RiskBacktests:
    """Return both kinds of tests.

    Parameters
    ----------
    facts : PortfolioFacts
    forecasts : sequence of rows
        Stored forecasts for one day: made_on, method, level_frac, var_frac, es_frac.
    valuations : sequence of rows
        What the portfolio returned: valued_on, return_frac, in order.
    longer : sequence of rows
        Stored forecasts for ten days.

    """
    stored, days_count = _stored(forecasts, valuations)
    series, notes = portfolio_series(facts)
    walked = _walk_forward(facts, series)
    if not walked and _is_still(series):
        notes.append("Nothing that is held moved on these days: there is nothing to forecast, and nothing to test.")
    elif not walked:
        needed = formatting.count(WINDOW_COUNT + 1, "daily return")
        notes.append(f"The past of today's weights is too short for a test, which needs more than {needed}.")
    if days_count < STORED_NEEDED_COUNT:
        notes.append(
            f"{formatting.count(days_count, 'stored forecast')} can be held against a return so far; "
            f"{STORED_NEEDED_COUNT} say something. Beside them stands what each method would have forecast of today's "
            "weights over the past."
        )
    return RiskBacktests(
        portfolio_id=facts.portfolio_id,
        as_of=facts.as_of,
        stored=stored,
        stored_days_count=days_count,
        stored_needed_count=STORED_NEEDED_COUNT,
        stored_stretches=_stretches(longer, valuations),
        walk_forward=walked,
        notes=tuple(notes),
    )


def _stored(forecasts: Sequence[Any], valuations: Sequence[Any]) -> tuple[tuple[BacktestRow, ...], int]:
    """Return the tests of what was really forecast, each against the return of the next valued day."""
    from engine.backtests.report import backtest

    days = np.array([row.valued_on for row in valuations], dtype="datetime64[D]")
    returns = np.array([np.nan if row.return_frac is None else row.return_frac for row in valuations])
    made: dict[tuple[str, float], list[tuple[date, float, float, float | None]]] = {}
    for row in forecasts:
        place = int(np.searchsorted(days, np.datetime64(row.made_on, "D"), side="right"))
        if place >= days.size or (days[place] - np.datetime64(row.made_on, "D")).astype(int) > NEXT_DAYS_MAX:
            continue
        if not np.isfinite(returns[place]):
            continue
        day = days[place].astype(object)
        made.setdefault((row.method, row.level_frac), []).append(
            (day, float(returns[place]), row.var_frac, row.es_frac)
        )
    found = []
    for (method, level), lines in sorted(made.items()):
        came = np.array([line[1] for line in lines])
        var = np.array([line[2] for line in lines])
        es = np.array([np.nan if line[3] is None else line[3] for line in lines])
        report = backtest(came, var, es, level=level, method=method)
        found.append(_row(report, [line[0] for line in lines], came, var, es))
    return tuple(found), max((len(lines) for lines in made.values()), default=0)


def _is_still(series: FloatArray) -> bool:
    """Return whether the returns do not move, as those of cash in its own currency."""
    known = series[np.isfinite(series)]
    return bool(known.size) and float(np.ptp(known)) < STILL


def _stretches(forecasts: Sequence[Any], valuations: Sequence[Any]) -> tuple[BacktestRow, ...]:
    """Return the tests of forecasts for ten days, of stretches that share no day, from the first forecast on."""
    from engine.backtests.report import backtest

    days = np.array([row.valued_on for row in valuations], dtype="datetime64[D]")
    returns = np.array([np.nan if row.return_frac is None else row.return_frac for row in valuations])
    made: dict[tuple[str, float], list[tuple[date, float, float, float]]] = {}
    free_from: dict[tuple[str, float], np.datetime64] = {}
    for row in forecasts:
        key, made_on = (row.method, row.level_frac), np.datetime64(row.made_on, "D")
        first = int(np.searchsorted(days, made_on, side="right"))
        span = np.append(made_on, days[first : first + TEN_DAYS])
        came = float(np.prod(1.0 + returns[first : first + TEN_DAYS])) - 1.0
        is_whole = span.size == TEN_DAYS + 1 and int(np.diff(span).max().astype(int)) <= NEXT_DAYS_MAX
        if not is_whole or not np.isfinite(came) or made_on < free_from.get(key, made_on):
            continue
        free_from[key] = span[-1]
        shortfall = np.nan if row.es_frac is None else row.es_frac
        made.setdefault(key, []).append((span[-1].astype(object), came, row.var_frac, shortfall))
    found = []
    for (method, level), lines in sorted(made.items()):
        came_all, var, es = (np.array([line[place] for line in lines]) for place in (1, 2, 3))
        report = backtest(came_all, var, es, level=level, method=method, horizon_days=TEN_DAYS)
        row = _row(report, [line[0] for line in lines], came_all, var, es)
        found.append(row.model_copy(update={"horizon_days": TEN_DAYS}))
    return tuple(found)


def _walk_forward(facts: PortfolioFacts, series: FloatArray) -> tuple[BacktestRow, ...]:
    """Return the tests of what each method would have said of today's weights, from the days before each day."""
    from engine.backtests.forecasts import rolling_forecasts
    from engine.backtests.report import backtest
    from engine.volatility.refit import Refitter

    if int(np.isfinite(series).sum()) <= WINDOW_COUNT or _is_still(series):
        return ()
    days = facts.dates.astype("datetime64[D]").astype(object)
    refitter = Refitter()  # one memory for all: both methods and both levels need the same fits
    found = []
    for method in WALKED:
        for level in LEVELS_FRAC:
            made = rolling_forecasts(series, method, level, WINDOW_COUNT, fit=refitter)
            there = np.isfinite(made.var_frac) & np.isfinite(series)
            if not bool(there.any()):
                continue
            report = backtest(series[there], made.var_frac[there], made.es_frac[there], level=level, method=method)
            report = report.model_copy(update={"notes": (*report.notes, *made.notes)})
            shown = days[there].tolist()
            found.append(_row(report, shown, series[there], made.var_frac[there], made.es_frac[there]))
    return tuple(found)


def _row(
    report: BacktestReport, days: Sequence[date], came: FloatArray, var: FloatArray, es: FloatArray
) -> BacktestRow:
    labels: dict[str, str] = {str(method): label for method, label in METHOD_LABELS.items()}
    labels["hull_white"] = HULL_WHITE
    return BacktestRow(
        label=labels.get(report.method, report.method),
        report=report,
        series=BacktestSeries(
            method=report.method,
            level_frac=report.level_frac,
            dates=tuple(days),
            returns_frac=tuple(came.tolist()),
            var_frac=tuple(var.tolist()),
            es_frac=tuple(None if np.isnan(one) else float(one) for one in es),
        ),
    )
