"""Why is a file not booked yet, told all at once?"""

from __future__ import annotations

from services.errors import FieldProblem, InvalidRequest
from services.messages.holdings_import import HoldingsCheck


def refuse_unready(check: HoldingsCheck) -> None:
    """Refuse a draft that is not ready, naming everything.

    Raises
    ------
    InvalidRequest

    """
    if check.can_import:
        return
    fields = [FieldProblem(_place(one.line, one.column), one.message, one.advice) for one in check.problems[:100]]
    fields += [FieldProblem(one.name, one.sentence, "Answer it with one of the options.") for one in check.questions]
    fields += [
        FieldProblem(
            f"symbols.{one.key}", f"“{one.key}” is no asset that is known here.", "Choose one, or leave it out."
        )
        for one in check.symbols
        if one.status == "unknown"
    ]
    advice = "Put right what is named, then book it again." if fields else ""
    raise InvalidRequest(f"{check.sentence}", advice, code="import_not_ready", fields=tuple(fields))


def _place(line: int | None, column: str | None) -> str:
    if line is None:
        return column or "file"
    return f"line {line}" if column is None else f"line {line}, {column}"
