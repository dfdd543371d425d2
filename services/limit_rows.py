"""How do limits stand in a table, one a line in plain words, with nothing lost?

What has no column stands under `details`; `services.limit_table` reads such lines back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.constraints import CONSTRAINTS
from services.limit_cells import (
    ABSOLUTE,
    BASES,
    USUAL_PRIORITY,
    Mark,
    detail_written,
    firm_written,
    names_written,
    written,
)
from services.limit_kinds import PRIORITY, LimitForm, forms_of, quoted
from services.messages.limits import LimitRow

OPEN_FRAC: Final = 2.0
"""The distance from a reference weight that stands for none at all."""


def rows_of(limits: Iterable[Mapping[str, Any]], mark: Mark = "point") -> list[LimitRow]:
    """Return the lines of limits given in the form of a request.

    Parameters
    ----------
    limits
        Documents that the engine accepts.
    mark
        The decimal mark of figures.

    """
    found: list[LimitRow] = []
    for limit in limits:
        model = CONSTRAINTS.get(str(limit["kind"])).model_validate_json(json.dumps(dict(limit)))
        whole = model.model_dump(mode="json")
        found += [_row(len(found) + 1 + n, whole, form, mark) for n, form in enumerate(forms_of(whole))]
    return found


def _row(number: int, limit: Mapping[str, Any], form: LimitForm, mark: Mark) -> LimitRow:
    base = str(limit.get("relative_to", ABSOLUTE))
    is_soft, priority = bool(limit["is_soft"]), int(limit["priority"])
    said = [
        detail_written(one, limit[one.name], form, mark)
        for one in form.details
        if limit[one.name] is not None and limit[one.name] != _default(form.kind, one.name)
    ]
    if not is_soft and priority != USUAL_PRIORITY:
        said.append(f"{PRIORITY.key}={priority}")
    named = limit[form.of] if form.of else None
    return LimitRow(
        number=number,
        limit=form.words,
        of=names_written(named or ()) if form.of == "assets" else "" if named is None else quoted(str(named)),
        least=_side(limit, form, form.least, base, mark),
        most=_side(limit, form, form.most, base, mark),
        measured_from=BASES.get(base, ""),
        firm=firm_written(is_soft, priority),
        details="; ".join(said),
    )


def _side(limit: Mapping[str, Any], form: LimitForm, name: str, base: str, mark: Mark) -> str:
    value: Any = limit[name] if name else None
    if value is None:
        return ""
    is_distance = form.kind == "position_bounds" and base != ABSOLUTE
    is_open = is_distance and (value <= -OPEN_FRAC if name == form.least else value >= OPEN_FRAC)
    return "" if is_open else written(value, form, mark)


def _default(kind: str, name: str) -> Any:
    return CONSTRAINTS.get(kind).model_fields[name].default
