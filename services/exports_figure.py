"""How is a Plotly figure read as plain data: arrays, texts, colors, number formats?"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from services import formatting
from services.charts.tokens import pairs

_TAGS = re.compile(r"<[^>]+>")
_BREAKS = re.compile(r"<br\s*/?>", re.IGNORECASE)
_D3 = re.compile(r"^(?P<group>,)?(?:\.(?P<digits>\d+))?(?P<trim>~)?(?P<kind>[%fs])$")
_SHORT = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
DIGITS_MOST = 6
_RGBA = re.compile(r"rgba?\(([^)]+)\)")


def plain_figure(figure: Any) -> dict[str, Any]:
    """Return the dict of a figure, given as a Plotly figure or as a mapping, in the light theme."""
    plain = figure.to_plotly_json() if hasattr(figure, "to_plotly_json") else figure
    to_light = {dark: light for light, dark in pairs()}
    return _repainted(dict(plain), to_light)  # type: ignore[no-any-return]


def _repainted(value: Any, colors: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return colors.get(value, value)
    if isinstance(value, Mapping):
        return {key: _repainted(one, colors) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_repainted(one, colors) for one in value]
    return value


def array(value: Any) -> list[Any]:
    """Return a trace's array as a list: lists, tuples, NumPy arrays and Plotly's base64 form are all understood."""
    if value is None:
        return []
    if isinstance(value, Mapping) and "bdata" in value:
        raw = np.frombuffer(base64.b64decode(value["bdata"]), dtype=np.dtype(str(value["dtype"])))
        return list(raw.tolist())
    if isinstance(value, np.ndarray):
        return list(value.tolist())
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def each(value: Any, count: int) -> list[Any]:
    """Return one value a point, where one value for all was given."""
    if isinstance(value, (list, tuple, np.ndarray)) or (isinstance(value, Mapping) and "bdata" in value):
        return array(value)
    return [value] * count


def words(text: Any) -> tuple[str, bool]:
    """Return a text without markup, and whether it is bold."""
    raw = str(text)
    lines = _BREAKS.sub("\n", raw)
    return html.unescape(_TAGS.sub("", lines)), "<b>" in raw


def style_of(separators: object) -> formatting.Style:
    """Return the number format that a figure's ``separators`` stand for."""
    return {",.": "point", f",{formatting.NARROW_SPACE}": "space"}.get(str(separators), "comma")  # type: ignore[return-value]


def tick_words(value: float, d3_format: str | None, style: formatting.Style = "comma") -> str:
    """Write a number as Plotly writes it on an axis: `.1%`, `,.0f`, `.2f`, and `~s` for 20M."""
    found = _D3.match(d3_format or "")
    if found is None:
        return formatting.number(value, 0 if float(value).is_integer() else 2, style=style)
    digits = int(found["digits"] or 0)
    if found["kind"] == "s":
        size, mark = next((pair for pair in _SHORT if abs(value) >= pair[0]), (1.0, ""))
        short = round(value / size, 6)
        return f"{formatting.number(short, 0 if short.is_integer() else 1, style=style)}{mark}"
    write = formatting.percent if found["kind"] == "%" else formatting.number
    return write(value, digits, style=style)


def scale_words(values: Sequence[float], d3_format: str | None, style: formatting.Style = "comma") -> list[str]:
    """Write the marks of an axis as `tick_words` does, with the further digits that tell each mark as it is.

    A picture has marks of its own, which may stand closer together than those that the format was chosen for.
    """
    found = _D3.match(d3_format or "")
    if found is not None and found["kind"] != "s" and len(values) > 1:
        scaled = [value * (100 if found["kind"] == "%" else 1) for value in values]
        digits, step = int(found["digits"] or 0), abs(scaled[1] - scaled[0])
        while digits < DIGITS_MOST and any(abs(round(value, digits) - value) > step * 1e-6 for value in scaled):
            digits += 1
        d3_format = f".{digits}{found['kind']}"
    return [tick_words(value, d3_format, style) for value in values]


def rgba(color: Any, fallback: str = "#000000") -> tuple[float, float, float, float]:
    """Return a color as four fractions; hex with and without alpha, `rgb(...)` and `rgba(...)` are understood."""
    text = str(color or fallback).strip()
    found = _RGBA.fullmatch(text)
    if found:
        parts = [float(part) for part in found[1].split(",")]
        alpha = parts[3] if len(parts) > 3 else 1.0
        return parts[0] / 255, parts[1] / 255, parts[2] / 255, alpha
    digits = text.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * letter for letter in digits)
    if len(digits) not in (6, 8) or not re.fullmatch(r"[0-9a-fA-F]+", digits):
        return rgba(fallback) if text != fallback else (0.0, 0.0, 0.0, 1.0)
    values = [int(digits[n : n + 2], 16) / 255 for n in range(0, len(digits), 2)]
    return values[0], values[1], values[2], values[3] if len(values) == 4 else 1.0


def as_number(value: Any) -> float:
    """Return a coordinate as a number; what is missing becomes NaN."""
    if value is None:
        return float("nan")
    if isinstance(value, (date, datetime, np.datetime64)) or (isinstance(value, str) and value[:4].isdigit()):
        return float(np.datetime64(str(value)[:19].rstrip("Z"), "ms").astype("int64")) / 86_400_000
    try:
        return float(value)
    except ValueError:
        return float("nan")


def is_date(values: Sequence[Any]) -> bool:
    """Return whether an array holds days or moments."""
    first = next((value for value in values if value is not None), None)
    if isinstance(first, (date, datetime, np.datetime64)):
        return True
    return isinstance(first, str) and re.match(r"^\d{4}-\d{2}-\d{2}", first) is not None
