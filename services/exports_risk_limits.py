"""How do the days of a limit become a table to take along?"""

from __future__ import annotations

from services.exports_risk_tables import SIDES, amount
from services.exports_table import Cell, Column, Fact, Sheet
from services.formatting import Style
from services.messages.risk_history import LimitCourse
from services.number_style import in_style


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
