"""How does a program get the whole efficient frontier under a request's limits?"""

from __future__ import annotations

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.resources.optimizations import EXAMPLE, PROBLEM_MAX_BYTES
from api.routing import Resource, as_text, needs, takes_text
from services.auth.roles import Permission
from services.messages.frontier import FrontierResult, FrontierWish

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
