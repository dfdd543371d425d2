"""How sure are the weights of an optimization that has been computed, and who may ask?

An answer is a run of its own, whose parent is the optimization: whoever may see the one may see the other. It is never
begun by opening a page: it takes a place in the queue, stands in the list of runs and tells its end, like any work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, NotFound
from services.messages.optimize import OptimizationRequest, OptimizationResult
from services.messages.runs import RunStatus, RunView
from services.messages.uncertainty import UncertaintyOptions, UncertaintyRequest, UncertaintyResult, UncertaintyView
from services.ports import Ports
from services.runs_rows import run_view

if TYPE_CHECKING:
    from services.optimize import Optimize
    from services.runs import Runs

KIND = "uncertainty"
OPTIMIZATION = "optimization"
PARTIAL_KEPT_S = 900.0


@dataclass(frozen=True)
class Asked:
    """An optimization that can be answered again: what was asked, the day of its prices, and its proposal."""

    request: OptimizationRequest
    as_of: date | None
    weights_frac: dict[str, float]


class Uncertainty:
    """The typed view of runs that look into an optimization."""

    def __init__(self, ports: Ports, *, runs: Runs, optimize: Optimize) -> None:
        self._ports = ports
        self._runs = runs
        self._optimize = optimize

    def start(
        self,
        optimization_id: str,
        options: UncertaintyOptions,
        actor: Actor,
        idempotency_key: str | None = None,
    ) -> RunView:
        """Have the optimization answered again on other histories; a look that goes on already is returned as it is.

        Raises
        ------
        NotAllowed
            When the actor may not start runs.
        NotFound
            When there is no such optimization for this actor.
        Conflict
            When it has no portfolio, not yet or not at all, or its figures came without a history.
        """
        authorize(actor, Permission.RUNS_WRITE)
        self.asked(optimization_id, actor)
        latest = self._latest(optimization_id, actor)
        request = UncertaintyRequest(optimization_id=optimization_id, **options.model_dump())
        if latest is not None and not latest.is_final and self._is_same(latest, request, actor):
            return latest
        return self._runs.submit(KIND, request, actor, idempotency_key=idempotency_key, parent_run_id=optimization_id)

    def of(self, optimization_id: str, actor: Actor) -> UncertaintyView:
        """Return the latest look at an optimization, as far as it has come.

        Raises
        ------
        NotFound
            When there is no such optimization for this actor.
        """
        self._optimization(optimization_id, actor)
        latest = self._latest(optimization_id, actor)
        if latest is None:
            return UncertaintyView(optimization_id=optimization_id)
        run = latest if latest.is_final else self._runs.get(latest.id, actor)  # one that waits says why
        return UncertaintyView(optimization_id=optimization_id, run=run, result=self._result(run, actor))

    def finished(self, optimization_id: str, actor: Actor) -> UncertaintyResult | None:
        """Return the whole answer of the latest look, None where there is none (yet)."""
        result = self.of(optimization_id, actor).result
        return result if result is not None and result.is_complete and result.weights else None

    def obstacle(self, optimization_id: str, actor: Actor) -> str | None:
        """Return why it cannot be found out for this optimization, as a sentence; None where it can."""
        try:
            self.asked(optimization_id, actor)
        except Conflict as refusal:
            return refusal.sentence
        return None

    def asked(self, optimization_id: str, actor: Actor) -> Asked:
        """Return what an optimization asked and proposed; see `start` for what is refused."""
        run = self._optimization(optimization_id, actor)
        if run.status is not RunStatus.SUCCEEDED:
            advice = run.message if run.is_final and run.message else "Ask again when it has succeeded."
            raise Conflict(f"This optimization has no result: it is {run.status.value}.", advice, code="no_result")
        result: OptimizationResult = self._optimize.result(optimization_id, actor)
        if not result.weights:
            raise Conflict(
                "This optimization proposes no portfolio whose weights could be sure or not.",
                "Change its limits or its goal and run it again.",
                code="no_weights",
            )
        request = self._optimize.request(optimization_id, actor)
        if request.problem is not None:
            raise Conflict(
                "How sure weights are shows on other histories that could have been, and the figures of this "
                "optimization were given directly, without a history.",
                "Run it with `asset_ids` or a portfolio.",
                code="no_history",
            )
        weights = {line.asset: line.weight_frac for line in result.weights}
        return Asked(request, result.lineage.as_of, weights)

    def keep_partial(self, run_id: str, document: dict[str, Any]) -> None:
        """Keep what a running look has found so far where pages can read it; losing it costs nothing."""
        self._ports.cache.put(_partial_key(run_id), document, PARTIAL_KEPT_S)

    def _optimization(self, optimization_id: str, actor: Actor) -> RunView:
        run = self._runs.get(optimization_id, actor)
        if run.kind != OPTIMIZATION:
            raise NotFound.of(OPTIMIZATION, optimization_id)
        return run

    def _latest(self, optimization_id: str, actor: Actor) -> RunView | None:
        with self._ports.store.read(actor) as uow:
            row = uow.runs.latest_child(optimization_id, KIND)
            return None if row is None else run_view(row)

    def _is_same(self, run: RunView, request: UncertaintyRequest, actor: Actor) -> bool:
        return UncertaintyRequest.model_validate_json(self._runs.request_json(run.id, actor)) == request

    def _result(self, run: RunView, actor: Actor) -> UncertaintyResult | None:
        document: dict[str, Any] | None = None
        if run.status is RunStatus.SUCCEEDED:
            document = self._runs.result(run.id, actor)
        elif run.status is RunStatus.RUNNING:
            document = self._ports.cache.get(_partial_key(run.id))
        return None if document is None else UncertaintyResult.model_validate(document)


def _partial_key(run_id: str) -> str:
    """Return where a partial result is kept; a run's id is unguessable, and only read after the run itself was."""
    return f"uncertainty.partial:{run_id}"
