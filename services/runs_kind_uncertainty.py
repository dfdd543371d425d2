"""What happens when the work on a run is to find out how sure an optimization's weights are?"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from engine.kernel.risk_free import RiskFree
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.runs import RunOutcome
from services.messages.uncertainty import UncertaintyRequest, UncertaintyResult
from services.optimize_explain import within_rules
from services.optimize_parse import refused
from services.runs_engine import engine_call, outcome_of, reporter
from services.runs_kinds import Outcome, RunContext, RunFacts
from services.uncertainty import Asked

DATA_DONE_FRAC = 0.05
TIME_MAX_S = 120.0
SAME_FRAC = 1e-4  # a proposal that moved by less than a basis point counts as the same


class UncertaintyKind:
    """Loads what an optimization asked, its history as of that day, and answers it again on other histories."""

    name = "uncertainty"
    label = "How sure the weights are"
    permission = Permission.RUNS_WRITE
    time_limit_s = 600.0
    volatile_fields = frozenset({"elapsed_ms"})

    def parse(self, text: str) -> UncertaintyRequest:
        """Return the request, or refuse it with every problem."""
        try:
            return UncertaintyRequest.model_validate_json(text)
        except ValidationError as error:
            advice = "Send `optimization_id`, and if wanted `resamples_count`, `level_frac`, `block_length_periods`."
            raise InvalidRequest("This request cannot be used.", advice, fields=field_problems(error)) from None

    def describe(self, request: BaseModel) -> RunFacts:
        """Return what the run is called; its portfolio is that of the optimization, its parent."""
        return RunFacts(label=self.label)

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Draw the histories; what is found on the way is kept where the page can read it."""
        assert isinstance(request, UncertaintyRequest)
        context.progress("Loading prices", 0.0)
        asked = context.services.uncertainty.asked(request.optimization_id, context.actor)
        last: UncertaintyResult | None = None
        with engine_call(refused):
            for result in self._results(request, asked, context):
                last = result
                if not result.is_complete:
                    context.services.uncertainty.keep_partial(context.run_id, partial_document(result))
        assert last is not None, "engine.uncertainty yields a result at the end"
        document: dict[str, Any] = last.model_dump(mode="json")
        document["notes"] = [*document["notes"], *moved_notes(asked, last)]
        return outcome_of(last, RunOutcome(last.status.value), document=document)

    def _results(self, request: UncertaintyRequest, asked: Asked, context: RunContext) -> Any:
        from engine.uncertainty.solve import stream  # the solvers are loaded in worker processes only

        optimize = context.services.optimize
        inputs = optimize.inputs.read(asked.request, context.actor, asked.as_of)
        rules = optimize.rules_of(asked.request, inputs.assets, context.actor)
        return stream(
            within_rules(asked.request, inputs, rules),
            inputs.panel,
            inputs.sectors,
            inputs.current_weights_frac,
            on_progress=reporter(context, DATA_DONE_FRAC),
            data_lineage=inputs.lineage,
            facts=inputs.facts,
            risk_free=RiskFree.not_set(),  # as for the optimization itself
            resamples_count=request.resamples_count,
            level_frac=request.level_frac,
            block_length_periods=request.block_length_periods,
            time_max_s=TIME_MAX_S,
        )


def partial_document(result: UncertaintyResult) -> dict[str, Any]:
    """Return an unfinished result without what no page shows before the end: the weights along the bands."""
    document: dict[str, Any] = result.model_dump(mode="json")
    for band in document["bands"]:
        band["weights_lower_frac"] = band["weights_upper_frac"] = []
    return document


def moved_notes(asked: Asked, result: UncertaintyResult) -> list[str]:
    """Return a sentence where prices, holdings or rules were changed since, so that the proposal is another."""
    moved = max((abs(line.weight_frac - asked.weights_frac.get(line.asset, 0.0)) for line in result.weights), default=0)
    if moved <= SAME_FRAC:
        return []
    return [
        "Prices, holdings, facts or rules were changed since the optimization: its proposal would be another now, "
        "and the intervals are those of the new one. Run the optimization again."
    ]


KIND = UncertaintyKind()
