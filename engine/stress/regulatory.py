"""How does a supervisor's scenario become moves of factors?

| published | becomes | rule |
|---|---|---|
| move of shares | equity | as published |
| move of shares of emerging economies | emerging | as published |
| peak of the VIX | volatility | peak less the last stored level, else less the median of 1990 to 2022 |
| peak of the investment grade spread | ig | the same, the median being that of 1999 to 2022 |
| move of commercial property | positions of the sector Real Estate | they fall at least so far |
| the rest | | follows from these by conditional expectation, or is named as unused with the reason |

A supervisor's spread is that of bonds rated BBB, the factor's that of all investment grade bonds. Prices of commercial
property are appraised and move later and less than listed property, which owes money too: so they are the least that
listed property falls, never the most. The answer is inspired by the set and is no supervisory result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.units import percent
from engine.stress.exposures import Exposures
from engine.stress.factor_model import FactorModel
from engine.stress.levels import level_note, move_to
from engine.stress.own_moves import own_moves
from engine.stress.positions import StressedPortfolio
from engine.stress.result import FactorShockResult
from engine.stress.shock import shock

PROPERTY_GROUP = "Real Estate"


@dataclass(frozen=True, slots=True)
class RegulatoryFigures:
    """What is used of a set, and what stands beside it unused.

    Attributes
    ----------
    id, name, authority, source
        Key, title, who published it and where.
    published_on, verified_on
        Day of the publication, and day on which the figures were read in it; None: unknown, and not read.
    equity_move_frac, em_equity_move_frac, vix_peak_points, ig_spread_peak_pp, cre_move_frac
        None where missing.
    unused
        Names of the figures that are known but have no factor, each with the reason in brackets.
    unverified_why
        One sentence where the figures were not read in the publication.

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
    em_equity_move_frac: float | None = None
    ig_spread_peak_pp: float | None = None
    cre_move_frac: float | None = None
    unverified_why: str | None = None

    def peaks(self) -> dict[str, float]:
        """Return the levels that factors reach, in their units."""
        found = {"volatility": self.vix_peak_points, "ig": self.ig_spread_peak_pp}
        return {name: level for name, level in found.items() if level is not None}


def mapped(figures: RegulatoryFigures, levels: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the moves of factors; empty where the set states none.

    Parameters
    ----------
    figures
        The set.
    levels
        Last stored levels of "volatility" and "ig", where they are known. A peak below them moves nothing.

    """
    moves = {}
    if figures.equity_move_frac is not None:
        moves["equity"] = figures.equity_move_frac
    if figures.em_equity_move_frac is not None:
        moves["emerging"] = figures.em_equity_move_frac
    for name, level in figures.peaks().items():
        moves[name] = max(0.0, move_to(name, level, levels))
    return moves


def regulatory_shock(
    portfolio: StressedPortfolio,
    reactions: Exposures,
    model: FactorModel,
    figures: RegulatoryFigures,
    *,
    levels: Mapping[str, float] | None = None,
    benchmark_beta: float | None = None,
) -> FactorShockResult:
    """Return what the market part of a set does to the portfolio.

    Raises
    ------
    InputRefused
        The set states no move of a factor.

    """
    moves = mapped(figures, levels)
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
    name = f"Inspired by {figures.authority}: {figures.name}"
    answer = shock(
        portfolio, reactions, model, moves, scenario=figures.id, name=name, benchmark_beta=benchmark_beta, levels=levels
    )
    notes = [f"Inspired by {figures.source}; not a supervisory result."]
    notes += [level_note(factor, level, levels) for factor, level in figures.peaks().items()]
    fallen = _property(answer, figures.cre_move_frac)
    if fallen:
        answer = own_moves(
            portfolio, reactions, model, moves, fallen, {}, scenario=figures.id, name=name,
            benchmark_beta=benchmark_beta, levels=levels,
        )  # fmt: skip
    if figures.cre_move_frac is not None and PROPERTY_GROUP in portfolio.groups:
        least = percent(figures.cre_move_frac, 0)
        notes.append(f"Listed property falls at least as far as commercial property does in the set, {least}.")
    if figures.unused:
        notes.append(f"Not used: {'; '.join(figures.unused)}.")
    if figures.verified_on is None:
        notes.append(figures.unverified_why or "The figures have not been checked against the publication.")
    return answer.model_copy(update={"notes": (*notes, *answer.notes)})


def _property(answer: FactorShockResult, cre_move_frac: float | None) -> dict[str, float]:
    """Return the stated return of listed property that factors alone would let fall less than commercial property."""
    if cre_move_frac is None:
        return {}
    return {
        one.asset: cre_move_frac
        for one in answer.positions
        if one.group == PROPERTY_GROUP and (one.return_frac is None or one.return_frac > cre_move_frac)
    }
