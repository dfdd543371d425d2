"""What can be read as numbers, as dates or as names? Anything else is refused in words, never guessed.

Texts are no numbers and numbers are no dates, although NumPy would turn one into the other. Nothing of pandas is
imported: an index, a series or a frame is whatever has `to_numpy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from datetime import date, datetime
from decimal import Decimal
from numbers import Real
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import InputRefused, Problem

Refusal = type[InputRefused]
NUMBERS_ADVICE = "Give one number for each entry, and write a missing one as NaN."
DATES_ADVICE = 'Give dates such as "2026-01-31", one for each row, oldest first.'
NAMES_ADVICE = 'Give a list such as ["A", "B"], one name for each column.'
FIRST_YEAR, LAST_YEAR = np.datetime64("0001-01-01", "D"), np.datetime64("9999-12-31", "D")
_MONTH = re.compile(r"\d{4}(-\d{2})?")
_KINDS = {
    "b": "true and false, which are not numbers",
    "c": "complex numbers",
    "S": "bytes, not numbers",
    "U": "texts, not numbers",
    "M": "dates, not numbers",
    "m": "lengths of time, not numbers",
    "V": "records, not numbers",
}
_RAGGED = "Its rows have different lengths."


def numbers_of(given: Any, field: str, refusal: Refusal = InputRefused, advice: str = NUMBERS_ADVICE) -> NDArray[Any]:
    """Return numbers as a new float64 array of the same shape; None, pandas' NA and masked entries become NaN.

    Parameters
    ----------
    given
        An array, a series, a frame, a list or a list of lists.
    field
        Where it stands, for the problem.
    refusal
        Which error is raised.
    advice
        The way out.

    Raises
    ------
    InputRefused
        For nothing at all, rows of different lengths, and entries that are not real numbers.

    """

    def refuse(message: str) -> NoReturn:
        raise refusal([Problem(field, message, advice)])

    if given is None:
        refuse("Nothing was given.")
    plain = given.to_numpy() if hasattr(given, "to_numpy") else given
    mask = np.ma.getmaskarray(plain) if isinstance(plain, np.ma.MaskedArray) else None
    try:
        found = np.asarray(plain)
    except ValueError:
        refuse(_RAGGED)
    if found.dtype.kind in "iuf":
        with np.errstate(over="ignore"):
            made = found.astype(np.float64)
    elif found.dtype.kind == "O":
        made = np.array([_number(one, refuse) for one in found.flat], dtype=np.float64).reshape(found.shape)
    elif not found.size:
        made = np.empty(found.shape)
    else:
        refuse(f"It holds {_KINDS.get(found.dtype.kind, 'entries that are not numbers')}.")
    if mask is not None:
        made[mask] = np.nan
    return made


def _number(one: Any, refuse: Any) -> float:
    """Return one entry of an array of objects as a number."""
    if is_missing(one):
        return float("nan")
    if isinstance(one, Real | Decimal) and not isinstance(one, bool | np.bool_):
        try:
            return float(one)
        except OverflowError:
            refuse("It holds a whole number too large to compute with.")
    if isinstance(one, list | tuple | np.ndarray):
        refuse(_RAGGED)
    shown = f"the text {one[:40]!r}" if isinstance(one, str) else f"an entry of type {type(one).__name__}"
    refuse(f"It holds {shown}, which is not a number.")
    raise AssertionError


def days_of(given: Any, field: str = "dates", refusal: Refusal = InputRefused) -> NDArray[np.datetime64]:
    """Return dates as a new array of days; a time with a zone counts as the date at its own place, None as no date.

    Parameters
    ----------
    given
        A list, an array or an index of dates, times or texts such as "2026-01-31"; periods count as their last day.
    field
        Where it stands, for the problem.
    refusal
        Which error is raised.

    Raises
    ------
    InputRefused
        For one text, for numbers, for lengths of time, and for what is no date.

    """

    def refuse(message: str) -> NoReturn:
        raise refusal([Problem(field, message, DATES_ADVICE)])

    if given is None or isinstance(given, str | bytes | date | Set) or not isinstance(given, Iterable):
        shown = repr(given)[:40] if given is None or isinstance(given, str | date) else f"A {type(given).__name__}"
        refuse(f"{shown} is not a list of dates.")
    try:
        plain: Any = given
        if hasattr(plain, "to_timestamp") and not hasattr(plain, "tz"):
            plain = plain.to_timestamp(how="end")
        if getattr(plain, "tz", None) is not None:
            plain = plain.tz_localize(None)
        plain = plain.to_numpy() if hasattr(plain, "to_numpy") else plain
        found = np.asarray(plain if isinstance(plain, np.ndarray) else _objects(plain))
    except (TypeError, ValueError, OverflowError, AttributeError):
        refuse("It holds what is no date.")
    if found.dtype.kind == "m":
        refuse("It holds lengths of time, not dates.")
    if found.dtype.kind == "M":
        return np.array(found.astype("datetime64[D]"))
    if found.size and found.dtype.kind not in "OU":
        refuse("It holds numbers, not dates.")
    days = [_day(one, refuse) for one in found.flat]
    return np.array(days, dtype="datetime64[D]").reshape(found.shape)


def _objects(given: Any) -> NDArray[Any]:
    """Return a list as an array of objects, so that NumPy turns no entry into another kind."""
    entries = list(given)
    made = np.empty(len(entries), dtype=object)
    made[:] = entries
    return made


def _day(one: Any, refuse: Any) -> Any:
    """Return one entry of an array of objects or texts as a day."""
    if is_missing(one):
        return np.datetime64("NaT", "D")
    if isinstance(one, datetime):
        one = one.date()
    if isinstance(one, str):
        one = _day_of_text(one.strip(), refuse)
    if isinstance(one, np.datetime64):
        return one.astype("datetime64[D]")
    if isinstance(one, date):
        return np.datetime64(one, "D")
    kind = "numbers, not dates" if isinstance(one, Real) else f"an entry of type {type(one).__name__}, which is no date"
    refuse(f"It holds {kind}.")
    raise AssertionError


def _day_of_text(text: str, refuse: Any) -> Any:
    try:
        if _MONTH.fullmatch(text):
            return np.datetime64(text, "D")
        return datetime.fromisoformat(text).date()
    except ValueError:
        refuse(f"It holds {text[:40]!r}, which is no date.")
        raise AssertionError from None


def day_of(given: Any, field: str, refusal: Refusal = InputRefused) -> date:
    """Return one day; raises `InputRefused` where it is no date of the calendar."""
    days = days_of([given], field, refusal)
    if days.shape != (1,) or np.isnat(days).any() or not are_in_calendar(days):
        raise refusal([Problem(field, f"{given!s:.40} is no date.", "Give a date such as 2026-01-31.")])
    found: date = days[0].astype(date)
    return found


def are_in_calendar(days: NDArray[np.datetime64]) -> bool:
    """Return whether every day lies in the years 1 to 9999, beyond which no calendar date can be written."""
    known = days[~np.isnat(days)]
    return not known.size or bool(known.min() >= FIRST_YEAR and known.max() <= LAST_YEAR)


def names_of(given: Any, field: str = "assets", refusal: Refusal = InputRefused) -> tuple[str, ...]:
    """Return names as texts, numbers among them written out.

    Raises
    ------
    InputRefused
        For one text, for what has no order or is no list, and for a name that is missing or empty.

    """
    is_text = isinstance(given, str | bytes)
    if (
        given is None
        or is_text
        or isinstance(given, Set)
        or not isinstance(given, Iterable)
        or getattr(given, "ndim", 1) != 1
    ):
        if isinstance(given, str):
            shown = f"{given[:40]!r} is one text, not a list of names."
        elif isinstance(given, Set):
            shown = "A set of names has no order."
        else:
            shown = f"What was given is of type {type(given).__name__}, not a list of names."
        raise refusal([Problem(field, shown, NAMES_ADVICE)])
    entries = list(given)
    bad = next((place for place, one in enumerate(entries) if not _is_name(one)), None)
    if bad is not None:
        message = f"Number {bad + 1} of the names is {entries[bad]!r:.40}, which is no name."
        raise refusal([Problem(field, message, NAMES_ADVICE)])
    return tuple(str(one) for one in entries)


def _is_name(one: Any) -> bool:
    if isinstance(one, str):
        return bool(one.strip())
    return not (is_missing(one) or isinstance(one, bytes | tuple | list | dict | Set | np.ndarray))


def is_missing(one: Any) -> bool:
    """Return whether an entry stands for nothing: None, NaN, or pandas' NA and NaT."""
    if isinstance(one, float | np.floating):
        return bool(np.isnan(one))
    return one is None or type(one).__name__ in ("NAType", "NaTType")
