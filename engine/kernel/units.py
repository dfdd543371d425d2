"""How are fractions written in sentences, and how is 5 instead of 0.05 noticed?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

WEIGHT_UNIT_FRAC = 1e-8
UNITS_PER_ONE = 100_000_000
READABLE_MAX_FRAC = 1e6
APART_MAX_DIGITS = 10
EXACT_FRAC = 1e-10


def percent(value_frac: float, digits: int = 2) -> str:
    """Return a fraction as text in percent with up to `digits` decimals: 0.25 gives ``"25%"``.

    Beyond a million times the whole, digits say nothing: 1e200 gives ``"1e+202%"``.
    """
    if abs(value_frac) >= READABLE_MAX_FRAC:
        return _huge_percent(value_frac)
    text = f"{100.0 * value_frac:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text in ("-0", "") else text).replace("-", "−") + "%"


def percent_fixed(value_frac: float, digits: int = 2) -> str:
    """Return a measured fraction as text in percent, always with so many decimals: 0.25 gives ``"25.00%"``.

    For figures that stand beside each other in a sentence; a bound that somebody set reads better by `percent`.
    """
    if abs(value_frac) >= READABLE_MAX_FRAC:
        return _huge_percent(value_frac)
    return points(value_frac, digits).removesuffix(" pp") + "%"


def points(value_frac: float, digits: int = 2) -> str:
    """Return a difference of two fractions as text in percentage points, always with so many decimals.

    0.0214 gives ``"2.14 pp"``. Beyond a million times the whole, digits say nothing.
    """
    if abs(value_frac) >= READABLE_MAX_FRAC:
        return f"{_huge_percent(value_frac)[:-1]} pp"
    text = f"{100.0 * value_frac:.{digits}f}"
    return (text if float(text) else text.replace("-", "")).replace("-", "−") + " pp"


def percents(*values_frac: float, digits: int = 2) -> tuple[str, ...]:
    """Return figures that a sentence compares, as text with as many decimals as tell unequal ones apart.

    0.08 and 0.0800001 give ``"8%"`` and ``"8.00001%"``; from the twelfth decimal of a fraction on, figures are equal.
    """
    distinct = len({round(value, APART_MAX_DIGITS + 2) for value in values_frac})
    for places in range(digits, APART_MAX_DIGITS + 1):
        texts = tuple(percent(value, places) for value in values_frac)
        if len(set(texts)) >= distinct:
            break
    return texts


def percent_at_most(value_frac: float) -> str:
    """Return the largest hundredth of a percent that is not above a figure, so that advice taken literally works."""
    if abs(value_frac) >= READABLE_MAX_FRAC:
        return percent(value_frac)
    return percent(math.floor(value_frac * 1e4 + EXACT_FRAC * 1e4) / 1e4)


def percent_at_least(value_frac: float) -> str:
    """Return the smallest hundredth of a percent that is not below a figure, so that advice taken literally works."""
    if abs(value_frac) >= READABLE_MAX_FRAC:
        return percent(value_frac)
    return percent(math.ceil(value_frac * 1e4 - EXACT_FRAC * 1e4) / 1e4)


def _huge_percent(value_frac: float) -> str:
    """Return a fraction beyond a million in percent, in powers of ten."""
    sign = "−" if value_frac < 0.0 else ""
    if math.isinf(value_frac):
        return f"{sign}∞%"
    power = math.floor(math.log10(abs(value_frac)))
    return f"{sign}{abs(value_frac) / 10.0**power:.3g}e+{power + 2:02d}%"


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


def agree(names: Sequence[object], one: str, many: str) -> str:
    """Return the verb that goes with so many names: ``agree(["A", "B"], "has", "have")`` gives ``"have"``."""
    return one if len(names) == 1 else many


def _beside(value: float, edge: float) -> tuple[str, str]:
    """Return a number and its percentage as text, in as many digits as tell it from an edge that it lies beyond."""
    shown = f"{value:g}"
    return (repr(value) if shown == f"{edge:g}" else shown), percents(value, edge)[0]


def _checker(low_frac: float, high_frac: float, is_low_open: bool) -> Callable[[float], float]:
    def check(value: float) -> float:
        is_low = value <= low_frac if is_low_open else value < low_frac
        if not is_low and value <= high_frac:
            return value
        edge = "above" if is_low_open else "from"
        span = f"{edge} {low_frac:g} ({percent(low_frac)}) to {high_frac:g} ({percent(high_frac)})"
        shown, as_percent = _beside(value, low_frac if is_low else high_frac)
        hint = ""
        guess = value / 100.0
        is_guess_low = guess <= low_frac if is_low_open else guess < low_frac
        if not is_guess_low and guess <= high_frac and abs(value) >= 1.0:
            hint = f" Did you mean {percent(guess)}, that is {guess:g}?"
        raise PydanticCustomError(
            "fraction_out_of_range",
            "{given} means {as_percent}; fractions {span} are allowed.{hint}",
            {"given": shown, "as_percent": as_percent, "span": span, "hint": hint},
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


def whole_notes(label: str, value_frac: float) -> tuple[str, ...]:
    """Return a question where a limit is so wide, from 100% a year, that percent may have been meant."""
    if value_frac < 1.0:
        return ()
    meant = value_frac / 100.0
    return (
        f"{label}: {percent(value_frac)} a year is hardly a limit. Did you mean {percent(meant)}, that is {meant:g}?",
    )
