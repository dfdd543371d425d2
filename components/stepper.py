"""How does a wizard show where the reader is, and how is it steered?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html


def stepper(
    steps: Sequence[str],
    current: int,
    *,
    reachable: int,
    wrong: Sequence[int] = (),
    step_id: Callable[[int], Any] | None = None,
) -> html.Ol:
    """Show the steps.

    Parameters
    ----------
    steps : sequence of str
        Their words.
    current : int
        The step shown, from 0.
    reachable : int
        The furthest step that may be opened.
    wrong : sequence of int
        Steps that hold a problem.
    step_id : callable or None
        Gives the id of each button, such as ``Wizard.step``.
    """
    items = []
    for n, words in enumerate(steps):
        is_done = n < current
        names = [
            name
            for name, holds in (("is-current", n == current), ("is-done", is_done), ("is-wrong", n in wrong))
            if holds
        ]
        mark = "!" if n in wrong else "✓" if is_done else str(n + 1)
        given: dict[str, Any] = {"id": step_id(n)} if step_id else {}
        if n == current:
            given["aria-current"] = "step"
        step = html.Button(
            [
                html.Span(mark, className="step-number", **{"aria-hidden": "true"}),
                html.Span(words, className="step-word"),
            ],
            type="button",
            n_clicks=0,
            disabled=n > reachable,
            className="step-q",
            **{"aria-label": f"Step {n + 1} of {len(steps)}: {words}" + (", has a problem" if n in wrong else "")},
            **given,
        )
        items.append(html.Li(step, className=" ".join(names)))
    return html.Ol(items, className="stepper", **{"aria-label": "Steps"})


def wizard_foot(*buttons: Any, status: Any = None, status_id: Any = None) -> html.Div:
    """Keep the way forward in sight at the bottom, with the state of the request beside it."""
    given: dict[str, Any] = {"id": status_id} if status_id is not None else {}
    return html.Div(
        [
            html.Div(status, className="wizard-status", role="status", **given),
            html.Div(list(buttons), className="btn-row"),
        ],
        className="wizard-foot",
    )


def choice_card(
    title: str, text: str, *, id: Any, is_chosen: bool = False, art: Any = None, is_radio: bool = True
) -> html.Button:
    """Offer one of several choices as a card; callbacks write its ``aria-checked`` by drawing it anew."""
    parts: list[Any] = [html.Span(className="choice-mark", **{"aria-hidden": "true"})]
    if art is not None:
        parts.append(html.Span(art, className="choice-art"))
    parts += [html.Span(title, className="choice-title"), html.Span(text, className="choice-text")]
    role = "radio" if is_radio else "button"
    state = {"aria-checked" if is_radio else "aria-pressed": "true" if is_chosen else "false"}
    return html.Button(parts, id=id, type="button", n_clicks=0, className="choice", role=role, **state)


def choices(*cards: Any, label: str) -> html.Div:
    """Group choice cards; exactly one is chosen."""
    return html.Div(list(cards), className="choices", role="radiogroup", **{"aria-label": label})
