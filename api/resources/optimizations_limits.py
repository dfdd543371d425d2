"""How does a program read limits from a table, and write them as one?"""

from __future__ import annotations

from typing import Any

from flask import Response

from api.access import actor, services
from api.answers import answer, attachment
from api.reading import BODY_MAX_BYTES
from api.routing import Resource, as_text, file_answer, needs, takes_text
from api.uploads import CSV_BODY, CSV_TYPES, received_file
from services.auth.roles import Permission
from services.limit_files import FILE_MAX_BYTES
from services.messages.limits import LimitsRead, LimitTableWish

resource = Resource(
    "optimization_limits", "Tables of limits", "Limits of an optimization as a CSV file, one a line in plain words."
)

EXAMPLE: dict[str, Any] = {
    "constraints": [
        {"kind": "group_limit", "dimension": "country", "group": "US", "max_frac": 0.6},
        {"kind": "tracking_error", "max_annual_frac": 0.04, "is_soft": True, "priority": 5},
    ]
}


@resource.route_for(
    "post",
    "/optimizations/limits/read",
    "Read limits from a table",
    answers={200: LimitsRead},
    repeatable=False,
    file_body=CSV_BODY,
)
@needs(Permission.MARKET_READ)
def read_limits() -> Response:
    """Return the `constraints` that a CSV file states, sent as `file` of a form or as the body itself.

    With `problems`, each with its row, column, cause and way out, `constraints` is empty. Nothing is stored.
    """
    raw, _ = received_file(None, FILE_MAX_BYTES, CSV_TYPES)
    return answer(services().limits.read(raw, actor()))


def _read_wish(text: str) -> LimitTableWish:
    """Return the limits that the text lists, or refuse it with every problem."""
    return services().limits.parse_wish(text)


@resource.route_for(
    "post",
    "/optimizations/limits/table",
    "Write limits as a table",
    answers={200: file_answer("text/csv")},
    repeatable=False,
    example=EXAMPLE,
)
@needs(Permission.MARKET_READ)
@takes_text(BODY_MAX_BYTES, _read_wish)
def write_limits(body: LimitTableWish) -> Response:
    """Return `constraints` as a CSV file that can be read back; `decimal` is `comma` for a decimal comma."""
    wish = _read_wish(as_text(body))
    return attachment(services().limits.table(wish, actor()), "text/csv; charset=utf-8", "limits.csv")
