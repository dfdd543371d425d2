"""How are portfolios made, read, changed and put aside?"""

from __future__ import annotations

from datetime import date

from flask import Response, request
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.pagination import Page, PageQuery, cut, open_cursor, page
from api.reading import BODY_MAX_BYTES, Path, Query
from api.routing import Resource, as_text, needs, takes_text
from services.auth.roles import Permission
from services.messages.portfolios import (
    Holding,
    LimitCheck,
    NewPortfolio,
    PortfolioChanges,
    PortfolioDetail,
    PortfolioSummary,
    PositionsInput,
    TargetVersion,
    TargetView,
    TransactionView,
    ValueHistory,
)

resource = Resource("portfolios", "Portfolios", "Portfolios, their positions, history, limits and ledger.")


class PortfolioPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


class TargetPath(PortfolioPath):
    """Which of its targets."""

    version: int = Field(ge=1, le=1_000_000, description="The target's version.")


class DayQuery(Query):
    """On which day."""

    as_of: date | None = Field(default=None, description="ISO date; the last day with prices when absent.")


class SpanQuery(Query):
    """Between which days."""

    start: date | None = Field(default=None, description="First day, ISO date.")
    end: date | None = Field(default=None, description="Last day, ISO date.")


def _shown(portfolio: PortfolioDetail, status: int = 200) -> Response:
    """Return the portfolio with its version."""
    location = f"/api/v1/portfolios/{portfolio.id}" if status == 201 else None
    return answer(portfolio, status, row_version=portfolio.row_version, location=location)


@resource.route_for("get", "/portfolios", "List portfolios", answers={200: Page[PortfolioSummary]})
def list_portfolios(query: PageQuery) -> Response:
    """Return the portfolios that you may see, with value, return and risk."""
    return answer(cut(services().portfolios.list(actor()), query, lambda portfolio: portfolio.id))


@resource.route_for("post", "/portfolios", "Create a portfolio", answers={201: PortfolioDetail})
@needs(Permission.PORTFOLIOS_WRITE)
def create_portfolio(body: NewPortfolio) -> Response:
    """Make a portfolio; `initial_cash_ccy` becomes its first deposit."""
    return _shown(services().portfolios.create(body, actor()), 201)


@resource.route_for(
    "get", "/portfolios/<portfolio_id>", "Read a portfolio", answers={200: PortfolioDetail}, also=(412,)
)
def read_portfolio(path: PortfolioPath) -> Response:
    """Return the portfolio with its limits, mandate, target and cash."""
    return _shown(services().portfolios.get(path.portfolio_id, actor()))


@resource.route_for(
    "patch", "/portfolios/<portfolio_id>", "Change a portfolio", answers={200: PortfolioDetail}, versioned=True
)
@needs(Permission.PORTFOLIOS_WRITE)
def update_portfolio(path: PortfolioPath, body: PortfolioChanges) -> Response:
    """Change the fields that are sent."""
    return _shown(services().portfolios.update(path.portfolio_id, body, actor(), expected_version()))


@resource.route_for("delete", "/portfolios/<portfolio_id>", "Delete a portfolio", answers={204: None}, versioned=True)
@needs(Permission.PORTFOLIOS_WRITE)
def delete_portfolio(path: PortfolioPath) -> Response:
    """Put the portfolio aside; it can be restored."""
    services().portfolios.delete(path.portfolio_id, actor(), expected_version())
    return nothing()


@resource.route_for(
    "post", "/portfolios/<portfolio_id>/restore", "Restore a deleted portfolio", answers={200: PortfolioDetail}
)
def restore_portfolio(path: PortfolioPath) -> Response:
    """Take the deletion back."""
    services().portfolios.restore(path.portfolio_id, actor())
    return _shown(services().portfolios.get(path.portfolio_id, actor()))


@resource.route_for(
    "get", "/portfolios/<portfolio_id>/positions", "List positions", answers={200: Page[Holding]}, also=(412,)
)
def list_positions(path: PortfolioPath, query: DayQuery) -> Response:
    """Return what is held on a day, valued at that day's closes."""
    portfolio = services().portfolios.get(path.portfolio_id, actor())
    holdings = services().portfolios.holdings(path.portfolio_id, actor(), as_of=query.as_of)
    return answer(page(holdings, None), row_version=portfolio.row_version)


def _read_positions(text: str) -> PositionsInput:
    """Return the positions that the text states for the portfolio of the address, or refuse it with every problem."""
    portfolio_id = str((request.view_args or {})["portfolio_id"])
    return services().portfolios.read_positions(portfolio_id, text, actor())


@resource.route_for(
    "put", "/portfolios/<portfolio_id>/positions", "Replace positions", answers={200: Page[Holding]}, versioned=True
)
@takes_text(BODY_MAX_BYTES, _read_positions)
@needs(Permission.PORTFOLIOS_WRITE)
def replace_positions(path: PortfolioPath, body: PositionsInput) -> Response:
    """Write the transactions that lead to these positions; what is not named is not held afterwards."""
    wanted = services().portfolios.read_positions(path.portfolio_id, as_text(body), actor())
    services().portfolios.set_positions(path.portfolio_id, wanted, actor(), expected_version())
    portfolio = services().portfolios.get(path.portfolio_id, actor())
    holdings = services().portfolios.holdings(path.portfolio_id, actor())
    return answer(page(holdings, None), row_version=portfolio.row_version)


@resource.route_for("get", "/portfolios/<portfolio_id>/history", "Read the history", answers={200: ValueHistory})
def read_history(path: PortfolioPath, query: SpanQuery) -> Response:
    """Return value, time-weighted index, benchmark and flows by day."""
    return answer(services().portfolios.history(path.portfolio_id, actor(), start=query.start, end=query.end))


@resource.route_for(
    "get", "/portfolios/<portfolio_id>/transactions", "List the ledger", answers={200: Page[TransactionView]}
)
def list_transactions(path: PortfolioPath, query: PageQuery) -> Response:
    """Return the entries of the ledger, the latest first."""
    found = services().portfolios.transactions(
        path.portfolio_id, actor(), cursor=open_cursor(query.cursor), limit=query.limit
    )
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/portfolios/<portfolio_id>/targets", "List targets", answers={200: Page[TargetVersion]})
def list_targets(path: PortfolioPath) -> Response:
    """Return every target that the portfolio has or had, the one in force first."""
    return answer(page(services().portfolios.targets(path.portfolio_id, actor()), None))


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/targets/<version>/restore",
    "Restore an earlier target",
    answers={200: TargetView},
    versioned=True,
)
@needs(Permission.PORTFOLIOS_WRITE)
def restore_target(path: TargetPath) -> Response:
    """Put an earlier target in force again, as the next version; the one before stays in the list."""
    version = expected_version()
    return answer(services().portfolios.restore_target(path.portfolio_id, path.version, actor(), version))


@resource.route_for("get", "/portfolios/<portfolio_id>/limits", "Check the limits", answers={200: Page[LimitCheck]})
def list_limits(path: PortfolioPath) -> Response:
    """Return every limit with its value and state."""
    return answer(page(services().portfolios.limit_checks(path.portfolio_id, actor()), None))
