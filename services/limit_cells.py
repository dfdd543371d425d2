"""How is one cell of the table of limits read, and how is it written so that nothing is lost?

Percentages carry their sign: ``25%``. Without one, a figure under a percentage is a percentage all the same: 25 is 25%,
and 0.25 is a quarter of one percent, which is pointed out. A column whose heading says `fraction` holds fractions.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from data.upload.cells import Cell
from data.upload.problems import shown
from data.upload.values import Unreadable, number_of
from services.limit_kinds import Detail, LimitForm, quoted, span_of, unquoted

Heading = Literal["", "percent", "fraction"]
Mark = Literal["point", "comma"]

Span = tuple[float, float, bool]
WHOLE: Final[Span] = (0.0, 1.0, False)
"""What an absolute weight of a position may be."""

ABSOLUTE: Final = "absolute"
BASES: Final[dict[str, str]] = {"current": "current weight", "benchmark": "benchmark weight"}
MUST_HOLD: Final = "must hold"
GIVES_WAY: Final = "may give way"
USUAL_PRIORITY: Final = 5
_PRIORITY_WORDS: Final = {"first": 8, "last": 2}
_FIRM: Final = re.compile(r"(?:may give way|gives way|soft|weich)?[\s,;:]*(?:priority|prio)?[\s:=]*(\d+|first|last)?")
_NAME: Final = re.compile(r'\s*("(?:[^"]|"")*"|[^,;\n\t]+)\s*(?:[,;\n\t]|$)')
_THREE_DECIMALS: Final = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_HARD: Final = frozenset({"", MUST_HOLD, "hard", "must", "firm"})
_FREE: Final = frozenset({"", "nothing", ABSOLUTE, "zero", "none", "-"})
_OF_BASE: Final[dict[str, str]] = {
    **{name: name for name in BASES},
    **{words: name for name, words in BASES.items()},
    "current weights": "current",
    "current holdings": "current",
    "benchmark weights": "benchmark",
}


@dataclass(frozen=True)
class Figure:
    """A number as it was read; `was_plain` says that it is a percentage written without sign or unit, below 1."""

    value: float
    was_plain: bool = False


def figure(
    text: str,
    form: LimitForm,
    name: str,
    *,
    comma: bool | None = None,
    heading: Heading = "",
    span: Span | None = None,
) -> Figure:
    """Return the figure that a cell states for a field, as a fraction where it is a percentage.

    Raises
    ------
    Unreadable
        With the cause and the way out.

    """
    typed = text.replace("\u2212", "-").replace("\u00a0", " ").replace("\u202f", " ").strip()
    has_sign, body = typed.endswith("%"), typed.removesuffix("%").strip()
    if has_sign and form.unit != "percent":
        advice = "Write a whole number of assets." if form.unit == "count" else "Write the plain number, such as 0.8."
        raise Unreadable(f"{shown(text)} is a percentage; {form.words} is a plain number.", advice)
    is_comma = ("," in body and "." not in body) if comma is None else comma  # doubt is asked about by the caller
    number_of(Cell(body), is_comma)
    exact = Decimal(body.replace(",", "."))
    if form.unit == "count" and exact != exact.to_integral_value():
        raise Unreadable(f"{shown(text)} is not a whole number.", "Write a whole number of assets, such as 30.")
    is_share = form.unit == "percent" and (has_sign or heading != "fraction")
    value = float(exact.scaleb(-2)) if is_share else float(exact)
    _check_span(text, value, form, span or span_of(form.kind, name))
    was_plain = is_share and not has_sign and heading == "" and 0 < abs(exact) <= 1
    return Figure(value, was_plain)


def _check_span(text: str, value: float, form: LimitForm, span: Span) -> None:
    low, high, is_open = span
    if (low < value if is_open else low <= value) and value <= high:
        return
    least, most = written(low, form), written(high, form)
    words = f"{'above' if is_open else 'from'} {least} to {most}"
    raise Unreadable(f"{shown(text)} lies outside what is allowed: {words}.", f"Write a figure {words}.")


def written(value: float, form: LimitForm, mark: Mark = "point") -> str:
    """Return a figure as it stands in the table, with every digit; percentages with their sign."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if form.unit == "percent":
        exact = exact.scaleb(2)
    text = format(exact, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if mark == "comma" and _THREE_DECIMALS.fullmatch(text):
        text += "0"  # 3,125 would be read as thousands as well
    return (text if mark == "point" else text.replace(".", ",")) + ("%" if form.unit == "percent" else "")


def names(text: str) -> tuple[str, ...]:
    """Return the names in a cell, separated by commas, semicolons or lines; a name may stand in quotation marks."""
    return tuple(one for one in map(unquoted, _NAME.findall(text)) if one)


def names_written(assets: Sequence[str]) -> str:
    """Return names as they stand in one cell."""
    return ", ".join(quoted(one, in_list=True) for one in assets)


def firmness(text: str) -> tuple[bool, int]:
    """Return whether a limit may give way, and its priority.

    Raises
    ------
    Unreadable

    """
    plain = " ".join(text.lower().split())
    if plain in _HARD:
        return False, USUAL_PRIORITY
    found = _FIRM.fullmatch(plain)
    stated = "" if found is None else str(found[1] or USUAL_PRIORITY)
    priority = _PRIORITY_WORDS.get(stated, int(stated) if stated.isdigit() and len(stated) < 3 else 0)
    if not 1 <= priority <= 9:
        advice = "Write “must hold”, or “may give way, 5” with 1 to 9; larger numbers give way first."
        raise Unreadable(f"{shown(text)} does not say how firm the limit is.", advice)
    return True, priority


def firm_written(is_soft: bool, priority: int) -> str:
    """Return how firm a limit is, in words."""
    return f"{GIVES_WAY}, {priority}" if is_soft else MUST_HOLD


def basis(text: str, form: LimitForm) -> str:
    """Return what the sides are measured from.

    Raises
    ------
    Unreadable

    """
    plain = " ".join(text.lower().split())
    if plain in _FREE:
        return ABSOLUTE
    found = _OF_BASE.get(plain)
    if found in form.bases:
        return str(found)
    known = ["nothing", *(BASES[one] for one in form.bases)]
    advice = f"Write one of: {', '.join(known)}." if form.bases else "Leave the cell empty."
    if found is None:
        raise Unreadable(f"{shown(text)} is nothing that a limit is measured from.", advice)
    raise Unreadable(f"{form.words} is not measured from the {BASES[found]}.", advice)


def detail_parts(text: str) -> list[tuple[str, str]]:
    """Return the details of a cell as pairs: ``level=99%; short=10%``.

    Raises
    ------
    Unreadable
        A part is no pair.

    """
    found = []
    for part in (one.strip() for one in text.split(";")):
        key, sign, value = part.partition("=")
        if part and not (sign and key.strip() and value.strip()):
            raise Unreadable(f"{shown(part)} is no detail.", "Write a name and a value, such as level=99%.")
        if part:
            found.append((" ".join(key.lower().split()), value.strip()))
    return found


def detail_value(detail: Detail, text: str, form: LimitForm) -> float | int | str:
    """Return what a detail states.

    Raises
    ------
    Unreadable

    """
    if detail.way == "choice":
        plain = text.lower()
        for value, words in detail.choices.items():
            if plain in (value, words):
                return value
        raise Unreadable(f"{shown(text)} is not known here.", f"Write one of: {', '.join(detail.choices.values())}.")
    if detail.way == "whole":
        if not (text.isdigit() and 1 <= int(text) <= 9):
            raise Unreadable(f"{shown(text)} is no priority.", "Write 1 to 9.")
        return int(text)
    return figure(text, form, detail.name, heading="percent").value


def detail_written(detail: Detail, value: float | int | str, form: LimitForm, mark: Mark) -> str:
    """Return one detail as it stands in the table."""
    if detail.way == "choice":
        told = detail.choices[str(value)]
    elif detail.way == "percent":
        told = written(float(value), form, mark)
    else:
        told = str(value)
    return f"{detail.key}={told}"


def csv_text(lines: Sequence[Sequence[str]], separator: str) -> str:
    """Return lines of cells as CSV."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=separator, lineterminator="\r\n").writerows(lines)
    return target.getvalue()
