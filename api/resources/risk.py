"""How is asked what a portfolio may lose, whether it is within its limits, and whether forecasts have held?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version
from api.reading import Path, Query
from api.resources.exports import as_file
from api.routing import Resource, file_answer, needs
from services.auth.roles import Permission
from services.errors import Conflict
from services.exports_risk_page import risk_page
from services.messages.factor_sets import names_of
from services.messages.risk import (
    BacktestsAnswer,
    LimitConstraint,
    RiskAnswer,
    RiskLimits,
    RiskLimitsInput,
)
from services.messages.risk_history import LimitCourse

HISTORY_DAYS = 30
resource = Resource(
    "risk",
    "Risk",
    "What portfolios may lose, where that comes from, and limits on it. Reports are computed by workers: an answer of "
    "202 says that one is on its way, and `Retry-After` when to ask again.",
)


class PortfolioPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


class LimitPath(PortfolioPath):
    """Which of its limits."""

    limit_id: str = Field(max_length=64, description="The limit's id.")


class PagePath(PortfolioPath):
    """Which portfolio, as which kind of file."""

    page_format: Literal["pdf", "png", "svg"] = Field(
        description="`pdf` has pages of A4, `png` and `svg` are one sheet as high as the page needs."
    )


class HistoryQuery(Query):
    """How far back."""

    days: int = Field(default=HISTORY_DAYS, ge=1, le=400, description="The most days that are told, the latest ones.")


class RiskQuery(Query):
    """Of which day, and how positions would be sold."""

    as_of: date | None = Field(default=None, description="ISO date; the last day with prices when absent.")
    participation_frac: float = Field(
        default=0.20, ge=0.01, le=1.0, description="Share of a day's volume that would be sold."
    )
    factor_sets: str | None = Field(
        default=None,
        max_length=400,
        description="Names of up to four factor sets of the house, separated by commas; listed funds when absent.",
    )


class PageQuery(RiskQuery):
    """Of which day, how positions would be sold, and which losses are drawn."""

    level: Literal["95", "99"] = Field(default="95", description="Confidence of the losses, in percent.")
    horizon: Literal["1", "10"] = Field(default="1", description="Days of the losses.")


def _told(found: RiskAnswer | BacktestsAnswer) -> Response:
    """Return the answer with 200, or 202 and `Retry-After` while it is being computed; a failure as a problem."""
    if found.state == "failed":
        raise Conflict(found.message or "The report could not be made.", found.advice or "Try again.", code=found.code)
    if found.state == "working":
        return answer(found, 202, headers={"Retry-After": str(found.retry_after_s)})
    return answer(found)


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/risk",
    "Read the risk report",
    answers={200: RiskAnswer, 202: RiskAnswer},
    also=(409,),
)
@needs(Permission.PORTFOLIOS_READ)
def read_risk(path: PortfolioPath, query: RiskQuery) -> Response:
    """Return what the portfolio may lose, where from, how liquid it is, and its limits; losses are positive."""
    return _told(_report(path, query))


def _report(path: PortfolioPath, query: RiskQuery) -> RiskAnswer:
    return services().risk.report(
        path.portfolio_id,
        actor(),
        as_of=query.as_of,
        participation_frac=query.participation_frac,
        factor_sets=names_of(query.factor_sets),
    )


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/risk/page/<page_format>",
    "Save the page of risk",
    answers={200: file_answer("application/pdf", "image/png", "image/svg+xml"), 202: RiskAnswer},
    also=(409,),
)
@needs(Permission.PORTFOLIOS_READ)
def export_risk(path: PagePath, query: PageQuery) -> Response:
    """Return every chart and table of the page on paper, with the hash of their inputs; 202 while it is computed."""
    found = _report(path, query)
    if found.report is None:
        return _told(found)
    likes = services().preferences.get(actor())
    tests = services().risk.backtests(path.portfolio_id, actor()).backtests
    house = services().portfolios.limit_checks(path.portfolio_id, actor())
    document = risk_page(
        found, tests, house, level=query.level, horizon=query.horizon, style=likes.number_format,
        signs=likes.sign_palette,
    )  # fmt: skip
    address = ("/risk", f"?portfolio={path.portfolio_id}")
    return as_file(services().exports.page(document, actor(), path.page_format, address=address))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/risk/backtests",
    "Hold forecasts against what came",
    answers={200: BacktestsAnswer, 202: BacktestsAnswer},
    also=(409,),
)
@needs(Permission.PORTFOLIOS_READ)
def read_backtests(path: PortfolioPath) -> Response:
    """Return tests of the forecasts that were stored, and beside them of those that each method would have made."""
    return _told(services().risk.backtests(path.portfolio_id, actor()))


@resource.route_for(
    "get", "/portfolios/<portfolio_id>/risk/limits", "Read the limits on risk", answers={200: RiskLimits}, also=(412,)
)
@needs(Permission.PORTFOLIOS_READ)
def read_risk_limits(path: PortfolioPath) -> Response:
    """Return the limits as they stand by the latest report, and on which figures more can be put."""
    found = services().risk.limits(path.portfolio_id, actor())
    return answer(found, row_version=found.row_version)


@resource.route_for(
    "put",
    "/portfolios/<portfolio_id>/risk/limits",
    "Set the limits on risk",
    answers={200: RiskLimits},
    versioned=True,
)
@needs(Permission.PORTFOLIOS_WRITE)
def replace_risk_limits(path: PortfolioPath, body: RiskLimitsInput) -> Response:
    """Put these limits in place of those that the portfolio has; its version is that of the portfolio."""
    found = services().risk.set_limits(path.portfolio_id, body, actor(), expected_version())
    return answer(found, row_version=found.row_version)


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/risk/limits/<limit_id>/constraint",
    "Turn a limit into constraints",
    answers={200: LimitConstraint},
    also=(409,),
)
@needs(Permission.PORTFOLIOS_READ)
def read_constraint(path: LimitPath) -> Response:
    """Return the constraints with which an optimization keeps the limit; 409 says why there are none."""
    return answer(services().risk.constraint(path.portfolio_id, path.limit_id, actor()))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/risk/limits/<limit_id>/history",
    "Read the course of a limit",
    answers={200: LimitCourse},
)
@needs(Permission.PORTFOLIOS_READ)
def read_limit_history(path: LimitPath, query: HistoryQuery) -> Response:
    """Return the limited figure day by day, how much of the limit it used, and which days were recomputed."""
    return answer(services().limit_history.course(path.portfolio_id, path.limit_id, actor(), days_count=query.days))
