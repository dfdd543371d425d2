"""How does a program get the whole efficient frontier under a request's limits?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.reading import Query
from api.resources.optimizations import EXAMPLE, PROBLEM_MAX_BYTES, OptimizationPath
from api.routing import Resource, as_text, needs, takes_text
from services.auth.roles import Permission
from services.messages.frontier import FrontierChoices, FrontierResult, FrontierReward, FrontierRisk, FrontierWish

resource = Resource("optimization_frontiers", "Frontiers", "Every efficient portfolio at once, as corners.")


def _read(text: str) -> FrontierWish:
    """Return which frontier of which request the text asks for, or refuse it with every problem."""
    return services().optimize.parse_frontier_wish(text)


@resource.route_for(
    "post",
    "/optimizations/frontier",
    "Get the whole efficient frontier",
    answers={200: FrontierResult},
    repeatable=False,
    example={"request": EXAMPLE, "risk": "volatility", "reward": "return"},
)
@needs(Permission.MARKET_READ)
@takes_text(PROBLEM_MAX_BYTES, _read)
def frontier(body: FrontierWish) -> Response:
    """Return the corners from the least risk to the highest reward: between neighbours the weights are mixtures."""
    wish = _read(as_text(body))
    return answer(services().optimize.frontier(wish, actor()))


class FrontierQuery(Query):
    """In what the frontier of an optimization is drawn."""

    risk: FrontierRisk = Field(default="volatility", description="What is to be small.")
    reward: FrontierReward = Field(default="return", description="What is to be large.")


@resource.route_for(
    "get",
    "/optimizations/<optimization_id>/frontier",
    "Get the frontier of an optimization",
    answers={200: FrontierResult},
    also=(409,),
)
def frontier_of_optimization(path: OptimizationPath, query: FrontierQuery) -> Response:
    """Return the frontier under the optimization's own limits, on the data of its day; its goal plays no part."""
    return answer(services().frontiers.of(path.optimization_id, actor(), query.risk, query.reward))


@resource.route_for(
    "get",
    "/optimizations/<optimization_id>/frontier/measures",
    "Read in which measures it can be drawn",
    answers={200: FrontierChoices},
    also=(409,),
)
def measures_of_frontier(path: OptimizationPath) -> Response:
    """Return each risk and each reward whose data exist for the optimization."""
    return answer(services().frontiers.choices(path.optimization_id, actor()))
