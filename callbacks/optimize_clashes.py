"""What in a draft cannot hold together, and which changes are the cheapest way out?"""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.optimize_summary import Checked
from services.formatting import Style
from services.messages.optimize import OptimizationRequest
from services.number_style import in_style
from services.optimize_repairs import JOINT, repaired


def clashes(checked: Checked, style: Style) -> tuple[Any, bool]:
    """Return what is told about limits that clash, and whether the whole box stays hidden."""
    found = checked.preview.diagnosis if checked.preview is not None and checked.is_ready else None
    if found is None or found.is_feasible or found.joint_repair is None or not found.joint_repair.changes:
        return [], True
    several = len(found.conflicts) > 1
    told: list[Any] = [html.H2("What clashes", className="visually-hidden")]
    told += [html.P(in_style(one.sentence, style)) for one in found.conflicts] if several else []
    told.append(html.P([html.Strong("The cheapest way out: "), in_style(found.joint_repair.sentence, style)]))
    told += [html.P(in_style(text, style), className="muted") for text in found.notes]
    return told, False


def repaired_of(checked: Checked) -> tuple[OptimizationRequest, str]:
    """Return the request with the cheapest changes, and these in words.

    Raises
    ------
    ValueError
        When nothing clashes, or no way out was found.

    """
    if checked.request is None or checked.preview is None:
        raise ValueError("There is no request that could be mended.")
    return repaired(checked.request, checked.preview.diagnosis, JOINT)
