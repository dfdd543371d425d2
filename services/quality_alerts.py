"""Which series does somebody have to look at, and when is that over?

One alert a series, which the service of alerts keeps; it is resolved by itself once the next check sees nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from data.store import tables
from services import formatting
from services.alerts_states import Observation, observe
from services.messages.alerts import AlertState, Severity
from services.quality_check import RECENT_COUNT, Recent
from services.quality_score import STALE_AFTER_COUNT, WATCH_FROM, Measures

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

MANY_COUNT = 5
PAGE = "/data-quality"
_KEY = "quality:"
_OPEN_STATES = [state.value for state in AlertState if state is not AlertState.RESOLVED]
_ALERTS_MAX_COUNT = 1000


def tell_alerts(
    uow: UnitOfWork,
    tenant_id: str,
    recent: Mapping[str, Recent],
    assets: Mapping[str, tables.Asset],
    now_utc: datetime,
) -> None:
    """Say of each series that was checked whether its recent sessions are stale, poor or full of suspects."""
    for asset_id, one in recent.items():
        asset = assets[asset_id]
        title, sentence = _trouble(asset.symbol, one.measures, one.open_count)
        observe(
            uow,
            Observation(
                tenant_id=tenant_id,
                key=f"{_KEY}{asset_id}",
                condition="holds" if title else "gone",
                severity=Severity.WARNING,
                title=title or f"Prices of {asset.symbol} are in order",
                sentence=sentence,
                object_kind="asset",
                object_id=asset_id,
                link=f"{PAGE}?symbol={quote(asset.symbol, safe='')}",
            ),
            now_utc,
        )


def lost_alerts(uow: UnitOfWork, asset_ids: Collection[str]) -> list[str]:
    """Return the keys of open alerts about series that are not among those that are checked.

    An import that was taken back leaves such, and an asset that is no longer active.
    """
    rows = uow.alerts.page(states=_OPEN_STATES, limit=_ALERTS_MAX_COUNT).rows
    return [row.key for row in rows if row.key.startswith(_KEY) and row.object_id not in asset_ids]


def end_alerts(uow: UnitOfWork, tenant_id: str, keys: Collection[str], now_utc: datetime) -> None:
    """Resolve alerts about series that are no longer checked."""
    for key in keys:
        observe(uow, Observation(tenant_id, key, "gone", title="No longer checked"), now_utc)


def _trouble(symbol: str, measures: Measures, open_count: int) -> tuple[str, str]:
    if measures.age_sessions_count >= STALE_AFTER_COUNT:
        behind = formatting.count(measures.age_sessions_count, "session")
        return f"Prices of {symbol} are stale", f"The last price of {symbol} is {behind} older than that of the market."
    if open_count >= MANY_COUNT:
        many = formatting.count(open_count, "finding")
        return f"Many doubts about {symbol}", f"{many} in the prices of {symbol} wait for a decision."
    if measures.score < WATCH_FROM:
        score = formatting.number(measures.score, 0)
        over = f"over its last {RECENT_COUNT} sessions"
        return f"Prices of {symbol} are poor", f"The quality score of {symbol} {over} is {score} of 100."
    return "", f"The prices of {symbol} are in order again."
