"""How is a wording of a rule written as a form, and how is what it says shown beside it?"""

from __future__ import annotations

from calendar import month_name
from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.card import columns, folded
from components.fields import field, fields, select, text_area, text_input
from components.ids_compliance_rules import ComplianceRuleEditor as Ids
from components.table import facts, more

"""After the last key, before the wording is judged."""
Options = Sequence[tuple[str, str]]
SEVERITIES: Final = (
    ("info", "Information"), ("warning", "Warning"), ("soft", "Soft: a breach may be let stand"),
    ("hard", "Hard: a breach may not be let stand"),
)  # fmt: skip
TIMINGS: Final = (
    ("pre", "Before trades"), ("post", "After every change"), ("eod", "At the end of the day"),
    ("quarter_end", "At the ends of quarters alone"),
)  # fmt: skip
MONTHS: Final = tuple((str(number), name) for number, name in enumerate(month_name) if number)
OVERS: Final = (
    ("each", "Each group by itself"), ("sum", "The sum of the groups"), ("count", "How many groups there are"),
    ("max", "The greatest group"),
)  # fmt: skip
OPERATORS: Final = (
    ("<=", "At most"), ("<", "Less than"), (">=", "At least"), (">", "More than"), ("==", "Exactly"),
)  # fmt: skip
REMEDIES: Final = (("trim", "Sell down"), ("buy", "Buy"), ("exclude", "Sell all of it"), ("notify", "Notify"))
YES_NO: Final = (("no", "No"), ("yes", "Yes"))
WHOLE: Final = "portfolio"
"""Stands for "not grouped", since a choice needs a word."""


def editor_card() -> Any:
    """Draw the card with nothing written yet."""
    body = [
        dcc.Store(id=Ids.OPENED),
        dcc.Store(id=Ids.TYPED),
        dcc.Store(id=Ids.SAVED),
        fields(
            field(select(Ids.WHAT, (("new", "A new rule of the house"),), "new"), "What is written"),
            html.Div(button("Open the form", Ids.OPEN, glyph="pencil", n_clicks=0), className="btn-row rule-open"),
        ),
        html.Div(id=Ids.FORM),
        html.Div(id=Ids.LIVE, **{"aria-live": "polite"}),
        html.Div(id=Ids.PROBLEMS),
        html.Div(
            [
                button("Save as a draft", Ids.SAVE, kind="primary", n_clicks=0),
                button("Close the form", Ids.CLOSE, n_clicks=0),
            ],
            id=Ids.FOOT,
            className="btn-row",
            hidden=True,
        ),
    ]
    note = "A rule of the house, of a client or of a portfolio; a draft counts for nobody yet"
    made = folded(html.Div(body, className="stack"), title="Write or copy a rule", note=note)
    return html.Div(made, id=Ids.BOX, hidden=True)


def _text(name: str, label: str, values: Mapping[str, Any], **more: Any) -> Any:
    help_text, is_optional = more.pop("help_text", None), more.pop("is_optional", False)
    control = text_input(Ids.field(name), values.get(name), **more)
    return field(control, label, help_text=help_text, is_optional=is_optional)


def _area(name: str, label: str, values: Mapping[str, Any], rows: int, help_text: str) -> Any:
    control = text_area(Ids.field(name), values.get(name), rows=rows, spellcheck=False)
    return field(control, label, help_text=help_text, is_optional=True)


def _one(name: str, label: str, options: Options, values: Mapping[str, Any]) -> Any:
    return field(select(Ids.field(name), options, values.get(name)), label)


def _some(name: str, label: str, options: Options, values: Mapping[str, Any]) -> Any:
    pairs = [{"value": key, "label": text} for key, text in options]
    chosen = values.get(name) or []
    return field(dbc.Checklist(id=Ids.field(name), options=pairs, value=chosen, class_name="rule-checks"), label)


def editor_form(
    values: Mapping[str, Any],
    *,
    is_new: bool,
    groups: Options,
    roles: Options,
    strategies: Options,
    places: Options,
    words: Sequence[tuple[str, Sequence[tuple[str, str]]]],
) -> Any:
    """Draw the form.

    Parameters
    ----------
    values : mapping
        What stands in each control, by its name.
    is_new : bool
        Whether the code can be chosen.
    groups, roles, strategies : sequence of (key, text)
        What can be grouped by, who may let a breach stand, and kinds of portfolios.
    places : sequence of (key, text)
        For whom a new rule can be: the house, a client, or a portfolio.
    words : sequence of (heading, pairs)
        The names that expressions may use, with their meaning.

    """
    begun = html.P("It begins as a limit on positions that works: change what is meant otherwise.", className="muted")
    return html.Div(
        [
            *([begun] if is_new else []),
            fields(
                _text("code", "Code", values, disabled=not is_new, help_text="Small letters, digits, dots, dashes."),
                _text("title", "Title", values),
                _text("citation", "Source", values, is_optional=True),
                _one("severity", "Severity", SEVERITIES, values),
                *([_one("for", "For", places, values)] if is_new else []),
            ),
            html.H3("What is measured"),
            _text("universe", "Which positions", values, is_optional=True, help_text="A condition; empty for all."),
            fields(
                _one("group_by", "Grouped by", ((WHOLE, "Not at all: the portfolio as a whole"), *groups), values),
                _text("measure", "Measure", values, help_text="Such as sum(weight)."),
                _text("keep", "Which groups count", values, is_optional=True, help_text="Such as measure > base."),
            ),
            html.H3("What must hold"),
            fields(
                _one("over", "Tested", OVERS, values),
                _one("operator", "Test", OPERATORS, values),
                _text("limit", "Limit", values, help_text="A number or a figure below; 10% is 0.10."),
                _text("warn_at", "Warning level", values, is_optional=True),
                _text("further", "Told again each further", values, is_optional=True, help_text="Such as 0.10."),
                _text("ladder", "Further limits", values, is_optional=True, help_text="Such as 0.10; 0.15; 0.20."),
            ),
            columns(
                _area("parameters", "Figures that a house may set", values, 4, "One a line: cap = 10%; its name."),
                _area("definitions", "Names for expressions", values, 4, "One a line: total = sum(weight)."),
                layout="two",
            ),
            more("Names that expressions may use", [part for one in words for part in _words(*one)]),
            html.H3("When, and what follows"),
            fields(
                _some("timing", "Looked at", TIMINGS, values),
                _one("year_end_month", "Quarters of a year that ends in", MONTHS, values),
                _text("consecutive_days", "Days in a row before it is a breach", values),
                _text("first_day", "First day", values, kind="date", is_optional=True),
                _text("last_day", "Last day", values, kind="date", is_optional=True),
                _text("cure_days", "Days to cure", values, is_optional=True, help_text="Empty where it gives none."),
                _one("acquisition", "Tested at acquisition only", YES_NO, values),
                _one("remedy", "What mends it", REMEDIES, values),
            ),
            fields(
                _some("roles", "Who may let a breach of a soft rule stand", roles, values),
                _text("days_max", "For how many days at most", values),
                _one("second_person", "A second person is needed", YES_NO, values),
            ),
            html.H3("For which portfolios"),
            fields(
                _some("strategies", "Kinds", strategies, values),
                _text("currencies", "Currencies", values, is_optional=True, help_text="Such as EUR, USD."),
            ),
            _area(
                "examples", "Its own examples", values, 10,
                "YAML: a list with name, expected (passed, warning, failed, indeterminate), cash_ccy, positions. "
                "One must pass and one must fail before the rule can be proposed.",
            ),
            _text("note", "Why it is written", values, is_optional=True),
        ],
        className="stack",
    )  # fmt: skip


def copy_form(code: str, places: Options) -> Any:
    """Draw what is asked before a rule is copied: under which code, and for whom."""
    values = {"code": code, "for": places[0][0]}
    help_text = "Small letters, digits, dots, dashes."
    return fields(_text("code", "Code of the copy", values, help_text=help_text), _one("for", "For", places, values))


def _words(heading: str, pairs: Sequence[tuple[str, str]]) -> list[Any]:
    return [html.H3(heading), facts([(name, text) for name, text in pairs])]
