"""How do help, the glossary and the first steps look?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from components.button import button, link_button
from components.card import card
from components.icon import icon
from components.ids_help import Help
from components.table import facts


def overview(pages: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Show one card a screen, under the headings of the rail.

    Parameters
    ----------
    pages : sequence of mappings
        ``screen``, ``title``, ``purpose`` and ``group`` of each.
    """
    groups = dict.fromkeys(one["group"] for one in pages)
    return [
        html.Section(
            [html.H2(group), html.Div([_way(one) for one in pages if one["group"] == group], className="help-cards")],
            className="help-group",
        )
        for group in groups
    ]


def _way(one: Mapping[str, Any]) -> dcc.Link:
    words = [
        html.Span(one["title"], className="help-card-title"),
        html.Span(one["purpose"], className="help-card-text"),
    ]
    return dcc.Link(words, href=f"/help/{one['screen']}", className="help-card")


def article(one: Mapping[str, Any], names: Mapping[str, str]) -> list[Any]:
    """Show the help about a screen.

    Parameters
    ----------
    one : mapping
        Fields of a page of help.
    names : mapping
        Names of the terms by their keys.
    """
    parts = [
        html.P(one["purpose"], className="help-purpose"),
        _listed("How to read it", one["reading"]),
        _listed("What you can do", one["doing"]),
    ]
    if one["keys"]:
        parts.append(_part("Keys", _keys(one["keys"])))
    parts.append(_part("Common questions", [_asked(each) for each in one["questions"]]))
    if one["terms"]:
        links = [
            html.Li(dcc.Link(names[key], href=f"/help/glossary?term={key}")) for key in one["terms"] if key in names
        ]
        parts.append(_part("Terms on this screen", html.Ul(links, className="help-terms")))
    if one["href"]:
        parts.append(html.P(link_button(f"Open {one['title']}", one["href"], glyph="arrow-right")))
    return [card(html.Div(parts, className="help-article"))]


def _part(title: str, body: Any) -> html.Section:
    return html.Section([html.H2(title), *(body if isinstance(body, list) else [body])])


def _listed(title: str, sentences: Sequence[str]) -> html.Section:
    return _part(title, html.Ul([html.Li(text) for text in sentences]))


def _keys(keys: Sequence[Mapping[str, str]]) -> html.Dl:
    rows = [html.Div([html.Dt(html.Kbd(one["keys"])), html.Dd(one["does"])], className="keys-row") for one in keys]
    return html.Dl(rows, className="keys help-keys")


def _asked(one: Mapping[str, str]) -> html.Details:
    return html.Details([html.Summary(one["question"]), html.P(one["answer"])], className="more")


def glossary(terms: Sequence[Mapping[str, Any]], titles: Mapping[str, str], chosen: str | None) -> list[html.Article]:
    """Show one entry a term; the chosen one stands first.

    Parameters
    ----------
    terms : sequence of mappings
        Fields of the terms, in order.
    titles : mapping
        Titles of screens by their names.
    chosen : str or None
        Key of the term to begin with.
    """
    ordered = sorted(terms, key=lambda one: one["term"] != chosen)
    return [_entry(one, titles, is_chosen=one["term"] == chosen) for one in ordered]


def _entry(one: Mapping[str, Any], titles: Mapping[str, str], *, is_chosen: bool) -> html.Article:
    told: list[tuple[str, Any]] = []
    if one["formula"]:
        told.append(("Formula", html.Code(one["formula"])))
    told += [(name, one[key]) for name, key in (("Unit", "unit"), ("Sign", "sign"), ("Source", "source")) if one[key]]
    if one["also"]:
        told.append(("Also called", ", ".join(one["also"])))
    shown = [dcc.Link(titles[key], href=f"/help/{key}") for key in one["screens"] if key in titles]
    if shown:
        told.append(("Shown on", html.Span(shown, className="help-shown")))
    words = " ".join((one["name"], *one["also"], one["definition"])).casefold()
    return html.Article(
        [html.H2(one["name"]), html.P(one["definition"]), facts(told)],
        className="help-entry is-chosen" if is_chosen else "help-entry",
        **{"data-term": one["term"], "data-words": words},
    )


STEPS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Bring what you hold, or load sample data",
        "A file of your bank, rows of a spreadsheet, or invented figures that are marked as such.",
        "Import",
        "/imports",
    ),
    ("Optimize", "Five steps from a portfolio and a goal to a proposal with its proof.", "Optimize", "/optimize"),
    (
        "Explain and export",
        "Each result says why, how sure it is and what it costs, and leaves as PDF or Excel.",
        "Runs",
        "/runs",
    ),
)
"""The way of a first visit: title, words, and the name and address of the place."""


def first_steps() -> html.Section:
    """Show the way of a first visit, hidden until it is known that the person has not gone it yet."""
    steps = [
        html.Li([html.Strong(title), html.Span(text), dcc.Link(words, href=href)]) for title, text, words, href in STEPS
    ]
    head = html.Div(
        [
            html.H2("First steps"),
            html.Span(
                [
                    dcc.Link("More help", href="/help"),
                    button("Dismiss", Help.DISMISS, kind="quiet", small=True, glyph="x-lg", n_clicks=0),
                ],
                className="btn-row",
            ),
        ],
        className="first-steps-head",
    )
    return html.Section([head, html.Ol(steps)], id=Help.FIRST_STEPS, className="first-steps", hidden=True)


def help_link() -> html.Span:
    """Draw the way to the help about the page that is shown; assets/help.js knows which that is."""
    words = [icon("question-circle"), html.Span("Help on this page", className="visually-hidden")]
    return html.Span(
        dcc.Link(words, href="/help", id=Help.LINK, className="btn-q btn-q-quiet help-link", title="Help on this page"),
        className="help-link-box",
    )
