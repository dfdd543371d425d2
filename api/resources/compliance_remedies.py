"""How is asked for trades that make a portfolio keep its rules again?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.reading import Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.errors import Conflict
from services.messages.compliance_remedies import RemedyAnswer, RemedyWish

resource = Resource(
    "compliance_remedies",
    "Compliance",
    "Trades that mend a portfolio, judged again after them. Workers find them: 202 says that the search is on its way.",
)


class RemedyPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/compliance/remedies",
    "Find trades that mend a portfolio",
    answers={200: RemedyAnswer, 202: RemedyAnswer},
    also=(409,),
)
@needs(Permission.COMPLIANCE_READ)
def find_remedies(path: RemedyPath, body: RemedyWish) -> Response:
    """Return three trade lists beside one another: smaller positions, the cheapest trades, and cash as it is.

    Each is judged again after its trades and costs. Nothing is booked. While the search is on its way, send the same
    request again after `Retry-After`.
    """
    found = services().compliance_remedies.find(actor(), path.portfolio_id, body)
    if found.state == "failed":
        raise Conflict(found.message or "No remedy could be found.", found.advice or "Try again.", code=found.code)
    if found.state == "working":
        return answer(found, 202, headers={"Retry-After": f"{found.retry_after_s or 1:.0f}"})
    return answer(found)
