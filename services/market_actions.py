"""Whose word on dividends and splits counts, and what do closes contain beside them?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from data.store.repositories.price_reads import rank_of
from services.explorer_adjust import Stored
from services.explorer_events import DIVIDEND, SPLIT

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_data_bars import Days, Floats


def counted_actions(
    uow: UnitOfWork,
    asset_ids: Sequence[str],
    preference: Sequence[str],
    *,
    known_at_utc: datetime | None = None,
) -> dict[str, list[tables.CorporateAction]]:
    """Return the actions of assets by ex-date, each once: of one source an asset, the house's own before a shared one.

    Two sources that tell of one split would divide prices twice.

    Parameters
    ----------
    preference : sequence of str
        Providers in the order in which their word counts.
    known_at_utc : datetime or None
        What became known later is not read.

    """
    grouped: dict[str, dict[str, dict[tuple[str, date], tables.CorporateAction]]] = {}
    rows = (
        uow.corporate_actions.between(list(asset_ids), date.min, date.max, known_at_utc=known_at_utc)
        if asset_ids
        else ()
    )
    for row in sorted(rows, key=lambda one: one.tenant_id is not None):
        grouped.setdefault(row.asset_id, {}).setdefault(row.provider, {})[row.kind, row.ex_date] = row
    return {
        asset_id: sorted(
            sources[min(sources, key=lambda name: (rank_of(name, preference), name))].values(),
            key=lambda one: (one.ex_date, one.kind),
        )
        for asset_id, sources in grouped.items()
    }


def with_actions(
    days: Days, close: Floats, adjusted_close: Floats, basis: str, actions: Sequence[tables.CorporateAction]
) -> Stored:
    """Return closes with what they contain already and with the actions by which that can be changed."""
    return Stored(
        days,
        close,
        adjusted_close,
        basis,
        tuple((one.ex_date, float(one.ratio)) for one in actions if one.kind == SPLIT and one.ratio),
        tuple((one.ex_date, float(one.amount_ccy)) for one in actions if one.kind == DIVIDEND and one.amount_ccy),
    )
