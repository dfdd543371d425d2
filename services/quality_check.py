"""How are series checked, and what of that is kept?

Findings are kept once each, under a fingerprint of the error and its figures: what was rejected is not proposed again
while the figures are the same, and what the prices no longer show is marked as gone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import DaysLocked
from data.quality.check import Report, check
from data.quality.findings import Days, Finding, Kind
from data.quality.series import QualitySeries
from data.store import tables
from data.store.repositories.quality import ACCEPTED, GONE, OPEN, REJECTED
from data.store.repositories.series import CORRECTED_CODE, Series, pack, pack_days, to_date, unpack_days
from services import formatting
from services.audit_notes import note
from services.errors import Conflict
from services.messages.quality import CheckDone, PeriodScore, Policy
from services.quality_correct import tidy, write_correction
from services.quality_flags import doubted, open_rows
from services.quality_load import ALWAYS_OPEN, Loaded, load
from services.quality_policy import is_automatic, kinds_wanted
from services.quality_score import Measures, light_of, measure
from services.quality_undo import take_back
from services.quality_views import BLOCK_KINDS

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.auth.actor import Actor

Progress = Callable[[int, int], None]
BORDER_COUNT = 3
RECENT_COUNT = 260
OBJECT = "quality_finding"
RESTATED = "The source has changed this bar since."
_FIGURES = (
    "first_session", "last_session", "sessions_count", "sessions", "raw", "proposed", "is_adjusted_only", "method",
    "confidence_frac", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Recent:
    """How good the last 260 sessions of one series are, and how many findings of them are open."""

    measures: Measures
    open_count: int


def look(
    loaded: Loaded, policy: Policy, *, only: Collection[str] | None = None, progress: Progress | None = None
) -> Report:
    """Return what the checks find in loaded series; nothing is read or written.

    Parameters
    ----------
    loaded : Loaded
        All series that can serve as peers.
    policy : Policy
        Kinds that are off are not looked for.
    only : collection of str or None
        Symbols to check; all when None.
    progress : callable or None
        Told how many of how many series are done; may raise to end the work.
    """
    total_count = len(loaded.universe)
    tell = None if progress is None else lambda done_count: progress(done_count, total_count)
    return check(loaded.universe, kinds=kinds_wanted(policy), only=only, progress=tell)


def keep(
    uow: UnitOfWork,
    loaded: Loaded,
    report: Report,
    policy: Policy,
    actor: Actor,
    now_utc: datetime,
    *,
    only: Collection[str] | None,
    preference: tuple[str, ...],
) -> tuple[int, int, dict[str, Recent]]:
    """Keep what was found, and take what the policy takes at once; nothing is committed.

    Returns
    -------
    int, int, dict
        How many findings are new, how many proposals were taken at once, and what is to be alarmed of by asset id.
    """
    places = [place for place, asset in enumerate(loaded.assets) if only is None or asset.symbol in only]
    places = _unchanged(uow, loaded, places, preference)
    new_count, corrected_count = _keep(uow, loaded, places, report, policy, actor, now_utc)
    if corrected_count:
        loaded = load(uow, loaded.assets, preference)
    return new_count, corrected_count, keep_scores(uow, loaded, places, now_utc)


def _unchanged(uow: UnitOfWork, loaded: Loaded, places: Sequence[int], preference: tuple[str, ...]) -> list[int]:
    """Return the places whose prices are still those that were checked.

    A decision or a delivery that came meanwhile is not overruled: those series wait for the next check.
    """
    present = uow.prices.summaries([loaded.assets[place].id for place in places], preference)
    return [
        place
        for place in places
        if (one := present.get(loaded.assets[place].id)) is not None
        and one.content_sha256 == loaded.stored[place].content_sha256
    ]


def keep_scores(uow: UnitOfWork, loaded: Loaded, places: Sequence[int], now_utc: datetime) -> dict[str, Recent]:
    """Write the scores of the series at some places, from the findings that are open now.

    Returns
    -------
    dict
        By asset id, how the last 260 sessions are: what was long ago alarms nobody.
    """
    ids = [loaded.assets[place].id for place in places]
    suspects, counts = _suspects(uow, ids)
    market = market_sessions(loaded)
    recent = {}
    rows = []
    for place in places:
        asset, series = loaded.assets[place], loaded.stored[place]
        measures = measure(loaded.universe[place], suspects.get(asset.id, []), market)
        assert measures is not None  # a loaded series has bars
        recent[asset.id] = _recent(loaded.universe[place], suspects.get(asset.id, []), market, measures)
        rows.append(
            {
                "asset_id": asset.id, "provider": series.provider, "content_sha256": series.content_sha256,
                "first_session": to_date(series.dates[0]), "last_session": to_date(series.dates[-1]),
                "score": measures.score, "measures": measures.document(), "open_count": counts.get(asset.id, 0),
                "checked_at_utc": now_utc,
            }
        )  # fmt: skip
    uow.quality_scores.put(rows)
    return recent


def score_of_period(
    uow: UnitOfWork, loaded: Loaded, asset_id: str, start: date | None, end: date | None
) -> PeriodScore | None:
    """Return the score of one series over a period; None without a bar in it."""
    place = next((place for place, asset in enumerate(loaded.assets) if asset.id == asset_id), None)
    if place is None:
        return None
    series = loaded.universe[place]
    suspects, _counts = _suspects(uow, [asset_id])
    measures = measure(series, suspects.get(asset_id, []), market_sessions(loaded), start, end)
    if measures is None:
        return None
    return PeriodScore(
        symbol=series.symbol,
        first_session=to_date(series.sessions[0]) if start is None else max(start, to_date(series.sessions[0])),
        last_session=to_date(series.sessions[-1]) if end is None else min(end, to_date(series.sessions[-1])),
        score=round(measures.score, 1),
        light=light_of(measures.score),
        **measures.document(),
    )


def _suspects(uow: UnitOfWork, asset_ids: Sequence[str]) -> tuple[dict[str, list[Days]], dict[str, int]]:
    """Return the sessions and the count of open findings, by asset id; missing sessions have no bar to doubt."""
    suspects: dict[str, list[Days]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for asset_id, rows in open_rows(uow, asset_ids).items():
        counts[asset_id] = len(rows)
        suspects[asset_id] = [doubted(row) for row in rows if row.kind != Kind.MISSING_SESSION]
    return suspects, counts


def _recent(series: QualitySeries, suspects: Sequence[Days], market: Days, measures: Measures) -> Recent:
    since = market[max(0, len(market) - RECENT_COUNT)] if len(market) else series.sessions[0]
    count = sum(bool(len(sessions) and sessions[-1] >= since) for sessions in suspects)
    return Recent(measure(series, suspects, market, start=to_date(since)) or measures, count)


def market_sessions(loaded: Loaded) -> np.ndarray:
    """Return the sessions of the longest real series up to the last day that most series have.

    What trades on weekends too does not set the pace, unless there is nothing else.
    """
    if not loaded.stored:
        return np.empty(0, "datetime64[D]")
    listed = [
        one for asset, one in zip(loaded.assets, loaded.stored, strict=True) if asset.asset_class not in ALWAYS_OPEN
    ]
    real = [one for one in listed or loaded.stored if not one.is_sample] or listed or list(loaded.stored)
    lasts = np.sort(np.array([one.dates[-1] for one in real]))
    as_of = lasts[len(lasts) // 2]
    longest = max(real, key=lambda one: (one.dates[-1] >= as_of, len(one.dates)))
    return np.asarray(longest.dates[longest.dates <= as_of])


def _keep(
    uow: UnitOfWork,
    loaded: Loaded,
    places: Sequence[int],
    report: Report,
    policy: Policy,
    actor: Actor,
    now_utc: datetime,
) -> tuple[int, int]:
    """Keep findings; return how many are new, and how many of those were corrected at once."""
    place_of = {loaded.assets[place].symbol: place for place in places}
    ids = [loaded.assets[place].id for place in places]
    known = {
        (row.asset_id, row.provider, row.kind, row.fingerprint): row
        for row in uow.quality_findings.of(ids, limit=100_000)
    }
    seen: set[str] = set()
    new_count = corrected_count = 0
    for one in report.findings:
        if (place := place_of.get(one.symbol)) is None:
            continue
        asset, series = loaded.assets[place], loaded.stored[place]
        row = known.get((asset.id, series.provider, one.kind.value, fingerprint(one)))
        if row is None:
            row = uow.quality_findings.add(_row(one, asset, series))
            new_count += 1
        elif row.state != REJECTED:
            new_count += row.state != OPEN
            if row.state == ACCEPTED:  # nothing of a decision that is over may come to count again
                take_back(uow, row, actor, now_utc)
            _open_again(uow, row, one, asset, series)
        seen.add(row.id)
        is_left_to_people = row.decided_by_id is not None  # somebody took a decision about it back
        if row.state == OPEN and not is_left_to_people and is_automatic(policy, one):
            corrected_count += accept_automatically(uow, row, asset, series, actor, now_utc)
    stored = {loaded.assets[place].id: loaded.stored[place] for place in places}
    for row in known.values():
        if row.id in seen:
            continue
        if row.state == OPEN:
            uow.quality_findings.change(row, state=GONE)
        elif row.state == ACCEPTED and was_restated(row, stored[row.asset_id]):
            take_back(uow, row, actor, now_utc)
            uow.quality_findings.change(row, state=GONE, batch_id=None, reason=f"{row.reason} {RESTATED}")
    return new_count, corrected_count


def _open_again(
    uow: UnitOfWork,
    row: tables.QualityFinding,
    one: Finding,
    asset: tables.Asset,
    series: Series,
) -> None:
    """Open a known finding that is seen in the prices, with its figures as they stand now.

    Other corrections may have changed some of a block's prices; where it was corrected itself, the source has.
    """
    news = _row(one, asset, series)
    values = {name: getattr(news, name) for name in _FIGURES}
    if row.state == ACCEPTED:
        values["reason"] = f"{one.reason} {RESTATED}"
    elif row.state == OPEN and row.reason.endswith(RESTATED):
        del values["reason"]
    if row.state != OPEN:
        values |= {
            "state": OPEN, "batch_id": None, "is_automatic": False,
            "decided_by_id": None, "decided_at_utc": None,
        }  # fmt: skip
    uow.quality_findings.change(row, **values)


def was_restated(row: tables.QualityFinding, series: Series) -> bool:
    """Return whether nothing is left of an accepted correction in the series that counts."""
    if row.provider != series.provider:
        return False
    concerned = np.isin(series.dates, unpack_days(row.sessions))
    return series.flags is None or not bool((series.flags[concerned] == CORRECTED_CODE).any())


def accept_automatically(
    uow: UnitOfWork, row: tables.QualityFinding, asset: tables.Asset, series: Series, actor: Actor, now_utc: datetime
) -> int:
    """Take a proposal because the policy says so; return 1, or 0 where the prices changed under it or are locked."""
    try:
        uow.quality_findings.change(row, is_automatic=True)
        batch = write_correction(uow, row, asset, _present(uow, asset, series), actor, now_utc)
    except (Conflict, DaysLocked):
        uow.quality_findings.change(row, is_automatic=False)
        return 0
    uow.quality_findings.change(row, state=ACCEPTED, decided_at_utc=now_utc, batch_id=batch.id)
    note(
        uow, "quality.accept", OBJECT, row.id, before={"state": OPEN},
        after={"state": ACCEPTED, "symbol": asset.symbol, "kind": row.kind, "by": "policy", "batch_id": batch.id},
    )  # fmt: skip
    return 1


def _present(uow: UnitOfWork, asset: tables.Asset, series: Series) -> Series:
    """Return the series as earlier corrections of the same check left it."""
    return uow.prices.series_of([asset.id], (series.provider,), is_whole=True)[asset.id]


def fingerprint(one: Finding) -> str:
    """Return the SHA-256 of an error and its figures.

    Blocks are named by their border, so that a block stays the same when older bars arrive before it; a price that
    stands still by its beginning, so that it stays the same while it lasts.
    """
    if one.kind in BLOCK_KINDS:
        part = slice(-BORDER_COUNT, None)
    else:
        part = slice(0, 1) if one.kind is Kind.STALE else slice(None)
    digest = hashlib.sha256(f"{one.kind.value} {one.is_adjusted_only} ".encode())
    digest.update(pack_days(one.sessions[part]))
    digest.update(pack(one.raw[part]))
    return digest.hexdigest()


def _row(one: Finding, asset: tables.Asset, series: Series) -> tables.QualityFinding:
    return tables.QualityFinding(
        asset_id=asset.id,
        provider=series.provider,
        frequency=series.frequency,
        kind=one.kind.value,
        fingerprint=fingerprint(one),
        state=OPEN,
        first_session=to_date(one.sessions[0]),
        last_session=to_date(one.sessions[-1]),
        sessions_count=len(one.sessions),
        sessions=pack_days(one.sessions),
        raw=pack(one.raw),
        proposed=None if one.proposed is None else pack(tidy(one.proposed)),
        is_adjusted_only=one.is_adjusted_only,
        method=one.method[:120],
        confidence_frac=one.confidence_frac,
        reason=one.reason,
        decided_at_utc=None,
    )


def told(series_count: int, report: Report, new_count: int, corrected_count: int, elapsed_ms: float) -> CheckDone:
    """Return what a check came to, in one sentence with its counts."""
    found: dict[str, Any] = {
        "series_count": series_count,
        "found_count": len(report.findings),
        "new_count": new_count,
        "corrected_count": corrected_count,
        "event_days": tuple(to_date(day) for day in report.event_days),
        "kept_count": report.kept_count,
        "elapsed_ms": elapsed_ms,
    }
    checked = f"{formatting.count(series_count, 'series', 'series')} checked"
    if not report.findings:
        return CheckDone(**found, sentence=f"{checked}: nothing suspicious.")
    corrected = f", {formatting.number(corrected_count, 0)} corrected by policy" if corrected_count else ""
    findings = formatting.count(len(report.findings), "finding")
    sentence = f"{checked}: {findings}, {formatting.number(new_count, 0)} new{corrected}."
    return CheckDone(**found, sentence=sentence)
