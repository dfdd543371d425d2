"""Which sheet does the file of trade-offs have, and what do its numbers rest on?"""

from __future__ import annotations

from services.exports_table import Cell, Column, Fact, Kind, Sheet
from services.market_marks import notes_of
from services.messages.runs import RunView
from services.messages.tradeoffs import ParetoAxis, ParetoPoint, ParetoResult

KINDS: dict[str, Kind] = {"score": "ratio", "ratio": "ratio", "count": "count"}
"""How an axis is shown by its unit; every other unit is a fraction."""


def tradeoffs_sheets(result: ParetoResult) -> list[Sheet]:
    """Return the points, the chosen portfolio and the current one first, with figures and weights.

    Fractions stay fractions; a place counts from 0, as `save-as-target` takes it.
    """
    columns = [
        Column("portfolio", "Portfolio"),
        Column("point_place", "Place", "count"),
        Column("is_exact", "Proven or searched"),
        *(Column(f"{axis.kind}_{axis.unit}", axis.label, KINDS.get(axis.unit, "rate")) for axis in result.axes),
        Column("point_return_annual_frac", "Expected return a year", "rate"),
        Column("point_volatility_annual_frac", "Volatility a year", "rate"),
        *(Column(f"weight_frac_{asset}", asset, "weight") for asset in result.assets),
    ]
    rows = []
    if result.chosen is not None:
        rows.append(_row("Chosen by the weights", None, result.chosen.point, result.axes))
    if result.current is not None:
        rows.append(_row("Current", None, result.current, result.axes))
    first = len(rows)
    rows += [_row("Point", place, point, result.axes) for place, point in enumerate(result.points)]
    if result.rules is not None and result.rules.checked:
        columns.append(Column("rules_broken", "Rules of compliance broken"))
        told = [""] * first + [", ".join(titles) or "none" for titles in result.rules.broken]
        rows = [[*row, said] for row, said in zip(rows, told, strict=True)]
    return [Sheet("Points", columns, rows)]


def tradeoffs_facts(run: RunView, result: ParetoResult) -> list[tuple[str, Fact]]:
    """Return what the numbers rest on."""
    lineage = result.lineage
    facts: list[tuple[str, Fact]] = [
        ("Trade-offs", run.name or run.id),
        ("Run", run.id),
        ("Sample data", " ".join(notes_of(result.model_dump(mode="json")))),
        ("Status", result.status.value),
        ("What was found", result.message),
        ("Choice", "" if result.chosen is None else result.chosen.sentence),
        *((f"Weight of {axis.label}", f"{100 * axis.share_frac:.0f}%") for axis in result.axes),
        ("Points proven", result.exact_count),
        ("Points searched", result.searched_count),
        ("Units", "Weights, returns, risks and costs are fractions shown as percent."),
        ("Request (SHA-256)", lineage.request_sha256 or ""),
        ("Engine", lineage.engine_version),
        ("Rules of compliance", "" if result.rules is None else result.rules.sentence),
        *((f"Note {number}", note) for number, note in enumerate(result.notes, start=1)),
    ]
    return [(name, fact) for name, fact in facts if fact != ""]


def _row(name: str, place: int | None, point: ParetoPoint, axes: tuple[ParetoAxis, ...]) -> list[Cell]:
    values: list[Cell] = [
        round(value) if axis.unit == "count" else value for axis, value in zip(axes, point.values, strict=True)
    ]
    road = "proven" if point.is_exact else "searched"
    return [
        name,
        place,
        "" if name == "Current" else road,
        *values,
        point.return_annual_frac,
        point.volatility_annual_frac,
        *point.weights_frac,
    ]
