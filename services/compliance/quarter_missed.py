"""How did a portfolio stand at the end of a quarter that no check looked at?

Closes may come in late, several days at once. A rule that is tested at the ends of quarters is then judged as of the
last of them, by what was held and known that day, before the check of today: what broke it there is a breach, and what
stands today mends it or does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.compliance.evaluate import evaluate
from engine.compliance.program import program_of
from services.auth.actor import Actor
from services.compliance.quarter_days import last_test_day
from services.errors import ServiceError

if TYPE_CHECKING:
    from engine.compliance.result import RuleResult
    from services.compliance.checks_judge import Judged
    from services.compliance.in_force import RuleInForce
    from services.compliance.state import StateReader

Judgement = tuple["RuleInForce", "RuleResult"]


def with_missed(states: StateReader, product: Actor, judged: Judged, looked_at: date | None) -> Judged:
    """Return a check of today together with the tests that lie between it and the check before.

    Parameters
    ----------
    product : Actor
        The product itself, for the portfolio's house.
    judged : Judged
        A portfolio as it is.
    looked_at : date or None
        The day of closes of the check before; None where there was none, and nothing was missed then.

    """
    as_of = judged.report.as_of
    if as_of is None or looked_at is None or looked_at >= as_of:
        return judged
    due: dict[date, list[RuleInForce]] = {}
    for in_force, _ in judged.results:
        day = last_test_day(in_force.rule, as_of)
        if day is not None and looked_at < day < as_of and _was_in_force(in_force, day):
            due.setdefault(day, []).append(in_force)
    missed = [one for day, rules in sorted(due.items()) for one in _judged_on(states, product, judged, day, rules)]
    return replace(judged, missed=tuple(missed)) if missed else judged


def _was_in_force(in_force: RuleInForce, day: date) -> bool:
    approved_utc: datetime = in_force.approved_at_utc
    return in_force.rule.is_in_force(day) and approved_utc.date() <= day


def _judged_on(
    states: StateReader, product: Actor, judged: Judged, day: date, rules: Sequence[RuleInForce]
) -> list[Judgement]:
    """Return how the portfolio stood by some rules on a day of the past; nothing where it held nothing then."""
    fields = {name for one in rules for name in program_of(one.rule).fields}
    try:
        seen = states.read(product, judged.report.portfolio_id, day, fields=fields)
    except ServiceError:
        return []
    results = evaluate([one.rule for one in rules], seen.state, reference=seen.reference).results
    return list(zip(rules, results, strict=True))
