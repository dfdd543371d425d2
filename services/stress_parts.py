"""What does the chosen position, sector or factor do in each scenario?

A choice is its kind and its name: ``asset:AAPL``, ``sector:Technology``, ``factor:equity``.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.messages.stress_report import ScenarioResult
from services.stress_library import LABELS

REST_OF_FACTORS = "Curvature, limits, products"


def label_of(chosen: str) -> str:
    """Return how a choice reads; nothing where nothing is chosen."""
    kind, _, name = chosen.partition(":")
    return LABELS.get(name, REST_OF_FACTORS) if kind == "factor" else name


def impact_of(result: ScenarioResult, chosen: str) -> float | None:
    """Return the chosen part's impact, a signed fraction of the portfolio's value; None where it is not covered.

    Over all positions, or all sectors, impacts add up to the scenario's total; over factors in scenarios of moves.
    """
    kind, _, name = chosen.partition(":")
    found: Sequence[float | None] = ()
    if kind == "asset":
        found = [one.impact_frac for one in result.positions if one.asset == name]
    elif kind == "sector":
        found = [one.impact_frac for one in result.groups if one.group == name]
    elif kind == "factor":
        found = [one.impact_frac for one in result.factors if one.factor == name]
    known = [one for one in found if one is not None]
    return sum(known) if known else None


def positions_of(result: ScenarioResult, chosen: str) -> frozenset[str]:
    """Return the positions that a choice stands for: itself, or those of a sector; none for factors."""
    kind, _, name = chosen.partition(":")
    if kind == "sector":
        return frozenset(one.asset for one in result.positions if one.group == name)
    return frozenset({name}) if kind == "asset" else frozenset()


def sector_of(result: ScenarioResult, chosen: str) -> str | None:
    """Return the sector that stands out for a choice: itself, or that of a position."""
    kind, _, name = chosen.partition(":")
    if kind == "sector":
        return name
    return next((one.group for one in result.positions if kind == "asset" and one.asset == name), None)
