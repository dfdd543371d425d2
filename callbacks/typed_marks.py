"""Is a point or comma in what somebody typed the mark between thousands or the decimal mark?

One sign before groups of three digits can be either: 1.250 is a thousand and a quarter of one, or one and a quarter.
The number format of the person tells where it can; where it cannot, nothing is guessed: the field asks back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from flask import has_request_context

from callbacks.wording import reader_style
from services.formatting import NUMBER_MARKS

Kind = Literal["amount", "whole", "quantity", "percent", "plain"]
"""What a field holds: money, a whole number, shares, a percentage, any other number."""

_GROUPS: Final = re.compile(r"(?P<first>[-+]?[1-9]\d{0,2})(?P<mark>[.,])\d{3}(?P<more>(?:(?P=mark)\d{3})*)")
_READS_OWN_DECIMALS: Final = frozenset({"quantity", "percent"})
"""Where three decimals are usual, so that the person's own decimal mark is taken as one."""


@dataclass(frozen=True)
class Doubt:
    """A number that can be read in two ways; both, and the small one so that it has one reading only.

    All are written with a decimal point: whoever shows them turns them into the reader's number format.
    """

    large: str
    small: str
    exact: str

    @property
    def way_out(self) -> str:
        """The question and the way out."""
        return f"Did you mean {self.large} or {self.small}? Type {self.large} or {self.exact}."


def doubt_of(text: str, kind: Kind) -> Doubt | None:
    """Return both readings of a number of which the person has to say which is meant; None where one is clear.

    Parameters
    ----------
    text : str
        The number without blanks and percent sign.
    kind : Kind
        What the field holds: money and shares may have the mark between thousands of the person's number format, whole
        numbers either mark. Percentages and plain numbers are asked about instead, and so is money with three decimals.
    """
    found = _GROUPS.fullmatch(text)
    if found is None or found["more"] or kind == "whole":
        return None
    is_own_decimal = found["mark"] == _decimal_mark()
    if (kind == "amount" and not is_own_decimal) or kind == "quantity":
        return None
    if is_own_decimal and kind in _READS_OWN_DECIMALS:
        return None
    whole, _, rest = text.rpartition(found["mark"])
    small = f"{whole}.{rest}".rstrip("0").rstrip(".")
    return Doubt(f"{whole}{rest}", small, unmistakable(small))


def ungrouped(text: str, kind: Kind) -> str:
    """Return a number without the marks between its thousands, where it has such; else as it is."""
    found = _GROUPS.fullmatch(text)
    if found is None:
        return text
    if found["more"] or kind == "whole" or found["mark"] != _decimal_mark():
        return text.replace(found["mark"], "")
    return text


def unmistakable(text: str) -> str:
    """Return a number with a zero more where its three decimals read like a group of thousands."""
    found = _GROUPS.fullmatch(text)
    return f"{text}0" if found is not None and not found["more"] else text


def _decimal_mark() -> str:
    """Return the decimal mark of the person behind the request; a point where there is none."""
    return NUMBER_MARKS[reader_style() if has_request_context() else "comma"][1]
