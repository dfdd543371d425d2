"""Can a test over the past begin with the holdings that were stated?"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.constraints.budget import Budget
from engine.kernel.errors import Problem
from engine.kernel.units import percents
from engine.spec import OptimizationRequest

FIELD = "starting_weights"
TOLERANCE_FRAC = 1e-6
"""How far a sum may be off because shares were rounded where they were typed."""


def starting_problems(
    starting_weights: Mapping[str, float] | None, assets: Collection[str], recipe: OptimizationRequest
) -> list[Problem]:
    """Return why a test cannot begin with these holdings.

    Parameters
    ----------
    starting_weights
        Fractions of the capital, shorts negative; what they leave is cash. None states nothing.
    assets
        What the recipe may hold.
    recipe
        Its budget says how much may be invested: at most that, or the whole capital where it is less.

    Returns
    -------
    list of Problem
        One for each asset that the recipe does not know, and one for a sum that is out of reach.

    """
    if not starting_weights:
        return []
    problems = [
        Problem(
            f"{FIELD}.{asset}",
            f"The recipe has no asset {asset}, so the test cannot begin with it.",
            "Leave it out, or add it to the recipe's assets; what the weights leave is cash.",
        )
        for asset in starting_weights
        if asset not in assets
    ]
    net_frac = sum(part.net_frac for part in recipe.all_constraints() if isinstance(part, Budget))
    total, low, high = sum(starting_weights.values()), min(0.0, net_frac), max(1.0, net_frac)
    if not low - TOLERANCE_FRAC <= total <= high + TOLERANCE_FRAC:
        is_above = total > high
        shown, bound = percents(total, high if is_above else low)
        word = "more than" if is_above else "less than"
        problems.append(
            Problem(
                FIELD,
                f"The starting weights sum to {shown}, {word} the {bound} that the recipe may invest.",
                f"Give fractions of the capital that sum to {'at most' if is_above else 'at least'} {bound}: 0.25 is "
                "25%, and what they leave is cash.",
            )
        )
    return problems
