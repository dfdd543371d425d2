"""How do stored findings and scores become what is told about them?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from data.quality.findings import LABELS, Kind
from data.store import tables
from data.store.repositories.series import Series, to_date, unpack, unpack_days
from services import formatting
from services.messages.quality import (
    FindingDetail,
    FindingPoint,
    FindingState,
    FindingView,
    KindCount,
    QualitySummary,
    SeriesScore,
)
from services.quality_score import Measures, light_of, score_sentence

AROUND_COUNT = 15
POINTS_MAX_COUNT = 120
BLOCK_KINDS = frozenset({Kind.UNIT, Kind.SPLIT, Kind.DIVIDEND})


def finding_view(row: tables.QualityFinding, asset: tables.Asset, names: Mapping[str, str]) -> FindingView:
    """Return a finding with the figures of the session that shows it best."""
    days, raw = unpack_days(row.sessions), unpack(row.raw)
    proposed = None if row.proposed is None else unpack(row.proposed)
    kind = Kind(row.kind)
    place = len(days) - 1 if kind in BLOCK_KINDS else 0
    is_decided = row.decided_by_id is not None and row.state != FindingState.OPEN
    decided_by = names.get(row.decided_by_id or "", "Somebody outside your teams") if is_decided else None
    return FindingView(
        id=row.id,
        symbol=asset.symbol,
        name=asset.name,
        currency=asset.currency,
        provider=row.provider,
        kind=kind,
        kind_label=LABELS[kind],
        state=FindingState(row.state),
        first_session=row.first_session,
        last_session=row.last_session,
        sessions_count=row.sessions_count,
        session=to_date(days[place]),
        field="adjusted_close" if row.is_adjusted_only else "close",
        raw=known(float(raw[place])),
        proposed=None if proposed is None else known(float(proposed[place])),
        method=row.method,
        confidence_frac=row.confidence_frac,
        reason=row.reason,
        is_automatic=row.is_automatic,
        decided_by="The policy" if row.is_automatic and row.state == FindingState.ACCEPTED else decided_by,
        decided_at_utc=row.decided_at_utc,
        found_at_utc=row.created_at_utc,
        row_version=row.row_version,
    )


def finding_detail(view: FindingView, row: tables.QualityFinding, series: Series) -> FindingDetail:
    """Return a finding with the sessions around the one that shows it best."""
    days = unpack_days(row.sessions)
    values = series.adjusted_close if row.is_adjusted_only else series.close
    first = int(np.searchsorted(series.dates, days[0]))
    last = int(np.searchsorted(series.dates, days[-1], side="right"))
    if last - first > POINTS_MAX_COUNT - 2 * AROUND_COUNT:  # a long block: its border
        first = last - AROUND_COUNT * 2 if Kind(row.kind) in BLOCK_KINDS else first
        last = min(last, first + POINTS_MAX_COUNT - 2 * AROUND_COUNT)
    low, high = max(0, first - AROUND_COUNT), min(len(series.dates), last + AROUND_COUNT)
    concerned = np.isin(series.dates[low:high], days)
    raw, proposed = np.full(high - low, np.nan), np.full(high - low, np.nan)
    spots = np.searchsorted(days, series.dates[low:high][concerned])
    raw[concerned] = unpack(row.raw)[spots]
    if row.proposed is not None:
        proposed[concerned] = unpack(row.proposed)[spots]
    points = tuple(
        FindingPoint(
            session=to_date(series.dates[low + place]),
            value=known(float(values[low + place])),
            proposed=known(float(proposed[place])),
            is_concerned=bool(concerned[place]),
            raw=known(float(raw[place])),
        )
        for place in range(high - low)
    )
    return FindingDetail(finding=view, points=points)


def score_view(row: tables.QualityScore, asset: tables.Asset) -> SeriesScore:
    """Return the score of one series with what it is made of."""
    measures = Measures(**row.measures)
    return SeriesScore(
        symbol=asset.symbol,
        name=asset.name,
        provider=row.provider,
        score=round(row.score, 1),
        light=light_of(row.score),
        **measures.document(),
        open_count=row.open_count,
        first_session=row.first_session,
        last_session=row.last_session,
        checked_at_utc=row.checked_at_utc,
        sentence=score_sentence(measures, row.open_count),
    )


def summary_of(
    scores: Sequence[SeriesScore], series_count: int, findings: Sequence[tables.QualityFinding], as_of: date | None
) -> QualitySummary:
    """Return the whole in one sentence with its counts."""
    waiting = [row for row in findings if row.state == FindingState.OPEN]
    corrected = [row for row in findings if row.state == FindingState.ACCEPTED]
    kinds = []
    for kind in Kind:
        mine = [row for row in waiting if row.kind == kind.value]
        if mine:
            with_proposal = sum(row.proposed is not None for row in mine)
            kinds.append(
                KindCount(kind=kind, label=LABELS[kind], open_count=len(mine), with_proposal_count=with_proposal)
            )
    mean = sum(one.score for one in scores) / len(scores) if scores else None
    return QualitySummary(
        sentence=_headline(series_count, len(scores), len(waiting), sum(one.open_count > 0 for one in scores)),
        as_of=as_of,
        series_count=series_count,
        checked_count=len(scores),
        score=None if mean is None else round(mean, 1),
        open_count=len(waiting),
        corrected_count=len(corrected),
        kinds=tuple(sorted(kinds, key=lambda one: -one.open_count)),
    )


def _headline(series_count: int, checked_count: int, open_count: int, concerned_count: int) -> str:
    if not series_count:
        return "There are no prices yet."
    if not checked_count:
        return f"{formatting.count(series_count, 'series', 'series')} of prices, none of them checked yet."
    unchecked = series_count - checked_count
    rest = f" {formatting.count(unchecked, 'series', 'series')} not checked yet." if unchecked > 0 else ""
    if not open_count:
        return f"Nothing suspicious in {formatting.count(checked_count, 'series', 'series')}.{rest}"
    where = f"{formatting.number(concerned_count, 0)} of {formatting.count(checked_count, 'series', 'series')}"
    verb = "waits" if open_count == 1 else "wait"
    return f"{formatting.count(open_count, 'finding')} in {where} {verb} for a decision.{rest}"


def known(value: float) -> float | None:
    """Return a figure, or None where there is none."""
    return value if math.isfinite(value) else None
