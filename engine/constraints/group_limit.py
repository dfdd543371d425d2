"""How much may, or must, one group of assets hold: a country, a currency, an asset class, a group of the user's own?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.constraints import CONSTRAINTS, Constraint, Side, benchmark_problems, relative_notes
from engine.kernel.errors import Problem
from engine.kernel.facts import KnownUniverse
from engine.kernel.forms import LimitParts, Row, Universe
from engine.kernel.names import meant, paths_of, question
from engine.kernel.units import fraction, listing, percent, percents, plural

SIDE = fraction(-2.0, 2.0)
KNOWN_MAX_COUNT = 12
PLURALS = {
    "sector": "sectors",
    "country": "countries",
    "region": "regions",
    "currency": "currencies",
    "asset_class": "asset classes",
    "issuer": "issuers",
    "industry": "industries",
}


def check_sides(name: str, low: float | None, high: float | None) -> None:
    """Refuse a limit on a group that has no side, or a minimum above its maximum."""
    if low is None and high is None:
        raise PydanticCustomError(
            "no_limit", "The limit for {group} has neither a minimum nor a maximum.", {"group": name}
        )
    if low is not None and high is not None and low > high:
        least, most = percents(low, high)
        raise PydanticCustomError(
            "bounds_cross",
            "The minimum {low} for {group} is above its maximum {high}.",
            {"low": least, "high": most, "group": name},
        )


def groups_present(universe: Universe, dimension: str) -> str:
    """Return the groups that assets are in, such as ``"the sectors present are Energy and Tech"``; else nothing."""
    known = sorted(set(universe.group_of(dimension).values()))
    words = PLURALS.get(dimension, f"groups of {dimension.replace('_', ' ')}")
    return f"the {words} present are {listing(known, KNOWN_MAX_COUNT)}" if known else ""


def group_row(
    universe: Universe, dimension: str, group: str, kind: str, name: str, low: float | None, high: float | None
) -> tuple[Row, tuple[str, ...]]:
    """Return one row over the group's assets, with a note when there are none."""
    mask = universe.members_of(group, dimension)
    notes: tuple[str, ...] = ()
    if not mask.any():
        effect = "The limit has no effect. " if low is None or low <= 0.0 else ""
        notes = (
            f"No asset belongs to {group}; {groups_present(universe, dimension) or 'none is known'}. {effect}"
            "Correct the name if another one was meant.",
        )
    lower, upper = -np.inf if low is None else low, np.inf if high is None else high
    return Row(name, kind, group, mask.astype(np.float64), lower, upper), notes


def misspelled_group_problems(universe: Universe, dimension: str, group: str, path: str) -> list[Problem]:
    """Return a problem when no asset belongs to the group and one of a name like it is there.

    Without such a name the limit may be right all the same: one of a mandate, applied to assets beside that group.
    """
    if KnownUniverse.of(universe).has_group(group, dimension):
        return []
    likely = meant(group, paths_of(universe.group_of(dimension).values()))
    if not likely:
        return []
    words = dimension.replace("_", " ")
    return [
        Problem(
            path,
            f"No asset belongs to the {words} {group}.",
            f"{question(likely)}Correct the name, or remove the limit.",
        )
    ]


@CONSTRAINTS.register("group_limit")
class GroupLimit(Constraint):
    """min_frac ≤ Σ_{i in group} w_i ≤ max_frac; shorts count negative. Groups inside the group belong to it.

    Relative to the benchmark the sides are distances from the group's weight there, counted over its constituents among
    the assets.
    """

    label: ClassVar[str] = "Group limit"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_frac", "upper": "max_frac"}
    kind: Literal["group_limit"] = "group_limit"
    dimension: Annotated[str, Field(min_length=1, max_length=64)]
    group: Annotated[str, Field(min_length=1, max_length=200)]
    min_frac: Annotated[float, *SIDE] | None = None
    max_frac: Annotated[float, *SIDE] | None = None
    relative_to: Literal["absolute", "benchmark"] = "absolute"

    @model_validator(mode="after")
    def _has_a_limit(self) -> GroupLimit:
        check_sides(self.group, self.min_frac, self.max_frac)
        return self

    @property
    def title(self) -> str:
        """The kind of group and "limit": ``"Country limit"``, ``"Asset class limit"``."""
        words = " ".join(self.dimension.replace("_", " ").split())
        return f"{words[:1].upper()}{words[1:]} limit" if words else self.label

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        who = f"{_in_words(self.group, self.dimension)} holds"
        if self.relative_to == "absolute":
            if self.min_frac is None:
                return f"{who} at most {percent(self.max_frac or 0.0)}."
            if self.max_frac is None:
                return f"{who} at least {percent(self.min_frac)}."
            return f"{who} from {percent(self.min_frac)} to {percent(self.max_frac)}."
        low = None if self.min_frac is None else f"at least its weight in the benchmark {_signed(self.min_frac)}"
        high = None if self.max_frac is None else f"at most its weight in the benchmark {_signed(self.max_frac)}"
        return f"{who} {' and '.join(side for side in (low, high) if side)}."

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem when no asset has a group of that dimension, the group's name is a slip, or no benchmark."""
        problems: list[Problem] = []
        if not universe.group_of(self.dimension):
            known = [name for name, labels in universe.groups.items() if labels and name != "sector"]
            known = sorted([*known, "sector"] if universe.sectors else known)
            there = f"Known here: {listing(known, KNOWN_MAX_COUNT)}. " if known else ""
            problems.append(
                Problem(
                    "dimension",
                    f"{self.group} cannot be limited because no asset has {_one_of(self.dimension)}.",
                    f"{question(meant(self.dimension, known))}{there}Give `facts.groups.{self.dimension}`, a group "
                    "for each asset, or remove the limit.",
                )
            )
        else:
            problems += misspelled_group_problems(universe, self.dimension, self.group, "group")
        if self.relative_to == "benchmark":
            problems += benchmark_problems(universe, "relative_to")
        return problems

    def compile(self, universe: Universe) -> LimitParts:
        """Return one row over the group's assets; a limit without assets, and assets without a group, are noted."""
        name = f"{self.group} ({self.dimension.replace('_', ' ')})"
        row, notes = group_row(universe, self.dimension, self.group, "group_limit", name, self.min_frac, self.max_frac)
        missing = KnownUniverse.of(universe).ungrouped_count(self.dimension)
        if missing:
            words, verb = plural(missing, "asset"), "has" if missing == 1 else "have"
            noun = self.dimension.replace("_", " ")
            what = f"no {noun}" if self.dimension in PLURALS else f"no group in the grouping “{noun}”"
            notes += (f"{words} {verb} {what}; limits on it do not count them.",)
        if self.relative_to == "benchmark":
            weights = universe.benchmark_weights_frac
            if weights is None:
                raise self.refusal(universe)
            base = float(row.coefficients @ weights)
            row = Row(row.name, row.kind, row.scope, row.coefficients, base + row.lower_frac, base + row.upper_frac)
            notes += (f"{name} has {percent(base)} in the benchmark.", *relative_notes(universe, "groups"))
        return LimitParts(rows=(row,), notes=notes)


def _one_of(dimension: str) -> str:
    """Return one group of a dimension as the object of a sentence."""
    words = dimension.replace("_", " ")
    article = "an" if words[:1] in "aeiou" else "a"
    return f"{article} {words}" if dimension in PLURALS else f"a group in the grouping “{words}”"


def _in_words(group: str, dimension: str) -> str:
    """Return a group as the subject of a sentence; the name of a grouping of the user's own is no noun."""
    words = dimension.replace("_", " ")
    return f"The {words} {group}" if dimension in PLURALS else f"The group {group} of “{words}”"


def _signed(distance_frac: float) -> str:
    return f"{'plus' if distance_frac >= 0.0 else 'less'} {percent(abs(distance_frac))}"
