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

from engine.compliance.allowances import NOTHING_ALLOWED, Allowances
from engine.compliance.bound import Bound
from engine.compliance.bounds import Vector
from engine.compliance.choices import chosen, recombined, reopened
from engine.compliance.evaluate import evaluate
from engine.compliance.fit import refuse_unfit
from engine.compliance.goal import score_of
from engine.compliance.inside import box_around, on_boundary
from engine.compliance.kept import WithinRules
from engine.compliance.limit import Asked, RuledRequest, RuleLimit
from engine.compliance.linear import ChoiceRule, CurvedRule, LinearRow
from engine.compliance.linear_of import linear_of
from engine.compliance.list_limit import NO_LISTS, Held, TradingLists
from engine.compliance.reachable import Reach
from engine.compliance.result import BAD, Evaluation, RuleResult
from engine.compliance.rule import Rule
from engine.compliance.settle import Settling, clashing, hard_broken
from engine.compliance.starting import Start
from engine.compliance.state import ComplianceState
from engine.compliance.tell import told_clash, within_rules
from engine.compliance.tracked import BenchmarkReturns, Tracked, tracked_of
from engine.compliance.trades import orders_to
from engine.constraints import Constraint
from engine.constraints.budget import Budget
from engine.kernel.canonical import sha256_of
from engine.objectives import Objective
from engine.objectives.equal_weight import EqualWeight
from engine.result import OptimizationResult
from engine.spec import OptimizationRequest

ROUNDS_MAX_COUNT = 200
CUTS_COUNT = 25
COMBINED_MAX_COUNT = 8
SEARCHED = "What counts only beyond a level was tried in several ways; another one may work."
INSIDES_MAX_COUNT = 6
TRADED_FRAC = 1e-8
HALF_STEP = 5e-9
BOXES_FRAC = (0.02, 5e-3, 1e-3, 1e-4, 1e-5, 1e-6)
BINDING = ("soft", "hard")
FactsAfter = Callable[[ComplianceState], Mapping[str, float | None]]
Solver = Callable[[OptimizationRequest], OptimizationResult]


def optimize_within_rules(
    request: OptimizationRequest,
    rules: Sequence[Rule],
    state: ComplianceState,
    *,
    facts_after: FactsAfter | None = None,
    allowances: Allowances = NOTHING_ALLOWED,
    lists: TradingLists = NO_LISTS,
    benchmark: BenchmarkReturns | None = None,
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
    allowances
        What somebody let stand: such a group may come to its level.
    lists
        What may not be traded, or bought: it is held as it is, or not added to.
    benchmark
        Its returns, by which tracking error is held where a rule limits it and its weights are not known to the run.
    **data
        As for `engine.optimize`.

    Returns
    -------
    OptimizationResult
        With `compliance`. Weights are judged before costs.

    Raises
    ------
    InputRefused
        As from `engine.optimize`; when an asset of the request is not in the state, or a rule makes no sense; when
        something is held that may not be traded and is no asset of the request.

    """
    return search_of(
        request, rules, state, facts_after=facts_after, allowances=allowances, lists=lists, benchmark=benchmark, **data
    ).run()


def search_of(
    request: OptimizationRequest,
    rules: Sequence[Rule],
    state: ComplianceState,
    *,
    facts_after: FactsAfter | None = None,
    allowances: Allowances = NOTHING_ALLOWED,
    lists: TradingLists = NO_LISTS,
    benchmark: BenchmarkReturns | None = None,
    **data: Any,
) -> Search:
    """Return the search for the best portfolio within rules, not begun; see `optimize_within_rules`."""
    from engine.optimize.solve import optimize

    def solve(asked: OptimizationRequest) -> OptimizationResult:
        return optimize(asked, **data)

    assets = assets_of(request, data)
    search = Search(request, tuple(rules), state, solve, assets, facts_after, allowances, lists)
    if request.problem is None:
        search.tracked = tracked_of(benchmark, assets, data, request.as_of)
    return search


def assets_of(request: OptimizationRequest, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the assets of a request, by what `engine.optimize` is given beside it."""
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
        solve: Solver,
        assets: tuple[str, ...],
        facts_after: FactsAfter | None = None,
        allowances: Allowances = NOTHING_ALLOWED,
        lists: TradingLists = NO_LISTS,
    ) -> None:
        self.request, self.rules, self.state = request, rules, state
        self.facts_after, self.solver, self.assets = facts_after, solve, assets
        self.allowances, self.lists = allowances, lists
        self.tracked: Tracked | None = None
        self.solves_count, self.cuts_count, self.insides_count, self.is_chosen = 0, 0, 0, False
        self._evaluations: dict[tuple[float, ...], Evaluation] = {}
        at = {symbol: place for place, symbol in enumerate(state.symbols)}
        refuse_unfit(request, state, assets, lists)
        self.places = np.array([at[asset] for asset in assets], dtype=np.intp)
        self.held = np.array([float(value or 0) for value in state.values_ccy]) / float(state.net_assets_ccy or 1.0)
        self.weights = self.held[self.places]
        self.bound, self.own, self.notes, self.ceilings = self._begun(frozenset())

    def _begun(self, given_up: frozenset[str]) -> tuple[list[Bound], list[Constraint], list[str], list[Constraint]]:
        """Return rules and limits as a search begins with them; rules that are given up are not even no worse."""
        signs = self.signs()
        bound = [
            Bound(rule, self.allowances.loosened(rule, linear_of(rule, self.state, signs)))
            for rule in self.rules
            if rule.severity in BINDING
        ]
        held = Held.of(self.lists, self.assets, self.weights)
        reach = Reach(self.places, signs[self.places] == 0.0, held, self.state.kept)
        start = Start(self.request, bound, self.state, self.held, reach, self.assets, given_up)
        return bound, start.own, start.notes, start.ceilings

    @property
    def eased(self) -> tuple[str, ...]:
        """Rules that are kept no worse than now because no portfolio of the assets keeps them."""
        return tuple(one.rule.id for one in self.bound if one.how == "no_worse")

    def give_up(self, rule_ids: Sequence[str]) -> None:
        """Begin anew without keeping some rules even no worse than now."""
        self.bound, self.own, self.notes, self.ceilings = self._begun(frozenset(rule_ids))

    @classmethod
    def of(
        cls,
        request: OptimizationRequest,
        rules: Sequence[Rule],
        state: ComplianceState,
        assets: Sequence[str],
        allowances: Allowances = NOTHING_ALLOWED,
        lists: TradingLists = NO_LISTS,
    ) -> Search:
        """Return a search that is looked at and not run."""

        def solve(asked: OptimizationRequest) -> OptimizationResult:
            raise RuntimeError("This search is not run.")

        return cls(request, tuple(rules), state, solve, tuple(assets), None, allowances, lists)

    def run(self) -> OptimizationResult:
        """Solve until the rules are kept, or nothing more can be done.

        Where rules that are kept no worse than now leave nothing together with the limits, they are given up: one, if
        that is enough, else all.
        """
        result = self._answered()
        eased = self.eased
        if result.weights or not eased:
            return self._told(result)
        for one in [(rule_id,) for rule_id in eased if len(eased) > 1] + [eased]:
            self.give_up(one)
            found = self._answered()
            if found.weights:
                return self._told(found)
        self.give_up(())
        return self._told(result)

    def _answered(self) -> OptimizationResult:
        """Return the best answer that was found; where it breaks a hard rule, what clashes in its place."""
        settling = Settling(self)
        result = settling.run(self.searched())
        broken = hard_broken(self, result)
        if not broken:
            return result
        self.is_chosen = True
        return clashing(result, broken, settling.conflicts)

    def searched(self) -> OptimizationResult:
        """Return the best answer by the rules and limits as they are."""
        self.cuts_count, self.insides_count = 0, 0
        near = np.full(len(self.assets), 1.0 / len(self.assets))
        ways: list[Callable[[], bool]] = [
            lambda: reopened(self),
            *[lambda: recombined(self, near)] * COMBINED_MAX_COUNT,
        ]
        anew = iter(ways)
        result = self.solved()
        for _ in range(ROUNDS_MAX_COUNT):
            if not result.weights:
                if not any(way() for way in anew):  # each once; rows of curves may have come in between
                    break
                result = self.solved()
                continue
            near = self.weights_of(result)[self.places]
            better = self._next([one for one, _ in self.broken(result)], result)
            if better is None:
                break
            result = better
        return result

    def signs(self) -> Vector:
        """Return 1 where a position will be long; 0 for assets that may be short, or cash that may be owed."""
        signs = np.ones(len(self.state.symbols))
        if any(getattr(one, "kind", "") == "long_short" for one in self.request.constraints):
            signs[self.places] = 0.0
        net = next((one.net_frac for one in self.request.constraints if isinstance(one, Budget)), 1.0)
        signs[0] = 1.0 if net <= 1.0 else -1.0
        return signs

    def solved(
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
        """Return what becomes of the rules, judged once for the same weights: figures of risk take their time."""
        weights = {line.asset: line.weight_frac for line in result.weights}
        key = tuple(weights.values())
        if key not in self._evaluations:
            orders = orders_to(self.state, weights, self.lists.held)
            known: dict[str, float | None] = {}
            if result.metrics is not None:
                known["volatility"] = result.metrics.volatility_annual_frac
            if self.facts_after is not None:
                known.update(self.facts_after(self.state.after(orders) if orders else self.state))
            self._evaluations[key] = evaluate(self.rules, self.state, orders, facts_after=known)
        return self._evaluations[key]

    def broken(self, result: OptimizationResult) -> list[tuple[Bound, RuleResult]]:
        """Return the rules that bind and that weights do not surely keep, with what becomes of them."""
        found = [one for one in self._judged(result).results if one.severity in BINDING]
        pairs = zip(self.bound, found, strict=True)
        return [(one, now) for one, now in pairs if now.status in BAD and not self.allowances.stands(now)]

    def figure_of(self, one: Bound, result: OptimizationResult) -> float | None:
        """Return a rule's worst figure at an answer; None without weights, or where it is not known."""
        if not result.weights:
            return None
        found = next(
            now for rule, now in zip(self.rules, self._judged(result).results, strict=True) if rule is one.rule
        )
        return found.groups[0].most if found.groups else None

    def _next(self, broken: Sequence[Bound], result: OptimizationResult) -> OptimizationResult | None:
        """Return a better answer; None where no broken rule can be helped further."""
        x = self.weights_of(result)
        is_cut = False
        for one in broken:
            if not isinstance(one.kept, CurvedRule):
                continue
            if one.how is None:
                one.cuts.append(one.kept.deep_cut(x))
                is_cut = True
            elif one.kept.value(x) > one.kept.limit + HALF_STEP:  # nothing lies inside what is held now
                one.cuts.append(one.kept.cut(x))
                is_cut = True
        if is_cut:
            self.cuts_count += 1
            found = self._inside(x) if self.cuts_count % CUTS_COUNT == 0 else None
            return found if found is not None else self.solved()
        for one in broken:
            if isinstance(one.kept, ChoiceRule) and not one.choice:
                return chosen(self, one, one.kept, x, result)
        return None

    def _inside(self, outer: Vector) -> OptimizationResult | None:
        """Return an answer inside curved rules, where rows come nearer too slowly; None where none is found so."""
        curves = [one.kept for one in self.bound if isinstance(one.kept, CurvedRule)]
        if self.insides_count >= INSIDES_MAX_COUNT:
            return None
        self.insides_count, self.is_chosen = self.insides_count + 1, True
        held = np.where(outer[self.places] == 0.0, 0.0, np.inf)  # whole positions stay those that were found
        alike = RuleLimit.of(curves[0].rule, Asked((), self.places, held), "frac", None)
        spread = self.solved(more=[alike], objective=EqualWeight())
        if not spread.weights:
            return None
        point = on_boundary(curves, self.weights_of(spread), outer)
        best: OptimizationResult | None = None
        for size in BOXES_FRAC:
            if point is None:
                break
            asked = Asked(box_around(curves, point, self.places, size), self.places, held)
            found = self.solved(more=[RuleLimit.of(curves[0].rule, asked, "frac", None)])
            if found.weights and (best is None or score_of(found, self.request) < score_of(best, self.request)):
                best = found
                point = on_boundary(curves, self.weights_of(spread), self.weights_of(found))
        return best

    def weights_of(self, result: OptimizationResult) -> Vector:
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
        bound, traded = {id(one.rule): one for one in self.bound}, self._traded(result)
        found: WithinRules = within_rules(
            self.rules,
            bound,
            before,
            judged,
            self.solves_count,
            (*self.notes, *self.lists.notes(self.assets, traded)),
            is_chosen=self.is_chosen,
            allowances=self.allowances,
            held=tuple(asset for asset in self.assets if asset in self.lists.held),
            is_benchmark_known=self.tracked is not None,
            is_watched=any(asset in self.lists.watched for asset in traded),
        )
        lineage = result.lineage.model_copy(update={"request_sha256": sha256_of(self.request.model_dump(mode="json"))})
        told = result.model_copy(update={"lineage": lineage, "compliance": found})
        return told if result.diagnosis is None else told_clash(told, len(self.request.constraints), self.bound)

    def _traded(self, result: OptimizationResult) -> tuple[str, ...]:
        """Return the assets that would be traded."""
        now = dict(zip(self.assets, self.weights.tolist(), strict=True))
        return tuple(line.asset for line in result.weights if abs(line.weight_frac - now[line.asset]) > TRADED_FRAC)
