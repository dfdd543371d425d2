"""Which packs of rules come with the product, and which rules does a portfolio have to keep?"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, page
from api.reading import Path, Query
from api.resources.portfolios import PortfolioPath
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_rules import Adoption, PackView, PortfolioRules, Written

resource = Resource(
    "rule_packs",
    "Packs of rules",
    "Rules by body of law, with citations and thresholds as figures, to start from; and what a portfolio has to keep.",
)

ADOPTION: dict[str, Any] = {"codes": ["house.max_position"], "figures": {"house.max_position": {"cap": 0.2}}}


class PackPath(Path):
    """Which pack."""

    pack_id: str = Field(max_length=40, description="The pack's id, such as `ucits`.")


class DayQuery(Query):
    """Of which day."""

    on: date | None = Field(default=None, description="As approved by the end of that day in UTC; today when absent.")


@resource.route_for("get", "/rule-packs", "List packs", answers={200: Page[PackView]})
@needs(Permission.COMPLIANCE_READ)
def list_packs() -> Response:
    """Return every pack with its rules as sentences, and what of it the house has already."""
    return answer(page(services().rules.packs.list(actor()), None))


@resource.route_for("get", "/rule-packs/<pack_id>", "Read a pack", answers={200: PackView})
@needs(Permission.COMPLIANCE_READ)
def read_pack(path: PackPath) -> Response:
    """Return one pack."""
    return answer(services().rules.packs.get(path.pack_id, actor()))


@resource.route_for(
    "post", "/rule-packs/<pack_id>/adoption", "Take in rules of a pack", answers={201: Written}, example=ADOPTION
)
@needs(Permission.RULES_WRITE)
def adopt_pack(path: PackPath, body: Adoption) -> Response:
    """Write rules of the pack as drafts with their examples; a second person approves them."""
    return answer(services().rules.drafts.adopt(path.pack_id, body, actor()), 201)


@resource.route_for(
    "get", "/portfolios/<portfolio_id>/rules", "Read a portfolio's rules", answers={200: PortfolioRules}
)
@needs(Permission.COMPLIANCE_READ)
def read_portfolio_rules(path: PortfolioPath, query: DayQuery) -> Response:
    """Return what the portfolio has to keep: the house's rules, its client's and its own, and what is otherwise."""
    return answer(services().rules.of_portfolio(path.portfolio_id, actor(), query.on))
