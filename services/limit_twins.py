"""Which rows of a table limit the same thing twice, and which of them decides?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from services.limit_cells import written
from services.limit_kinds import forms_of
from services.messages.limits import LimitProblem

if TYPE_CHECKING:
    from services.limit_table import ReadLimit

_OPEN: Final = {"min_frac": 0.0, "max_frac": 1.0}
"""Sides of a position's limit that say nothing."""
NAMES_MAX_COUNT: Final = 3


def twin_warnings(limits: list[ReadLimit]) -> list[LimitProblem]:
    """Return a warning at every row that limits what an earlier row limits.

    A hard limit beside a soft one, and a least in one row beside a most in another, are no repetition.
    """
    found: list[LimitProblem] = []
    seen: defaultdict[str, list[ReadLimit]] = defaultdict(list)
    for one in limits:
        alike = seen[_subject(one)]
        earlier = next((other for other in alike if _share_a_side(other, one)), None)
        if earlier is not None:
            found.append(_told(earlier, one))
        alike.append(one)
    return found


def _share_a_side(one: ReadLimit, other: ReadLimit) -> bool:
    sides = _sides(one), _sides(other)
    return bool(sides[0].keys() & sides[1].keys()) or not (sides[0] or sides[1])


def _subject(one: ReadLimit) -> str:
    """Return what a limit is about, and how: everything of it but its figures."""
    names = _side_names(one)
    about = {name: value for name, value in one.document.items() if name not in names}
    if isinstance(about.get("assets"), list):
        about["assets"] = sorted(about["assets"])
    return json.dumps(about, sort_keys=True)


def _side_names(one: ReadLimit) -> dict[str, str]:
    return {
        name: column
        for form in forms_of(one.document)
        for column in ("least", "most")
        if (name := getattr(form, column))
    }


def _sides(one: ReadLimit) -> dict[str, float]:
    """Return the figures that a limit states, by the columns they stand in."""
    is_position = one.document["kind"] == "position_bounds"
    stated: Mapping[str, Any] = {name: one.document.get(name) for name in _side_names(one)}
    return {
        name: value
        for name, value in stated.items()
        if value is not None and not (is_position and value == _OPEN.get(name))
    }


def _told(earlier: ReadLimit, one: ReadLimit) -> LimitProblem:
    first, row = earlier.places["kind"][0], one.places["kind"][0]
    sides, names = (_sides(earlier), _sides(one)), _side_names(one)
    form = forms_of(one.document)[0]
    what = f"{form.words} {_whose(one, form.of)}".strip()
    if sides[0] == sides[1]:
        message = f"{what} is limited in row {first} already, to the same figures."
        return LimitProblem(row=row, column="limit", message=message, advice="Both count once; leave one of them out.")
    decides = []
    for name in sorted(sides[0].keys() | sides[1].keys(), key=lambda name: names[name]):
        is_least = names[name] == "least"
        given = [(side[name], at) for side, at in zip(sides, (first, row), strict=True) if name in side]
        value, at = max(given, key=lambda pair: pair[0]) if is_least else min(given, key=lambda pair: pair[0])
        decides.append(f"at {names[name]} {written(value, form)} of row {at}")
    message = f"{what} is limited in row {first} already, to other figures."
    advice = f"Both hold, so the narrower one decides: {' and '.join(decides)}. Leave out the row that is not meant."
    return LimitProblem(row=row, column="limit", message=message, advice=advice)


def _whose(one: ReadLimit, field: str) -> str:
    """Return the names that stand in the column `of`, the first few; empty for the whole portfolio or every asset."""
    given = one.document.get(field) if field else None
    names = [given] if isinstance(given, str) else list(given or ())
    return ", ".join(names[:NAMES_MAX_COUNT]) + (" and more" if len(names) > NAMES_MAX_COUNT else "")
