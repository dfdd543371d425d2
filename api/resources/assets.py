"""Which assets are there, what do they cost, and where do the prices come from?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, open_cursor, page
from api.reading import Path, Query
from api.routing import Resource
from services.messages.market import AssetView, PriceSeriesView, ProviderStatus

resource = Resource("assets", "Assets", "Reference data and prices, each with its source.")


class AssetPath(Path):
    """Which asset."""

    symbol: str = Field(min_length=1, max_length=40, description="The asset's symbol, such as `AAPL`.")


class AssetQuery(PageQuery):
    """Which assets."""

    query: str | None = Field(
        default=None, max_length=100, description="Part of the symbol or the name, or a whole ISIN."
    )
    sector: str | None = Field(default=None, max_length=100, description="Only this sector.")
    asset_class: str | None = Field(default=None, max_length=40, description="Only this class, such as `equity`.")
    currency: str | None = Field(default=None, max_length=3, description="Only this currency, such as `USD`.")


class PriceQuery(Query):
    """Which prices."""

    start: date | None = Field(default=None, description="First day, ISO date.")
    end: date | None = Field(default=None, description="Last day, ISO date.")
    frequency: Literal["daily", "weekly", "monthly"] = Field(default="daily", description="How dense.")


class AssetSectors(BaseModel):
    """The sectors that occur."""

    model_config = ConfigDict(frozen=True)

    data: list[str]


class AsOf(BaseModel):
    """The last day with prices."""

    model_config = ConfigDict(frozen=True)

    as_of: date | None


@resource.route_for("get", "/assets", "List or search assets", answers={200: Page[AssetView]})
def list_assets(query: AssetQuery) -> Response:
    """Return assets with their latest close."""
    found = services().market.assets(
        actor(),
        query=query.query,
        sector=query.sector,
        asset_class=query.asset_class,
        currency=query.currency,
        cursor=open_cursor(query.cursor),
        limit=query.limit,
    )
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/assets/sectors", "List sectors", answers={200: AssetSectors})
def list_sectors() -> Response:
    """Return the sectors that occur, in alphabetical order."""
    return answer({"data": list(services().market.sectors(actor()))})


@resource.route_for("get", "/assets/as-of", "Read the as-of date", answers={200: AsOf})
def read_as_of() -> Response:
    """Return the last day with prices, on which values are computed by default."""
    return answer({"as_of": services().market.as_of(actor())})


@resource.route_for("get", "/assets/providers", "List sources of market data", answers={200: Page[ProviderStatus]})
def list_providers() -> Response:
    """Return each source with its state, licence and last day."""
    return answer(page(services().market.providers(actor()), None))


@resource.route_for("get", "/assets/<symbol>", "Read an asset", answers={200: AssetView})
def read_asset(path: AssetPath) -> Response:
    """Return one asset with its latest close."""
    return answer(services().market.asset(path.symbol, actor()))


@resource.route_for("get", "/assets/<symbol>/prices", "Read prices", answers={200: PriceSeriesView})
def read_prices(path: AssetPath, query: PriceQuery) -> Response:
    """Return closes with their source, adjustment and notes."""
    return answer(
        services().market.prices(path.symbol, actor(), start=query.start, end=query.end, frequency=query.frequency)
    )
