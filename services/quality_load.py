"""How do stored prices become what the checks look at?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from data.quality.findings import Kind, Mask
from data.quality.series import Action, QualitySeries
from data.reference.calendars import is_known, sessions_of
from data.store import tables
from data.store.repositories.quality import ACCEPTED
from data.store.repositories.series import CORRECTED_CODE, Series, to_date, unpack_days

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

ALWAYS_OPEN = frozenset({"crypto"})
"""Kinds of assets that trade every day, so that no day is one too many or too few."""
LISTED = frozenset({"equity", "etf"})
"""Kinds of assets for which the published calendar of their exchange counts."""
MAY_BE_NEGATIVE = frozenset({"commodity", "macro"})
CALENDAR_MEMBERS_MIN_COUNT = 4
CALENDAR_SHARE_FRAC = 0.5


@dataclass(frozen=True)
class Loaded:
    """The series of one house with their assets; `universe` has the same order as `assets`."""

    assets: tuple[tables.Asset, ...]
    stored: tuple[Series, ...]
    universe: tuple[QualitySeries, ...]


class Calendar(NamedTuple):
    """The sessions of a market, and the days of which nothing says whether they are some: too few were listed."""

    days: np.ndarray
    unknown: np.ndarray


def load(uow: UnitOfWork, assets: Sequence[tables.Asset], preference: tuple[str, ...]) -> Loaded:
    """Return the daily series of assets, as they count for the unit's house; assets without prices are left out."""
    ids = [asset.id for asset in assets]
    found = uow.prices.series_of(ids, preference, is_whole=True)
    rows = [asset for asset in assets if asset.id in found and len(found[asset.id].dates)]
    others = _others(uow, [row.id for row in rows], found)
    actions = _actions(uow, rows, found)
    calendars = _calendars(rows, found)
    decided = _decided(uow, found)
    universe = [
        replace(
            _series(row, found[row.id], others.get(row.id, {}), actions.get(row.id, ()), calendars.get(_market(row))),
            decided=decided.get(row.id, {}),
        )
        for row in rows
    ]
    return Loaded(tuple(rows), tuple(found[row.id] for row in rows), tuple(universe))


def _series(
    asset: tables.Asset,
    series: Series,
    others: Mapping[str, Any],
    actions: Sequence[Action],
    calendar: Calendar | None,
) -> QualitySeries:
    expected = None
    if calendar is not None:
        inside = (calendar.days >= series.dates[0]) & (calendar.days <= series.dates[-1])
        # Of a day that nobody can tell about nothing is expected: a bar there is right, and so is none.
        untold = series.dates[np.isin(series.dates, calendar.unknown)]
        expected = np.union1d(calendar.days[inside], untold)
    return QualitySeries(
        symbol=asset.symbol,
        sessions=series.dates,
        close=series.close,
        adjusted=series.adjusted_close,
        open=series.open,
        high=series.high,
        low=series.low,
        volume=series.volume,
        group=f"{asset.asset_class}:{asset.sector or ''}:{'sample' if series.is_sample else ''}",
        actions=tuple(actions),
        others=others,
        expected=expected,
        settled=None if series.flags is None else np.asarray(series.flags == CORRECTED_CODE),
        may_be_negative=asset.asset_class in MAY_BE_NEGATIVE,
    )


def _decided(uow: UnitOfWork, found: Mapping[str, Series]) -> dict[str, dict[Kind, Mask]]:
    """Return, by asset id and kind of what was accepted, the sessions at which that correction still stands."""
    decided: dict[str, dict[Kind, Mask]] = defaultdict(dict)
    corrected = [key for key, one in found.items() if one.flags is not None and (one.flags == CORRECTED_CODE).any()]
    for row in uow.quality_findings.of(corrected, states=[ACCEPTED], limit=100_000) if corrected else ():
        series = found[row.asset_id]
        if row.provider == series.provider:
            mask = np.isin(series.dates, unpack_days(row.sessions)) & (series.flags == CORRECTED_CODE)
            kinds = decided[row.asset_id]
            kinds[Kind(row.kind)] = mask | kinds.get(Kind(row.kind), False)
    return decided


def _others(uow: UnitOfWork, asset_ids: Sequence[str], found: Mapping[str, Series]) -> dict[str, dict[str, Any]]:
    """Return what further providers say; invented figures are never held against real ones."""
    others: dict[str, dict[str, Any]] = defaultdict(dict)
    for source in uow.quality_findings.sources(asset_ids):
        mine = found[source.asset_id]
        if source.provider != mine.provider and source.is_sample == mine.is_sample:
            others[source.asset_id][source.provider] = (source.dates, source.close)
    return others


def _actions(
    uow: UnitOfWork, rows: Sequence[tables.Asset], found: Mapping[str, Series]
) -> dict[str, tuple[Action, ...]]:
    if not rows:
        return {}
    first = to_date(min(found[row.id].dates[0] for row in rows))
    last = to_date(max(found[row.id].dates[-1] for row in rows))
    known: dict[tuple[str, str, Any], Action] = {}
    for row in uow.corporate_actions.between([row.id for row in rows], first, last):
        amount = float("nan") if row.amount_ccy is None else float(row.amount_ccy)
        ratio = float("nan") if row.ratio is None else float(row.ratio)
        known[(row.asset_id, row.kind, row.ex_date)] = Action(row.kind, np.datetime64(row.ex_date, "D"), amount, ratio)
    actions: dict[str, list[Action]] = defaultdict(list)
    for (asset_id, _kind, _day), action in known.items():
        actions[asset_id].append(action)
    return {asset_id: tuple(some) for asset_id, some in actions.items()}


def _market(asset: tables.Asset) -> str:
    """Return the name of the market of an asset; where no exchange is known, its kind in its country or currency."""
    place = asset.exchange or f"{asset.asset_class} in {asset.country or asset.currency}"
    return f"{place}:{asset.is_sample}"


def _calendars(rows: Sequence[tables.Asset], found: Mapping[str, Series]) -> dict[str, Calendar]:
    """Return the sessions of each market: days on which at least half of its series that were listed have a bar.

    That takes the exchange's own word, holidays and closures nobody planned included, and needs four series: days on
    which fewer were listed stay unknown. Where a market has fewer in all, the published calendar of the exchange counts
    for its stocks and funds; invented ones have none.
    """
    members: dict[str, list[np.ndarray]] = defaultdict(list)
    for row in rows:
        if row.asset_class not in ALWAYS_OPEN:
            members[_market(row)].append(found[row.id].dates)
    calendars = {}
    for row in rows:  # a published calendar takes a moment to load: only where it is needed
        is_lonely = len(members[_market(row)]) < CALENDAR_MEMBERS_MIN_COUNT
        if is_lonely and row.asset_class in LISTED and not row.is_sample and row.exchange and is_known(row.exchange):
            calendars[_market(row)] = Calendar(sessions_of(row.exchange).days, np.empty(0, dtype="datetime64[D]"))
    for market, series in members.items():
        if len(series) < CALENDAR_MEMBERS_MIN_COUNT:
            continue
        days, counts = np.unique(np.concatenate(series), return_counts=True)
        firsts, lasts = (np.sort(np.array([one[place] for one in series])) for place in (0, -1))
        listed = np.searchsorted(firsts, days, side="right") - np.searchsorted(lasts, days, side="left")
        enough = listed >= CALENDAR_MEMBERS_MIN_COUNT
        calendars[market] = Calendar(days[enough & (counts >= CALENDAR_SHARE_FRAC * listed)], days[~enough])
    return {market: calendar for market, calendar in calendars.items() if len(calendar.days)}
