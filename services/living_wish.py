"""How is a JSON text read that asks for a moving frontier, or for the answer to a move, with every problem told?"""

from __future__ import annotations

import math
from typing import Any

from services.errors import FieldProblem
from services.messages.living import LivingWish, MovedWish
from services.optimize_wishes import document_of, request_of, settled

MOVES_MAX_COUNT = 500
CLAIMED_MAX_COUNT = 2000
WAY = "Send `request`, `moves`, `claimed` and `seq`."
EXAMPLE = '{"request": {...}, "moves": {"max": 0.1}}'


def parse_living_wish(text: str | bytes) -> LivingWish:
    """Return of which request a JSON text asks for the moving frontier; raises InvalidRequest with every problem."""
    document, fields = document_of(text, ("request",), "Send `request`.", '{"request": {...}}')
    return LivingWish(request=settled(request_of(document, fields), fields))


def parse_moved_wish(text: str | bytes) -> MovedWish:
    """Return where a JSON text moves the limits of which request; raises InvalidRequest with every problem."""
    document, fields = document_of(text, ("request", "moves", "claimed", "seq"), WAY, EXAMPLE)
    moves, claimed = _moves(document.get("moves", {}), fields), _claimed(document.get("claimed", []), fields)
    seq = document.get("seq", 0)
    if isinstance(seq, bool) or not isinstance(seq, int) or seq < 0:
        fields.append(FieldProblem("seq", "This is no number of a move.", "Send a whole number from 0."))
    request = settled(request_of(document, fields), fields)
    return MovedWish(request=request, moves=moves, claimed=claimed, seq=seq)


def _moves(given: Any, fields: list[FieldProblem]) -> dict[str, float]:
    """Return the moves; what is none is noted."""
    if not isinstance(given, dict) or len(given) > MOVES_MAX_COUNT:
        advice = f'Send an object of at most {MOVES_MAX_COUNT} keys, such as {{"max": 0.1}}.'
        fields.append(FieldProblem("moves", "These are no moves.", advice))
        return {}
    wrong = [key for key, value in given.items() if not _is_number(value)]
    fields += [FieldProblem(f"moves.{key}", "This is no number.", "Send a finite number.") for key in wrong]
    return {key: float(value) for key, value in given.items() if key not in wrong}


def _claimed(given: Any, fields: list[FieldProblem]) -> tuple[tuple[float, ...], ...]:
    """Return claimed corners; what is none is noted."""
    is_table = isinstance(given, list) and len(given) <= CLAIMED_MAX_COUNT
    if not is_table or not all(isinstance(row, list) and all(map(_is_number, row)) for row in given):
        advice = f"Send at most {CLAIMED_MAX_COUNT} rows of weights, one number an asset."
        fields.append(FieldProblem("claimed", "These are no corners.", advice))
        return ()
    return tuple(tuple(float(one) for one in row) for row in given)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
