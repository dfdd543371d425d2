"""What is said in one line of an answer: which goal, what was minimized, how many assets are held, by which means?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Goal, RuleGoal, TailGoal, Vector
from engine.kernel.units import percent
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core
from engine.optimize.metrics import describe
from engine.optimize.rules import CLOSED_FORM
from engine.result import GoalFigure, Metrics

BY_RULE = "Computed by rule; every limit is kept."
NEAREST = "The limits move it: this is the nearest portfolio to the rule's that keeps the limits."
UNPROVEN = "Not proven to be the very best: see the notes."


def goal_figure(core: Core, goal: Goal, weights: Vector, periods_per_year: int) -> GoalFigure | None:
    """Return the tail measure that was minimized; None for goals whose figure is among the metrics.

    The measure is that of the history at constant weights, a positive loss as a fraction of the capital.
    """
    if not isinstance(goal, TailGoal):
        return None
    level = percent(goal.level)
    span = "a day" if periods_per_year == 252 else "a period"
    name, unit = {
        "cvar": (f"CVaR {level}", span),
        "cdar": (f"CDaR {level}", ""),
        "max_drawdown": ("Maximum drawdown without compounding", ""),
        "semi_deviation": ("Semi-deviation", span),
    }[goal.tail]
    return GoalFigure(name=name, value_frac=core.score(goal, weights), unit=unit)


def message_of(
    label: str,
    goal: Goal,
    answer: ConvexAnswer,
    weights: Vector,
    metrics: Metrics,
    figure: GoalFigure | None,
    *,
    is_proven: bool,
) -> str:
    """Return what was found as one or two sentences."""
    held = f"{int(np.count_nonzero(weights))} of {len(weights)} assets held, {describe(metrics)}."
    sought = "" if figure is None else f"{figure.name} {percent(figure.value_frac)}{figure.unit and ' '}{figure.unit}, "
    message = f"{label}: {sought}{held}"
    if not is_proven:
        return f"{message} {UNPROVEN}"
    if isinstance(goal, RuleGoal):
        return f"{message} {BY_RULE if answer.solver == CLOSED_FORM else NEAREST}"
    return message
