"""Which portfolios are best in several objectives at once, which of them is wanted, and who may ask?

An answer is a run like any other. What it found is weighed anew without solving anything: by weights that somebody
moves, or by the profile of a client.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from engine.kernel.errors import InputRefused
from engine.kernel.facts import Facts
from engine.pareto.parse import parse_pareto
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.clients_risk import client_risk, wishes_words
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound, ServiceError
from services.messages.runs import RunView
from services.messages.tradeoffs import (
    ClientRecommendation,
    ParetoRequest,
    ParetoResult,
    PointChoice,
    PointTarget,
    PointWish,
)
from services.optimize_needs import Needs, needs_of
from services.optimize_parse import refused
from services.ports import Ports
from services.tradeoffs_checks import refuse_objectives

if TYPE_CHECKING:
    from services.clients import Clients
    from services.optimize import Optimize
    from services.portfolios import Portfolios
    from services.runs import Runs

KIND = "pareto"
CHOSEN: Final = "chosen"
"""Stands for the point that the weights of the request chose."""


class Tradeoffs:
    """The typed view of runs that seek several objectives at once."""

    def __init__(
        self, ports: Ports, *, runs: Runs, optimize: Optimize, portfolios: Portfolios, clients: Clients
    ) -> None:
        self._ports = ports
        self._runs = runs
        self._optimize = optimize
        self._portfolios = portfolios
        self._clients = clients

    def parse(self, json_text: str | bytes) -> ParetoRequest:
        """Return the request that a JSON text states.

        Raises
        ------
        InvalidRequest
            With every problem found.
        """
        return parse(json_text)

    def submit(
        self,
        request: ParetoRequest | str | bytes,
        actor: Actor,
        idempotency_key: str | None = None,
        inline_wait_s: float = 0.0,
    ) -> RunView:
        """Have the trade-offs between objectives computed.

        Parameters
        ----------
        request : ParetoRequest or str or bytes
            The request, or its JSON text.
        actor : Actor
        idempotency_key : str or None
            The same key with the same request gives the same run for a day.
        inline_wait_s : float
            For how long to wait for the end; the run goes on afterwards.

        Raises
        ------
        InvalidRequest
            With every problem found; nothing is stored then.
        """
        authorize(actor, Permission.RUNS_WRITE)
        model = parse(request) if isinstance(request, str | bytes) else request
        refuse_objectives(model, self._optimize.checked(model, actor, needs_of_tradeoffs(model)))
        run = self._runs.submit(KIND, model, actor, idempotency_key=idempotency_key, name=model.name)
        return self._optimize.awaited(run, actor, inline_wait_s)

    def run(self, run_id: str, actor: Actor) -> RunView:
        """Return a run of this kind, as far as it is.

        Raises
        ------
        NotFound
            When there is none of this kind for this actor.
        """
        run = self._runs.get(run_id, actor)
        if run.kind != KIND:
            raise NotFound.of("study of trade-offs", run_id)
        return run

    def result(self, run_id: str, actor: Actor) -> ParetoResult:
        """Return what a run found.

        Raises
        ------
        NotFound
            When there is none of this kind for this actor.
        Conflict
            When it has no result: not yet, or because it failed or was cancelled.
        """
        run = self.run(run_id, actor)
        document = self._runs.result(run_id, actor)
        if document is None:
            raise Conflict(f"This run has no result: it is {run.status}.", run.message or "", code="no_result")
        return ParetoResult.model_validate(document)

    def request(self, run_id: str, actor: Actor) -> ParetoRequest:
        """Return what was asked for, to start from it again."""
        self.run(run_id, actor)
        return ParetoRequest.model_validate_json(self._runs.request_json(run_id, actor))

    def choose(self, run_id: str, wish: PointWish, actor: Actor) -> PointChoice:
        """Return which of the points weights choose, by the rule that the run itself uses; nothing is solved.

        Raises
        ------
        InvalidRequest
            When a weight is of an objective that the run did not seek, or all are 0.
        """
        result = self._with_points(run_id, actor)
        place = place_of(result, {str(kind): weight for kind, weight in wish.weights.items()})
        return PointChoice(point_place=place, point=result.points[place])

    def recommend(self, run_id: str, client_id: str, actor: Actor) -> ClientRecommendation:
        """Return the point that suits a client, by the latest version of the profile.

        Raises
        ------
        NotFound
            When there is no such run or client for this actor.
        Conflict
            When the run has no points, or the client has no profile.
        """
        result = self._with_points(run_id, actor)
        client = self._clients.get(client_id, actor)
        if client.profile is None:
            raise Conflict(
                f"{client.name} has not answered the questionnaire about risk, so nothing can be recommended.",
                "Record the answers on the page of clients first.",
                code="no_profile",
            )
        from engine.pareto.recommend import recommend_of_points

        found = recommend_of_points(client_risk(client.profile), result)
        return ClientRecommendation(
            client_id=client.id,
            client_type=client.client_type,
            profile_version=client.profile.version,
            point_place=found.point_place,
            decided_by=found.decided_by,
            is_within_capacity=found.is_within_capacity,
            loss_frac=found.loss_frac,
            volatility_max_annual_frac=found.volatility_max_annual_frac,
            sentence=f"{found.sentence} {wishes_words(client.profile)}".strip(),
        )

    def usual_recommendation(self, run_id: str, actor: Actor) -> ClientRecommendation | None:
        """Return the point for the client whose portfolio the run is about; None where nothing can be said."""
        run = self.run(run_id, actor)
        if run.portfolio_id is None or not is_allowed(actor, Permission.CLIENTS_READ):
            return None
        try:
            client_id = self._portfolios.get(run.portfolio_id, actor).client_id
            return None if client_id is None else self.recommend(run_id, client_id, actor)
        except ServiceError:
            return None

    def save_as_target(self, run_id: str, wish: PointTarget, actor: Actor) -> None:
        """Make a point of a result the target of the portfolio that the run was about.

        Raises
        ------
        Conflict
            When the run is about no portfolio, or found no points.
        InvalidRequest
            When there is no such point.
        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        run, weights = self.run(run_id, actor), self.weights(run_id, wish.point, actor)
        if run.portfolio_id is None:
            raise Conflict(
                "These trade-offs were not about one of your portfolios.",
                "Start them from a portfolio to save a point as that portfolio's target.",
                code="no_portfolio",
            )
        self._portfolios.set_target(run.portfolio_id, weights, run_id, wish.name or run.name or "Trade-offs", actor)

    def weights(self, run_id: str, point: int | Literal["chosen"], actor: Actor) -> dict[str, float]:
        """Return the weights of a point of a result, by asset, as fractions.

        Parameters
        ----------
        point : int or "chosen"
            Its place from 0, or the one that the request's own weights chose.

        Raises
        ------
        Conflict
            When the run found no points.
        InvalidRequest
            When there is no such point.
        """
        result = self._with_points(run_id, actor)
        if point == CHOSEN and result.chosen is not None:
            found = result.chosen.point
        elif isinstance(point, int) and 0 <= point < len(result.points):
            found = result.points[point]
        else:
            advice = f"Send a place from 0 to {len(result.points) - 1}."
            problem = FieldProblem("point", "There is no such point.", advice)
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
        return dict(zip(result.assets, found.weights_frac, strict=True))

    def _with_points(self, run_id: str, actor: Actor) -> ParetoResult:
        result = self.result(run_id, actor)
        if not result.points:
            raise Conflict("This run found no portfolios.", result.message, code="no_points")
        return result


def parse(text: str | bytes) -> ParetoRequest:
    """Return the request that a JSON text states, or refuse it with every problem."""
    try:
        return parse_pareto(text)
    except InputRefused as refusal:
        raise refused(refusal) from None


def place_of(result: ParetoResult, weights: dict[str, float]) -> int:
    """Return the place of the point that weights of objectives choose.

    Raises
    ------
    InvalidRequest
        When a weight is of an objective that was not sought, or all of them are 0.
    """
    from engine.pareto.choose import choose

    known = [axis.kind for axis in result.axes]
    problems = [
        FieldProblem(f"weights.{kind}", "This objective was not sought.", f"Weigh some of: {', '.join(known)}.")
        for kind in weights
        if kind not in known
    ]
    total = sum(weights.get(kind, 0.0) for kind in known)
    if not problems and not total > 0.0:
        problems.append(FieldProblem("weights", "Every weight is 0, so nothing counts.", "Give one of them a weight."))
    if problems:
        raise InvalidRequest(problems[0].message, problems[0].advice, fields=tuple(problems))
    shares = tuple(weights.get(kind, 0.0) / total for kind in known)
    return int(choose(result.axes, result.points, shares))


def needs_of_tradeoffs(request: ParetoRequest) -> Needs:
    """Return which facts must be looked up for the limits and the objectives."""
    own, needs = request.facts or Facts(), needs_of(request)
    kinds = {one.kind for one in request.objectives}
    return replace(
        needs,
        has_benchmark=needs.has_benchmark or ("tracking_error" in kinds and own.benchmark_weights is None),
        has_scores=needs.has_scores or ("esg" in kinds and own.esg_scores is None),
    )
