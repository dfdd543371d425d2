"""In which shapes are tables of limits read and written?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.spec import AnyConstraint
from services.messages.frozen import Message

ROWS_MAX_COUNT = 2500


class LimitRow(Message):
    """One line of a table of limits, every cell as text.

    `number` is the line in the file, or the place in the list, counted from 1.
    """

    number: int
    limit: str = ""
    of: str = ""
    least: str = ""
    most: str = ""
    measured_from: str = ""
    firm: str = ""
    details: str = ""


class LimitProblem(Message):
    """One thing at one cell: its row, None where the file as a whole is meant, its column, cause and way out."""

    row: int | None
    column: str | None
    message: str
    advice: str


class LimitsRead(Message):
    """What a table of limits says.

    `constraints` go into an optimization as they are. They are empty while there are `problems`, so that nothing is
    half applied. `warnings` do not stand in the way: a figure may have been meant otherwise. `notes` say how the file
    was read.
    """

    sentence: str
    rows_count: int
    constraints: tuple[AnyConstraint, ...]
    problems: tuple[LimitProblem, ...]
    warnings: tuple[LimitProblem, ...]
    notes: tuple[str, ...]


class LimitTableWish(Message):
    """Limits to be written as a table: those of an optimization, and the decimal mark of the file.

    With a decimal comma, semicolons stand between the cells, as Excel writes it where commas are decimal marks.
    """

    constraints: Annotated[tuple[AnyConstraint, ...], Field(max_length=ROWS_MAX_COUNT)]
    decimal: Literal["point", "comma"] = "point"
