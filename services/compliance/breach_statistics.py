"""How many breaches are there of which severity, and how long did it take to cure those of the last year?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Any

from services import formatting
from services.compliance.breach_states import UNSETTLED
from services.compliance.breach_words import ENDED_WORDS
from services.messages.alerts import Severity
from services.messages.compliance_breaches import BreachStatistics, BreachStatus, SeverityCount

S = BreachStatus
KEPT_DAYS = 365
ORDER = (Severity.HARD, Severity.SOFT, Severity.WARNING, Severity.INFO)
DAY_S = 86_400.0


def statistics_of(
    counts: Sequence[Any], cured: Sequence[Any], *, late_count: int, waiting_count: int, now_utc: datetime
) -> BreachStatistics:
    """Return the counts in words and numbers.

    Parameters
    ----------
    counts : sequence of (severity, status, is_unjudged, count, oldest opening)
    cured : sequence of (severity, opening, cure, what cured it)
        Days to cure are counted with their parts, from the opening of a breach to its last cure, of what was mended;
        what ended because the rule says something else, or by a deviation, is counted beside it.
    late_count, waiting_count : int
    now_utc : datetime
    """
    days: dict[str, list[float]] = defaultdict(list)
    changed = 0
    for severity, opened_utc, cured_utc, cured_by in cured:
        if cured_by in ENDED_WORDS:
            changed += 1
        else:
            days[severity].append((cured_utc - opened_utc).total_seconds() / DAY_S)
    everything = [one for several in days.values() for one in several]
    unsettled = sum(number for _, status, _, number, _ in counts if status in UNSETTLED)
    return BreachStatistics(
        severities=tuple(_of(one, counts, days[one.value], now_utc) for one in ORDER),
        unsettled_count=unsettled,
        late_count=late_count,
        waiting_overrides_count=waiting_count,
        cured_count=len(everything),
        cure_days_mean=fmean(everything) if everything else None,
        cure_days_median=median(everything) if everything else None,
        rule_changed_count=changed,
        since=(now_utc - timedelta(days=KEPT_DAYS)).date(),
        sentence=_sentence(unsettled, late_count, waiting_count, everything, changed),
    )


def _of(severity: Severity, counts: Sequence[Any], days: Sequence[float], now_utc: datetime) -> SeverityCount:
    mine = [one for one in counts if one[0] == severity]
    by_status: dict[str, int] = defaultdict(int)
    for _, status, _, number, _ in mine:
        by_status[status] += number
    begun = [oldest for _, status, _, _, oldest in mine if status in UNSETTLED]
    return SeverityCount(
        severity=severity,
        open_count=by_status[S.OPEN],
        acknowledged_count=by_status[S.ACKNOWLEDGED],
        in_remediation_count=by_status[S.IN_REMEDIATION],
        overridden_count=by_status[S.OVERRIDDEN],
        grandfathered_count=by_status[S.GRANDFATHERED],
        unjudged_count=sum(number for _, status, is_unjudged, number, _ in mine if is_unjudged and status in UNSETTLED),
        oldest_open_days=(now_utc.date() - min(begun).date()).days if begun else None,
        cured_count=len(days),
        cure_days_mean=fmean(days) if days else None,
        cure_days_median=median(days) if days else None,
    )


def _sentence(unsettled: int, late: int, waiting: int, days: Sequence[float], changed: int) -> str:
    if not unsettled:
        said = "No breach waits for anybody."
    else:
        said = f"{formatting.count(unsettled, 'breach waits', 'breaches wait')} for somebody"
        said += f", {formatting.number(late, 0)} of them beyond their day." if late else "."
    if waiting:
        said += f" {formatting.count(waiting, 'override waits', 'overrides wait')} for a decision."
    if days:
        said += (
            f" The {formatting.count(len(days), 'breach', 'breaches')} cured within a year took "
            f"{formatting.number(fmean(days), 1)} days on average."
        )
    if changed:
        more = formatting.count(changed, "more", "more")
        said += f" {more} ended because the rule says something else or a deviation counts."
    return said
