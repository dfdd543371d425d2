"""What says whether a figure is inside its limit? A state, the use of the limit, and a sentence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.kernel.frozen import FrozenResult, FrozenSpec

State = Literal["green", "amber", "red", "grey"]
Direction = Literal["max", "min"]
Unit = Literal["frac", "annual_frac", "ratio", "count", "days", "score"]


class RiskLimit(FrozenSpec):
    """One limit: a metric, a value that it may not exceed (``"max"``) or fall below (``"min"``).

    Attributes
    ----------
    metric
        A name in `engine.risk_limits.metrics.METRICS`.
    value
        In the metric's unit (fractions, never percent).
    direction
        Which side is a breach.
    is_hard
        A hard limit's breach forbids; a soft one's warns. The state is the same.
    amber_use_frac, amber_exit_use_frac, red_exit_use_frac
        Amber is entered at this use (default .80) and left below the exit (.75); red is entered at 1 and left below
        its exit (.95).

    """

    metric: str
    value: Annotated[float, Field(gt=0.0)]
    direction: Direction = "max"
    is_hard: bool = True
    amber_use_frac: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.80
    amber_exit_use_frac: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.75
    red_exit_use_frac: Annotated[float, Field(gt=0.0, le=1.0)] = 0.95


class LimitJudgment(FrozenResult):
    """What became of one limit.

    Attributes
    ----------
    state
        ``"green"``, ``"amber"``, ``"red"``, or ``"grey"``: not known, since the figure is missing or rests on stale
        data. Grey is never green.
    use_frac
        Used part of the limit: value/limit of a maximum, limit/value of a minimum; 1 is exactly at the limit. None
        where the value is not known, and for a minimum whose value is zero or below (there is no such ratio: red).
    value, limit_value
        In the metric's unit.
    held_by_hysteresis
        The use alone would give a better state; the earlier one is kept until its exit is passed.
    is_transition
        The state differs from the one before (alerts are sent once per transition). The first judgment is one unless
        it is green.
    word
        The state as one word for people: "Within", "Near", "Breached", "Not known".

    """

    metric: str
    state: State
    use_frac: float | None
    value: float | None
    limit_value: float
    direction: Direction
    held_by_hysteresis: bool
    is_transition: bool
    word: str
