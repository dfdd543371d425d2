"""How does a house describe an HTTP feed of its own, so that its bars can be read without a program for it?

The description holds no secret: ``{key}`` stands in its address or headers for the key that is kept apart.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from data.providers.vocabulary import Adjustment, AssetClass, EsgDirection, Fact, Frequency
from data.reference.currencies import CURRENCIES

PREFIX = "feed:"
KEY = "api_key"
"""The name of the credential that ``{key}`` stands for."""
PLACES = frozenset({"symbol", "start", "end", "key"})
HEADER_PLACES = frozenset({"key"})
SECRET_HEADERS = frozenset({"authorization", "x-api-key", "api-key", "apikey", "x-auth-token", "cookie", "token"})
FIXED_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "proxy-authorization", "expect"}
)
EPOCHS = ("epoch_s", "epoch_ms")
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_SECRET_WORD = re.compile(
    r"(?:^|[?&])(?:api_?key|token|access_token|secret|password|apikey)=(?!\{key\})", re.IGNORECASE
)

Path = Annotated[str, Field(max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class FeedColumns(_Strict):
    """Which key or column of a bar means what.

    In JSON a key, or a dotted path of keys (``quote.close``); a number where a bar is a list (``0`` is the first). In
    CSV a heading, or a number (``0`` is the first column) where there is no header line.
    """

    date: Path = Field(min_length=1, title="Date", description="The day of the bar, or its instant.")
    close: Path = Field(min_length=1, title="Close", description="The price at the end of the session.")
    open: Path = Field(default="", title="Open", description="The first price; empty where there is none.")
    high: Path = Field(default="", title="High", description="The highest price; empty where there is none.")
    low: Path = Field(default="", title="Low", description="The lowest price; empty where there is none.")
    adjusted_close: Path = Field(
        default="",
        title="Adjusted close",
        description="The close with dividends and splits; empty for none.",
    )
    volume: Path = Field(default="", title="Volume", description="Units traded; empty where there is none.")
    currency: Path = Field(
        default="", title="Currency", description="A code such as USD; empty where the feed has one currency."
    )
    symbol: Path = Field(
        default="", title="Symbol", description="Whose bar it is; needed where one answer holds several symbols."
    )

    def named(self) -> dict[str, str]:
        """Return the columns that are given, by the product's name."""
        return {name: place for name, place in self.model_dump().items() if place}


class FeedFacts(_Strict):
    """Which key or column holds which fact about an asset; written as in `FeedColumns`, empty where there is none."""

    date: Path = Field(
        default="",
        title="Day of the facts",
        description="The fiscal date that they speak of; empty for the day of asking.",
    )
    known_on: Path = Field(
        default="",
        title="Published on",
        description="From which day they could be known; empty for the day of asking.",
    )
    market_value_ccy: Path = Field(default="", title="Market value", description="In the currency of the asset.")
    shares_outstanding_count: Path = Field(default="", title="Shares outstanding", description="A count.")
    pe_ratio: Path = Field(default="", title="P/E", description="Price to earnings.")
    pb_ratio: Path = Field(default="", title="P/B", description="Price to book value.")
    dividend_yield_frac: Path = Field(
        default="", title="Dividend yield", description="A fraction: 0.03 is 3 %; see “Yield scale” for percent."
    )
    average_daily_volume_units: Path = Field(default="", title="Average daily volume", description="Units traded.")
    esg_score: Path = Field(default="", title="ESG score", description="“ESG direction” says which way it points.")
    currency: Path = Field(
        default="", title="Currency", description="Of the market value; empty where the feed has one currency."
    )
    symbol: Path = Field(
        default="", title="Symbol", description="Whose facts they are; needed where one answer holds several symbols."
    )

    def named(self) -> dict[str, str]:
        """Return the places that are given, by the product's name."""
        return {name: place for name, place in self.model_dump().items() if place}

    def facts(self) -> tuple[Fact, ...]:
        """Return the facts that the feed brings."""
        return tuple(one for one in Fact if getattr(self, one.value))


class FeedMapping(_Strict):
    """One HTTP feed: where it is asked, and how its answer is read.

    It brings bars, or facts about assets: exactly one of ``columns`` and ``facts`` is given.
    """

    code: str = Field(
        title="Short name", description="Small letters, digits and hyphens, such as data-hub; it names the source."
    )
    label: str = Field(min_length=1, max_length=60, title="Name", description="As people read it.")
    address: str = Field(
        max_length=1000,
        title="Address",
        description="https://..., with {symbol}, {start}, {end} and {key} where those belong.",
    )
    headers: dict[str, str] = Field(
        default_factory=dict, title="Headers", description="Sent with each question; {key} stands for the key."
    )
    kind: Literal["json", "csv"] = Field(default="json", title="Format", description="What the feed answers.")
    rows: Path = Field(
        default="",
        title="Where the bars stand",
        description="JSON only: a dotted path such as data.bars; empty where the answer itself is the list.",
    )
    shape: Literal["rows", "columns", "by_date", "one"] = Field(
        default="rows",
        title="Form of the bars",
        description="rows: a list of bars; columns: one list for each column; by_date: bars under their dates; "
        "one: a single object, as feeds of facts have it (JSON).",
    )
    separator: Literal[",", ";", "\t", "|"] = Field(default=",", title="Separator", description="CSV only.")
    skip_lines_count: int = Field(
        default=0, ge=0, le=100, title="Lines to skip", description="CSV only: lines above the header."
    )
    has_header: bool = Field(default=True, title="Header line", description="CSV only: whether a line names columns.")
    columns: FeedColumns | None = Field(
        default=None, title="Columns", description="Of bars: which key or column means what."
    )
    facts: FeedFacts | None = Field(
        default=None, title="Facts", description="In place of columns: which key or column holds which fact."
    )
    esg_direction: EsgDirection = Field(
        default=EsgDirection.SCORE_HIGHER_BETTER,
        strict=False,
        title="ESG direction",
        description="Facts only: whether the ESG figure praises or blames.",
    )
    yield_scale: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        title="Yield scale",
        description="Dividend yields are multiplied: 0.01 for percent.",
    )
    date_format: str = Field(
        default="%Y-%m-%d",
        min_length=1,
        max_length=40,
        title="Form of dates",
        description="As in %d.%m.%Y, or iso, epoch_s (seconds since 1970) or epoch_ms (milliseconds).",
    )
    address_date_format: str = Field(
        default="%Y-%m-%d",
        min_length=1,
        max_length=40,
        title="Form of dates in the address",
        description="As in %Y%m%d, or epoch_s or epoch_ms.",
    )
    time_zone: str = Field(
        default="UTC", title="Time zone", description="Of the exchange: it decides to which day an instant belongs."
    )
    decimal: Literal[".", ","] = Field(default=".", title="Decimal mark", description="In numbers written as text.")
    thousands: Literal["", ",", ".", "'", " "] = Field(
        default="", title="Mark between thousands", description="In numbers written as text; empty where there is none."
    )
    price_scale: float = Field(
        default=1.0, gt=0.0, le=1e6, title="Price scale", description="Prices are multiplied by it: 0.01 for pence."
    )
    volume_scale: float = Field(
        default=1.0, gt=0.0, le=1e9, title="Volume scale", description="Volumes are multiplied by it: 1000 for lots."
    )
    currency: str = Field(default="", title="Currency", description="Of all prices, where no column says so.")
    frequency: Frequency = Field(
        default=Frequency.DAILY, strict=False, title="Frequency", description="How often there is a bar."
    )
    adjustment: Adjustment = Field(
        default=Adjustment.RAW, strict=False, title="Adjustment", description="What the close already contains."
    )
    asset_classes: tuple[AssetClass, ...] = Field(
        default=(AssetClass.EQUITY, AssetClass.ETF),
        title="Kinds of assets",
        description="For which the feed is asked.",
    )
    history_start: date = Field(
        default=date(2000, 1, 1), title="First day", description="Asked for where no first day is wanted."
    )
    symbols: dict[str, str] = Field(
        default_factory=dict, max_length=5000, title="Symbols", description="Yours to theirs, where they differ."
    )
    test_symbol: str = Field(
        min_length=1, max_length=40, title="Symbol to try", description="One of yours that the feed knows."
    )
    licence: str = Field(
        default="By the contract of your house with the feed",
        max_length=300,
        title="License",
        description="What may be done with the figures.",
    )

    @property
    def provider_name(self) -> str:
        """The name under which its figures are stored."""
        return PREFIX + self.code

    @property
    def needs_key(self) -> bool:
        """Whether a key stands somewhere."""
        return "{key}" in self.address or any("{key}" in value for value in self.headers.values())

    @property
    def bars(self) -> FeedColumns:
        """The columns of bars; a mapping of facts has none."""
        assert self.columns is not None
        return self.columns

    @property
    def places(self) -> dict[str, str]:
        """What is read from where, by the product's name, for bars or for facts."""
        found = self.columns or self.facts
        return {} if found is None else found.named()

    @property
    def asks_each_symbol(self) -> bool:
        """Whether each symbol has an address of its own."""
        return "{symbol}" in self.address

    def theirs(self, symbol: str) -> str:
        """Return how the feed calls a symbol."""
        return self.symbols.get(symbol, symbol)

    @field_validator("code")
    @classmethod
    def _code_is_short(cls, value: str) -> str:
        if not _CODE.fullmatch(value):
            raise ValueError("Use 1 to 30 small letters, digits and hyphens, such as data-hub.")
        return value

    @field_validator("address")
    @classmethod
    def _address_is_one(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable() or " " in value:
            raise ValueError("Write the address with plain letters and no spaces; encode others as %C3%A9.")
        parts = urlsplit(value)
        _ = parts.port  # refuses one that is no number
        if parts.scheme not in {"https", "http"} or not parts.hostname:
            raise ValueError("Write an address that begins with https:// and names a server.")
        if parts.username is not None or parts.password is not None:
            raise ValueError("Keep names and passwords out of the address; use a header with {key}.")
        if "{" in parts.netloc or parts.fragment:
            raise ValueError("The server must stand in the address as it is, and nothing may follow a #.")
        _look_at_places(value)
        if _SECRET_WORD.search("?" + parts.query):
            raise ValueError("Write {key} in place of the key itself; the key is kept apart, encrypted.")
        return value

    @field_validator("headers")
    @classmethod
    def _headers_are_safe(cls, value: dict[str, str]) -> dict[str, str]:
        if len(value) > 20:
            raise ValueError(f"There are {len(value)} headers; send 20 at most.")
        for name, text in value.items():
            if not _HEADER.fullmatch(name) or name.lower() in FIXED_HEADERS:
                raise ValueError(f"The header {name[:40]!r} cannot be set here; leave it out.")
            if len(text) > 1000 or not text.isascii() or not text.isprintable():
                raise ValueError(f"The header {name} needs up to 1,000 plain characters in one line.")
            _look_at_places(text, HEADER_PLACES)
            if name.lower() in SECRET_HEADERS and "{key}" not in text:
                raise ValueError(f"Write {{key}} in the header {name} in place of the key; it is kept apart.")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("Write a time zone such as America/New_York, Europe/London or UTC.")
        return value

    @field_validator("currency")
    @classmethod
    def _currency_is_known(cls, value: str) -> str:
        if value and value not in CURRENCIES:
            raise ValueError("Write a currency in three capitals, such as USD or EUR.")
        return value

    @field_validator("date_format", "address_date_format")
    @classmethod
    def _dates_have_a_form(cls, value: str) -> str:
        if value in EPOCHS or value == "iso":
            return value
        marks = set(re.findall(r"%(.)", value))
        if not ({"Y", "m", "d"} <= marks or {"Y", "b", "d"} <= marks or {"Y", "j"} <= marks):
            raise ValueError("Name year, month and day as in %Y-%m-%d, or write iso, epoch_s or epoch_ms.")
        unknown = sorted(marks - set("YmdbjHMSfzTZp%I"))
        if unknown:
            raise ValueError(f"The form of dates has %{unknown[0]}, which is not understood.")
        return value

    @model_validator(mode="after")
    def _parts_fit(self) -> FeedMapping:
        if (self.columns is None) == (self.facts is None):
            raise ValueError("Say which column holds the date and the close of bars, or which hold facts; one of both.")
        if self.facts is not None and not self.facts.facts():
            raise ValueError("Name at least one fact that the feed brings, such as the ESG score.")
        columns = self.places
        if not self.asset_classes:
            raise ValueError("Name at least one kind of asset for which the feed is asked.")
        if not self.asks_each_symbol and "symbol" not in columns:
            raise ValueError("Write {symbol} in the address, or say which column names the symbol.")
        has_money = self.columns is not None or Fact.MARKET_VALUE.value in columns
        if has_money and not self.currency and "currency" not in columns:
            raise ValueError("Write the currency of all prices, or say which column names it.")
        if self.decimal == self.thousands:
            raise ValueError("The decimal mark and the mark between thousands are the same; one of them is another.")
        if self.shape == "one" and self.columns is not None:
            raise ValueError("A single object cannot hold bars over time; choose another form of the bars.")
        if self.kind == "csv" and (self.shape != "rows" or self.rows):
            raise ValueError("A CSV feed has one bar a line: leave 'where the bars stand' empty and the form as rows.")
        if self.kind == "csv" and not self.has_header and any(not place.isdigit() for place in columns.values()):
            raise ValueError("Without a header line, name columns by number; 0 is the first.")
        has_time = self.date_format in {"iso", *EPOCHS} or {"H", "M"} <= set(re.findall(r"%(.)", self.date_format))
        if self.columns is not None and self.frequency is Frequency.MINUTE and not has_time:
            raise ValueError("Bars of minutes need the time of day in the form of dates, such as %Y-%m-%d %H:%M.")
        twice = [place for place in set(columns.values()) if list(columns.values()).count(place) > 1]
        if twice:
            raise ValueError(f"Two columns are read from {twice[0]!r}; each has a place of its own.")
        return self


def _look_at_places(text: str, places: frozenset[str] = PLACES) -> None:
    """Refuse braces that stand for nothing.

    Raises
    ------
    ValueError

    """
    try:
        found = list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError(f"A brace is not closed; braces stand only around {_listed(places)}.") from None
    for _, name, form, conversion in found:
        if name is not None and (name not in places or form or conversion):
            raise ValueError(f"{{{name[:40]}}} stands for nothing here; use {_listed(places)}.")


def _listed(places: frozenset[str]) -> str:
    return ", ".join(f"{{{one}}}" for one in ("symbol", "start", "end", "key") if one in places)


EXAMPLES: Mapping[str, str] = {
    "A list of bars in JSON": (
        '{"code": "data-hub", "label": "Data hub", "test_symbol": "AAPL", "currency": "USD",'
        ' "address": "https://feed.example.com/v1/bars/{symbol}?from={start}&to={end}",'
        ' "headers": {"Authorization": "Bearer {key}"}, "rows": "data.bars",'
        ' "columns": {"date": "date", "open": "o", "high": "h", "low": "l", "close": "c", "volume": "v"}}'
    ),
    "Bars under their dates in JSON": (
        '{"code": "by-date", "label": "Series by date", "test_symbol": "AAPL", "currency": "USD", "shape": "by_date",'
        ' "address": "https://feed.example.com/daily?code={symbol}&key={key}", "rows": "series",'
        ' "columns": {"date": "date", "close": "close", "adjusted_close": "adjusted", "volume": "volume"}}'
    ),
    "A CSV file with decimal commas": (
        '{"code": "csv-desk", "label": "CSV of the desk", "test_symbol": "SAP", "currency": "EUR", "kind": "csv",'
        ' "address": "https://feed.example.com/prices/{symbol}.csv", "separator": ";", "decimal": ",",'
        ' "thousands": ".", "date_format": "%d.%m.%Y", "time_zone": "Europe/Berlin",'
        ' "columns": {"date": "Datum", "close": "Schluss", "volume": "Volumen"}}'
    ),
    "Facts about companies in JSON": (
        '{"code": "facts-hub", "label": "Facts and ESG", "test_symbol": "AAPL", "currency": "USD", "shape": "one",'
        ' "address": "https://feed.example.com/company/{symbol}", "headers": {"Authorization": "Bearer {key}"},'
        ' "yield_scale": 0.01, "esg_direction": "risk_lower_better",'
        ' "facts": {"date": "period", "known_on": "filed", "market_value_ccy": "value.cap", "pe_ratio": "value.pe",'
        ' "pb_ratio": "value.pb", "dividend_yield_frac": "value.yield_pct", "esg_score": "esg.risk"}}'
    ),
}
"""Mappings to start from, by what they describe; each is valid as it stands."""
