"""What stands in the places of the reasons: choices, notes and prices, or why there are none?"""

from __future__ import annotations

from typing import Any

from callbacks.optimize_words import plain
from callbacks.run_why_prices import price_view
from callbacks.run_why_words import asset_options, part_rows
from components.result_why import notes, parts, price_tags
from services.errors import ServiceError
from services.formatting import Style
from services.messages.explanation import ExplanationResult, RunExplanation
from services.messages.optimize import OptimizationRequest, OptimizationResult
from services.number_style import in_style

PART_HEADS = (("Asset", False), ("Part of the risk", True), ("Share", True))
PARTS_TITLE = "Instead of reasons, each asset's part of the risk that this goal is about:"


def answered(
    found: RunExplanation,
    result: OptimizationResult,
    asked: OptimizationRequest,
    asset: str | None,
    style: Style,
) -> tuple[Any, ...]:
    """Return whether the choice and the question are hidden, the assets, the chosen one, the notes and the prices.

    Parameters
    ----------
    found : RunExplanation
    result, asked
        The answer that is explained, and its request.
    asset : str or None
        The asset that is chosen already; the largest weight where there is none.
    style : Style
        Number format of the reader.

    """
    explained = found.explanation
    options = asset_options(explained, style)
    known = [one["value"] for one in options]
    chosen = asset if asset in known else next(iter(known), None)
    has_return = explained.unit == "annual_return" and bool(known)
    goal_kind = str(asked.objective.model_dump()["kind"])
    changed = in_style(found.note, style) if found.note else None
    said = notes(changed, _said(explained, result, style))
    if explained.risk_parts:
        rows, foot = part_rows(explained, style)
        said.append(parts(PART_HEADS, rows, foot, [PARTS_TITLE]))
    prices = price_tags(*price_view(explained, result, goal_kind, style))
    return not known, not has_return, options, chosen, said, prices


def _said(explained: ExplanationResult, result: OptimizationResult, style: Style) -> list[str]:
    """Return what the explanation alone has to say: not what stands beside the result or in its own place already."""
    told = {*result.notes, explained.ranges_gap, explained.split_gap}
    return [in_style(plain(note), style) for note in explained.notes if note not in told]


def refused_parts(error: ServiceError, style: Style) -> tuple[Any, ...]:
    """Return the places with what stands in the way of an explanation, calmly: the result itself is not touched."""
    details = [in_style(plain(f"{one.message} {one.advice}".strip()), style) for one in error.fields]
    text = " ".join([in_style(plain(error.sentence), style), *details])
    return True, True, [], None, notes(None, [text]), None
