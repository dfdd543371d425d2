"""Which value has each limit at the answer, how much room is left, and what would it earn to move it?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import CountLimit, Estimates, Goal, ReturnGoal, TradingCosts, Vector
from engine.kernel.units import percent
from engine.optimize.compile import Interval, LimitSet
from engine.optimize.core import Core
from engine.optimize.lift import LiftedRows
from engine.optimize.prices import Prices
from engine.optimize.rounding import RoundRow
from engine.optimize.tail_measures import tail_cut
from engine.result import LimitLine

BINDING_FRAC = 5e-7
BINDING_RISK_FRAC = 1e-6  # curved limits are met to the solver's tolerance
LINE_DIGITS = 14

Fields = dict[str, Any]
ZERO: Interval = (0.0, 0.0)


class Shown(Protocol):
    """What the lines are read from; every core has it."""

    @property
    def estimates(self) -> Estimates:
        """The figures solved on."""
        ...

    @property
    def limits(self) -> LimitSet:
        """All limits."""
        ...

    @property
    def lifted(self) -> LiftedRows:
        """The limits as rows on x = (w, t)."""
        ...

    @property
    def costs(self) -> TradingCosts | None:
        """Trading costs, or None."""
        ...

    @property
    def risk_free_annual_frac(self) -> float:
        """What cash earns."""
        ...


def limit_lines(core: Shown, goal: Goal, weights: Vector, prices: Prices | None = None) -> tuple[LimitLine, ...]:
    """Return every limit by name with its value, its sides as they were set, its slack, price and whether it binds.

    The sides are those of the request, never those of the branch in which a search for whole positions found the
    answer. A position that may be zero or at least a minimum has that minimum as its lower side; at zero it keeps the
    limit without touching either side, so it does not bind, and its slack is the way to the nearer side.

    Parameters
    ----------
    core
        Estimates and limits.
    goal
        A target return or a volatility ceiling is listed as a limit too.
    weights
        Final weights, shape (n,).
    prices
        What each limit costs, where that is known.

    """
    limits, rows = core.limits, core.lifted
    price = _PriceOf(prices)
    lines = [
        _line("Budget", "budget", "portfolio", float(weights.sum()), limits.net_frac, limits.net_frac, price.row(0))
    ]
    first = rows.FIRST_ROW
    values = (rows.matrix[first : first + len(limits.rows), : len(weights)] @ weights).tolist()
    for at, row, value in zip(range(first, first + len(limits.rows)), limits.rows, values, strict=True):
        low = None if row.lower_frac == -math.inf else row.lower_frac
        high = None if row.upper_frac == math.inf else row.upper_frac
        cost = price.row(at)
        near = BINDING_FRAC * max(1.0, float(np.abs(row.coefficients).max(initial=0.0)))  # in the row's own unit
        if row.average is not None:
            value, low, high, cost = _as_average(row.average, value, low, high, cost, limits.net_frac)
            near /= abs(limits.net_frac) or 1.0
        lines.append(_line(row.name, row.kind, row.scope, value, low, high, cost, near))
    for at, absolute in enumerate(limits.absolute_rows, rows.first_absolute):
        value = float(absolute.coefficients @ np.abs(weights - absolute.center_frac))
        lines.append(
            _line(absolute.name, absolute.kind, absolute.scope, value, None, absolute.upper_frac, price.row(at))
        )
    lines += _budget_lines(core, weights, price)
    for number, risk in enumerate(limits.risks):
        value = core.estimates.volatility_annual_frac(weights - risk.center_frac)
        side = risk.upper_annual_frac
        lines.append(_line(risk.name, risk.kind, risk.scope, value, None, side, price.risk(number), BINDING_RISK_FRAC))
    for number, tail in enumerate(limits.tails):
        assert core.estimates.history_frac is not None
        value = tail_cut(tail.tail, tail.level, core.estimates.history_frac, weights)[0]
        side = tail.upper_frac
        lines.append(
            _line(tail.name, tail.kind, tail.scope, float(value), None, side, price.tail(number), BINDING_RISK_FRAC)
        )
    lines += _goal_lines(core, goal, weights, price)
    if limits.count is not None:
        lines.append(_holdings(limits.count, int(np.count_nonzero(weights))))
    return LimitLine.trusted([*lines, *_positions(core.limits, weights, price)])


def _as_average(
    side: float, value: float, low: float | None, high: float | None, price: float | None, net_frac: float
) -> tuple[float, float | None, float | None, float | None]:
    """Return value, sides and price of a row measured from the side of an average, in units of that average."""
    return (
        side + (value / net_frac if net_frac else value),
        None if low is None else side,
        None if high is None else side,
        None if price is None else price * net_frac,
    )


class _PriceOf:
    """Looks a price up; None where there is none."""

    def __init__(self, prices: Prices | None) -> None:
        self._prices = prices

    def row(self, at: int) -> float | None:
        return None if self._prices is None or at < 0 else float(self._prices.rows[at])

    def bound(self, place: int) -> float | None:
        return None if self._prices is None else float(self._prices.bounds[place])

    def bounds(self, binding: NDArray[np.bool_]) -> list[float | None]:
        """Return the prices of all bounds on the weights, 0 where none binds."""
        if self._prices is None:
            return [None] * len(binding)
        return [*np.where(binding, self._prices.bounds[: len(binding)], 0.0).tolist()]

    def risk(self, number: int) -> float | None:
        return None if self._prices is None or not self._prices.risks else self._prices.risks[number]

    def tail(self, number: int) -> float | None:
        return None if self._prices is None or not self._prices.tails else self._prices.tails[number]

    @property
    def goal_side(self) -> float | None:
        return None if self._prices is None else self._prices.goal_side


def _budget_lines(core: Shown, weights: Vector, price: _PriceOf) -> list[Fields]:
    limits, rows = core.limits, core.lifted
    lines: list[Fields] = []
    if limits.short_budget is not None:
        gross, short = float(np.abs(weights).sum()), float(np.maximum(-weights, 0.0).sum())
        budget = limits.short_budget
        if budget.gross_max_frac is not None:
            side = budget.gross_max_frac
            lines.append(_line("Gross exposure", "long_short", "portfolio", gross, None, side, price.row(rows.gross)))
        if budget.short_max_frac is not None:
            side, at = budget.short_max_frac, rows.shorts_together
            lines.append(_line("Short positions together", "long_short", "portfolio", short, None, side, price.row(at)))
    held = np.abs(weights[(limits.minimum_frac > 0.0) & (weights != 0.0)])
    if held.size:
        least = float(limits.minimum_frac.max())
        name = f"Zero or at least {percent(least)}"
        lines.append(_line(name, "min_holding", "every position", float(held.min()), least, None))
    return lines


def _goal_lines(core: Shown, goal: Goal, weights: Vector, price: _PriceOf) -> list[Fields]:
    floor = getattr(goal, "return_min_annual_frac", None)
    if floor is not None:
        spent = 0.0 if core.costs is None else core.costs.annual_frac(weights)
        value = float(core.estimates.returns_annual_frac @ weights) - spent
        value += core.risk_free_annual_frac * (1.0 - float(weights.sum()))
        name = "Expected return" if core.costs is None else "Expected return after costs"
        return [_line(name, "target_return", "portfolio", value, floor, None, price.row(core.lifted.RETURN_FLOOR))]
    if isinstance(goal, ReturnGoal):
        value = core.estimates.volatility_annual_frac(weights)
        side = goal.volatility_max_annual_frac
        return [_line("Volatility", "volatility", "portfolio", value, None, side, price.goal_side)]
    return []


def _holdings(limit: CountLimit, held_count: int) -> Fields:
    """Return the line on the number of holdings; its figures are counts, not fractions."""
    low = None if limit.min_count is None else float(limit.min_count)
    high = None if limit.max_count is None else float(limit.max_count)
    return _line("Number of holdings", "holdings_count", "portfolio", float(held_count), low, high)


def _positions(limits: LimitSet, weights: Vector, price: _PriceOf) -> list[Fields]:
    """Return one line an asset; assets with a single interval all at once."""
    low, high = limits.lower_frac, limits.upper_frac
    values = weights.round(LINE_DIGITS)
    slack = np.minimum(values - low, high - values).round(LINE_DIGITS) + 0.0
    binding = slack <= BINDING_FRAC
    prices = price.bounds(binding)
    rows = [
        {
            "name": f"Position of {asset}",
            "kind": "position_bounds",
            "scope": asset,
            "value_frac": value,
            "min_frac": least,
            "max_frac": most,
            "slack_frac": room,
            "is_binding": is_binding,
            "price": tag,
            "gave_way_frac": None,
        }
        for asset, value, least, most, room, is_binding, tag in zip(
            limits.universe.assets,
            values.tolist(),
            low.tolist(),
            high.tolist(),
            slack.tolist(),
            binding.tolist(),
            prices,
            strict=True,
        )
    ]
    for place, pieces in limits.split.items():
        asset = limits.universe.assets[place]
        rows[place] = _split_position(asset, float(weights[place]), pieces, price.bound(place))
    return rows


def _split_position(asset: str, weight: float, pieces: Sequence[Interval], price: float | None) -> Fields:
    """Return the line of a position that has several intervals; `pieces` are all values that the request allows it."""
    sized = [piece for piece in pieces if piece != ZERO] or [ZERO]
    low, high = sized[0][0], sized[-1][1]
    may_be_zero = len(sized) < len(pieces)
    name = f"Position of {asset}, if held" if may_be_zero else f"Position of {asset}"
    if may_be_zero and weight == 0.0:
        room = min(abs(end) for piece in sized for end in piece)
        return {
            "name": name,
            "kind": "position_bounds",
            "scope": asset,
            "value_frac": weight,
            "min_frac": low,
            "max_frac": high,
            "slack_frac": round(room, LINE_DIGITS),
            "is_binding": False,
            "price": None,
            "gave_way_frac": None,
        }
    room = max(min(weight - start, end - weight) for start, end in sized)
    return _line(name, "position_bounds", asset, weight, low, high, price, room=room)


def _line(
    name: str,
    kind: str,
    scope: str,
    value: float,
    low: float | None,
    high: float | None,
    price: float | None = None,
    binding_frac: float = BINDING_FRAC,
    *,
    room: float | None = None,
) -> Fields:
    """Return a line; `room` is given where the sides are not all that the value must keep."""
    value = round(value, LINE_DIGITS)  # sums of multiples of 1e-8 show without the noise of binary fractions
    gaps = [value - low] if low is not None else []
    gaps += [high - value] if high is not None else []
    gaps = gaps if room is None else [room]
    slack = round(min(gaps), LINE_DIGITS) + 0.0 if gaps else 0.0
    return {
        "name": name,
        "kind": kind,
        "scope": scope,
        "value_frac": value,
        "min_frac": None if low is None else float(low),
        "max_frac": None if high is None else float(high),
        "slack_frac": slack,
        "is_binding": slack <= binding_frac,
        "price": price if slack <= binding_frac else None if price is None else 0.0,
        "gave_way_frac": None,
    }


def round_rows(core: Core, goal: Goal, weights: Vector) -> list[RoundRow]:
    """Return the limits that rounding must keep: absolute sums as they are, curved ones as their tangent."""
    limits = core.limits
    rows = [RoundRow(row.coefficients, row.lower_frac, row.upper_frac) for row in limits.rows]
    for absolute in limits.absolute_rows:
        sizes, center = absolute.coefficients, absolute.center_frac
        rows.append(RoundRow(np.zeros(len(weights)), -np.inf, absolute.upper_frac, sizes, center))
    budget = limits.short_budget
    if budget is not None:
        nothing, whole = np.zeros(len(weights)), np.ones(len(weights))
        if budget.gross_max_frac is not None:
            rows.append(RoundRow(nothing, -np.inf, budget.gross_max_frac, whole))
        if budget.short_max_frac is not None:
            rows.append(RoundRow(-0.5 * whole, -np.inf, budget.short_max_frac, 0.5 * whole))
    floor = getattr(goal, "return_min_annual_frac", None)
    if floor is not None:
        slope = core.estimates.returns_annual_frac - core.risk_free_annual_frac
        rows.append(_floor_row(slope, floor - core.risk_free_annual_frac, core.costs, weights))
    estimates = core.estimates
    ceilings = [(risk.center_frac, risk.upper_annual_frac) for risk in limits.risks]
    if isinstance(goal, ReturnGoal):
        ceilings.append((np.zeros(len(weights)), goal.volatility_max_annual_frac))
    for center, upper in ceilings:
        away = weights - center
        risk_annual_frac = estimates.volatility_annual_frac(away)
        if risk_annual_frac > 0.0:
            slope = estimates.covariance_times(away) / risk_annual_frac
            rows.append(RoundRow(slope, -np.inf, upper + float(slope @ center) - 1e-15))
    return rows


def _floor_row(excess: Vector, floor_frac: float, costs: TradingCosts | None, weights: Vector) -> RoundRow:
    """Return a floor on the excess return after costs; market impact by its tangent in the size of each trade."""
    if costs is None:
        return RoundRow(excess, floor_frac, np.inf)
    roots = np.sqrt(np.abs(weights - costs.center_frac))
    rates = costs.rates_annual_frac + 1.5 * costs.impacts_annual_frac * roots
    constant = 0.5 * float(costs.impacts_annual_frac @ roots**3)
    return RoundRow(-excess, -np.inf, constant - floor_frac, rates, costs.center_frac)
