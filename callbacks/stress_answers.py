"""How are questions beyond single scenarios asked from the page, and how do their answers read?"""

from __future__ import annotations

from typing import Any, TypeVar

from dash import html
from pydantic import BaseModel, ValidationError

from callbacks import stress_ask as asking
from callbacks.actor import actor, services
from callbacks.present_typed import Typed
from callbacks.stress_tables import Grid, broken_grid, chance_grids, paths_words, redemption_grid
from components.card import stack
from components.ids import Stress
from components.pills import tag
from components.table import table
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import field_problems
from services.formatting import Style
from services.messages.analyses import AnalysisAnswer
from services.messages.stress_questions import CorrelationReport, LiquidityReport, MonteCarloReport
from services.number_style import in_style

Report = TypeVar("Report", bound=BaseModel)
WAIT_S = 2.0


TICKS = {
    "chance": Stress.CHANCE_TICK,
    "broken": Stress.BREAK_TICK,
    "redeem": Stress.REDEEM_TICK,
    "reverse": Stress.REVERSE_TICK,
    "repair": Stress.REPAIR_TICK,
}
"""Question -> the interval that asks for its answer again while a worker computes."""


def ask(portfolio_id: str, wish: Any, name: str, ticks: int | None) -> AnalysisAnswer:
    """Return what a worker answers; while it works, one more tick asks again."""
    answer = services().stress.ask(portfolio_id, wish, actor(), wait_s=WAIT_S, again=asking.is_again(name))
    asking.follow(answer, TICKS[name], ticks, name)
    return answer


def read(answer: AnalysisAnswer, form: type[Report]) -> Report | None:
    """Return the document of an answer; None where there is none."""
    return None if answer.document is None else form.model_validate(answer.document)


def instead(answer: AnalysisAnswer) -> Any:
    """Return what stands in the place of an answer that is not there."""
    return asking.instead(answer, 240)


def made(form: type[Report], typed: Typed, **values: Any) -> Report:
    """Return a wish, or refuse it with every problem by field."""
    if not typed.problems:
        try:
            return form.model_validate(values)
        except ValidationError as error:
            typed.problems += [FieldProblem(one.path, one.message, one.advice) for one in field_problems(error)]
    raise InvalidRequest("The question has problems.", "Put them right.", fields=tuple(typed.problems))


def fraction(typed: Typed, path: str, label: str, text: object) -> float | None:
    """Return the fraction meant by a percentage above 0 and up to 100%."""
    value = typed.number(path, label, text, low=0, high=100, unit="%", is_low_allowed=False, is_needed=True)
    return None if value is None else round(float(value) / 100, 12)


def stacked(*parts: Any) -> Any:
    """Set an answer's parts one above the other."""
    return stack(*parts)


def shown(grid: Grid) -> Any:
    """Show a table of an answer."""
    return table(grid.columns, grid.rows, caption=grid.caption)


def chance_words(found: MonteCarloReport, style: Style) -> Any:
    """Return the tails and the chances of losses, what whole paths say, and what was left out."""
    parts: list[Any] = [shown(grid) for grid in chance_grids(found, style)]
    words = paths_words(found, style)
    if words:
        parts.append(html.P(words))
    if found.result.uncovered:
        parts.append(html.P(f"Left out for want of a history: {', '.join(found.result.uncovered)}."))
    return html.Div([*parts, *notes(found, style)], className="stack")


def broken_words(found: CorrelationReport, style: Style) -> Any:
    """Return risk today and at the chosen strength."""
    return html.Div([shown(broken_grid(found, style)), *notes(found, style)])


def redemption_words(found: LiquidityReport, style: Style) -> Any:
    """Return both ways of paying beside one another; says where volumes are fictitious."""
    sample = [html.P([tag("Sample", "sample"), " Volumes of sample data are fictitious."])] if found.is_sample else []
    return html.Div([*sample, shown(redemption_grid(found, style)), *notes(found, style)])


def notes(found: Any, style: Style) -> list[Any]:
    """Return what an answer says of its own making."""
    return [html.P(in_style(text, style), className="muted") for text in found.result.notes]
