"""Which number did somebody mean by what was typed into a form, and what is wrong with it?

Fields of numbers are lines of text, so that nothing that was typed gets lost on the way: what cannot be used is told at
its field, together with everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from callbacks.typed_marks import Doubt, Kind, doubt_of, ungrouped
from services.errors import FieldProblem
from services.formatting import MINUS, number

_DIGITS_MAX: Final = 40
_HUGE: Final = Decimal(10) ** 9


def read_number(text: object, kind: Kind) -> Decimal | Doubt | None:
    """Return the number meant, with English or continental marks; None when it is none, `Doubt` when it may be two.

    Where both marks occur the last one is the decimal mark; one mark before groups of three digits is read as
    `callbacks.typed_marks` says.
    """
    plain = str(text).strip() if text is not None else ""
    for mark in ("'", "\u202f", "\xa0", " "):
        plain = plain.replace(mark, "")
    plain = plain.replace(MINUS, "-")
    if "," in plain and "." in plain:
        decimal_mark = max(",", ".", key=plain.rfind)
        plain = plain.replace("," if decimal_mark == "." else ".", "").replace(decimal_mark, ".")
    else:
        doubt = doubt_of(plain, kind)
        if doubt is not None:
            return doubt
        plain = ungrouped(plain, kind).replace(",", ".")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def shown(value: Decimal) -> str:
    """Write a number that was typed as it can be read: −5, 500, 1e+400."""
    if abs(value.adjusted()) > 15:
        return f"{value:.3g}".replace("-", MINUS, 1) if value < 0 else f"{value:.3g}"
    exponent = value.normalize().as_tuple().exponent
    return number(value, max(0, -exponent) if isinstance(exponent, int) else 0)


@dataclass
class Typed:
    """Reads typed fields one after another and keeps every problem that it meets."""

    problems: list[FieldProblem] = field(default_factory=list)

    def number(
        self,
        path: str,
        label: str,
        text: object,
        *,
        low: float | None = None,
        high: float | None = None,
        unit: str = "",
        is_low_allowed: bool = True,
        is_needed: bool = False,
        kind: Kind = "plain",
    ) -> Decimal | None:
        """Return the number typed; None where the field is empty or cannot be used.

        Parameters
        ----------
        path, label : str
            Field of the message, and its name in sentences, such as "The horizon".
        text : object
            What was typed; an empty field is no problem unless `is_needed`.
        low, high : float or None
            Bounds, in the unit of the field.
        unit : str
            What follows the number: ``%`` or `` years``.
        is_low_allowed : bool
            Whether `low` itself may be chosen.
        kind : Kind
            What the field holds; one with a percent sign holds a percentage.
        """
        typed = str(text).strip() if text is not None else ""
        typed = typed.removesuffix("%").strip() if unit == "%" else typed
        if not typed:
            if is_needed:
                self._refuse(path, f"{label} is empty.", f"Type a number{_span(low, high, unit, is_low_allowed)}.")
            return None
        value = read_number(typed, "percent" if unit == "%" else kind)
        if isinstance(value, Doubt):
            self._refuse(path, f"{label} is “{typed}”, which can be read in two ways.", value.way_out)
            return None
        if value is None or len(typed) > _DIGITS_MAX:
            self._refuse(
                path,
                f"{label}: “{typed[:_DIGITS_MAX]}” is not a number.",
                f"Type a number{_span(low, high, unit, is_low_allowed)}.",
            )
            return None
        way_out = f"Type a number{_span(low, high, unit, is_low_allowed)}."
        if low is not None and (value < low or (value == low and not is_low_allowed)):
            word = "below" if value < low else "not above"
            self._refuse(path, f"{label}: {_with(value, unit)} is {word} {number(low, 0)}{unit}.", way_out)
            return None
        if high is not None and value > high:
            self._refuse(path, f"{label}: {_with(value, unit)} is above {number(high, 0)}{unit}.", way_out)
            return None
        return value

    def percent(self, path: str, label: str, text: object) -> float | None:
        """Return the fraction meant by a percentage; a service judges its range, here only what no field could hold."""
        value = self.number(path, label, text, unit="%")
        if value is not None and abs(value) > _HUGE:
            size = "large" if value > 0 else "small"
            self._refuse(path, f"{label}: {_with(value, '%')} is too {size}.", "Type a percentage, such as 25.")
            return None
        return None if value is None else round(float(value) / 100, 12)

    def _refuse(self, path: str, message: str, advice: str) -> None:
        self.problems.append(FieldProblem(path, message, advice))


def _with(value: Decimal, unit: str) -> str:
    return f"{shown(value)}{unit if unit == '%' else ''}"


def _span(low: float | None, high: float | None, unit: str, is_low_allowed: bool) -> str:
    """Say which numbers are allowed: " from 0 to 80 years", " above 0%", nothing where all are."""
    start = None if low is None else f"{'from' if is_low_allowed else 'above'} {number(low, 0)}"
    end = None if high is None else number(high, 0)
    if start is None:
        return "" if end is None else f" up to {end}{unit}"
    if end is None:
        return f" {start}{unit}"
    return f" {start} {'to' if is_low_allowed else 'and up to'} {end}{unit}"
