"""Where does the answer to one question stand, with what was asked, and a way to ask again when it failed?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.ids import Stress

IDLE: Final = "stack stress-answer"
BUSY: Final = "stack stress-answer is-working"
"""Class of an answer while another one is awaited: what stands is dimmed, and a bar runs above it."""

ASKED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "chance": (Stress.CHANCE_ASKED, ("method", "days")),
    "redeem": (Stress.REDEEM_ASKED, ("part", "within")),
    "reverse": (Stress.REVERSE_ASKED, ("loss", "basis")),
    "repair": (Stress.REPAIR_ASKED, ("limit", "turnover", "hedge", "which")),
}
"""Question -> what holds how it was asked, and the words of the address that it consists of."""


def asked_store(name: str, view: Mapping[str, str]) -> dcc.Store:
    """Return what holds how a question was asked: as the address says, where the linked view asked it."""
    store_id, words = ASKED[name]
    is_asked = name in view["asked"].split(".")
    return dcc.Store(id=store_id, data={one: view[one] for one in words} if is_asked else None)


def answer_place(name: str, part_id: str, body: Any, *, role: str | None = None) -> html.Div:
    """Hold the place of an answer, and below it the button that asks again, hidden until something failed."""
    given: dict[str, Any] = {} if role is None else {"role": role}
    return html.Div([html.Div(body, id=part_id, className=IDLE, **given), again_button(name)], className="stress-place")


def again_button(name: str) -> html.Button:
    """Return the button that asks a question again."""
    return button("Try again", Stress.retry(name), glyph="arrow-clockwise", small=True, n_clicks=0, hidden=True)
