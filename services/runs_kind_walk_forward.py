"""What happens when the work on a run is to test a recipe over the past?"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel

from engine.kernel.errors import InputRefused
from engine.kernel.risk_free import RiskFree
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import count_words, field_problem
from services.messages.optimize import OptimizationRequest
from services.messages.runs import RunOutcome
from services.messages.walk_forward import WalkForwardRequest
from services.runs_engine import earlier_day, engine_call, outcome_of, reporter
from services.runs_kinds import Outcome, RunContext, RunFacts
from services.walk_forward import KIND as NAME
from services.walk_forward import parse_walk_forward

DATA_DONE_FRAC = 0.03
WITHOUT_RULES = (
    "Rules of compliance are left out: on every date the answer keeps the limits of the recipe, and what the rules of "
    "its portfolio would have changed is not looked at."
)


class WalkForwardKind:
    """Loads every price of the recipe's assets up to its day, and walks through them."""

    name = NAME
    label = "Test over the past"
    permission = Permission.RUNS_WRITE
    time_limit_s = 1800.0
    volatile_fields = frozenset({"elapsed_ms"})

    def parse(self, text: str) -> WalkForwardRequest:
        """Return the request, or refuse it with every problem."""
        return parse_walk_forward(text)

    def describe(self, request: BaseModel) -> RunFacts:
        """Return what the run is called; of a stored optimization its portfolio is that of the optimization."""
        assert isinstance(request, WalkForwardRequest)
        recipe = request.request
        if recipe is None:
            return RunFacts(label=self.label)
        return RunFacts(label=self.label, portfolio_id=recipe.portfolio_id, seed=recipe.seed)

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Test the recipe; one that never had an answer is an answer, not a failure."""
        import engine  # the solvers are loaded in worker processes only

        assert isinstance(request, WalkForwardRequest)
        context.progress("Loading prices", 0.0)
        services, actor = context.services, context.actor
        tested = services.walk_forwards.tested(request, actor)
        inputs = services.optimize.inputs.read(tested.request, actor, earlier_day(context.lineage) or tested.as_of)
        assert inputs.as_of is not None, "figures given directly are refused before"
        assert inputs.lineage is not None
        currency = inputs.lineage.get("currency")
        prices = services.market.price_panel(inputs.assets, inputs.as_of, actor, currency)
        with engine_call(_refused):
            result = engine.walk_forward(
                tested.request.model_copy(update={"asset_ids": inputs.assets, "as_of": None}),
                prices,
                inputs.sectors,
                inputs.current_weights_frac,
                reporter(context, DATA_DONE_FRAC),
                data_lineage=_whole(inputs.lineage, inputs.as_of),
                facts=inputs.facts,
                risk_free=RiskFree.not_set(),  # as for the optimization itself
                options=request.options,
            )
        result = result.model_copy(update={"notes": (*result.notes, *_of_rules(tested.request))})
        return outcome_of(result, None if result.status == "tested" else RunOutcome.FAILED)


def _of_rules(recipe: OptimizationRequest) -> tuple[str, ...]:
    """Return what a test does not look at where an optimization would; the same at every replay of the request."""
    return () if recipe.portfolio_id is None or recipe.keep_rules is False else (WITHOUT_RULES,)


def _refused(refusal: InputRefused) -> InvalidRequest:
    """Return the engine's refusal as the one that callers know; the message of a run is all that its page shows."""
    fields = tuple(field_problem(problem) for problem in refusal.problems)
    if len(fields) == 1:
        return InvalidRequest(fields[0].message, fields[0].advice or "Correct it and test it again.")
    return InvalidRequest(count_words(len(fields), "test"), "Correct what is listed and test it again.", fields=fields)


def _whole(lineage: dict[str, Any], as_of: date) -> dict[str, Any]:
    """Return the lineage of the data without the window of a single optimization: the test uses the whole history."""
    kept = {
        name: value
        for name, value in lineage.items()
        if name not in ("window_start", "window_end", "observations_count", "lookback_days", "fewest_sessions")
    }
    return {**kept, "as_of": as_of.isoformat()}


KIND = WalkForwardKind()
