"""Is a figure inside its limit, near it, or beyond it, and when does a warning end?

A maximum is used by value/limit, a minimum by limit/value; 1 is exactly at the limit and already a breach. A worse
state is entered at once, a better one only when the use has fallen clearly below where the worse one began: else a
figure that trembles around a threshold would send an alert a minute.
"""

from __future__ import annotations

import math

from engine.kernel.errors import InputRefused, Problem
from engine.risk_limits.result import LimitJudgment, RiskLimit, State

WORDS: dict[State, str] = {"green": "Within", "amber": "Near", "red": "Breached", "grey": "Not known"}
RED_USE_FRAC = 1.0
_NOISE = 1e-12


def judge(
    limit: RiskLimit,
    value: float | None,
    previous_state: State | None = None,
    is_stale: bool = False,
    last_known_state: State | None = None,
) -> LimitJudgment:
    """Return the state of one limit.

    Parameters
    ----------
    limit
        The limit with its thresholds.
    value
        The metric in its unit; None or NaN where it is not known. Infinity is a value: a breach of every maximum.
    previous_state
        What the last judgment said; None for the first. Decides whether this one is a transition.
    is_stale
        Whether the figure rests on data that is too old: then the state is grey whatever the figure says.
    last_known_state
        The last state that was not grey, which a warning goes on from after a gap in the data; by default
        `previous_state`.

    Returns
    -------
    LimitJudgment
        A figure on stale data is still shown, with its use, but never judged.

    Raises
    ------
    InputRefused
        For thresholds that are not in order: an exit above its entry, or amber above red.

    """
    _check(limit)
    known = value is not None and not math.isnan(value)
    use = _use(limit, value) if known and value is not None else None
    held_from = last_known_state if last_known_state is not None else previous_state
    if not known or is_stale or value is None:
        state: State = "grey"
        plain: State = "grey"
    else:
        effective = math.inf if use is None else use
        plain = _state(limit, effective, None)
        state = _state(limit, effective, held_from)
    finite_use = use if use is not None and math.isfinite(use) else None
    return LimitJudgment(
        metric=limit.metric,
        state=state,
        use_frac=finite_use,
        value=float(value) if known and value is not None and math.isfinite(value) else None,
        limit_value=limit.value,
        direction=limit.direction,
        held_by_hysteresis=state != plain,
        is_transition=state != previous_state if previous_state is not None else state != "green",
        word=WORDS[state],
    )


def _use(limit: RiskLimit, value: float) -> float | None:
    """Return the used part of a limit; None for a minimum whose value is zero or below, which is beyond every use."""
    if limit.direction == "max":
        return value / limit.value
    return limit.value / value if value > 0.0 else None


def _state(limit: RiskLimit, use: float, before: State | None) -> State:
    """Return the state at a use, coming from the state before."""
    if use >= RED_USE_FRAC - _NOISE:
        return "red"
    if before == "red" and use >= limit.red_exit_use_frac - _NOISE:
        return "red"
    if use >= limit.amber_use_frac - _NOISE:
        return "amber"
    if before in ("red", "amber") and use >= limit.amber_exit_use_frac - _NOISE:
        return "amber"
    return "green"


def _check(limit: RiskLimit) -> None:
    problems = []
    if limit.amber_exit_use_frac > limit.amber_use_frac:
        problems.append(
            Problem(
                "amber_exit_use_frac",
                "The warning would end above the use at which it begins.",
                "Give an exit at or below the entry, such as 0.75 below 0.80.",
            )
        )
    if limit.red_exit_use_frac < limit.amber_use_frac:
        problems.append(
            Problem(
                "red_exit_use_frac",
                "A breach would end below the use at which the warning begins.",
                "Give an exit between the warning and 1, such as 0.95.",
            )
        )
    if problems:
        raise InputRefused(problems)
