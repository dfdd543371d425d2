"""What does cash earn: a rate for each date, one rate, or nothing that anyone has set?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.arrays import are_in_calendar, day_of, days_of, numbers_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.kernel.units import day, percent

PLAUSIBLE_ANNUAL_FRAC = 0.5
RATE_ADVICE = "Give fractions a year: 0.02 for 2%."

Dates = NDArray[np.datetime64]

_NO_DATES: Dates = np.empty(0, dtype="datetime64[D]")


@dataclass(frozen=True, eq=False)
class RiskFree:
    """The risk-free rate in the base currency, as annual rates by date.

    Make one with `not_set`, `constant` or `dated`. A rate holds from its date until the next one; before the first
    date the first rate holds, and the sentence of a screen can say so.

    Attributes
    ----------
    dates
        Strictly increasing, shape (k,); empty for a constant and for a rate that is not set.
    rates_annual_frac
        Shape (k,), or (1,) for a constant, or (0,) when not set. Simple annual rates: a period's rate is this divided
        by the periods per year, as expected returns are means times the periods per year.
    currency
        Base currency, when known.
    source
        Where the rates come from, in words, when known.

    """

    dates: Dates
    rates_annual_frac: Vector
    currency: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        parts = (self.dates, self.rates_annual_frac)
        if not all(isinstance(one, np.ndarray) and one.ndim == 1 for one in parts):
            advice = "Make one with `RiskFree.constant(rate)` or `RiskFree.dated(dates, rates)`."
            raise InputRefused([Problem("risk_free", "Dates and rates are no arrays of one dimension.", advice)])

    @classmethod
    def not_set(cls) -> RiskFree:
        """Return the rate nobody has set: 0%, and its sentence says so."""
        return cls(_NO_DATES, np.empty(0))

    @classmethod
    def constant(cls, rate_annual_frac: float, currency: str | None = None) -> RiskFree:
        """Return one rate for every date; refused beyond ±50% a year or when not a number."""
        rate = numbers_of(rate_annual_frac, "risk_free", advice=RATE_ADVICE)
        if rate.ndim:
            message = "Several rates are given without their dates."
            raise InputRefused([Problem("risk_free", message, "Use `RiskFree.dated(dates, rates)`, or give one rate.")])
        problems = _rate_problems(rate[None])
        if problems:
            raise InputRefused(problems)
        return cls(_NO_DATES, rate[None], currency)

    @classmethod
    def dated(
        cls,
        dates: Sequence[date] | NDArray[Any],
        rates_annual_frac: Sequence[float] | NDArray[np.float64],
        currency: str | None = None,
        source: str | None = None,
    ) -> RiskFree:
        """Return a dated series; dates must increase, rates be finite and within ±50% a year.

        Raises
        ------
        InputRefused
            With every problem found.

        """
        days = days_of(dates, "risk_free.dates")
        rates = numbers_of(rates_annual_frac, "risk_free.rates", advice=RATE_ADVICE)
        problems: list[Problem] = []
        if days.ndim != 1 or rates.shape != days.shape or not days.size:
            message = f"{rates.size} rates are given for {days.size} dates."
            raise InputRefused([Problem("risk_free", message, "Give one rate for each date, at least one.")])
        if np.isnat(days).any() or not are_in_calendar(days) or (days[1:] <= days[:-1]).any():
            problems.append(Problem("risk_free.dates", "Dates must increase without repeating.", "Sort the dates."))
        problems += _rate_problems(rates)
        if problems:
            raise InputRefused(problems)
        for array in (days, rates):
            array.setflags(write=False)
        return cls(days, rates, currency, source)

    @property
    def is_set(self) -> bool:
        """Whether anyone has set a rate."""
        return self.rates_annual_frac.size > 0

    @property
    def is_dated(self) -> bool:
        """Whether the rate changes with the date."""
        return self.dates.size > 0

    def at(self, when: date | None = None) -> float:
        """Return the annual rate on a date, the last known one without a date, 0 when not set."""
        if not self.is_set:
            return 0.0
        if not self.is_dated or when is None:
            return float(self.rates_annual_frac[-1])
        day_asked = np.datetime64(day_of(when, "when"), "D")
        place = int(np.searchsorted(self.dates, day_asked, side="right")) - 1
        return float(self.rates_annual_frac[max(place, 0)])

    def per_period(self, ends: Dates, periods_per_year: int) -> Vector | float:
        """Return the rate earned in each period, shape (t,), or one number when it is the same for all.

        A period that ends on one date began on the date before it, and earns the rate known then.

        Parameters
        ----------
        ends
            Dates on which the periods end, shape (t,), increasing.
        periods_per_year
            Periods per year.

        """
        if not self.is_dated:
            return self.at() / periods_per_year
        places = np.searchsorted(self.dates, ends[:-1], side="right") - 1
        first = np.searchsorted(self.dates, ends[:1], side="left") - 1  # the last rate before the first period's end
        chosen = np.maximum(np.concatenate([first, places]), 0)
        rates: Vector = self.rates_annual_frac[chosen] / periods_per_year
        return rates

    def sentence(self, when: date | None = None, since: date | None = None) -> str:
        """Return what a screen says of the rate.

        Parameters
        ----------
        when
            The date of the decision.
        since
            First date of the history, to say where the series does not reach back so far.

        """
        if not self.is_set:
            return "The risk-free rate is not set; 0% is used."
        unit = f" in {self.currency}" if self.currency else ""
        if not self.is_dated:
            return f"The risk-free rate is {percent(self.at())} a year{unit}."
        place = 0 if when is None else int(np.searchsorted(self.dates, np.datetime64(when, "D"), side="right")) - 1
        place = len(self.dates) - 1 if when is None else max(place, 0)
        known = day(_as_date(self.dates[place]))
        origin = f" ({self.source})" if self.source else ""
        words = (
            f"The risk-free rate is {percent(float(self.rates_annual_frac[place]))} a year{unit}, of {known}{origin}."
        )
        if since is not None and np.datetime64(since, "D") < self.dates[0]:
            words += f" Before {day(_as_date(self.dates[0]))} its first known value is used."
        return words


def _rate_problems(rates: Vector) -> list[Problem]:
    """Return what is wrong with annual rates."""
    if not np.isfinite(rates).all():
        return [Problem("risk_free.rates", "A rate is missing or infinite.", "Give a finite rate for each date.")]
    worst = float(rates[np.argmax(np.abs(rates))])
    if abs(worst) <= PLAUSIBLE_ANNUAL_FRAC:
        return []
    return [
        Problem(
            "risk_free.rates",
            f"A risk-free rate of {worst:g} is {percent(worst, 0)} a year.",
            f"Give fractions: did you mean {percent(worst / 100)}, that is {worst / 100:g}?",
        )
    ]


def _as_date(value: np.datetime64) -> date:
    return value.astype("datetime64[D]").astype(date)  # type: ignore[no-any-return]
