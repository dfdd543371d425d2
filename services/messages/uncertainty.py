"""In which shapes is it asked, and told, how sure an optimization's weights are?"""

from __future__ import annotations

from pydantic import Field

from engine.uncertainty.result import FrontierBand, PartialTrade, TradeVerdict, UncertaintyResult, WeightInterval
from services.messages.frozen import Message
from services.messages.runs import RunView

__all__ = [
    "FrontierBand",
    "PartialTrade",
    "TradeVerdict",
    "UncertaintyOptions",
    "UncertaintyRequest",
    "UncertaintyResult",
    "UncertaintyView",
    "WeightInterval",
]


class UncertaintyOptions(Message):
    """How it is to be looked at; the defaults suit a page that somebody waits for."""

    resamples_count: int = Field(
        default=500, ge=20, le=10_000, strict=True, description="How many other histories are drawn."
    )
    level_frac: float = Field(
        default=0.9, ge=0.5, le=0.99, strict=True, description="Level of intervals, bands and verdict; 0.9 is 90%."
    )
    block_length_periods: float | None = Field(
        default=None,
        ge=1.0,
        le=10_000.0,
        strict=True,
        description="Mean length of the stretches of days that stay together; chosen from the data when left out.",
    )


class UncertaintyRequest(UncertaintyOptions):
    """Which optimization is to be answered again on other histories, and how."""

    optimization_id: str = Field(min_length=1, max_length=64)


class UncertaintyView(Message):
    """The latest look at one optimization.

    `run` is the work on it, None where nobody has asked. `result` is what it found; while it is running, what it has
    found so far, with `is_complete` false.
    """

    optimization_id: str
    run: RunView | None = None
    result: UncertaintyResult | None = None
