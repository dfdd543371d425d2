"""How is asked what a portfolio earned, where that came from, and when it was ahead of its benchmark or behind?"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeVar

from flask import Response
from pydantic import Field, ValidationError

from api.access import actor, services
from api.analysis_answers import told
from api.answers import answer
from api.reading import Path, Query, unusable
from api.resources.exports import as_file
from api.routing import Resource, file_answer
from services.exports_performance_page import NotReady, performance_page
from services.field_problems import field_problems
from services.messages.analyses import AnalysisAnswer
from services.messages.factor_sets import names_of
from services.messages.performance import (
    AttributionRequest,
    AttributionView,
    Basis,
    Fees,
    Grouping,
    Link,
    Method,
    PerformanceRequest,
    PerformanceView,
    PeriodChoice,
    PeriodsRequest,
    PeriodsView,
    RegimesView,
)
from services.messages.performance_choice import PART_PATTERN, ChoiceRequest, ChoiceView
from services.messages.performance_today import TodayView

resource = Resource(
    "performance",
    "Performance",
    "What portfolios earned: figures, attribution, periods beside the benchmark and regimes. Reports are computed by "
    "workers: an answer of 202 says that one is on its way, and `Retry-After` when to ask again.",
)
WAIT_S = 8.0
Asked = TypeVar("Asked", bound=PeriodsRequest)


class PortfolioPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


class PagePath(PortfolioPath):
    """Which portfolio, as which kind of file."""

    page_format: Literal["pdf", "png", "svg"] = Field(
        description="`pdf` has pages of A4, `png` and `svg` are one sheet as high as the page needs."
    )


class PeriodsQuery(Query):
    """Over which days, beside what."""

    period: PeriodChoice = Field(
        default=PeriodChoice.ALL, description="A stretch that ends on the last valued day; `start` and `end` go before."
    )
    start: date | None = Field(default=None, description="Close at which the period begins, ISO date.")
    end: date | None = Field(default=None, description="Close at which it ends, ISO date.")
    fees: Fees = Field(default="net", description="`net`: as the ledger has it; `gross`: booked fees are added back.")
    benchmark_id: str | None = Field(
        default=None, min_length=1, max_length=64, description="Another benchmark than the portfolio's own."
    )
    risk_free_annual_frac: float | None = Field(
        default=None, ge=-0.5, le=0.5, description="One rate a year in place of the stored series, 0.02 for 2%."
    )
    currency: str | None = Field(
        default=None, pattern=r"^[A-Z]{3}$", description="Another currency than the portfolio's own, such as EUR."
    )


class PerformanceQuery(PeriodsQuery):
    """How figures are computed."""

    basis: Basis = Field(default="twr", description="Which return comes first: `twr` or `mwr`; both are in the answer.")
    rolling_count: Literal["63", "126", "252"] = Field(
        default="126", description="Window of rolling figures, sessions."
    )


class AttributionQuery(PeriodsQuery):
    """How the return is taken apart."""

    grouping: Grouping = Field(default="sector", description="What segments are.")
    method: Method = Field(default="bf", description="`bf`: Brinson and Fachler; `bhb`: Brinson, Hood and Beebower.")
    linking: Link = Field(default="carino", description="How effects of days become effects of the period.")
    is_interaction_folded: bool = Field(default=False, description="Whether interaction is part of selection.")
    factor_sets: str | None = Field(
        default=None,
        max_length=400,
        description="Names of up to four factor sets of the house, separated by commas; listed funds when absent.",
    )


class PartQuery(AttributionQuery):
    """Which part of the attribution."""

    chosen: str = Field(
        min_length=3,
        max_length=160,
        pattern=PART_PATTERN,
        description="Dimension and name: `sector:Technology`, `asset:AAPL`, `effect:selection`, `factor:Market`.",
    )


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/performance",
    "Read the performance",
    answers={200: PerformanceView, 202: AnalysisAnswer},
)
def read_performance(path: PortfolioPath, query: PerformanceQuery) -> Response:
    """Return figures, curves, months, falls and rolling figures of a period, with the client's money beside them."""
    more = {**query.model_dump(), "rolling_count": int(query.rolling_count)}
    return _answered("performance", PerformanceRequest, path, more)


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/performance/page/<page_format>",
    "Save the page of performance",
    answers={200: file_answer("application/pdf", "image/png", "image/svg+xml"), 202: AnalysisAnswer},
)
def export_performance(path: PagePath, query: PerformanceQuery) -> Response:
    """Return every chart and table of a period on paper, with the hash of their inputs; 202 while one is computed."""
    asked = _request(PerformanceRequest, path, {**query.model_dump(), "rolling_count": int(query.rolling_count)})
    likes = services().preferences.get(actor())
    look: dict[str, Any] = {"style": likes.number_format, "signs": likes.sign_palette}
    try:
        document = performance_page(asked, services().analyses, actor(), wait_s=WAIT_S, **look)
    except NotReady as missing:
        return told(missing.answer)
    address = ("/performance", f"?portfolio={path.portfolio_id}")
    return as_file(services().exports.page(document, actor(), path.page_format, address=address))


@resource.route_for(
    "get", "/portfolios/<portfolio_id>/performance/today", "Read today's result", answers={200: TodayView}
)
def read_today(path: PortfolioPath) -> Response:
    """Return the day's result at live prices by holding, with the part of exchange rates; no worker is waited for."""
    return answer(services().performance_today.read(path.portfolio_id, actor()))


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/performance/attribution",
    "Read the attribution",
    answers={200: AttributionView, 202: AnalysisAnswer},
)
def read_attribution(path: PortfolioPath, query: AttributionQuery) -> Response:
    """Return contributions, effects by segment, currencies and factors; each with what it leaves over."""
    chosen = names_of(query.factor_sets)
    services().factor_sets.check(chosen, actor())
    more = {**query.model_dump(), "factor_sets": chosen}
    return _answered("performance_attribution", AttributionRequest, path, more)


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/performance/attribution/part",
    "Read one part of the attribution through time",
    answers={200: ChoiceView, 202: AnalysisAnswer},
)
def read_part(path: PortfolioPath, query: PartQuery) -> Response:
    """Return what a group, an effect or a factor added day by day; the days add up to the attribution's figure."""
    chosen = names_of(query.factor_sets)
    services().factor_sets.check(chosen, actor())
    more = {**query.model_dump(), "factor_sets": chosen}
    return _answered("performance_choice", ChoiceRequest, path, more)


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/performance/periods",
    "Read periods ahead and behind",
    answers={200: PeriodsView, 202: AnalysisAnswer},
)
def read_periods(path: PortfolioPath, query: PeriodsQuery) -> Response:
    """Return stretches of out- and underperformance, each with a test of whether chance explains it."""
    return _answered("performance_periods", PeriodsRequest, path, query.model_dump())


@resource.route_for(
    "get",
    "/portfolios/<portfolio_id>/performance/regimes",
    "Read calm and turbulent times",
    answers={200: RegimesView, 202: AnalysisAnswer},
)
def read_regimes(path: PortfolioPath, query: PeriodsQuery) -> Response:
    """Return two states of volatility with their dates and the figures of each."""
    return _answered("performance_regimes", PeriodsRequest, path, query.model_dump())


def _answered(kind: str, form: type[PeriodsRequest], path: PortfolioPath, values: dict[str, Any]) -> Response:
    request = _request(form, path, values)
    return told(services().analyses.answer(kind, request, actor(), wait_s=WAIT_S))


def _request(form: type[Asked], path: PortfolioPath, values: dict[str, Any]) -> Asked:
    """Return what is asked for, checked: the benchmark is the actor's to see, the period is one."""
    try:
        request = form.model_validate({"portfolio_id": path.portfolio_id, **values})
    except ValidationError as error:
        raise unusable(field_problems(error), "query") from None
    services().performance.check(request, actor())
    return request
