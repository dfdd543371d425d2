"""How are exact numbers read from a form, and written so that every program reads them?

Written in plain notation: "0" and "0.00000001", never "0E-8". A text that is no number is carried to the service, which
names it together with everything else that is wrong, instead of hiding the rest.
"""

from __future__ import annotations

import contextlib
import math
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import PlainSerializer, WrapValidator

PLACES_OF_MONEY = 2
TYPED_MAX_COUNT = 60


def plain(value: Decimal) -> str:
    """Return a number in plain notation; a zero with more places than money has reads "0"."""
    if not value:
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -PLACES_OF_MONEY:
            return "0"
    return format(value, "f")


class UnreadableNumber(Decimal):
    """What was typed where a number belongs: not a number, and `typed` says what it was."""

    typed: str


class UnreadableFraction(float):
    """What was typed where a fraction belongs."""

    typed: str


def _exact_or_unreadable(value: Any, _: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        with contextlib.suppress(InvalidOperation):
            number = Decimal(str(value))
            if number.is_finite():
                return number
    unread = UnreadableNumber("NaN")
    unread.typed = str(value)[:TYPED_MAX_COUNT]
    return unread


def _fraction_or_unreadable(value: Any, _: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    unread = UnreadableFraction("nan")
    unread.typed = str(value)[:TYPED_MAX_COUNT]
    return unread


Exact = Annotated[Decimal, PlainSerializer(plain, return_type=str, when_used="json")]
"""A Decimal that is written in plain notation."""
TypedExact = Annotated[Decimal | None, WrapValidator(_exact_or_unreadable)]
"""A Decimal as somebody typed it."""
TypedFraction = Annotated[float | None, WrapValidator(_fraction_or_unreadable)]
"""A fraction as somebody typed it."""
