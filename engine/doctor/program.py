"""How do all limits of a mandate become one linear program in which each of them can give way or be left out?

Columns: weights w; for each distinct center a part t_i ≥ max(0, center_i - w_i), so that |w_i - center_i| = w_i -
center_i + 2 t_i; the sum to invest; one slack per knob, in the unit of the user's own field; and one slack per limit
that leaves it out. Which limits hold, give way or are gone is then a matter of bounds on the slack columns, so every
question about the mandate is the same matrix, solved again from the last basis (elastic programming: Chinneck 2008,
Feasibility and Infeasibility in Optimization, chapter 6).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.doctor.demands import Knob, Line, Mandate, UserLimit
from engine.doctor.rows import NOBODY, Places, Rows
from engine.kernel.forms import Vector
from engine.optimize.count_pieces import HELD_MIN_FRAC

Level = tuple[bool, int]


def level_of(limit: UserLimit) -> Level:
    """Return how important a limit is: the smaller, the longer it is kept. The budget gives way last."""
    return (limit.is_soft, 0 if limit.demands.net is not None and not limit.is_soft else limit.priority)


class Program(Rows):
    """The matrix of a mandate with its slack columns.

    Parameters
    ----------
    mandate
        The limits.
    has_whole
        Whether "zero or at least" and the number of holdings are part of it, as whole-number columns.
    has_knobs
        Whether limits can give way by their fields; without it they can only hold or be left out.
    among
        Limits that can give way; None is all of them.

    """

    BUDGET_ROW = 0

    def __init__(
        self, mandate: Mandate, *, has_whole: bool, has_knobs: bool = True, among: frozenset[int] | None = None
    ) -> None:
        super().__init__()
        self.mandate = mandate
        self.has_whole = has_whole
        self.count = mandate.universe.count
        limits = mandate.limits
        self.knobs: list[tuple[int, Knob]] = [
            (place, knob)
            for place, limit in enumerate(limits)
            for knob in (limit.knobs if has_knobs and (among is None or place in among) else ())
        ]
        self.columns(self.count, mandate.floor, mandate.ceiling)
        self.sum_column = self.columns(1, -np.inf, np.inf)
        are_whole = np.array([has_whole and knob.is_whole for _, knob in self.knobs], dtype=bool)
        self.knob_columns = self.columns(len(self.knobs), 0.0, 0.0, is_whole=are_whole) + np.arange(len(self.knobs))
        self.gone_columns = self.columns(len(limits), 0.0, 0.0) + np.arange(len(limits))
        self._knobs_of: list[list[tuple[int, Knob]]] = [[] for _ in limits]
        for column, (owner, knob) in zip(self.knob_columns.tolist(), self.knobs, strict=True):
            self._knobs_of[owner].append((column, knob))
        self._nets = [(place, limit.demands.net) for place, limit in enumerate(limits) if limit.demands.net is not None]
        self._add_budget()
        self._add_levels()
        self._parts: dict[bytes, Places] = {}
        self.switches: list[tuple[Places, Places]] = []  # assets and their switch columns, side by side
        self._add_bounds()
        for place, limit in enumerate(limits):
            for at, line in enumerate(limit.demands.lines):
                self._add_line(place, at, line)
        if has_whole:
            self._add_jumps()
        self.settle()

    @cached_property
    def is_gone(self) -> NDArray[np.bool_]:
        """Which columns leave a limit out."""
        found = np.zeros(self.width, dtype=bool)
        found[self.gone_columns] = True
        return found

    @cached_property
    def is_link(self) -> NDArray[np.bool_]:
        """Which columns are of the portfolio itself, its weights and their parts."""
        found = np.zeros(self.width, dtype=bool)
        found[: self.count] = True
        found[np.concatenate(self.part_columns())] = True
        return found

    def knobs_of(self, place: int) -> list[tuple[int, Knob]]:
        """Return the slack columns and knobs of one limit."""
        return self._knobs_of[place]

    def _add_budget(self) -> None:
        entries: list[tuple[Any, Any, Any]] = [(0, np.arange(self.count), 1.0), (0, self.sum_column, -1.0)]
        nets = np.array([-knob.net for _, knob in self.knobs])
        entries.append((0, self.knob_columns[nets != 0.0], nets[nets != 0.0]))
        self.add(1, entries, 0.0, 0.0, NOBODY)

    def _add_levels(self) -> None:
        """Add for each level of importance the sum of what its limits give way, in their own units."""
        self.levels = levels = sorted({level_of(limit) for limit in self.mandate.limits})
        self.level_columns = self.columns(len(levels), 0.0, np.inf) + np.arange(len(levels))
        if not self.knobs:
            return
        rows = np.array([levels.index(level_of(self.mandate.limits[place])) for place, _ in self.knobs])
        units = np.array([knob.unit for _, knob in self.knobs])
        entries = [(np.arange(len(levels)), self.level_columns, -1.0), (rows, self.knob_columns, 1.0 / units)]
        self.add(len(levels), entries, 0.0, 0.0, NOBODY)

    def _add_bounds(self) -> None:
        """Add the limits' own bounds on weights as rows that their knobs loosen."""
        limits, mandate = self.mandate.limits, self.mandate
        for sign, sides, background in (
            (1.0, mandate.uppers, mandate.ceiling),
            (-1.0, -mandate.lowers, -mandate.floor),
        ):
            places, assets = np.nonzero(sides < background)
            if not len(places):
                continue
            at = np.arange(len(places))
            entries: list[tuple[Any, Any, Any]] = [(at, assets, sign), (at, self.gone_columns[places], -1.0)]
            ends = np.searchsorted(places, np.arange(len(limits) + 1))
            for place in np.unique(places).tolist():
                here = slice(ends[place], ends[place + 1])
                entries += [(at[here], column, -moves) for column, moves in self._loosening(place, sign, assets[here])]
            self.add(len(places), entries, -np.inf, sides[places, assets], places)

    def _loosening(self, place: int, sign: float, assets: Places) -> list[tuple[int, Vector]]:
        """Return by how much knobs widen a limit's bounds on assets: its own, and those of bounds that replace it."""
        found = []
        for other in (place, *self.mandate.limits[place].later):
            for column, knob in self._knobs_of[other]:
                if knob.has_bounds:
                    moves = (knob.upper if sign > 0 else knob.lower)[assets]
                    if moves.any():
                        found.append((column, moves))
        return found

    def _parts_of(self, center: Vector, needed: NDArray[np.bool_]) -> Places:
        """Return the columns of t for a center, shape (n,), -1 where w cannot pass below it."""
        key = center.tobytes()
        columns = self._parts.setdefault(key, np.full(self.count, -1))
        fresh = np.flatnonzero(needed & (columns < 0) & (center > self.mandate.floor))
        if len(fresh):
            start = self.columns(len(fresh), 0.0, np.inf)
            columns[fresh] = start + np.arange(len(fresh))
            at = np.arange(len(fresh))
            self.add(len(fresh), [(at, fresh, 1.0), (at, columns[fresh], 1.0)], center[fresh], np.inf, NOBODY)
        return columns

    def part_columns(self) -> list[Places]:
        """Return the columns of t, center by center; one empty list at least."""
        return [np.zeros(0, dtype=np.intp), *(columns[columns >= 0] for columns in self._parts.values())]

    def fill_parts(self, x: Vector) -> None:
        """Set the parts t of x to the least that its weights ask for."""
        for key, columns in self._parts.items():
            at = np.flatnonzero(columns >= 0)
            x[columns[at]] = np.maximum(0.0, np.frombuffer(key)[at] - x[at])

    def _add_line(self, place: int, at: int, line: Line) -> None:
        everyone = np.arange(self.count)
        coefficients, columns = line.linear, everyone
        upper = line.upper
        if line.absolute.any():
            parts = self._parts_of(line.center, line.absolute > 0.0)
            has_part = (parts >= 0) & (line.absolute > 0.0)
            coefficients = np.concatenate([line.linear + line.absolute, 2.0 * line.absolute[has_part]])
            columns = np.concatenate([everyone, parts[has_part]])
            upper += float(line.absolute @ line.center)
        scale = float(np.abs(coefficients).max(initial=0.0)) or 1.0
        slacks = [(int(self.gone_columns[place]), -scale)]
        slacks += [(column, -float(knob.lines[at])) for column, knob in self._knobs_of[place] if knob.lines[at]]
        columns = np.concatenate([columns, [column for column, _ in slacks]])
        coefficients = np.concatenate([coefficients, [value for _, value in slacks]])
        self.add(1, [(0, columns, coefficients / scale)], -np.inf, upper / scale, place)

    def _add_jumps(self) -> None:
        """Add the columns and rows of "this value, or at least so far from it", and of the number of holdings.

        w_i - c_i = p - q with p at most its room times a switch, and at least the size while the switch is on.
        """
        zero = np.zeros(self.count)
        switches = []
        counted = [place for place, limit in enumerate(self.mandate.limits) if self._counts(place)]
        blocks: dict[bytes, list[tuple[int, int, NDArray[np.bool_], float, bool]]] = {}
        centers: dict[bytes, Vector] = {}
        for place, limit in enumerate(self.mandate.limits):
            for at, jump in enumerate(limit.demands.jumps):
                key = jump.center.tobytes()
                centers[key] = jump.center
                blocks.setdefault(key, []).append((place, at, jump.mask, jump.size, jump.is_required))
        if counted:
            key = zero.tobytes()
            centers[key] = zero
            blocks.setdefault(key, [])
        for key, members in blocks.items():
            is_counted = key == zero.tobytes() and bool(counted)
            made = self._add_block(centers[key], members, is_counted)
            if is_counted:
                switches = made
        for place in counted:
            self._add_count(place, switches)

    def _counts(self, place: int) -> bool:
        demands = self.mandate.limits[place].demands
        return bool(np.isfinite(demands.max_count)) or demands.min_count > 0.0

    def _add_block(
        self, center: Vector, members: list[tuple[int, int, NDArray[np.bool_], float, bool]], is_counted: bool
    ) -> list[tuple[Places, Places]]:
        """Add switches around one center; return (distance, switch) columns of the upper and the lower side."""
        masks = [mask for _, _, mask, _, _ in members] + ([np.ones(self.count, dtype=bool)] if is_counted else [])
        assets = np.flatnonzero(np.any(masks, axis=0))
        at = np.arange(len(assets))
        rooms = {
            1.0: np.maximum(0.0, self.mandate.ceiling - center),
            -1.0: np.maximum(0.0, center - self.mandate.floor),
        }
        sides: dict[float, tuple[Places, Places, Places]] = {}
        for sign, room in rooms.items():
            inside = assets[room[assets] > 0.0]
            moves = self.columns(len(inside), 0.0, np.inf) + np.arange(len(inside))
            switch = self.columns(len(inside), 0.0, 1.0, is_whole=True) + np.arange(len(inside))
            sides[sign] = (inside, moves, switch)
            self.switches.append((inside, switch))
            here = np.arange(len(inside))
            self.add(len(inside), [(here, moves, 1.0), (here, switch, -room[inside])], -np.inf, 0.0, NOBODY)
            for place, number, mask, size, _ in members:
                self._add_size(place, number, size, inside, moves, switch, mask)
            self._tighten(sign, center, inside, moves, switch)
        entries: list[tuple[Any, Any, Any]] = [(at, assets, 1.0)]
        chosen: list[tuple[Any, Any, Any]] = []
        for sign, (inside, moves, switch) in sides.items():
            rows = np.searchsorted(assets, inside)
            entries.append((rows, moves, -sign))
            chosen.append((rows, switch, 1.0))
        self.add(len(assets), entries, center[assets], center[assets], NOBODY)
        self.add(len(assets), chosen, -np.inf, 1.0, NOBODY)
        for place, _, mask, _, is_required in members:
            if is_required:
                needed = np.flatnonzero(mask[assets])
                demanded: list[tuple[Any, Any, Any]] = [(at[: len(needed)], self.gone_columns[place], 1.0)]
                for inside, _, switch in sides.values():
                    place_of = np.full(self.count, -1)
                    place_of[inside] = switch
                    columns = place_of[assets[needed]]
                    demanded.append((np.flatnonzero(columns >= 0), columns[columns >= 0], 1.0))
                self.add(len(needed), demanded, 1.0, np.inf, place)
        return [(moves, switch) for _, moves, switch in sides.values()]

    def _add_size(
        self,
        place: int,
        number: int,
        size: float,
        inside: Places,
        moves: Places,
        switch: Places,
        mask: NDArray[np.bool_],
    ) -> None:
        hit = np.flatnonzero(mask[inside])
        at = np.arange(len(hit))
        entries: list[tuple[Any, Any, Any]] = [
            (at, moves[hit], 1.0),
            (at, switch[hit], -size),
            (at, self.gone_columns[place], 1.0),
        ]
        entries += [(at, column, knob.jumps[number]) for column, knob in self._knobs_of[place]]
        self.add(len(hit), entries, 0.0, np.inf, place)

    def _tighten(self, sign: float, center: Vector, inside: Places, moves: Places, switch: Places) -> None:
        """Let each limit's bound act on the switch too: the search then sees at once how little a switch can hold."""
        for place, limit in enumerate(self.mandate.limits):
            side = limit.demands.upper if sign > 0 else -limit.demands.lower
            room = side[inside] - sign * center[inside]
            hit = np.flatnonzero(np.isfinite(room) & (room >= 0.0))
            if not len(hit):
                continue
            at = np.arange(len(hit))
            entries: list[tuple[Any, Any, Any]] = [
                (at, moves[hit], 1.0),
                (at, switch[hit], -room[hit]),
                (at, self.gone_columns[place], -1.0),
            ]
            entries += [(at, column, -moves_of) for column, moves_of in self._loosening(place, sign, inside[hit])]
            self.add(len(hit), entries, -np.inf, 0.0, place)

    def _add_count(self, place: int, switches: list[tuple[Places, Places]]) -> None:
        demands = self.mandate.limits[place].demands
        everyone = np.concatenate([switch for _, switch in switches])
        if np.isfinite(demands.max_count):
            entries: list[tuple[Any, Any, Any]] = [(0, everyone, 1.0), (0, self.gone_columns[place], -1.0)]
            entries += [(0, column, -knob.max_count) for column, knob in self._knobs_of[place]]
            self.add(1, entries, -np.inf, demands.max_count, place)
        if demands.min_count > 0.0:
            entries = [(0, everyone, 1.0), (0, self.gone_columns[place], 1.0)]
            entries += [(0, column, knob.min_count) for column, knob in self._knobs_of[place]]
            self.add(1, entries, demands.min_count, np.inf, place)
            for moves, switch in zip((moves for moves, _ in switches), (switch for _, switch in switches), strict=True):
                # A switch that is on must mean a weight, or the count would be of nothing.
                at = np.arange(len(moves))
                lit = [(at, moves, 1.0), (at, switch, -HELD_MIN_FRAC), (at, self.gone_columns[place], 1.0)]
                self.add(len(moves), lit, 0.0, np.inf, place)

    def bounds(
        self,
        kept: Collection[int],
        loose: Collection[int] = (),
        free: Collection[int] = (),
    ) -> tuple[Vector, Vector]:
        """Return bounds on all columns.

        Parameters
        ----------
        kept
            Limits that count; the others are left out.
        loose
            Knobs that may give way.
        free
            Limits among the kept ones that may be broken by any amount, at a price.

        """
        lower, upper = self.lower.copy(), self.upper.copy()
        gone = np.ones(len(self.gone_columns), dtype=bool)
        gone[list(kept)] = False
        gone[list(free)] = True
        upper[self.gone_columns[gone]] = np.inf
        net = 1.0
        for place, asked in self._nets:
            if place in kept:
                net = asked
        lower[self.sum_column] = upper[self.sum_column] = net
        for k in loose:
            place, knob = self.knobs[k]
            if place not in kept:
                continue
            upper[self.knob_columns[k]] = knob.most
        return lower, upper
