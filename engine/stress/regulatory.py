"""How does a supervisor's scenario become moves of factors?

| published | factor | rule |
|---|---|---|
| move of shares | equity | as published |
| peak of the VIX | volatility | peak less the start: the given level, else 17.8, the median close of 1990-2022 |
| the rest | | not stated as moves of a factor: follows from the two by conditional expectation |

The peak of a spread is a level, and its start is not part of the data; houses, commercial property, GDP and
unemployment are no factors here. What was not used is named. The answer is inspired by the set and is no supervisory
result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.kernel.errors import InputRefused, Problem
from engine.stress.exposures import Exposures
from engine.stress.factor_model import FactorModel
from engine.stress.positions import StressedPortfolio
from engine.stress.result import FactorShockResult
from engine.stress.shock import shock

CALM_VIX_POINTS = 17.8


@dataclass(frozen=True, slots=True)
class RegulatoryFigures:
    """What is used of a set, and what stands beside it unused.

    Attributes
    ----------
    id, name, authority, source
        Key, title, who published it and where.
    published_on, verified_on
        Day of the publication, and day on which the figures were read in it; None: unknown, and not read.
    equity_move_frac, vix_peak_points
        None where missing.
    unused
        Names of the figures that are known but have no factor.

    """

    id: str
    name: str
    authority: str
    source: str
    published_on: date | None
    verified_on: date | None
    equity_move_frac: float | None
    vix_peak_points: float | None
    unused: tuple[str, ...] = ()


def mapped(figures: RegulatoryFigures, vix_start_points: float | None = None) -> dict[str, float]:
    """Return the moves of factors; empty where the set states none.

    Parameters
    ----------
    figures
        The set.
    vix_start_points
        Today's level of the volatility index, where it is known.

    """
    moves = {}
    if figures.equity_move_frac is not None:
        moves["equity"] = figures.equity_move_frac
    if figures.vix_peak_points is not None:
        start = CALM_VIX_POINTS if vix_start_points is None else vix_start_points
        moves["volatility"] = max(0.0, figures.vix_peak_points - start)
    return moves


def regulatory_shock(
    portfolio: StressedPortfolio,
    reactions: Exposures,
    model: FactorModel,
    figures: RegulatoryFigures,
    *,
    vix_start_points: float | None = None,
    benchmark_beta: float | None = None,
) -> FactorShockResult:
    """Return what the market part of a set does to the portfolio.

    Raises
    ------
    InputRefused
        The set states no move of a factor.

    """
    moves = mapped(figures, vix_start_points)
    if not moves:
        raise InputRefused(
            [
                Problem(
                    "set",
                    f"{figures.authority}, {figures.name}: the figures at hand state no move of a market factor.",
                    "Enter the moves as a factor shock.",
                )
            ]
        )
    answer = shock(
        portfolio,
        reactions,
        model,
        moves,
        scenario=figures.id,
        name=f"Inspired by {figures.authority}: {figures.name}",
        benchmark_beta=benchmark_beta,
    )
    notes = [f"Inspired by {figures.source}; not a supervisory result."]
    if "volatility" in moves and vix_start_points is None:
        notes.append(f"The volatility index is taken to start at {CALM_VIX_POINTS:g}, its median of 1990 to 2022.")
    if figures.unused:
        notes.append(f"Not used, since no factor stands for it: {', '.join(figures.unused)}.")
    if figures.verified_on is None:
        notes.append("The figures have not been checked against the publication.")
    return answer.model_copy(update={"notes": (*notes, *answer.notes)})
