"""Which assets and portfolios does the wizard offer, and how much history is behind each?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from callbacks.actor import Permission, actor, may, services
from services.limit_regions import region_of

DAYS_A_YEAR = 365.25
PAGE_COUNT = 200
GROUPS = ("country", "currency", "asset_class", "industry", "exchange", "issuer")
"""What assets are grouped by, besides sectors; limits on such groups offer their names."""


def asset_rows() -> list[dict[str, Any]]:
    """Return one row for each asset that can be held and has prices, by symbol; only the last price goes along."""
    found = [view for view in _all_assets() if view.is_investable and view.observations_count > 1]
    sessions = _sessions(found)
    return [
        {
            "symbol": view.symbol,
            "name": view.name + (" (sample, fictitious)" if view.is_sample else ""),
            "sector": view.sector or "Other",
            "years": round((view.last_date - view.first_date).days / DAYS_A_YEAR, 1),
            "first_date": view.first_date.isoformat(),
            "last_date": view.last_date.isoformat(),
            "last_price": view.last_price,
            "gaps": max(0, sessions[_span(view)] - view.observations_count),
            "is_sample": view.is_sample,
            "isin": view.isin or "",
            "groups": _groups(view),
        }
        for view in sorted(found, key=lambda view: view.symbol)
    ]


def _groups(view: Any) -> dict[str, str]:
    """Return what an asset is grouped by, besides its sector: dimension to group."""
    found = {name: label for name in GROUPS if (label := getattr(view, name))}
    region = region_of(view.country)
    return found | ({"region": region} if region else {})


def _all_assets() -> Iterable[Any]:
    cursor = None
    while True:
        page = services().market.assets(actor(), cursor=cursor, limit=PAGE_COUNT)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _span(view: Any) -> tuple[Any, Any]:
    return (view.first_date, view.last_date)


def _sessions(views: Sequence[Any]) -> dict[tuple[Any, Any], int]:
    """Return how many sessions lie in each span of dates, as far as any asset of the same span shows."""
    counts: dict[tuple[Any, Any], int] = {}
    for view in views:
        counts[_span(view)] = max(counts.get(_span(view), 0), view.observations_count)
    return counts


def sector_counts(rows: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return the sectors in the order of the alphabet, with the number of their assets."""
    return sorted(Counter(str(row["sector"]) for row in rows).items())


def portfolio_options() -> list[dict[str, str]]:
    """Return the portfolios that the person sees, for a list of choices; none for a role that sees none."""
    if not may(Permission.PORTFOLIOS_READ):
        return []
    return [{"label": p.name, "value": p.id} for p in services().portfolios.list(actor())]
