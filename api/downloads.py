"""How does a signed-in browser save a chart or a table?

Plain links below `/download/`, answered with the session cookie: the same exports as the API's, always as attachments.
"""

from __future__ import annotations

from flask import Blueprint, Response

from api.access import actor, services
from api.answers import attachment
from api.reading import read_path, read_query
from api.resources.academic import AcademicTablePath
from api.resources.exports import (
    ChartPath,
    ChartQuery,
    HoldingsPath,
    TablePath,
    as_file,
)
from api.resources.holdings_imports import HoldingsImportPath
from api.resources.rebalancings import OrdersPath
from services.academic_files import example
from services.imports_templates import template

files = Blueprint("downloads", __name__, url_prefix="/download")


@files.get("/runs/<run_id>/chart/<chart>.<chart_format>")
def download_chart(run_id: str, chart: str, chart_format: str) -> Response:
    """Save one chart of a run."""
    path = read_path(ChartPath, {"run_id": run_id, "chart": chart, "chart_format": chart_format})
    query = read_query(ChartQuery)
    return as_file(services().exports.chart(path.run_id, path.chart, path.chart_format, query.renderer, actor()))


@files.get("/runs/<run_id>/table.<table_format>")
def download_table(run_id: str, table_format: str) -> Response:
    """Save the table of a run."""
    path = read_path(TablePath, {"run_id": run_id, "table_format": table_format})
    return as_file(services().exports.table(path.run_id, path.table_format, actor()))


@files.get("/rebalancings/<rebalancing_id>/orders.<order_format>")
def download_orders(rebalancing_id: str, order_format: str) -> Response:
    """Save the orders of a proposal."""
    path = read_path(OrdersPath, {"rebalancing_id": rebalancing_id, "order_format": order_format})
    return as_file(services().rebalancing_orders.export(path.rebalancing_id, path.order_format, actor()))


@files.get("/imports/holdings/<import_id>/rejected-rows.csv")
def download_holdings_rejects(import_id: str) -> Response:
    """Save the rows that an import of holdings leaves out."""
    path = read_path(HoldingsImportPath, {"import_id": import_id})
    content = services().holdings_imports.rejects(path.import_id, actor())
    return attachment(content, "text/csv; charset=utf-8", "rejected-rows.csv")


@files.get("/imports/templates/<name>.csv")
def download_template(name: str) -> Response:
    """Save a file that shows how market data are brought in."""
    return attachment(template(name), "text/csv; charset=utf-8", f"{name}.csv")


@files.get("/academic/example-<part>.txt")
def download_academic_example(part: str) -> Response:
    """Save a file that shows how an instance, or a published frontier, is written."""
    content, name = example(part)
    return attachment(content, "text/plain; charset=utf-8", name)


@files.get("/academic/<run_id>/table.<table_format>")
def download_academic_table(run_id: str, table_format: str) -> Response:
    """Save the figures of a benchmark."""
    path = read_path(AcademicTablePath, {"run_id": run_id, "table_format": table_format})
    return as_file(services().academic.table(path.run_id, path.table_format, actor()))


@files.get("/portfolios/<portfolio_id>/holdings.<table_format>")
def download_holdings(portfolio_id: str, table_format: str) -> Response:
    """Save the holdings of a portfolio."""
    path = read_path(HoldingsPath, {"portfolio_id": portfolio_id, "table_format": table_format})
    return as_file(services().exports.holdings(path.portfolio_id, path.table_format, actor()))
