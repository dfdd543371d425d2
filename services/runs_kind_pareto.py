"""What happens when the work on a run is to find the portfolios that are best in several objectives at once?"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from engine.kernel.risk_free import RiskFree
from services.auth.roles import Permission
from services.compliance.state_risk import RISK
from services.messages.runs import RunOutcome
from services.messages.tradeoffs import ParetoRequest
from services.optimize_parse import refused
from services.runs_engine import earlier_day, engine_call, outcome_of, reporter
from services.runs_kinds import Outcome, RunContext, RunFacts
from services.tradeoffs import KIND as NAME
from services.tradeoffs import needs_of_tradeoffs, parse

DATA_DONE_FRAC = 0.05


class ParetoWork:
    """Loads the history, seeks the objectives, and hands back every point."""

    name = NAME
    label = "Trade-offs"
    permission = Permission.RUNS_WRITE
    time_limit_s = 1200.0
    volatile_fields = frozenset({"elapsed_ms"})

    def parse(self, text: str) -> ParetoRequest:
        """Return the request, or refuse it with every problem."""
        return parse(text)

    def describe(self, request: BaseModel) -> RunFacts:
        """Return name, portfolio and seed for the run's row."""
        assert isinstance(request, ParetoRequest)
        return RunFacts(
            name=request.name, label=label_of(request), portfolio_id=request.portfolio_id, seed=request.seed
        )

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Find the points; limits that no portfolio can meet are an answer, not a failure."""
        import engine  # the solvers are loaded in worker processes only
        from engine.compliance.along import pareto_within_rules

        assert isinstance(request, ParetoRequest)
        context.progress("Loading prices", 0.0)
        inputs = context.services.optimize.inputs.read(
            request, context.actor, earlier_day(context.lineage), needs=needs_of_tradeoffs(request)
        )
        within = context.services.optimize.rules_of(request, inputs.assets, context.actor, without=RISK)
        given: dict[str, Any] = {
            "panel": inputs.panel,
            "sectors": inputs.sectors,
            "current_weights_frac": inputs.current_weights_frac,
            "on_progress": reporter(context, DATA_DONE_FRAC),
            "data_lineage": inputs.lineage,
            "facts": inputs.facts,
            "risk_free": RiskFree.not_set(),  # for a request without a rate or rates of its own: none are stored
        }
        with engine_call(refused):
            if within is None:
                result = engine.pareto(request, **given)
            else:
                given["data_lineage"] = {**(inputs.lineage or {}), "rules": within.lineage}
                result = pareto_within_rules(
                    request, within.rules, within.state, allowances=within.allowances, lists=within.lists, **given
                )
        return outcome_of(result, RunOutcome(result.status.value))


def label_of(request: ParetoRequest) -> str:
    """Name a run by what it seeks: "Trade-offs of expected return, volatility and ESG score"."""
    names = [one.label if one.kind in ("esg", "sharpe") else _lower(one.label) for one in request.objectives]
    return f"Trade-offs of {', '.join(names[:-1])} and {names[-1]}"


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


KIND = ParetoWork()
