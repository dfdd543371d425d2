"""How does a person see what is wrong with rows of a file, and decide whether the good ones are booked alone?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.card import card
from components.fields import segments
from components.ids import HoldingsImport
from components.table import table
from components.toast import banner
from services import formatting
from services.formatting import Style
from services.messages.holdings_import import HoldingsCheck, RowProblem
from services.messages.imports import ImportProblem
from services.number_style import in_style

PROBLEMS_SHOWN_COUNT = 50
ALL_OR_NOTHING, GOOD_ROWS = "all", "good"
WAYS = ((ALL_OR_NOTHING, "All or nothing"), (GOOD_ROWS, "Import the good rows only"))


def problem_table(found: Sequence[RowProblem] | Sequence[ImportProblem], count: int, style: Style) -> Any:
    """Return a table with line, column, cause and way out of each problem.

    Parameters
    ----------
    found : sequence of problems
        The first ones.
    count : int
        How many there are.

    """
    rows = [_row(one, style) for one in found[:PROBLEMS_SHOWN_COUNT]]
    parts = [table((("Line", False), ("Column", False), ("Problem and way out", False)), rows, caption="Problems")]
    if count > len(rows):
        more = formatting.count(count - len(rows), "further problem", style=style)
        parts.append(html.P(f"And {more}, likely of the same kind.", className="card-note"))
    return html.Div(parts, className="import-problems")


def _row(one: RowProblem | ImportProblem, style: Style) -> list[Any]:
    return [
        "File" if one.line is None else formatting.number(one.line, 0, style=style),
        one.column or "",
        [html.Div(in_style(one.message, style)), html.Div(in_style(one.advice, style), className="card-note")],
    ]


def unreadable(check: HoldingsCheck, style: Style) -> list[Any]:
    """Return what keeps a file from being read at all, where no question stands before it; else nothing."""
    if check.step != "columns" or check.questions or not check.problems_count:
        return []
    return [card(problem_table(check.problems, check.problems_count, style), title="Problems", flush=True)]


def problems(check: HoldingsCheck, style: Style) -> list[Any]:
    """Return the problems with the choice between all or nothing and the good rows alone, and what the latter lacks."""
    if not check.problems_count and check.left_out is None:
        return []
    left = _left_out(check, style)
    if not check.problems_count:
        return [card(left, title="Left out", actions=_download(check))]
    way = GOOD_ROWS if check.choices.leave_out_problems else ALL_OR_NOTHING
    can_leave = bool(check.rejects_count) and not check.needs_value
    asked = [segments(HoldingsImport.answer("leave"), WAYS, way, label="Rows with problems")] if can_leave else []
    head = html.Div([*asked, *left], className="stack import-way")
    body = [head, problem_table(check.problems, check.problems_count, style)]
    return [card(body if asked or left else body[1:], title="Problems", flush=True, actions=_download(check))]


def _left_out(check: HoldingsCheck, style: Style) -> list[Any]:
    """Return what the left-out rows mean for positions and cash."""
    found = check.left_out
    if found is None:
        return []
    if check.needs_value:
        words = "Rows of a file with weights are not left out: what they weigh would count as cash. Put them right."
        return [banner("All or nothing", words, tone="info")]
    is_chosen = check.choices.leave_out_problems or not check.problems_count
    count = formatting.count(found.rows_count, "row", style=style)
    title = f"{count} left out" if is_chosen else f"The good rows alone would leave out {count}"
    lines = html.Ul([html.Li(in_style(one, style)) for one in found.sentences], className="import-notes")
    return [banner(title, lines, tone="warn" if is_chosen else "info")]


def _download(check: HoldingsCheck) -> Any:
    if check.left_out is None:
        return None
    href = f"/download/imports/holdings/{check.draft.id}/rejected-rows.csv"
    return html.A(
        "Download these rows", href=href, download="rejected-rows.csv", className="btn-q btn-q-quiet btn-q-small"
    )
