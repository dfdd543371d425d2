"""How is a portfolio optimized, from the wish to the trades?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.queue.errors import QueueUnavailable
from engine.checks import outside_problems, universe_problems
from engine.kernel.errors import InputRefused
from engine.kernel.errors import Problem as EngineProblem
from engine.kernel.forms import Universe
from engine.optimize.feasibility import obstacle_of
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound, ServiceError
from services.messages.optimize import OptimizationRequest, OptimizationResult, Preview, Problem, TradeList
from services.messages.runs import RunView
from services.optimize_inputs import Inputs, InputsReader
from services.optimize_parse import field_problem, joined, parse, refused, shown
from services.optimize_sentence import sentence_of
from services.optimize_trades import trade_list
from services.optimize_unknown import unusable_assets
from services.optimize_warnings import warnings_of
from services.ports import Ports

if TYPE_CHECKING:
    from services.market import Market
    from services.portfolios import Portfolios
    from services.runs import Runs

KIND = "optimization"


class Optimize:
    """The typed view of runs whose work is an optimization."""

    def __init__(self, ports: Ports, *, runs: Runs, market: Market, portfolios: Portfolios) -> None:
        self._ports = ports
        self._runs = runs
        self._portfolios = portfolios
        self.inputs = InputsReader(ports, market=market, portfolios=portfolios)

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

    def preview(self, request: OptimizationRequest, actor: Actor) -> Preview:
        """Return what would be computed and what stands in the way; nothing is solved or stored."""
        authorize(actor, Permission.MARKET_READ)
        try:
            inputs = self.inputs.read(request, actor)
        except InputRefused as refusal:
            return _blocked(request, refused(refusal))
        except InvalidRequest as error:
            return _blocked(request, joined(error, _outside(request)))
        except NotFound as error:
            return _blocked(request, error)
        problems = [shown(field_problem(item)) for item in self._problems(request, inputs)]
        obstacle = None if problems else self._obstacle(request, inputs)
        observations_count = None if inputs.panel is None else inputs.panel.observations_count
        return Preview(
            sentence=sentence_of(
                request, len(inputs.assets), observations_count, inputs.as_of, are_stocks=inputs.are_stocks
            ),
            problems=tuple(problems),
            warnings=warnings_of(request, inputs),
            is_feasible=None if problems else obstacle is None,
            obstacle=obstacle,
            assets_count=len(inputs.assets),
            observations_count=observations_count,
            as_of=inputs.as_of,
            is_ready=not problems,
        )

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
        if model.problem is None:
            self._check_names(model, actor)
        run = self._runs.submit(KIND, model, actor, idempotency_key=idempotency_key, name=model.name)
        return self._runs.wait(run.id, actor, inline_wait_s) if inline_wait_s > 0 and self._is_queue_there() else run

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

    def _check_names(self, request: OptimizationRequest, actor: Actor) -> None:
        """Refuse at once what the worker would refuse later, with the fields named."""
        try:
            inputs = self.inputs.read(request, actor)
        except InputRefused as refusal:
            raise refused(refusal) from None
        except InvalidRequest as error:
            raise joined(error, _outside(request)) from None
        problems = self._problems(request, inputs)
        if problems:
            raise refused(InputRefused(problems))

    def _obstacle(self, request: OptimizationRequest, inputs: Inputs) -> Problem | None:
        found = obstacle_of(request.all_constraints(), Universe(inputs.assets, inputs.sectors))
        return None if found is None else Problem(path="constraints", message=found.message, advice=found.advice)

    def _problems(self, request: OptimizationRequest, inputs: Inputs) -> list[EngineProblem]:
        return universe_problems(request, Universe(inputs.assets, inputs.sectors))


def _outside(request: OptimizationRequest) -> tuple[FieldProblem, ...]:
    return tuple(field_problem(item) for item in outside_problems(request))


def _blocked(request: OptimizationRequest, error: ServiceError) -> Preview:
    fields = error.fields or [FieldProblem("portfolio_id", error.message, error.advice)]
    return Preview(
        sentence=error.sentence,
        problems=tuple(shown(problem) for problem in fields),
        warnings=(),
        is_feasible=None,
        obstacle=None,
        assets_count=len(request.asset_ids or ()),
        observations_count=None,
        as_of=None,
        is_ready=False,
    )
