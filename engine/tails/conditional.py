"""How much may be lost if returns are normal or Student-t around a volatility that moves?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.kernel.rng import generator
from engine.tails.closed_forms import Loss, normal_loss, student_t_loss
from engine.tails.draws import drawing_errors, normal_shocks, student_t_shocks, uniforms, with_opposites
from engine.tails.method import Found, Task, scaling_of, symmetric
from engine.tails.result import ErrorKind
from engine.tails.state import (
    NO_DRAWING,
    NO_MODEL,
    SLOPE_PATHS_COUNT,
    State,
    ewma_state,
    garch_state,
    losses_of,
    losses_of_unsorted,
    name_of,
    notes_of,
    parameter_errors,
)
from engine.volatility.ewma import DAILY_DECAY

EWMA_STREAM, GARCH_STREAM = 17, 19


def ewma(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss of normal returns of mean zero whose variance is RiskMetrics' EWMA.

    Over several days they are simulated day by day, with a variance that follows the draws. The error is that of a
    weighted mean of squares: √((κ - 1) (1 - λ) / (1 + λ)) / 2 of the loss, with κ the kurtosis of the standardized
    returns.
    """
    state = ewma_state(task.series.known)
    kurtosis = float(np.mean(state.standardized**4)) / float(np.mean(state.standardized**2)) ** 2
    relative = 0.5 * np.sqrt(max(kurtosis - 1.0, 0.0) * (1.0 - DAILY_DECAY) / (1.0 + DAILY_DECAY))
    model = f"Normal, volatility {100 * np.sqrt(state.next_variance):.2f}% for the next day (decay {DAILY_DECAY:g})."
    if horizon_days == 1:
        losses = [normal_loss(0.0, np.sqrt(state.next_variance), level) for level in task.levels]
        drawing = [NO_DRAWING] * len(losses)
    else:
        rng = generator(task.seed, EWMA_STREAM, horizon_days)
        shocks = rng.standard_normal((task.paths_count // 2, horizon_days))
        ascending = np.sort(state.path_returns(with_opposites(shocks)))
        losses, drawing = losses_of(ascending, task.levels), drawing_errors(ascending, task.levels)
    return [
        Found(
            model,
            scaling_of(horizon_days, "simulated"),
            len(task.series.known),
            value_at_risk=symmetric(loss.var, np.hypot(relative * loss.var, drawn.var), task.confidence_frac, "delta"),
            expected_shortfall=symmetric(
                loss.es, np.hypot(relative * loss.es, drawn.es), task.confidence_frac, "delta"
            ),
        )
        for loss, drawn in zip(losses, drawing, strict=True)
    ]


def garch(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss of the fitted GARCH model with its own innovations.

    One day in closed form; several are simulated day by day. Errors come from those of the fitted parameters, over
    several days together with the error of drawing.
    """
    scaling, size = scaling_of(horizon_days, "simulated"), len(task.series.known)
    if task.garch is None:
        reason = f"{NO_MODEL} Use EWMA until there is one."
        return [Found("GARCH.", scaling, size, status="refused", reason=reason)] * len(task.levels)
    parameters, known = task.garch, task.series.known
    shape = parameters.degrees_of_freedom

    drawn_before: dict[tuple[float | None, int], Matrix] = {}  # most slopes leave the shocks as they are

    def paths(values: Vector, with_tables: tuple[Matrix, Matrix]) -> Vector:
        state = garch_state(known, parameters, values)
        key = (state.degrees_of_freedom, len(with_tables[0]))
        if key not in drawn_before:
            drawn_before[key] = with_opposites(_innovations(state.degrees_of_freedom, with_tables))
        return state.path_returns(drawn_before[key])

    def one_day(values: Vector) -> list[Loss]:
        state = garch_state(known, parameters, values)
        return [_innovation_loss(state, np.sqrt(state.next_variance), level) for level in task.levels]

    at = np.array(parameters.values())
    if horizon_days == 1:
        losses, drawing = one_day(at), [NO_DRAWING] * len(task.levels)
        errors = parameter_errors(parameters, lambda values: np.array(one_day(values)).ravel())
    else:
        tables = uniforms(generator(task.seed, GARCH_STREAM, horizon_days), task.paths_count // 2, horizon_days)
        few = (tables[0][: SLOPE_PATHS_COUNT // 2], tables[1][: SLOPE_PATHS_COUNT // 2])
        ascending = np.sort(paths(at, tables))
        losses, drawing = losses_of(ascending, task.levels), drawing_errors(ascending, task.levels)
        errors = parameter_errors(
            parameters, lambda values: np.array(losses_of_unsorted(paths(values, few), task.levels)).ravel()
        )
    state = garch_state(known, parameters, at)
    law = "normal" if shape is None else f"Student-t ({shape:.1f} degrees of freedom)"
    volatility = f"volatility {100 * np.sqrt(state.next_variance):.2f}% for the next day"
    model = f"{name_of(parameters)} with {law} surprises, {volatility}."
    found = []
    for place, (loss, drawn) in enumerate(zip(losses, drawing, strict=True)):
        own = (0.0, 0.0) if errors is None else (float(errors[2 * place]), float(errors[2 * place + 1]))
        kind: ErrorKind = "delta" if errors is not None else "none" if horizon_days == 1 else "simulation"
        var, es = (
            None if kind == "none" else float(np.hypot(one, other)) for one, other in zip(own, drawn, strict=True)
        )
        found.append(
            Found(
                model,
                scaling,
                size,
                value_at_risk=symmetric(loss.var, var, task.confidence_frac, kind),
                expected_shortfall=symmetric(loss.es, es, task.confidence_frac, kind),
                notes=notes_of(parameters),
            )
        )
    return found


def next_volatility(task: Task) -> float | None:
    """Return the fitted model's volatility for the next day, or None without one."""
    if task.garch is None or task.series.is_still:
        return None
    return float(np.sqrt(garch_state(task.series.known, task.garch, np.array(task.garch.values())).next_variance))


def _innovation_loss(state: State, deviation: float, level: float) -> Loss:
    if state.degrees_of_freedom is None:
        return normal_loss(state.mean, deviation, level)
    degrees = state.degrees_of_freedom
    return student_t_loss(state.mean, deviation * np.sqrt((degrees - 2.0) / degrees), degrees, level)


def _innovations(degrees_of_freedom: float | None, tables: tuple[Matrix, Matrix]) -> Matrix:
    """Return shocks of variance 1."""
    if degrees_of_freedom is None:
        return normal_shocks(tables[0])
    scale = np.sqrt((degrees_of_freedom - 2.0) / degrees_of_freedom)
    return np.asarray(scale * student_t_shocks(*tables, degrees_of_freedom))
