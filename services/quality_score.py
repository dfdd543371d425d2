"""How good is one series, from 0 to 100, and in which words?

``score = 100 * completeness * (0.75 + 0.25 * freshness) * max(0, 1 - 10 * suspect) * (1 - 0.1 * corrected)``

- completeness: sessions with a bar, of the sessions of its exchange between its first and last bar;
- freshness: 1 on the last common session of all prices, less a fifth for every session without a bar since;
- suspect: sessions with an open finding (missing ones aside, they are in completeness), so that one session in a
  hundred costs a tenth;
- corrected: sessions with a correction in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from data.providers.vocabulary import Flag
from data.quality.series import QualitySeries
from services import formatting
from services.messages.quality import Light

STALE_AFTER_COUNT = 5
GOOD_FROM, WATCH_FROM = 95.0, 80.0
FLAGS = tuple(Flag)
CODES = {flag: code for code, flag in enumerate(FLAGS)}


@dataclass(frozen=True)
class Measures:
    """What a score is made of, each a share of sessions, with the counts behind."""

    completeness_frac: float
    freshness_frac: float
    corrected_frac: float
    suspect_frac: float
    sessions_count: int
    expected_count: int
    age_sessions_count: int

    @property
    def score(self) -> float:
        """The score, 0 to 100."""
        doubt = max(0.0, 1.0 - 10.0 * self.suspect_frac)
        return (
            100.0
            * self.completeness_frac
            * (0.75 + 0.25 * self.freshness_frac)
            * doubt
            * (1.0 - 0.1 * self.corrected_frac)
        )

    def document(self) -> dict[str, Any]:
        """Return the measures for the store."""
        return asdict(self)


def measure(
    series: QualitySeries,
    suspects: Sequence[np.ndarray],
    market: np.ndarray,
    start: date | None = None,
    end: date | None = None,
) -> Measures | None:
    """Return the measures of one series, of a period if one is given; None without a bar in it.

    Parameters
    ----------
    series : QualitySeries
    suspects : sequence of array of datetime64[D]
        Sessions of its open findings.
    market : array of datetime64[D]
        Sessions up to the last common one of all prices.
    start, end : date or None
        First and last day of the period, both included.
    """
    inside = _inside(series.sessions, start, end)
    sessions = series.sessions[inside]
    count = len(sessions)
    if not count:
        return None
    due = None if series.expected is None else series.expected[_inside(series.expected, start, end)]
    expected = count if due is None else max(1, len(due))
    present = count if due is None else min(expected, max(1, int(np.isin(due, sessions).sum())))
    age = int((market[_inside(market, None, end)] > sessions[-1]).sum())
    doubted = np.unique(np.concatenate(suspects)) if suspects else np.empty(0, "datetime64[D]")
    corrected = 0 if series.settled is None else int(series.settled[inside].sum())
    return Measures(
        completeness_frac=present / expected,
        freshness_frac=max(0.0, 1.0 - age / STALE_AFTER_COUNT),
        corrected_frac=corrected / count,
        suspect_frac=float(np.isin(sessions, doubted).sum()) / count,
        sessions_count=count,
        expected_count=expected,
        age_sessions_count=age,
    )


def _inside(days: np.ndarray, start: date | None, end: date | None) -> np.ndarray:
    """Return which days are in a period."""
    inside = np.ones(len(days), dtype=bool)
    if start is not None:
        inside &= days >= np.datetime64(start, "D")
    if end is not None:
        inside &= days <= np.datetime64(end, "D")
    return inside


def light_of(score: float) -> Light:
    """Return how a score reads."""
    return Light.GOOD if score >= GOOD_FROM else Light.WATCH if score >= WATCH_FROM else Light.POOR


def score_sentence(measures: Measures, open_count: int) -> str:
    """Return in one sentence what a score is made of; what is as it should be is not told."""
    parts = []
    if measures.completeness_frac < 1.0:
        missing_count = measures.expected_count - round(measures.completeness_frac * measures.expected_count)
        parts.append(f"{formatting.count(missing_count, 'session')} missing")
    if measures.age_sessions_count:
        parts.append(f"{formatting.count(measures.age_sessions_count, 'session')} behind the market")
    if open_count:
        parts.append(f"{formatting.count(open_count, 'finding')} to decide")
    if measures.corrected_frac:
        parts.append(f"{formatting.percent(measures.corrected_frac, 1)} corrected")
    if not parts:
        return f"Nothing suspicious in {formatting.count(measures.sessions_count, 'session')}."
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
