"""How does a program move the limits of a frontier: the problem as numbers, and the certified answer to a move?"""

from __future__ import annotations

from flask import Response

from api.access import actor, services
from api.answers import answer
from api.resources.optimizations import EXAMPLE, PROBLEM_MAX_BYTES
from api.routing import Resource, as_text, needs, takes_text
from services.auth.roles import Permission
from services.living_wish import parse_living_wish, parse_moved_wish
from services.messages.living import LivingFrontier, LivingProblem, LivingWish, MovedWish

resource = Resource("frontiers_living", "Frontiers in motion", "Limits that are moved by hand, and what follows.")


@resource.route_for(
    "post",
    "/frontiers/living",
    "Get the problem of a frontier whose limits move",
    answers={200: LivingProblem},
    repeatable=False,
    example={"request": EXAMPLE},
)
@needs(Permission.MARKET_READ)
@takes_text(PROBLEM_MAX_BYTES, parse_living_wish)
def problem(body: LivingWish) -> Response:
    """Return the limits that can be moved, the problem as numbers to walk, and the certified frontier as it stands."""
    return answer(services().living.problem(parse_living_wish(as_text(body)).request, actor()))


@resource.route_for(
    "post",
    "/frontiers/living/moves",
    "Get the certified frontier where limits were moved",
    answers={200: LivingFrontier},
    repeatable=False,
    example={"request": EXAMPLE, "moves": {"max": 0.6}, "seq": 1},
)
@needs(Permission.MARKET_READ)
@takes_text(PROBLEM_MAX_BYTES, parse_moved_wish)
def moved(body: MovedWish) -> Response:
    """Return the frontier that the engine proved, and how far claimed corners lie from it."""
    return answer(services().living.moved(parse_moved_wish(as_text(body)), actor()))
