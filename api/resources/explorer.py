"""Which assets can be looked at, and how did the price of one of them go?"""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, open_cursor, page
from api.reading import Path, Query
from api.resources.exports import as_file
from api.routing import Resource, file_answer
from services.messages.explorer import ExplorerAsset, SymbolView

resource = Resource("explorer", "Market explorer", "Prices to look at, each with its source and its age.")

_CSV, _XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SymbolPath(Path):
    """Which asset."""

    symbol: str = Field(min_length=1, max_length=40, description="The asset's symbol, such as `AAPL`.")


class FilePath(SymbolPath):
    """Which asset, as which kind of file."""

    table_format: Literal["csv", "xlsx"] = Field(description="The kind of file.")


class ListQuery(PageQuery):
    """Which assets."""

    query: str | None = Field(default=None, max_length=60, description="Part of symbol or name, or a whole ISIN.")
    asset_class: str | None = Field(default=None, max_length=40, description="Only this class, such as `equity`.")


class ViewQuery(Query):
    """Which part of the history, how dense, how adjusted, beside which others."""

    range: Literal["1m", "6m", "1y", "5y", "10y", "max"] = Field(
        default="1y", description="How far back from the last session."
    )
    frequency: Literal["auto", "daily", "weekly", "monthly"] = Field(
        default="auto", description="How dense; `auto` chooses what the window can show."
    )
    adjust: Literal["raw", "splits", "total"] | None = Field(
        default=None, description="As paid, without the jumps of splits, or as total returns; what suits the source."
    )
    compare: str = Field(
        default="", max_length=120, description="Up to four other symbols, separated by commas, such as `MSFT,KO`."
    )

    @property
    def others(self) -> list[str]:
        """The symbols to compare with."""
        return [one.strip() for one in self.compare.split(",") if one.strip()]


@resource.route_for("get", "/market/explorer", "List assets with price and age", answers={200: Page[ExplorerAsset]})
def list_explorer_assets(query: ListQuery) -> Response:
    """Return assets by symbol with last close, change, source, age and quality."""
    found = services().explorer.assets(
        actor(),
        query=query.query,
        asset_class=query.asset_class,
        cursor=open_cursor(query.cursor),
        limit=query.limit,
    )
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/market/explorer/<symbol>", "Look at an asset", answers={200: SymbolView})
def view_asset(path: SymbolPath, query: ViewQuery) -> Response:
    """Return bars with events, comparison, quality and source."""
    return answer(
        services().explorer.view(
            path.symbol,
            actor(),
            range=query.range,
            frequency=query.frequency,
            adjust=query.adjust,
            compare=query.others,
        )
    )


@resource.route_for(
    "get", "/market/explorer/<symbol>/<table_format>", "Save an asset's prices", answers={200: file_answer(_CSV, _XLSX)}
)
def save_asset(path: FilePath, query: ViewQuery) -> Response:
    """Return what is shown as a file; Excel also holds events, comparison, sources and assumptions."""
    return as_file(
        services().explorer.table(
            path.symbol,
            path.table_format,
            actor(),
            range=query.range,
            frequency=query.frequency,
            adjust=query.adjust,
            compare=query.others,
        )
    )
