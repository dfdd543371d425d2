"""How does the wizard offer a template to start from, and keep what stands in it as one?"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components.button import button, button_group
from components.confirm import dialog
from components.fields import field, fields, select, text_input
from components.ids import WizardTemplates
from components.tradeoffs_form import NONE, SHARING, TYPES


def buttons() -> html.Div:
    """Draw the two ways: from a template, and into one."""
    return button_group(
        button("Use a template", WizardTemplates.OPEN, glyph="bookmarks", small=True, n_clicks=0),
        button("Save as template", WizardTemplates.SAVE, glyph="bookmark-plus", small=True, n_clicks=0),
        label="Templates",
    )


def use_dialog() -> html.Div:
    """Ask which template, and show what it changes before it does."""
    body: list[Any] = [
        fields(
            field(
                select(WizardTemplates.CHOICE, [(NONE, "Choose a template")], NONE),
                "Template",
                is_wide=True,
                help_text="It fills in goal, limits and estimates; assets, portfolio, day and name stay as they are.",
            )
        ),
        html.P("", id=WizardTemplates.SUGGESTED, className="muted", role="status"),
        html.Div(id=WizardTemplates.EFFECT, className="wz-effect", **{"aria-live": "polite"}),
    ]
    return dialog(
        WizardTemplates.DIALOG,
        "Start from a template",
        html.Div(body),
        confirm="Use this template",
        confirm_id=WizardTemplates.APPLY,
        cancel_id=WizardTemplates.CANCEL,
        wide=True,
    )


def save_dialog() -> html.Div:
    """Ask under which name, and for whom, goal, limits and estimates are kept."""
    types = dcc.Checklist(
        id=WizardTemplates.SAVE_TYPES,
        options=[{"value": key, "label": text} for key, text in TYPES],
        value=[],
        className="checks",
    )
    kept_as = select(WizardTemplates.SAVE_AS, [(NONE, "A new template")], NONE)
    sharing = select(WizardTemplates.SAVE_SHARING, SHARING, "private")
    note = text_input(WizardTemplates.SAVE_NOTE, maxlength=300)
    body = [
        html.Div(id=WizardTemplates.SAVE_ERRORS),
        fields(
            field(kept_as, "Keep as", is_wide=True, help_text="One of your own gets a new version."),
            field(text_input(WizardTemplates.SAVE_NAME, maxlength=200), "Name", is_wide=True),
            field(types, "For clients of the kind", help_text="None stands for all.", is_wide=True),
            field(sharing, "Who may use it", help_text="You alone change it."),
            field(note, "What this version is about", is_optional=True),
        ),
    ]
    return dialog(
        WizardTemplates.SAVE_DIALOG,
        "Save goal, limits and estimates as a template",
        html.Div(body),
        confirm="Save template",
        confirm_id=WizardTemplates.SAVE_CONFIRM,
        cancel_id=WizardTemplates.SAVE_CANCEL,
        wide=True,
    )
