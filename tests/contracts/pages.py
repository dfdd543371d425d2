"""Pages in the shape in which the sources send them; every figure is invented."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from data.http.clients import HttpClients
from data.http.limits import HttpLimits
from data.http.timing import Timing
from data.providers.answers import Payload
from data.providers.protocol import Provider, ProviderContext
from tests.contracts.local_server import LocalServer

NOW = datetime(2026, 3, 20, 23, 0, tzinfo=UTC)
KEY = "K3Y-0F-M1NE"
CREDENTIALS = {"alpha_vantage": {"api_key": KEY}, "fred": {"api_key": KEY}}


def at(kind: type[Provider], server: LocalServer, now_utc: datetime = NOW, **limits: Any) -> Any:
    """A provider that asks the server on this machine."""
    timing = Timing(sleep=lambda seconds: None, now_utc=lambda: now_utc, chance=lambda: 0.5)
    bounds = HttpLimits(**{"try_s": 5.0, "max_bytes": 1_000_000, **limits})
    context = ProviderContext(
        now_utc=lambda: now_utc,
        credentials=CREDENTIALS.get(kind.name, {}),
        http=HttpClients(bounds, timing, allow_private=True),
        base_urls={kind.name: server.address},
    )
    return kind(context)


def moment(day: date, zone: str, clock: time = time(9, 30)) -> int:
    """Seconds since 1970 of a local time."""
    return int(datetime.combine(day, clock, ZoneInfo(zone)).timestamp())


def weekdays(first: date, count: int) -> list[date]:
    days, day = [], first
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days


def chart(
    days: Sequence[date],
    zone: str = "America/New_York",
    clock: time = time(9, 30),
    currency: str = "USD",
    moments: Sequence[int] | None = None,
    symbol: str = "",
    **parts: Any,
) -> dict[str, Any]:
    """Yahoo's page about one symbol: closes 100, 101, 102 ..."""
    stamps = list(moments) if moments is not None else [moment(day, zone, clock) for day in days]
    closes = [100.0 + place for place in range(len(stamps))]
    result = {
        "meta": {
            "currency": currency,
            "symbol": symbol,
            "exchangeTimezoneName": zone,
            "gmtoffset": -18000,
            "regularMarketPrice": 123.5,
            "regularMarketTime": moment(date(2026, 3, 20), zone, time(16)),
            "regularMarketVolume": 9000,
            "chartPreviousClose": 122.0,
            **parts.pop("meta", {}),
        },
        "timestamp": stamps,
        "indicators": {
            "quote": [
                {
                    "open": [close - 0.5 for close in closes],
                    "high": [close + 1 for close in closes],
                    "low": [close - 1 for close in closes],
                    "close": closes,
                    "volume": [1000 + place for place in range(len(stamps))],
                }
            ],
            "adjclose": [{"adjclose": [close * 0.9 for close in closes]}],
        },
        **parts,
    }
    return {"chart": {"result": [result], "error": None}}


def chart_error(code: str, description: str) -> dict[str, Any]:
    return {"chart": {"result": None, "error": {"code": code, "description": description}}}


def daily(
    days: Sequence[date],
    adjusted: bool = False,
    name: str = "Time Series (Daily)",
    zone: str = "US/Eastern",
    symbol: str = "",
) -> dict[str, Any]:
    """Alpha Vantage's page of bars, newest first as it writes them; closes 100, 101, 102 ..."""
    rows = {}
    for place in reversed(range(len(days))):
        close = 100 + place
        row = {
            "1. open": f"{close - 0.5:.4f}",
            "2. high": f"{close + 1:.4f}",
            "3. low": f"{close - 1:.4f}",
            "4. close": f"{close:.4f}",
        }
        if adjusted:
            row |= {
                "5. adjusted close": f"{close * 0.9:.4f}",
                "6. volume": str(1000 + place),
                "7. dividend amount": "0.0000",
                "8. split coefficient": "1.0",
            }
        else:
            row |= {"5. volume": str(1000 + place)}
        rows[days[place].isoformat()] = row
    return {"Meta Data": {"1. Information": "Prices", "2. Symbol": symbol, "5. Time Zone": zone}, name: rows}


def overview(symbol: str = "IBM", **changes: str) -> dict[str, str]:
    return {
        "Symbol": symbol,
        "Currency": "USD",
        "LatestQuarter": "2025-12-31",
        "MarketCapitalization": "200000000000",
        "SharesOutstanding": "900000000",
        "PERatio": "21.5",
        "PriceToBookRatio": "7.25",
        "DividendYield": "0.0312",
        **changes,
    }


def series(series_id: str) -> dict[str, Any]:
    """FRED's page about a series."""
    return {
        "realtime_start": "2026-03-20",
        "realtime_end": "2026-03-20",
        "seriess": [
            {
                "id": series_id,
                "title": "A number of things",
                "frequency": "Quarterly",
                "units": "Billions of Dollars",
                "seasonal_adjustment": "Seasonally Adjusted Annual Rate",
            }
        ],
    }


def observations(
    rows: Sequence[tuple[str, str, str, str]], count: int | None = None, offset: int = 0
) -> dict[str, Any]:
    """FRED's page of observations: known from, known to, date, value."""
    return {
        "count": len(rows) if count is None else count,
        "offset": offset,
        "limit": 100_000,
        "observations": [
            {"realtime_start": start, "realtime_end": end, "date": day, "value": value}
            for start, end, day, value in rows
        ],
    }


def today(*rows: tuple[str, str]) -> dict[str, Any]:
    """FRED's page of the values that stand today."""
    return observations([("2026-03-20", "2026-03-20", day, value) for day, value in rows])


def vintages(*days: str, count: int | None = None) -> dict[str, Any]:
    return {"count": len(days) if count is None else count, "vintage_dates": list(days)}


def payload(page: Any) -> Payload:
    """A page as bytes that were fetched."""
    return Payload(json.dumps(page).encode(), "application/json", "https://example.com/page", NOW)
