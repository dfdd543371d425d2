"""How do the rules that come with the product stand, to be taken in with the figures of the house?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.card import folded
from components.fields import field, fields, number_input, select
from components.ids_compliance_rules import CompliancePacks as Ids
from components.pills import tag
from components.skeleton import skeleton
from components.table import more

HOUSE: Final = "house"


@dataclass(frozen=True, slots=True)
class OfferedFigure:
    """A figure that a house may set otherwise: its name, what stands in the field, and its unit."""

    label: str
    text: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class OfferedRule:
    """One rule of a pack as it is offered; `has_it` says that the house has it already."""

    title: str
    sentence: str
    citation: str
    severity: str
    has_it: bool
    figures: Sequence[OfferedFigure]


def packs_card() -> Any:
    """Draw the card; packs arrive."""
    body = [
        dcc.Store(id=Ids.DONE),
        fields(
            field(select(Ids.PACK, (), None), "Pack"),
            field(select(Ids.FOR, ((HOUSE, "All portfolios of the house"),), HOUSE), "For"),
        ),
        html.Div(id=Ids.ABOUT, className="stack"),
        html.Div(id=Ids.PROBLEMS),
        html.Div(skeleton(height_px=160), id=Ids.RULES),
        html.Div(
            button("Take in the ticked rules as drafts", Ids.ADOPT, kind="primary", n_clicks=0, hidden=True),
            className="btn-row",
        ),
    ]
    note = "Nothing counts before it is proposed by one person and approved by another"
    return folded(html.Div(body, className="stack"), title="Take rules in from a pack", note=note, id=Ids.BOX)


def offered(rules: Sequence[OfferedRule], *, may_take: bool) -> Any:
    """List the rules of a pack, each with a tick and its figures; without both for who may not take them in.

    Those that the house has stand behind a click.
    """
    lines = [(one.has_it, _line(place, one, may_take=may_take)) for place, one in enumerate(rules)]
    taken = [line for has_it, line in lines if has_it]
    left = [line for has_it, line in lines if not has_it]
    words = f"{len(taken):,} of {len(lines):,} rules are taken in already"
    parts: list[Any] = [html.Ul(left, className="pack-rules")] if left else []
    return html.Div(parts + ([more(words, html.Ul(taken, className="pack-rules"))] if taken else []), className="stack")


def _line(place: int, one: OfferedRule, *, may_take: bool) -> html.Li:
    head = [html.Strong(one.title), tag(one.severity), *([tag("Taken in", "ok")] if one.has_it else [])]
    words = [html.Div(head, className="evidence-head"), html.P(one.sentence)]
    if one.citation:
        words.append(html.P(one.citation, className="muted"))
    if not may_take or one.has_it:
        return html.Li(html.Div(words, className="pack-words"))
    tick = dbc.Checkbox(
        id=Ids.take(place), value=True, label=html.Span(f"Take in {one.title}", className="visually-hidden")
    )
    figures = [
        field(number_input(Ids.figure(f"{place}-{number}"), figure.text, unit=figure.unit), figure.label)
        for number, figure in enumerate(one.figures)
    ]
    if figures:
        words.append(fields(*figures))
    return html.Li([tick, html.Div(words, className="pack-words")])
