"""Which portfolio does a rule give, and which one nearest to it keeps every limit?

Equal weight, inverse volatility and hierarchical risk parity optimize nothing. Their weights w0 are taken as they are
where the limits allow it; else the answer is min ½ ‖w - w0‖² within the limits, a quadratic program, and the
certificate is that of this projection. Risk budgets (`risk_budget`) share its answer, residuals and prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, RuleGoal, Vector
from engine.kernel.status import SolveStatus
from engine.kernel.units import listing, percent, percents
from engine.objectives.hierarchical_risk_parity import HierarchyGoal
from engine.optimize.budget_newton import gradient_of
from engine.optimize.convex import PART_RIDGE, RISKLESS
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.feasibility import Obstacle
from engine.optimize.lift import LiftedRows
from engine.optimize.prices import Prices
from engine.optimize.solvers import QpSession, QuadraticProgram
from engine.result import KktResiduals

if TYPE_CHECKING:
    from engine.optimize.core import Core

Mask = NDArray[np.bool_]
Refusal = tuple[SolveStatus, Obstacle]

INSIDE = 1e-12
SHOWN_FRAC = 5e-7
LEAST_SCALE_FRAC = 0.01
CLOSED_FORM = "closed form"
NAMES = {
    "equal_weight": "equal weight",
    "inverse_volatility": "inverse volatility",
    "hierarchical_risk_parity": "hierarchical risk parity",
}


@dataclass(frozen=True, eq=False)
class RuleAnswer(ConvexAnswer):
    """The answer of a rule or of risk budgets: ∇f(w) + Aᵀ row_duals + bound_duals = 0 on x = (w, parts).

    Attributes
    ----------
    target_frac
        The rule's own weights w0, shape (n,); f = ½ ‖w - w0‖², the objective is ‖w - w0‖.
    budgets_frac
        Shares of the risk b, shape (n,), sum one; f = ln σ(w) - Σ b ln w, the objective is σ(w) / Π wᵢ^bᵢ, annual.
    fixed_frac
        Weights that an asset without a budget is held at, NaN elsewhere; None for rules.
    notes
        Sentences for the result: how far limits moved the weights from the rule or the risk from its budgets.
    refusal
        Status, sentence and advice where there is no answer for a reason of its own.

    """

    target_frac: Vector | None = None
    budgets_frac: Vector | None = None
    fixed_frac: Vector | None = None
    notes: tuple[str, ...] = ()
    refusal: Refusal | None = None


def refused(status: SolveStatus, message: str, advice: str) -> RuleAnswer:
    """Return an answer without weights that says why."""
    return RuleAnswer(
        "infeasible" if status is SolveStatus.INFEASIBLE else "failed", refusal=(status, Obstacle(message, advice))
    )


def common_refusal(core: Core, what: str) -> RuleAnswer | None:
    """Return why neither rules nor risk budgets fit these limits, or None."""
    limits = core.limits
    if limits.net_frac <= 0.0:
        return refused(
            SolveStatus.UNSUITABLE,
            f"{what} shares out capital, but the weights must sum to {percent(limits.net_frac)}.",
            "Set the budget above 0%, or use minimum volatility.",
        )
    if limits.risks or limits.tails:
        names = [item.name for item in limits.risks] + [item.name for item in limits.tails]
        return refused(
            SolveStatus.UNSUITABLE,
            f"{what} does not weigh risk against a ceiling, so it cannot keep {listing(names)}.",
            "Remove the ceiling, or use minimum volatility or maximum return, which keep it.",
        )
    return None


def barred(core: Core) -> Mask:
    """Return a mask, shape (n,), of assets that the limits hold at zero."""
    return (core.limits.upper_frac <= 0.0) & (core.limits.lower_frac >= 0.0)


def names_of(core: Core, mask: Mask) -> str:
    """Return the names of the masked assets as text."""
    return listing([core.limits.universe.assets[i] for i in np.flatnonzero(mask)])


def riskless(core: Core, among: Mask) -> Mask:
    """Return a mask, shape (n,), of the assets among the masked ones whose variance is next to nothing."""
    variances = np.diag(core.estimates.covariance_annual)
    typical = max(float(np.mean(variances)), 1e-12)
    return np.asarray(among & (variances <= RISKLESS * typical))


def is_inside(core: Core, weights: Vector, box: tuple[Vector, Vector]) -> bool:
    """Return whether weights keep all rows and the bounds on x = (w, parts)."""
    rows = core.lifted
    x = rows.lift(weights)
    activity = rows.matrix @ x
    below = np.concatenate([box[0] - x, rows.row_lower - activity])
    above = np.concatenate([x - box[1], activity - rows.row_upper])
    return max(float(below.max()), float(above.max())) <= INSIDE


def solve_rule(core: Core, goal: RuleGoal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
    """Return the rule's weights, or the nearest that keep every limit, with the multipliers of that projection.

    Parameters
    ----------
    core
        Estimates and limits; its `lifted` rows are used.
    goal
        The rule.
    box
        Bounds on x = (w, parts); the limits' hull when None.

    """
    return Projection(core, goal).solve(box)


class Projection:
    """A rule's weights on one set of estimates and limits, and the search for the nearest portfolio within them."""

    def __init__(self, core: Core, goal: RuleGoal) -> None:
        self.core, self.goal = core, goal
        self.notes: tuple[str, ...] = ()
        self.target: Vector | None = None
        self.refusal = self._prepare()
        self._session: QpSession | None = None

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        return self._session.iterations_count if self._session is not None else 0

    def _prepare(self) -> RuleAnswer | None:
        core, goal = self.core, self.goal
        what = NAMES[goal.rule].capitalize()
        refusal = common_refusal(core, what)
        if refusal is not None:
            return refusal
        out = barred(core)
        if out.all():
            return RuleAnswer("infeasible")
        if goal.rule != "equal_weight":
            flat = riskless(core, ~out)
            if flat.any():
                return refused(
                    SolveStatus.UNSUITABLE,
                    f"No volatility is measured for {names_of(core, flat)}, and {NAMES[goal.rule]} divides by it: all "
                    "capital would go there.",
                    "Set the maximum position there to 0%, or use equal weight.",
                )
        if out.any():
            self.notes = (
                f"Not held by the limits, so the rule is applied to the other assets: {names_of(core, out)}.",
            )
        places = np.flatnonzero(~out)
        self.target = np.zeros(core.limits.universe.count)
        covariance = core.estimates.covariance_annual[np.ix_(places, places)]
        self.target[places] = core.limits.net_frac * _shares_of(goal, covariance)
        return None

    def solve(self, box: tuple[Vector, Vector] | None = None) -> RuleAnswer:
        """Return the nearest portfolio within bounds on x."""
        if self.target is None:
            assert self.refusal is not None
            return self.refusal
        core, rows = self.core, self.core.lifted
        box = box or rows.bounds(core.limits.lower_frac, core.limits.upper_frac)
        width, height = rows.matrix.shape[1], len(rows.matrix)
        if is_inside(core, self.target, box):
            return RuleAnswer(
                "solved",
                0.0,
                self.target.copy(),
                row_duals=np.zeros(height),
                bound_duals=np.zeros(width),
                solver=CLOSED_FORM,
                chain=(CLOSED_FORM,),
                target_frac=self.target,
                notes=self.notes,
            )
        count = len(self.target)
        if self._session is None:
            self._session = self._start()
        answer = self._session.solve(lower=box[0], upper=box[1])
        if answer.outcome != "solved":
            return RuleAnswer("infeasible" if answer.outcome == "infeasible" else "failed", chain=answer.chain)
        weights = answer.x[:count]
        return RuleAnswer(
            "solved",
            float(np.linalg.norm(weights - self.target)),
            weights,
            row_duals=answer.row_duals / count,
            bound_duals=answer.bound_duals / count,
            solver=answer.solver,
            chain=answer.chain,
            target_frac=self.target,
            notes=(*self.notes, *self._moved(weights)),
        )

    def _start(self) -> QpSession:
        """Return the projection times n, so that its multipliers do not shrink with the number of assets."""
        assert self.target is not None
        core, rows, count = self.core, self.core.lifted, len(self.target)
        width = rows.matrix.shape[1]
        diagonal = np.full(width, PART_RIDGE)
        diagonal[:count] = count
        linear = np.zeros(width)
        linear[:count] = -count * self.target
        lower, upper = rows.bounds(core.limits.lower_frac, core.limits.upper_frac)
        program = QuadraticProgram(np.diag(diagonal), linear, rows.matrix, rows.row_lower, rows.row_upper, lower, upper)
        return QpSession(program, is_sparse_in_steps=False)

    def _moved(self, weights: Vector) -> tuple[str, ...]:
        assert self.target is not None
        changes = np.abs(weights - self.target)
        moved = 0.5 * float(changes.sum())
        if moved <= SHOWN_FRAC:
            return ()
        most = int(np.argmax(changes))
        name = self.core.limits.universe.assets[most]
        before, after = percents(float(self.target[most]), float(weights[most]))
        return (
            f"The limits move {percent(moved)} of the capital away from {NAMES[self.goal.rule]}; the largest change is "
            f"{name}, from {before} to {after}.",
        )


def _shares_of(goal: RuleGoal, covariance: Matrix) -> Vector:
    """Return the rule's weights, shape (n,), that sum to one."""
    count = len(covariance)
    if goal.rule == "equal_weight":
        return np.full(count, 1.0 / count)
    if goal.rule == "inverse_volatility":
        inverse = 1.0 / np.sqrt(np.diag(covariance))
        return np.asarray(inverse / inverse.sum())
    return hierarchical_weights(covariance, goal.linkage if isinstance(goal, HierarchyGoal) else "ward")


def hierarchical_weights(covariance: Matrix, linkage: str = "ward") -> Vector:
    """Return the weights of hierarchical risk parity, shape (n,), positive and with sum one.

    The assets are ordered by the leaves of the cluster tree of the distances √((1 - ρ)/2); then each list is halved,
    and its capital split in inverse proportion to the variances of the halves at inverse-variance weights. López de
    Prado (2016), Building diversified portfolios that outperform out of sample, Journal of Portfolio Management 42(4).

    Parameters
    ----------
    covariance
        Shape (n, n), every variance positive.
    linkage
        Distance between clusters: ``"ward"``, ``"single"``, ``"average"`` or ``"complete"``.

    """
    count = len(covariance)
    if count == 1:
        return np.ones(1)
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import squareform

    variances = np.diag(covariance)
    correlation = covariance / np.sqrt(np.outer(variances, variances))
    distance = np.sqrt(np.maximum(0.5 * (1.0 - 0.5 * (correlation + correlation.T)), 0.0))
    np.fill_diagonal(distance, 0.0)
    tree = hierarchy.linkage(squareform(distance, checks=False), method=linkage)
    weights = np.ones(count)
    lists = [np.asarray(hierarchy.leaves_list(tree))]
    while lists:
        whole = lists.pop()
        if len(whole) < 2:
            continue
        left, right = whole[: len(whole) // 2], whole[len(whole) // 2 :]
        risks = [_cluster_variance(covariance, variances, part) for part in (left, right)]
        total = risks[0] + risks[1]
        share = 1.0 - risks[0] / total if total > 0.0 else 0.5
        weights[left] *= share
        weights[right] *= 1.0 - share
        lists += [left, right]
    return np.asarray(weights / weights.sum())


def _cluster_variance(covariance: Matrix, variances: Vector, places: NDArray[np.intp]) -> float:
    inverse = 1.0 / variances[places]
    inverse = inverse / inverse.sum()
    return max(float(inverse @ covariance[np.ix_(places, places)] @ inverse), 0.0)


def rule_residuals(
    core: Core, answer: ConvexAnswer, weights: Vector, box: tuple[Vector, Vector]
) -> KktResiduals | None:
    """Return the residuals of the optimality conditions at the final weights, free of scale; None without multipliers.

    For a rule each is divided by the largest of the rule's weights and 1%; for risk budgets by the largest part of the
    gradient Σw/σ² - b/w. Karush (1939); Boyd and Vandenberghe (2004), section 5.5.3.

    Parameters
    ----------
    core
        Estimates and rows.
    answer
        A `RuleAnswer`.
    weights
        Shape (n,), for instance rounded.
    box
        Bounds on w within which the answer is the best.

    """
    if not isinstance(answer, RuleAnswer) or answer.row_duals is None or answer.bound_duals is None:
        return None
    rows: LiftedRows = core.lifted
    lower, upper = box
    if answer.fixed_frac is not None:
        is_fixed = ~np.isnan(answer.fixed_frac)
        lower, upper = np.where(is_fixed, answer.fixed_frac, lower), np.where(is_fixed, answer.fixed_frac, upper)
    low, high = rows.bounds(lower, upper)
    x, count = rows.lift(weights), len(weights)
    slope = np.zeros(len(x))
    if answer.target_frac is not None:
        slope[:count] = weights - answer.target_frac
        scale = max(float(np.abs(answer.target_frac).max()), LEAST_SCALE_FRAC)
    else:
        assert answer.budgets_frac is not None
        budgets = answer.budgets_frac
        if (weights[budgets > 0.0] <= 0.0).any():
            return None
        slope[:count] = gradient_of(core.estimates.covariance_annual, budgets, weights)
        pulls = gradient_of(core.estimates.covariance_annual, np.zeros(count), weights)
        scale = max(float(np.abs(pulls).max()), float(np.abs(pulls - slope[:count]).max()))
    activity = rows.matrix @ x
    duals = np.concatenate([answer.bound_duals, answer.row_duals]) / scale
    above = np.concatenate([high - x, rows.row_upper - activity])
    below = np.concatenate([x - low, activity - rows.row_lower])
    gaps = np.where(duals > 0.0, above, np.where(duals < 0.0, below, 0.0))
    has_side = np.isfinite(gaps)
    gradient = slope + rows.matrix.T @ answer.row_duals + answer.bound_duals
    return KktResiduals(
        stationarity=float(np.abs(gradient).max()) / scale,
        primal=max(0.0, float(-above.min()), float(-below.min())),
        dual=float(np.abs(np.where(has_side, 0.0, duals)).max(initial=0.0)),
        complementarity=float(np.abs(np.where(has_side, duals * np.where(has_side, gaps, 0.0), 0.0)).max(initial=0.0)),
    )


def rule_prices(answer: ConvexAnswer) -> Prices | None:
    """Return by how much the objective (a distance from the rule, or σ(w) / Π wᵢ^bᵢ) changes as each limit moves up."""
    if not isinstance(answer, RuleAnswer) or answer.row_duals is None or answer.bound_duals is None:
        return None
    if answer.target_frac is None:
        factor = -answer.objective
    else:
        factor = -1.0 / answer.objective if answer.objective > 0.0 else 0.0
    return Prices.scaled(factor, answer.row_duals, answer.bound_duals)


def rule_score(core: Core, answer: RuleAnswer, weights: Vector) -> float:
    """Return the objective at other weights: ‖w - w0‖, or σ(w) / Π wᵢ^bᵢ, annual."""
    if answer.target_frac is not None:
        return float(np.linalg.norm(weights - answer.target_frac))
    assert answer.budgets_frac is not None
    return budget_value(core.estimates.covariance_annual, answer.budgets_frac, weights)


def budget_value(covariance: Matrix, budgets: Vector, weights: Vector) -> float:
    """Return σ(w) / Π wᵢ^bᵢ; infinite where an asset with a budget is not held."""
    held = budgets > 0.0
    if (weights[held] <= 0.0).any():
        return np.inf
    variance = max(float(weights @ covariance @ weights), 0.0)
    return float(np.sqrt(variance) * np.exp(-(budgets[held] @ np.log(weights[held]))))
