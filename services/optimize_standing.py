"""Was a portfolio found by a search for the best, or by a rule that optimizes nothing?"""

from __future__ import annotations

from typing import Final

from services.messages.optimize import OptimizationRequest, OptimizationResult

RULES: Final = frozenset({"equal_weight", "inverse_volatility", "hierarchical_risk_parity"})
BY_RULE: Final = "Computed by rule; every limit is kept"
NEAREST: Final = "The nearest portfolio to the rule's that keeps the limits"
_CLOSED_FORM: Final = "closed form"


def rule_words(request: OptimizationRequest | None, result: OptimizationResult) -> str | None:
    """Return how a rule's portfolio came about; None for every goal that is optimized, and without a proof."""
    if request is None or result.certificate is None or not result.certificate.is_proven:
        return None
    if str(request.objective.model_dump()["kind"]) not in RULES:
        return None
    return BY_RULE if result.certificate.solver == _CLOSED_FORM else NEAREST
