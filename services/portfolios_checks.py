"""What is wrong with a portfolio that somebody wants to make or change?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from data.reference.currencies import CURRENCIES
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.messages.portfolios import HouseLimits, Mandate

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

CASH_MAX_CCY = Decimal(10) ** 13
PLACES_MAX_COUNT = 8


@dataclass(frozen=True)
class Range:
    """Which fractions a limit may be: above (or from) `low` up to `high`; `name` begins its sentence."""

    name: str
    high: float = 1.0
    is_zero_allowed: bool = False

    def holds(self, value: float) -> bool:
        """Return whether the value is inside; NaN and infinities are not."""
        is_high_enough = value >= 0.0 if self.is_zero_allowed else value > 0.0
        return math.isfinite(value) and is_high_enough and value <= self.high

    @property
    def words(self) -> str:
        """The range as a person reads it."""
        low = "at least 0%" if self.is_zero_allowed else "above 0%"
        return f"{low} and at most {formatting.percent(self.high, 0)}"

    def message(self, value: float) -> str:
        """Say what is wrong with a value outside."""
        shown = formatting.percent(value, 0 if abs(value * 100 - round(value * 100)) < 1e-9 else 2)
        return f"{self.name} is {shown}; it has to be {self.words}."

    @property
    def advice(self) -> str:
        """The way out."""
        return "Change it, or set no limit."


LIMITS: dict[str, Range] = {
    "position_max_frac": Range("The largest position"),
    "position_min_frac": Range("The smallest position"),
    "sector_max_frac": Range("The largest sector"),
    "gross_max_frac": Range("The gross exposure", high=10.0),
}
"""House limits; the gross exposure of a long-short portfolio goes beyond its value."""
MANDATE: dict[str, Range] = {
    "cash_min_frac": Range("The least cash", is_zero_allowed=True),
    "cash_max_frac": Range("The most cash", is_zero_allowed=True),
    "volatility_max_annual_frac": Range("The highest volatility"),
}


def name_problems(name: str | None) -> list[FieldProblem]:
    """Return what is wrong with a name."""
    if name is not None and name.strip():
        return []
    return [FieldProblem("name", "The portfolio needs a name.", "Write a name with at least one letter.")]


def parent_problems(uow: UnitOfWork, client_id: str | None, benchmark_id: str | None) -> list[FieldProblem]:
    """Return which of client and benchmark the actor cannot use."""
    problems = []
    if client_id is not None and uow.clients.find(client_id, write=True) is None:
        problems.append(
            FieldProblem("client_id", "There is no such client among yours.", "Choose a client from the list.")
        )
    if benchmark_id is not None and uow.benchmarks.find(benchmark_id) is None:
        problems.append(
            FieldProblem("benchmark_id", "There is no such benchmark.", "Choose a benchmark from the list, or none.")
        )
    return problems


def limit_problems(limits: HouseLimits | None, mandate: Mandate | None) -> list[FieldProblem]:
    """Return which limits are none: out of their range, or a minimum above its maximum; all of them at once."""
    problems = []
    for holder, at, ranges in ((limits, "house_limits", LIMITS), (mandate, "mandate", MANDATE)):
        if holder is None:
            continue
        for name, allowed in ranges.items():
            value = getattr(holder, name)
            if value is not None and not allowed.holds(value):
                problems.append(FieldProblem(f"{at}.{name}", allowed.message(value), allowed.advice))
    wrong = {problem.path for problem in problems}
    if limits is not None and _above(limits.position_min_frac, limits.position_max_frac):
        pair = {"house_limits.position_min_frac", "house_limits.position_max_frac"}
        problems += _contradiction("house_limits.position_min_frac", "The smallest position", "largest", wrong & pair)
    if mandate is not None and _above(mandate.cash_min_frac, mandate.cash_max_frac):
        pair = {"mandate.cash_min_frac", "mandate.cash_max_frac"}
        problems += _contradiction("mandate.cash_min_frac", "The least cash asked for", "most", wrong & pair)
    return problems


def _contradiction(path: str, name: str, other: str, wrong: set[str]) -> list[FieldProblem]:
    """Return that a minimum is above its maximum, unless one of both is no limit at all."""
    if wrong:
        return []
    return [FieldProblem(path, f"{name} is above the {other} one.", "Lower the minimum or raise the maximum.")]


def cash_problems(amount_ccy: Decimal | None, path: str) -> list[FieldProblem]:
    """Return what is wrong with an amount that is paid in."""
    if amount_ccy is None:
        return []
    if not amount_ccy.is_finite() or amount_ccy < 0:
        return [FieldProblem(path, f"{amount_ccy} is not an amount that can be paid in.", "Use zero or more.")]
    if has_too_many_places(amount_ccy):
        return [too_many_places(path, "The amount")]
    if amount_ccy > CASH_MAX_CCY:
        return [FieldProblem(path, f"{amount_ccy} is larger than any portfolio here can be.", "Check the amount.")]
    return []


def has_too_many_places(value: Decimal) -> bool:
    """Return whether a number has more than 8 decimals, zeros at its end not counted."""
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent < -PLACES_MAX_COUNT


def too_many_places(path: str, what: str) -> FieldProblem:
    """Return the refusal of a number with too many decimals."""
    message = f"{what} has more than {PLACES_MAX_COUNT} decimals."
    return FieldProblem(path, message, f"Round it to {PLACES_MAX_COUNT} decimals; the smallest amount is 0.00000001.")


def currency_problems(code: str) -> list[FieldProblem]:
    """Return what is wrong with a base currency."""
    if code in CURRENCIES:
        return []
    known = ", ".join(CURRENCIES)
    return [FieldProblem("base_currency", f"There is no currency {code!r} here.", f"Use one of: {known}.")]


def refuse(problems: list[FieldProblem], message: str) -> None:
    """Raise with every problem at once, if there are any."""
    if problems:
        raise InvalidRequest(message, "Correct the fields named below.", fields=tuple(problems))


def _above(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low > high
