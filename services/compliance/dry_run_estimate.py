"""How long will a dry run take, said before it begins?

A day of a portfolio is read once, however many rules are tried on it, and each rule is then judged on it. Of which of
the two an earlier dry run took how much is not known: had it all been reading, time goes with the days; had it all been
judging, with days times rules. Both are told for each of the last ones, and the range spans them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services import formatting
from services.messages.compliance_dry_run import DryRunEstimate

EARLIER_COUNT = 5
SLOWER, FASTER = 1.25, 0.8
"""How much busier or calmer the machine may be than it was."""
DAY_S, JUDGEMENT_S, GUESS_TIMES = 0.05, 0.006, 2.0
"""Seconds as once measured on two cores, for a house without a dry run, with how far it may be off."""
MINUTE_S, HOUR_S, IN_HOURS_FROM_S = 60.0, 3600.0, 7200.0


@dataclass(frozen=True)
class Size:
    """How much a dry run looks at.

    Parameters
    ----------
    rules_count, portfolios_count : int
    days_count : int
        Days of portfolios.
    judgements_count : int
        Rules judged on them, each on those of the portfolios that it is for.
    """

    rules_count: int
    portfolios_count: int
    days_count: int
    judgements_count: int


@dataclass(frozen=True)
class Earlier:
    """What an earlier dry run took: days of portfolios, judgements on them, and seconds of work."""

    days_count: int
    judgements_count: int
    worked_s: float


def estimate(size: Size, earlier: Sequence[Earlier]) -> DryRunEstimate:
    """Return how long a dry run would take.

    Parameters
    ----------
    size : Size
    earlier : sequence of Earlier
        The last ones of the house; those without days or time count for nothing.
    """
    known = [one for one in earlier if one.days_count and one.judgements_count and one.worked_s > 0]
    times = [one.worked_s / one.days_count * size.days_count for one in known]
    times += [one.worked_s / one.judgements_count * size.judgements_count for one in known]
    guess = DAY_S * size.days_count + JUDGEMENT_S * size.judgements_count
    least = FASTER * min(times) if times else guess / GUESS_TIMES
    most = SLOWER * max(times) if times else guess * GUESS_TIMES
    return DryRunEstimate(
        rules_count=size.rules_count,
        portfolios_count=size.portfolios_count,
        days_count=size.days_count,
        least_s=round(least, 1),
        most_s=round(most, 1),
        is_measured=bool(times),
        sentence=_sentence(size, least, most, is_measured=bool(times)),
    )


def _sentence(size: Size, least_s: float, most_s: float, *, is_measured: bool) -> str:
    if not size.days_count:
        return "No portfolio that it is for has a value on these days: nothing would be looked at."
    what = (
        f"{formatting.count(size.rules_count, 'rule')} on {formatting.count(size.days_count, 'day')} "
        f"of {formatting.count(size.portfolios_count, 'portfolio')}"
    )
    source = "as earlier dry runs took" if is_measured else "a first guess, because no dry run was made here yet"
    return f"{what}: {_range(least_s, most_s)}, {source}. Other runs go first meanwhile."


def _range(least_s: float, most_s: float) -> str:
    if most_s < MINUTE_S:
        return "less than a minute"
    unit_s, unit = (HOUR_S, "hour") if most_s >= IN_HOURS_FROM_S else (MINUTE_S, "minute")
    most = math.ceil(most_s / unit_s)
    if least_s < unit_s:
        return f"up to {formatting.count(most, unit)}"
    least = math.floor(least_s / unit_s)
    return f"about {formatting.number(least, 0)} to {formatting.count(most, unit)}"
