"""What does a result say about whole lots: how many, what cash is left, and which limit they miss?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.kernel.forms import Goal, Vector
from engine.kernel.units import percent, percents
from engine.optimize.core import Core, WeightBox
from engine.optimize.inputs import Inputs
from engine.optimize.limit_lines import limit_lines, round_rows
from engine.optimize.lots import HELD_FRAC, LotAnswer, lot_sizes_frac, round_to_lots
from engine.optimize.rounding import RoundRow
from engine.result import LimitLine, LotLine, Lots

IN_NUMBERS = ("esg_floor", "beta", "factor_exposure", "holdings_count")
TANGENTS_MAX_COUNT = 6
MISSED = 1e-8


def lots_of(
    inputs: Inputs, core: Core, goal: Goal, box: WeightBox, weights: Vector, rows: Sequence[RoundRow]
) -> tuple[Lots | None, list[str]]:
    """Return whole lots near the weights, where the request asks for them, and a note where they miss a limit.

    Parameters
    ----------
    inputs, core, goal
        What was solved.
    box
        Bounds on the weights, of the sign that each weight has.
    weights
        The exact weights, shape (n,).
    rows
        What rounding must keep, curved limits by their tangents at the weights.

    """
    universe = inputs.universe
    if not core.limits.has_lots:
        return None, []
    sizes = lot_sizes_frac(universe)
    found, missed = _found(inputs, core, goal, _without_new(core, box, weights), weights, sizes, list(rows))
    shares = np.ones(universe.count) if universe.lot_sizes_shares is None else universe.lot_sizes_shares
    shares = np.where(np.isfinite(shares), shares, 1.0)
    tracking = inputs.estimates.volatility_annual_frac(found.weights_frac - weights)
    capital = universe.capital_money
    cash = found.cash_frac
    note = (
        f"Whole lots leave {percent(cash, 3)} of the capital in cash"
        if cash > -HELD_FRAC
        else f"Whole lots cost {percent(-cash, 3)} of the capital more than there is"
    ) + f" and stray from the exact weights by a tracking error of {_small(tracking)} a year."
    notes: list[str] = []
    if not found.is_inside:
        why = "" if missed is None else " " + _miss(missed)
        note += why
        notes = [
            f"Whole lots near the weights that keep every limit were looked for, and none was found.{why} More capital "
            "or smaller lots come nearer."
        ]
    return (
        Lots(
            lines=tuple(
                LotLine(
                    asset=asset,
                    lots_count=int(found.lots_count[place]),
                    shares_count=float(found.lots_count[place] * shares[place]),
                    weight_frac=float(found.weights_frac[place]),
                )
                for place, asset in enumerate(universe.assets)
            ),
            cash_frac=cash,
            cash_money=None if capital is None else cash * capital,
            tracking_error_annual_frac=tracking,
            is_inside=found.is_inside,
            note=note,
        ),
        notes,
    )


def _found(
    inputs: Inputs, core: Core, goal: Goal, box: WeightBox, weights: Vector, sizes: Vector, rows: list[RoundRow]
) -> tuple[LotAnswer, LimitLine | None]:
    """Return lots, and the limit that they miss most; curved limits get a tangent where lots pass them."""
    first: tuple[LotAnswer, LimitLine | None] | None = None
    before = np.zeros(0, dtype=np.int64)
    for _ in range(TANGENTS_MAX_COUNT):
        found = round_to_lots(weights, sizes, inputs.estimates, *box, core.limits.net_frac, rows)
        missed = _worst(limit_lines(core, goal, found.weights_frac))
        if missed is None and found.is_inside:
            return found, None
        is_stuck = first is not None and np.array_equal(found.lots_count, before)
        first, before = first or (found, missed), found.lots_count
        if is_stuck or not found.is_inside:
            break
        rows = [*rows, *round_rows(core, goal, found.weights_frac)]
    assert first is not None
    return replace(first[0], is_inside=False), first[1]


def _without_new(core: Core, box: WeightBox, weights: Vector) -> WeightBox:
    """Return the box with assets held at zero where a lot of them would be one holding more, or too small a one."""
    lower, upper = box
    limits = core.limits
    is_idle = weights == 0.0
    if limits.count is None:
        is_idle &= np.isin(np.arange(len(weights)), list(limits.split)) | (limits.minimum_frac > 0.0)
    return np.where(is_idle, 0.0, lower), np.where(is_idle, 0.0, upper)


def _worst(lines: Sequence[LimitLine]) -> LimitLine | None:
    """Return the limit that is missed by the largest share of its side; money left over is no miss."""
    missed = [
        line for line in lines if (line.value_frac - _side(line)) * _sign(line) > MISSED * max(1.0, abs(_side(line)))
    ]
    return max(missed, key=lambda line: abs(line.value_frac - _side(line)) / max(abs(_side(line)), 0.01), default=None)


def _sign(line: LimitLine) -> float:
    """Return 1 where the upper side is the nearer one to what is missed, -1 for the lower."""
    above = -np.inf if line.max_frac is None else line.value_frac - line.max_frac
    below = -np.inf if line.min_frac is None or line.kind == "budget" else line.min_frac - line.value_frac
    return 1.0 if above >= below else -1.0


def _side(line: LimitLine) -> float:
    side = line.max_frac if _sign(line) > 0.0 else line.min_frac
    return line.value_frac if side is None or line.slack_frac >= 0.0 else side


def _miss(line: LimitLine) -> str:
    """Return by how much a limit is missed: ``"Sector X is at 32%, 2 percentage points above its limit of 30%."``."""
    side = _side(line)
    word = "above" if line.value_frac > side else "below"
    away = abs(line.value_frac - side)
    if line.kind in IN_NUMBERS:
        return f"{line.name} is at {line.value_frac:,.6g}, {away:,.3g} {word} its limit of {side:,.6g}."
    value, limit = percents(line.value_frac, side)
    points = percent(away, max(2, len(value.partition(".")[2]) - 1)).removesuffix("%")
    unit = "percentage point" if points == "1" else "percentage points"
    return f"{line.name} is at {value}, {points} {unit} {word} its limit of {limit}."


def _small(value_frac: float) -> str:
    """Return a figure in percent; one that is not zero never reads so."""
    return "less than 0.001%" if 0.0 < value_frac < 1e-5 else percent(value_frac, 3)
