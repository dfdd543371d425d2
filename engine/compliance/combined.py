"""Which choices can hold together, where one rule after the other led to none?

All rules that are rows, and all choices of what is kept within its guards, as one program with a whole variable for
each guard: the point nearest to a given one, by the sum of the distances. Counts and most limits of the request are
left out, and curves but for the rows that they have so far, so that an answer still has to be solved for; where there
is no point at all, no choice leads anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.compliance.bounds import Vector
from engine.compliance.limit import on_weights
from engine.compliance.linear import ChoiceRule, Kept, LinearRow, LinearRule
from engine.optimize.linear import solve_linear

SIZE_MAX_COUNT = 400
ROOM = 1e-6


@dataclass(eq=False)
class _Program:
    """Rows over the weights of m assets, and over variables that are added beside them."""

    places: np.ndarray
    lower: list[float]
    upper: list[float]
    rows: list[tuple[dict[int, float], float]] = field(default_factory=list)
    whole: set[int] = field(default_factory=set)

    def add(self, most: float, *, is_whole: bool = False) -> int:
        """Return the place of a new variable from 0 to `most`."""
        self.lower.append(0.0)
        self.upper.append(most)
        if is_whole:
            self.whole.add(len(self.upper) - 1)
        return len(self.upper) - 1

    def at_most(self, weights: Vector, others: dict[int, float], upper: float) -> None:
        """Add a row; `weights` are its coefficients of the assets."""
        row = {place: float(weights[place]) for place in np.flatnonzero(weights).tolist()}
        self.rows.append(({**row, **others}, upper))

    def row(self, one: LinearRow, switch: int | None = None) -> None:
        """Add a row that holds, or holds while a switch is on."""
        weights, upper = on_weights(one, self.places)
        size = 0.0 if switch is None else float(np.abs(weights).max(initial=0.0)) + abs(upper) + ROOM
        self.at_most(weights, {} if switch is None else {switch: size}, upper + size)

    def amount(self, part: Vector, add: float) -> tuple[Vector, float]:
        """Return what part of holdings amounts to, over the weights and beside them; the assets leave the cash."""
        return part[self.places] - part[0], float(part[0]) + add


def combined(
    rules: Sequence[Kept],
    cuts: Sequence[LinearRow],
    places: np.ndarray,
    upper: Vector,
    net_frac: float,
    near: Vector,
) -> tuple[Vector, list[set[int] | None]] | None:
    """Return holdings that keep every choice with the rows beside it, and what of each choice is free.

    Parameters
    ----------
    rules
        Those that bind; all positions are long or nothing.
    cuts
        Rows of curves, as far as there are any.
    places
        Shape (m,), the places of the assets in the state.
    upper
        Shape (m,), the most of each.
    net_frac
        How much is invested.
    near
        Shape (m,), weights that the answer is to be near to.

    Returns
    -------
    tuple or None
        Shape (m,), and for each rule the places of its units that are free, None for rules that are no choice. None
        where there is no such portfolio, or where the search is too long.

    """
    count = len(places)
    if count > SIZE_MAX_COUNT:
        return None
    program = _Program(places, [0.0] * count, upper.tolist())
    for kept in rules:
        if isinstance(kept, LinearRule):
            for place in np.flatnonzero(kept.nothing[places]).tolist():
                program.upper[place] = 0.0
            for row in kept.rows:
                program.row(row)
    for row in cuts:
        program.row(row)
    switches = [_choice(program, kept) if isinstance(kept, ChoiceRule) else None for kept in rules]
    apart = [program.add(np.inf) for _ in range(count)]
    for place, (one, side) in enumerate(zip(apart, np.eye(count), strict=True)):
        program.at_most(side, {one: -1.0}, float(near[place]))
        program.at_most(-side, {one: -1.0}, -float(near[place]))
    found = _solved(program, apart, net_frac)
    if found is None:
        return None
    free = [None if one is None else {n for n, on in enumerate(one) if not any(found[k] > 0.5 for k in on)}
            for one in switches]  # fmt: skip
    return found[:count], free


def _choice(program: _Program, kept: ChoiceRule) -> list[list[int]]:
    """Add a choice; return the switches of the ways in which each of its units is kept within guards."""
    switches: list[list[int]] = []
    total, beside = program.amount(kept.fixed, kept.add)
    others: dict[int, float] = {}
    for unit in kept.units:
        on = []
        for option in unit.options:
            on.append(program.add(1.0, is_whole=True))
            for row in option:
                program.row(row, on[-1])
        switches.append(on)
        weights, add = program.amount(unit.part, unit.add)
        size = float(np.abs(unit.part).max(initial=0.0)) + abs(unit.add) + ROOM
        counted = program.add(size)
        others[counted] = kept.sign
        if kept.sign > 0.0:  # counts unless it is kept within its guards
            program.at_most(weights, {counted: -1.0, **dict.fromkeys(on, -size)}, -add)
        else:  # counts only while it is
            program.at_most(-weights, {counted: 1.0}, add)
            program.at_most(np.zeros(len(weights)), {counted: 1.0, **dict.fromkeys(on, -size)}, 0.0)
    whole, rest = program.amount(np.zeros(len(kept.fixed)) if kept.whole is None else kept.whole, 0.0)
    rest = 1.0 if kept.whole is None else rest
    weights = kept.sign * (total - kept.limit * whole)
    program.at_most(weights, others, kept.sign * (kept.limit * rest - beside))
    return switches


def _solved(program: _Program, apart: Sequence[int], net_frac: float) -> Vector | None:
    size, count = len(program.upper), len(program.places)
    matrix = np.zeros((len(program.rows) + 1, size))
    for place, (row, _) in enumerate(program.rows):
        for column, value in row.items():
            matrix[place, column] = value
    matrix[-1, :count] = 1.0
    most = np.array([*(upper for _, upper in program.rows), net_frac])
    least = np.array([*(-np.inf for _ in program.rows), net_frac])
    cost = np.zeros(size)
    cost[list(apart)] = 1.0
    whole = np.zeros(size, dtype=bool)
    whole[list(program.whole)] = True
    answer = solve_linear(cost, matrix, least, most, np.array(program.lower), np.array(program.upper), whole)
    return answer.x if answer.outcome == "solved" else None
