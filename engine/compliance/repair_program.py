"""Which program finds the smallest, or the cheapest, trades after which rules hold?

Variables are purchases and sales of each of m positions, over today's net assets, and whole ones where rules need
them: whether a position is held, and which units of a choice are free. With z = buy - sell and cash paying for it all:

    minimize    price'(buy + sell)
    subject to  coefficients'(x + z, cash after costs) <= upper      for every row of every rule
                nothing, or at least some weight                    by whether a position is held
                free units count, others keep within their guards   by which units are free

The cash that costs take is in every row: weights are those of net assets after costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.compliance.bounds import Vector
from engine.compliance.linear import ChoiceRule, CountRule, CurvedRule, LeastRule, LinearRow, LinearRule, NotLinear
from engine.optimize.linear import LpAnswer, solve_linear

HELD_LEAST_FRAC = 1e-4
FREE = 1e-7
BUNCH_COUNT = 5
Parts = LinearRule | NotLinear


@dataclass(frozen=True, eq=False)
class Demand:
    """What one rule demands of the portfolio after the trades: what it is, and its rows where it has any.

    `rows` stand for a linear rule with its limits as they are to hold, for the cuts of a sum of squares, or for one
    choice that is not looked at again. What is only to be no worse than now is looked at before costs
    (`is_before_costs`): costs make every weight grow by a little, which no trade is to make up for.
    """

    title: str
    kept: Parts
    rows: tuple[LinearRow, ...] = ()
    is_before_costs: bool = False


@dataclass(frozen=True, eq=False)
class TradeProgram:
    """The figures of the program.

    Parameters
    ----------
    x
        Shape (n,), what is held over net assets, cash first.
    costs_frac
        Shape (n,), cost of a trade over its size.
    buy_max_frac, sell_max_frac
        Shape (n,), most that may be traded; those of cash are not looked at.
    demands
        Of the rules that are to hold.
    cash_min_frac, cash_max_frac
        Bounds of cash afterwards.
    traded_max_frac
        Most that all purchases and sales come to together.
    lots_frac
        Shape (n,), what one lot is worth: trades are whole ones; None where they need not be.

    """

    x: Vector
    costs_frac: Vector
    buy_max_frac: Vector
    sell_max_frac: Vector
    demands: tuple[Demand, ...]
    cash_min_frac: float = 0.0
    cash_max_frac: float = np.inf
    traded_max_frac: float = np.inf
    lots_frac: Vector | None = None

    def solve(self, prices: Vector, *, is_relaxed: bool = False) -> tuple[LpAnswer, Vector]:
        """Return the answer and the trades, shape (n,) with 0 for cash.

        `prices` is what a unit traded counts; relaxed, what is whole may be anything between.
        """
        built = _Rows(self, is_relaxed)
        each = prices[1:] * built.lots
        cost = np.concatenate([each, each, np.zeros(built.width - 2 * built.count)])
        answer = built.solve(cost)
        trades = np.zeros(len(self.x))
        if answer.outcome == "solved":
            count = built.count
            trades[1:] = (answer.x[:count] - answer.x[count : 2 * count]) * built.lots
            trades[np.abs(trades) < 1e-11] = 0.0
        return answer, trades

    def without(self, left_out: set[int]) -> TradeProgram:
        """Return the program without some demands, by their places."""
        kept = tuple(one for place, one in enumerate(self.demands) if place not in left_out)
        return replace(self, demands=kept)

    def held_after(self, trades: Vector, *, is_before_costs: bool = False) -> Vector:
        """Return what is held after trades and their costs, over net assets before them."""
        after = self.x + trades
        after[0] -= trades.sum() + (0.0 if is_before_costs else float(self.costs_frac @ np.abs(trades)))
        return after

    def untraded(self, place: int) -> TradeProgram:
        """Return the program in which one position is not traded."""
        buy, sell = self.buy_max_frac.copy(), self.sell_max_frac.copy()
        buy[place] = sell[place] = 0.0
        return replace(self, buy_max_frac=buy, sell_max_frac=sell)


@dataclass(eq=False)
class _Rows:
    """Rows over (buy, sell, whole ones, sizes of units) as they are gathered."""

    program: TradeProgram
    is_relaxed: bool = False
    rows: list[Vector] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    extra: list[tuple[float, bool]] = field(default_factory=list)
    late: list[list[tuple[int, float]]] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)
    is_before_costs: bool = False

    def __post_init__(self) -> None:
        program = self.program
        cash = np.zeros(len(program.x))
        cash[0] = 1.0
        if np.isfinite(program.cash_max_frac):
            self.add(cash, program.cash_max_frac)
        self.add(-cash, -program.cash_min_frac)
        if np.isfinite(program.traded_max_frac):
            self.rows.append(np.ones(2 * self.count))
            self.upper.append(program.traded_max_frac)
            self.late.append([])
        for demand in program.demands:
            self.is_before_costs = demand.is_before_costs
            self._demand(demand)

    @property
    def count(self) -> int:
        """How many positions may be traded."""
        return len(self.program.x) - 1

    @property
    def lots(self) -> Vector:
        """What one unit of purchases and sales is, shape (n - 1,): a lot where trades are whole ones."""
        found = self.program.lots_frac
        return np.ones(self.count) if found is None else found[1:]

    @property
    def width(self) -> int:
        """How many variables there are."""
        return 2 * self.count + len(self.extra)

    def add(self, coefficients: Vector, upper: float, late: Sequence[tuple[int, float]] = ()) -> None:
        """Add ``coefficients @ (what is held after) + late <= upper``; `late` are further variables by place."""
        costs, x = self.program.costs_frac[1:] * (not self.is_before_costs), self.program.x
        rest, cash = coefficients[1:], coefficients[0]
        self.rows.append(np.concatenate([rest - cash * (1.0 + costs), -rest + cash * (1.0 - costs)]))
        self.upper.append(upper - float(coefficients @ x))
        self.late.append(list(late))

    def solve(self, cost: Vector) -> LpAnswer:
        """Solve, and once more with what is whole held fast: a whole number that is nearly one loosens a row."""
        program, count = self.program, self.count
        matrix = np.zeros((len(self.rows), self.width))
        lots = np.concatenate([self.lots, self.lots])
        for place, (row, late) in enumerate(zip(self.rows, self.late, strict=True)):
            matrix[place, : 2 * count] = row * lots
            for at, value in late:
                matrix[place, 2 * count + at] += value
        low = np.zeros(self.width)
        high = np.concatenate([program.buy_max_frac[1:], program.sell_max_frac[1:], [most for most, _ in self.extra]])
        has_lots = program.lots_frac is not None
        if has_lots:
            high[: 2 * count] = np.floor(high[: 2 * count] / lots + 1e-9)
        whole = np.array(
            [has_lots and not self.is_relaxed] * 2 * count
            + [is_whole and not self.is_relaxed for _, is_whole in self.extra]
        )
        bounds = np.full(len(self.rows), -np.inf), np.array(self.upper)
        if not bool(whole.any()):
            return solve_linear(cost, matrix, *bounds, low, high)
        answer = solve_linear(cost, matrix, *bounds, low, high, whole)
        if answer.outcome != "solved":
            return answer
        fixed = np.rint(answer.x[whole])
        low[whole], high[whole] = fixed, fixed
        return solve_linear(cost, matrix, *bounds, low, high)

    def _new(self, most: float, *, is_whole: bool) -> int:
        self.extra.append((most, is_whole))
        return len(self.extra) - 1

    def _demand(self, demand: Demand) -> None:
        for row in demand.rows:
            self.add(row.coefficients, row.upper)
        match demand.kept:
            case LinearRule(nothing=nothing) if bool(nothing.any()):
                for place in np.flatnonzero(nothing).tolist():
                    self._size(place, 0.0)
            case LeastRule(mask=mask, least_frac=least):
                for place in np.flatnonzero(mask).tolist():
                    if place:
                        self._least(place, least)
            case CountRule():
                self._counted(demand.kept)
            case ChoiceRule() if not demand.rows:
                self._chosen(demand.kept)
            case CurvedRule(shape="top"):
                self._topped(demand.kept)

    def _size(self, place: int, most: float) -> None:
        one = np.zeros(len(self.program.x))
        one[place] = 1.0 if self.program.x[place] >= 0.0 else -1.0
        self.add(one, most)

    def _is_held(self, place: int) -> int:
        """Return the whole variable that says whether a position is held."""
        if place not in self.held:
            self.held[place] = self._new(1.0, is_whole=True)
            one = np.zeros(len(self.program.x))
            one[place] = 1.0 if self.program.x[place] >= 0.0 else -1.0
            most = max(1.0, abs(float(self.program.x[place])))
            self.add(one, 0.0, [(self.held[place], -most)])
        return self.held[place]

    def _least(self, place: int, least: float) -> None:
        held = self._is_held(place)
        one = np.zeros(len(self.program.x))
        one[place] = -1.0 if self.program.x[place] >= 0.0 else 1.0
        self.add(one, 0.0, [(held, least)])

    def _counted(self, kept: CountRule) -> None:
        places = [place for place in np.flatnonzero(kept.mask).tolist() if place]
        held = [self._is_held(place) for place in places]
        nothing = np.zeros(len(self.program.x))
        if kept.max_count is not None:
            self.add(nothing, float(kept.max_count), [(at, 1.0) for at in held])
        if kept.min_count is not None:
            self.add(nothing, -float(kept.min_count), [(at, -1.0) for at in held])
            for place in places:
                self._least(place, HELD_LEAST_FRAC)

    def _topped(self, kept: CurvedRule) -> None:
        """Add the k greatest figures together: k times a level, and what lies above it (Rockafellar and Uryasev)."""
        level = self._new(np.inf, is_whole=False)
        above = []
        for place in np.flatnonzero(kept.mask).tolist():
            part = np.asarray(kept.most[[place]].todense()).ravel()
            if bool(part.any()):
                above.append((self._new(np.inf, is_whole=False), 1.0))
                self.add(part, 0.0, [(level, -1.0), (above[-1][0], -1.0)])
        total = np.zeros(len(self.program.x)) if kept.whole is None else -kept.limit * kept.whole
        side = kept.limit if kept.whole is None else 0.0
        self.add(total, side, [(level, float(kept.most_count)), *above])

    def _chosen(self, kept: ChoiceRule) -> None:
        """Add a choice: whole variables say which units are free, further ones how much each counts."""
        sizes, adds = [], kept.add
        total = kept.sign * (kept.fixed if kept.whole is None else kept.fixed - kept.limit * kept.whole)
        for unit in kept.units:
            free = self._new(1.0, is_whole=True)
            guards = unit.guards(self.program.x) if unit.options else ()
            if not unit.options:
                self.add(np.zeros(len(self.program.x)), -1.0, [(free, -1.0)])
            for row in guards:
                coefficients = row.coefficients
                most = max(float(coefficients.max(initial=0.0)), 0.0) * max(1.0, float(np.abs(self.program.x).sum()))
                self.add(coefficients, row.upper, [(free, -(most - row.upper + FREE))])
            if not bool(unit.part.any()):
                sizes.append((free, kept.sign * (unit.add if kept.sign > 0.0 else -unit.add)))
                adds += 0.0 if kept.sign > 0.0 else unit.add
                continue
            largest = float(unit.part.max()) * max(1.0, float(np.abs(self.program.x).sum()))
            size = self._new(largest, is_whole=False)
            if kept.sign > 0.0:
                self.add(unit.part, largest, [(size, -1.0), (free, largest)])
            else:
                self.add(-unit.part, 0.0, [(size, 1.0)])
                self.add(np.zeros(len(self.program.x)), largest, [(size, 1.0), (free, largest)])
            sizes.append((size, kept.sign))
        side = 0.0 if kept.whole is not None else kept.limit
        self.add(total, kept.sign * (side - adds), sizes)


def clashing(program: TradeProgram) -> tuple[int, ...]:
    """Return the places of demands that cannot be met together, each of which is needed for that.

    Where they can while what is whole may be anything between, whole ones are looked at too.
    """
    is_relaxed = not is_possible(program)
    left_out: set[int] = set()
    for size in (BUNCH_COUNT, 1):  # many at once first: each look at whole ones takes a while
        rest = [place for place in range(len(program.demands)) if place not in left_out]
        for start in range(0, len(rest), size):
            bunch = set(rest[start : start + size])
            if not is_possible(program.without(left_out | bunch), is_relaxed=is_relaxed):
                left_out |= bunch
    return tuple(place for place in range(len(program.demands)) if place not in left_out)


def is_possible(program: TradeProgram, *, is_relaxed: bool = True) -> bool:
    """Return whether any trades meet the demands; relaxed, what is whole may be anything between."""
    return program.solve(np.ones(len(program.x)), is_relaxed=is_relaxed)[0].outcome == "solved"
