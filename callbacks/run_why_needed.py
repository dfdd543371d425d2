"""Which weight was typed, and how does the return read that it requires?"""

from __future__ import annotations

from callbacks.present_typed import Typed
from services import formatting
from services.formatting import Style
from services.messages.explanation import RequiredReturn
from services.number_style import in_style

MOST_PERCENT = 1000.0


def read_wanted(text: object, style: Style) -> tuple[float | None, str | None]:
    """Return the weight that was typed as a fraction, or None and what is wrong with it."""
    typed = Typed()
    value = typed.number(
        "weight_frac", "The weight", text, low=-MOST_PERCENT, high=MOST_PERCENT, unit="%", is_needed=True
    )
    if typed.problems:
        first = typed.problems[0]
        return None, in_style(f"{first.message} {first.advice}", style)
    return (None if value is None else round(float(value) / 100.0, 12)), None


def needed_of(found: RequiredReturn, style: Style) -> str:
    """Return which return gives the weight, and that it was solved again; or what stands in the way of any."""
    sentence = in_style(found.sentence, style)
    if found.return_annual_frac is None or found.reached_frac is None:
        return sentence
    reached = formatting.percent(found.reached_frac, 2, style=style)
    return f"{sentence} Solved again with that return, its weight is {reached}."


def usual_of(found: RequiredReturn, style: Style) -> str:
    """Return the weight that was asked about as it stands in the field."""
    return formatting.number(found.weight_frac * 100.0, 2, style=style)
