"""What does every method get, and what does it give back?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri

from engine.tails.closed_forms import Loss
from engine.tails.result import ErrorKind, Scaling, TailEstimate, TailStatus
from engine.tails.series import Series
from engine.volatility.result import GarchParameters

QuantileRule = Literal["inverted_cdf", "linear"]


@dataclass(frozen=True, eq=False)
class Task:
    """What was asked of all methods.

    Attributes
    ----------
    series
        The portfolio's returns.
    levels
        Confidences, rising.
    garch
        A fitted volatility model, if there is one.
    quantile
        How the historical value at risk is read off.
    confidence_frac
        Of all intervals.
    resamples_count
        Of the bootstrap; 0 for errors in closed form.
    paths_count, draws_count
        Simulated paths of volatility models, and draws of the Monte Carlo method.
    seed
        Of everything drawn.
    age_decay
        What a day weighs beside the next one in the historical method weighted by age.

    """

    series: Series
    levels: tuple[float, ...]
    garch: GarchParameters | None
    quantile: QuantileRule
    confidence_frac: float
    resamples_count: int
    paths_count: int
    draws_count: int
    seed: int
    age_decay: float = 0.98

    @property
    def half(self) -> float:
        """Return the probability on either side of the intervals."""
        return 0.5 * (1.0 - self.confidence_frac)


@dataclass(frozen=True)
class Found:
    """What one method found at one level and horizon; `TailFigure` says what the fields mean."""

    model: str
    scaling: Scaling
    observations_count: int
    status: TailStatus = "ok"
    reason: str | None = None
    value_at_risk: TailEstimate | None = None
    expected_shortfall: TailEstimate | None = None
    notes: tuple[str, ...] = ()


def scaling_of(horizon_days: int, otherwise: Scaling) -> Scaling:
    """Return how a horizon is reached: one day needs nothing."""
    return "one_day" if horizon_days == 1 else otherwise


def symmetric(loss: float, error: float | None, confidence: float, kind: ErrorKind) -> TailEstimate:
    """Return an estimate whose interval is as wide as that of a normal distribution with this standard error."""
    if error is None or not np.isfinite(error):
        return TailEstimate(loss_frac=float(loss))
    reach = float(ndtri(0.5 + 0.5 * confidence)) * float(error)
    return TailEstimate(
        loss_frac=float(loss),
        standard_error_frac=float(error),
        lower_frac=float(loss) - reach,
        upper_frac=float(loss) + reach,
        error_kind=kind,
    )


def ordered(loss: Loss) -> Loss:
    """Return the loss with the shortfall no smaller than the value at risk: they may differ by rounding only."""
    return Loss(float(loss.var), float(max(loss.es, loss.var)))


def is_too_short(apart_count: int, level: float) -> bool:
    """Return whether a sample has less than one observation in the tail: under 100 at 99%."""
    return round(apart_count * (1.0 - level), 9) < 1.0


def too_short_sentence(apart_count: int, level: float, horizon_days: int) -> str:
    """Return why a sample is too short, and what would help."""
    needed = int(np.ceil(round(1.0 / (1.0 - level), 9)))
    if horizon_days == 1:
        short = f"{apart_count} days are too few for a level of {100 * level:g}%, which needs {needed}."
        return f"{short} Lengthen the history."
    return (
        f"The history has {apart_count} stretches of {horizon_days} days that share no day; a level of "
        f"{100 * level:g}% needs {needed}. Lengthen the history, or use a simulated method."
    )


def thin_notes(apart_count: int, level: float) -> tuple[str, ...]:
    """Return a note where the tail holds too few observations to lean on: under 250 days at 95%, 500 at 99%."""
    recommended = 250 if level <= 0.95 + 1e-9 else 500
    if apart_count >= recommended:
        return ()
    return (f"{apart_count} independent observations are few for {100 * level:g}%: {recommended} or more are advised.",)
