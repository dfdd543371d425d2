"""What says how a portfolio did in each kind of market? The form of phases of the benchmark."""

from __future__ import annotations

from typing import Literal

from engine.kernel.frozen import FrozenResult

PhaseLabel = Literal["bull", "bear", "calm", "turbulent"]


class MarketPhase(FrozenResult):
    """One kind of market and what the portfolio did in it.

    Attributes
    ----------
    label
        ``bear``: the benchmark's ways down from a peak to the trough of a fall of at least 20%; ``bull``: all else.
        ``turbulent`` and ``calm``: the two states of the benchmark's volatility, where there is evidence for two.
    periods_count, share_frac
        How many periods, and of all.
    portfolio_return_frac, benchmark_return_frac, active_return_frac
        Compounded over those periods alone, and the difference.
    mean_active_annual_frac
        Mean active log return of a period times the periods per year.
    t_statistic, p_value
        Of a mean of zero, Newey-West; None where there are too few periods.
    adjusted_p_value, is_significant
        Holm's over all phases told; significant at 0.05.
    sentence
        What a screen says of it.

    """

    label: PhaseLabel
    periods_count: int
    share_frac: float
    portfolio_return_frac: float
    benchmark_return_frac: float
    active_return_frac: float
    mean_active_annual_frac: float
    t_statistic: float | None
    p_value: float | None
    adjusted_p_value: float | None
    is_significant: bool
    sentence: str


class MarketPhases(FrozenResult):
    """Phases of the benchmark; `sentence` says in which the portfolio stood out, or that it did in none."""

    phases: tuple[MarketPhase, ...]
    sentence: str
    notes: tuple[str, ...]
