"""How does a program read what the dashboard shows?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.reading import Query
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.dashboard import PARTS
from services.errors import FieldProblem, InvalidRequest
from services.messages.comparison import LEAST_COUNT, MOST_COUNT, Comparison
from services.messages.dashboard import Dashboard, Part

resource = Resource(
    "dashboard",
    "Dashboard",
    "All portfolios together: value, day, year beside benchmarks, risk used, breaches, tasks and what happened.",
)


class DashboardQuery(Query):
    """Which parts, in which currency, narrowed down to what."""

    parts: str | None = Field(
        default=None,
        max_length=200,
        description=f"Parts separated by commas: {', '.join(PARTS)}. All if absent; the others are null.",
    )
    currency: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{3}$",
        description="In which currency portfolios add up; that of most of them if absent.",
    )
    sector: str | None = Field(default=None, max_length=200, description="Only what is held in this sector.")
    symbol: str | None = Field(default=None, max_length=60, description="Only what is held of this asset.")


class ComparisonQuery(Query):
    """Which portfolios, in which currency."""

    portfolios: str = Field(
        max_length=200, description=f"Ids of {LEAST_COUNT} to {MOST_COUNT} portfolios, separated by commas."
    )
    currency: str | None = Field(
        default=None, pattern=r"^[A-Z]{3}$", description="Of all amounts; that of the first portfolio if absent."
    )


@resource.route_for("get", "/dashboard", "Read the dashboard", answers={200: Dashboard})
@needs(Permission.PORTFOLIOS_READ)
def read_dashboard(query: DashboardQuery) -> Response:
    """Return the parts that are asked for; a part that cannot be made is null and named under `problems`."""
    return answer(
        services().dashboards.read(
            actor(),
            parts=_parts(query.parts),
            currency=query.currency,
            sector=query.sector,
            symbol=query.symbol,
        )
    )


@resource.route_for("get", "/dashboard/comparison", "Compare portfolios", answers={200: Comparison})
@needs(Permission.PORTFOLIOS_READ)
def compare_portfolios(query: ComparisonQuery) -> Response:
    """Return two to four portfolios side by side: values, returns, risk, sectors and what they hold in common."""
    named = [one.strip() for one in query.portfolios.split(",") if one.strip()]
    return answer(services().comparisons.compare(named, actor(), currency=query.currency))


def _parts(text: str | None) -> tuple[Part, ...]:
    """Return the parts that are named, in the product's order."""
    if text is None:
        return PARTS
    wanted = {part.strip() for part in text.split(",") if part.strip()}
    unknown = sorted(wanted - set(PARTS))
    if unknown or not wanted:
        message = f"There is no part {', '.join(unknown)}." if unknown else "No part is named."
        advice = f"Known: {', '.join(PARTS)}."
        raise InvalidRequest(message, advice, fields=(FieldProblem("parts", message, advice),))
    return tuple(part for part in PARTS if part in wanted)
