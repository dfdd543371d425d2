"""Where in a draft do limits belong that somebody brings: into their fields, or as rows of the grid?

Whatever a field cannot hold exactly becomes a row, so that nothing of what was brought is lost. What stands in the
draft already stays, unless the same limit is brought anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from callbacks.optimize_limits import has_short_fields, in_place
from callbacks.optimize_others import as_rows, with_ids
from components.wizard_draft import DEFAULTS, HARD
from services.limit_kinds import normalized

_MAPS: Final = ("bounds", "sectors")
_BLANK: Final = {"min": "0", "max": "100", "zero_or_min": False, "bounds": {}, "sectors": {}, "others": []}
_LIMIT_FIELDS: Final = (
    "turnover_max", "tracking_max", "volatility_max", "cvar_max", "esg_min", "count_min", "count_max", "trade_min",
)  # fmt: skip
_SINGLE: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "turnover": (("turnover_max",), "turnover_soft"),
    "tracking_error": (("tracking_max",), "tracking_soft"),
    "volatility_ceiling": (("volatility_max",), "volatility_soft"),
    "esg_floor": (("esg_min",), "esg_soft"),
    "holdings_count": (("count_min", "count_max"), ""),
    "min_trade": (("trade_min",), ""),
}
"""Kinds that an optimization may have once as firm and once as soft: their fields, and the field that says how firm."""


@dataclass(frozen=True)
class Placed:
    """A draft with the limits that were brought, how many of them are rows, and assets that are not chosen."""

    draft: dict[str, Any]
    rows_count: int
    absent: tuple[str, ...]


def place(draft: Mapping[str, Any], limits: Sequence[Mapping[str, Any]]) -> Placed:
    """Return the draft with these limits.

    Parameters
    ----------
    draft : mapping
    limits : sequence of mapping
        In the form of a request, as they were read from a table.

    """
    before = DEFAULTS | dict(draft)
    named = {asset for limit in limits for asset in limit.get("assets") or ()}
    blank = before | _BLANK | dict.fromkeys(_LIMIT_FIELDS, "") | {"assets": sorted({*before["assets"], *named})}
    has_shorts = bool(before["long_short"]) or any(has_short_fields(limit) for limit in limits)
    scratch, touched = in_place(blank, limits, has_shorts=has_shorts)
    parts = {name: scratch[name] for name in touched - {*_MAPS, "others"}}
    parts |= {name: {**before[name], **scratch[name]} for name in _MAPS}
    parts |= _freed(before, limits, touched)
    brought = {_identity(row) for row in as_rows(limits)}
    kept = [row for row in with_ids(before["others"]) if _identity(row) not in brought]
    rows = [_free(row, kept, number) for number, row in enumerate(scratch["others"], 1)]
    placed = before | parts | {"others": [*kept, *rows]}
    return Placed(placed, len(rows), tuple(sorted(named - set(before["assets"]))))


def _freed(before: Mapping[str, Any], limits: Sequence[Mapping[str, Any]], touched: frozenset[str]) -> dict[str, str]:
    """Empty the fields whose limit was brought anew and stands in a row now."""
    freed: dict[str, str] = {}
    for limit in limits:
        fields, firm = _SINGLE.get(str(limit["kind"]), ((), ""))
        is_soft = bool(firm) and before[firm] != HARD
        if not touched & set(fields) and is_soft == bool(limit["is_soft"]):
            freed |= dict.fromkeys(fields, "")
    return freed


def _identity(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what makes a row the same limit as another one, whatever its figures are."""
    words = [normalized(str(row.get(name) or "")) for name in ("limit", "of", "measured_from", "details")]
    return (*words, "soft" if normalized(str(row.get("firm") or "")).startswith("may") else "hard")


def _free(row: dict[str, Any], beside: Sequence[Mapping[str, Any]], number: int) -> dict[str, Any]:
    """Return the row with an id that none of the rows beside it has."""
    taken = {str(one["id"]) for one in beside}
    return row | {
        "id": next(f"i{number}{'x' * n}" for n in range(len(taken) + 1) if f"i{number}{'x' * n}" not in taken)
    }
