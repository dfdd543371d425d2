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

ANSWERS: dict[str, Any] = {
    "chance": stress_chance.distribution,
    "broken": stress_chance.correlation_course,
    "redemption": stress_chance.redemption,
}
"""Name of a chart of another question's answer -> what draws it."""


def look(theme: str | None) -> Look:
    """Return the reader's theme, number format and colors; files are light."""
    likes = preferences()
    return Look("dark" if theme == "dark" else "light", likes.number_format, likes.sign_palette)


def losses(found: StressReport, group: str, theme: str | None, chosen: str = "") -> Any:
    """Return the bars of one group of scenarios, with what the chosen part does in each."""
    return bars.losses(found, [one for one in found.results if one.group == group], look(theme), chosen)


def of_one(name: str, found: StressReport, result: ScenarioResult, theme: str | None, chosen: str = "") -> Any:
    """Return one chart of the chosen scenario, in which the chosen part stands out."""
    return parts.DETAIL[name](found, result, look(theme), chosen)


def of_answer(name: str, found: Any, theme: str | None, chosen: str = "") -> Any:
    """Return the chart of an answer beyond single scenarios; in that of a reverse stress the chosen part stands out."""
    if name == "reverse":
        return stress_answers.reverse_moves(found, look(theme), chosen)
    return ANSWERS[name](found, look(theme))


def of_repair(found: RepairReport, way: str, theme: str | None, scenario: str = "") -> Any:
    """Return the chart of one way of repair, in which the scenario that is looked at is larger."""
    return stress_answers.repair_losses(found, way, look(theme), scenario)
