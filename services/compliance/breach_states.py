"""Where can a breach go from where it stands, and which figure is worse than which?

::

    (nothing) ── a check fails ──> open            holdings older than the rule ──> grandfathered
    open ── acknowledge ──> acknowledged ── plan ──> in_remediation      open ── plan ──> in_remediation
    open, acknowledged, in_remediation ── override approved ──> overridden
    overridden ── expired, withdrawn, worse than allowed, rule changed ──> open
    grandfathered ── bought more ──> open
    any of these ── a check passes ──> cured ── close ──> closed         compliance closes anything, with a reason
    cured, closed ── fails again within seven days of the cure ──> the same breach, reopened

Pure functions over words and numbers, so that every step can be held against a second route.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from engine.compliance.result import GroupResult
from engine.compliance.rule import Operator
from services.messages.compliance_breaches import BreachStatus

S = BreachStatus
REOPEN_WITHIN = timedelta(days=7)
UNSETTLED = (S.OPEN, S.ACKNOWLEDGED, S.IN_REMEDIATION)
"""Somebody has to do something."""
FAILING = (*UNSETTLED, S.OVERRIDDEN, S.GRANDFATHERED)
"""The rule is not kept at present."""
NOISE = 1e-12

ACKNOWLEDGEABLE = frozenset({S.OPEN})
PLANNABLE = frozenset(UNSETTLED)
OVERRIDABLE = frozenset(UNSETTLED)
CLOSABLE = frozenset({S.CURED})


def after_check(
    before: BreachStatus | None, *, is_failing: bool, is_let_stand: bool, is_grandfathered: bool
) -> BreachStatus | None:
    """Return where a breach stands after a check.

    Parameters
    ----------
    before : BreachStatus or None
        None where there is no breach that this could be the continuation of.
    is_failing : bool
        Whether the rule is not kept, or cannot be judged.
    is_let_stand : bool
        Whether an override in force covers the figure.
    is_grandfathered : bool
        Whether what breaks the rule was held before the rule, and not touched since.

    Returns
    -------
    BreachStatus or None
        None where there is nothing to note.
    """
    if not is_failing:
        return before if before in (None, S.CURED, S.CLOSED) else S.CURED
    if is_let_stand:
        return S.OVERRIDDEN
    if before in UNSETTLED:
        return before
    return S.GRANDFATHERED if is_grandfathered and before != S.OVERRIDDEN else S.OPEN


def is_same_breach(status: BreachStatus | str, ended_at_utc: datetime, now_utc: datetime) -> bool:
    """Return whether what fails now continues a breach, which may have been cured or closed at an instant."""
    return status not in (S.CURED, S.CLOSED) or now_utc - ended_at_utc <= REOPEN_WITHIN


def worst_side(operator: Operator | str, group: GroupResult, limit: float | None) -> float | None:
    """Return the figure of a group that lies farthest from what the rule wants; None where it is not bounded."""
    if operator in ("<=", "<"):
        return group.most
    if operator in (">=", ">"):
        return group.least
    if limit is None or group.least is None or group.most is None:
        return None
    return max(group.least, group.most, key=lambda figure: abs(figure - limit))


def is_within(operator: Operator | str, figure: float | None, limit: float | None) -> bool:
    """Return whether a figure keeps a limit; one that is not bounded does not. Both are in the engine's steps."""
    if figure is None or limit is None:
        return False
    match operator:
        case "<=":
            return figure <= limit
        case "<":
            return figure < limit
        case ">=":
            return figure >= limit
        case ">":
            return figure > limit
        case _:
            return figure == limit


def is_worse(operator: Operator | str, figure: float | None, than: float | None, limit: float | None) -> bool:
    """Return whether a figure lies farther from what the rule wants than another; unbounded is worse than all."""
    if figure is None or than is None:
        return figure is None and than is not None
    if operator in ("<=", "<"):
        return figure > than + NOISE
    if operator in (">=", ">"):
        return figure < than - NOISE
    if limit is None:
        return abs(figure - than) > NOISE
    return abs(figure - limit) > abs(than - limit) + NOISE


def cure_day(cause: str | None, cure_days: int | None, opened_on: date, *, is_notice: bool = False) -> date | None:
    """Return the last day of grace of a breach that began on a day.

    A passive one has the rule's days, or none that is written down (UCITS, Article 57: to be mended with priority, in
    the interest of unit-holders). What trades brought about, or what nobody knows the cause of, has no grace at all.
    A notice is to be given within the rule's days whatever brought it about.
    """
    if cause != "passive" and not is_notice:
        return opened_on
    return None if cure_days is None else opened_on + timedelta(days=cure_days)


def is_late(status: BreachStatus | str, cure_by: date | None, due_on: date | None, today: date) -> bool:
    """Return whether somebody should have mended it before today."""
    if status not in UNSETTLED:
        return False
    return any(day is not None and day < today for day in (cure_by, due_on))
