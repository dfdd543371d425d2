"""What are the measures called that a frontier can be drawn in, and how are their numbers written?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from services.charts.look import Look

if TYPE_CHECKING:
    from services.messages.frontier import FrontierResult


@dataclass(frozen=True)
class Measure:
    """One axis of a frontier.

    Parameters
    ----------
    name : str
        As it begins a sentence.
    axis : str
        Title of the axis.
    is_share : bool
        Whether it is a fraction that reads in percent, else a score.
    """

    name: str
    axis: str
    is_share: bool = True

    @property
    def inside(self) -> str:
        """The name inside a sentence."""
        return (
            self.name if self.name[:2].isupper() or self.name[1:2].isupper() else self.name[:1].lower() + self.name[1:]
        )

    @property
    def tick_format(self) -> str:
        """Plotly's format of the axis."""
        return ".1%" if self.is_share else ".1f"

    def hover(self, letter: str) -> str:
        """Return the line of a hover text for the axis `x` or `y`."""
        return f"{self.name} %{{{letter}:.2%}}" if self.is_share else f"{self.name} %{{{letter}:.1f}}"

    def text(self, value: float | None, look: Look) -> str:
        """Write a value."""
        return look.rate(value) if self.is_share else look.number(value, 1)


SAME_FRAC: Final = 1e-12

RISKS: Final = {
    "volatility": Measure("Volatility", "Volatility a year"),
    "tracking_error": Measure("Tracking error", "Tracking error a year"),
    "cvar": Measure("CVaR", "CVaR of a day, as a loss"),
    "cdar": Measure("CDaR", "CDaR of the history, as a loss"),
    "max_drawdown": Measure("Maximum drawdown", "Maximum drawdown of the history"),
}
REWARDS: Final = {
    "return": Measure("Expected return", "Expected return a year"),
    "esg": Measure("ESG score", "Average ESG score", is_share=False),
}


def risk_measure(found: FrontierResult) -> Measure:
    """Return the measure of a frontier's risk, with its level where it has one: CVaR 95%."""
    measure = RISKS[found.risk]
    if found.level_frac is None:
        return measure
    name = f"{measure.name} {100.0 * found.level_frac:g}%"
    return replace(measure, name=name, axis=measure.axis.replace(measure.name, name, 1))


def reward_measure(found: FrontierResult) -> Measure:
    """Return the measure of a frontier's reward; where trading costs something, the return is what is left after it."""
    measure = REWARDS[found.reward]
    has_costs = any(abs(corner.return_annual_frac - corner.reward) > SAME_FRAC for corner in found.corners)
    if found.reward != "return" or not has_costs:
        return measure
    return replace(measure, name="Return after costs", axis="Expected return a year, after trading costs")
