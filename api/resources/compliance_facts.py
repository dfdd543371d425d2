"""How are facts stated that rules need and no other part of the product knows?"""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer
from api.reading import Query
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_facts import StatedFact, StatedFactInput

resource = Resource(
    "compliance_facts", "Stated facts", "The bank of the cash, and figures of the whole firm, stated with their source."
)


class FactsQuery(Query):
    """Of what."""

    portfolio_id: str | None = Field(
        default=None, max_length=64, description="What is stated of this portfolio too, beside that of the house."
    )


class StatedFactList(BaseModel):
    """What was stated, the newest first."""

    model_config = ConfigDict(frozen=True)

    data: tuple[StatedFact, ...]


@resource.route_for("get", "/compliance/facts", "List stated facts", answers={200: StatedFactList})
@needs(Permission.COMPLIANCE_READ)
def list_facts(query: FactsQuery) -> Response:
    """Return everything that was stated, with who stated it, from when on it holds and where it is from."""
    return answer(StatedFactList(data=services().stated_facts.list(actor(), query.portfolio_id)))


@resource.route_for("post", "/compliance/facts", "State a fact", answers={201: StatedFact})
@needs(Permission.RULES_WRITE)
def state_fact(body: StatedFactInput) -> Response:
    """State a fact from a day on; one without a value takes back what was stated before. Nothing is overwritten."""
    return answer(services().stated_facts.state(body, actor()), 201)
