"""What is the one text of a JSON value, so that equal requests have equal fingerprints?

RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units, no blanks, numbers as ECMAScript writes them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from json.encoder import encode_basestring as _text
from typing import Any

from pydantic_core import to_json

ROW_MIN_COUNT = 8


def canonical_json(value: Any) -> str:
    """Return the canonical text of a JSON value.

    Parameters
    ----------
    value
        None, bool, int, float, str, list, tuple or dict with text keys.

    Raises
    ------
    ValueError
        For NaN or infinity, which JSON cannot carry, and for integers beyond the exact range of a double.
    TypeError
        For any other type.

    """
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is float:
        return _number(value)
    if kind is int and -(2**53) <= value <= 2**53:
        return str(value)
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if kind is list or kind is tuple:
        if len(value) >= ROW_MIN_COUNT and set(map(type, value)) == {float}:
            return f"[{_row(value)}]"
        return "[" + ",".join([_number(item) if type(item) is float else canonical_json(item) for item in value]) + "]"
    if kind is dict:
        return _object(value)
    return _derived(value)


def _object(value: dict[str, Any]) -> str:
    keys = sorted(value) if all(map(str.isascii, value)) else sorted(value, key=_utf_16)
    parts = []
    for key in keys:
        item = value[key]
        kind = type(item)
        if kind is str:
            text = _text(item)
        elif item is None:
            text = "null"
        else:
            text = _number(item) if kind is float else canonical_json(item)
        parts.append(f"{_text(key)}:{text}")
    return "{" + ",".join(parts) + "}"


def _derived(value: Any) -> str:
    """Return the text of an integer, and of what is derived from a JSON type."""
    if isinstance(value, int):
        if abs(value) > 2**53:
            raise ValueError(f"{value} is beyond the integers that JSON carries exactly.")
        return str(int(value))
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _number(float(value))
    if isinstance(value, list | tuple):
        return canonical_json(list(value))
    if isinstance(value, dict):
        return _object(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value.")


def _utf_16(key: str) -> bytes:
    return key.encode("utf-16-be")


def sha256_of(value: Any) -> str:
    """Return the hexadecimal SHA-256 of the canonical text of a JSON value, in UTF-8."""
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()


def _row(values: Sequence[float]) -> str:
    """Return doubles as `_number` writes each, joined by commas: pydantic's digits, which differ little, at once."""
    text = to_json(values).decode() + ","
    if "N" in text or "I" in text or "e+" in text or "-0.0," in text or "-0.0]" in text:
        return ",".join(map(_number, values))
    text = text[1:-2] + ","
    if ".0," in text:
        text = text.replace(".0,", ",")
    if "e-6," in text:
        text = ",".join([_millionths(one) if one.endswith("e-6") else one for one in text.split(",")])
    return text[:-1]


def _millionths(text: str) -> str:
    """Return ``1.5e-6`` as ECMAScript writes it: ``0.0000015``."""
    sign = "-" if text.startswith("-") else ""
    return f"{sign}0.00000{text.removeprefix('-').removesuffix('e-6').replace('.', '')}"


def _number(value: float) -> str:
    """Write a double as ECMAScript's Number::toString does (ECMA-262, 6.1.6.1.20)."""
    text = repr(value)
    if "e" not in text and "n" not in text:  # from 1e-4 to 1e16 both write the same digits
        if not text.endswith(".0"):
            return text
        return text[:-2] if value else "0"
    if not math.isfinite(value):
        raise ValueError("NaN and infinity are not JSON numbers.")
    sign = "-" if value < 0 else ""
    mantissa, _, exponent_text = f"{abs(value)!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    part = "" if part == "0" else part
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(exponent_text or 0) - (len(whole + part) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return f"{sign}{digits}{'0' * (point - count)}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
