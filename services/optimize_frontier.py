"""Which portfolios are efficient under a request's limits, all of them at once?

Answered while the caller waits: the frontier of 50 assets takes milliseconds, that of 500 less than a second. Frontiers
in drawdowns are solved for point by point, so their histories have a size limit of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.kernel.facts import Facts
from engine.kernel.risk_free import RiskFree
from engine.objectives.min_volatility import MinVolatility
from services.errors import FieldProblem, InvalidRequest
from services.messages.frontier import FrontierResult, FrontierWish
from services.messages.optimize import OptimizationRequest
from services.optimize_inputs import Inputs
from services.optimize_needs import Needs, needs_of
from services.optimize_wishes import choice_of, document_of, request_of, settled

if TYPE_CHECKING:
    from services.compliance.run_rules import RunRules

FIELDS = ("request", "risk", "reward", "level_frac", "points_count")
WAY = "Send `request`, `risk` and `reward`, for losses also `level_frac` and `points_count`."
RISKS = ("volatility", "tracking_error", "cvar", "cdar", "max_drawdown")
REWARDS = ("return", "esg")
ASSETS_MAX_COUNT = 1000
POINTS_MAX_COUNT = 100
FIGURES_MAX_COUNT = {"cvar": 2_500_000, "cdar": 400_000, "max_drawdown": 800_000}  # daily returns of all assets


def parse_frontier_wish(text: str | bytes) -> FrontierWish:
    """Return which frontier of which request a JSON text asks for.

    Raises
    ------
    InvalidRequest
        With every problem found, those of the request below ``request``.
    """
    document, fields = document_of(text, FIELDS, WAY, '{"request": {...}, "risk": "volatility", "reward": "return"}')
    risk = choice_of(document, "risk", RISKS, fields)
    reward = choice_of(document, "reward", REWARDS, fields)
    level = _number_of(document, "level_frac", 0.95, (0.5, 0.999), fields)
    count = _number_of(document, "points_count", 20, (2, POINTS_MAX_COUNT), fields)
    request = settled(request_of(document, fields), fields)
    return FrontierWish(request=request, risk=risk, reward=reward, level_frac=level, points_count=int(count))


def _number_of(
    document: dict[str, Any], name: str, default: float, bounds: tuple[float, float], fields: list[FieldProblem]
) -> float:
    """Return a field's number, the default where it is absent; one out of bounds is noted."""
    value: Any = document.get(name, default)
    is_whole = isinstance(default, int)
    is_number = isinstance(value, int if is_whole else (int, float)) and not isinstance(value, bool)
    if is_number and bounds[0] <= value <= bounds[1]:
        return float(value)
    what = "a whole number" if is_whole else "a number"
    slip = f"Did you mean {value / 100:g}? " if name == "level_frac" and is_number and 50 <= value < 100 else ""
    advice = f"{slip}Send {what} from {bounds[0]} to {bounds[1]}."
    fields.append(FieldProblem(name, "This number cannot be used here.", advice))
    return default


def asked(wish: FrontierWish) -> OptimizationRequest:
    """Return the request with a goal that needs nothing."""
    return wish.request.model_copy(update={"objective": MinVolatility()})


def needs_of_frontier(wish: FrontierWish) -> Needs:
    """Return which facts must be looked up for the limits and the axes."""
    own = wish.request.facts or Facts()
    needs = needs_of(asked(wish))
    return replace(
        needs,
        has_benchmark=needs.has_benchmark or (wish.risk == "tracking_error" and own.benchmark_weights is None),
        has_scores=needs.has_scores or (wish.reward == "esg" and own.esg_scores is None),
    )


def frontier_of(wish: FrontierWish, inputs: Inputs, within: RunRules | None = None) -> FrontierResult:
    """Return the frontier, within the rules of a portfolio where some are given.

    Raises
    ------
    engine.kernel.errors.InputRefused
        With every problem of limits, facts or figures.
    InvalidRequest
        When there are too many assets to wait for.
    """
    import engine  # the solvers are loaded only where something is solved

    if len(inputs.assets) > ASSETS_MAX_COUNT:
        message = f"A frontier of {len(inputs.assets)} assets takes longer than anybody waits for."
        advice = f"Ask for at most {ASSETS_MAX_COUNT} assets, or run the optimization, whose result has its frontier."
        raise InvalidRequest(message, advice, fields=(FieldProblem("request.asset_ids", message, advice),))
    figures_count, most = _figures_count(wish, inputs), FIGURES_MAX_COUNT.get(wish.risk)
    if most is not None and figures_count > most:
        message = f"A frontier in this loss of {figures_count:,} daily returns takes longer than anybody waits for."
        advice = f"Ask for fewer assets or a shorter lookback: at most {most:,} returns. CVaR takes the most."
        raise InvalidRequest(message, advice, fields=(FieldProblem("risk", message, advice),))
    given: dict[str, Any] = {
        "panel": inputs.panel,
        "sectors": inputs.sectors,
        "current_weights_frac": inputs.current_weights_frac,
        "data_lineage": inputs.lineage,
        "facts": inputs.facts,
        "risk_free": RiskFree.not_set(),
        "risk": wish.risk,
        "reward": wish.reward,
        "level_frac": wish.level_frac,
        "points_count": wish.points_count,
    }
    if within is None:
        return engine.frontier(wish.request, **given)
    from engine.compliance.along import frontier_within_rules

    given["data_lineage"] = {**(inputs.lineage or {}), "rules": within.lineage}
    return frontier_within_rules(
        wish.request, within.rules, within.state, allowances=within.allowances, lists=within.lists, **given
    )


def _figures_count(wish: FrontierWish, inputs: Inputs) -> int:
    """Return how many returns the history that is looked at holds."""
    if inputs.panel is None:
        return 0
    periods, lookback = inputs.panel.observations_count, wish.request.estimates.lookback_days
    return len(inputs.assets) * (periods if lookback is None else min(periods, lookback))
