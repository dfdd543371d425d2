"""How is a checked draft drawn: the light, the sentence, the table, the messages at the fields?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import html

from callbacks.actor import actor, services
from callbacks.optimize_beside import beside
from callbacks.optimize_clashes import clashes
from callbacks.optimize_numbers import TypedProblem
from callbacks.optimize_others import named_rows
from callbacks.optimize_summary import Checked, in_words, messages_by_field, problem_words, rows, steps_with_problems
from callbacks.wording import reader_style, told
from components.error_state import problem_list
from components.table import facts
from components.toast import banner
from components.traffic_light import traffic_light
from components.wizard_draft import STEPS, step_of
from components.wizard_review import SummaryRow, summary_table, warning_list
from services.auth.policy import way_out
from services.errors import ServiceError
from services.formatting import Style

LOOK_ONLY = "Your role may look at everything here but start no run."


def show_preview(
    checked: Checked, draft: Mapping[str, Any], places: Sequence[str], *, may_run: bool = True
) -> tuple[Any, ...]:
    """Return what the preview callback draws, in the number format of the person.

    Parameters
    ----------
    checked : Checked
        The draft after every check.
    draft : mapping
        What was typed.
    places : sequence of str
        Parts of the draft with a place for a message, in the order of the page.
    may_run : bool
        Whether the person may start runs; who may not can look at everything and is told so.

    """
    style = reader_style()
    checked = in_words(checked, style)
    checked = replace(checked, problems=named_rows(checked.problems, draft.get("others") or ()))
    is_fresh = not draft.get("assets")
    problems = checked.problems
    texts = {} if is_fresh and len(problems) == 1 else messages_by_field(problems)
    table = _rows(checked, draft, style)
    store = {
        "steps": steps_with_problems(problems),
        "wrong": [False] * len(STEPS) if is_fresh and len(problems) == 1 else steps_with_problems(problems),
        "keys": [problem.key for problem in problems],
        "cells": {p.key: f"{p.message} {p.advice}" for p in problems if p.key.startswith("others.")},
        "is_ready": checked.is_ready,
        "turn": draft.get("turn"),
        **beside(checked, draft, style),
    }
    return (
        store,
        [texts.get(place, "") for place in places],
        _light(checked, is_fresh),
        _status(checked) if may_run else f"{LOOK_ONLY} {way_out(actor().role)}",
        checked.preview.sentence if checked.preview else "",
        warning_list(checked.preview.warnings if checked.preview else ()),
        problem_list([(STEPS[step_of(p.key)], p.message, p.advice) for p in problems]) if problems else [],
        summary_table(table) if table else [],
        facts([(row.name, row.value) for row in table if row.step is not None])
        if table
        else _not_yet(checked, is_fresh),
        not (checked.is_ready and may_run),
        *clashes(checked, style),
    )


def _light(checked: Checked, is_fresh: bool) -> Any:
    if checked.is_ready:
        if checked.preview and checked.preview.obstacle:
            return traffic_light("red", word="Not possible")
        has_warnings = bool(checked.preview and checked.preview.warnings)
        return traffic_light("amber", word="See the note") if has_warnings else traffic_light("ok", word="Possible")
    if is_fresh:
        return traffic_light("none", word="Not yet")
    return traffic_light("amber", word="Not yet")  # what was typed needs a hand: nothing was found impossible


def _status(checked: Checked) -> str:
    """Return the sentence beside the buttons: the first problem with its way out, else what would be computed."""
    if checked.problems:
        first = checked.problems[0]
        more = len(checked.problems) - 1
        return f"{first.message} {first.advice}".strip() + (f" ({more} more.)" if more else "")
    if checked.preview is None:
        return ""
    if checked.preview.obstacle:
        return f"{checked.preview.obstacle.message} {checked.preview.obstacle.advice}"
    return checked.preview.warnings[0] if checked.preview.warnings else checked.preview.sentence


def _rows(checked: Checked, draft: Mapping[str, Any], style: Style) -> list[SummaryRow]:
    if checked.request is None or checked.preview is None:
        return []
    return rows(checked.request, checked.preview, draft, _portfolio_name(checked.request.portfolio_id), style)


def _portfolio_name(portfolio_id: str | None) -> str | None:
    if portfolio_id is None:
        return None
    names = {p.id: p.name for p in services().portfolios.list(actor())}
    return names.get(portfolio_id)


def _not_yet(checked: Checked, is_fresh: bool) -> Any:
    if is_fresh:
        return html.P("Choose assets, or start from one of your portfolios.", className="muted")
    return problem_list([(STEPS[step_of(p.key)], p.message, p.advice) for p in checked.problems[:5]])


def failed_to_start(reason: ServiceError | Sequence[TypedProblem]) -> Any:
    """Say why no run was started and what to do; the draft stays as it was typed."""
    if isinstance(reason, ServiceError):
        return banner("The optimization was not started.", told(reason.sentence), tone="bad")
    listed = problem_list([(STEPS[step_of(p.key)], p.message, p.advice) for p in problem_words(reason, reader_style())])
    return banner("The optimization was not started.", listed, tone="bad")
