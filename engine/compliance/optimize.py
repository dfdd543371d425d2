"""Which portfolio is best among those that keep the rules of compliance?

Linear rules become limits of the problem. Least holdings and counts go to the search over whole positions. Of rules
that add up what counts only beyond a level the better of several choices is taken, each of which is linear; rules that
are curved get a row where an answer breaks them. What comes out is judged by `evaluate`, and solved again until it
complies or nothing more can be done; limits that clash are told by the doctor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.compliance.bound import Bound
from engine.compliance.bounds import Vector
from engine.compliance.evaluate import evaluate
from engine.compliance.inside import box_around, on_boundary
from engine.compliance.kept import WithinRules
from engine.compliance.limit import GUARD, Asked, RuledRequest, RuleLimit, on_weights
from engine.compliance.linear import (
    UNREACHABLE,
    UNTOUCHED,
    ChoiceRule,
    CountRule,
    CurvedRule,
    LinearRow,
    LinearRule,
    NotLinear,
    linear_of,
)
from engine.compliance.reachable import is_out_of_reach
from engine.compliance.result import Evaluation
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.compliance.tell import told_clash, within_rules
from engine.compliance.trades import orders_to
from engine.constraints import Constraint
from engine.constraints.budget import Budget
from engine.constraints.holdings_count import HoldingsCount
from engine.constraints.tracking_error import TrackingError
from engine.constraints.volatility_ceiling import VolatilityCeiling
from engine.kernel.canonical import sha256_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.units import agree, listing, percent
from engine.objectives import Objective
from engine.objectives.equal_weight import EqualWeight
from engine.result import OptimizationResult
from engine.spec import OptimizationRequest

ROUNDS_MAX_COUNT = 200
CHOICES_MAX_COUNT = 9
CUTS_COUNT = 25
SEARCHED = "What counts only beyond a level was tried in several ways; another one may work."
INSIDES_MAX_COUNT = 6
BOXES_FRAC = (0.02, 5e-3, 1e-3, 1e-4, 1e-5, 1e-6)
BINDING = ("soft", "hard")
RISKS = {"volatility": VolatilityCeiling, "tracking_error": TrackingError}
FactsAfter = Callable[[ComplianceState], Mapping[str, float | None]]
Solver = Callable[[OptimizationRequest], OptimizationResult]


def optimize_within_rules(
    request: OptimizationRequest,
    rules: Sequence[Rule],
    state: ComplianceState,
    *,
    facts_after: FactsAfter | None = None,
    **data: Any,
) -> OptimizationResult:
    """Return the best portfolio for a request that keeps the rules, with what became of each of them.

    Parameters
    ----------
    request
        What is asked; its own limits hold besides the rules. Without a budget of its own no more is invested than the
        rules leave room for.
    rules
        In force; those that bind are soft or hard.
    state
        The portfolio now: every asset of the request stands in it with its price and all that is known of it, also
        where nothing is held of it. What is held and is no asset of the request is taken as sold.
    facts_after
        Figures of risk of the state after the trades, by the names in `engine.compliance.fields.FACTS`; without it only
        the volatility by the run's own estimates is known afterwards.
    **data
        As for `engine.optimize`.

    Returns
    -------
    OptimizationResult
        With `compliance`. Weights are judged before costs.

    Raises
    ------
    InputRefused
        As from `engine.optimize`; when an asset of the request is not in the state, or a rule makes no sense.

    """
    from engine.optimize.solve import optimize

    def solve(asked: OptimizationRequest) -> OptimizationResult:
        return optimize(asked, **data)

    return Search(request, tuple(rules), state, facts_after, solve, _assets(request, data)).run()


def _assets(request: OptimizationRequest, data: Mapping[str, Any]) -> tuple[str, ...]:
    if request.problem is not None:
        return request.problem.assets
    if request.asset_ids is not None:
        return request.asset_ids
    panel = data.get("panel")
    return tuple(getattr(panel, "assets", ()) or (data.get("current_weights_frac") or {}))


class Search:
    """One search: the rules, the limits that they have become so far, and how often it was solved."""

    def __init__(
        self,
        request: OptimizationRequest,
        rules: tuple[Rule, ...],
        state: ComplianceState,
        facts_after: FactsAfter | None,
        solve: Solver,
        assets: tuple[str, ...],
    ) -> None:
        self.request, self.rules, self.state = request, rules, state
        self.facts_after, self.solver, self.assets = facts_after, solve, assets
        self.solves_count, self.cuts_count, self.notes = 0, 0, list[str]()
        self.is_chosen, self.is_reopened, self.insides_count = False, False, 0
        at = {symbol: place for place, symbol in enumerate(state.symbols)}
        missing = [asset for asset in assets if asset not in at]
        if missing:
            message = f"{missing[0]} is not in the state that the rules are held against."
            raise InputRefused([Problem("state.symbols", message, "Add it with quantity 0 and its price.")])
        self.places = np.array([at[asset] for asset in assets], dtype=np.intp)
        if state.net_assets_ccy is None or state.net_assets_ccy <= 0:
            message = "The value of the portfolio is not known, or not above zero, so no rule on weights can be kept."
            raise InputRefused([Problem("keep_rules", message, "Bring the missing prices, or leave the rules out.")])
        bare = [asset for asset in assets if not state.prices_ccy[at[asset]] > 0.0]
        if bare:
            message = f"{listing(bare)} {agree(bare, 'has', 'have')} no price, so rules cannot be held against trades."
            raise InputRefused([Problem("keep_rules", message, "Import prices, or leave the rules or the assets out.")])
        whole = float(state.net_assets_ccy or 0.0)
        held = np.array([float(value or 0) for value in state.values_ccy])
        self.weights = held[self.places] / whole if whole > 0.0 else np.zeros(len(assets))
        self.bound = [Bound(rule, linear_of(rule, state, self._signs())) for rule in rules if rule.severity in BINDING]
        self.own = self._own_limits()
        self._leave_out_of_reach()

    @classmethod
    def of(
        cls, request: OptimizationRequest, rules: Sequence[Rule], state: ComplianceState, assets: Sequence[str]
    ) -> Search:
        """Return a search that is looked at and not run."""

        def solve(asked: OptimizationRequest) -> OptimizationResult:
            raise RuntimeError("This search is not run.")

        return cls(request, tuple(rules), state, None, solve, tuple(assets))

    def run(self) -> OptimizationResult:
        """Solve until the rules are kept, or nothing more can be done."""
        result = self._solved()
        for _ in range(ROUNDS_MAX_COUNT):
            if not result.weights:
                if not self._reopened():
                    break
                result = self._solved()
                continue
            judged = self._judged(result)
            broken = [one for one, found in self._binding(judged) if found in ("failed", "indeterminate")]
            better = self._next(broken, result)
            if better is None:
                break
            result = better
        return self._told(result)

    def _reopened(self) -> bool:
        """Take choices back, once, where rows that were added after them leave nothing; return whether there were any.

        Rows that are added stay, so that the next choices are made beside them.
        """
        chosen = [one for one in self.bound if one.choice]
        if self.is_reopened or not chosen:
            return False
        self.is_reopened = True
        for one in chosen:
            one.choice = ()
        return True

    def _signs(self) -> Vector:
        """Return 1 where a position will be long; 0 for assets that may be short, or cash that may be owed."""
        signs = np.ones(len(self.state.symbols))
        if any(getattr(one, "kind", "") == "long_short" for one in self.request.constraints):
            signs[self.places] = 0.0
        net = next((one.net_frac for one in self.request.constraints if isinstance(one, Budget)), 1.0)
        signs[0] = 1.0 if net <= 1.0 else -1.0
        return signs

    def _leave_out_of_reach(self) -> None:
        """Leave out soft rules that no portfolio of the assets keeps: they ask for other assets, or for an override."""
        can_be_short = self._signs()[self.places] == 0.0
        net = next((one.net_frac for one in self.own if isinstance(one, Budget)), 1.0)
        for one in self.bound:
            if one.rule.severity == "soft" and is_out_of_reach(one.kept, self.places, net, can_be_short):
                one.kept = NotLinear(one.rule, UNREACHABLE, "unreachable")

    def _own_limits(self) -> list[Constraint]:
        """Return the request's own limits, with no more invested than the rules leave, and one count of holdings."""
        own = list(self.request.constraints)
        budgets = [one for one in own if isinstance(one, Budget)]
        if all(_is_whole(one) for one in budgets):
            most = min([1.0, *(self._most_invested(one) for one in self.bound)])
            if 0.0 < most < 1.0:
                less = Budget(net_frac=float(np.floor(most * 1e8 + 1e-4) / 1e8))
                own = [less if one in budgets else one for one in own] if budgets else [*own, less]
                self.notes.append(f"{percent(1.0 - less.net_frac)} stays in cash, as the rules demand.")
        for one in self.bound:
            measure = one.rule.measure.strip()
            limit = evaluate([one.rule], self.state).results[0].limit if measure in RISKS else None
            if limit is not None and limit > 0.0 and one.rule.operator in ("<=", "<") and self._has_risk(measure):
                own.append(RISKS[measure](max_annual_frac=limit))
                one.kept = NotLinear(one.rule, UNTOUCHED, "ceiling")
        counts = [one.kept for one in self.bound if isinstance(one.kept, CountRule)]
        asked = next((one for one in own if isinstance(one, HoldingsCount)), None)
        if asked is not None and counts:
            least = max([one.min_count or 0 for one in counts] + [asked.min_count or 0]) or None
            most_count = min(one for one in [*(c.max_count for c in counts), asked.max_count, 2000] if one is not None)
            changed = asked.model_copy(update={"min_count": least, "max_count": most_count})
            own = [changed if one is asked else one for one in own]
        return own

    def _has_risk(self, measure: str) -> bool:
        facts = self.request.facts
        return measure == "volatility" or (facts is not None and bool(facts.benchmark_weights))

    def _most_invested(self, one: Bound) -> float:
        """Return how much a rule that is about cash alone leaves to be invested."""
        if not isinstance(one.kept, LinearRule):
            return np.inf
        most = np.inf
        for row in one.kept.rows:
            coefficients, upper = on_weights(row, self.places)
            is_cash = row.part[0] != 0.0 and not bool(row.part[self.places].any())
            if is_cash and len(coefficients) and coefficients[0] > 0.0:
                most = min(most, upper / coefficients[0])
        return most

    def _solved(
        self,
        changed: Mapping[int, tuple[LinearRow, ...]] | None = None,
        *,
        more: Sequence[Constraint] = (),
        objective: Objective | None = None,
    ) -> OptimizationResult:
        """Solve with the limits as they are, some choices changed, more limits, or for another goal."""
        self.solves_count += 1
        asked = RuledRequest.of(self.request, [*self.limits(changed), *more])
        return self.solver(asked if objective is None else asked.model_copy(update={"objective": objective}))

    def limits(self, changed: Mapping[int, tuple[LinearRow, ...]] | None = None) -> list[Constraint]:
        """Return the request's own limits and those of the rules, some choices changed."""
        limits: list[Constraint] = list(self.own)
        for place, one in enumerate(self.bound):
            choice = (changed or {}).get(place, one.choice)
            made = Bound(one.rule, one.kept, one.cuts, choice).limit(self.places, self.weights)
            limits += [] if made is None else [made]
        return limits

    def _judged(self, result: OptimizationResult) -> Evaluation:
        weights = {line.asset: line.weight_frac for line in result.weights}
        orders = orders_to(self.state, weights)
        known: dict[str, float | None] = {}
        if result.metrics is not None:
            known["volatility"] = result.metrics.volatility_annual_frac
        if self.facts_after is not None:
            known.update(self.facts_after(self.state.after(orders) if orders else self.state))
        return evaluate(self.rules, self.state, orders, facts_after=known)

    def _binding(self, judged: Evaluation) -> list[tuple[int, str]]:
        found = [one.status for one in judged.results if one.severity in BINDING]
        return list(enumerate(found))

    def _next(self, broken: Sequence[int], result: OptimizationResult) -> OptimizationResult | None:
        """Return a better answer; None where no broken rule can be helped further."""
        x = self._held(result)
        is_cut = False
        for one in (self.bound[place] for place in broken):
            if isinstance(one.kept, CurvedRule):
                one.cuts.append(one.kept.deep_cut(x))
                is_cut = True
        if is_cut:
            self.cuts_count += 1
            found = self._inside(x) if self.cuts_count % CUTS_COUNT == 0 else None
            return found if found is not None else self._solved()
        for place in broken:
            one = self.bound[place]
            if isinstance(one.kept, ChoiceRule) and not one.choice:
                return self._chosen(place, one.kept, x, result)
        return None

    def _inside(self, outer: Vector) -> OptimizationResult | None:
        """Return an answer inside curved rules, where rows come nearer too slowly; None where none is found so."""
        curves = [one.kept for one in self.bound if isinstance(one.kept, CurvedRule)]
        if self.insides_count >= INSIDES_MAX_COUNT:
            return None
        self.insides_count += 1
        self.is_chosen = True
        held = np.where(outer[self.places] == 0.0, 0.0, np.inf)  # whole positions stay those that were found
        alike = RuleLimit.of(curves[0].rule, Asked((), self.places, held), "frac", None)
        spread = self._solved(more=[alike], objective=EqualWeight())
        if not spread.weights:
            return None
        point = on_boundary(curves, self._held(spread), outer)
        best: OptimizationResult | None = None
        for size in BOXES_FRAC:
            if point is None:
                break
            asked = Asked(box_around(curves, point, self.places, size), self.places, held)
            found = self._solved(more=[RuleLimit.of(curves[0].rule, asked, "frac", None)])
            if found.weights and (best is None or _score(found, self.request) < _score(best, self.request)):
                best = found
                point = on_boundary(curves, self._held(spread), self._held(found))
        return best

    def _chosen(self, place: int, kept: ChoiceRule, x: Vector, result: OptimizationResult) -> OptimizationResult:
        """Return the best answer of several choices of what is kept within its guards."""
        pressures = kept.pressures(x)
        sizes = np.array([float(unit.part @ x) + unit.add for unit in kept.units])
        out = np.flatnonzero(np.isfinite(pressures) & (pressures > 1e-10))
        order = out[np.lexsort((-pressures[out], -sizes[out]))]
        steps = np.unique(np.linspace(0, len(order), min(len(order) + 1, CHOICES_MAX_COUNT)).round().astype(int))
        best: OptimizationResult | None = None
        last, chosen = result, tuple[LinearRow, ...]()
        for count in steps[::-1].tolist():
            rows = kept.rows(set(order[:count].tolist()), x)
            marked = (rows[0], *(LinearRow(GUARD, r.part, r.whole, r.add, r.sign, r.limit) for r in rows[1:]))
            last = self._solved({place: marked})
            if last.weights and (best is None or _score(last, self.request) < _score(best, self.request) - 1e-12):
                best, chosen = last, marked
        self.is_chosen = True
        if best is None:
            return last
        self.bound[place].choice = chosen
        return best

    def _held(self, result: OptimizationResult) -> Vector:
        """Return what would be held, over net assets."""
        x = np.zeros(len(self.state.symbols))
        x[self.places] = [line.weight_frac for line in result.weights]
        x[0] += 1.0 - x.sum()
        return x

    def _told(self, result: OptimizationResult) -> OptimizationResult:
        """Return the answer with what became of the rules, as an answer to the request that was asked."""
        judged = self._judged(result) if result.weights else None
        if judged is None and self.is_chosen:
            self.notes.append(SEARCHED)
        before = evaluate(self.rules, self.state)
        kinds = {id(one.rule): one.kept for one in self.bound}
        found: WithinRules = within_rules(
            self.rules, kinds, before, judged, self.solves_count, self.notes, is_chosen=self.is_chosen
        )
        lineage = result.lineage.model_copy(update={"request_sha256": sha256_of(self.request.model_dump(mode="json"))})
        told = result.model_copy(update={"lineage": lineage, "compliance": found})
        return told if result.diagnosis is None else told_clash(told, len(self.request.constraints))


def _is_whole(one: Constraint) -> bool:
    """Return whether a limit says no more than that the whole capital is invested, as without any."""
    return isinstance(one, Budget) and one.net_frac == 1.0 and not one.is_soft


def _score(result: OptimizationResult, request: OptimizationRequest) -> float:
    """Return the figure of the goal, the smaller the better."""
    metrics = result.metrics
    assert metrics is not None
    if result.goal_figure is not None:
        return result.goal_figure.value_frac
    kind = str(getattr(request.objective, "kind", ""))
    if kind == "max_sharpe" and metrics.sharpe is not None:
        return -metrics.sharpe
    if kind == "max_return":
        return -metrics.return_annual_frac
    if kind == "max_utility":
        aversion = float(getattr(request.objective, "risk_aversion", 1.0))
        return 0.5 * aversion * metrics.volatility_annual_frac**2 - metrics.return_annual_frac
    return metrics.volatility_annual_frac
