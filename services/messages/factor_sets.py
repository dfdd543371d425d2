"""What is told about the sets of factors that a house brought, and how are some of them asked for?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from services.messages.frozen import Message

SETS_MAX_COUNT = 4
FactorSetName = Annotated[str, Field(min_length=1, max_length=80)]
FactorSetNames = Annotated[tuple[FactorSetName, ...], Field(max_length=SETS_MAX_COUNT)]


class FactorView(Message):
    """One factor of a set, and of which days its returns are known; the risk-free rate is none, and is marked."""

    name: str
    is_risk_free: bool
    first_day: date
    last_day: date
    days_count: int


class FactorSet(Message):
    """A set of factors, and the files that it came in."""

    name: str
    factors: tuple[FactorView, ...]
    first_day: date
    last_day: date
    sources: tuple[str, ...]


class FactorSetsView(Message):
    """The sets of factors of a house."""

    factor_sets: tuple[FactorSet, ...]


def names_of(text: str | None) -> tuple[str, ...]:
    """Return the names that stand in a text, separated by commas, each once."""
    return tuple(dict.fromkeys(one.strip() for one in (text or "").split(",") if one.strip()))
