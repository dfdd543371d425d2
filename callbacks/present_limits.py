"""How does the reading of a table of limits read, and what does the grid offer for each kind of limit?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from callbacks.optimize_numbers import TypedProblem
from callbacks.optimize_place import Placed
from components.toast import banner
from components.wizard_limit_grid import faults
from services import formatting
from services.formatting import Style
from services.limit_cells import BASES
from services.limit_kinds import DIMENSIONS, FORMS, GROUP_PREFIX, LimitForm, normalized, own_group
from services.messages.limits import LimitProblem, LimitsRead
from services.number_style import in_style

SHOWN_COUNT: Final = 50
NOT_EXPORTED: Final = "The limits were not saved: some of them cannot be used as they are."


def choices() -> list[dict[str, Any]]:
    """Return the kinds of limits that a row may be, with the cells that each has."""
    return [_choice(form) for form in FORMS] + [_choice(own_group("…")) | {"words": f"{GROUP_PREFIX} ", "names": []}]


def _choice(form: LimitForm) -> dict[str, Any]:
    dimension = form.fixed.get("dimension", "")
    return {
        "words": form.words,
        "names": [normalized(name) for name in (form.words, *form.also, form.kind)],
        "of": (dimension if dimension in DIMENSIONS else "group") if dimension else form.of,
        "sides": [side for side in ("least", "most") if getattr(form, side)],
        "unit": "%" if form.unit == "percent" else "",
        "bases": [BASES[one] for one in form.bases],
        "details": [one.key for one in form.details],
    }


def known(loaded: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Return the names of assets, sectors and groups that the wizard offers."""
    rows = (loaded or {}).get("assets") or ()
    found: dict[str, set[str]] = {"assets": set(), "sector": set()}
    for row in rows:
        found["assets"].add(row["symbol"])
        found["sector"].add(row["sector"])
        for dimension, name in (row.get("groups") or {}).items():
            found.setdefault(dimension, set()).add(name)
    return {name: sorted(given) for name, given in found.items()}


def read_words(read: LimitsRead, placed: Placed | None, style: Style) -> Any:
    """Return what is said of a table that was read: how many limits, and everything that is wrong or odd."""
    if placed is None:
        words = [in_style(text, style) for text in read.notes]
        title = in_style(read.sentence, style)
        listed = faults(_lines(read.problems, style), max(0, len(read.problems) - SHOWN_COUNT))
        return [banner(title, " ".join(words) or None, tone="bad"), listed]
    words = [_where(len(read.constraints), placed.rows_count), *(in_style(text, style) for text in read.notes)]
    if placed.absent:
        names = ", ".join(placed.absent[:12]) + (" and more" if len(placed.absent) > 12 else "")
        words.append(f"Not among the chosen assets: {names}. Their limits count once they are chosen in step 1.")
    title, tone = in_style(read.sentence, style), "warn" if read.warnings or placed.absent else "ok"
    listed = faults(_lines(read.warnings, style), max(0, len(read.warnings) - SHOWN_COUNT), tone="warn")
    return [banner(title, " ".join(words), tone=tone), listed]  # type: ignore[arg-type]


def _where(limits_count: int, rows_count: int) -> str:
    """Return where limits went that were read."""
    if rows_count == 0:
        return "All of them stand in the fields above."
    if rows_count >= limits_count:
        return "All of them stand in the table."
    return "Those that have a field stand there, the others in the table."


def _lines(found: Sequence[LimitProblem], style: Style) -> list[tuple[str, str, str]]:
    return [
        (_place(one.row, one.column), in_style(one.message, style), in_style(one.advice, style))
        for one in found[:SHOWN_COUNT]
    ]


def _place(row: int | None, column: str | None) -> str:
    if row is None:
        return ""
    return f"Row {row}, {column}" if column else f"Row {row}"


def not_saved(problems: Sequence[TypedProblem], style: Style) -> Any:
    """Return why limits were not saved to a file: a file with less than what stands here would mislead."""
    lines = [("", in_style(one.message, style), in_style(one.advice, style)) for one in problems[:SHOWN_COUNT]]
    count = formatting.count(len(problems), "problem", style=style)
    text = f"Put right {'it' if len(problems) == 1 else 'them'} first, so that the file says all that stands here."
    return [banner(NOT_EXPORTED, f"{count}. {text}", tone="bad"), faults(lines, max(0, len(problems) - SHOWN_COUNT))]
