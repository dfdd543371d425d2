"""What does a person mean by a few letters?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.reading import Query
from api.routing import Resource
from services.finder import SHOWN_COUNT, TEXT_MAX_CHARS
from services.messages.finder import FoundList

resource = Resource("find", "Find", "Portfolios, clients, assets, deeds and help by a few letters.")


class FindQuery(Query):
    """What is looked for."""

    text: str = Field(
        default="",
        max_length=TEXT_MAX_CHARS,
        description="Beginnings of words in any order, such as `aur gro` or `optimize aurora`.",
    )
    limit: int = Field(default=SHOWN_COUNT, ge=1, le=50, description="Most finds of each kind.")


@resource.route_for("get", "/find", "Find by name", answers={200: FoundList})
def find(query: FindQuery) -> Response:
    """Return deeds, portfolios, clients, assets and help that fit, each with its address in the product."""
    return answer(services().finder.find(query.text, actor(), limit=query.limit))
