"""How does a result show why each weight is what it is: the choice of an asset, its terms, the return it would need?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dash import html

from components.button import button
from components.card import card, stack
from components.fields import field, number_input, select
from components.ids import Why
from components.pills import tag
from components.skeleton import skeleton
from components.table import table

Way = Literal["up", "down", ""]
WAY_WORDS: dict[Way, str] = {"up": "pulls it up", "down": "holds it down", "": "no pull"}
TYPED_MAX_COUNT = 40


@dataclass(frozen=True)
class TermView:
    """One term of a balance: its name, its amount as text, and its bar from the middle, -1 to 1."""

    name: str
    amount: str
    way: Way
    bar_frac: float


@dataclass(frozen=True)
class StepsView:
    """The way from the free portfolio to the chosen one: rows of text, the last of which is where it ends."""

    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str]
    note: str


@dataclass(frozen=True)
class WhyView:
    """Why one asset has its weight, in words and numbers that are already formatted."""

    title: str
    sentence: str
    unit: str
    terms: Sequence[TermView]
    total: str
    steps: StepsView | None
    steps_gap: str


def why_card() -> html.Div:
    """Draw the place: an asset to choose, a weight to ask about, and an outline until the reasons are there."""
    wanted = number_input(Why.WANTED, unit="%", maxlength=TYPED_MAX_COUNT)
    asking = html.Div(
        [
            field(wanted, "Weight you would want"),
            html.Div(button("Find the return it needs", Why.FIND, small=True, n_clicks=0), className="why-find"),
        ],
        id=Why.ASKING,
        className="why-asking",
        hidden=True,
    )
    choice = html.Div(
        [
            html.Div([field(select(Why.ASSET, []), "Asset"), asking], className="why-choice"),
            html.P(
                "A click, or Enter, on a row of the table above chooses its asset too; so does a point of the chart.",
                className="why-hint",
            ),
            html.P(id=Why.NEEDED, className="why-needed", role="status", **{"aria-live": "polite"}),
        ],
        id=Why.CHOICE,
        hidden=True,
    )
    return html.Div(
        card(
            [choice, html.Div(id=Why.BODY), html.Div(skeleton(height_px=320), id=Why.NOTES, className="why-notes")],
            title="Why these weights?",
            note="What pulls a weight up and what holds it down, as terms that sum to zero.",
        ),
        id=Why.CARD,
        className="why",
    )


def price_place() -> html.Div:
    """Draw the place of the prices of limits, with an outline until they are there."""
    return html.Div(html.Div(skeleton(lines=3), className="card-body"), id=Why.PRICES)


def why(view: WhyView) -> html.Div:
    """Show the balance of one asset as bars that grow from the middle and sum to zero, beside the steps to it."""
    rows = [[term.name, _bar(term), term.amount] for term in view.terms]
    terms = html.Div(
        [
            html.H3(view.title),
            html.P(view.sentence, className="muted"),
            table(
                [("Term", False), ("Pull", False), (view.unit, True)],
                rows,
                caption=f"{view.title}: terms that sum to zero",
                foot=["Sum", "", view.total],
            ),
        ],
        className="why-part",
    )
    return html.Div([terms, _steps(view)], className="why-parts")


def _bar(term: TermView) -> html.Span:
    """Draw a term from the middle, to the right where it pulls up; what it does is said in words too."""
    width = abs(term.bar_frac) * 50.0
    start = 50.0 if term.bar_frac >= 0.0 else 50.0 - width
    fill = html.Span(className="why-bar-fill", style={"left": f"{start:.2f}%", "width": f"{width:.2f}%"})
    words = html.Span(WAY_WORDS[term.way], className="why-way")
    track = html.Span(fill, className="why-bar-track", **{"aria-hidden": "true"})
    return html.Span([track, words], className=f"why-bar is-{term.way}" if term.way else "why-bar")


def _steps(view: WhyView) -> html.Div:
    title = html.H3("From the free portfolio to this one")
    steps = view.steps
    if steps is None:
        return html.Div([title, html.P(view.steps_gap, className="muted")], className="why-part")
    made = table(steps.heads, steps.rows, caption="Steps from the free portfolio to the chosen one", foot=steps.foot)
    return html.Div([title, html.P(steps.note, className="muted"), made], className="why-part")


def parts(
    heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]], foot: Sequence[str], sentences: Sequence[str]
) -> html.Div:
    """Show each asset's part of the risk, where a weight has no other reason."""
    said = [html.P(text) for text in sentences]
    made = table(heads, rows, caption="Every asset's part of the risk", foot=foot)
    scroll = html.Div(
        made, className="lots-scroll", tabIndex=0, role="region", **{"aria-label": "Every asset's part of the risk"}
    )
    return stack(*said, scroll)


def notes(changed: str | None, sentences: Sequence[str]) -> list[Any]:
    """Say what was changed since the optimization, and what is not stated and why."""
    warned = [html.P([tag("Changed since", "warn"), " ", changed])] if changed else []
    return [*warned, *(html.P(text, className="muted") for text in sentences)]


def price_tags(heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]], sentences: Sequence[str]) -> html.Div:
    """Show what each binding limit costs, how far that price holds, and below it what each dash means."""
    said = [html.P(text) for text in sentences]
    body: list[Any] = [html.H3("What the binding limits cost", className="why-prices-title")]
    if rows:
        body.append(html.Div(table(heads, rows, caption="What each binding limit costs"), className="card-body-flush"))
    return html.Div([*body, html.Div(said, className="card-foot")] if said else body, className="why-prices")
