"""How does the optimizer leave alone what lists forbid to trade?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field

from engine.compliance.bounds import Mask, Vector
from engine.constraints import Constraint
from engine.kernel.forms import Box, LimitParts, Span, Universe
from engine.kernel.units import UNITS_PER_ONE, listing

LIST_KIND = "trading_list"


@dataclass(frozen=True, slots=True)
class TradingLists:
    """What lists say of assets, each with a sentence by symbol.

    Parameters
    ----------
    held
        Not to be traded: restricted, or blacked out.
    unbought
        Not to be bought.
    watched
        Whose trades are looked at.

    """

    held: Mapping[str, str] = field(default_factory=dict)
    unbought: Mapping[str, str] = field(default_factory=dict)
    watched: Mapping[str, str] = field(default_factory=dict)

    def marks(self, assets: tuple[str, ...]) -> tuple[Mask, Mask]:
        """Return which assets are not to be traded, and which not to be bought, shape (n,) each."""
        held = np.array([asset in self.held for asset in assets], dtype=bool)
        return held, np.array([asset in self.unbought for asset in assets], dtype=bool) & ~held

    def notes(self, assets: Collection[str], traded: Collection[str]) -> list[str]:
        """Return what lists say of the assets: what is held, what is not added to, what is traded and looked at."""
        held = [f"{said} It is held as it is." for asset, said in self.held.items() if asset in assets]
        unbought = [f"{said} It is not added to." for asset, said in self.unbought.items() if asset in assets]
        return [*held, *unbought, *(self.watched[asset] for asset in traded if asset in self.watched)]


NO_LISTS = TradingLists()


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Which assets stay at which weights, and which are not to be added to; shape (n,) each."""

    is_held: Mask
    weights_frac: Vector
    is_unbought: Mask

    @classmethod
    def of(cls, lists: TradingLists, assets: tuple[str, ...], weights_frac: Vector) -> Held:
        """Return it by the weights now, towards zero on the grid of 1e-8 on which weights lie."""
        held, unbought = lists.marks(assets)
        scaled = weights_frac * UNITS_PER_ONE
        near = np.rint(scaled)
        return cls(held, np.where(np.abs(scaled - near) <= 1e-6, near, np.trunc(scaled)) / UNITS_PER_ONE, unbought)

    def bounds(self, least: Vector, most: Vector) -> tuple[Vector, Vector]:
        """Return bounds on weights with those of the lists in their place."""
        most = np.where(self.is_unbought, np.minimum(most, np.maximum(self.weights_frac, 0.0)), most)
        least = np.where(self.is_unbought, np.minimum(least, most), least)
        return np.where(self.is_held, self.weights_frac, least), np.where(self.is_held, self.weights_frac, most)


class ListLimit(Constraint):
    """Lists as a limit: held assets stay as they are, whatever bounds of the request say of their size."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    label: ClassVar[str] = "Trading lists"
    kind: Literal["trading_list"] = "trading_list"
    symbols: tuple[str, ...]
    held: Any = Field(exclude=True, repr=False)

    @classmethod
    def of(cls, held: Held, assets: tuple[str, ...]) -> ListLimit | None:
        """Return the limit; None where no list names any of the assets."""
        named = held.is_held | held.is_unbought
        if not bool(named.any()):
            return None
        return cls(symbols=tuple(assets[place] for place in np.flatnonzero(named).tolist()), held=held)

    def explain(self) -> str:
        """Return what stays as it is."""
        held: Held = self.held
        is_held = held.is_held[held.is_held | held.is_unbought]
        still = [name for name, one in zip(self.symbols, is_held, strict=True) if one]
        rest = [name for name, one in zip(self.symbols, is_held, strict=True) if not one]
        said = [f"Lists forbid trades in {listing(still)}: held as now."] if still else []
        return " ".join([*said, *([f"Lists forbid purchases of {listing(rest)}."] if rest else [])])

    def compile(self, universe: Universe) -> LimitParts:
        """Return a box around each held weight, which bounds of the request give way to, and spans."""
        held: Held = self.held
        low, high = held.bounds(np.full(universe.count, -np.inf), np.full(universe.count, np.inf))
        boxes = []
        for place in np.flatnonzero(held.is_held & (held.weights_frac >= 0.0)).tolist():
            mask = np.zeros(universe.count, dtype=bool)
            mask[place] = True
            weight = float(held.weights_frac[place])
            boxes.append(Box(mask, weight, weight, 0.0))
        return LimitParts(boxes=tuple(boxes), spans=(Span(self.label, low, high),))
