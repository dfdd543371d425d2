"""Step 4: what exactly is going to be computed?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from components.button import button
from components.ids import Wizard
from components.skeleton import skeleton
from components.wizard_fields import section, text_field


@dataclass(frozen=True)
class SummaryRow:
    """One parameter: its name, its value in words, and the 0-based step in which it is set, if in any."""

    name: str
    value: str
    step: int | None = None


def panel() -> html.Section:
    """Draw step 4; sentence, table and warnings arrive with the preview."""
    return html.Section(
        [
            section(
                "What will be computed",
                html.Div(skeleton(lines=2), id=Wizard.SENTENCE, className="review-sentence"),
                html.Div(id=Wizard.WARNINGS),
                html.Div(id=Wizard.PROBLEMS),
            ),
            section("Parameters", html.Div(skeleton(lines=8), id=Wizard.SUMMARY)),
            section(
                "Name",
                text_field(
                    "name",
                    "Name of this optimization (optional)",
                    placeholder="Growth, spring review",
                    help_text="Shown in the list of runs.",
                ),
            ),
        ],
        id=Wizard.STEP_REVIEW,
        className="wz-panel",
        **{"aria-label": "Step 4: Review"},
    )


def summary_table(rows: Sequence[SummaryRow]) -> html.Table:
    """Draw the parameters, each with a button that jumps back to where it is set."""
    body = [
        html.Tr(
            [
                html.Th(row.name, scope="row"),
                html.Td(row.value),
                html.Td(_edit(row.step, row.name), className="wz-edit"),
            ]
        )
        for row in rows
    ]
    return html.Table(
        [html.Caption("Parameters", className="visually-hidden"), html.Tbody(body)], className="table-q wz-summary"
    )


def _edit(step: int | None, name: str) -> Any:
    if step is None:
        return ""
    return button("Edit", kind="quiet", small=True, label=f"Edit: {name}", **{"data-step": str(step)})


def problem_list(problems: Sequence[tuple[str, str]]) -> Any:
    """List every problem at once: the message and its way out."""
    items = [
        html.Li([html.Strong(message), f" {advice}" if advice else ""], className="problem")
        for message, advice in problems
    ]
    return html.Ul(items, className="problems", role="alert") if items else []


def warning_list(warnings: Sequence[str]) -> Any:
    """List what should be known before starting."""
    items = [html.Li(text, className="problem problem-warn") for text in warnings]
    return html.Ul(items, className="problems") if items else []
