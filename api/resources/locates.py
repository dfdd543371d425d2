"""Which shares were found for short sales, and in which lots are assets traded?"""

from __future__ import annotations

from datetime import date

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, cut
from api.reading import Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.compliance_restrictions import LocateView, LotView, LotWish, NewLocate

resource = Resource("locates", "Locates and lots", "Shares found for short sales, and the lots in which assets trade.")


class LocatePath(Path):
    """Which locate."""

    locate_id: str = Field(max_length=64, description="The locate's id.")


class LotPath(Path):
    """Which asset."""

    symbol: str = Field(max_length=40, description="The asset's symbol.")


class LocatesQuery(PageQuery):
    """Which locates."""

    on: date | None = Field(default=None, description="That hold on this day; today when left out.")
    portfolio_id: str | None = Field(default=None, max_length=64, description="For this portfolio, or for all of them.")


@resource.route_for("get", "/locates", "List locates", answers={200: Page[LocateView]})
def list_locates(query: LocatesQuery) -> Response:
    """Return the locates that hold on a day, the first recorded first."""
    found = services().locates.list(actor(), on=query.on, portfolio_id=query.portfolio_id)
    return answer(cut(found, query, lambda one: one.id))


@resource.route_for("post", "/locates", "Record a locate", answers={201: LocateView})
@needs(Permission.RESTRICTIONS_WRITE, Permission.PORTFOLIOS_WRITE)
def record_locate(body: NewLocate) -> Response:
    """Record shares that a broker found, before the short sale is sent."""
    return answer(services().locates.record(body, actor()), 201)


@resource.route_for("post", "/locates/<locate_id>/withdraw", "Withdraw a locate", answers={200: LocateView})
@needs(Permission.RESTRICTIONS_WRITE, Permission.PORTFOLIOS_WRITE)
def withdraw_locate(path: LocatePath) -> Response:
    """Let the locate hold no more."""
    return answer(services().locates.withdraw(path.locate_id, actor()))


@resource.route_for("get", "/trading-lots", "List lots", answers={200: Page[LotView]})
def list_trading_lots(query: PageQuery) -> Response:
    """Return the lots of the house by symbol; other assets trade in whatever quantity."""
    return answer(cut(services().locates.lots(actor()), query, lambda one: one.symbol))


@resource.route_for("put", "/trading-lots/<symbol>", "Set the lot of an asset", answers={200: LotView})
@needs(Permission.RESTRICTIONS_WRITE)
def set_trading_lot(path: LotPath, body: LotWish) -> Response:
    """Choose in which lots the asset is traded, and the least order."""
    return answer(services().locates.set_lot(path.symbol, body, actor()))
