"""Which further sheets does the file of a result hold: costs, whole lots, soft limits, the diagnosis?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.exports_table import Cell, Column, Sheet, Shown
from services.formatting import Style
from services.number_style import in_style

if TYPE_CHECKING:
    from services.messages.optimize import TradeList


def further_sheets(result: Mapping[str, Any], trades: TradeList | None, style: Style) -> list[Sheet]:
    """Return the sheets for what only some results have; none for what this one has not."""
    sheets = []
    if result.get("costs"):
        sheets.append(_costs(result["costs"], trades, style))
    if result.get("lots"):
        sheets.append(_lots(result["lots"], style))
    if result.get("diagnosis") or result.get("given_way"):
        sheets.append(_diagnosis(result, style))
    return sheets


def _costs(costs: Mapping[str, Any], trades: TradeList | None, style: Style) -> Sheet:
    columns = [Column("figure", "Figure"), Column("value", "Value", "rate")]
    rows: list[list[Cell]] = [
        ["Trading to the proposed weights, once, of the capital", costs["once_frac"]],
        ["The same spread over a year", costs["annual_frac"]],
        ["One-way turnover", costs["turnover_frac"]],
        ["Trading days over which it is spread", Shown(costs["holding_period_days"], "count")],
    ]
    if trades is not None and trades.cost_ccy is not None:
        name = f"In money, once, {trades.base_currency or ''}".rstrip(", ")
        rows.append([name, Shown(Decimal(trades.cost_ccy), "money")])
    rows.append(["Note", Shown(in_style(str(costs.get("note") or ""), style), "text")])
    return Sheet("Costs", columns, rows)


def _lots(lots: Mapping[str, Any], style: Style) -> Sheet:
    columns = [
        Column("asset", "Asset"),
        Column("lots_count", "Lots", "count"),
        Column("shares_count", "Shares", "quantity"),
        Column("weight_frac", "Weight in whole lots", "rate"),
        Column("note", "Note"),
    ]
    rows: list[list[Cell]] = [
        [str(line["asset"]), line["lots_count"], line["shares_count"], line["weight_frac"], None]
        for line in lots["lines"]
    ]
    rows.append(["Cash that is left", None, None, lots["cash_frac"], in_style(str(lots.get("note") or ""), style)])
    return Sheet("Whole lots", columns, rows)


def _diagnosis(result: Mapping[str, Any], style: Style) -> Sheet:
    columns = [Column("part", "Part"), Column("sentence", "What was found"), Column("advice", "What helps")]
    diagnosis = result.get("diagnosis") or {}
    found: list[tuple[str, Any, Any]] = []
    if diagnosis:
        found.append(("In short", diagnosis.get("sentence"), None))
    found += [("Conflict", one.get("sentence"), one.get("advice")) for one in diagnosis.get("conflicts") or ()]
    joint = diagnosis.get("joint_repair")
    if joint:
        found.append(("All together", None, joint.get("sentence")))
    for one in diagnosis.get("single_repairs") or ():
        found.append(("One limit alone", (one.get("limit") or {}).get("sentence"), one.get("sentence")))
    found += [("A soft limit gave way", one.get("sentence"), None) for one in result.get("given_way") or ()]
    found += [("Note", note, None) for note in diagnosis.get("notes") or ()]
    rows: list[list[Cell]] = [
        [part, in_style(str(said), style) if said else None, in_style(str(advice), style) if advice else None]
        for part, said, advice in found
    ]
    return Sheet("Diagnosis", columns, rows)
