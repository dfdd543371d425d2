"""How are fractions written in sentences, and how is 5 instead of 0.05 noticed?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

WEIGHT_UNIT_FRAC = 1e-8
UNITS_PER_ONE = 100_000_000
READABLE_MAX_FRAC = 1e6


def percent(value_frac: float, digits: int = 2) -> str:
    """Return a fraction as text in percent with up to `digits` decimals: 0.25 gives ``"25%"``."""
    text = f"{100.0 * value_frac:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text in ("-0", "") else text).replace("-", "−") + "%"


def day(value: date) -> str:
    """Return a date as written in sentences: ``"28 December 2022"``."""
    return f"{value.day} {value:%B %Y}"


def plural(count: int, noun: str) -> str:
    """Return ``"1 asset"`` or ``"5 assets"``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listing(names: list[str], limit: int = 5) -> str:
    """Return names as text, the first `limit` of them: ``"A, B and 3 more"``."""
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "none"


def _checker(low_frac: float, high_frac: float, is_low_open: bool) -> Callable[[float], float]:
    def check(value: float) -> float:
        is_low = value <= low_frac if is_low_open else value < low_frac
        if not is_low and value <= high_frac:
            return value
        edge = "above" if is_low_open else "from"
        span = f"{edge} {low_frac:g} ({percent(low_frac)}) to {high_frac:g} ({percent(high_frac)})"
        as_percent = percent(value) if abs(value) < READABLE_MAX_FRAC else f"{100.0 * value:.3g}%"
        hint = ""
        guess = value / 100.0
        is_guess_low = guess <= low_frac if is_low_open else guess < low_frac
        if not is_guess_low and guess <= high_frac and abs(value) >= 1.0:
            hint = f" Did you mean {percent(guess)}, that is {guess:g}?"
        raise PydanticCustomError(
            "fraction_out_of_range",
            "{given} means {as_percent}; fractions {span} are allowed.{hint}",
            {"given": f"{value:g}", "as_percent": as_percent, "span": span, "hint": hint},
        )

    return check


def fraction(low_frac: float, high_frac: float, *, is_low_open: bool = False) -> tuple[Any, Any]:
    """Return the pydantic metadata of a fraction in a range, whose error asks whether percent was meant.

    Use as ``Annotated[float, *fraction(0.0, 1.0)]``.
    """
    low_key = "exclusiveMinimum" if is_low_open else "minimum"
    return (
        AfterValidator(_checker(low_frac, high_frac, is_low_open)),
        Field(json_schema_extra={low_key: low_frac, "maximum": high_frac}),
    )
