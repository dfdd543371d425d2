"""How is each stored session marked: what the store says of it, with what the house has open doubts about on top?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from data.quality.findings import FLAGS, Days, Kind
from data.store import tables
from data.store.repositories.quality import OPEN
from data.store.repositories.series import Codes, Series, to_date, unpack_days
from services.messages.quality import CalendarDay
from services.quality_score import CODES
from services.quality_score import FLAGS as FLAG_WORDS

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

BORDER_KINDS = frozenset({Kind.SPLIT, Kind.DIVIDEND})
"""Kinds that speak of everything before a day; the day before it is marked alone."""
DAILY = "1d"
_ROWS_MAX_COUNT = 100_000


@dataclass(frozen=True)
class Marked:
    """The daily bars of one asset of one provider, with the flags that are stored; None where all are ok."""

    asset_id: str
    provider: str
    dates: Days
    flags: Codes | None


def flags_of(uow: UnitOfWork, series: Iterable[Marked | Series]) -> dict[str, Codes]:
    """Return the flag of every session of daily series, by asset id: an open doubt comes before what is stored.

    What was found in another provider's figures says nothing about these.
    """
    asked = {one.asset_id: one for one in series}
    rows: Mapping[str, Sequence[tables.QualityFinding]] = open_rows(uow, list(asked)) if asked else {}
    return {key: codes_of(one, rows.get(key, ())) for key, one in asked.items()}


def open_rows(uow: UnitOfWork, asset_ids: Sequence[str]) -> dict[str, list[tables.QualityFinding]]:
    """Return what waits for a decision, the surest first, by asset id."""
    found: dict[str, list[tables.QualityFinding]] = defaultdict(list)
    for row in uow.quality_findings.of(asset_ids, states=[OPEN], limit=_ROWS_MAX_COUNT):
        found[row.asset_id].append(row)
    return found


def doubted(row: tables.QualityFinding) -> Days:
    """Return the sessions that a finding marks."""
    return unpack_days(row.sessions)[-1 if row.kind in BORDER_KINDS else 0 :]


def codes_of(series: Marked | Series, rows: Sequence[tables.QualityFinding]) -> Codes:
    """Return the flag of each session of a series under findings that are open."""
    codes = np.zeros(len(series.dates), dtype=np.int8) if series.flags is None else series.flags.copy()
    is_told = np.zeros(len(series.dates), dtype=bool)
    for row in rows:
        if row.provider != series.provider or row.frequency != DAILY:
            continue
        concerned = np.isin(series.dates, doubted(row)) & ~is_told
        codes[concerned] = CODES[FLAGS[Kind(row.kind)]]
        is_told |= concerned
    return codes


def calendar_days(
    series: Series, rows: Sequence[tables.QualityFinding], start: date | None, end: date | None
) -> list[CalendarDay]:
    """Return the sessions of a series with their flags and reasons; missing ones are there too."""
    mine = [row for row in rows if row.provider == series.provider]
    codes = codes_of(series, mine)
    notes: dict[date, str] = {}
    days = {to_date(day): FLAG_WORDS[code].value for day, code in zip(series.dates, codes.tolist(), strict=True)}
    for row in mine:
        for day in doubted(row):
            notes.setdefault(to_date(day), row.reason)
            if row.kind == Kind.MISSING_SESSION:
                days[to_date(day)] = FLAGS[Kind.MISSING_SESSION].value
    return [
        CalendarDay(session=day, flag=flag, note=notes.get(day) if flag != "ok" else None)
        for day, flag in sorted(days.items())
        if (start is None or day >= start) and (end is None or day <= end)
    ]
