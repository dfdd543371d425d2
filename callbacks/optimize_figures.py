"""How is a figure of a request written into a field, so that it comes back as the same figure?"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_LIKE_A_GROUP: Final = re.compile(r"-?[1-9]\d*\.\d{3}")
"""Three decimals after a whole part read like a group of three as well; with a zero more they do not."""


def percent_text(fraction: float | None) -> str:
    """Return a fraction as it is typed into a field with a percent sign; empty for None."""
    return "" if fraction is None else _fixed(round(fraction * 100, 8))


def figure_text(value: float | None) -> str:
    """Return a plain number as it is typed into a field; empty for None."""
    if value is None:
        return ""
    text = _fixed(value)
    return f"{text}0" if _LIKE_A_GROUP.fullmatch(text) else text


def _fixed(value: float) -> str:
    """Return every digit of a number, without an exponent and without zeros that say nothing."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
