"""How do the days of a limit, and the limits of house and client, become tables to take along?"""

from __future__ import annotations

from collections.abc import Sequence

from services import formatting
from services.exports_page import PageTable
from services.exports_risk_tables import SIDES, amount
from services.exports_table import Cell, Column, Fact, Sheet
from services.formatting import Style
from services.messages.portfolios import LimitCheck, LimitState
from services.messages.risk_history import LimitCourse
from services.number_style import in_style

STATE_WORDS = {LimitState.OK: "OK", LimitState.AMBER: "Near limit", LimitState.RED: "Breach"}
WORST_FIRST = (LimitState.RED, LimitState.AMBER, LimitState.OK)


def house_table(checks: Sequence[LimitCheck], style: Style) -> PageTable:
    """Return how each limit of house and client stands, the broken ones first."""
    rows = [
        [
            one.name,
            STATE_WORDS[one.state],
            formatting.percent(one.used_frac, 0, style=style),
            in_style(one.sentence, style),
        ]
        for one in sorted(checks, key=lambda one: WORST_FIRST.index(one.state))
    ]
    return PageTable([("Limit", False), ("State", False), ("Used", True), ("In words", False)], rows)


def course_sheet(course: LimitCourse) -> Sheet:
    """Return one row a day, oldest first; fractions stay fractions, what is not known is empty."""
    columns = [
        Column("day", "Day", "date"), Column("value", course.label, "ratio"), Column("use_frac", "Used", "rate"),
        Column("state", "State"), Column("is_recomputed", "Recomputed"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.day,
            "beyond every number" if one.is_unbounded else one.value,
            one.use_frac,
            one.word,
            "yes" if one.is_recomputed else "no",
        ]
        for one in course.days
    ]
    return Sheet("History", columns, rows)


def course_facts(course: LimitCourse, style: Style) -> list[tuple[str, Fact]]:
    """Return what the rows rest on."""
    bound = f"{course.label}, {SIDES[course.direction]} {amount(course.limit_value, course.unit, style)}"
    return [("Limit", bound), ("Where from", in_style(course.sentence, style))]
