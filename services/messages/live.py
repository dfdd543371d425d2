"""What is told about live prices: the feed, its quotes, what was pushed, and portfolios valued with them?"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.messages.exact import Exact
from services.messages.frozen import Message

TICKS_MAX_COUNT = 5000


class FeedMode(StrEnum):
    """Where a house's live prices come from."""

    OFF = "off"
    REPLAY = "replay"
    POLL = "poll"
    PUSH = "push"


class FeedState(StrEnum):
    """How far live prices can be trusted at this moment."""

    OFF = "off"
    STARTING = "starting"
    LIVE = "live"
    DELAYED = "delayed"
    STALE = "stale"
    CLOSED = "closed"
    OFFLINE = "offline"
    REPLAY = "replay"
    PAUSED = "paused"
    ENDED = "ended"


class FeedView(Message):
    """The feed of a house as its light shows it.

    `words` are those of the light, without an age; `age_s` is how old the middle price of those held is (in a replay:
    how long ago one was told), null where there is none, and `oldest_age_s` the oldest of them. `fresh_count` of
    `watched_count` symbols have a price less than a minute old: the held ones, or all with a price where no held one
    has any. Of `closed_count` the market is closed: they do not count among the ages unless all are. `refused_count`
    prices of the source's last answer could not be believed. `session` is the recorded day that a replay has reached,
    and `paused_since_utc` since when the house's feed stands still.
    """

    mode: FeedMode
    state: FeedState
    words: str
    sentence: str
    is_paused: bool = False
    age_s: float | None = None
    symbols_count: int = 0
    fresh_count: int = 0
    watched_count: int = 0
    oldest_age_s: float | None = None
    refused_count: int = 0
    closed_count: int = 0
    paused_since_utc: datetime | None = None
    speed: float | None = None
    start_on: date | None = None
    is_loop: bool | None = None
    bars: Literal["minute", "daily"] | None = None
    interval_s: float | None = None
    session: date | None = None
    problem: str | None = None
    at_utc: datetime


class QuoteView(Message):
    """The latest live price of one symbol; never stored as a price of record.

    `event_time_utc` is when it was paid, null for a recorded daily bar, of which `session` is known. `change_frac` is
    the simple return since `previous_close`: the one that the source named, else the stored close of the session
    before; both null where there is neither.
    """

    symbol: str
    price: float
    currency: str
    event_time_utc: datetime | None = None
    session: date | None = None
    bid: float | None = None
    ask: float | None = None
    volume: float | None = None
    previous_close: float | None = None
    change_frac: float | None = None
    is_replay: bool = False


class LiveQuotes(Message):
    """The latest live prices with the state of the feed that they come from."""

    feed: FeedView
    quotes: tuple[QuoteView, ...]
    unknown_symbols: tuple[str, ...] = ()


class StartFeed(BaseModel):
    """Which feed to start.

    `replay` plays stored history at `speed` recorded seconds a second, from the first session on or after `start_on`
    (a year before the last one when absent): a week of bars of minutes where they are stored of that session, otherwise
    daily bars. `poll` asks the house's providers every `interval_s` seconds. `push` takes
    what is sent to `/live/ticks`.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    mode: FeedMode = Field(description="`replay`, `poll` or `push`.")
    speed: float = Field(default=3600.0, ge=1, le=100_000, description="Replay only: recorded seconds in one second.")
    start_on: date | None = Field(default=None, description="Replay only: the first session to play.")
    is_loop: bool = Field(default=True, description="Replay only: begin anew at the end.")
    is_daily: bool = Field(
        default=False, description="Replay only: play daily bars also where bars of minutes are stored."
    )
    interval_s: float = Field(default=15.0, ge=5, le=3600, description="Poll only: seconds between two questions.")


class TickInput(BaseModel):
    """One pushed price."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    symbol: str = Field(min_length=1, max_length=64, description="A symbol of your house.")
    price: float = Field(description="Above zero, in `currency`.")
    currency: str = Field(min_length=3, max_length=3, description="The currency in which the asset is quoted.")
    event_time_utc: AwareDatetime = Field(description="When it was paid, with its zone.")
    bid: float | None = Field(default=None, description="Best bid.")
    ask: float | None = Field(default=None, description="Best ask.")
    volume: float | None = Field(default=None, description="Units traded so far in the session.")
    previous_close: float | None = Field(
        default=None, description="The close of the session before; the stored one if absent."
    )


class TicksInput(BaseModel):
    """A batch of pushed prices, the oldest first."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    ticks: tuple[TickInput, ...] = Field(min_length=1, max_length=TICKS_MAX_COUNT, description="Up to 5,000 prices.")


class TickRefusal(Message):
    """Why one tick of a batch does not count; `index` is its place in the batch, from 0."""

    index: int
    symbol: str
    message: str


class TicksReport(Message):
    """What became of a batch: ticks that count, those that said again what was known, and those refused."""

    accepted_count: int
    repeated_count: int
    refused_count: int
    refused: tuple[TickRefusal, ...] = Field(description="At most the first 100.")
    received_at_utc: datetime


class LivePosition(Message):
    """What is needed to value one holding at a live price.

    `units_ccy` is the change of the holding's value, in the portfolio's base currency, for a price higher by one:
    quantity times rate of exchange at the as-of date. `close` and `value_ccy` are the stored ones.
    """

    asset_id: str
    symbol: str
    currency: str
    units_ccy: float
    close: float | None
    value_ccy: float | None
    day_pnl_ccy: float | None
    unrealized_pnl_ccy: float | None
    target_weight_frac: float | None = None


class LiveRate(Message):
    """One rate of exchange: units of a portfolio's base currency for one unit of `currency`.

    `symbol` is the pair whose live price is the rate, such as EURUSD=X. Where `is_live` the rate is that price, or one
    divided by the price of the opposite pair; otherwise it is the last stored one, of `rate_date`.
    """

    currency: str
    symbol: str
    rate: Exact
    rate_date: date | None
    is_live: bool = False


class LivePortfolio(Message):
    """What a screen needs to keep a portfolio's figures at live prices; the stored valuation stays as it is.

    `rates` are those of the as-of date, at which `units_ccy` of the holdings are reckoned; a live price of their pairs
    moves them.
    """

    portfolio_id: str
    base_currency: str
    as_of: date | None
    value_ccy: Exact | None
    day_pnl_ccy: Exact | None
    positions: tuple[LivePosition, ...]
    rates: tuple[LiveRate, ...] = ()


class LiveHolding(Message):
    """One holding at the latest live price and rate of exchange, each live or the last known as the flags say.

    `day_pnl_ccy` is 0 where neither is live, and None where the close or rate of the session before is not known;
    amounts are None where there is no usable close.
    """

    asset_id: str
    symbol: str
    currency: str
    price: Exact | None
    is_price_live: bool
    is_rate_live: bool
    value_ccy: Exact | None
    day_pnl_ccy: Exact | None


class LiveValue(Message):
    """A portfolio valued at the latest live prices and rates; an overlay that is never stored.

    Holdings without a live price count at their last close, and currencies without a live rate at their last one, as
    `positions` and `rates` say; `live_count` says how many holdings have a live price or rate. The day's result is
    measured against each live price's previous close: the one that the feed names, else the stored one of the session
    before. Where there is neither, `day_pnl_ccy` is null and `day_note` says of which holdings. The results of
    `positions` sum to `day_pnl_ccy`, and the value is the stored one plus what they moved.
    """

    portfolio_id: str
    base_currency: str
    value_ccy: Exact | None
    day_pnl_ccy: Exact | None
    day_note: str | None = None
    live_count: int
    holdings_count: int
    feed: FeedView
    positions: tuple[LiveHolding, ...] = ()
    rates: tuple[LiveRate, ...] = ()


class LivePortfolios(Message):
    """Portfolios that the actor may see, ready for live prices."""

    portfolios: tuple[LivePortfolio, ...]
