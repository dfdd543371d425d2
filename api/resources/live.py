"""Which live prices does a house have, how are they started and stopped, and how are they pushed?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.reading import Path, Query
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.live import FeedView, LivePortfolios, LiveQuotes, LiveValue, StartFeed, TicksInput, TicksReport

resource = Resource(
    "live",
    "Live prices",
    "The latest prices of the house's feed, an overlay that is never stored; news of them comes on the channel `quotes`"
    " of the socket.",
)


class QuotesQuery(Query):
    """Which live prices."""

    symbols: str | None = Field(
        default=None,
        max_length=20_000,
        description="Symbols separated by commas; all that have a live price if absent.",
    )


class PortfoliosQuery(Query):
    """Which portfolios."""

    ids: str | None = Field(
        default=None, max_length=20_000, description="Ids separated by commas; all that you see, up to 200, if absent."
    )


class PortfolioPath(Path):
    """Which portfolio."""

    portfolio_id: str = Field(max_length=64, description="The portfolio's id.")


def _listed(text: str | None) -> list[str] | None:
    """Return the parts of a list separated by commas; None for none at all."""
    return None if text is None else list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


@resource.route_for("get", "/live/feed", "Read the state of the feed", answers={200: FeedView})
def read_feed() -> Response:
    """Return where live prices come from and how far they can be trusted at this moment."""
    return answer(services().live.feed(actor()))


@resource.route_for("get", "/live/quotes", "List live prices", answers={200: LiveQuotes})
def list_quotes(query: QuotesQuery) -> Response:
    """Return the latest live price of each symbol, with the state of the feed; symbols without one are left out."""
    return answer(services().live.quotes(_listed(query.symbols), actor()))


@resource.route_for("get", "/live/portfolios", "Read what values portfolios live", answers={200: LivePortfolios})
@needs(Permission.PORTFOLIOS_READ)
def list_live_portfolios(query: PortfoliosQuery) -> Response:
    """Return units and closes of the holdings, with which a program keeps values at the prices of the socket."""
    return answer(services().live_overlay.portfolios(_listed(query.ids), actor()))


@resource.route_for("get", "/live/portfolios/<portfolio_id>", "Value a portfolio live", answers={200: LiveValue})
def read_live_portfolio(path: PortfolioPath) -> Response:
    """Return value and day's result at the latest live prices; the stored valuation stays as it is."""
    return answer(services().live_overlay.value(path.portfolio_id, actor()))


@resource.route_for(
    "post",
    "/live/feed/start",
    "Start a feed",
    answers={200: FeedView},
    repeatable=False,
    example={"mode": "replay", "speed": 3600},
)
@needs(Permission.MARKET_REFRESH)
def start_feed(body: StartFeed) -> Response:
    """Start a feed in place of the one that runs; doing it again starts it anew."""
    return answer(services().live.start_feed(body, actor()))


@resource.route_for("post", "/live/feed/pause", "Pause the feed", answers={200: FeedView}, repeatable=False)
@needs(Permission.MARKET_REFRESH)
def pause_feed() -> Response:
    """Have the house's feed stand still; 409 `feed_off` where none runs."""
    return answer(services().live.pause_feed(actor()))


@resource.route_for("post", "/live/feed/resume", "Resume the feed", answers={200: FeedView}, repeatable=False)
@needs(Permission.MARKET_REFRESH)
def resume_feed() -> Response:
    """Have a paused feed go on; 409 `feed_off` where none runs."""
    return answer(services().live.resume_feed(actor()))


@resource.route_for("post", "/live/feed/stop", "Stop the feed", answers={200: FeedView}, repeatable=False)
@needs(Permission.MARKET_REFRESH)
def stop_feed() -> Response:
    """End the house's feed; screens show the last closes again."""
    return answer(services().live.stop_feed(actor()))


@resource.route_for("post", "/live/ticks", "Push live prices", answers={200: TicksReport}, repeatable=False)
@needs(Permission.MARKET_IMPORT)
def push_ticks(body: TicksInput) -> Response:
    """Take a batch of prices into the feed `push`; each that cannot be believed is named, the others count."""
    return answer(services().live.push(body, actor()))
