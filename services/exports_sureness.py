"""What stands in the file of a result about how sure its weights are?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.exports_table import Cell, Column, Sheet, Shown
from services.formatting import Style
from services.number_style import in_style

if TYPE_CHECKING:
    from services.messages.uncertainty import UncertaintyResult


def interval_columns(sure: UncertaintyResult | None) -> list[Column]:
    """Return the columns beside the weights; none where nobody has found out."""
    if sure is None:
        return []
    level = f"{sure.level_frac:.0%} interval"
    return [
        Column("weight_lower_frac", f"{level}, from", "weight"),
        Column("weight_upper_frac", f"{level}, to", "weight"),
        Column("inclusion_frac", "Held in, of the other histories", "weight"),
    ]


def interval_cells(sure: UncertaintyResult | None, asset: str) -> list[Cell]:
    """Return one asset's cells of `interval_columns`."""
    if sure is None:
        return []
    line = next((one for one in sure.weights if one.asset == asset), None)
    return [None, None, None] if line is None else [line.lower_frac, line.upper_frac, line.inclusion_frac]


def sureness_sheet(sure: UncertaintyResult, style: Style) -> Sheet:
    """Return the sheet of verdict, partial trades and how it was found out."""
    columns = [
        Column("share_frac", "Part of the trade", "weight"),
        Column("turnover_frac", "One-way turnover", "rate"),
        Column("cost_annual_frac", "Cost a year", "rate"),
        Column("distance_annual_frac", "Tracking error left to the proposal", "rate"),
        Column("nearer_frac", "Answers that lie nearer", "weight"),
        Column("return_annual_frac", "Expected return a year", "rate"),
        Column("volatility_annual_frac", "Volatility a year", "rate"),
    ]
    rows: list[list[Cell]] = []
    sentences = [sure.message, *sure.notes]
    if sure.verdict is not None:
        sentences.insert(0, sure.verdict.sentence)
        rows = [
            [
                part.share_frac,
                part.turnover_frac,
                part.cost_annual_frac,
                part.distance_annual_frac,
                part.nearer_frac,
                part.return_annual_frac,
                part.volatility_annual_frac,
            ]
            for part in sure.verdict.partial_trades
        ]
    empty: list[Cell] = [None] * (len(columns) - 1)
    rows += [[Shown(in_style(text, style), "text"), *empty] for text in sentences]
    return Sheet("How sure", columns, rows)
