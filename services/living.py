"""What does a page need so that its reader moves limits by hand and the exact frontier follows?

The problem travels once, as numbers that a browser walks by itself; its pictures are previews. Where a move comes to
rest the engine answers, and only that answer is told, kept or taken along. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from engine.frontier.result import FrontierCorner, FrontierResult
from engine.kernel.errors import InputRefused
from engine.kernel.facts import benchmark_center
from engine.kernel.risk_free import RiskFree
from engine.kernel.units import listing
from engine.objectives.min_volatility import MinVolatility
from engine.objectives.target_return import TargetReturn
from engine.optimize.beside import asset_points_of
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.clients import Clients
from services.clients_risk import client_risk, wishes_words
from services.compliance.state_risk import RISK
from services.errors import FieldProblem, InvalidRequest, NotFound, ServiceError
from services.living_answer import answer_of, certified, drawdowns_of, point_at
from services.living_costs import half_spreads_of
from services.living_handles import extended, handles_of, moved
from services.living_rules import apart, looser, refuse_strange, rules_of, taken_along
from services.living_walk import walk_of
from services.messages.explanation import ExplanationResult
from services.messages.living import LivingFrontier, LivingPortfolio, LivingProblem, LivingTarget, MovedWish
from services.messages.optimize import OptimizationRequest
from services.optimize_explain import explanation_of
from services.optimize_inputs import Inputs
from services.optimize_needs import needs_of
from services.optimize_parse import refused
from services.ports import Ports
from services.starting_limits import starting_limits

if TYPE_CHECKING:
    from engine.compliance.movable import RulesMoved
    from engine.frontier.live import LiveFrontier
    from services.optimize import Optimize
    from services.portfolios import Portfolios

ASSETS_MAX_COUNT = 500
WALKED_MAX_COUNT = 200
TOO_MANY = f"there are more than {WALKED_MAX_COUNT} assets"
OPTIMIZATION = "optimization"
CASH = "cash"
MEASURED_MAX_COUNT = 500
LEAST_FRAC = 5e-9


@dataclass(frozen=True)
class _Read:
    """A request with its data and its frontier in motion."""

    request: OptimizationRequest
    inputs: Inputs
    live: LiveFrontier
    wide: OptimizationRequest
    rules: RulesMoved | None
    found: FrontierResult


class Living:
    """Frontiers whose limits are moved by hand."""

    def __init__(self, ports: Ports, *, optimize: Optimize, portfolios: Portfolios) -> None:
        self._ports, self._optimize, self._portfolios, self._clients = ports, optimize, portfolios, Clients(ports)

    def request_of_portfolio(self, portfolio_id: str, actor: Actor) -> OptimizationRequest:
        """Return what a portfolio starts from: its holdings that can be optimized, under the limits of the house.

        Raises
        ------
        NotFound
            When there is no such portfolio for this actor.
        InvalidRequest
            When it holds nothing that could be optimized.
        """
        portfolio = self._portfolios.get(portfolio_id, actor)
        holdings = self._portfolios.holdings(portfolio_id, actor)
        held = [one for one in holdings if one.asset_class != CASH]
        if not held:
            message = f"{portfolio.name} holds nothing that could be optimized."
            raise InvalidRequest(message, "Enter trades or import holdings, or choose another portfolio.")
        return OptimizationRequest(
            portfolio_id=portfolio_id,
            asset_ids=tuple(sorted({one.symbol for one in held})),
            objective=MinVolatility(),
            constraints=starting_limits(portfolio.house_limits, held),
        )

    def request_of_run(self, run_id: str, actor: Actor) -> OptimizationRequest:
        """Return what an optimization asked for; raises NotFound where there is none for this actor."""
        return self._optimize.request(run_id, actor)

    def problem(self, request: OptimizationRequest, actor: Actor, *, is_house: bool = False) -> LivingProblem:
        """Return everything that is needed to move the limits of a request, with its frontier as it stands.

        Parameters
        ----------
        request : OptimizationRequest
            Its goal plays no part.
        actor : Actor
        is_house : bool
            Whether the request's limits are those that the house sets for the portfolio.

        Raises
        ------
        InvalidRequest
            With every problem of the request, or where there are too many assets to wait for.
        NotFound
            When the portfolio does not exist for this actor.
        """
        authorize(actor, Permission.MARKET_READ)
        try:
            read = self._read(request, actor)
            walk, why_not = walk_of(read.live, read.wide, WALKED_MAX_COUNT, TOO_MANY, read.rules)
        except InputRefused as refusal:
            raise refused(refusal) from None
        universe, core, found = read.live.core.limits.universe, read.live.core, read.found
        scores = universe.esg_scores
        spreads, costs_note = None, ""
        if found.current is not None:
            spreads, costs_note = half_spreads_of(self._ports, request, read.inputs, universe, actor)
        points = [
            LivingPortfolio(
                volatility_annual_frac=one.volatility_annual_frac, return_annual_frac=one.return_annual_frac
            )
            for one in asset_points_of(core.estimates, universe)
        ]
        return LivingProblem(
            request=request,
            assets=universe.assets,
            sectors=dict(universe.sectors),
            esg_scores=None if scores is None or bool(np.isnan(scores).any()) else tuple(scores.tolist()),
            risk_free_annual_frac=core.risk_free_annual_frac,
            handles=handles_of(request, read.wide, read.live, "house" if is_house else "request", read.rules),
            walk=walk,
            why_not=why_not,
            still={} if read.rules is None else dict(read.rules.still),
            half_spreads_frac=spreads,
            costs_note=costs_note,
            asset_points=tuple(points),
            current=_portfolio(found.current),
            benchmark=_benchmark(read),
            benchmark_name=read.inputs.benchmark_name,
            client=self._client(request, found, actor),
            frontier=answer_of(request, found, read.inputs.panel),
        )

    def moved(self, wish: MovedWish, actor: Actor) -> LivingFrontier:
        """Return the certified frontier under the limits where they were moved.

        Raises
        ------
        InvalidRequest
            When a limit is not known or cannot stand there.
        NotFound
            When the portfolio does not exist for this actor.
        """
        authorize(actor, Permission.MARKET_READ)
        try:
            inputs = self._inputs(wish.request, actor)
            own, values = apart(wish.moves)
            asked = moved(wish.request, inputs.universe(wish.request), own)
            rules = self._rules(asked, inputs, actor)
            refuse_strange(values, rules)
            found = certified(asked, inputs, rules, values)
            if not found.corners and rules is not None and self._gives_up(wish.request, inputs, rules, actor):
                found = certified(asked, inputs, rules, values)
            return answer_of(asked, found, inputs.panel, wish.claimed, wish.seq, looser(values, rules))
        except InputRefused as refusal:
            raise refused(refusal) from None

    def request_moved(
        self, request: OptimizationRequest, moves: Mapping[str, float], actor: Actor, at: float | None = None
    ) -> OptimizationRequest:
        """Return the request with its limits where they were moved, and the goal of the point with a return of `at`.

        Rules of compliance that were made tighter become limits of the request where it has such limits; those that
        were made looser are left as they are. Raises as `moved` does.
        """
        own, values = apart(moves)
        asked = request
        if moves:
            inputs = self._inputs(request, actor)
            universe = inputs.universe(request)
            asked = moved(request, universe, own) if own else request
            rules = self._rules(asked, inputs, actor) if values else None
            refuse_strange(values, rules)
            asked = taken_along(asked, values, rules, universe)
        return asked if at is None else _with_return(asked, at)

    def explained(self, wish: MovedWish, at: float, actor: Actor) -> ExplanationResult:
        """Return why the point of a moved frontier with a return of `at` has its weights; raises as `moved` does."""
        try:
            inputs = self._inputs(wish.request, actor)
            own, values = apart(wish.moves)
            asked = _with_return(moved(wish.request, inputs.universe(wish.request), own), at)
            rules = self._rules(asked, inputs, actor)
            refuse_strange(values, rules)
            if rules is not None:
                asked = rules.request(values)
            return explanation_of(asked.model_copy(update={"frontier_points_count": 0}), inputs)
        except InputRefused as refusal:
            raise refused(refusal) from None

    def point(self, wish: MovedWish, at: float, actor: Actor) -> dict[str, float]:
        """Return the weights of the point of a moved frontier with a return of `at`, by asset; the nearest end beyond.

        Raises
        ------
        InvalidRequest
            As `moved` does; where no portfolio is left, or a rule of compliance is moved to allow more than it does.
        NotFound
            When the portfolio does not exist for this actor.
        """
        found = self.moved(wish, actor)
        if found.looser:
            message = f"This point is a what-if that breaks {listing(list(found.looser))}."
            advice = "Put the rule back on the frontier, and take the point from there."
            raise InvalidRequest(message, advice, fields=(FieldProblem("moves", message, advice),))
        if not found.corners:
            raise InvalidRequest(found.message, found.advice)
        _, weights = point_at(found, at)
        held = zip(self._inputs(wish.request, actor).assets, weights, strict=True)
        return {asset: round(weight, 8) for asset, weight in held if abs(weight) >= LEAST_FRAC}

    def drawdowns(
        self, request: OptimizationRequest, weights: Sequence[Sequence[float]], actor: Actor
    ) -> tuple[float, ...] | None:
        """Return the maximum drawdown of portfolios over the history, None without one; weights in the assets' order.

        Raises
        ------
        InvalidRequest
            When they do not fit the assets, or are too many.
        """
        authorize(actor, Permission.MARKET_READ)
        inputs = self._inputs(request, actor)
        if len(weights) > MEASURED_MAX_COUNT or any(len(one) != len(inputs.assets) for one in weights):
            message = "These portfolios cannot be measured."
            advice = f"Send at most {MEASURED_MAX_COUNT}, each with {len(inputs.assets)} weights."
            raise InvalidRequest(message, advice, fields=(FieldProblem("weights", message, advice),))
        return drawdowns_of(np.array(weights, dtype=np.float64), inputs.panel)

    def _inputs(self, request: OptimizationRequest, actor: Actor) -> Inputs:
        asked = request.model_copy(update={"objective": MinVolatility()})
        needs = replace(needs_of(asked), has_scores=True, has_benchmark=True)
        own = request.facts
        if own is not None and own.esg_scores is not None:
            needs = replace(needs, has_scores=False)
        if own is not None and own.benchmark_weights is not None:
            needs = replace(needs, has_benchmark=False)
        inputs = self._optimize.checked(asked, actor, needs)
        if len(inputs.assets) > ASSETS_MAX_COUNT:
            message = f"A frontier of {len(inputs.assets)} assets is too slow to be moved by hand."
            advice = f"Choose at most {ASSETS_MAX_COUNT} assets, or run the optimization."
            raise InvalidRequest(message, advice, fields=(FieldProblem("request.asset_ids", message, advice),))
        return inputs

    def _read(self, request: OptimizationRequest, actor: Actor) -> _Read:
        from engine.frontier.live import LiveFrontier

        inputs = self._inputs(request, actor)
        wide = extended(request, inputs.universe(request))
        rules = self._rules(wide, inputs, actor)
        found = certified(wide, inputs, rules)
        if rules is not None and not found.corners and rules.gives_up():
            found = certified(wide, inputs, rules)
        whole = wide if rules is None else rules.request({})
        live = LiveFrontier.of(
            whole,
            panel=inputs.panel,
            sectors=inputs.sectors,
            current_weights_frac=inputs.current_weights_frac,
            data_lineage=inputs.lineage,
            facts=inputs.facts,
            risk_free=RiskFree.not_set(),
        )
        return _Read(request, inputs, live, whole, rules, found)

    def _rules(self, request: OptimizationRequest, inputs: Inputs, actor: Actor) -> RulesMoved | None:
        return rules_of(request, self._optimize.rules_of(request, inputs.assets, actor, without=RISK), inputs.assets)

    def _gives_up(self, request: OptimizationRequest, inputs: Inputs, rules: RulesMoved, actor: Actor) -> bool:
        """Leave out what is kept no worse than now, if that leaves nothing where nobody moved a limit either."""
        first = self._rules(request, inputs, actor)
        if first is None or not rules.along.search.eased or certified(request, inputs, first).corners:
            return False
        return rules.gives_up()

    def _client(self, request: OptimizationRequest, found: FrontierResult, actor: Actor) -> LivingTarget | None:
        """Return what suits the client of the portfolio, by the rule of `engine.pareto.recommend`."""
        if request.portfolio_id is None or not found.corners or not found.is_exact:
            return None
        from engine.pareto.recommend import recommend_on_frontier

        try:
            client_id = self._portfolios.get(request.portfolio_id, actor).client_id
            profile = self._clients.get(client_id, actor).profile if client_id else None
            if profile is None:
                return None
            target = recommend_on_frontier(client_risk(profile), found, request)
        except (ServiceError, NotFound, InputRefused):  # not for this reader's eyes, or no portfolio keeps a ceiling
            return None
        return LivingTarget(
            volatility_annual_frac=target.volatility_annual_frac,
            return_annual_frac=target.return_annual_frac,
            volatility_max_annual_frac=target.volatility_max_annual_frac,
            sentence=f"{target.sentence} {wishes_words(profile)}".strip(),
        )


def _with_return(request: OptimizationRequest, return_annual_frac: float) -> OptimizationRequest:
    try:
        goal = TargetReturn(return_min_annual_frac=return_annual_frac)
    except ValidationError:  # a mistyped address
        message, advice = "The frontier has no point with this return.", "Choose a point on the frontier."
        raise InvalidRequest(message, advice, fields=(FieldProblem("at", message, advice),)) from None
    return request.model_copy(update={"objective": goal})


def _portfolio(corner: FrontierCorner | None) -> LivingPortfolio | None:
    if corner is None:
        return None
    return LivingPortfolio(
        volatility_annual_frac=corner.volatility_annual_frac,
        return_annual_frac=corner.return_annual_frac,
        weights_frac=corner.weights_frac,
    )


def _benchmark(read: _Read) -> LivingPortfolio | None:
    """Return where the benchmark lies, as far as its constituents are among the assets."""
    core = read.live.core
    weights = benchmark_center(core.limits.universe)
    if weights is None or not float(weights.sum()) > 0.0:
        return None
    gained = float(weights @ core.excess * core.excess_scale) + core.risk_free_annual_frac
    risked = float(np.sqrt(max(float(weights @ core.estimates.covariance_annual @ weights), 0.0)))
    return LivingPortfolio(
        volatility_annual_frac=risked, return_annual_frac=gained, weights_frac=tuple(weights.tolist())
    )
