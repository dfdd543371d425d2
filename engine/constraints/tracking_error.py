"""How far may the portfolio's returns stray from the benchmark's?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side, benchmark_problems
from engine.kernel.errors import Problem
from engine.kernel.facts import benchmark_center
from engine.kernel.forms import LimitParts, RiskLimit, Universe
from engine.kernel.units import fraction, percent, whole_notes

OUTSIDE_MAX_FRAC = 0.1


def benchmark_outside_problems(universe: Universe, path: str, otherwise: str) -> list[Problem]:
    """Return a problem without a benchmark, or when too much of it lies beside the assets to measure from it.

    Parameters
    ----------
    universe
        The assets with what is known of the benchmark.
    path
        Field that asks for the tracking error.
    otherwise
        The last way out, as it follows "or".

    """
    problems = benchmark_problems(universe, path, otherwise)
    outside = universe.benchmark_outside_frac
    if problems or abs(outside) <= OUTSIDE_MAX_FRAC:
        return problems
    return [
        Problem(
            path,
            f"{percent(outside)} of the benchmark lies in assets beside the {universe.count} of this portfolio, "
            f"so its tracking error cannot be measured; up to {percent(OUTSIDE_MAX_FRAC)} can be left out.",
            f"Add the missing constituents to the assets, choose a benchmark of these assets, or {otherwise}.",
        )
    ]


def benchmark_outside_notes(universe: Universe) -> tuple[str, ...]:
    """Return a sentence where a part of the benchmark is left out of the tracking error."""
    if universe.benchmark_weights_frac is None or not universe.benchmark_outside_frac:
        return ()
    return (
        f"{percent(universe.benchmark_outside_frac)} of the benchmark lies in assets beside the portfolio's: tracking "
        "error is measured from the other constituents, scaled up to the whole.",
    )


@CONSTRAINTS.register("tracking_error")
class TrackingError(Constraint):
    """√((w - b)ᵀ Σ (w - b)) ≤ max_annual_frac against benchmark weights b, annual.

    Up to a tenth of the benchmark may lie in assets beside the universe: the rest is then scaled up to the whole, and
    the notes say so. With more outside, the figure would be about another portfolio than the benchmark: refused.
    """

    label: ClassVar[str] = "Tracking error"
    side_fields: ClassVar[Mapping[Side, str]] = {"upper": "max_annual_frac"}
    repeats: ClassVar[Repeats] = "once_hard_once_soft"
    kind: Literal["tracking_error"] = "tracking_error"
    max_annual_frac: Annotated[float, *fraction(0.0, 1.0, is_low_open=True)]

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return f"Tracking error against the benchmark is at most {percent(self.max_annual_frac)} a year."

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem without a benchmark, or when too much of it lies beside the assets."""
        return benchmark_outside_problems(universe, "max_annual_frac", "remove the limit")

    def compile(self, universe: Universe) -> LimitParts:
        """Return one risk limit around the benchmark."""
        center = benchmark_center(universe)
        if center is None:
            raise self.refusal(universe)
        limit = RiskLimit("Tracking error", "tracking_error", "portfolio", center, self.max_annual_frac)
        notes = (*benchmark_outside_notes(universe), *whole_notes(self.label, self.max_annual_frac))
        return LimitParts(risks=(limit,), notes=notes)
