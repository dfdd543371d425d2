"""Which portfolios are efficient under a request's limits, all of them at once?

Answered while the caller waits: the frontier of 50 assets takes milliseconds, that of 500 less than a second.
"""

from __future__ import annotations

from dataclasses import replace

from engine.kernel.facts import Facts
from engine.kernel.risk_free import RiskFree
from engine.objectives.min_volatility import MinVolatility
from services.errors import FieldProblem, InvalidRequest
from services.messages.frontier import FrontierResult, FrontierWish
from services.messages.optimize import OptimizationRequest
from services.optimize_inputs import Inputs
from services.optimize_needs import Needs, needs_of
from services.optimize_wishes import choice_of, document_of, request_of, settled

FIELDS = ("request", "risk", "reward")
WAY = "Send `request`, `risk` and `reward`."
RISKS, REWARDS = ("volatility", "tracking_error"), ("return", "esg")
ASSETS_MAX_COUNT = 1000


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
    request = settled(request_of(document, fields), fields)
    return FrontierWish.model_validate({"request": request, "risk": risk, "reward": reward})


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


def frontier_of(wish: FrontierWish, inputs: Inputs) -> FrontierResult:
    """Return the frontier.

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
    return engine.frontier(
        wish.request,
        panel=inputs.panel,
        sectors=inputs.sectors,
        current_weights_frac=inputs.current_weights_frac,
        data_lineage=inputs.lineage,
        facts=inputs.facts,
        risk_free=RiskFree.not_set(),
        risk=wish.risk,
        reward=wish.reward,
    )
