"""How does the page of stress tests ask for figures, and what does it show while there are none?"""

from __future__ import annotations

from typing import Any

from dash import ctx, html

from callbacks.actor import actor, services
from callbacks.present_empty import EMPTY_CODES, nothing_to_measure
from callbacks.present_toast import put
from callbacks.wording import told
from components.error_state import error_state
from components.ids import Stress
from components.skeleton import skeleton
from components.stress_layout import working
from services.messages.analyses import AnalysisAnswer, AnalysisState
from services.messages.stress_report import StressReport, StressWish
from services.stress import report_of

WAIT_S = 2.0
ALL = StressWish()


def ask_all(portfolio_id: str, *, again: bool = False, wait_s: float = WAIT_S) -> AnalysisAnswer:
    """Return what every scenario of the library does."""
    return services().stress.run(portfolio_id, ALL, actor(), wait_s=wait_s, again=again)


def ask_one(pick: dict[str, str], *, again: bool = False, wait_s: float = WAIT_S) -> AnalysisAnswer:
    """Return what the chosen scenario does, day by day."""
    wish = StressWish.model_validate({"scenarios": (pick["scenario"],), "mode": pick["mode"]})
    return services().stress.run(pick["portfolio"], wish, actor(), wait_s=wait_s, again=again)


def is_again(name: str) -> bool:
    """Return whether the button that asks a failed question again was pressed."""
    return bool(ctx.triggered_id == Stress.retry(name) and ctx.triggered[0]["value"])


def report(answer: AnalysisAnswer, tick_id: str, ticks: int | None, name: str | None = None) -> StressReport | None:
    """Return the report, an older one too; one more tick asks again while a worker computes."""
    follow(answer, tick_id, ticks, name)
    return report_of(answer)


def follow(answer: AnalysisAnswer, tick_id: str, ticks: int | None, name: str | None = None) -> None:
    """Allow one more tick while a worker computes, and offer to ask again where the answer failed.

    A tick that came while an answer is awaited would undo that answer. `name` is that of the question with a button.
    """
    more = 1 if answer.state is AnalysisState.WORKING else 0
    put(tick_id, max_intervals=(ticks or 0) + more)
    if name is not None:
        put(Stress.retry(name), hidden=not may_retry(answer))


def may_retry(answer: AnalysisAnswer) -> bool:
    """Return whether a second try may help: the first one failed, and not because nothing is held."""
    return answer.state is AnalysisState.FAILED and answer.code not in EMPTY_CODES


def instead(answer: AnalysisAnswer, height_px: int) -> Any:
    """Return what stands in the place of figures that are not there."""
    if answer.state is AnalysisState.WORKING:
        return working("The scenarios are being computed.", height_px)
    sentence = told(f"{answer.message or ''} {answer.advice or ''}".strip())
    if answer.code in EMPTY_CODES:
        return nothing_to_measure(sentence)
    return error_state("This could not be computed", sentence or "Try again in a moment.")


def none_yet(answer: AnalysisAnswer, lines: int) -> Any:
    """Return what stands in a card whose figures come with an answer that is told elsewhere on the page."""
    if answer.state is AnalysisState.WORKING:
        return skeleton(lines=lines)
    if answer.code in EMPTY_CODES:
        return html.P("Nothing is held that could be stressed.", className="muted")
    return html.P("These figures come with the answer that failed.", className="muted")
