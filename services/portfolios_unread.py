"""What can still be read of positions whose JSON does not have the declared form?

Whoever sends ten rows with one of them broken wants to hear of an unknown symbol in the ninth as well, at once.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from services.errors import FieldProblem
from services.field_problems import field_problems
from services.messages.portfolios import PositionInput, PositionsInput
from services.portfolios_positions import Unread

ROWS_MAX_COUNT = 2000


def parse(text: str) -> tuple[PositionsInput, Unread, tuple[FieldProblem, ...]]:
    """Return the positions as far as they can be read, what could not be, and why.

    Parameters
    ----------
    text : str
        A JSON document.

    Returns
    -------
    (PositionsInput, Unread, tuple of FieldProblem)
        Without problems, everything was read.
    """
    try:
        return PositionsInput.model_validate_json(text, strict=True), Unread(), ()
    except ValidationError as error:
        problems = field_problems(error)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    given: dict[str, Any] = document if isinstance(document, dict) else {}
    rows, places, amounts, is_whole = _rows(given.get("positions"))
    others = {name: value for name, value in given.items() if name != "positions"}
    bad = _refused({**others, "positions": []})
    fields = bad & set(PositionsInput.model_fields) | (set() if is_whole else {"positions"})
    good = {name: value for name, value in others.items() if name not in bad}
    top = PositionsInput.model_validate_json(json.dumps({**good, "positions": []}), strict=True)
    unread = Unread(frozenset(fields), tuple(places), frozenset(amounts))
    return top.model_copy(update={"positions": tuple(rows)}), unread, problems


def _rows(given: object) -> tuple[list[PositionInput], list[int], set[int], bool]:
    """Return the rows with a symbol, their places, those whose amounts are unknown, and whether all was read."""
    if not isinstance(given, list) or len(given) > ROWS_MAX_COUNT:
        return [], [], set(), False
    rows: list[PositionInput] = []
    places: list[int] = []
    amounts: set[int] = set()
    for place, row in enumerate(given):
        symbol = row.get("symbol") if isinstance(row, dict) else None
        if not isinstance(symbol, str) or not symbol.isprintable():
            continue
        try:
            rows.append(PositionInput.model_validate_json(json.dumps(row), strict=True))
        except ValidationError:
            rows.append(PositionInput(symbol=symbol))
            amounts.add(place)
        places.append(place)
    return rows, places, amounts, len(rows) == len(given) and not amounts


def _refused(given: dict[str, Any]) -> set[str]:
    """Return which of the fields beside the rows cannot be read, unknown ones included."""
    try:
        PositionsInput.model_validate_json(json.dumps(given), strict=True)
    except ValidationError as error:
        return {str(found["loc"][0]) for found in error.errors(include_url=False) if found["loc"]}
    return set()
