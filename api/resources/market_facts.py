"""Which dividends, splits, fundamentals, economic figures and sessions are known?"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer
from api.pagination import Page, PageQuery, cut
from api.reading import Path, Query
from api.routing import Resource
from services.market_data_request import parts_of
from services.messages.market_data import (
    ActionView,
    CalendarView,
    FundamentalView,
    KnowledgeTime,
    MacroPoint,
    MacroSeriesView,
    MacroView,
    Release,
)

resource = Resource("market_facts", "Market facts", "Actions, fundamentals, economic series and trading sessions.")

AS_OF_UTC = "Knowledge time, ISO with Z: what became known later is not read."


class ActionQuery(PageQuery):
    """Which dividends and splits."""

    symbols: str = Field(min_length=1, max_length=20_000, description="Symbols, separated by commas.")
    start: date | None = Field(default=None, description="First ex-date.")
    end: date | None = Field(default=None, description="Last ex-date.")
    as_of_utc: KnowledgeTime | None = Field(default=None, description=AS_OF_UTC)


class FundamentalQuery(PageQuery):
    """Which fundamentals."""

    symbols: str = Field(min_length=1, max_length=20_000, description="Symbols, separated by commas.")
    names: str | None = Field(default=None, max_length=1000, description="Names such as `pe_ratio`, or all.")
    as_of_utc: KnowledgeTime | None = Field(default=None, description=AS_OF_UTC)


class MacroPath(Path):
    """Which economic series."""

    series_id: str = Field(min_length=1, max_length=60, description="The series' id, such as `GDP`.")


class MacroQuery(Query):
    """Which figures of it."""

    start: date | None = Field(default=None, description="First period.")
    end: date | None = Field(default=None, description="Last period.")
    as_of: date | None = Field(default=None, description="The figures as they stood on this day, revisions left out.")
    release: Release = Field(default="latest", description="`first`: each figure as it was first published.")


class VintagePath(MacroPath):
    """Which period of which economic series."""

    event_date: date = Field(description="First day of the period.")


class CalendarPath(Path):
    """Which exchange."""

    exchange: str = Field(min_length=1, max_length=10, description="ISO 10383 code such as `XNYS`, or `24-7`, `24-5`.")


class CalendarQuery(Query):
    """Which sessions."""

    start: date = Field(description="First day.")
    end: date = Field(description="Last day, at most five years later.")


class Exchange(BaseModel):
    """An exchange whose sessions are known."""

    model_config = ConfigDict(frozen=True)

    exchange: str
    label: str


@resource.route_for("get", "/market/actions", "List dividends and splits", answers={200: Page[ActionView]})
def list_actions(query: ActionQuery) -> Response:
    """Return dividends as announced and splits as new shares for one old, by ex-date."""
    found = services().market_facts.actions(
        parts_of(query.symbols), actor(), start=query.start, end=query.end, as_of_utc=query.as_of_utc
    )
    return answer(cut(found, query, key=lambda one: f"{one.ex_date} {one.symbol} {one.kind} {one.provider}"))


@resource.route_for("get", "/market/fundamentals", "List fundamentals", answers={200: Page[FundamentalView]})
def list_fundamentals(query: FundamentalQuery) -> Response:
    """Return facts of companies with the fiscal date that they speak of and the instant they became known."""
    names = None if query.names is None else parts_of(query.names)
    found = services().market_facts.fundamentals(
        parts_of(query.symbols), actor(), names=names, as_of_utc=query.as_of_utc
    )
    return answer(cut(found, query, key=lambda one: f"{one.name} {one.fiscal_date} {one.symbol} {one.provider}"))


@resource.route_for("get", "/market/macro", "List economic series", answers={200: Page[MacroSeriesView]})
def list_macro(query: PageQuery) -> Response:
    """Return the economic series that are stored."""
    found = services().market_facts.macro_series(actor())
    return answer(cut(found, query, key=lambda one: f"{one.series_id} {one.provider}"))


@resource.route_for("get", "/market/macro/<series_id>", "Read an economic series", answers={200: MacroView})
def read_macro(path: MacroPath, query: MacroQuery) -> Response:
    """Return one figure a period with the days on which it stood: as of a day, or of the first release."""
    days: dict[str, Any] = {"start": query.start, "end": query.end, "as_of": query.as_of}
    return answer(services().market_facts.macro(path.series_id, actor(), release=query.release, **days))


@resource.route_for(
    "get", "/market/macro/<series_id>/vintages/<event_date>", "List vintages", answers={200: Page[MacroPoint]}
)
def list_vintages(path: VintagePath, query: PageQuery) -> Response:
    """Return every figure that was ever published of one period, the first release first."""
    found = services().market_facts.vintages(path.series_id, path.event_date, actor())
    return answer(cut(found, query, key=lambda one: one.realtime_start.isoformat()))


@resource.route_for("get", "/market/calendars", "List exchanges", answers={200: Page[Exchange]})
def list_exchanges(query: PageQuery) -> Response:
    """Return the exchanges whose sessions are known; `24-7` stands for coins, `24-5` for currencies."""
    found = services().market_calendars.exchanges(actor())
    rows = [{"exchange": code, "label": label} for code, label in sorted(found.items())]
    return answer(cut(rows, query, key=lambda one: one["exchange"]))


@resource.route_for("get", "/market/calendars/<exchange>", "List sessions", answers={200: CalendarView})
def read_calendar(path: CalendarPath, query: CalendarQuery) -> Response:
    """Return the sessions of an exchange with their hours in UTC, early closes marked."""
    return answer(services().market_calendars.sessions(path.exchange, query.start, query.end, actor()))
