"""What follows from a checked draft beside its fields: the views in words, and a goal that can be reached?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks.optimize_summary import Checked
from callbacks.optimize_views import said_of
from services.formatting import Style
from services.number_style import in_style


def beside(checked: Checked, draft: Mapping[str, Any], style: Style) -> dict[str, Any]:
    """Return what assets/wizard_tables.js shows beside the fields.

    Parameters
    ----------
    checked : Checked
        The draft after every check, in the words of its reader.
    draft : mapping
        What was typed.
    style : Style
        Number format of the reader.

    """
    wrong = {
        problem.key: in_style(f"{problem.message} {problem.advice}".strip(), style) for problem in checked.problems
    }
    said = said_of(draft.get("views") or [], draft.get("assets") or [], wrong)
    return {
        "views": [one | {"text": in_style(one["text"], style)} for one in said],
        "no_excess": _no_excess(checked, style),
    }


def _no_excess(checked: Checked, style: Style) -> str | None:
    """Return why no Sharpe ratio can be maximized, None where one can."""
    if checked.preview is None or not checked.is_ready or checked.preview.obstacle is None:
        return None
    obstacle = checked.preview.obstacle
    return in_style(obstacle.message, style) if obstacle.path == "objective" else None
