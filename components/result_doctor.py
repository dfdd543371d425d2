"""How does a run without a portfolio look: what clashes, the cheapest way out, and what one limit alone could do?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import html

from components.button import link_button
from components.icon import icon
from components.table import table


@dataclass(frozen=True)
class ConflictView:
    """Limits that cannot hold together: in their own words, the way out, and the limits that take part."""

    sentence: str
    advice: str
    limits: Sequence[str] = ()


@dataclass(frozen=True)
class SingleView:
    """A change of one limit alone: in words, what is then possible, and the address that applies it."""

    sentence: str
    gain: str
    href: str


@dataclass(frozen=True)
class DoctorView:
    """Everything that a run found out about limits that cannot all be met, as text in the reader's format.

    Parameters
    ----------
    title : str
        The finding.
    conflicts : sequence of ConflictView
    changes : sequence of (what, now, then)
        The cheapest changes that together are enough; empty where none was found.
    joint_href : str
        Address of the wizard with these changes made.
    singles : sequence of SingleView
        The best first.
    no_help : str
        Which limits do not help alone; empty where all do.
    notes : sequence of str
        What was not looked at.
    actions : sequence of components
        Other ways on.
    may_apply : bool
        Whether the changes may be made by whoever reads this.

    """

    title: str
    conflicts: Sequence[ConflictView]
    changes: Sequence[tuple[str, str, str]]
    joint_href: str
    singles: Sequence[SingleView] = ()
    no_help: str = ""
    notes: Sequence[str] = ()
    actions: Sequence[Any] = field(default_factory=tuple)
    may_apply: bool = True


def doctor(view: DoctorView) -> html.Section:
    """Draw what clashes and what helps; every way out is one press away from the review."""
    clashes = html.Ol([_conflict(one) for one in view.conflicts], className="doctor-conflicts")
    parts = [
        html.Header(
            [
                html.Span(icon("signpost-split"), className="doctor-glyph", **{"aria-hidden": "true"}),
                html.Div(
                    [
                        html.H2(view.title),
                        html.P("Nothing was changed. This is what stands in the way, and what helps."),
                    ]
                ),
            ],
            className="doctor-head",
        ),
        _part("What clashes", clashes),
        *_joint(view),
        *_singles(view),
    ]
    if view.notes:
        parts.append(html.Div([html.P(text) for text in view.notes], className="doctor-notes"))
    parts.append(html.Div(list(view.actions), className="btn-row doctor-actions"))
    return html.Section(parts, className="card-q doctor", **{"aria-label": "Why there is no portfolio"})


def _part(title: str, *children: Any) -> html.Div:
    return html.Div([html.H3(title), *children], className="doctor-part")


def _conflict(view: ConflictView) -> html.Li:
    told: list[Any] = [html.P(view.sentence, className="doctor-sentence")]
    if len(view.limits) > 1:
        told.append(html.P(["Together: ", "; ".join(view.limits), "."], className="muted"))
    if view.advice:
        told.append(html.P(view.advice, className="muted"))
    return html.Li(told)


def _joint(view: DoctorView) -> list[Any]:
    if not view.changes:
        return []
    listed = table(
        [("Limit", False), ("Now", True), ("Then", True)],
        [[what, now, html.Strong(then)] for what, now, then in view.changes],
        caption="The cheapest way out: each change",
    )
    go = link_button("Apply and review", view.joint_href, kind="primary", glyph="check2-circle")
    return [_part("The cheapest way out", listed, *([html.Div(go, className="btn-row")] if view.may_apply else []))]


def _singles(view: DoctorView) -> list[Any]:
    if not view.singles:
        return [html.P(view.no_help, className="doctor-part muted")] if view.no_help else []
    items = [
        html.Li(
            [
                html.Div(
                    [
                        html.P(one.sentence, className="doctor-sentence"),
                        *([html.P(one.gain, className="muted")] if one.gain else []),
                    ]
                ),
                *([link_button("Apply and review", one.href, small=True)] if view.may_apply else []),
            ]
        )
        for one in view.singles
    ]
    calm = [html.P(view.no_help, className="muted")] if view.no_help else []
    return [_part("Or change one limit alone", html.Ol(items, className="doctor-singles"), *calm)]
