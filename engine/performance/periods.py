"""When did the portfolio beat its benchmark, when did it trail it, and is any of that more than chance?"""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise

import numpy as np
from scipy import special

from engine.kernel.forms import Vector
from engine.kernel.rng import generator
from engine.kernel.units import day, percent, points
from engine.performance.bootstrap import mean_block
from engine.performance.change_points import change_points
from engine.performance.history import History
from engine.performance.period_search import Search, chances, place
from engine.performance.regression import long_run_error, regress
from engine.performance.result import ActivePeriod, ActivePeriods, PeriodKind

LEAST_COUNT = 21
LEVEL_FRAC = 0.05
REPLICATES_COUNT = 1000
SEED = 7
STREAM = 4201  # this use of the seed
NAMES: dict[PeriodKind, tuple[str, str]] = {
    "stretch": ("Best stretch of any length", "Worst stretch of any length"),
    "active_drawdown": ("Best stretch of any length", "Largest fall behind the benchmark"),
    "month": ("Best rolling month", "Worst rolling month"),
    "quarter": ("Best rolling three months", "Worst rolling three months"),
    "year": ("Best rolling twelve months", "Worst rolling twelve months"),
    "streak": ("Longest streak ahead", "Longest streak behind"),
    "change_point": ("A better time", "A worse time"),
}


def active_periods(history: History, *, replicates_count: int = REPLICATES_COUNT, seed: int = SEED) -> ActivePeriods:
    """Return the periods of out- and underperformance, each tested.

    Parameters
    ----------
    history
        The record, with a benchmark.
    replicates_count, seed
        Of the bootstrap; the same seed gives the same result.

    """
    common = history.common()
    notes: list[str] = []
    if common is None:
        notes.append("There is no benchmark to compare with.")
    elif common.count < LEAST_COUNT:
        notes.append(f"It needs {LEAST_COUNT} common periods; there are {common.count}.")
    elif (common.returns_frac <= -1.0).any() or (common.benchmark() <= -1.0).any():
        notes.append("Portfolio or benchmark lost everything; what came after cannot be compared.")
    if notes or common is None:
        return _result((), None, None, 0, 0.0, seed, notes[0], tuple(notes))
    active = np.log1p(common.returns_frac) - np.log1p(common.benchmark())
    error = long_run_error(active)
    if error <= 1e-14:
        why = "Portfolio and benchmark never differ by more than a constant: there is nothing to test."
        return _result((), None, None, 0, 0.0, seed, why, (why,))
    searches = _searches(common)
    block = mean_block(common.count)
    alone, together = chances(active, searches, generator(seed, STREAM), replicates_count, block)
    told = _Telling(common, active, error * math.sqrt(common.count))
    rows = [
        told.row(search.kind, search.is_better, *place(active, search), float(alone[i]), float(together[i]))
        for i, search in enumerate(searches)
    ]
    rows += _changes(common, active, told)
    ratio = float(active.mean()) / error
    chance = 2.0 * float(special.stdtr(common.count - 1, -abs(ratio)))
    return _result(
        tuple(rows), ratio, chance, replicates_count, block, seed, _sentence(rows, ratio, chance), history.notes
    )


def _searches(history: History) -> list[Search]:
    k = history.periods_per_year
    found = [Search("stretch", 0, True), Search("active_drawdown", 0, False)]
    windows: tuple[tuple[PeriodKind, int], ...] = (("month", round(k / 12)), ("quarter", round(k / 4)), ("year", k))
    for kind, window in windows:
        if 2 <= window < history.count:
            found += [Search(kind, window, True), Search(kind, window, False)]
    return [*found, Search("streak", 0, True), Search("streak", 0, False)]


class _Telling:
    """Turns places into periods with figures and a sentence."""

    def __init__(self, history: History, active: Vector, deviation: float) -> None:
        self.history, self.active, self.deviation = history, active, deviation
        cash = history.risk_free_frac
        fit = regress(history.returns_frac - cash, history.benchmark() - cash)
        self.expected = None if fit is None else cash + fit.beta * (history.benchmark() - cash)

    def row(
        self, kind: PeriodKind, is_better: bool, first: int, last: int, alone: float | None, together: float | None
    ) -> ActivePeriod:
        part = slice(first, last + 1)
        count = last + 1 - first
        own, base = (
            float(np.prod(1.0 + one[part])) - 1.0 for one in (self.history.returns_frac, self.history.benchmark())
        )
        beyond = None if self.expected is None else own - (float(np.prod(1.0 + self.expected[part])) - 1.0)
        judged = together if together is not None else alone
        is_significant = judged is not None and judged <= LEVEL_FRAC
        begin, end = (_day(self.history.dates[one]) for one in (first, max(first, last)))
        return ActivePeriod(
            kind=kind,
            started_on=begin,
            ended_on=end,
            periods_count=count,
            is_better=is_better,
            portfolio_return_frac=own,
            benchmark_return_frac=base,
            active_return_frac=own - base,
            beta_adjusted_frac=beyond,
            t_statistic=float(self.active[part].sum()) / (self.deviation * math.sqrt(count)) if count else None,
            p_value=alone,
            adjusted_p_value=together,
            is_significant=is_significant,
            sentence=_told(kind, is_better, begin, end, count, own - base, beyond, judged),
        )


def _told(
    kind: PeriodKind,
    is_better: bool,
    begin: date,
    end: date,
    count: int,
    active: float,
    beyond: float | None,
    judged: float | None,
) -> str:
    name = NAMES[kind][0 if is_better else 1]
    word = "ahead of" if active >= 0.0 else "behind"
    text = f"{name}: {day(begin)} to {day(end)}, {points(abs(active), 1)} {word} the benchmark"
    if kind == "streak":
        text = f"{name}: {count} periods, {day(begin)} to {day(end)}, {points(abs(active), 1)} {word} the benchmark"
    if beyond is not None:
        text += f", {points(beyond, 1)} with beta taken out"
    if judged is None:
        return text + "."
    share = "fewer than 0.2%" if judged < 0.002 else percent(judged, 1)
    end_word = "more than chance" if judged <= LEVEL_FRAC else "no more than chance"
    return f"{text}. Of records of chance alone {share} hold something so far out: {end_word}."


def _changes(history: History, active: Vector, told: _Telling) -> list[ActivePeriod]:
    """Return the stretches between changes of the mean; none where no change is significant."""
    least = max(LEAST_COUNT, history.periods_per_year // 4)
    cuts = change_points(active, least)
    if not cuts:
        return []
    edges = [0, *(cut for cut, _ in cuts), len(active)]
    chance = [1.0, *(one for _, one in cuts), 1.0]
    rows = []
    for i, (first, end) in enumerate(pairwise(edges)):
        is_better = float(active[first:end].sum()) > 0.0
        rows.append(told.row("change_point", is_better, first, end - 1, min(chance[i], chance[i + 1]), None))
    return rows


def _sentence(rows: list[ActivePeriod], ratio: float, chance: float) -> str:
    clear = [row for row in rows if row.is_significant]
    word = "ahead of" if ratio > 0.0 else "behind"
    mean = (
        f"Over the whole record the portfolio was {word} its benchmark by more than chance explains"
        if chance <= LEVEL_FRAC
        else "Over the whole record the portfolio cannot be told apart from its benchmark"
    )
    mean += f" (t = {ratio:.1f}).".replace("-", "−")
    if not clear:
        return f"No period stands out from what chance shows when one looks for the best and the worst. {mean}"
    better, worse = sum(row.is_better for row in clear), sum(not row.is_better for row in clear)
    named = " and ".join(
        f"{count} {which} {'period' if count == 1 else 'periods'}"
        for count, which in ((better, "better"), (worse, "worse"))
        if count
    )
    return f"Beyond chance, with the search accounted for: {named}. {mean}"


def _result(
    rows: tuple[ActivePeriod, ...],
    ratio: float | None,
    chance: float | None,
    replicates: int,
    block: float,
    seed: int,
    sentence: str,
    notes: tuple[str, ...],
) -> ActivePeriods:
    return ActivePeriods(
        periods=rows,
        mean_t_statistic=ratio,
        mean_p_value=chance,
        replicates_count=replicates,
        block_count=block,
        seed=seed,
        sentence=sentence,
        notes=notes,
    )


def _day(value: np.datetime64) -> date:
    return value.astype("datetime64[D]").astype(date)  # type: ignore[no-any-return]
