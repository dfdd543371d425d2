"""How is one field of the wizard shown: label, unit, help, and the message at the field itself?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import html

from components.ids import Wizard
from components.wizard_draft import DEFAULTS, FIELDS

TYPED_MAX_COUNT: Final = 200
"""So long that nothing anybody types is cut off without a word; what is no number is refused with a message."""

FROM_PORTFOLIO: Final = frozenset({"net", "gross_max", "short_max", "short_position_max", "min", "max"})
"""Fields that a portfolio fills in; assets/wizard.js says so at the field while it still holds that."""


def problem_slot(key: str) -> html.Div:
    """Leave room for the message at a field; assets/wizard.js marks the field as wrong while there is one."""
    return html.Div(id=Wizard.problem(key), className="field-error", **{"aria-live": "polite"})


def _framed(key: str, label: str, control: Any, help_text: str) -> html.Div:
    parts = [html.Label(label, htmlFor=FIELDS[key][0]), *asked(label), control]
    words: list[Any] = [help_text] if help_text else []
    if key in FROM_PORTFOLIO:
        words.append(html.Strong(" From the portfolio.", className="field-origin", hidden=True))
    if words:
        parts.append(html.P(words, className="field-help"))
    return html.Div([*parts, problem_slot(key)], className="field", **{"data-key": key})


def asked(label: str) -> list[Any]:
    """Offer what a word means, at a press; assets/terms.js shows it where the glossary has the word."""
    words = _named("?", f"What does {label} mean?")
    given = {"aria-expanded": "false", "data-ask": label}
    return [
        html.Button(words, type="button", className="term-ask", hidden=True, **given),
        html.P("", className="term-answer", hidden=True, role="status"),
    ]


def _named(sign: str, name: str) -> list[html.Span]:
    """Show a sign whose meaning is heard; as text, so that a field's label stays the label of the field alone."""
    return [html.Span(sign, **{"aria-hidden": "true"}), html.Span(name, className="visually-hidden")]


def _stepped(label: str, control: Any) -> html.Div:
    """Set a number between two buttons that make it smaller and larger; they show where fingers type."""
    less, more = (
        html.Button(_named(sign, f"{word}: {label}"), type="button", className="step-by", **{"data-by": by})
        for sign, by, word in (("\u2212", "-1", "Less"), ("+", "1", "More"))
    )
    return html.Div([less, control, more], className="affix-steps")


def number_field(key: str, label: str, *, unit: str = "%", help_text: str = "") -> html.Div:
    """Show a number as it is typed, with its unit in the field: five in a field with a percent sign is 5%."""
    box = dbc.Input(
        id=FIELDS[key][0],
        value=DEFAULTS[key],
        type="text",
        inputmode="decimal",
        autocomplete="off",
        maxlength=TYPED_MAX_COUNT,
    )
    wide = "affix affix-wide" if len(unit) > 3 else "affix"
    control = html.Div([box, html.Span(unit, className="affix-unit", **{"aria-hidden": "true"})], className=wide)
    return _framed(key, label, _stepped(label, control), help_text)


def text_field(key: str, label: str, *, placeholder: str = "", help_text: str = "", maxlength: int = 120) -> html.Div:
    """Show a line of free text."""
    box = dbc.Input(
        id=FIELDS[key][0],
        value=DEFAULTS[key],
        type="text",
        placeholder=placeholder,
        autocomplete="off",
        maxlength=maxlength,
    )
    return _framed(key, label, box, help_text)


def area_field(key: str, label: str, *, placeholder: str = "", help_text: str = "", maxlength: int) -> html.Div:
    """Show room for many lines of text."""
    box = dbc.Textarea(id=FIELDS[key][0], value=DEFAULTS[key], placeholder=placeholder, rows=5, maxlength=maxlength)
    return _framed(key, label, box, help_text)


def choice_field(key: str, label: str, options: Sequence[Mapping[str, Any]], *, help_text: str = "") -> html.Div:
    """Show a native list of choices."""
    control = dbc.Select(id=FIELDS[key][0], options=[dict(o) for o in options], value=DEFAULTS[key])
    return _framed(key, label, control, help_text)


def switch_field(key: str, label: str, *, help_text: str = "") -> html.Div:
    """Show a switch whose label says what holds while it is on."""
    words = [html.Label(label, htmlFor=FIELDS[key][0]), *asked(label)] + ([html.Span(help_text)] if help_text else [])
    control = html.Div(
        [dbc.Switch(id=FIELDS[key][0], value=DEFAULTS[key]), html.Div(words, className="switch-words")],
        className="switch-q",
    )
    return html.Div([control, problem_slot(key)], className="wz-switch", **{"data-key": key})


def card_choice(key: str, legend: str, cards: Sequence[tuple[str, str, str, Any]]) -> html.Fieldset:
    """Show choices as cards, a title and a sentence each; native radio buttons, so arrow keys move between them.

    Parameters
    ----------
    key, legend : str
        Part of the draft; what is chosen, for screen readers.
    cards : sequence of (value, title, sentence, drawing)
        The choices.

    """
    options = [
        {
            "value": value,
            "label": [
                html.Span(drawing, className="choice-art", **{"aria-hidden": "true"}),
                html.Span(title, className="choice-title"),
                html.Span(sentence, className="choice-text"),
            ],
            "input_id": f"{FIELDS[key][0]}-{value}",
        }
        for value, title, sentence, drawing in cards
    ]
    control = dbc.RadioItems(
        id=FIELDS[key][0],
        options=options,
        value=DEFAULTS[key],
        class_name="choices wz-cards",
        input_class_name="wz-card-input",
        label_class_name="choice",
        label_checked_class_name="is-checked",
    )
    return html.Fieldset(
        [html.Legend(legend, className="visually-hidden"), control, problem_slot(key)],
        className="wz-fieldset",
        **{"data-key": key},
    )


def section(title: str, *children: Any, text: str = "") -> html.Section:
    """Set fields into a card with a heading of its own."""
    words = [html.H2(title)] + ([html.P(text, className="card-note")] if text else [])
    return html.Section(
        [html.Div(html.Div(words), className="card-head"), html.Div(list(children), className="card-body wz-stack")],
        className="card-q",
    )


def fold(summary: str, *children: Any) -> html.Details:
    """Fold away what only some people need."""
    return html.Details(
        [html.Summary(summary, className="wz-fold"), html.Div(list(children), className="card-body wz-stack")],
        className="card-q wz-details",
    )


def field_row(*fields: Any) -> html.Div:
    """Set fields side by side; they stack on narrow screens."""
    return html.Div(list(fields), className="fields")
