"""How do the figures of a draft stand in the fields of somebody who writes a decimal comma?

A draft that comes from a request holds figures with a decimal point. They are shown with the reader's own mark; both
are understood when they come back, and a figure that nobody changed is recognized with either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from services.formatting import NUMBER_MARKS, Style

_FIGURE: Final = re.compile(r"[+-]?\d+\.\d+\s?%?")
_LOCAL: Final = re.compile(r"[+-]?\d+,\d+\s?%?")
_AS_THEY_ARE: Final = frozenset({"name", "origin", "kept", "applied", "assets", "as_of", "own_groups", "portfolio_id"})
"""Parts that are no figures, whatever they look like; `kept` is the request itself."""

_DATED_LINE: Final = re.compile(r"^(\S+ [+-]?\d+)\.(\d+)$", re.MULTILINE)


def localized(draft: Mapping[str, Any], style: Style) -> dict[str, Any]:
    """Return a draft with its figures in the reader's style; thousands are never set off."""
    if NUMBER_MARKS[style][1] == ".":
        return dict(draft)
    made = {key: value if key in _AS_THEY_ARE else _shown(value) for key, value in draft.items()}
    lines = {"rates": _DATED_LINE.sub(r"\1,\2", str(draft["rates"]))} if draft.get("rates") else {}
    return made | lines


def _shown(value: Any) -> Any:
    """Return a part of a draft with a decimal comma in every text that is a figure."""
    if isinstance(value, str):
        return value.replace(".", ",") if _FIGURE.fullmatch(value) else value
    if isinstance(value, Mapping):
        return {key: one if key == "own" else _shown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shown(one) for one in value]
    return value


def pointed(value: Any) -> Any:
    """Return texts, alone or in maps, with a decimal point where they have a decimal comma, to compare them."""
    if isinstance(value, Mapping):
        return {key: pointed(one) for key, one in value.items()}
    return value.replace(",", ".") if isinstance(value, str) and _LOCAL.fullmatch(value) else value
