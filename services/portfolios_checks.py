"""What is wrong with a portfolio that somebody wants to make or change?"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from services.errors import FieldProblem, InvalidRequest
from services.messages.portfolios import HouseLimits, Mandate

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

CASH_MAX_CCY = Decimal(10) ** 13


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
    """Return which limits contradict each other."""
    problems = []
    if limits is not None and _above(limits.position_min_frac, limits.position_max_frac):
        problems.append(
            FieldProblem(
                "house_limits.position_min_frac",
                "The smallest position allowed is above the largest one.",
                "Lower the minimum or raise the maximum.",
            )
        )
    if mandate is not None and _above(mandate.cash_min_frac, mandate.cash_max_frac):
        problems.append(
            FieldProblem(
                "mandate.cash_min_frac",
                "The least cash asked for is above the most allowed.",
                "Lower the minimum or raise the maximum.",
            )
        )
    return problems


def cash_problems(amount_ccy: Decimal | None, path: str) -> list[FieldProblem]:
    """Return what is wrong with an amount that is paid in."""
    if amount_ccy is None:
        return []
    if not amount_ccy.is_finite() or amount_ccy < 0:
        return [FieldProblem(path, f"{amount_ccy} is not an amount that can be paid in.", "Use zero or more.")]
    if amount_ccy > CASH_MAX_CCY:
        return [FieldProblem(path, f"{amount_ccy} is larger than any portfolio here can be.", "Check the amount.")]
    return []


def refuse(problems: list[FieldProblem], message: str) -> None:
    """Raise with every problem at once, if there are any."""
    if problems:
        raise InvalidRequest(message, "Correct the fields named below.", fields=tuple(problems))


def _above(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low > high
