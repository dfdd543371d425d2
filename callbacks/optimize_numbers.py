"""What did somebody mean by what was typed into a field, and what is wrong with it?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from callbacks.typed_marks import Kind, doubt_of, ungrouped
from services.formatting import number

MONEY_MAX: Final = 1e15
LONG_COUNT: Final = 28
"""No figure that somebody types, or that a field shows, has more characters."""

_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?P<group>[.,' ])\d{3}((?P=group)\d{3})*(?P<point>[.,])\d+")
"""A number with groups of three and decimals says by itself which sign is which: 1,234.5 and 1.234,5 are the same."""

_SCIENTIFIC: Final = re.compile(rf"{_NUMBER.pattern}(?:[eE][+-]?\d{{1,3}})?")


@dataclass(frozen=True)
class TypedProblem:
    """One field that cannot be used: its part of the draft, what is wrong and why, the way out."""

    key: str
    message: str
    advice: str


@dataclass
class Reader:
    """Reads typed fields one after another and keeps every problem that it meets."""

    problems: list[TypedProblem] = field(default_factory=list)

    def percent(self, key: str, label: str, text: object, low: float, high: float, example: str) -> float | None:
        """Return the fraction meant by a percentage, None when it is missing or cannot be used.

        Parameters
        ----------
        key, label : str
            Part of the draft, and the field's name on the screen.
        text : object
            What was typed: ``25``, ``25 %``, ``2,5``. Five in a field with a percent sign is 5%.
        low, high : float
            Smallest and largest percentage allowed.
        example : str
            A percentage for the way out.

        """
        typed = _clean(text)
        value = _float(typed)
        if len(typed) > LONG_COUNT:
            self._refuse(
                key, f"{label} is “{typed[:LONG_COUNT]}…”, which is too long.", f"Type a percentage, such as {example}."
            )
        elif self._is_ambiguous(key, label, typed, "percent"):
            return None
        elif not typed:
            self._refuse(key, f"{label} is empty.", f"Type a percentage, such as {example}.")
        elif value is None:
            self._refuse(key, f"{label} is “{typed}”, which is not a number.", f"Type a percentage, such as {example}.")
        elif not low <= value <= high:
            span = f"from {_least(low)}% to {number(high, 0)}%"
            self._refuse(key, f"{label} is “{typed}%”; it may be {span}.", f"Type a percentage {span}.")
        else:
            return round(value / 100, 10)
        return None

    def optional_percent(self, key: str, label: str, text: object, low: float, high: float) -> float | None:
        """Return the fraction meant by a percentage that may be left empty."""
        return None if not _clean(text) else self.percent(key, label, text, low, high, "20")

    def whole(self, key: str, label: str, text: object, low: int, high: int, unit: str) -> int | None:
        """Return the whole number meant, None when it cannot be used."""
        typed = str(text if text is not None else "").strip()
        plain = ungrouped(typed, "whole")
        value = int(plain) if re.fullmatch(r"\d{1,9}", plain) else None
        if value is None or not low <= value <= high:
            cut = typed if len(typed) <= LONG_COUNT else f"{typed[:LONG_COUNT]}…"
            shown = f"is “{cut}”" if typed else "is empty"
            self._refuse(
                key, f"{label} {shown}; a whole number of {unit} is needed.", f"Type {low} to {number(high, 0)}."
            )
            return None
        return value

    def plain(self, key: str, label: str, text: object, low: float, high: float, instead: float) -> float:
        """Return the plain number meant; `instead`, with a problem, when it cannot be used."""
        typed = _clean(text)
        value = _float(typed) if len(typed) <= LONG_COUNT else None
        if self._is_ambiguous(key, label, typed, "plain"):
            return instead
        if value is not None and low <= value <= high:
            return value
        span = f"{_least(low)} to {number(high, 0)}"
        told = f"is “{typed[:LONG_COUNT]}”" if typed else "is empty"
        wanted = "a number is needed" if _exact(typed) is None else f"it may be from {span}"
        self._refuse(key, f"{label} {told}; {wanted}.", f"Type {span}.")
        return instead

    @staticmethod
    def number(text: str) -> float | None:
        """Return the plain number that a text states with a decimal point or comma; None where it states none."""
        return _exact(_clean(text))

    def entry(self, key: str, label: str, text: object, low: float, high: float, example: str) -> float | None:
        """Return the plain number of a cell, None when it cannot be used; a comma or a point in it is a decimal mark.

        Where no figure is large enough for groups of three, 1.234 is not asked about.
        """
        typed = _clean(text)
        value = _exact(typed)
        if value is None or not low <= value <= high:
            cut = typed if len(typed) <= LONG_COUNT else f"{typed[:LONG_COUNT]}…"
            wrong = "which is not a number" if value is None else "which is too large"
            self._refuse(key, f"{label} is “{cut}”, {wrong}.", f"Type a number, such as {example}.")
            return None
        return value

    def positive(self, key: str, label: str, text: object, high: float, instead: float, kind: Kind = "plain") -> float:
        """Return the number above zero that is meant; `instead`, with a problem, when it cannot be used."""
        typed = _clean(text)
        value = _float(ungrouped(typed, kind)) if len(typed) <= LONG_COUNT else None
        if self._is_ambiguous(key, label, typed, kind):
            return instead
        if value is not None and 0.0 < value <= high:
            return value
        told = f"is “{typed[:LONG_COUNT]}”" if typed else "is empty"
        self._refuse(
            key, f"{label} {told}; a number above 0 is needed.", f"Type a number above 0, up to {number(high, 0)}."
        )
        return instead

    def optional_positive(self, key: str, label: str, text: object, high: float, kind: Kind = "plain") -> float | None:
        """Return the number above zero that is meant by a field that may be left empty."""
        return None if not _clean(text) else self.positive(key, label, text, high, high, kind)

    def money(self, key: str, label: str, text: object) -> float | None:
        """Return an amount that may be left empty and may be written in groups of three: 1,000,000 is a million."""
        plain = re.sub(r"(?<=\d)[' \u202f](?=\d{3}(\D|$))", "", _clean(text))
        return self.optional_positive(key, label, plain, MONEY_MAX, "amount")

    def day(self, key: str, label: str, text: object) -> str | None:
        """Return an ISO date, None when the field is empty or cannot be used."""
        typed = str(text or "").strip()
        try:
            return date.fromisoformat(typed).isoformat() if typed else None
        except ValueError:
            self._refuse(key, f"{label} is “{typed}”, which is not a date.", "Type year-month-day, such as 2022-06-30.")
            return None

    def _is_ambiguous(self, key: str, label: str, typed: str, kind: Kind) -> bool:
        """Ask what was meant where a number may be read in two ways."""
        doubt = doubt_of(typed, kind)
        if doubt is not None:
            self._refuse(key, f"{label} is “{typed}”, which can be read in two ways.", doubt.way_out)
        return doubt is not None

    def _refuse(self, key: str, message: str, advice: str) -> None:
        self.problems.append(TypedProblem(key, message, advice))


def _clean(text: object) -> str:
    """Drop what only decorates a percentage: blanks, the percent sign, a true minus sign."""
    typed = "" if text is None else str(text)
    return typed.replace("\u2212", "-").replace("%", "").replace("\u00a0", " ").strip()


def _float(typed: str) -> float | None:
    grouped = _GROUPED.fullmatch(typed)
    if grouped is not None and grouped["group"] != grouped["point"]:
        typed = typed.replace(grouped["group"], "")
    return float(typed.replace(",", ".")) if _NUMBER.fullmatch(typed) else None


def _least(low: float) -> str:
    """Return the lower end of a span with the decimals that it has, two at most: an end of 0.1 is not told as 0."""
    return number(low, next((places for places in (0, 1) if round(low, places) == low), 2))


def _exact(typed: str) -> float | None:
    """Return a number as it may stand in a spreadsheet, also with an exponent: 1.2E-05."""
    return float(typed.replace(",", ".")) if _SCIENTIFIC.fullmatch(typed) else None
