"""Which long-only portfolio takes its risk from the assets in stated shares, or comes nearest to it within the limits?

Where no limit binds, w_i (Σw)_i = b_i σ² holds exactly. Where one does, no portfolio may have these shares; the answer
is then the least σ(w) / Π wᵢ^bᵢ within the limits, the quotient whose minimum without limits has exactly these shares
(compare Richard and Roncalli 2019, Constrained risk budgeting portfolios), and a note says how far the shares are off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.kernel.forms import Matrix, RiskBudgetGoal, Vector
from engine.kernel.status import SolveStatus
from engine.kernel.units import listing, percent
from engine.optimize.budget_curved import CurvedAnswer, RiskBall, solve_curved, solve_logs_only
from engine.optimize.budget_newton import ConeAnswer, ConeProgram, exact_budgets, gradient_of, solve_interior
from engine.optimize.convex import RISKLESS
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.lift import LiftedRows
from engine.optimize.linear import solve_linear
from engine.optimize.rules import (
    SHOWN_FRAC,
    Mask,
    RuleAnswer,
    barred,
    budget_value,
    common_refusal,
    is_inside,
    names_of,
    refused,
    riskless,
    rule_residuals,
)
from engine.optimize.tail_ceiling import TailPool

if TYPE_CHECKING:
    from engine.optimize.core import Core

ACCEPTED = 1e-8
USABLE = 1e-6
SHUT_FRAC = 1e-8
LITTLE_FRAC = 1e-6
UNPROVEN = (
    "The limits leave hardly any room, and no solver found the portfolio nearest to the risk budgets in it: the one "
    "whose smallest position is largest is given."
)
ROADS = (("newton", solve_interior), ("clarabel", solve_logs_only))


def risk_contributions(weights: Vector, covariance: Matrix) -> Vector:
    """Return each asset's share w_i (Σw)_i / wᵀΣw of the variance, shape (n,), with sum one; hedges are negative.

    Zeros when the portfolio has no variance. Litterman (1996), Hot spots and hedges, JPM 22(special issue).
    """
    return shares_of_risk(weights, covariance @ weights)


def shares_of_risk(weights: Vector, turned: Vector) -> Vector:
    """Return what `risk_contributions` does, from Σw instead of Σ."""
    parts = weights * turned
    total = float(parts.sum())
    return np.asarray(parts / total) if total > 0.0 else np.zeros(len(parts))


def solve_risk_budget(core: Core, goal: RiskBudgetGoal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
    """Return the weights with the budgeted shares of risk, or the nearest in the sense above that the limits allow.

    Parameters
    ----------
    core
        Estimates and limits; its `lifted` rows are used.
    goal
        Shares of the risk; empty means equal shares of all assets that may be held.
    box
        Bounds on x = (w, parts); the limits' hull when None.

    Returns
    -------
    ConvexAnswer
        A `RuleAnswer`; its `refusal` says why there is none.

    """
    return RiskBudget(core, goal).solve(box)


class RiskBudget:
    """Risk budgets on one set of estimates and limits, with the exact portfolio that no limit narrows."""

    def __init__(self, core: Core, goal: RiskBudgetGoal) -> None:
        self.core, self.goal = core, goal
        self.iterations_count = 0
        self.notes: tuple[str, ...] = ()
        self.budgets: Vector = np.zeros(core.limits.universe.count)
        self.exact: Vector = self.budgets
        self.refusal = self._prepare()

    def _prepare(self) -> RuleAnswer | None:
        refusal = common_refusal(self.core, "Risk parity") or self._share() or self._unsuited()
        if refusal is not None:
            return refusal
        held = np.flatnonzero(self.budgets > 0.0)
        covariance = self.core.estimates.covariance_annual
        found = exact_budgets(covariance[np.ix_(held, held)], self.budgets[held])
        exact = np.zeros(len(self.budgets))
        if found is not None:
            exact[held] = self.core.limits.net_frac * found[0]
            self.iterations_count += found[1]
        typical = max(float(np.mean(np.diag(covariance))), 1e-12)
        if found is None or float(exact @ covariance @ exact) <= RISKLESS * typical * float(exact.sum()) ** 2:
            return refused(
                SolveStatus.UNSUITABLE,
                "A mix of these assets without short positions has no measured risk, so there is no risk to share out.",
                "Use minimum volatility, or leave out one of the assets that offset each other.",
            )
        self.exact = exact
        return None

    def _share(self) -> RuleAnswer | None:
        """Set the budgets, or return why they cannot be kept."""
        core, given = self.core, self.goal.budgets
        assets = core.limits.universe.assets
        out = barred(core)
        if not given:
            if out.all():
                return RuleAnswer("infeasible")
            self.budgets = ~out / float((~out).sum())
            if out.any():
                self.notes = (f"Not held by the limits, so without a share of the risk: {names_of(core, out)}.",)
            return None
        unknown = [name for name in given if name not in assets]
        if unknown:
            return refused(
                SolveStatus.UNSUITABLE,
                f"Risk budgets are given for {listing(unknown)}, not among the assets.",
                "Remove these budgets, or add the assets.",
            )
        budgets = np.array([float(given.get(name, 0.0)) for name in assets])
        if (budgets < 0.0).any() or budgets.sum() <= 0.0:
            return refused(
                SolveStatus.UNSUITABLE,
                f"The risk budgets sum to {percent(float(budgets.sum()))} and the least is "
                f"{percent(float(budgets.min()))}.",
                "Give budgets of at least 0% that sum to 100%.",
            )
        budgets = budgets / budgets.sum()
        clash = out & (budgets > 0.0)
        if clash.any():
            return refused(
                SolveStatus.INFEASIBLE,
                f"The risk budget of {names_of(core, clash)} is {percent(float(budgets[clash].sum()))}, but "
                "the maximum position is 0%.",
                "Raise the maximum position, or set this budget to 0%.",
            )
        if (budgets == 0.0).any():
            self.notes = (
                f"Without a risk budget and so left out where limits allow it: {names_of(core, budgets == 0.0)}.",
            )
        self.budgets = budgets
        return None

    def _unsuited(self) -> RuleAnswer | None:
        core = self.core
        if (core.limits.lower_frac < 0.0).any():
            return refused(
                SolveStatus.UNSUITABLE,
                "Risk parity is for long positions: with short positions many portfolios have the same shares of risk.",
                "Remove the limit on long and short positions, or use minimum volatility.",
            )
        flat = riskless(core, self.budgets > 0.0)
        if flat.any():
            return refused(
                SolveStatus.UNSUITABLE,
                f"No risk is measured for {names_of(core, flat)}, so there can be no contribution of "
                f"{percent(float(self.budgets[flat].sum()))} of the risk.",
                "Set the maximum position or the risk budget there to 0%, or use equal weight.",
            )
        return None

    def solve(self, box: tuple[Vector, Vector] | None = None) -> RuleAnswer:
        """Return the answer within bounds on x."""
        if self.refusal is not None:
            return self.refusal
        lower, upper = box or self.core.lifted.bounds(self.core.limits.lower_frac, self.core.limits.upper_frac)
        if (upper[: len(self.budgets)][self.budgets > 0.0] <= 0.0).any():
            return RuleAnswer("infeasible")
        fixed, lower, upper = self._held_still(lower, upper)
        if is_inside(self.core, self.exact, (lower, upper)):
            return self._exact(fixed)
        return self._limited(fixed, lower, upper)

    def under(
        self,
        risks: Sequence[RiskBall],
        tails: Sequence[TailPool],
        box: tuple[Vector, Vector] | None,
        start_frac: Vector,
    ) -> tuple[RuleAnswer, CurvedAnswer] | None:
        """Return the answer under ceilings too, with the ceilings' multipliers; None where no solver arrives.

        Parameters
        ----------
        risks, tails
            The ceilings.
        box
            Bounds on x = (w, parts), within which there is a portfolio; the limits' hull when None.
        start_frac
            Weights of the right size, shape (n,).

        """
        core, rows, count = self.core, self.core.lifted, len(self.budgets)
        fixed, lower, upper = self._held_still(*(box or rows.bounds(core.limits.lower_frac, core.limits.upper_frac)))
        found = solve_curved(self._program(lower, upper), rows.lift(start_frac), risks, tails)
        if found is None:
            return None
        answer = found.answer
        self.iterations_count += answer.steps_count
        weights = answer.values[:count]
        made = self._made(weights, answer.row_duals, answer.bound_duals, "clarabel", fixed)
        return replace(made, notes=(*self.notes, *self.off(weights, fixed))), found

    def _held_still(self, lower: Vector, upper: Vector) -> tuple[Vector, Vector, Vector]:
        """Return the weights that assets without a budget are held at, NaN elsewhere, and bounds on x that say so."""
        count = len(self.budgets)
        fixed = np.where(self.budgets > 0.0, np.nan, np.clip(0.0, lower[:count], upper[:count]))
        is_fixed = ~np.isnan(fixed)
        lower, upper = lower.copy(), upper.copy()
        lower[:count][is_fixed] = upper[:count][is_fixed] = fixed[is_fixed]
        return fixed, lower, upper

    def _program(self, lower: Vector, upper: Vector) -> ConeProgram:
        rows = self.core.lifted
        covariance = self.core.estimates.covariance_annual
        return ConeProgram(covariance, self.budgets, rows.matrix, rows.row_lower, rows.row_upper, lower, upper)

    def _made(self, weights: Vector, row_duals: Vector, bound_duals: Vector, solver: str, fixed: Vector) -> RuleAnswer:
        return RuleAnswer(
            "solved",
            budget_value(self.core.estimates.covariance_annual, self.budgets, weights),
            weights,
            row_duals=row_duals,
            bound_duals=bound_duals,
            solver=solver,
            chain=(solver,),
            budgets_frac=self.budgets,
            fixed_frac=fixed,
            notes=self.notes,
        )

    def _exact(self, fixed: Vector) -> RuleAnswer:
        rows, count = self.core.lifted, len(self.budgets)
        bound_duals = np.zeros(rows.matrix.shape[1])
        pull = gradient_of(self.core.estimates.covariance_annual, self.budgets, self.exact)
        free = np.isnan(fixed)
        bound_duals[:count][~free] = -pull[~free]
        return self._made(self.exact.copy(), np.zeros(len(rows.matrix)), bound_duals, "newton", fixed)

    def _limited(self, fixed: Vector, lower: Vector, upper: Vector) -> RuleAnswer:
        core, rows, count = self.core, self.core.lifted, len(self.budgets)
        if not _is_possible(rows, lower, upper):
            return self._impossible(fixed, lower, upper)
        program = self._program(lower, upper)
        start = rows.lift(self.exact)
        best, worst = RuleAnswer("failed"), np.inf
        tried: list[str] = []
        for name, solve in ROADS:
            tried.append(name)
            found: ConeAnswer | None = solve(program, start)
            if found is None:
                continue
            self.iterations_count += found.steps_count
            weights = found.values[:count]
            made = self._made(weights, found.row_duals, found.bound_duals, name, fixed)
            kkt = rule_residuals(core, made, weights, (lower[:count], upper[:count]))
            if kkt is not None and kkt.worst < worst:
                best, worst = made, kkt.worst
            if worst <= ACCEPTED:
                break
        if worst > USABLE:
            made = self._spread(lower, upper, fixed) or self._shut(lower, upper) or RuleAnswer("failed")
            return replace(made, chain=(*tried, made.solver) if made.outcome == "solved" else tuple(tried))
        assert best.weights_frac is not None
        return replace(best, chain=tuple(tried), notes=(*self.notes, *self.off(best.weights_frac, fixed)))

    def off(self, weights: Vector, fixed: Vector) -> tuple[str, ...]:
        """Return in words how far the shares of risk are from the budgets."""
        shares = risk_contributions(weights, self.core.estimates.covariance_annual)
        away = np.abs(shares - self.budgets)
        most = int(np.argmax(away))
        notes = []
        if away[most] > SHOWN_FRAC:
            notes.append(
                "The limits keep the assets from contributing exactly their shares of the risk; the largest difference "
                f"is {self.core.limits.universe.assets[most]}, which contributes {percent(float(shares[most]))} "
                f"instead of {percent(float(self.budgets[most]))}."
            )
        forced = np.nan_to_num(fixed) > 0.0
        if forced.any():
            notes.append(f"Held at the minimum position although without a risk budget: {names_of(self.core, forced)}.")
        return tuple(notes)

    def _impossible(self, fixed: Vector, lower: Vector, upper: Vector) -> RuleAnswer:
        """Return why no portfolio is possible: the limits alone, or with assets that have no budget left out."""
        rows, count = self.core.lifted, len(self.budgets)
        is_fixed = ~np.isnan(fixed)
        wide = upper.copy()
        wide[:count][is_fixed] = self.core.limits.upper_frac[is_fixed]
        if not is_fixed.any() or not _is_possible(rows, lower, wide):
            return RuleAnswer("infeasible")
        return refused(
            SolveStatus.INFEASIBLE,
            f"The limits demand more of {names_of(self.core, is_fixed)} than the minimum position, but without a risk "
            "budget no more is held.",
            "Give them a risk budget, or loosen the limits on positions and groups.",
        )

    def _spread(self, lower: Vector, upper: Vector, fixed: Vector) -> RuleAnswer | None:
        """Return the portfolio whose smallest position is largest, without a proof; None where that is nothing."""
        rows, held = self.core.lifted, np.flatnonzero(self.budgets > 0.0)
        width, height = len(lower), len(rows.matrix)
        matrix = np.zeros((height + len(held), width + 1))  # w ≥ s
        matrix[:height, :width] = rows.matrix
        matrix[height + np.arange(len(held)), held], matrix[height:, width] = 1.0, -1.0
        top = solve_linear(
            np.append(np.zeros(width), -1.0),
            matrix,
            np.concatenate([rows.row_lower, np.zeros(len(held))]),
            np.concatenate([rows.row_upper, np.full(len(held), np.inf)]),
            np.append(lower, 0.0),
            np.append(upper, 1.0),
        )
        if top.outcome != "solved" or top.x[width] <= SHUT_FRAC:
            return None
        weights = top.x[: len(self.budgets)]
        value = budget_value(self.core.estimates.covariance_annual, self.budgets, weights)
        notes = (*self.notes, UNPROVEN, *self.off(weights, fixed))
        return RuleAnswer("solved", value, weights, solver="highs", budgets_frac=self.budgets, notes=notes)

    def _shut(self, lower: Vector, upper: Vector) -> RuleAnswer | None:
        """Return which assets with a budget the limits hold at zero, if any."""
        rows, count = self.core.lifted, len(self.budgets)
        held = self.budgets > 0.0
        places = np.flatnonzero(held)
        width, more = len(lower), len(places)
        matrix = np.zeros((len(rows.matrix) + more, width + more))  # s ≤ w and s ≤ a little: the largest Σ s
        matrix[: len(rows.matrix), :width] = rows.matrix
        below = len(rows.matrix) + np.arange(more)
        matrix[below, places], matrix[below, width + np.arange(more)] = 1.0, -1.0
        top = solve_linear(
            np.concatenate([np.zeros(width), -np.ones(more)]),
            matrix,
            np.concatenate([rows.row_lower, np.zeros(more)]),
            np.concatenate([rows.row_upper, np.full(more, np.inf)]),
            np.concatenate([lower, np.full(more, -1.0)]),
            np.concatenate([upper, np.full(more, LITTLE_FRAC)]),
        )
        if top.outcome != "solved":
            return None
        shut: Mask = np.zeros(count, dtype=bool)
        shut[places] = top.x[width:] <= SHUT_FRAC
        if not shut.any():
            return None
        return refused(
            SolveStatus.INFEASIBLE,
            f"The limits leave no room for {names_of(self.core, shut)}, with risk budgets of "
            f"{percent(float(self.budgets[shut].sum()))} in all.",
            "Loosen the limits on these assets and their groups, or set their risk budgets to 0%.",
        )


def _is_possible(rows: LiftedRows, lower: Vector, upper: Vector) -> bool:
    nothing = np.zeros(len(lower))
    answer = solve_linear(nothing, rows.matrix, rows.row_lower, rows.row_upper, lower, upper)
    return answer.outcome == "solved"
