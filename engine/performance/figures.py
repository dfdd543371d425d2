"""How did a portfolio do, in figures? All metrics of one record of returns, and of it beside its benchmark."""

from __future__ import annotations

from engine.kernel.units import percent
from engine.performance.drawdowns import drawdown_table
from engine.performance.figures_benchmark import benchmark_figures
from engine.performance.figures_own import (
    Options,
    drawdown_figures,
    ratio_figures,
    return_figures,
    risk_figures,
    tail_figures,
)
from engine.performance.history import History
from engine.performance.result import PerformanceFigures


def performance_figures(history: History, options: Options | None = None) -> PerformanceFigures:
    """Return all figures of a record.

    Parameters
    ----------
    history
        The record, from `History.of`.
    options
        Minimum acceptable return and trials; by default 0% and none.

    Returns
    -------
    PerformanceFigures
        Figures that do not exist here are None with a note. Those beside a benchmark use only the periods on which both
        have a return, all others every period.

    """
    chosen = options or Options()
    falls = drawdown_table(history.returns_frac, history.dates, history.started_on)
    metrics = [*return_figures(history), *risk_figures(history, chosen), *ratio_figures(history, chosen, falls)]
    metrics += [*tail_figures(history), *drawdown_figures(falls)]
    common = history.common()
    notes = list(history.notes)
    if common is not None:
        metrics += benchmark_figures(common)
        missing = history.count - common.count
        if missing:
            notes.append(f"{history.benchmark_name} has no return on {missing} of {history.count} periods.")
    elif history.benchmark_frac is not None:
        notes.append(f"{history.benchmark_name} has no return on any of the dates.")
    if not history.is_year:
        notes.append("The record is shorter than a year: returns are not annualized.")
    if (history.returns_frac <= -1.0).any():
        notes.append("Everything was lost within the record.")
    if chosen.mar_annual_frac:
        notes.append(f"The minimum acceptable return is {percent(chosen.mar_annual_frac)} a year.")
    return PerformanceFigures(
        started_on=history.started_on,
        ended_on=history.ended_on,
        periods_count=history.count,
        periods_per_year=history.periods_per_year,
        benchmark_name=None if common is None else history.benchmark_name,
        common_count=0 if common is None else common.count,
        metrics=tuple(metrics),
        drawdowns=falls,
        notes=tuple(notes),
    )
