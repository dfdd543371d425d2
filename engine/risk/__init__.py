"""Which measures say how much a portfolio may lose? One file each; this one holds what they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.kernel.forms import Vector
from engine.kernel.frozen import FrozenSpec
from engine.kernel.registry import Registry


@dataclass(frozen=True, eq=False)
class PortfolioSample:
    """What is known of a portfolio's returns per period.

    Attributes
    ----------
    returns_frac
        Shape (t,), simple returns per period in time order, or None when there is no history.
    mean_frac, volatility_frac
        Expected return and standard deviation per period.

    """

    returns_frac: Vector | None
    mean_frac: float
    volatility_frac: float


class RiskMeasure(FrozenSpec):
    """A measure of risk; positive means loss, as a fraction of the capital."""

    label: ClassVar[str]
    needs_history: ClassVar[bool] = True

    def explain(self) -> str:
        """Return one sentence that says what the measure tells."""
        raise NotImplementedError

    def compute(self, sample: PortfolioSample) -> float:
        """Return the measure for a portfolio.

        Raises
        ------
        ValueError
            When the measure needs a history and there is none.

        """
        raise NotImplementedError

    def history(self, sample: PortfolioSample) -> Vector:
        """Return the sample's returns, or raise."""
        if sample.returns_frac is None or not len(sample.returns_frac):
            raise ValueError(f"{self.label} needs a history of returns.")
        return sample.returns_frac


RISK_MEASURES: Registry[RiskMeasure] = Registry("RISK_MEASURES", __name__)
