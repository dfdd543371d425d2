"""What do chance, broken correlations and redemptions do, which moves lose so much, and which trades repair it?

The work of a worker process: facts in, answer out.
"""

from __future__ import annotations

from typing import Any, Final

from engine.stress.joint_history import joint_history
from engine.stress.questions import parse_question
from engine.stress.scenarios import parse_scenario
from services.errors import Conflict
from services.messages.stress import EventQuestion, Scenario
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
from services.messages.stress_report import AskedScenario
from services.stress_compute import rests_on_samples, result_of, too_large
from services.stress_inputs import StressInputs
from services.stress_library import shipped
from services.stress_repairs import repaired

KINDS: Final[dict[str, tuple[str, type[Any]]]] = {
    "monte_carlo": ("monte_carlo", MonteCarloReport),
    "correlation": ("correlation", CorrelationReport),
    "liquidity": ("liquidity", LiquidityReport),
}
"""Field of a request -> the engine's kind of scenario, and the form of the answer."""

OF_VOLUMES: Final = frozenset({"liquidity"})
"""Questions whose answers read traded volumes."""

OF_SHARES: Final = frozenset({"monte_carlo", "correlation"})
"""Questions whose answers are shares of the value day after day: they have none where one day takes more than all."""


def answer_of(inputs: StressInputs, request: QuestionRequest) -> dict[str, Any]:
    """Return the answer to a question as a document."""
    wish = request.wish
    shared, name = _shared(inputs), _name_of(request)
    _refuse_unknown(inputs, name)
    if isinstance(wish, RepairOrder):
        return RepairReport(**shared, **repaired(inputs, wish)).model_dump(mode="json")
    if isinstance(wish, ReverseWish):
        question = parse_question({"kind": "reverse", **wish.model_dump(mode="json")})
        found: Any = question.answer(inputs.world)
        return ReverseReport(**shared, result=found).model_dump(mode="json")
    if name in OF_SHARES and shared["notes"][len(inputs.facts.notes) :]:
        raise Conflict(f"This cannot be told as a share of the value: {shared['notes'][-1]}", "")
    kind, form = KINDS[name]
    shared["is_sample"] = rests_on_samples(inputs.facts, reads_volumes=name in OF_VOLUMES)
    document = {"kind": kind, **wish.model_dump(mode="json")}
    done: dict[str, Any] = form(**shared, result=parse_scenario(document).answer(inputs.world)).model_dump(mode="json")
    return done


def _name_of(request: QuestionRequest) -> str:
    return next(key for key in (*KINDS, "reverse", "repair") if getattr(request, key) is not None)


def _refuse_unknown(inputs: StressInputs, name: str) -> None:
    """Refuse to tell a loss of what has no history at all: it would read as none.

    Raises
    ------
    Conflict
        No position has enough days of returns; for trades that repair, none is covered in any past event either.

    """
    portfolio = inputs.world.portfolio
    held = [asset for asset, weight in zip(portfolio.assets, portfolio.weights_frac, strict=True) if weight != 0.0]
    if not held or name == "liquidity" or joint_history(portfolio, inputs.world.history.returns_frac).places.size:
        return
    if name == "repair" and any(_is_known(one, inputs) for one in shipped() if isinstance(one.question, EventQuestion)):
        return
    words = f"Nothing that is held has enough history ({', '.join(held[:5])}), so the loss is not known."
    raise Conflict(words, "Import more prices, or wait for them.")


def _is_known(one: Scenario, inputs: StressInputs) -> bool:
    assert one.question is not None
    asked = AskedScenario(id=one.id, group=one.group, name=one.name, question=one.question)
    return result_of(asked, inputs, "instant").total_frac is not None


def _shared(inputs: StressInputs) -> dict[str, Any]:
    facts = inputs.facts
    return {
        "portfolio_id": facts.portfolio_id,
        "name": facts.name,
        "base_currency": facts.base_currency,
        "value_ccy": facts.value_ccy,
        "as_of": facts.as_of,
        "notes": (*facts.notes, *too_large(facts)),
        "is_sample": rests_on_samples(facts),
        "lineage": facts.lineage,
    }
