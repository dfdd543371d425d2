"""How are ceilings on tail measures kept, whatever the goal and the solver?

A tail measure is convex in the weights, so at any portfolio its tangent lies below it: each portfolio that breaks a
ceiling gives a linear row that it breaks and that no allowed portfolio does (Kelley 1960). Rows are added until the
ceiling holds; the rows that bind at the end carry the ceiling's price. A risk ceiling can be kept the same way by
solvers that know linear limits only.

Rows aim a little below a ceiling on risk (`MARGIN` of it), so that a finite number of them brings the risk under it.
Where that leaves nothing, they aim as far above it as a ceiling still counts as met (`REACHED`); and where ceilings on
risk leave one portfolio only, that is the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.kernel.forms import Estimates, Goal, RiskLimit, Row, TailGoal, TailLimit, TradingCosts, Vector
from engine.kernel.size import risk_of
from engine.optimize.compile import LimitSet
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import REACHED, ConvexAnswer
from engine.optimize.core import Core, WeightBox
from engine.optimize.lift import LiftedRows
from engine.optimize.prices import Prices
from engine.optimize.room import Ceiling, Room, SoleAnswer, least_room, sole_answer, sole_residuals
from engine.optimize.tail_measures import tail_cut, tail_value
from engine.result import KktResiduals

CUTS_MAX_COUNT = 400
HELD = 1e-9  # a ceiling on CVaR or drawdowns, whose tangents are exact where it binds
KEPT = 1e-9  # of a ceiling: what is passed by more has to be looked at
MARGIN = 1e-9
LEAST_SCALE = 1e-3
THIN = 1e-3
RISK_CUTS_MAX_COUNT = 100  # tangents at the edge of a risk ceiling close in fast, or not at all
CUT_KIND = "cut"

MakeCore = Callable[[LimitSet], Core]
Curved = TailLimit | RiskLimit


class CutCore:
    """Another core, whose curved limits are kept by cuts.

    Parameters
    ----------
    limits
        All limits.
    curved
        Those of them that the other core does not know.
    make
        Makes the other core for limits without them, and with more rows.

    """

    def __init__(self, limits: LimitSet, curved: tuple[Curved, ...], make: MakeCore) -> None:
        self.limits, self._watched, self._make = limits, curved, make
        kept = [risk for risk in limits.risks if risk not in curved]
        self._base = replace(limits, tails=(), risks=tuple(kept))
        self._cuts: list[tuple[int, Row]] = []
        self._inner = make(self._base)
        self._iterations_count = 0
        self._aim = -MARGIN
        self._plain: ConvexCore | None = None
        self._inside: Vector | None = None

    @property
    def estimates(self) -> Estimates:
        """The figures solved on."""
        return self._inner.estimates

    @property
    def costs(self) -> TradingCosts | None:
        """Trading costs, or None."""
        return self._inner.costs

    @property
    def risk_free_annual_frac(self) -> float:
        """The risk-free rate."""
        return self._inner.risk_free_annual_frac

    @property
    def lifted(self) -> LiftedRows:
        """The rows with all cuts so far."""
        return self._inner.lifted

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        return self._iterations_count + self._inner.iterations_count

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the figure that a goal is judged by."""
        return self._inner.score(goal, weights)

    def solve(self, goal: Goal, box: WeightBox | None = None) -> ConvexAnswer:
        """Return the best weights for a goal within bounds on x = (w, t), every ceiling kept."""
        answer = self._solved(goal, box)
        weights = answer.weights_frac
        if weights is None or all(self._tail_share(tail, weights) <= 1.0 + KEPT for tail in self.limits.tails):
            return answer
        calm = self._calm(
            None, box, getattr(goal, "return_min_annual_frac", None)
        )  # a solver's tolerance is no room: is there a portfolio at all?
        return replace(calm, chain=answer.chain) if calm.outcome == "infeasible" else answer

    def _tail_share(self, tail: TailLimit, weights: Vector) -> float:
        """Return the measure of the weights as a share of its ceiling; one where the ceiling is not above zero."""
        if tail.upper_frac <= 0.0:
            return 1.0
        assert self.estimates.history_frac is not None
        return tail_value(tail.tail, tail.level, self.estimates.history_frac, weights) / tail.upper_frac

    def _calm(self, room: Room | None, box: WeightBox | None, floor: float | None = None) -> ConvexAnswer:
        """Return a portfolio that keeps every ceiling, and a floor on the return; infeasible where none does."""
        count = self.limits.universe.count
        if room is not None and not self.limits.tails:
            return ConvexAnswer("solved", weights_frac=room.x[:count])
        from engine.optimize.roads import road

        first = self.limits.tails[0]
        limits, wanted = replace(self.limits, tails=self.limits.tails[1:]), TailGoal(first.tail, first.level, floor)
        core, goal = road(self.estimates, limits, self.risk_free_annual_frac, wanted, self.costs)
        answer = core.solve(goal, None if box is None else core.lifted.bounds(box[0][:count], box[1][:count]))
        if answer.outcome == "solved" and answer.objective > first.upper_frac * (1.0 + REACHED):
            return ConvexAnswer("infeasible")
        return answer

    def _solved(self, goal: Goal, box: WeightBox | None) -> ConvexAnswer:
        room = self._room(box)
        if room is not None and room.is_missed:
            return ConvexAnswer("infeasible", least_share=room.share)
        self._inside = None if room is None else room.x[: self.limits.universe.count]
        answer = self._tried(goal, box, -MARGIN)
        is_refused = getattr(answer, "refusal", None) is not None and not self._cuts  # for reasons of the goal's own
        if answer.outcome not in ("infeasible", "failed") or is_refused:
            return answer
        if room is not None and room.is_sole:
            weights = room.x[: self.limits.universe.count]
            return sole_answer(room, len(weights), answer.chain, self.score(goal, weights))
        if self._inside is not None:  # tangents where the answers lie, in place of those at the edge
            self._inside = None
            again = self._tried(goal, box, 0.0)
            if again.outcome == "solved":
                return replace(again, chain=(*answer.chain, *again.chain))
        again = self._tried(goal, box, 0.5 * REACHED)
        if again.outcome == "solved":
            return replace(again, chain=(*answer.chain, *again.chain))
        return self._least(goal, room, answer) or ConvexAnswer(answer.outcome, chain=answer.chain)

    def _least(self, goal: Goal, room: Room | None, before: ConvexAnswer) -> ConvexAnswer | None:
        """Return the portfolio of the least risk or loss where the ceiling leaves hardly more; None elsewhere."""
        weights, share = None, 0.0
        if room is not None and not self.limits.tails:
            weights, share = room.x[: self.limits.universe.count], room.share
        elif room is None and len(self.limits.tails) == 1 and self.limits.tails[0].upper_frac > 0.0:
            from engine.optimize.tail import TailCore

            tail = self.limits.tails[0]
            core = TailCore(self.estimates, self._base, self.risk_free_annual_frac)
            found = core.solve(TailGoal(tail.tail, tail.level))
            if found.outcome == "solved":
                weights, share = found.weights_frac, found.objective / tail.upper_frac
        if weights is None or not 1.0 - THIN <= share <= 1.0 + REACHED:
            return None
        note = (
            "The ceiling is next to the least that can be reached, and no solver found the best portfolio in the "
            "little room that is left: the one of the least risk is given, which keeps every limit."
        )
        chain = (*before.chain, "least risk")
        return ConvexAnswer(
            "solved", self.score(goal, weights), weights, solver="least risk", chain=chain, notes=(note,)
        )

    def _tried(self, goal: Goal, box: WeightBox | None, aim: float) -> ConvexAnswer:
        """Return the answer of the other core with rows added until every ceiling holds."""
        if aim != self._aim:
            self._aim, self._cuts = aim, []
            self._inner = self._make(self._base)
        most = CUTS_MAX_COUNT if self.limits.tails else RISK_CUTS_MAX_COUNT
        answer, is_draft = self._drafted(goal, box)
        for _ in range(most):
            if answer.outcome != "solved" or answer.weights_frac is None:
                return answer
            broken = self._broken(answer.weights_frac)
            if not broken and is_draft:
                answer, is_draft = self._inner.solve(goal, box), False
                continue
            if not broken:
                return answer
            self._cuts += broken
            self._iterations_count += self._inner.iterations_count
            rows = (*self._base.rows, *(row for _, row in self._cuts))
            self._inner = self._make(replace(self._base, rows=rows))
            answer, is_draft = self._drafted(goal, box)
        return ConvexAnswer("failed", chain=(*answer.chain, f"{most} cuts"))

    def _drafted(self, goal: Goal, box: WeightBox | None) -> tuple[ConvexAnswer, bool]:
        """Return the other core's answer, without the last digits where they cost most of the time."""
        draft = getattr(self._inner, "draft", None)
        return (draft(goal, box), True) if draft is not None else (self._inner.solve(goal, box), False)

    def _broken(self, weights: Vector) -> list[tuple[int, Row]]:
        """Return a tangent for each ceiling that is broken."""
        return [(number, row) for number in range(len(self._watched)) if (row := self._cut(number, weights))]

    def _room(self, box: WeightBox | None) -> Room | None:
        """Return the portfolio with the least share of the ceilings on risk; None without any."""
        if not self.limits.risks:
            return None
        if self._plain is None:
            self._plain = ConvexCore(self.estimates, self._base, self.risk_free_annual_frac)
        plain = self._plain
        count = plain.limits.universe.count
        whole = plain.box if box is None else plain.lifted.bounds(box[0][:count], box[1][:count])
        return least_room(plain, self._ceilings(), None, whole)

    def _ceilings(self) -> list[Ceiling]:
        return [(risk.center_frac, risk.upper_annual_frac) for risk in self.limits.risks]

    def _value(self, number: int, weights: Vector) -> tuple[float, Vector]:
        limit = self._watched[number]
        if isinstance(limit, RiskLimit):
            away = weights - limit.center_frac
            size = risk_of(away, self.estimates.covariance_annual)
            return size, self.estimates.covariance_annual @ away / max(size, 1e-300)
        assert self.estimates.history_frac is not None
        return tail_cut(limit.tail, limit.level, self.estimates.history_frac, weights)

    def _cut(self, number: int, weights: Vector) -> Row | None:
        """Return the tangent of a broken ceiling, a little below or above it, None where it holds."""
        limit = self._watched[number]
        value, slope = self._value(number, weights)
        upper = limit.upper_annual_frac if isinstance(limit, RiskLimit) else limit.upper_frac
        size, is_risk = max(abs(upper), LEAST_SCALE), isinstance(limit, RiskLimit)
        offset = self._aim if is_risk else max(self._aim, 0.0)
        held = 0.0 if offset < 0.0 else offset * size + HELD
        if value <= upper + max(0.0, held):
            return None
        aim = upper + offset * size
        if isinstance(limit, RiskLimit) and self._inside is not None:
            weights = self._edge(limit, self._inside, weights, aim)
            value, slope = self._value(number, weights)
        return Row(limit.name, CUT_KIND, limit.scope, slope, -np.inf, aim - value + float(slope @ weights))

    def _edge(self, limit: RiskLimit, inside: Vector, outside: Vector, aim: float) -> Vector:
        """Return where the way from the least risk to a portfolio leaves the ceiling: its tangent cuts off the most.

        Veinott (1967), The supporting hyperplane method for unimodal programming. Where even the least risk is above
        what is aimed at, the portfolio itself.
        """
        near, way = inside - limit.center_frac, outside - inside
        covariance = self.estimates.covariance_annual
        square, half = float(way @ covariance @ way), float(near @ covariance @ way)
        room = aim * aim - float(near @ covariance @ near)
        if room <= 0.0 or square <= 0.0:
            return outside
        share = room / (half + float(np.sqrt(half * half + square * room)))
        return np.asarray(inside + min(share, 1.0) * way)

    def residuals(self, goal: Goal, answer: ConvexAnswer, weights: Vector, box: WeightBox) -> KktResiduals | None:
        """Return the residuals with the cuts as rows; a broken ceiling counts as a broken limit."""
        if isinstance(answer, SoleAnswer):
            assert self._plain is not None
            return sole_residuals(self._plain, self._ceilings(), answer, weights, box)
        found = self._inner.residuals(goal, answer, weights, box)
        if found is None:
            return None
        primal = found.primal
        for number, limit in enumerate(self._watched):
            upper = limit.upper_annual_frac if isinstance(limit, RiskLimit) else limit.upper_frac
            primal = max(primal, self._value(number, weights)[0] - upper)
        return found.model_copy(update={"primal": primal})

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return what each limit costs; a ceiling costs what its cuts cost together."""
        if isinstance(answer, SoleAnswer):
            return None
        first = LiftedRows.FIRST_ROW + len(self._base.rows)
        if isinstance(self._inner, ConvexCore):
            self._inner.one_side = tuple(
                [at for at, (number, _) in enumerate(self._cuts, first) if number == one]
                for one in range(len(self._watched))
            )
        found = self._inner.prices(goal, answer)
        if found is None:
            return None
        sums = np.zeros(len(self._watched))
        for at, (number, _) in enumerate(self._cuts, first):
            sums[number] += found.rows[at]
        tails = tuple(float(sums[i]) for i, limit in enumerate(self._watched) if isinstance(limit, TailLimit))
        risks = tuple(float(sums[i]) for i, limit in enumerate(self._watched) if isinstance(limit, RiskLimit))
        return replace(found, tails=tails, risks=risks or found.risks)
