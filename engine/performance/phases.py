"""In which kind of market did the portfolio beat its benchmark: rising or falling, calm or turbulent?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from engine.kernel.forms import Vector
from engine.kernel.units import listing, percent, points
from engine.performance.drawdowns import underwater
from engine.performance.history import History
from engine.performance.regime_fit import fit_regimes, information
from engine.performance.regimes import LEAST_COUNT
from engine.performance.regression import long_run_error
from engine.performance.result_phases import MarketPhase, MarketPhases, PhaseLabel

BEAR_FRAC = 0.2
LEVEL_FRAC = 0.05
LEAST_PHASE_COUNT = 10
WORDS: dict[PhaseLabel, str] = {
    "bull": "rising markets",
    "bear": "bear markets",
    "calm": "calm markets",
    "turbulent": "turbulent markets",
}


def market_phases(history: History) -> MarketPhases:
    """Return how the portfolio did against its benchmark in each kind of market.

    Parameters
    ----------
    history
        The record, with a benchmark.

    Returns
    -------
    MarketPhases
        Without bear markets where the benchmark never fell by 20%, without calm and turbulent ones where BIC prefers
        one state; the notes say so. Empty without a benchmark, and where either side lost everything.

    """
    common = history.common()
    if common is None:
        return MarketPhases(phases=(), sentence="There is no benchmark to tell kinds of markets by.", notes=())
    base = common.benchmark()
    if (common.returns_frac <= -1.0).any() or (base <= -1.0).any():
        return MarketPhases(phases=(), sentence="Portfolio or benchmark lost everything.", notes=())
    active = np.log1p(common.returns_frac) - np.log1p(base)
    notes: list[str] = []
    chosen: list[tuple[PhaseLabel, NDArray[np.bool_]]] = []
    bear = bear_periods(base)
    if bear.any():
        chosen += [("bull", ~bear), ("bear", bear)]
    else:
        notes.append(
            f"{common.benchmark_name} never fell by {percent(BEAR_FRAC)} from a peak: there is no bear market."
        )
    turbulent = _turbulent(base)
    if turbulent is None:
        notes.append("There is no evidence for two states of the benchmark's volatility.")
    else:
        chosen += [("calm", ~turbulent), ("turbulent", turbulent)]
    chosen = [(label, inside) for label, inside in chosen if inside.any()]
    tests = [_test(active, inside) for _, inside in chosen]
    adjusted = _holm([None if one is None else one[1] for one in tests])
    rows = [
        _phase(common, active, label, inside, test, together)
        for (label, inside), test, together in zip(chosen, tests, adjusted, strict=True)
    ]
    return MarketPhases(phases=tuple(rows), sentence=_sentence(rows), notes=tuple(notes))


def bear_periods(benchmark_frac: Vector) -> NDArray[np.bool_]:
    """Return which periods lie between a peak and the trough of a fall of at least 20%, shape (t,)."""
    under = underwater(benchmark_frac)
    bear = np.zeros(len(under), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], under < 0.0, [False]]).astype(np.int8)))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        trough = first + int(np.argmin(under[first:end]))
        if under[trough] <= -BEAR_FRAC + 1e-12:
            bear[first : trough + 1] = True
    return bear


def _turbulent(benchmark_frac: Vector) -> NDArray[np.bool_] | None:
    """Return the turbulent periods of the benchmark; None without evidence for two states."""
    fit = fit_regimes(benchmark_frac) if len(benchmark_frac) >= LEAST_COUNT else None
    if fit is None:
        return None
    one, two = information(benchmark_frac, fit.log_likelihood)
    inside = fit.smoothed[:, 1] > 0.5
    return inside if two < one and inside.any() and not inside.all() else None


def _test(active: Vector, inside: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Return t-statistic and p-value of a mean of zero over some periods, Newey-West in calendar order."""
    count = int(inside.sum())
    if count < LEAST_PHASE_COUNT:
        return None
    mean = float(active[inside].mean())
    error = long_run_error(np.where(inside, active - mean, 0.0)) * len(active) / count
    if error <= 1e-14:
        return None
    ratio = mean / error
    return ratio, 2.0 * float(special.stdtr(count - 1, -abs(ratio)))


def _holm(chances: list[float | None]) -> list[float | None]:
    """Return Holm's adjusted p-values; None stays None."""
    known = sorted((one, i) for i, one in enumerate(chances) if one is not None)
    adjusted: list[float | None] = [None] * len(chances)
    worst = 0.0
    for rank, (one, i) in enumerate(known):
        worst = max(worst, min(1.0, one * (len(known) - rank)))
        adjusted[i] = worst
    return adjusted


def _phase(
    history: History,
    active: Vector,
    label: PhaseLabel,
    inside: NDArray[np.bool_],
    test: tuple[float, float] | None,
    together: float | None,
) -> MarketPhase:
    own, base = (float(np.prod(1.0 + one[inside])) - 1.0 for one in (history.returns_frac, history.benchmark()))
    is_clear = together is not None and together <= LEVEL_FRAC
    word = "ahead of" if own >= base else "behind"
    text = f"In {WORDS[label]} the portfolio was {points(abs(own - base), 1)} {word} its benchmark"
    return MarketPhase(
        label=label,
        periods_count=int(inside.sum()),
        share_frac=float(inside.mean()),
        portfolio_return_frac=own,
        benchmark_return_frac=base,
        active_return_frac=own - base,
        mean_active_annual_frac=history.periods_per_year * float(active[inside].mean()),
        t_statistic=None if test is None else test[0],
        p_value=None if test is None else test[1],
        adjusted_p_value=together,
        is_significant=is_clear,
        sentence=f"{text}: {'more than chance' if is_clear else 'no more than chance'}.",
    )


def _sentence(rows: list[MarketPhase]) -> str:
    clear = [
        f"{'ahead' if row.mean_active_annual_frac > 0 else 'behind'} in {WORDS[row.label]}"
        for row in rows
        if row.is_significant
    ]
    if not rows:
        return "The benchmark knew one kind of market only."
    if not clear:
        return "In no kind of market did the portfolio stand out by more than chance."
    return f"By more than chance the portfolio was {listing(clear)}."
