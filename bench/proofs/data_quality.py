"""How many planted errors of prices are found, how many findings are true, and do market events survive?

Every class of error is planted once in each of `size` series, in a universe of its own kind; a finding counts as true
where it names planted sessions of its kind; findings of other kinds do not count against its precision but are counted
for themselves over all classes. What is found in clean series is false by construction: they hold crash
days of the whole market, jumps of single stocks on high volume, and squeezes.
"""

from __future__ import annotations

import numpy as np

from bench.proofs.planted_prices import PLANTED, Planted, history, plant, worlds
from data.quality.check import check
from data.quality.findings import Finding, Kind

FLOORS: dict[Kind, tuple[float, float]] = {
    Kind.UNIT: (0.97, 0.97),
    Kind.SPLIT: (0.90, 0.75),
    Kind.OUTLIER: (0.90, 0.80),
    Kind.STALE: (0.95, 0.95),
    Kind.NONPOSITIVE: (0.99, 0.99),
    Kind.OHLC: (0.99, 0.99),
    Kind.REPEATED: (0.99, 0.99),
    Kind.OFF_CALENDAR: (0.99, 0.99),
    Kind.MISSING_SESSION: (0.99, 0.99),
    Kind.VOLUME_GAP: (0.99, 0.99),
    Kind.CROSS_SOURCE: (0.95, 0.95),
    Kind.DIVIDEND: (0.95, 0.90),
    Kind.ORDER: (0.99, 0.99),
}
"""Least precision and recall of each class."""
SEED = 20
REPAIRED_FRAC = 0.02
"""How close a proposal has to come to the price before the error was planted."""


HISTORY_KINDS = (Kind.UNIT, Kind.SPLIT, Kind.OUTLIER, Kind.STALE, Kind.NONPOSITIVE, Kind.MISSING_SESSION)
"""What can be planted in a history of closes alone."""
HISTORY_FLOORS = {Kind.SPLIT: (0.90, 0.60), Kind.STALE: (0.95, 0.95)}
"""Without volumes half of the evidence for an unknown split is missing."""


def prove(size: int) -> dict[str, float]:
    """Plant every class of error in ``size`` series each, and measure precision, recall and repair."""
    figures = _prove_in_worlds(size)
    return figures | _prove_in_history(max(1, size // 20))


def _prove_in_history(rounds: int) -> dict[str, float]:
    """Plant errors in the real closes of twenty stocks, as often as asked for; March 2020 must stay untouched."""
    clean = history()
    figures: dict[str, float] = {"history_series_count": len(clean), "history_rounds_count": rounds}
    report = check(clean)
    figures["history_false_findings"] = len(report.findings)
    assert not report.findings, [one.reason for one in report.findings]
    truth = {one.symbol: one.adjusted for one in clean}
    for kind in HISTORY_KINDS:
        measured = []
        for turn in range(rounds):
            rng = np.random.default_rng([SEED, 100 + turn, PLANTED.index(kind)])
            planted = [plant(one, kind, rng) for one in clean]
            measured.append(_measure(kind, planted, check([one.series for one in planted]).findings, truth))
        precision, recall = (float(np.mean([one[place] for one in measured])) for place in (0, 1))
        figures[f"history_{kind.value}_precision"], figures[f"history_{kind.value}_recall"] = precision, recall
        least_precision, least_recall = HISTORY_FLOORS.get(kind, FLOORS[kind])
        slack = 2.0 / (rounds * len(clean))
        assert precision >= least_precision - slack, (kind, precision)
        assert recall >= least_recall - slack, (kind, recall)
    return figures


def _prove_in_worlds(size: int) -> dict[str, float]:
    clean = worlds(size, SEED)
    figures: dict[str, float] = {"series_count": size, "days_count": len(clean[0].sessions)}
    report = check(clean)
    figures["false_findings_in_clean_series"] = len(report.findings)
    correcting = [one for one in report.findings if one.proposed is not None]
    figures["false_proposals_in_clean_series"] = len(correcting)
    assert len(correcting) <= 0.02 * size, [one.reason for one in correcting]
    other_count = 0
    for kind in PLANTED:
        rng = np.random.default_rng([SEED, PLANTED.index(kind)])
        planted = [plant(one, kind, rng) for one in clean]
        found = check([one.series for one in planted]).findings
        other_count += sum(one.kind is not kind for one in found)
        precision, recall, repaired = _measure(kind, planted, found, {one.symbol: one.adjusted for one in clean})
        figures[f"{kind.value}_precision"], figures[f"{kind.value}_recall"] = precision, recall
        if repaired is not None:
            figures[f"{kind.value}_repaired"] = repaired
        least_precision, least_recall = FLOORS[kind]
        slack = 2.0 / size  # one series more or less in a small run
        assert precision >= least_precision - slack, (kind, precision)
        assert recall >= least_recall - slack, (kind, recall)
    figures["findings_of_other_kinds_than_planted"] = other_count
    assert other_count <= 0.01 * size * len(PLANTED) + 2, other_count
    return figures


def _measure(
    kind: Kind, planted: list[Planted], found: tuple[Finding, ...], truth: dict[str, np.ndarray]
) -> tuple[float, float, float | None]:
    """Return precision, recall, and which share of the proposals comes within 2 % of the true price."""
    errors = {one.series.symbol: one.errors[0][1] for one in planted}
    mine = [one for one in found if one.kind is kind]
    hits = [one for one in mine if np.isin(one.sessions[-1:], errors[one.symbol]).all()]
    recall = len({one.symbol for one in hits}) / len(planted)
    precision = len(hits) / len(mine) if mine else 1.0
    series = {one.series.symbol: one.series for one in planted}
    close = [
        _is_repaired(one, truth[one.symbol], series[one.symbol].sessions)
        for one in hits
        if one.proposed is not None and kind not in (Kind.DIVIDEND, Kind.SPLIT)
    ]
    return precision, recall, sum(close) / len(close) if close else None


def _is_repaired(one: Finding, truth: np.ndarray, sessions: np.ndarray) -> bool:
    assert one.proposed is not None
    places = np.searchsorted(sessions, one.sessions)
    return bool(np.median(np.abs(one.proposed / truth[places] - 1.0)) <= REPAIRED_FRAC)
