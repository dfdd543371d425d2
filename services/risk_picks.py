"""What stands for the holding or group that was chosen on the page of risk, in each of its charts and tables?"""

from __future__ import annotations

from services.messages.risk import RiskReport

SOLD = "sold:"
"""Begins a choice of what is not sold within so many days."""


def holdings_of(report: RiskReport, pick: str) -> tuple[str, ...]:
    """Return the holdings that a choice stands for: itself, those of a group, those not sold by a day; none for others.

    A name that is both a holding and a group is the holding; a group of several dimensions that of the first.
    """
    if pick.startswith(SOLD):
        return _not_sold(report, pick)
    if not pick or any(pick in members for members in report.groups.values()):
        return (pick,) if pick else ()
    for members in report.groups.values():
        inside = tuple(name for name, group in members.items() if group == pick)
        if inside:
            return inside
    return ()


def standing_out(report: RiskReport, pick: str, by: str) -> frozenset[str]:
    """Return the names of a dimension that stand out for a choice: its own, its holdings, or the group it is in."""
    if not pick:
        return frozenset()
    if by == "asset":
        return frozenset(holdings_of(report, pick))
    members = report.groups.get(by, {})
    if pick in members:
        return frozenset({members[pick]})
    return frozenset({pick})


def _not_sold(report: RiskReport, pick: str) -> tuple[str, ...]:
    days = pick.removeprefix(SOLD)
    if report.liquidity is None or not days.isdecimal():
        return ()
    return tuple(one.name for one in report.liquidity.assets if one.days is None or one.days > int(days))
