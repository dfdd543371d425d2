"""How is a breach told: what is broken by how much, what brought it about, and until when must it be mended?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from engine.compliance.found_words import FoundWords
from services import formatting
from services.compliance.breach_states import FAILING, UNSETTLED, is_late
from services.messages.compliance_breaches import BreachStatus

if TYPE_CHECKING:
    from data.store import tables

S = BreachStatus
_REPORTED = {"<=": "above {0}", "<": "from {0} on", ">=": "below {0}", ">": "from {0} down", "==": "other than {0}"}
_BOUND = {"<=": "at most", "<": "less than", ">=": "at least", ">": "more than", "==": "exactly"}
DECIMALS = 2
DECIMALS_MAX = 8
SHOWN_COUNT = 3
STATUS_WORDS: dict[str, str] = {
    S.OPEN: "open",
    S.ACKNOWLEDGED: "acknowledged",
    S.IN_REMEDIATION: "in remediation",
    S.OVERRIDDEN: "let stand by an override",
    S.GRANDFATHERED: "held since before the rule",
    S.CURED: "cured",
    S.CLOSED: "closed",
}


ENDED_WORDS = {"rule_change": "ended, the rule says something else", "deviation": "ended by a deviation"}
"""How a breach stands that ended though nothing was mended, by what ended it."""


def status_words(row: tables.Breach) -> str:
    """Return where a breach stands; what ended without being mended is never called cured."""
    said = STATUS_WORDS[row.status]
    return ENDED_WORDS.get(row.cured_by or "", said) if row.status == S.CURED else said


def link_of(portfolio_id: str, breach_id: str | None = None) -> str:
    """Return where a portfolio's breaches are seen."""
    return f"/compliance?portfolio={portfolio_id}" + ("" if breach_id is None else f"&breach={breach_id}")


def figure(value: float | None, unit: str, currency: str = "", decimals: int = DECIMALS) -> str:
    """Return a figure in the unit of its rule."""
    match unit:
        case "frac":
            return formatting.percent(value, decimals)
        case "ccy":
            return formatting.money(value, currency or None, decimals=None if decimals == DECIMALS else decimals)
        case "days" if value is not None and float(value).is_integer():
            return formatting.count(round(value), "day")
        case "days":
            return f"{formatting.number(value, decimals)} days"
        case "count" if value is not None and float(value).is_integer():
            return formatting.number(value, 0)
        case _:
            return formatting.number(value, decimals)


def apart(value: float | None, limit: float | None, unit: str, currency: str = "") -> tuple[str, str]:
    """Return a figure and its limit with as many decimals as it takes to tell them apart, eight at most."""
    for decimals in range(DECIMALS, DECIMALS_MAX + 1):
        said = figure(value, unit, currency, decimals), figure(limit, unit, currency, decimals)
        if said[0] != said[1]:
            break
    return said if said[0] != said[1] else (figure(value, unit, currency), figure(limit, unit, currency))


def whom(group: str) -> str:
    """Return what a figure was measured of, as the beginning of a sentence."""
    return group or "The portfolio"


def broken(row: tables.Breach, currency: str = "") -> str:
    """Return what a breach is, as a sentence."""
    currency = row.rule_facts.get("currency", currency)
    side = row.value
    if side is None:
        side = row.least if row.operator in ("<=", "<") else row.most
    if row.is_unjudged:
        return f"{_unjudged(row)} cannot be judged: {_missing(row)}"
    if row.value is not None and "found" in row.rule_facts:
        return FoundWords(**row.rule_facts["found"]).sentence(row.group_name, row.value)
    if "answer" in row.rule_facts:
        return str(row.rule_facts["answer"])
    bound = "" if row.value is not None else "at least " if row.operator in ("<=", "<") else "at most "
    if row.limit_value is None or side is None:
        return f"{whom(row.group_name)} does not keep the rule, whatever the figures that are not known."
    value, limit = apart(side, row.limit_value, row.unit, currency)
    verb = "stands at" if not row.group_name else "is"
    if is_notice(row):
        beyond = _REPORTED[row.operator].format(limit)
        return f"{whom(row.group_name)} {verb} {bound}{value}; it is to be reported {beyond}{_step(row, currency)}."
    allowed = f"where {_BOUND[row.operator]} {limit} is allowed"
    return f"{whom(row.group_name)} {verb} {bound}{value}, {allowed}{_step(row, currency)}."


def _step(row: tables.Breach, currency: str) -> str:
    """Return which further limit was passed since the breach was opened."""
    if row.step_value is None or row.step_value == row.limit_value:
        return ""
    verb = "reached" if row.operator in ("<", ">") else "passed"
    return f"; {figure(row.step_value, row.unit, currency)} was {verb} as well"


def is_notice(row: tables.Breach) -> bool:
    """Return whether a rule only asks for something to be told or looked at."""
    return bool(row.rule_facts.get("remedy") == "notify")


def _unjudged(row: tables.Breach) -> str:
    """Return what cannot be judged, as the beginning of a sentence."""
    names = row.unjudged_groups
    if not names:
        return whom(row.group_name)
    more = len(names) - SHOWN_COUNT
    if more > 0:
        return f"{', '.join(names[:SHOWN_COUNT])} and {formatting.count(more, 'other')}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _missing(row: tables.Breach) -> str:
    if not row.missing:
        return "data that the rule looks at are missing."
    more = len(row.missing) - SHOWN_COUNT
    rest = [formatting.count(more, "more thing")] if more > 0 else []
    return f"not known: {'; '.join([*row.missing[:SHOWN_COUNT], *rest])}."


def grace(row: tables.Breach, today: date) -> str:
    """Return until when a breach must be mended and why, as a sentence; empty once it is over."""
    status = S(row.status)
    if is_notice(row) and status in UNSETTLED:
        due = "; no day is set" if row.cure_by is None else f" by {formatting.day(row.cure_by)}"
        late = " That day has passed." if is_late(status, row.cure_by, row.due_on, today) else ""
        return f"It is to be reported or looked at{due}, and nothing has to be sold for it.{late}"
    if status is S.GRANDFATHERED:
        return "It was held before the rule came into force and may stay until more of it is bought."
    if status is S.OVERRIDDEN or status not in FAILING:
        return ""
    if row.cause == "passive":
        why = "It came about without trades"
        if row.cure_by is None:
            said = f"{why}; it is to be mended with priority, in the interest of the holders; no day is set."
        else:
            said = f"{why}; it is to be mended by {formatting.day(row.cure_by)}."
    else:
        why = "Trades brought it about" if row.cause == "active" else "What brought it about is not known"
        said = f"{why}; it is to be mended at once."
    if is_late(status, None, row.due_on, today):
        return f"{said} The plan's day, {formatting.day(row.due_on)}, has passed."
    if is_late(status, row.cure_by, None, today):
        return f"{said} That is overdue since {formatting.day(row.cure_by)}."
    return said


def level_words(level: float | None, operator: str, unit: str, currency: str = "") -> str:
    """Return up to where an override reaches, to be read after "let stand"."""
    if level is None:
        return "for as long as it cannot be judged"
    side = "down to" if operator in (">=", ">") else "up to"
    return f"{side} {figure(level, unit, currency)}"


def together(rows: Sequence[tables.Breach], currency: str = "") -> str:
    """Return what several groups break of one rule, the worst of them by name."""
    said = " ".join(broken(row, currency) for row in rows[:SHOWN_COUNT])
    more = len(rows) - SHOWN_COUNT
    if more <= 0:
        return said
    return f"{said} {formatting.count(more, 'other does', 'others do')} not keep it either."
