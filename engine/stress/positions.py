"""What is held, and how are impacts of positions summed to groups and totals?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Vector
from engine.stress.result import GroupImpact, PositionImpact, Uncovered

UNKNOWN = "Unknown"


@dataclass(frozen=True, eq=False)
class StressedPortfolio:
    """Today's weights.

    Attributes
    ----------
    assets
        n names, unique.
    weights_frac
        Shape (n,), fractions of the portfolio's value; negative is short.
    cash_frac
        Fraction in cash; earns 0 in every scenario.
    groups
        Sector of each asset (or another grouping); empty text is unknown.

    Raises
    ------
    InputRefused
        Sizes that do not agree, names twice, or weights that are no numbers.

    """

    assets: tuple[str, ...]
    weights_frac: Vector
    cash_frac: float
    groups: tuple[str, ...]

    def __post_init__(self) -> None:
        count = len(self.assets)
        problems = []
        if self.weights_frac.shape != (count,) or len(self.groups) != count:
            problems.append(
                Problem(
                    "weights_frac",
                    f"{count} assets, weights of shape {self.weights_frac.shape} and {len(self.groups)} groups.",
                    "Give one weight and one group for each asset.",
                )
            )
        elif not np.isfinite(self.weights_frac).all() or not np.isfinite(self.cash_frac):
            bad = [name for name, one in zip(self.assets, self.weights_frac, strict=True) if not np.isfinite(one)]
            problems.append(
                Problem("weights_frac", f"Weights are missing: {', '.join(bad) or 'cash'}.", "Value every holding.")
            )
        if len(set(self.assets)) < count:
            problems.append(Problem("assets", "An asset is named twice.", "Add its weights up first."))
        if problems:
            raise InputRefused(problems)

    @property
    def count(self) -> int:
        """Number of positions."""
        return len(self.assets)

    @property
    def gross_frac(self) -> float:
        """Sum of absolute weights and cash: what shares are taken of."""
        return float(np.abs(self.weights_frac).sum()) + abs(self.cash_frac)

    def share_frac(self, mask: NDArray[np.bool_]) -> float:
        """Return the share of gross weight and cash of the masked positions; 0 of nothing."""
        whole = self.gross_frac
        return float(np.abs(self.weights_frac[mask]).sum()) / whole if whole > 0.0 else 0.0

    def group_name(self, place: int) -> str:
        """Return the group of a position, "Unknown" where it has none."""
        return self.groups[place] or UNKNOWN


def groups_of(positions: tuple[PositionImpact, ...]) -> tuple[GroupImpact, ...]:
    """Sum the covered positions of each group, from the worst impact to the best.

    Bands of a group are the sums of its positions' bands, which takes them as moving together: the wider reading.
    """
    sums: dict[str, list[float]] = {}
    for one in positions:
        if one.impact_frac is None:
            continue
        line = sums.setdefault(one.group, [0.0, 0.0, 0.0, 0.0])
        low = one.impact_frac if one.low_frac is None else one.low_frac
        high = one.impact_frac if one.high_frac is None else one.high_frac
        for at, value in enumerate((one.weight_frac, one.impact_frac, low, high)):
            line[at] += value
    rows = (
        GroupImpact(group=group, weight_frac=w, impact_frac=impact, low_frac=low, high_frac=high)
        for group, (w, impact, low, high) in sums.items()
    )
    return tuple(sorted(rows, key=lambda row: (row.impact_frac, row.group)))


def uncovered_of(portfolio: StressedPortfolio, reasons: dict[int, str]) -> tuple[Uncovered, ...]:
    """Name the positions that nothing covers, from the largest weight."""
    rows = (
        Uncovered(asset=portfolio.assets[place], weight_frac=float(portfolio.weights_frac[place]), reason=reason)
        for place, reason in reasons.items()
        if portfolio.weights_frac[place] != 0.0
    )
    return tuple(sorted(rows, key=lambda row: (-abs(row.weight_frac), row.asset)))
