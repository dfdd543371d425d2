"""What happens when the work on a run is an optimization?"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from engine.kernel.risk_free import RiskFree
from services.auth.roles import Permission
from services.formatting import count
from services.market_marks import samples_of
from services.messages.optimize import OptimizationRequest
from services.messages.runs import RunOutcome
from services.optimize_parse import parse, refused
from services.runs_engine import earlier_day, engine_call, outcome_of, reporter
from services.runs_kinds import Outcome, RunContext, RunFacts

DATA_DONE_FRAC = 0.1
GOALS = {
    "max_sharpe": "Maximum Sharpe",
    "min_volatility": "Minimum volatility",
    "max_return": "Maximum return",
    "target_return": "Target return",
}


class OptimizationKind:
    """Loads the history, solves, and hands back the whole answer."""

    name = "optimization"
    label = "Optimization"
    permission = Permission.RUNS_WRITE
    time_limit_s = 600.0
    volatile_fields = frozenset({"elapsed_ms"})

    def parse(self, text: str) -> OptimizationRequest:
        """Return the request, or refuse it with every problem."""
        return parse(text)

    def describe(self, request: BaseModel) -> RunFacts:
        """Return name, portfolio and seed for the run's row."""
        assert isinstance(request, OptimizationRequest)
        return RunFacts(
            name=request.name, label=label_of(request), portfolio_id=request.portfolio_id, seed=request.seed
        )

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Solve the problem; limits that no portfolio can meet are an answer, not a failure."""
        import engine  # the solvers are loaded in worker processes only
        from engine.compliance.optimize import optimize_within_rules

        assert isinstance(request, OptimizationRequest)
        context.progress("Loading prices", 0.0)
        inputs = context.services.optimize.inputs.read(request, context.actor, earlier_day(context.lineage))
        context.progress("Solving", DATA_DONE_FRAC)

        within = context.services.optimize.rules_of(request, inputs.assets, context.actor)
        given: dict[str, Any] = {
            "panel": inputs.panel,
            "sectors": inputs.sectors,
            "current_weights_frac": inputs.current_weights_frac,
            "on_progress": reporter(context, DATA_DONE_FRAC),
            "on_best": lambda best: context.keep(best.sentence),
            "data_lineage": inputs.lineage,
            "facts": inputs.facts,
            "risk_free": RiskFree.not_set(),  # for a request without a rate or rates of its own: none are stored
        }
        with engine_call(refused):
            if within is None:
                result = engine.optimize(request, **given)
            else:
                given["data_lineage"] = {**(inputs.lineage or {}), "rules": within.lineage}
                result = optimize_within_rules(request, within.rules, within.state, **within.given(), **given)
        document: dict[str, Any] = result.model_dump(mode="json")
        samples = set(samples_of(document))
        for line in document["weights"]:
            line["is_sample"] = line["asset"] in samples
        return outcome_of(result, RunOutcome(result.status.value), document=document)


def label_of(request: OptimizationRequest) -> str:
    """Name an optimization by what it is: "Maximum Sharpe, 9 assets"."""
    kind = str(getattr(request.objective, "kind", "optimization"))
    goal = GOALS.get(kind, request.objective.label)
    assets = request.problem.assets if request.problem is not None else request.asset_ids
    return goal if assets is None else f"{goal}, {count(len(assets), 'asset')}"


KIND = OptimizationKind()
