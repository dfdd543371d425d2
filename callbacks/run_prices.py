"""What is each limit worth: how would the goal's figure change if the limit moved by one percentage point?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from services import formatting
from services.formatting import MISSING, Style
from services.number_style import in_style

ON_SIDE_FRAC: Final = 5e-7
NOTHING: Final = 5e-8
"""A price below this is noise of the solver, far below what is shown."""

COUNTS: Final = frozenset({"holdings_count"})
SCORES: Final = frozenset({"esg_floor", "factor_exposure", "beta"})
PERCENT_STEP: Final = 0.01
STEPS: Final[dict[str, tuple[float, str]]] = {
    "esg_floor": (1.0, " per point"),
    "beta": (0.01, " per 0.01"),
    "factor_exposure": (0.01, " per 0.01"),
}
"""Kind whose figures are no percentages -> the move that its price is told for, and that in words."""

FIGURES: Final[dict[str, tuple[str, bool]]] = {
    "max_sharpe": ("Sharpe ratio", False),
    "min_volatility": ("volatility", True),
    "target_return": ("volatility", True),
    "min_tracking_error": ("tracking error", True),
    "max_return": ("expected return", True),
    "max_utility": ("utility", True),
    "robust": ("worst-case utility", True),
    "max_diversification": ("diversification ratio", False),
    "min_cvar": ("CVaR", True),
    "min_cdar": ("CDaR", True),
    "min_max_drawdown": ("maximum drawdown", True),
    "min_semi_deviation": ("semi-deviation", True),
}
"""Goal -> the figure that its limits are priced in, and whether that is a fraction, shown in percentage points."""


def unit_of(kind: str) -> str:
    """Return in what the figures of a kind of limit are: ``percent``, ``count`` or ``score``."""
    return "count" if kind in COUNTS else "score" if kind in SCORES else "percent"


def price_heading(goal_kind: str) -> str:
    """Return the words over the column of prices, with the unit."""
    figure, is_fraction = FIGURES.get(goal_kind, ("", False))
    if not figure:
        return "1 pp more"
    return f"1 pp more: {figure}{', pp' if is_fraction else ''}"


class Prices:
    """The prices that a result's certificate states."""

    def __init__(self, result: Any) -> None:
        self._lines: Any = result.certificate.limits if result.certificate else ()

    def of(self, kind: str, name: str | None = None) -> float | None:
        """Return the price of the lines of a kind together, None where one of them has none or there are none."""
        return _total([one for one in self._lines if one.kind == kind and name in (None, one.name)])

    def of_scope(self, kind: str, scope: str) -> float | None:
        """Return the price of a limit on one group."""
        return _total([one for one in self._lines if one.kind == kind and scope in (one.scope, one.name)])

    def of_positions(self, assets: Collection[str], *, is_upper: bool) -> float | None:
        """Return what moving one side of all these positions at once would change: the prices add up."""
        lines = [one for one in self._lines if one.kind == "position_bounds" and one.scope in assets]
        if any(one.price is None for one in lines):
            return None
        sides = [(one, one.max_frac if is_upper else one.min_frac) for one in lines]
        at_side = [one for one, side in sides if side is not None and abs(one.value_frac - side) <= ON_SIDE_FRAC]
        return _total(at_side) if at_side else 0.0 if lines else None

    def words(self, price: float | None, goal_kind: str, style: Style, limit_kind: str = "") -> str:
        """Return the change of the goal's figure, in its unit and with its sign, for a small move of the limit.

        The move is one percentage point; of a limit in another unit it is told with the change.
        """
        if price is None or goal_kind not in FIGURES or limit_kind in COUNTS:
            return MISSING
        step, said = STEPS.get(limit_kind, (PERCENT_STEP, ""))
        is_fraction = FIGURES[goal_kind][1]
        change = price * step * (100 if is_fraction else 1)
        if abs(change) < NOTHING * (1 if is_fraction else PERCENT_STEP):
            return "0"
        decimals = 3 if abs(change) >= 0.001 else 5
        return formatting.number(change, decimals, style=style, signed=True) + in_style(said, style)


def _total(lines: list[Any]) -> float | None:
    prices = [one.price for one in lines]
    return None if not prices or any(price is None for price in prices) else float(sum(prices))
