"""Why has an asset its weight at a point of the frontier, in the words of the explanation?"""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.actor import actor, services
from callbacks.present_living import refusal
from callbacks.wording import reader_style, told
from components.living_layout import why_card
from services import formatting
from services.errors import ServiceError
from services.formatting import Style
from services.messages.living import MovedWish

SMALL = 5e-7


def why_of(wish: MovedWish, asset: str, return_annual_frac: float) -> Any:
    """Return the card of an asset at the point with that return."""
    try:
        found = services().living.explained(wish, return_annual_frac, actor())
    except ServiceError as error:
        return html.P(refusal(error), role="status")
    line = next((one for one in found.weights if one.asset == asset), None)
    if line is None:
        return html.P(told(found.terms_gap or found.message), role="status")
    style = reader_style()
    rows = [("Expected return above cash", line.reward), ("Its risk beside the others", line.risk)]
    rows += [("Cost of the last trade", line.costs), *((one.name, one.amount) for one in line.limits)]
    rows.append(("Its own bound", line.bound))
    shown = [(name, _percent(value, style)) for name, value in rows if abs(value) > SMALL]
    return why_card(told(line.sentence), shown, [])


def _percent(value: float, style: Style) -> str:
    return formatting.percent(value, 3, style=style, signed=True)
