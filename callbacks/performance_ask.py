"""How does the page of performance ask for figures, and what does it show while there are none?"""

from __future__ import annotations

from typing import Any, TypeVar

from dash import ctx
from pydantic import BaseModel, ValidationError

from callbacks.actor import actor, services
from callbacks.present_toast import put
from callbacks.wording import told
from components.empty_state import empty_state
from components.error_state import error_state
from components.performance_layout import OWN, working
from services.errors import FieldProblem, InvalidRequest
from services.messages.analyses import AnalysisAnswer, AnalysisState
from services.messages.factor_sets import names_of
from services.messages.performance import AttributionRequest, PerformanceRequest, PeriodsRequest
from services.messages.performance_choice import ChoiceRequest, ChoiceView

Shown = TypeVar("Shown", bound=BaseModel)

WAIT_S = 6.0
NOT_ASKED = object()
"""In the place of a count of ticks: this callback is not asked again by that tick."""
TOO_SHORT = "history_too_short"
View = dict[str, str]


def periods_request(view: View) -> PeriodsRequest:
    """Return the period and the benchmark of a view."""
    return _made(PeriodsRequest, _common(view))


def performance_request(view: View) -> PerformanceRequest:
    """Return what figures a view asks for."""
    more = {"basis": view["basis"], "rolling_count": int(view["rolling"])}
    return _made(PerformanceRequest, {**_common(view), **more})


def attribution_request(view: View) -> AttributionRequest:
    """Return how a view takes the return apart."""
    more: dict[str, Any] = {name: view[name] for name in ("grouping", "method", "linking")}
    sets = services().factor_sets.known(names_of(view["factors"]), actor())
    more |= {"is_interaction_folded": view["fold"] == "folded", "factor_sets": sets}
    return _made(AttributionRequest, {**_common(view), **more})


def choice_request(view: View) -> ChoiceRequest:
    """Return which part of the attribution a view has chosen."""
    whole = attribution_request(view).model_dump()
    try:
        return ChoiceRequest.model_validate({**whole, "chosen": view["chosen"]})
    except ValidationError:
        problem = FieldProblem("chosen", f"There is no part '{view['chosen'][:60]}'.", "Choose one in a chart.")
        raise InvalidRequest("Nothing like that can be chosen.", "", fields=(problem,)) from None


def chosen(view: View, tick_id: str) -> ChoiceView | None:
    """Return what the chosen part did; None where none is chosen, where it is not there, and while a worker computes.

    Ask for it after the report itself: while it is computed, the same tick asks again.
    """
    if not view["chosen"]:
        return None
    try:
        answer = services().analyses.answer("performance_choice", choice_request(view), actor(), wait_s=WAIT_S)
    except InvalidRequest:
        return None
    follow(answer, tick_id)
    return read(answer, ChoiceView)


def ask(kind: str, request: BaseModel, tick_id: str, *, again: bool = False, wait_s: float = WAIT_S) -> AnalysisAnswer:
    """Return what a worker answers; while it works, the tick asks again."""
    answer = services().analyses.answer(kind, request, actor(), wait_s=wait_s, again=again)
    follow(answer, tick_id)
    return answer


def follow(answer: AnalysisAnswer, tick_id: str) -> None:
    """Allow one more tick while a worker computes, whatever else the same callback has asked.

    A tick that came while an answer is awaited would undo that answer, and on a slow machine every one after it.
    """
    ticks = ctx.inputs.get(f"{tick_id}.n_intervals", NOT_ASKED)
    if answer.state is AnalysisState.WORKING and ticks is not NOT_ASKED:
        put(tick_id, max_intervals=(ticks or 0) + 1)


def read(answer: AnalysisAnswer, form: type[Shown]) -> Shown | None:
    """Return the document of an answer, an older one too; None where there is none."""
    return None if answer.document is None else form.model_validate(answer.document)


def instead(answer: AnalysisAnswer, height_px: int) -> Any:
    """Return what stands in the place of figures that are not there."""
    if answer.state is AnalysisState.WORKING:
        return working("The figures are being computed.", height_px)
    sentence = told(f"{answer.message or ''} {answer.advice or ''}".strip())
    if answer.code == TOO_SHORT:
        return empty_state("There is not enough history yet", sentence, glyph="calendar-week")
    return error_state(
        "These figures could not be computed",
        sentence or "Try again in a moment.",
    )


def _common(view: View) -> dict[str, Any]:
    return {
        "portfolio_id": view["portfolio"],
        "period": view["period"],
        "start": view["start"] or None,
        "end": view["end"] or None,
        "fees": view["fees"],
        "currency": None if view["currency"] == OWN else view["currency"],
        "benchmark_id": None if view["benchmark"] == OWN else view["benchmark"],
    }


def _made(form: type[Shown], values: dict[str, Any]) -> Shown:
    try:
        return form.model_validate(values)
    except ValidationError:
        problem = FieldProblem("start", "These days cannot be read.", "Choose days such as 2022-12-28.")
        raise InvalidRequest("The period cannot be used.", "Choose other days.", fields=(problem,)) from None
