"""Which answers about a file make no sense, and which of them hold for the next file with its header?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.reference.currencies import CURRENCIES
from data.upload.holdings.layout import DayOrder, FileKind
from data.upload.holdings.registry import all_layouts, layout_named
from data.upload.holdings.rows import Wishes
from data.upload.holdings.words import KINDS
from data.upload.values import FIRST_DAY
from services.errors import FieldProblem, InvalidRequest
from services.messages.holdings_import import ImportChoices

REMEMBERED = ("layout", "columns", "day_order", "decimal", "words", "currency")
"""What of the choices a template keeps: how the file is read, never what it means for one portfolio."""
OF_ONE_MAKER = ("day_order", "decimal", "currency")
"""What follows from the maker of a file: a header that any maker may write does not tell it."""


def refuse_senseless(choices: ImportChoices, today: date) -> None:
    """Refuse answers that no file can have.

    Raises
    ------
    InvalidRequest

    """
    found = []
    if choices.layout and choices.layout not in all_layouts():
        found.append(FieldProblem("layout", f"There is no layout “{choices.layout}”.", "Choose one from the list."))
    if choices.currency and choices.currency.upper() not in CURRENCIES:
        advice = f"Use one of: {', '.join(CURRENCIES)}."
        found.append(FieldProblem("currency", f"“{choices.currency}” is no currency here.", advice))
    for word, kind in choices.words.items():
        if kind not in KINDS:
            advice = f"Use one of: {', '.join(KINDS)}."
            found.append(FieldProblem(f"words.{word}", f"“{kind}” is no kind of transaction.", advice))
    if choices.as_of is not None and not FIRST_DAY <= choices.as_of <= today:
        message = f"{choices.as_of.isoformat()} is no day on which something can have been held."
        advice = f"Use a day from {FIRST_DAY.isoformat()} to {today.isoformat()}."
        found.append(FieldProblem("as_of", message, advice))
    if found:
        raise InvalidRequest(found[0].message, found[0].advice, fields=tuple(found))


def kept(choices: ImportChoices, layout: str, kind: FileKind) -> dict[str, Any]:
    """Return what of the choices holds for every file with this header."""
    return remembered(choices.model_dump(mode="json", include=set(REMEMBERED)) | {"layout": layout}, kind)


def remembered(known: Mapping[str, Any], kind: FileKind) -> dict[str, Any]:
    """Return what a template says of a file, without what only the maker of a file can say."""
    is_general = not layout_named(str(known.get("layout") or ""), kind).needs
    return {name: value for name, value in known.items() if not (is_general and name in OF_ONE_MAKER)}


def wishes_of(choices: ImportChoices) -> Wishes:
    """Return the choices in the terms of whoever reads files."""
    return Wishes(
        kind=None if choices.kind is None else FileKind(choices.kind.value),
        layout=choices.layout or "",
        columns=choices.columns,
        day_order=None if choices.day_order is None else DayOrder(choices.day_order),
        decimal=choices.decimal or "",
        words=dict(choices.words),
        currency=(choices.currency or "").upper(),
        weight_unit=choices.weight_unit or "",
    )
