"""What do chance, broken correlations and redemptions do, which moves lose so much, and which trades repair it?

The work of a worker process: facts in, answer out.
"""

from __future__ import annotations

from typing import Any, Final

from engine.stress.questions import parse_question
from engine.stress.scenarios import parse_scenario
from services.messages.stress_questions import (
    CorrelationReport,
    LiquidityReport,
    MonteCarloReport,
    QuestionRequest,
    RepairOrder,
    RepairReport,
    ReverseReport,
    ReverseWish,
)
from services.stress_compute import rests_on_samples
from services.stress_inputs import StressInputs
from services.stress_repairs import repaired

KINDS: Final[dict[str, tuple[str, type[Any]]]] = {
    "monte_carlo": ("monte_carlo", MonteCarloReport),
    "correlation": ("correlation", CorrelationReport),
    "liquidity": ("liquidity", LiquidityReport),
}
"""Field of a request -> the engine's kind of scenario, and the form of the answer."""


def answer_of(inputs: StressInputs, request: QuestionRequest) -> dict[str, Any]:
    """Return the answer to a question as a document."""
    wish = request.wish
    shared = _shared(inputs)
    if isinstance(wish, RepairOrder):
        return RepairReport(**shared, **repaired(inputs, wish)).model_dump(mode="json")
    if isinstance(wish, ReverseWish):
        question = parse_question({"kind": "reverse", **wish.model_dump(mode="json")})
        found: Any = question.answer(inputs.world)
        return ReverseReport(**shared, result=found).model_dump(mode="json")
    name = next(key for key in KINDS if getattr(request, key) is not None)
    kind, form = KINDS[name]
    document = {"kind": kind, **wish.model_dump(mode="json")}
    done: dict[str, Any] = form(**shared, result=parse_scenario(document).answer(inputs.world)).model_dump(mode="json")
    return done


def _shared(inputs: StressInputs) -> dict[str, Any]:
    facts = inputs.facts
    return {
        "portfolio_id": facts.portfolio_id,
        "name": facts.name,
        "base_currency": facts.base_currency,
        "value_ccy": facts.value_ccy,
        "as_of": facts.as_of,
        "notes": facts.notes,
        "is_sample": rests_on_samples(facts),
        "lineage": facts.lineage,
    }
