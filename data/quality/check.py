"""Which findings do all checks together make of a universe, and what do they leave alone as true?

Checks run in order. What one explains is not told again by a later one: errors of unit and missed splits are taken out
before spikes are looked for. A correction settles the kind that it was made for; what else is wrong there is told. A
spike on a day on which more than a quarter of the universe has one is an event of the market and is kept as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.quality.findings import Finding, Kind, Mask
from data.quality.peers import Peers
from data.quality.registry import detectors
from data.quality.series import QualitySeries

PER_KIND_MAX_COUNT = 200
"""Findings of one kind that are told of one series; beyond that the series as a whole is the problem."""
_LEVELS = (Kind.NONPOSITIVE, Kind.UNIT, Kind.SPLIT)
_MADE_BY_REPEATING = (Kind.REPEATED, Kind.STALE)
"""What the last good close, proposed in place of a zero, leaves behind."""
_EVENT_KINDS = (Kind.OUTLIER, Kind.SPLIT)


@dataclass(frozen=True)
class Report:
    """What the checks of a universe found.

    Parameters
    ----------
    findings : tuple of Finding
        By symbol in the order given, then in order of the checks.
    event_days : array of datetime64[D]
        Days on which so many series jumped that the jumps are taken for true.
    kept_count : int
        Findings that were dropped for that.
    """

    findings: tuple[Finding, ...]
    event_days: np.ndarray
    kept_count: int


def check(
    universe: Sequence[QualitySeries],
    *,
    kinds: Collection[Kind] | None = None,
    progress: Callable[[int], None] | None = None,
    only: Collection[str] | None = None,
) -> Report:
    """Return what looks wrong in a universe of series.

    Parameters
    ----------
    universe : sequence of QualitySeries
        All series that can serve as peers.
    kinds : collection of Kind or None
        Which checks to run; all when None.
    progress : callable or None
        Told how many series are done; may raise to end the work.
    only : collection of str or None
        Symbols to look at; all when None. The others are peers only.
    """
    orderly = [one for one in universe if _is_orderly(one)]
    peers = Peers(orderly)
    found: list[Finding] = []
    flagged: list[np.ndarray] = []
    for number, series in enumerate(universe):
        if only is None or series.symbol in only:
            mine = check_one(series, peers, kinds)
            found += mine
            jumps = [
                one.sessions[:1] if one.kind is Kind.OUTLIER else one.sessions[-1:]
                for one in mine
                if one.kind in _EVENT_KINDS
            ]
            if jumps:
                flagged.append(np.concatenate(jumps))
        if progress is not None:
            progress(number + 1)
    events = peers.days[peers.events(flagged)] if len(peers.days) else peers.days
    kept = [one for one in found if not _is_event(one, events)]
    return Report(tuple(kept), events, len(found) - len(kept))


def check_one(series: QualitySeries, peers: Peers, kinds: Collection[Kind] | None = None) -> list[Finding]:
    """Return what looks wrong in one series, without knowing whether the whole market did the same."""
    if not len(series.sessions):
        return []
    explained = np.zeros(len(series.sessions), dtype=bool)
    found: list[Finding] = []
    present = series
    for detector in detectors():
        if kinds is not None and detector.kind not in kinds:
            continue
        decided = _decided(series, detector.kind)
        for one in detector.find(present, peers)[:PER_KIND_MAX_COUNT]:
            where = np.isin(series.sessions, one.sessions)
            if _is_explained(where, explained | decided):
                continue
            found.append(_as_stored(series, one, where))
            if one.kind in _LEVELS:
                explained |= where if one.kind is not Kind.SPLIT or where.sum() < len(where) / 10 else False
                present = _mended(present, one, where)
        if detector.kind is Kind.ORDER and found:
            return found  # the checks that follow compare neighbors
    return found


def _is_orderly(series: QualitySeries) -> bool:
    return len(series.sessions) > 1 and bool(np.all(series.sessions[1:] > series.sessions[:-1]))


def _decided(series: QualitySeries, kind: Kind) -> Mask:
    """Return the sessions at which a correction settles findings of one kind."""
    found = np.zeros(len(series.sessions), dtype=bool)
    for taken in (kind, Kind.NONPOSITIVE) if kind in _MADE_BY_REPEATING else (kind,):
        if taken in series.decided:
            found |= series.decided[taken]
    return found


def _is_explained(where: Mask, explained: Mask) -> bool:
    """Whether everything that a finding is about was found before, or is settled."""
    return bool(where.any()) and bool(explained[where].all())


def _as_stored(series: QualitySeries, one: Finding, where: Mask) -> Finding:
    """Return a finding about the stored figures: raw as stored, and its own factor alone in what it proposes."""
    if where.sum() != len(one.sessions):
        return one
    raw = np.asarray((series.adjusted if one.is_adjusted_only else series.close)[where])
    if one.proposed is None or one.kind is Kind.NONPOSITIVE:
        return replace(one, raw=raw)
    with np.errstate(divide="ignore", invalid="ignore"):
        return replace(one, raw=raw, proposed=np.where(one.raw > 0, raw * (one.proposed / one.raw), one.proposed))


def _mended(series: QualitySeries, one: Finding, where: Mask) -> QualitySeries:
    """Return the series as if the proposal had been accepted, so that later checks do not meet the same error."""
    if one.proposed is None:
        return series
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(one.raw > 0, one.proposed / one.raw, 1.0)
    adjusted, close = series.adjusted.copy(), series.close.copy()
    if one.kind is Kind.NONPOSITIVE:
        close[where], adjusted[where] = one.proposed, one.proposed
    else:
        adjusted[where] *= scale
        if not one.is_adjusted_only:
            close[where] *= scale
    return replace(series, close=close, adjusted=adjusted)


def _is_event(one: Finding, events: np.ndarray) -> bool:
    if one.kind not in _EVENT_KINDS or not len(events):
        return False
    return bool(np.isin(one.sessions[:1] if one.kind is Kind.OUTLIER else one.sessions[-1:], events).any())
