"""How much is lost in a hundred thousand drawn futures?"""

from __future__ import annotations

import numpy as np

from engine.kernel.rng import generator
from engine.tails.draws import drawing_errors, student_t_shocks, uniforms, with_opposites
from engine.tails.historical import empirical_loss
from engine.tails.method import Found, Task, scaling_of, symmetric
from engine.tails.student_t import fit_student_t

STREAM = 13
NOTE = "The error is that of drawing alone; days are taken as independent."


def monte_carlo(task: Task, horizon_days: int) -> list[Found]:
    """Return for each level the loss of compounded draws from the likeliest Student-t distribution of days.

    Half of the draws are the opposites of the others. For one day this is the Student-t method up to the error of
    drawing; over several days it compounds independent days, which the overlapping returns of that method do not
    assume.
    """
    known = task.series.known
    fitted = fit_student_t(known, has_errors=False)
    rng = generator(task.seed, STREAM, horizon_days)
    pairs_count = max(1, task.draws_count // 2)
    wealth = np.ones(2 * pairs_count)
    for _ in range(horizon_days):
        shocks = student_t_shocks(*uniforms(rng, pairs_count, 1), fitted.degrees_of_freedom)
        day = fitted.mean_frac + fitted.scale_frac * with_opposites(shocks)[:, 0]
        wealth *= np.maximum(1.0 + day, 0.0)
    ascending = np.sort(wealth - 1.0)
    model = (
        f"{len(ascending):,} antithetic draws of a Student-t with {fitted.degrees_of_freedom:.1f} degrees of freedom."
    )
    found = []
    for level, errors in zip(task.levels, drawing_errors(ascending, task.levels), strict=True):
        loss = empirical_loss(ascending, level)
        found.append(
            Found(
                model,
                scaling_of(horizon_days, "simulated"),
                len(known),
                value_at_risk=symmetric(loss.var, errors.var, task.confidence_frac, "simulation"),
                expected_shortfall=symmetric(loss.es, errors.es, task.confidence_frac, "simulation"),
                notes=(NOTE,),
            )
        )
    return found
