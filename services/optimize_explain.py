"""Why does a request have its answer, said while the caller waits?

Fifty assets take a tenth of a second. Where the answer is searched for or found through scenarios, and where there are
many assets, it takes longer than anybody waits for: the optimization itself has the prices of its limits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from engine.kernel.canonical import sha256_of
from engine.kernel.risk_free import RiskFree
from services.errors import FieldProblem, InvalidRequest
from services.messages.explanation import ExplanationResult, RequiredReturn, RequiredReturnWish
from services.messages.optimize import OptimizationRequest
from services.optimize_inputs import Inputs
from services.optimize_wishes import document_of, request_of, settled

if TYPE_CHECKING:
    from engine.spec import AnyConstraint
    from services.compliance.run_rules import RunRules

FIELDS = ("request", "asset", "weight_frac")
WAY = "Send `request`, `asset` and `weight_frac`."
EXAMPLE = '{"request": {...}, "asset": "AAPL", "weight_frac": 0.1}'
NO_PORTFOLIO = (
    "No portfolio was found that keeps these limits and the rules of compliance, so there is none to explain."
)
DIAGNOSE = "Ask for the diagnosis, which says what clashes, or leave the rules out with keep_rules set to false."
ASSETS_MAX_COUNT = 200
SLOW_ASSETS_MAX_COUNT = 60
RETURNS_ASSETS_MAX_COUNT = 60  # beyond it no return is looked for unasked
WEIGHT_MAX_FRAC = 10.0
SLOW_GOALS = frozenset({"min_cvar", "min_cdar", "min_max_drawdown", "min_semi_deviation", "robust"})
SLOW_LIMITS = frozenset(
    {
        "tracking_error",
        "volatility_ceiling",
        "cvar_ceiling",
        "cdar_ceiling",
        "drawdown_ceiling",
        "min_holding",
        "min_trade",
        "holdings_count",
    }
)


def parse_required_wish(text: str | bytes) -> RequiredReturnWish:
    """Return whose required return for which weight a JSON text asks for.

    Raises
    ------
    InvalidRequest
        With every problem found, those of the request below ``request``.
    """
    document, fields = document_of(text, FIELDS, WAY, EXAMPLE)
    asset, weight = document.get("asset"), document.get("weight_frac")
    if not isinstance(asset, str) or not asset:
        fields.append(FieldProblem("asset", "The asset is missing.", "Name one of the request's assets."))
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if weight is not None and not (is_number and math.isfinite(weight) and abs(weight) <= WEIGHT_MAX_FRAC):
        fields.append(FieldProblem("weight_frac", "This is no weight.", "Send a fraction: 0.1 for 10%."))
    request = settled(request_of(document, fields), fields)
    return RequiredReturnWish(request=request, asset=str(asset), weight_frac=None if weight is None else float(weight))


def within_rules(request: OptimizationRequest, inputs: Inputs, rules: RunRules | None) -> OptimizationRequest:
    """Return the request with the limits under which its answer keeps the rules; as it is where none are kept.

    Raises
    ------
    engine.kernel.errors.InputRefused
        With every problem of limits, facts or figures.
    InvalidRequest
        When no portfolio was found that keeps limits and rules.
    """
    if rules is None:
        return request
    from engine.compliance.request_within import request_within_rules

    found = request_within_rules(request, rules.rules, rules.state, **rules.given(), **_given(inputs))
    if found is None:
        raise InvalidRequest(NO_PORTFOLIO, DIAGNOSE, fields=(FieldProblem("keep_rules", NO_PORTFOLIO, DIAGNOSE),))
    return found


def explanation_of(
    request: OptimizationRequest, inputs: Inputs, rules: RunRules | None = None, *, has_required_returns: bool = True
) -> ExplanationResult:
    """Return the explanation, under the rules of a portfolio too where some are given.

    Required returns are there only where they are wanted and quickly found.

    Raises
    ------
    engine.kernel.errors.InputRefused
        With every problem of limits, facts or figures.
    InvalidRequest
        When there are too many assets to wait for.
    """
    import engine  # the solvers are loaded only where something is solved

    _wait_for(request, inputs, "asset_ids")
    is_quick = len(inputs.assets) <= RETURNS_ASSETS_MAX_COUNT and not _is_slow(request)
    found: ExplanationResult = engine.explain(
        within_rules(request, inputs, rules),
        **_given(inputs),
        data_lineage=inputs.lineage,
        has_required_returns=has_required_returns and is_quick,
    )
    if found.lineage is None:
        return found
    lineage = found.lineage.model_copy(update={"request_sha256": sha256_of(request.model_dump(mode="json"))})
    return found.model_copy(update={"lineage": lineage})


def required_return_of(wish: RequiredReturnWish, inputs: Inputs, rules: RunRules | None = None) -> RequiredReturn:
    """Return the expected return at which an asset has a weight, under the rules of a portfolio where some are given.

    Raises
    ------
    engine.kernel.errors.InputRefused
        When the asset is not among the request's, or the request has no answer.
    InvalidRequest
        When there are too many assets to wait for.
    """
    from engine.explain.required import required_return

    _wait_for(wish.request, inputs, "request.asset_ids")
    asked = within_rules(wish.request, inputs, rules)
    return required_return(asked, **_given(inputs), asset=wish.asset, weight_frac=wish.weight_frac)


def _given(inputs: Inputs) -> dict[str, Any]:
    return {
        "panel": inputs.panel,
        "sectors": inputs.sectors,
        "current_weights_frac": inputs.current_weights_frac,
        "facts": inputs.facts,
        "risk_free": RiskFree.not_set(),
    }


def assets_max_count(request: OptimizationRequest) -> int:
    """Return up to how many assets a request is explained while somebody waits."""
    return SLOW_ASSETS_MAX_COUNT if _is_slow(request) else ASSETS_MAX_COUNT


def _is_slow(request: OptimizationRequest) -> bool:
    """Return whether the answer takes more than quadratic programs."""
    kinds = {_kind(item) for item in request.constraints}
    has_impact = request.costs is not None and request.costs.impact_coefficient > 0.0
    return has_impact or bool(kinds & SLOW_LIMITS) or str(getattr(request.objective, "kind", "")) in SLOW_GOALS


def _kind(limit: AnyConstraint) -> str:
    return str(getattr(limit, "kind", ""))


def _wait_for(request: OptimizationRequest, inputs: Inputs, path: str) -> None:
    """Refuse what takes longer than anybody waits for."""
    most = assets_max_count(request)
    if len(inputs.assets) > most:
        message = f"An explanation of {len(inputs.assets)} assets takes longer than anybody waits for."
        advice = f"Ask for at most {most} assets, or run the optimization, whose certificate prices every limit."
        raise InvalidRequest(message, advice, fields=(FieldProblem(path, message, advice),))
