"""Which portfolios were efficient when an optimization was computed, in each measure that its data allow?

Found from the run's own request, on the prices of its day and from the weights held then, while the reader waits. The
answer is kept for a while: whoever may see the run may see it, and nobody else asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.constraints.tracking_error import benchmark_outside_problems
from engine.frontier.result import FrontierCorner, FrontierReward, FrontierRisk
from engine.kernel.errors import InputRefused
from engine.version import ENGINE_VERSION
from services.auth.actor import Actor
from services.clients import Clients
from services.clients_risk import client_risk, wishes_words
from services.compliance.state_risk import RISK
from services.errors import Conflict, NotFound, ServiceError
from services.messages.frontier import FrontierChoices, FrontierResult, FrontierWish
from services.messages.optimize import OptimizationRequest, OptimizationResult
from services.messages.runs import RunStatus
from services.optimize_frontier import FIGURES_MAX_COUNT, asked, frontier_of, needs_of_frontier
from services.optimize_inputs import Inputs
from services.optimize_needs import Needs, needs_of
from services.optimize_parse import refused
from services.ports import Ports

if TYPE_CHECKING:
    from engine.pareto.recommend import BrokenBy, Recommendation
    from services.messages.clients import ClientProfile
    from services.optimize import Optimize
    from services.portfolios import Portfolios
    from services.runs import Runs

OPTIMIZATION = "optimization"
KEPT_S = 900.0
SAME_FRAC = 1e-9  # figures of an asset that differ by more come from other prices
MOVED = (
    "Prices, holdings or facts of that day were changed since the optimization: the frontier is that of the data as "
    "they are now. Run the optimization again."
)


@dataclass(frozen=True)
class _Run:
    """A finished optimization: what it asked and what it found."""

    request: OptimizationRequest
    result: OptimizationResult


@dataclass(frozen=True)
class ClientTarget:
    """The portfolio on the frontier that suits the client of the optimization's portfolio, and by which answers."""

    profile: ClientProfile
    found: Recommendation


class Frontiers:
    """The frontiers of optimizations that have been computed."""

    def __init__(self, ports: Ports, *, runs: Runs, optimize: Optimize, portfolios: Portfolios) -> None:
        self._ports = ports
        self._runs = runs
        self._optimize = optimize
        self._portfolios = portfolios
        self._clients = Clients(ports)

    def of(
        self, optimization_id: str, actor: Actor, risk: FrontierRisk = "volatility", reward: FrontierReward = "return"
    ) -> FrontierResult:
        """Return the frontier of an optimization under its own limits and the rules of its portfolio in force now.

        Ceilings and whole positions are left out; rules that are no linear limits are checked at each corner.

        Raises
        ------
        NotFound
            When there is no such optimization for this actor.
        Conflict
            When it has no result, not yet or not at all.
        InvalidRequest
            When the data for a measure are missing, or there are too many assets to wait for.
        """
        run = self._run(optimization_id, actor)
        rules = self._optimize.rules_word(run.request, actor)
        key = f"frontier:{ENGINE_VERSION}:{optimization_id}:{risk}:{reward}:{rules}"
        kept = self._ports.cache.get(key)
        if kept is not None:
            return FrontierResult.model_validate(kept)
        wish = FrontierWish(request=run.request, risk=risk, reward=reward)
        try:
            inputs = self._read(run, actor, asked(wish), needs_of_frontier(wish))
            within = self._optimize.rules_of(run.request, inputs.assets, actor, without=RISK)
            found = _told(frontier_of(wish, inputs, within), run.result)
        except InputRefused as refusal:
            raise refused(refusal) from None
        self._ports.cache.put(key, found.model_dump(mode="json"), KEPT_S)
        return found

    def choices(self, optimization_id: str, actor: Actor) -> FrontierChoices:
        """Return the measures whose data exist: by which risk and which reward the frontier can be drawn.

        Raises as `of` does.
        """
        run = self._run(optimization_id, actor)
        key = f"frontier.choices:{ENGINE_VERSION}:{optimization_id}"
        kept = self._ports.cache.get(key)
        if kept is not None:
            return FrontierChoices.model_validate(kept)
        try:
            needs = replace(needs_of(run.request), has_benchmark=True, has_scores=True)
            found = _choices(run.request, self._read(run, actor, run.request, needs))
        except InputRefused as refusal:
            raise refused(refusal) from None
        self._ports.cache.put(key, found.model_dump(mode="json"), KEPT_S)
        return found

    def proposed(
        self, optimization_id: str, actor: Actor, risk: FrontierRisk = "volatility", reward: FrontierReward = "return"
    ) -> FrontierCorner | None:
        """Return where the proposal lies in the measures of a frontier, None where it proposes nothing.

        Raises as `of` does.
        """
        run = self._run(optimization_id, actor)
        metrics, weights = run.result.metrics, tuple(line.weight_frac for line in run.result.weights)
        if metrics is None or not weights:
            return None
        if (risk, reward) == ("volatility", "return"):
            cost = 0.0 if run.result.costs is None else run.result.costs.annual_frac
            return FrontierCorner(
                reward=metrics.return_annual_frac - cost,
                risk_annual_frac=metrics.volatility_annual_frac,
                return_annual_frac=metrics.return_annual_frac,
                volatility_annual_frac=metrics.volatility_annual_frac,
                weights_frac=weights,
            )
        key = f"frontier.proposed:{ENGINE_VERSION}:{optimization_id}:{risk}:{reward}"
        kept = self._ports.cache.get(key)
        if kept is not None:
            return FrontierCorner.model_validate(kept)
        found = self._measured(run, actor, risk, reward)
        if found is not None:
            self._ports.cache.put(key, found.model_dump(mode="json"), KEPT_S)
        return found

    def client_target(self, optimization_id: str, actor: Actor) -> ClientTarget | None:
        """Return which portfolio on the frontier suits the client, by the rule of `engine.pareto.recommend`.

        Ceilings on volatility end the frontier; of the other limits that it leaves out, the sentence names those that
        the portfolio breaks. None where the optimization is about no client's portfolio, where the client gave no
        answers, where the actor may not see the client, where there is no frontier of volatility and return, and where
        a ceiling on volatility leaves nothing of it.

        Raises as `of` does.
        """
        run = self._runs.get(optimization_id, actor)
        profile = self._profile(run.portfolio_id, actor) if run.portfolio_id else None
        if profile is None:
            return None
        found = self.of(optimization_id, actor)
        if not found.corners:
            return None
        from engine.pareto.recommend import recommend_on_frontier

        asked_of = self._run(optimization_id, actor)
        try:
            target = recommend_on_frontier(
                client_risk(profile), found, asked_of.request, self._left_out(asked_of, actor)
            )
        except InputRefused:  # every portfolio of the frontier is more volatile than the run's ceiling
            return None
        sentence = f"{target.sentence} {wishes_words(profile)}".strip()
        return ClientTarget(profile, target.model_copy(update={"sentence": sentence}))

    def _left_out(self, run: _Run, actor: Actor) -> BrokenBy | None:
        """Return what measures the limits that a frontier leaves out, None where it leaves out none or data lack."""
        from engine.frontier.left_out import LeftOut, left_out_of

        if not left_out_of(run.request.constraints):
            return None
        wish = FrontierWish(request=run.request)
        try:
            inputs = self._read(run, actor, asked(wish), needs_of_frontier(wish))
            return LeftOut.of(
                run.request,
                panel=inputs.panel,
                sectors=inputs.sectors,
                current_weights_frac=inputs.current_weights_frac,
                facts=inputs.facts,
            ).broken_by
        except (InputRefused, ServiceError):
            return None

    def _profile(self, portfolio_id: str, actor: Actor) -> ClientProfile | None:
        try:
            client_id = self._portfolios.get(portfolio_id, actor).client_id
            return self._clients.get(client_id, actor).profile if client_id else None
        except ServiceError:  # gone, or not for this reader's eyes
            return None

    def _measured(self, run: _Run, actor: Actor, risk: FrontierRisk, reward: FrontierReward) -> FrontierCorner | None:
        """Return the proposal in other measures: what a frontier says of the weights held now, if it were held."""
        held = {line.asset: line.weight_frac for line in run.result.weights}
        bare = run.request.model_copy(update={"constraints": (), "costs": None, "current_weights": held})
        wish = FrontierWish(request=bare, risk=risk, reward=reward, points_count=2)
        try:
            inputs = self._read(run, actor, asked(wish), needs_of_frontier(wish))
            return frontier_of(wish, replace(inputs, current_weights_frac=held)).current
        except InputRefused as refusal:
            raise refused(refusal) from None

    def _run(self, optimization_id: str, actor: Actor) -> _Run:
        run = self._runs.get(optimization_id, actor)
        if run.kind != OPTIMIZATION:
            raise NotFound.of(OPTIMIZATION, optimization_id)
        if run.status is not RunStatus.SUCCEEDED:
            advice = run.message if run.is_final and run.message else "Ask again when it has succeeded."
            raise Conflict(f"This optimization has no result: it is {run.status.value}.", advice, code="no_result")
        result = self._optimize.result(optimization_id, actor)
        return _Run(self._optimize.request(optimization_id, actor), result)

    def _read(self, run: _Run, actor: Actor, request: OptimizationRequest, needs: Needs) -> Inputs:
        """Return the data of the run's day, with the portfolio as it was held then."""
        return self._optimize.inputs.read(request, actor, run.result.lineage.as_of, needs=needs)


def _choices(request: OptimizationRequest, inputs: Inputs) -> FrontierChoices:
    """Return the measures that can be drawn; a score must be known of every asset."""
    universe = inputs.universe(request)
    risks, rewards = ["volatility"], ["return"]
    if not benchmark_outside_problems(universe, "risk", "draw the frontier in volatility"):
        risks.append("tracking_error")
    figures_count = 0 if inputs.panel is None else inputs.panel.observations_count * len(inputs.assets)
    if figures_count:
        risks += [risk for risk, most in FIGURES_MAX_COUNT.items() if figures_count <= most]
    scores = universe.esg_scores
    if scores is not None and not np.isnan(scores).any():
        rewards.append("esg")
    return FrontierChoices.model_validate({"risks": tuple(risks), "rewards": tuple(rewards)})


def _told(found: FrontierResult, result: OptimizationResult) -> FrontierResult:
    """Return the frontier with a note where the data of the run's day are others by now."""
    before = () if result.frontier is None else result.frontier.asset_points
    now = {point.asset: point for point in found.asset_points}
    has_moved = any(
        point.asset not in now
        or abs(now[point.asset].return_annual_frac - point.return_annual_frac) > SAME_FRAC
        or abs(now[point.asset].volatility_annual_frac - point.volatility_annual_frac) > SAME_FRAC
        for point in (before if now else ())
    )
    return found.model_copy(update={"notes": (*found.notes, MOVED)}) if has_moved else found
