"""In which factors are shocks stated, in which units, and how far did each move in past events?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix

FactorName = Literal["equity", "rates", "credit", "volatility", "oil", "usd", "slope", "ig", "emerging"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: its name, what it is called alone and in sentences, its unit, and the moves a shock may have."""

    name: str
    label: str
    noun: str
    unit: str
    low: float
    high: float

    def words(self, move: float) -> str:
        """Return a move as text: ``"-20.0%"``, ``"+1.00 points of yield"``."""
        digits = 3 if self.unit == "fraction" else 1 if self.unit == "points" else 2
        rounded = round(move, digits)
        sign = "−" if rounded < 0.0 else "+" if rounded > 0.0 else ""
        if self.unit == "fraction":
            return f"{sign}{100.0 * abs(move):.1f}%"
        return f"{sign}{abs(move):.1f} points" if self.unit == "points" else f"{sign}{abs(move):.2f} percentage points"


FACTORS: dict[str, Factor] = {
    one.name: one
    for one in (
        Factor("equity", "Shares (broad index)", "shares", "fraction", -0.95, 3.0),
        Factor("rates", "Ten-year yield", "the ten-year yield", "percentage points", -15.0, 15.0),
        Factor("credit", "High yield spread", "the high yield spread", "percentage points", -25.0, 50.0),
        Factor("volatility", "Volatility index", "the volatility index", "points", -80.0, 150.0),
        Factor("oil", "Oil", "oil", "fraction", -0.99, 5.0),
        Factor("usd", "US dollar", "the US dollar", "fraction", -0.9, 5.0),
        Factor("slope", "Slope, ten less two years", "the slope of the yield curve", "percentage points", -15.0, 15.0),
        Factor("ig", "Investment grade spread", "the investment grade spread", "percentage points", -10.0, 25.0),
        Factor("emerging", "Emerging market shares", "emerging market shares", "fraction", -0.95, 3.0),
    )
}


@dataclass(frozen=True, eq=False)
class EventMoves:
    """How far each factor moved in each past event.

    Attributes
    ----------
    ids, names
        Of the e events.
    starts, ends
        Their first and last close.
    factors
        Names of the k factors, keys of `FACTORS`.
    moves
        Shape (e, k) in each factor's unit; NaN is not known.

    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    starts: tuple[date, ...]
    ends: tuple[date, ...]
    factors: tuple[str, ...]
    moves: Matrix

    def __post_init__(self) -> None:
        shape = (len(self.ids), len(self.factors))
        if self.moves.shape != shape or not len(self.ids) == len(self.names) == len(self.starts) == len(self.ends):
            raise InputRefused(
                [
                    Problem(
                        "moves", f"The table of events has shape {self.moves.shape}, not {shape}.", "Give a row each."
                    )
                ]
            )
        refuse_unknown(self.factors, "factors")

    def apart(self) -> Matrix:
        """Return the moves of events that do not lie within another event of the table, shape (d, k)."""
        spans = list(zip(self.starts, self.ends, strict=True))
        keep = [not any(other != own and other[0] <= own[0] and own[1] <= other[1] for other in spans) for own in spans]
        return np.asarray(self.moves[np.array(keep, dtype=bool)])


def plain_moves(moves: Mapping[FactorName, float]) -> dict[str, float]:
    """Return moves by factor with plain names as keys."""
    return {str(name): move for name, move in moves.items()}


def refuse_unknown(names: tuple[str, ...], path: str) -> None:
    """Raise `InputRefused` where a name is no factor."""
    unknown = [name for name in names if name not in FACTORS]
    if unknown:
        raise InputRefused(
            [Problem(path, f"There is no factor '{name}'.", f"Choose among {', '.join(FACTORS)}.") for name in unknown]
        )


def refuse_impossible(moves: dict[str, float], path: str = "moves") -> None:
    """Raise `InputRefused` where a shock names no factor, is no number, or lies outside what can happen."""
    refuse_unknown(tuple(moves), path)
    problems = []
    for name, move in moves.items():
        factor = FACTORS[name]
        if not factor.low <= move <= factor.high:
            low, high = factor.words(factor.low), factor.words(factor.high)
            advice = "Shares, oil and the dollar are fractions: -0.2 is a fall of 20%; yields and spreads are points."
            problems.append(
                Problem(f"{path}.{name}", f"{factor.label}: a move of {move:g} is outside {low} to {high}.", advice)
            )
    if problems:
        raise InputRefused(problems)
