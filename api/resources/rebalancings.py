"""How are trades towards a target looked at, proposed, decided about, exported and recorded?"""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.pagination import Page, PageQuery
from api.reading import Path
from api.resources.exports import as_file
from api.routing import Resource, file_answer, needs
from services.auth.roles import Permission
from services.errors import Conflict
from services.exports import MEDIA_TYPES
from services.messages.rebalancing import (
    Handing,
    NewRebalancing,
    RebalancingAnswer,
    RebalancingDecision,
    RebalancingLine,
    RebalancingView,
    Recording,
)

resource = Resource(
    "rebalancings",
    "Rebalancing",
    "Trades in whole shares that lead a portfolio towards a target: looked at, proposed, checked by the portfolio's "
    "rules, approved by a second person, exported as orders, recorded in the ledger and taken back. Workers find the "
    "trades: 202 says that they are on their way, and `Retry-After` when to ask again.",
)
P = Permission


class PortfolioPath(Path):
    """Of which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


class RebalancingPath(Path):
    """Which proposal."""

    rebalancing_id: str = Field(max_length=64, description="The proposal's id.")


class OrdersPath(RebalancingPath):
    """Of which proposal, in which format."""

    order_format: Literal["csv", "xlsx"] = Field(description="csv or xlsx.")


class ListQuery(PageQuery):
    """Which proposals."""

    portfolio_id: str | None = Field(default=None, max_length=64, description="Only those of this portfolio.")


def _shown(view: RebalancingView, status: int = 200) -> Response:
    """Return a proposal with its version."""
    return answer(view, status, row_version=view.row_version)


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/rebalancings/preview",
    "Look at trades towards a target",
    answers={200: RebalancingAnswer, 202: RebalancingAnswer},
    also=(409,),
)
@needs(P.PORTFOLIOS_READ)
def preview_rebalancing(path: PortfolioPath, body: NewRebalancing) -> Response:
    """Return the trades, figures before and after, the whole way from 0 to 100%, and the check; nothing is stored.

    While the search is on its way, send the same request again after `Retry-After`.
    """
    found = services().rebalancings.preview(path.portfolio_id, body, actor())
    if found.state == "failed":
        raise Conflict(found.message or "The trades could not be found.", found.advice or "", code=found.code)
    if found.state == "working":
        return answer(found, 202, headers={"Retry-After": f"{found.retry_after_s or 1:.0f}"})
    return answer(found)


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/rebalancings",
    "Propose trades",
    answers={201: RebalancingView},
    also=(409, 503),
)
@needs(P.PORTFOLIOS_WRITE)
def create_rebalancing(path: PortfolioPath, body: NewRebalancing) -> Response:
    """Keep the trades as a draft, with what they were computed from."""
    return _shown(services().rebalancings.create(path.portfolio_id, body, actor()), 201)


@resource.route_for("get", "/rebalancings", "List proposals", answers={200: Page[RebalancingLine]})
@needs(P.PORTFOLIOS_READ)
def list_rebalancings(query: ListQuery) -> Response:
    """Return the proposals, the newest first; `stale` says what has changed since they were computed."""
    found = services().rebalancings.list(actor(), query.portfolio_id, cursor=query.cursor, limit=query.limit)
    return answer(Page[RebalancingLine](data=list(found.items), next_cursor=found.next_cursor))


@resource.route_for("get", "/rebalancings/<rebalancing_id>", "Read a proposal", answers={200: RebalancingView})
@needs(P.PORTFOLIOS_READ)
def read_rebalancing(path: RebalancingPath) -> Response:
    """Return the proposal with rows, figures, check, what happened to it, and what you may do with it."""
    return _shown(services().rebalancings.get(path.rebalancing_id, actor()))


@resource.route_for(
    "put", "/rebalancings/<rebalancing_id>", "Change a proposal", answers={200: RebalancingView}, versioned=True,
    also=(409, 503),
)  # fmt: skip
@needs(P.PORTFOLIOS_WRITE)
def edit_rebalancing(path: RebalancingPath, body: NewRebalancing) -> Response:
    """Change the wish or what is chosen of rows: held back, another quantity, a limit, a note. The target stays."""
    return _shown(services().rebalancings.edit(path.rebalancing_id, body, actor(), expected_version()))


@resource.route_for(
    "post", "/rebalancings/<rebalancing_id>/renew", "Compute a proposal anew", answers={200: RebalancingView},
    versioned=True, also=(409, 503),
)  # fmt: skip
@needs(P.PORTFOLIOS_WRITE)
def renew_rebalancing(path: RebalancingPath) -> Response:
    """Compute the same wish from today's positions and closes; it is a draft again."""
    return _shown(services().rebalancings.renew(path.rebalancing_id, actor(), expected_version()))


@resource.route_for(
    "post", "/rebalancings/<rebalancing_id>/submit", "Hand a proposal in", answers={200: RebalancingView},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(P.PORTFOLIOS_WRITE)
def submit_rebalancing(path: RebalancingPath, body: Handing) -> Response:
    """Hand a draft in. What breaks a hard rule is refused; what would break a soft one needs a reason."""
    return _shown(services().rebalancing_steps.submit(path.rebalancing_id, body, actor(), expected_version()))


@resource.route_for(
    "post", "/rebalancings/<rebalancing_id>/decide", "Approve or refuse a proposal", answers={200: RebalancingView},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(P.TRADES_APPROVE, P.OVERRIDES_APPROVE)
def decide_rebalancing(path: RebalancingPath, body: RebalancingDecision) -> Response:
    """Decide. Whoever made it or handed it in may not; a broken soft rule asks for who may let a breach stand."""
    return _shown(services().rebalancing_steps.decide(path.rebalancing_id, body, actor(), expected_version()))


@resource.route_for(
    "post", "/rebalancings/<rebalancing_id>/withdraw", "Withdraw a proposal", answers={200: RebalancingView},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(P.PORTFOLIOS_WRITE)
def withdraw_rebalancing(path: RebalancingPath, body: Handing) -> Response:
    """Take a proposal back for good; it stays to be read."""
    return _shown(services().rebalancing_steps.withdraw(path.rebalancing_id, body, actor(), expected_version()))


@resource.route_for(
    "post", "/rebalancings/<rebalancing_id>/record", "Record trades as done", answers={200: RebalancingView},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(P.PORTFOLIOS_WRITE)
def record_rebalancing(path: RebalancingPath, body: Recording) -> Response:
    """Write the approved trades into the ledger, at their prices and costs."""
    return _shown(services().rebalancing_booking.record(path.rebalancing_id, body, actor(), expected_version()))


@resource.route_for(
    "post", "/rebalancings/<rebalancing_id>/undo", "Take recorded trades back", answers={200: RebalancingView},
    versioned=True, also=(409,),
)  # fmt: skip
@needs(P.PORTFOLIOS_WRITE)
def undo_rebalancing(path: RebalancingPath) -> Response:
    """Book another entry against each; refused where something was booked since."""
    return _shown(services().rebalancing_booking.undo(path.rebalancing_id, actor(), expected_version()))


@resource.route_for(
    "get",
    "/rebalancings/<rebalancing_id>/orders/<order_format>",
    "Save orders for an order system",
    answers={200: file_answer(MEDIA_TYPES["csv"], MEDIA_TYPES["xlsx"])},
)
@needs(P.EXPORTS_MAKE)
def export_orders(path: OrdersPath) -> Response:
    """Return symbol, side, quantity, order type, limit, account and currency; marked `draft` until approved."""
    return as_file(services().rebalancing_orders.export(path.rebalancing_id, path.order_format, actor()))
