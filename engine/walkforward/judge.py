"""What may be said of a recipe after the test: is it better, is that more than chance, more than choice among many?"""

from __future__ import annotations

import math

import numpy as np

from engine.kernel.forms import Vector
from engine.walkforward.deflated_sharpe import deflated_sharpe, expected_best_sharpe, probabilistic_sharpe
from engine.walkforward.figures import Shape
from engine.walkforward.result import SelectionCheck, SharpeDifference, StrategyKey, Verdict
from engine.walkforward.sharpe_difference import sharpe_difference

LEVEL = 0.05
SURE_FRAC = 0.95
TWO = 2


def difference_of(
    recipe: Vector, other: Vector, key: StrategyKey, label: str, periods_per_year: int
) -> SharpeDifference | None:
    """Return how two strategies' excess returns, shape (t,), differ in their annual Sharpe ratio."""
    found = sharpe_difference(recipe, other)
    if found is None:
        return None
    root = math.sqrt(periods_per_year)
    bounds = found.bounds()
    return SharpeDifference(
        against=key,
        label=label,
        difference=found.value * root,
        standard_error=None if found.standard_error is None else found.standard_error * root,
        p_value=found.p_value,
        lower=None if bounds is None else bounds[0] * root,
        upper=None if bounds is None else bounds[1] * root,
    )


def selection_check(
    recipe: Shape, points: list[Shape], stated_count: int, periods_per_year: int
) -> SelectionCheck | None:
    """Return how much of the recipe's Sharpe ratio chance and the choice among trials explain.

    Parameters
    ----------
    recipe, points
        Moments of the excess returns of the recipe and of each frontier portfolio: the trials computed here.
    stated_count
        How many recipes the user says were tried, this one included.
    periods_per_year
        Of the returns.

    Returns
    -------
    SelectionCheck or None
        Trials are the stated ones and the frontier portfolios. Their ratios' deviation is that of the computed ones;
        where more are stated than computed it is at least 1/√(T - 1), what chance alone makes of independent trials.
        None where the ratio does not exist.

    """
    ratio = recipe.sharpe
    if ratio is None:
        return None
    computed = [ratio, *(one.sharpe for one in points if one.sharpe is not None)]
    trials_count = stated_count + len(computed) - 1
    chance = 1.0 / math.sqrt(recipe.count - 1)
    deviation = float(np.std(computed, ddof=1)) if len(computed) >= TWO else chance
    if stated_count > 1:
        deviation = max(deviation, chance)
    shape = recipe.count, recipe.skewness, recipe.kurtosis
    root = math.sqrt(periods_per_year)
    return SelectionCheck(
        sharpe=ratio * root,
        trials_count=trials_count,
        computed_count=len(computed),
        trials_deviation=deviation * root,
        expected_best_sharpe=expected_best_sharpe(trials_count, deviation) * root,
        probabilistic_sharpe=probabilistic_sharpe(ratio, 0.0, *shape),
        deflated_sharpe=deflated_sharpe(ratio, trials_count, deviation, *shape),
        skewness=recipe.skewness,
        excess_kurtosis=recipe.kurtosis - 3.0,
    )


def verdict_of(
    sharpe: float | None, years: float, differences: tuple[SharpeDifference, ...], selection: SelectionCheck | None
) -> Verdict:
    """Return what may be said against equal weight and minimum variance, each at 5%, two-sided.

    Better is only what is better than each of them, which keeps the level without a correction for two tests.
    """
    tested = [one for one in differences if one.against != "buy_and_hold" and one.p_value is not None]
    span = f"Over {years:.1f} years"
    if sharpe is None or not tested:
        return Verdict(kind="not_tested", sentence=f"{span} there is nothing to compare: returns hardly varied.")
    above = [one for one in tested if (one.p_value or 0.0) < LEVEL and one.difference > 0.0]
    below = [one for one in tested if (one.p_value or 0.0) < LEVEL and one.difference < 0.0]
    alike = [one for one in tested if one not in above and one not in below]
    begin = f"{span} and after costs, the recipe's Sharpe ratio of {_signed(sharpe)} is "
    parts = []
    if above:
        parts.append(f"higher than that of {_against(above, sharpe)} by more than chance explains")
    if below:
        parts.append(f"lower than that of {_against(below, sharpe)} by more than chance explains")
    if alike:
        parts.append(f"not distinguishable from that of {_against(alike, sharpe)}")
    sentence = begin + ", and ".join(parts) + "."
    if above and not below and selection is not None and selection.deflated_sharpe < SURE_FRAC:
        sentence += (
            f" Among {_trials(selection)}, the best would reach {_signed(selection.expected_best_sharpe)} "
            "without any skill: that the true ratio is higher is not certain."
        )
    if above and not below and not alike:
        kind = "better"
    elif below and not above:
        kind = "worse"
    else:
        kind = "mixed" if above else "not_distinguishable"
    return Verdict.model_validate({"kind": kind, "sentence": sentence})


def _trials(selection: SelectionCheck) -> str:
    """Return what was tried, in words: what the user stated, and the portfolios along the frontier."""
    points_count = selection.computed_count - 1
    stated_count = selection.trials_count - points_count
    words = "1 recipe" if stated_count == 1 else f"{stated_count:,} recipes"
    if points_count:
        words += f" and {points_count} portfolio{'s' if points_count > 1 else ''} along the frontier"
    return words


def _against(differences: list[SharpeDifference], sharpe: float) -> str:
    return " and ".join(
        f"{one.label.lower()} ({_signed(sharpe - one.difference)}, p = {one.p_value:.2f})"
        if (one.p_value or 0.0) >= 0.01
        else f"{one.label.lower()} ({_signed(sharpe - one.difference)}, p < 0.01)"
        for one in differences
    )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
