"""How do the five steps of the wizard stand on the page?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from components import wizard_goal, wizard_hints, wizard_limits, wizard_review, wizard_templates, wizard_universe
from components.button import button
from components.ids import Own, Wizard
from components.result_progress import progress_box
from components.take import take_page_button
from components.wizard_draft import STEPS
from components.wizard_universe import stores

LEADS = (
    "Which assets may the portfolio hold?",
    "What is the portfolio to be good at?",
    "Which limits must it keep?",
    "Check what is going to be computed, then start.",
    "The work goes on if you leave this page; the result keeps its own link.",
)


def step_from(text: str | None) -> int:
    """Return the step that an address names with 1 to 5, counted from 0 and at most the review; else the first."""
    return min(int(text) - 1, len(STEPS) - 2) if text in ("1", "2", "3", "4", "5") else 0


def layout(boot: Mapping[str, Any]) -> html.Div:
    """Draw the wizard with every step in place; assets/wizard.js shows one at a time, so going back loses nothing.

    Parameters
    ----------
    boot : mapping
        What the address asked for: ``portfolio``, ``run`` (whose request is to be changed), ``repair`` (a change that
        the run proposes, already made), ``limit`` (a limit on the portfolio's risk, taken over as constraints) and
        ``template`` (a recipe to fill in) and
        ``step``.

    """
    panels = [
        wizard_universe.panel(),
        wizard_goal.panel(),
        wizard_limits.panel(),
        wizard_review.panel(),
        _run_panel(),
        wizard_hints.benchmark_box(),
    ]
    return html.Div(
        [
            *stores(dict(boot)),
            _header(),
            wizard_hints.notice_box(),
            _stepper(),
            _clashes(),
            wizard_hints.no_excess_box(),
            html.Div(
                [html.Div(panels, className="wz-panels"), _so_far()],
                className="wz-columns",
            ),
            _foot(),
            wizard_templates.use_dialog(),
            wizard_templates.save_dialog(),
        ],
        className="wz",
        **{"data-step": "0"},
    )


def _header() -> html.Header:
    words = html.Div(
        [html.H1("Optimize a portfolio"), html.P(LEADS[0], className="page-lead wz-lead")],
        className="page-header-words",
    )
    reset = button("Start over", Wizard.RESET, kind="quiet", glyph="arrow-counterclockwise", small=True, n_clicks=0)
    undo = button("Bring it back", Own.RESET_UNDO, kind="quiet", glyph="arrow-90deg-left", small=True, n_clicks=0)
    undo = html.Span(undo, className="wz-undo", hidden=True, role="status")
    actions = html.Div(
        [wizard_templates.buttons(), undo, reset, take_page_button()], className="btn-row wz-header-actions"
    )
    return html.Header([words, actions], className="page-header")


def _stepper() -> html.Nav:
    items = [
        html.Li(
            html.Button(
                [html.Span(str(n + 1), className="step-number"), html.Span(word, className="step-word")],
                id=Wizard.step(n),
                type="button",
                className="step-q",
                n_clicks=0,
                disabled=n == len(STEPS) - 1,
                **{"aria-label": f"Step {n + 1} of {len(STEPS)}: {word}"},
            ),
            className="is-current" if n == 0 else "",
        )
        for n, word in enumerate(STEPS)
    ]
    return html.Nav(html.Ol(items, className="stepper"), id=Wizard.STEPPER, **{"aria-label": "Steps"})


def _so_far() -> html.Aside:
    return html.Aside(
        [
            html.H2("So far", className="wz-so-far-title"),
            html.Div(html.P("Nothing chosen yet.", className="muted"), id=Wizard.SO_FAR),
        ],
        className="card-q wz-so-far",
        **{"aria-label": "The optimization so far"},
    )


def _clashes() -> html.Section:
    """Leave room for what cannot hold together; shown beside limits and review while there is such a thing."""
    mend = button("Make these changes", Wizard.MEND, kind="primary", glyph="check2-circle", small=True, n_clicks=0)
    return html.Section(
        [html.Div(id=Wizard.CLASHES), html.Div(mend, className="btn-row")],
        id=Wizard.MEND_BOX,
        hidden=True,
        className="card-q wz-clashes",
        **{"aria-label": "What clashes"},
    )


def _foot() -> html.Div:
    status = html.Div(
        [html.Span(id=Wizard.LIGHT), html.Span("", id=Wizard.STATUS)],
        className="wizard-status wz-status",
        role="status",
    )
    buttons = html.Div(
        [
            button("Back", Wizard.BACK, n_clicks=0, disabled=True),
            button("Next: Goal", Wizard.NEXT, kind="primary", n_clicks=0),
            button("Run optimization", Wizard.RUN, kind="primary", glyph="play-fill", n_clicks=0, disabled=True),
        ],
        className="btn-row",
    )
    note = html.Div(id=Wizard.RUN_NOTE, className="wz-run-note", role="alert")
    return html.Div([note, status, buttons], className="wizard-foot")


def _run_panel() -> html.Section:
    return html.Section(
        html.Div(
            [
                html.Div(progress_box(Wizard.CANCEL), id=Wizard.PROGRESS),
            ],
            className="card-q card-body",
        ),
        id=Wizard.STEP_RUN,
        className="wz-panel",
        **{"aria-label": "Step 5: Run"},
    )
