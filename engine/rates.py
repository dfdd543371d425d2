"""How does a request state a risk-free rate that changes with the date?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.kernel.frozen import OpenSpec
from engine.kernel.risk_free import RiskFree
from engine.kernel.units import day, fraction

DATES_MAX_COUNT = 20_000


class DatedRates(OpenSpec):
    """Simple annual rates in the base currency, each from its date until the next one.

    Attributes
    ----------
    dates
        Increasing, without repeating.
    rates_annual_frac
        One for each date, fractions within ±50% a year.
    source
        Where they are from, in words.

    """

    dates: Annotated[tuple[date, ...], Field(min_length=1, max_length=DATES_MAX_COUNT)]
    rates_annual_frac: Annotated[tuple[Annotated[float, *fraction(-0.5, 0.5)], ...], Field(min_length=1)]
    source: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _one_rate_a_date(self) -> DatedRates:
        if len(self.dates) != len(self.rates_annual_frac):
            raise PydanticCustomError(
                "rates_count",
                "{rates} rates are given for {dates} dates. Give one rate for each date.",
                {"rates": len(self.rates_annual_frac), "dates": len(self.dates)},
            )
        late = next((n for n in range(1, len(self.dates)) if self.dates[n] <= self.dates[n - 1]), None)
        if late is not None:
            raise PydanticCustomError(
                "rates_order",
                "Dates must increase without repeating: {later} stands after {earlier}. Sort the dates.",
                {"later": day(self.dates[late]), "earlier": day(self.dates[late - 1])},
            )
        return self

    def series(self) -> RiskFree:
        """Return the rates in the form that the estimates use."""
        return RiskFree.dated(self.dates, self.rates_annual_frac, source=self.source)
