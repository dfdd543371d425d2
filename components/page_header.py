"""What stands at the top of a page: where it is, what it says, what can be done?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components.take import take_page_button


def page_header(
    title: Any,
    *,
    lead: Any = None,
    crumbs: Sequence[tuple[str, str]] = (),
    actions: Any = None,
    badges: Sequence[Any] = (),
    id: Any = None,
) -> html.Header:
    """Head a page; at its end stands the button that takes the page along.

    Parameters
    ----------
    title : str
        The one level-one heading: the name of the thing, or what is to be seen.
    lead : str or component
        One sentence with the finding or the purpose.
    crumbs : sequence of (text, href)
        The way up.
    actions : component or list
        What can be done, the main action first.
    badges : sequence of components
        Words about the thing, behind the title.
    """
    words: list[Any] = []
    if crumbs:
        trail = [html.Li(dcc.Link(text, href=href)) for text, href in crumbs]
        words.append(html.Nav(html.Ol(trail, className="crumbs"), **{"aria-label": "Breadcrumb"}))
    heading: Any = html.H1(title)
    words.append(html.Div([heading, *badges], className="btn-row") if badges else heading)
    if lead is not None:
        words.append(html.P(lead, className="page-lead"))
    parts: list[Any] = [html.Div(words, className="page-header-words")]
    given_actions = [] if actions is None else actions if isinstance(actions, list | tuple) else [actions]
    parts.append(html.Div([*given_actions, take_page_button()], className="btn-row page-header-actions"))
    given: dict[str, Any] = {"id": id} if id is not None else {}
    return html.Header(parts, className="page-header", **given)
