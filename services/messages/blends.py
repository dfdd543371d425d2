"""In which shape is a blend of benchmarks handed in?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.messages.portfolios import Currency

Rebalancing = Literal["daily", "monthly", "quarterly", "yearly", "never"]


class BlendPart(BaseModel):
    """One component of a blend and its share, 0.6 for 60%: a benchmark, or an asset such as a fund by its symbol."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    benchmark_id: str | None = Field(default=None, min_length=1, max_length=64)
    symbol: str | None = Field(default=None, min_length=1, max_length=40)
    share_frac: Annotated[float, Field(gt=0.0, le=1.0)]


class NewBlend(BaseModel):
    """A blend of benchmarks such as 60% stocks and 40% bonds.

    Shares sum to 1 and are restored at the close that `rebalancing` names; in between they drift. They count from
    `effective_on` on, but not before the day after all components have a first price; from then where it is left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(min_length=1, max_length=120)
    currency: Currency
    rebalancing: Rebalancing = "monthly"
    parts: tuple[BlendPart, ...] = Field(min_length=1, max_length=20)
    effective_on: date | None = None
