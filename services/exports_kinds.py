"""Which tables and charts does a run leave with, by the kind of its work?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services import charts
from services.charts.walk_forward import promises, wealth
from services.errors import Conflict
from services.exports_table import Fact, Sheet
from services.exports_tradeoffs import tradeoffs_facts, tradeoffs_sheets
from services.exports_walk_forward import walk_forward_facts, walk_forward_sheets
from services.messages.runs import RunView
from services.messages.tradeoffs import ParetoResult
from services.messages.walk_forward import WalkForwardResult

Table = tuple[list[Sheet], list[tuple[str, Fact]]]


def table_of_kind(run: RunView, result: Mapping[str, Any]) -> Table | None:
    """Return sheets and facts of a run that is no optimization; None for an optimization, which has weights.

    Raises
    ------
    Conflict
        When the work leaves no table, or found nothing to put into one.
    """
    if run.kind == "optimization":
        return None
    if run.kind == "walk_forward":
        test = WalkForwardResult.model_validate(result)
        return walk_forward_sheets(test), walk_forward_facts(run, test)
    if run.kind == "pareto":
        found = ParetoResult.model_validate(result)
        if not found.points:
            raise Conflict("These trade-offs found no portfolios to put into a table.", found.message, code="no_points")
        return tradeoffs_sheets(found), tradeoffs_facts(run, found)
    raise Conflict(
        f"A run of the kind “{run.kind.replace('_', ' ')}” leaves no table of weights.",
        "Save the table of an optimization, of trade-offs or of a test over the past.",
        code="no_table",
    )


def _of_test(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Return a chart of a test that takes the stored document."""
    return lambda result, **look: draw(WalkForwardResult.model_validate(result), **look)


CHARTS: dict[str, Callable[..., Any]] = {
    "frontier": charts.efficient_frontier,
    "weights": charts.weights_comparison,
    "sectors": charts.sector_allocation,
}
OF_KIND: dict[str, dict[str, Callable[..., Any]]] = {
    "pareto": {
        "tradeoffs": charts.tradeoffs_surface,
        "tradeoffs_axes": charts.tradeoffs_side_by_side,
        "tradeoffs_solid": charts.surface_of_three,
    },
    "walk_forward": {"wealth": _of_test(wealth), "promises": _of_test(promises)},
}


def charts_of_kind(kind: str) -> dict[str, Callable[..., Any]]:
    """Return the charts of a run by their names; those of an optimization for whatever has none of its own."""
    return OF_KIND.get(kind, CHARTS)
