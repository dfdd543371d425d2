"""How do the rows of the grid of all other limits become limits, and how do limits become such rows?

A row is kept as it was typed, with an id of its own; what is wrong with it is told at its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from callbacks.optimize_numbers import TypedProblem
from callbacks.typed_marks import doubt_of
from services.limit_rows import rows_of
from services.limit_table import read_rows
from services.messages.limits import LimitRow

COLUMNS: Final = ("limit", "of", "least", "most", "measured_from", "firm", "details")
PART: Final = "others"


@dataclass(frozen=True)
class Others:
    """What the grid says: each limit with the parts of the draft that its fields came from, and what is wrong."""

    limits: tuple[tuple[dict[str, Any], dict[str, str]], ...]
    problems: tuple[TypedProblem, ...]

    @property
    def net(self) -> dict[str, Any] | None:
        """The limit on the net investment, if there is one in the grid."""
        return next((limit for limit, _ in self.limits if limit["kind"] == "budget"), None)


def read_others(entries: Sequence[Mapping[str, Any]]) -> Others:
    """Return the limits of the grid's rows, and every problem at its cell."""
    rows = with_ids(entries)
    keys = [str(row["id"]) for row in rows]
    reading = read_rows([_row(number, row) for number, row in enumerate(rows, 1)])

    def key(row: int, column: str) -> str:
        return f"{PART}.{keys[row - 1]}.{column.replace(' ', '_')}"

    problems = tuple(
        TypedProblem(key(one.row or 1, one.column or "limit"), f"Row {one.row}: {one.message}", one.advice)
        for one in reading.problems
    )
    told = {problem.key for problem in problems}
    problems += tuple(one for one in _in_doubt(rows, key) if one.key not in told)
    limits = tuple(
        (one.document, {name: key(*place) for name, place in reversed(one.places.items())}) for one in reading.limits
    )
    return Others(limits, problems)


def _in_doubt(rows: Sequence[Mapping[str, Any]], key: Callable[[int, str], str]) -> Iterator[TypedProblem]:
    """Yield the cells whose figure may be read in two ways."""
    for number, row in enumerate(rows, 1):
        for column in ("least", "most"):
            typed = str(row.get(column) or "").strip()
            body = typed.removesuffix("%").strip()
            doubt = doubt_of(body, "percent")
            if doubt is not None:
                yield TypedProblem(
                    key(number, column), f"Row {number}: “{typed}” can be read in two ways.", doubt.way_out
                )


def named_rows(problems: Sequence[TypedProblem], entries: Sequence[Mapping[str, Any]]) -> tuple[TypedProblem, ...]:
    """Return the problems with the row of the grid before those that show only beside the data."""
    numbers = {str(row["id"]): number for number, row in enumerate(with_ids(entries), 1)}

    def named(one: TypedProblem) -> TypedProblem:
        part, _, rest = one.key.partition(".")
        number = numbers.get(rest.partition(".")[0]) if part == PART else None
        start = f"Row {number}: "
        if number is None or one.message.startswith(start):
            return one
        return replace(one, message=start + one.message)

    return tuple(named(one) for one in problems)


def with_ids(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of a draft; a limit that an older draft kept in the form of a request becomes rows."""
    found: list[dict[str, Any]] = []
    for entry in entries:
        if "kind" in entry:
            found += as_rows([entry], found)
        else:
            found.append(dict(entry))
    return found


def as_rows(limits: Iterable[Mapping[str, Any]], beside: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return the rows that state limits, with ids that none of the rows beside them has."""
    taken = {str(row.get("id")) for row in beside}
    free = (name for name in (f"r{number}" for number in range(1, 1_000_000)) if name not in taken)
    return [{"id": next(free), **{name: getattr(row, name) for name in COLUMNS}} for row in rows_of(limits)]


def _row(number: int, row: Mapping[str, Any]) -> LimitRow:
    return LimitRow(number=number, **{name: str(row.get(name) or "") for name in COLUMNS})
