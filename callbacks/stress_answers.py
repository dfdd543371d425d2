"""How are questions beyond single scenarios asked from the page, and how do their answers read?"""

from __future__ import annotations

from typing import Any, TypeVar

from dash import html
from pydantic import BaseModel, ValidationError

from callbacks import stress_ask as asking
from callbacks.actor import actor, services
from callbacks.present_typed import Typed
from components.card import stack
from components.table import table
from services import formatting
from services.charts.stress_chance import PAID
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import field_problems
from services.formatting import MISSING, Style
from services.messages.analyses import AnalysisAnswer
from services.messages.stress_questions import CorrelationReport, LiquidityReport, MonteCarloReport
from services.number_style import in_style

Report = TypeVar("Report", bound=BaseModel)
WAIT_S = 2.0


def ask(portfolio_id: str, wish: Any, tick_id: str, ticks: int | None) -> AnalysisAnswer:
    """Return what a worker answers; while it works, one more tick asks again."""
    answer = services().stress.ask(portfolio_id, wish, actor(), wait_s=WAIT_S)
    asking.follow(answer, tick_id, ticks)
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


def chance_words(found: MonteCarloReport, style: Style) -> Any:
    """Return the tails and the chances of losses, each with its standard error."""
    result = found.result
    tails = [
        [
            f"{100 * one.level_frac:g}%",
            f"{formatting.rate(one.var_frac, style=style)} ± {formatting.rate(one.var_error_frac, style=style)}",
            f"{formatting.rate(one.es_frac, style=style)} ± {formatting.rate(one.es_error_frac, style=style)}",
        ]
        for one in result.tails
    ]
    chances = [
        [
            f"more than {formatting.percent(one.loss_frac, 0, style=style)}",
            f"{formatting.rate(one.probability_frac, style=style)} ± {formatting.rate(one.error_frac, style=style)}"
            if one.probability_frac > 0.0
            else f"none of {formatting.number(result.scenarios_count, 0, style=style)}",
        ]
        for one in result.chances
    ]
    parts: list[Any] = [
        table((("Level", False), ("Value at risk", True), ("Expected shortfall", True)), tails, caption="Tails"),
        table((("Loss", False), ("Chance", True)), chances, caption="Chances of losses"),
    ]
    if result.paths is not None:
        fall = formatting.rate(result.paths.expected_max_drawdown_frac, style=style)
        error = formatting.rate(result.paths.error_frac, style=style)
        deep = formatting.rate(result.paths.max_drawdown_95_frac, style=style)
        count = formatting.number(result.paths.paths_count, 0, style=style)
        words = f"On {count} paths the deepest fall is {fall} ± {error} on average; 95% of them stay within {deep}."
        parts.append(html.P(words))
    if result.uncovered:
        parts.append(html.P(f"Left out for want of a history: {', '.join(result.uncovered)}."))
    parts += [html.P(in_style(text, style), className="muted") for text in result.notes]
    return html.Div(parts, className="stack")


def broken_words(found: CorrelationReport, style: Style) -> Any:
    """Return risk today and at the chosen strength."""
    result = found.result
    start, end = result.points[0], result.asked
    rows = [
        [
            "Volatility a year",
            formatting.rate(start.volatility_annual_frac, style=style),
            formatting.rate(end.volatility_annual_frac, style=style),
        ]
    ]
    days = formatting.count(result.horizon_days, "session", style=style)
    for place, level in enumerate(result.levels_frac):
        for word, name in (("var_frac", "Value at risk"), ("es_frac", "Expected shortfall")):
            values = (getattr(one, word)[place] for one in (start, end))
            rows.append([f"{name} {100 * level:g}%, {days}", *(formatting.rate(one, style=style) for one in values)])
    columns = (("", False), ("Today", True), ("Broken", True))
    told = [html.P(in_style(text, style), className="muted") for text in result.notes]
    return html.Div([table(columns, rows, caption="Risk before and after"), *told])


def redemption_words(found: LiquidityReport, style: Style) -> Any:
    """Return both ways of paying beside one another."""
    ways = found.result.ways
    lines: list[tuple[str, list[str]]] = [
        ("Paid in time", ["yes" if way.is_paid else "no" for way in ways]),
        ("Still owed", [formatting.weight(way.shortfall_frac, style=style) for way in ways]),
        ("Can be raised over what is due", [formatting.ratio(way.coverage_ratio, style=style) for way in ways]),
        ("Cost of the value", [formatting.basis_points(way.cost_frac, style=style) for way in ways]),
        (
            "First session that cannot be paid",
            [MISSING if way.first_unpaid_day is None else str(way.first_unpaid_day) for way in ways],
        ),
        ("Not sellable in a week, before", [_part(way.residual_illiquid_before_frac, style) for way in ways]),
        ("Not sellable in a week, after", [_part(way.residual_illiquid_frac, style) for way in ways]),
    ]
    columns = (("", False), *((PAID[way.way], True) for way in ways))
    rows = [[name, *values] for name, values in lines]
    told = [html.P(in_style(text, style), className="muted") for text in found.result.notes]
    return html.Div([table(columns, rows, caption="Both ways of paying"), *told])


def _part(value: float, style: Style) -> str:
    return formatting.weight(value, style=style)
