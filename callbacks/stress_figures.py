"""Which charts does the page of stress tests draw, on screen and in files alike?"""

from __future__ import annotations

from typing import Any

from callbacks.actor import preferences
from services.charts import stress as bars
from services.charts import stress_answers, stress_chance
from services.charts import stress_parts as parts
from services.charts.look import Look
from services.messages.stress_questions import RepairReport
from services.messages.stress_report import ScenarioResult, StressReport

DETAIL = {
    "waterfall": parts.waterfall,
    "sectors": parts.sectors,
    "course": parts.course,
    "fall": parts.fall,
    "factors": parts.factor_parts,
}
"""Name of a chart of one scenario -> what draws it."""
ANSWERS: dict[str, Any] = {
    "chance": stress_chance.distribution,
    "broken": stress_chance.correlation_course,
    "redemption": stress_chance.redemption,
    "reverse": stress_answers.reverse_moves,
}
"""Name of a chart of another question's answer -> what draws it."""


def look(theme: str | None) -> Look:
    """Return the reader's theme, number format and colors; files are light."""
    likes = preferences()
    return Look("dark" if theme == "dark" else "light", likes.number_format, likes.sign_palette)


def losses(found: StressReport, group: str, theme: str | None) -> Any:
    """Return the bars of one group of scenarios."""
    return bars.losses(found, [one for one in found.results if one.group == group], look(theme))


def of_one(name: str, found: StressReport, result: ScenarioResult, theme: str | None) -> Any:
    """Return one chart of the chosen scenario."""
    return DETAIL[name](found, result, look(theme))


def of_answer(name: str, found: Any, theme: str | None) -> Any:
    """Return the chart of an answer beyond single scenarios."""
    return ANSWERS[name](found, look(theme))


def of_repair(found: RepairReport, way: str, theme: str | None) -> Any:
    """Return the chart of one way of repair."""
    return stress_answers.repair_losses(found, way, look(theme))
