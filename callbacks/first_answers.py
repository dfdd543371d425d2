"""How does a page come with its first figures in it, instead of an outline that asks for them right after it stands?

A page of `pages/` draws an outline and knows no service. Before the router hands it out, the answers of the callbacks
that would fill it at once are written into it: one journey to the server instead of two, and one drawing instead of
two. The same functions answer later, when something on the page changes; they do not run by themselves when it appears
(`prevent_initial_call`). What such a function writes beside its outputs (`present_toast.put`) goes into the page too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dash
from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from flask import has_request_context
from flask_login import current_user

from callbacks.present_errors import on_error
from callbacks.present_toast import kept_back

Draw = Callable[..., Any]


@dataclass(frozen=True)
class First:
    """A callback whose first answer comes with its page.

    Parameters
    ----------
    answer : callable
        Takes what `asked` names, in that order; what the page does not hold is None.
    shown : sequence of Output
    asked : sequence of Input or State
    """

    answer: Callable[..., Any]
    shown: Sequence[Output]
    asked: Sequence[Input | State]


def fill(page: Any, firsts: Sequence[First]) -> None:
    """Write the first answers into the parts of a page.

    An answer that nobody foresaw to fail leaves its outline and a message, as it does later.
    """
    parts = {_key(one.id): one for one in page._traverse() if getattr(one, "id", None)}
    for first in firsts:
        with kept_back() as written:
            try:
                answer = first.answer(*(_read(parts, one) for one in first.asked))
            except Exception as error:
                on_error(error)
                continue
        for component_id, properties in written:
            _write(parts, component_id, properties)
        if answer is no_update:
            continue
        values = (answer,) if len(first.shown) == 1 else answer
        for output, value in zip(first.shown, values, strict=True):
            _write(parts, output.component_id, {output.component_property: value})


def come_with(module: str, *firsts: First) -> None:
    """Have a page of Dash's list come with these answers from now on.

    Parameters
    ----------
    module : str
        Name of the page's module, as Dash lists it.
    *firsts : First

    """
    listed = dash.page_registry[module]
    listed["layout"] = _filled(listed["layout"], firsts)


def _filled(draw: Draw, firsts: Sequence[First]) -> Draw:
    def filled(**asked: Any) -> Any:
        page = draw(**asked)
        if has_request_context() and current_user and current_user.is_authenticated:
            fill(page, firsts)
        return page

    return filled


def _key(component_id: Any) -> str:
    return str(sorted(component_id.items())) if isinstance(component_id, dict) else str(component_id)


def _read(parts: dict[str, Component], asked: Input | State) -> Any:
    return getattr(parts.get(_key(asked.component_id)), asked.component_property, None)


def _write(parts: dict[str, Component], component_id: Any, properties: dict[str, Any]) -> None:
    part = parts.get(_key(component_id))
    if part is None:  # it belongs to the frame, which stands already
        dash.set_props(component_id, properties)
        return
    for name, value in properties.items():
        if value is not no_update:
            setattr(part, name, value)
