"""How are charts and tables saved as files?"""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import attachment
from api.reading import Path, Query
from api.routing import Resource, file_answer
from services.messages.exports import Export

resource = Resource("exports", "Exports", "Charts and pages as PDF, PNG, SVG; tables as CSV, Excel.")

_PDF, _PNG, _SVG = "application/pdf", "image/png", "image/svg+xml"
_CSV, _XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ChartPath(Path):
    """Which chart of which run."""

    run_id: str = Field(max_length=64, description="The run's id.")
    chart: str = Field(pattern="^[a-z_]{1,40}$", description="The chart's name, such as `frontier` or `weights`.")
    chart_format: Literal["pdf", "png", "svg"] = Field(description="The kind of file.")


class ChartQuery(Query):
    """Drawn by what."""

    renderer: Literal["auto", "vector", "browser"] = Field(
        default="auto", description="`vector` needs no browser; `browser` draws exactly as on screen."
    )


class TablePath(Path):
    """Which run, as which kind of file."""

    run_id: str = Field(max_length=64, description="The run's id.")
    table_format: Literal["csv", "xlsx"] = Field(description="The kind of file.")


class HoldingsPath(Path):
    """Which portfolio, as which kind of file."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")
    table_format: Literal["csv", "xlsx"] = Field(description="The kind of file.")


class PagePath(Path):
    """Which portfolio, as which kind of file."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")
    page_format: Literal["pdf", "png", "svg"] = Field(
        description="`pdf` has pages of A4, `png` and `svg` are one sheet as high as the page needs."
    )


def as_file(export: Export) -> Response:
    """Return an export as an attachment that says what drew it."""
    headers = {"X-Drawn-By": export.drawn_by} if export.drawn_by else {}
    return attachment(export.data, export.media_type, export.filename, headers)


@resource.route_for(
    "get", "/runs/<run_id>/charts/<chart>/<chart_format>", "Save a chart", answers={200: file_answer(_PDF, _PNG, _SVG)}
)
def export_chart(path: ChartPath, query: ChartQuery) -> Response:
    """Return one chart of a run; the header `X-Drawn-By` says what drew it."""
    return as_file(services().exports.chart(path.run_id, path.chart, path.chart_format, query.renderer, actor()))


@resource.route_for(
    "get", "/runs/<run_id>/table/<table_format>", "Save a table", answers={200: file_answer(_CSV, _XLSX)}
)
def export_table(path: TablePath) -> Response:
    """Return weights, trades and limits of a run; the points of trade-offs; the dates of a test over the past."""
    return as_file(services().exports.table(path.run_id, path.table_format, actor()))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/holdings/<table_format>",
    "Save the holdings",
    answers={200: file_answer(_CSV, _XLSX)},
)
def export_holdings(path: HoldingsPath) -> Response:
    """Return the holdings of a portfolio."""
    return as_file(services().exports.holdings(path.portfolio_id, path.table_format, actor()))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/page/<page_format>",
    "Save the page of a portfolio",
    answers={200: file_answer(_PDF, _PNG, _SVG)},
)
def export_portfolio(path: PagePath) -> Response:
    """Return figures, holdings, cash, allocation, history and limits on paper, with the hash of their inputs."""
    return as_file(services().exports.portfolio_page(path.portfolio_id, path.page_format, actor()))
