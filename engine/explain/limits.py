"""What does each binding limit cost, how far does that price hold, and what would loosening it give back?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.explain.piece import Piece
from engine.explain.result import LimitPrice
from engine.explain.rules import Rule, has_caps
from engine.explain.slide import Slide
from engine.explain.state import Solved, solve_under
from engine.explain.terms import Balance
from engine.explain.words import price_sentence
from engine.kernel.forms import ActiveRiskGoal, DiversificationGoal, Goal, RatioGoal, ReturnGoal, VarianceGoal, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.feasibility import find_obstacle
from engine.optimize.prices import Prices

SOLVED_MAX_COUNT = 20  # limits up to which each is moved and taken away, and the request solved again
SOLVED_ASSETS_MAX_COUNT = 100


def figure_of(goal: Goal) -> str:
    """Return what a goal is judged by, in words."""
    if isinstance(goal, VarianceGoal):
        return "volatility"
    if isinstance(goal, ActiveRiskGoal):
        return "tracking error"
    if isinstance(goal, DiversificationGoal):
        return "diversification ratio"
    if isinstance(goal, RatioGoal):
        return "Sharpe ratio"
    return "expected return" if isinstance(goal, ReturnGoal) else "utility"


def is_smaller_better(goal: Goal) -> bool:
    """Return whether the goal's figure is a risk."""
    return isinstance(goal, VarianceGoal | ActiveRiskGoal)


def slide_of(rule: Rule, piece: Piece) -> Slide:
    """Return the side of a rule as it moves along a stretch."""
    count = piece.count
    lower, upper, rows = np.zeros(count), np.zeros(count), np.zeros(len(piece.matrix))
    if rule.mask is not None:
        (upper if rule.is_upper else lower)[rule.mask] = 1.0
    else:
        rows[rule.row] = rule.factor
    return Slide(piece, (lower, upper), rows)


def limit_prices(
    solved: Solved, core: ConvexCore, balance: Balance, piece: Piece | None, rules: list[Rule]
) -> tuple[LimitPrice, ...]:
    """Return the price of every binding limit; none where the core states no prices."""
    if piece is not None:  # of several sets of multipliers the one that the ranges are about
        solved = replace(solved, answered=replace(solved.answered, answer=_refined(solved.answer, piece)))
    prices = core.prices(solved.goal, solved.answer)
    if prices is None:
        return ()
    is_small = len(rules) <= SOLVED_MAX_COUNT and len(solved.weights) <= SOLVED_ASSETS_MAX_COUNT
    priced = _Priced(solved, core, balance, piece, is_solving=is_small and not solved.is_chosen)
    return tuple(priced.of(rule, prices) for rule in rules)


def _refined(answer: ConvexAnswer, piece: Piece) -> ConvexAnswer:
    """Return the answer with the multipliers of its stretch; those of parts have no price."""
    assert answer.row_duals is not None
    assert answer.bound_duals is not None
    along = np.array([1.0, piece.tilt_of(piece.base), 0.0])
    rows, bounds = np.zeros(len(answer.row_duals)), np.zeros(len(answer.bound_duals))
    rows[: len(piece.matrix)] = piece.base.duals @ along
    is_at_bound = piece.sides.is_low | piece.sides.is_high | piece.sides.is_fixed
    bounds[: piece.count] = np.where(is_at_bound, piece.base.slopes @ along, 0.0)
    return replace(answer, row_duals=rows, bound_duals=bounds)


class _Priced:
    def __init__(
        self, solved: Solved, core: ConvexCore, balance: Balance, piece: Piece | None, *, is_solving: bool
    ) -> None:
        self.solved, self.core, self.balance, self.piece = solved, core, balance, piece
        self.is_solving = is_solving
        assert solved.answer.bound_duals is not None
        self.bounds = solved.answer.bound_duals
        self.sign = -1.0 if is_smaller_better(solved.goal) else 1.0
        self.now = core.score(solved.goal, balance.weights)

    def of(self, rule: Rule, prices: Prices) -> LimitPrice:
        slide = None if self.piece is None or self.piece.is_curved else slide_of(rule, self.piece)
        down, up = (0.0, 0.0) if slide is None else slide.reach()
        step = rule.step
        if slide is not None and down <= step <= up:
            gain: float | None = self._gain(self.core, slide.weights_at(step))
        else:
            gain = self._solved(rule.with_side(rule.side + step))
        removable = rule.is_upper or rule.mask is None or has_caps(self.core.limits)
        cost = self._solved(rule.with_side(np.inf if rule.is_upper else -np.inf)) if removable else None
        price = LimitPrice(
            name=rule.name,
            kind=rule.kind,
            scope=rule.scope,
            is_upper=rule.is_upper,
            side=rule.side,
            price=_price(rule, prices, self.bounds),
            return_price=self._return_price(rule),
            has_range=slide is not None,
            holds_from=None if slide is None or np.isinf(down) else rule.side + down,
            holds_to=None if slide is None or np.isinf(up) else rule.side + up,
            step_side=rule.side + step,
            figure_gain=gain,
            figure_cost=cost,
            sentence="",
        )
        figure = figure_of(self.solved.request.objective.compile())
        return price.model_copy(update={"sentence": price_sentence(price, figure)})

    def _gain(self, core: ConvexCore, weights: Vector) -> float:
        return self.sign * (core.score(self.solved.goal, weights) - self.now) + 0.0

    def _solved(self, limits: LimitSet) -> float | None:
        """Return by how much the figure is better under other limits; None where that is not known."""
        if not self.is_solving or find_obstacle(limits) is not None:
            return None
        core, goal, answered = solve_under(self.solved.request, self.solved.inputs, limits)
        weights = answered.answer.weights_frac
        if answered.answer.outcome != "solved" or weights is None:
            return None
        return self.sign * (core.score(goal, weights) - self.now) + 0.0

    def _return_price(self, rule: Rule) -> float | None:
        """Return the multiplier in units of expected annual return."""
        if self.balance.unit != "annual_return":
            return None
        answer = self.solved.answer
        assert answer.row_duals is not None
        assert answer.bound_duals is not None
        if rule.risk >= 0:
            dual = answer.risk_duals[rule.risk] / float(np.sqrt(self.core.variance_scale))
        elif rule.mask is not None:
            dual = _own(rule, answer.bound_duals, answer.bound_duals)
        else:
            dual = float(answer.row_duals[rule.row]) * rule.factor
        return dual * self.balance.scale


def _own(rule: Rule, amounts: Vector, duals: Vector) -> float:
    """Return the sum of amounts over the bounds that press on the rule's side; the other side is another rule."""
    assert rule.mask is not None
    pressed = duals[: len(rule.mask)] > 0.0 if rule.is_upper else duals[: len(rule.mask)] < 0.0
    return float(amounts[: len(rule.mask)][rule.mask & pressed].sum())


def _price(rule: Rule, prices: Prices, bounds: Vector) -> float:
    """Return the change of the figure for each unit by which the side moves up."""
    if rule.risk >= 0:
        return prices.risks[rule.risk]
    if rule.mask is not None:
        return _own(rule, prices.bounds, bounds)
    return float(prices.rows[rule.row]) * rule.factor
