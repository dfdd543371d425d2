"""What are the figures of these assets over this window?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer, attachment
from api.reading import Query
from api.routing import Resource
from services import market_data_document
from services.market_data_document import as_csv, as_document
from services.market_data_request import read_request
from services.messages.market_data import Adjustment, Frequency, KnowledgeTime, SessionDay

resource = Resource("market_data", "Market data", "Figures of many assets side by side, each with flags and source.")


class DataQuery(Query):
    """Which figures."""

    symbols: str = Field(min_length=1, max_length=20_000, description="Symbols, separated by commas.")
    start: SessionDay | None = Field(default=None, description="First session, ISO date.")
    end: SessionDay | None = Field(default=None, description="Last session, ISO date.")
    frequency: Frequency = Field(default="daily", description="Weeks and months are made of daily bars.")
    fields: str = Field(
        default="close",
        max_length=100,
        description="Fields, separated by commas: open, high, low, close, adjusted_close, volume.",
    )
    adjustment: Adjustment = Field(default="raw", description="What prices shall contain.")
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$", description="Brings prices into one currency.")
    as_of_utc: KnowledgeTime | None = Field(
        default=None, description="Knowledge time, ISO with Z: what became known later is not read."
    )
    format: Literal["json", "csv"] = Field(default="json", description="How the table is answered.")


class DataColumn(BaseModel):
    """One symbol of the table: where it comes from, its figures by field, and its flags by session."""

    model_config = ConfigDict(frozen=True)

    symbol: str
    provider: str
    currency: str
    stored_currency: str
    adjustment: str = Field(description="What its prices contain in fact.")
    first_session: date | None
    last_session: date | None
    bars_count: int
    knowledge_time_utc: datetime
    content_sha256: str
    age_days: int = Field(description="From its last stored session to today.")
    is_sample: bool
    batches: dict[str, int] = Field(description="Bars of the window by delivery.")
    notes: list[str]
    values: dict[str, list[float | None]] = Field(description="One list a field, one figure a session.")
    flags: list[int] | None = Field(description="Places in `flag_words`; null where every bar is ok.")


class MissingColumn(BaseModel):
    """A symbol without figures."""

    model_config = ConfigDict(frozen=True)

    symbol: str
    reason: str


class DataTable(BaseModel):
    """Figures column by column over shared sessions."""

    model_config = ConfigDict(frozen=True)

    frequency: Frequency
    fields: list[str]
    flag_words: list[str]
    sessions: list[date]
    event_times_utc: list[datetime] | None = Field(description="The end of each bar, for bars of minutes.")
    columns: list[DataColumn]
    missing: list[MissingColumn]
    notes: list[str]


@resource.route_for("get", "/market/data", "Read market data", answers={200: DataTable})
def read_data(query: DataQuery) -> Response:
    """Return figures side by side as JSON, or as CSV with one line a bar; at most a million cells an answer.

    Rows are the sessions that any of the symbols has: a figure that is not there is null, never carried forward.
    """
    rest = query.model_dump(mode="json", exclude={"symbols", "fields", "format"})
    asked = read_request(query.symbols, query.fields, rest)
    panel = services().market_data.request(asked, actor(), cells_max_count=market_data_document.CELLS_MAX_COUNT)
    if query.format == "csv":
        return attachment(as_csv(panel), "text/csv; charset=utf-8", "market-data.csv")
    return answer(as_document(panel))
