"""How is a portfolio optimized, from the wish to the trades?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from data.queue.errors import QueueUnavailable
from engine.checks import universe_problems
from engine.diagnosis import Diagnosis
from engine.kernel.errors import InputRefused
from engine.kernel.errors import Problem as EngineProblem
from engine.kernel.facts import facts_problems
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.run_rules import RunRules, counted, rules_word, run_rules
from services.compliance.state_memory import StateMemory
from services.compliance.state_risk import RISK
from services.errors import Conflict, InvalidRequest, NotFound
from services.messages.explanation import ExplanationResult, RequiredReturn, RequiredReturnWish
from services.messages.frontier import FrontierResult, FrontierWish
from services.messages.optimize import (
    ExpectedTime,
    OptimizationRequest,
    OptimizationResult,
    Preview,
    Repaired,
    RepairWish,
    TradeList,
    UniverseFile,
)
from services.messages.runs import RunView
from services.optimize_diagnose import AT_EVERY_CHANGE, ON_REQUEST, diagnosis_of, repaired
from services.optimize_drafts import WizardDrafts
from services.optimize_excess import excess_obstacle
from services.optimize_explain import explanation_of, parse_required_wish, required_return_of
from services.optimize_frontier import asked, frontier_of, needs_of_frontier, parse_frontier_wish
from services.optimize_inputs import Inputs, InputsReader
from services.optimize_market import market_problems
from services.optimize_needs import Needs
from services.optimize_pace import Pace
from services.optimize_parse import field_problem, joined, parse, refused, shown
from services.optimize_refusals import below_request, blocked, noted, obstacle_of, outside
from services.optimize_ruled import with_rules
from services.optimize_sentence import sentence_of
from services.optimize_trades import trade_list
from services.optimize_universe import choosable, universe_of
from services.optimize_unknown import unusable_assets
from services.optimize_warnings import warnings_of
from services.optimize_wishes import parse_wish
from services.ports import Ports

if TYPE_CHECKING:
    from services.compliance.state import StateReader
    from services.market import Market
    from services.portfolios import Portfolios
    from services.runs import Runs

KIND = "optimization"
NOTHING: frozenset[str] = frozenset()


class Optimize:
    """The typed view of runs whose work is an optimization."""

    def __init__(self, ports: Ports, *, runs: Runs, market: Market, portfolios: Portfolios) -> None:
        self._ports, self._runs, self._portfolios = ports, runs, portfolios
        self.inputs = InputsReader(ports, market=market, portfolios=portfolios)
        self._market, self._pace = market, Pace(ports)
        self.drafts = WizardDrafts(ports)
        self._states: StateReader | None = None
        self._memory = StateMemory()

    def attach_rules(self, states: StateReader) -> None:
        """Say who reads portfolios as rules see them; without it no rules are kept."""
        self._states = states

    def rules_of(
        self, request: OptimizationRequest, assets: tuple[str, ...], actor: Actor, *, without: frozenset[str] = NOTHING
    ) -> RunRules | None:
        """Return the rules that a run keeps; see `services.compliance.run_rules.run_rules`."""
        states = self._states
        found = states and run_rules(self._ports, states, request, assets, actor, without=without)
        return replace(found, state=self._memory.same(found.state)) if found else None

    def rules_word(self, request: OptimizationRequest, actor: Actor) -> str:
        """Return a word that changes with the what a run keeps of rules, lists and overrides; empty for none."""
        return "" if self._states is None else rules_word(self._ports, request, actor)

    def parse(self, json_text: str | bytes, actor: Actor | None = None) -> OptimizationRequest:
        """Return the request that a JSON text states.

        Parameters
        ----------
        json_text : str or bytes
        actor : Actor or None
            For whom unknown assets are looked for as well, when the request is refused anyway.

        Raises
        ------
        InvalidRequest
            With every problem found.
        """
        try:
            return parse(json_text)
        except InvalidRequest as refusal:
            if actor is None:
                raise
            raise joined(refusal, unusable_assets(json_text, actor, self._ports)) from None

    def parse_wish(self, json_text: str | bytes) -> RepairWish:
        """Return which repair of which request a JSON text asks for, or refuse it with every problem."""
        return parse_wish(json_text)

    def universe_of_file(self, raw: bytes, actor: Actor) -> UniverseFile:
        """Return which assets a file names that can be chosen; see `services.optimize_universe.universe_of`."""
        authorize(actor, Permission.MARKET_READ)
        return universe_of(raw, choosable(self._market, actor))

    def preview(self, request: OptimizationRequest, actor: Actor) -> Preview:
        """Return what would be computed and what stands in the way; nothing is solved or stored."""
        authorize(actor, Permission.MARKET_READ)
        try:
            inputs = self.inputs.read(request, actor)
        except InputRefused as refusal:
            return blocked(request, refused(refusal))
        except InvalidRequest as error:
            return blocked(request, joined(error, outside(request)))
        except NotFound as error:
            return blocked(request, error)
        problems = [shown(field_problem(item)) for item in self._problems(request, inputs)]
        diagnosis, obstacle, within = None, None, None
        if not problems:
            try:
                diagnosis = noted(diagnosis_of(request, inputs, AT_EVERY_CHANGE), request, inputs)
                obstacle = obstacle_of(diagnosis) or excess_obstacle(request, inputs)
                if self._states is not None and (obstacle is None or not diagnosis.is_feasible):
                    within = self.rules_of(request, inputs.assets, actor, without=RISK)
                    diagnosis = with_rules(diagnosis, request, within, inputs, AT_EVERY_CHANGE)
                    obstacle = obstacle or obstacle_of(diagnosis)
            except InputRefused as refusal:
                problems = [shown(field_problem(item)) for item in refusal.problems]
            except InvalidRequest as error:
                problems = [shown(problem) for problem in error.fields]
        observations_count = None if inputs.panel is None else inputs.panel.observations_count
        return Preview(
            sentence=sentence_of(
                request,
                len(inputs.assets),
                observations_count,
                inputs.as_of,
                are_stocks=inputs.are_stocks,
                benchmark_name=inputs.benchmark_name,
            ),
            problems=tuple(problems),
            warnings=(*warnings_of(request, inputs), *(() if diagnosis is None else diagnosis.notes)),
            is_feasible=None if diagnosis is None else diagnosis.is_feasible,
            obstacle=obstacle,
            assets_count=len(inputs.assets),
            observations_count=observations_count,
            as_of=inputs.as_of,
            is_ready=not problems,
            diagnosis=diagnosis,
            window_start=None if inputs.panel is None else inputs.panel.start,
            benchmark_name=inputs.benchmark_name,
            rules=None if self._states is None else counted(within, self._ports, request, actor),
            expected_time=self._pace.expected(request, len(inputs.assets), actor),
        )

    def time_left(self, runs: Sequence[RunView], actor: Actor) -> dict[str, ExpectedTime]:
        """Return between which times the running optimizations among some runs end from now, by id."""
        authorize(actor, Permission.RUNS_READ)
        return self._pace.left(runs, actor)

    def diagnose(self, request: OptimizationRequest, actor: Actor) -> Diagnosis:
        """Return whether any portfolio can meet a request and the rules and lists of its portfolio; nothing is stored.

        If not, why and what would help; rules that are looked at only when it is solved are named in the notes.

        Raises
        ------
        InvalidRequest
            With every problem found.
        NotFound
            When the portfolio does not exist for this actor.
        """
        authorize(actor, Permission.MARKET_READ)
        try:
            return self._diagnosed(request, self._checked(request, actor), actor)
        except InputRefused as refusal:
            raise refused(refusal) from None

    def _diagnosed(self, request: OptimizationRequest, inputs: Inputs, actor: Actor) -> Diagnosis:
        found = noted(diagnosis_of(request, inputs, ON_REQUEST), request, inputs)
        if self._states is None:
            return found
        rules = self.rules_of(request, inputs.assets, actor, without=RISK)
        return with_rules(found, request, rules, inputs, ON_REQUEST)

    def parse_required_wish(self, json_text: str | bytes) -> RequiredReturnWish:
        """Return whose required return of which request a JSON text asks for, or refuse it with every problem."""
        return parse_required_wish(json_text)

    def explain(self, request: OptimizationRequest, actor: Actor) -> ExplanationResult:
        """Return why a request has its answer, within the rules of its portfolio; nothing is stored.

        Raises as `diagnose` does.
        """
        authorize(actor, Permission.MARKET_READ)
        try:
            inputs = self._checked(request, actor)
            return explanation_of(request, inputs, self.rules_of(request, inputs.assets, actor))
        except InputRefused as refusal:
            raise refused(refusal) from None

    def required_return(self, wish: RequiredReturnWish, actor: Actor) -> RequiredReturn:
        """Return the expected return at which a request gives an asset a weight; raises as `explain` does."""
        authorize(actor, Permission.MARKET_READ)
        try:
            inputs = self._checked(wish.request, actor)
            return required_return_of(wish, inputs, self.rules_of(wish.request, inputs.assets, actor))
        except InputRefused as refusal:
            raise refused(refusal) from None

    def parse_frontier_wish(self, json_text: str | bytes) -> FrontierWish:
        """Return which frontier of which request a JSON text asks for, or refuse it with every problem."""
        return parse_frontier_wish(json_text)

    def frontier(self, wish: FrontierWish, actor: Actor) -> FrontierResult:
        """Return the whole efficient frontier under the limits of a request and the rules of its portfolio.

        Nothing is stored.

        Raises
        ------
        InvalidRequest
            With every problem found, those of the request below ``request``.
        NotFound
            When the portfolio does not exist for this actor.
        """
        authorize(actor, Permission.MARKET_READ)
        try:
            inputs = self._checked(asked(wish), actor, needs_of_frontier(wish))
            return frontier_of(wish, inputs, self.rules_of(wish.request, inputs.assets, actor, without=RISK))
        except InputRefused as refusal:
            raise below_request(refused(refusal)) from None
        except InvalidRequest as refusal:
            raise below_request(refusal) from None

    def repair(self, wish: RepairWish, actor: Actor) -> Repaired:
        """Return a request with a repair of its diagnosis, diagnosed again within the rules; nothing is stored.

        Raises
        ------
        Conflict
            When there is nothing to repair, or no repair.
        InvalidRequest
            With every problem of the request, or when the wished single repair is not there or not enough.
        NotFound
            When the portfolio does not exist for this actor.
        """
        authorize(actor, Permission.MARKET_READ)
        try:
            inputs = self._checked(wish.request, actor)
            changed = repaired(wish.request, self._diagnosed(wish.request, inputs, actor), wish.apply)
            return Repaired(request=changed, diagnosis=self._diagnosed(changed, inputs, actor))
        except InputRefused as refusal:
            raise refused(refusal) from None

    def submit(
        self,
        request: OptimizationRequest | str | bytes,
        actor: Actor,
        idempotency_key: str | None = None,
        inline_wait_s: float = 0.0,
    ) -> RunView:
        """Have an optimization computed.

        Parameters
        ----------
        request : OptimizationRequest or str or bytes
            The request, or its JSON text.
        actor : Actor
        idempotency_key : str or None
            The same key with the same request gives the same run for a day.
        inline_wait_s : float
            For how long to wait for the end; the run goes on afterwards. Not at all while the queue is away.

        Raises
        ------
        InvalidRequest
            With every problem found; nothing is stored then.
        """
        authorize(actor, Permission.RUNS_WRITE)
        model = self.parse(request, actor) if isinstance(request, str | bytes) else request
        self._checked(model, actor)
        run = self._runs.submit(KIND, model, actor, idempotency_key=idempotency_key, name=model.name)
        return self.awaited(run, actor, inline_wait_s)

    def awaited(self, run: RunView, actor: Actor, wait_s: float) -> RunView:
        """Return a run after waiting for its end for a while; not at all while the queue is away."""
        return self._runs.wait(run.id, actor, wait_s) if wait_s > 0 and self._is_queue_there() else run

    def checked(self, request: OptimizationRequest, actor: Actor, needs: Needs | None = None) -> Inputs:
        """Return the data of a request that another kind of work begins with; refused as `submit` refuses it."""
        authorize(actor, Permission.MARKET_READ)
        return self._checked(request, actor, needs)

    def result(self, run_id: str, actor: Actor) -> OptimizationResult:
        """Return the result of a run.

        Raises
        ------
        NotFound
            When there is no such optimization for this actor.
        Conflict
            When the run has no result: not yet, or because it failed or was cancelled.
        """
        run = self._runs.get(run_id, actor)
        if run.kind != KIND:
            raise NotFound.of("optimization", run_id)
        document = self._runs.result(run_id, actor)
        if document is None:
            raise Conflict(f"This run has no result: it is {run.status}.", run.message or "", code="no_result")
        return OptimizationResult.model_validate(document)

    def request(self, run_id: str, actor: Actor) -> OptimizationRequest:
        """Return what was asked for, to start from it again."""
        return OptimizationRequest.model_validate_json(self._runs.request_json(run_id, actor))

    def save_as_target(self, run_id: str, actor: Actor, name: str | None = None) -> None:
        """Make the proposed weights the target of the portfolio that the run was about.

        Raises
        ------
        Conflict
            When the run is about no portfolio or proposes no weights.
        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        run = self._runs.get(run_id, actor)
        result = self.result(run_id, actor)
        if run.portfolio_id is None:
            raise Conflict(
                "This optimization was not about one of your portfolios.",
                "Start it from a portfolio to save it as that portfolio's target.",
                code="no_portfolio",
            )
        if not result.weights:
            raise Conflict("This optimization proposes no weights.", result.message, code="no_weights")
        weights = {line.asset: line.weight_frac for line in result.weights}
        self._portfolios.set_target(run.portfolio_id, weights, run_id, name or run.name or "Optimized", actor)

    def trades(self, run_id: str, actor: Actor) -> TradeList:
        """Return what to buy and sell to get from the current weights to the proposed ones."""
        run = self._runs.get(run_id, actor)
        result = self.result(run_id, actor)
        if run.portfolio_id is None:
            return trade_list(run_id, result, None, ())
        summary = self._portfolios.get(run.portfolio_id, actor)
        holdings = self._portfolios.holdings(run.portfolio_id, actor)
        return trade_list(run_id, result, summary, tuple(holdings))

    def _is_queue_there(self) -> bool:
        """Return whether there is anything to wait for: while the queue is away, the run stays pending."""
        try:
            self._ports.queue.ping()
        except QueueUnavailable:
            return False
        return True

    def _checked(self, request: OptimizationRequest, actor: Actor, needs: Needs | None = None) -> Inputs:
        """Return the inputs, or refuse at once what the worker would refuse later, with the fields named."""
        try:
            inputs = self.inputs.read(request, actor, needs=needs)
        except InputRefused as refusal:
            raise refused(refusal) from None
        except InvalidRequest as error:
            raise joined(error, outside(request)) from None
        problems = self._problems(request, inputs)
        if problems:
            raise refused(InputRefused(problems))
        return inputs

    def _problems(self, request: OptimizationRequest, inputs: Inputs) -> list[EngineProblem]:
        """Return what the request needs of these assets and does not get."""
        universe = inputs.universe(request)
        problems = universe_problems(request, universe)
        if request.costs is not None:
            problems += [
                EngineProblem(f"costs.{item.path}" if item.path else "costs", item.message, item.advice)
                for item in request.costs.problems(universe)
            ]
        if request.problem is None and request.asset_ids is None:  # with names in the request this was looked at before
            problems += request.estimates.problems(inputs.assets, is_repair_allowed=request.allow_covariance_repair)
            problems += [] if request.facts is None else facts_problems(request.facts, inputs.assets)
        facts = inputs.known_facts(request)
        return problems + market_problems(request, inputs.assets, facts, inputs.benchmark_name)
