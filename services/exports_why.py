"""Which sheets of a result's file say why each weight is what it is, what limits cost, and how they lead there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.exports_table import Cell, Column, Sheet, Shown
from services.formatting import Style
from services.number_style import in_style

if TYPE_CHECKING:
    from services.messages.explanation import ExplanationResult, RunExplanation

UNITS = {
    "annual_return": "expected return a year",
    "marginal_volatility": "volatility a year",
    "own_volatility": "the asset's own volatility a year",
}
"""Unit of the terms -> what the fractions are of."""


def why_sheets(found: RunExplanation, style: Style) -> list[Sheet]:
    """Return the sheets: terms of each weight, prices of limits, the split; parts of the risk where terms are none.

    Parameters
    ----------
    found : RunExplanation
    style : Style
        Number format of the sentences; figures stay figures.
    """
    explained = found.explanation
    told = [text for text in (found.note,) if text]
    if not explained.weights:
        return [_parts(explained, told, style)] if explained.risk_parts else []
    sheets = [_terms(explained, told, style)]
    if explained.prices:
        sheets.append(_prices(explained, style))
    if explained.split is not None:
        sheets.append(_split(explained, style))
    return sheets


def _terms(explained: ExplanationResult, told: list[str], style: Style) -> Sheet:
    unit = UNITS[explained.unit]
    names = list(dict.fromkeys(term.name for line in explained.weights for term in line.limits))
    columns = [
        Column("asset", "Asset"),
        Column("weight_frac", "Weight", "rate"),
        Column("reward", f"Return above cash, {unit}", "rate"),
        Column("risk", "Its risk beside the others'", "rate"),
        Column("costs", "Cost of the last unit traded", "rate"),
        *(Column(f"limit_{number}", in_style(name, style), "rate") for number, name in enumerate(names, start=1)),
        Column("bound", "Its own least or largest weight", "rate"),
        Column("residual", "Sum of all terms", "rate"),
        Column("sentence", "In words"),
    ]
    if explained.unit != "annual_return":
        columns[2] = Column("reward", f"Reward, {unit}", "rate")
    rows: list[list[Cell]] = []
    for line in explained.weights:
        amounts: dict[str, float] = {}
        for term in line.limits:
            amounts[term.name] = amounts.get(term.name, 0.0) + term.amount
        limits: list[Cell] = [amounts.get(name, 0.0) for name in names]
        sentence = in_style(line.sentence, style)
        start: list[Cell] = [line.asset, line.weight_frac, line.reward, line.risk, line.costs]
        rows.append([*start, *limits, line.bound, line.residual, sentence])
    return Sheet("Why", columns, [*rows, *_notes(told, len(columns), style)])


def _prices(explained: ExplanationResult, style: Style) -> Sheet:
    figure = explained.figure
    columns = [
        Column("limit", "Limit"),
        Column("side", "Stands at, 0.25 for 25%, or a score", "ratio"),
        Column("price", f"Change of {figure} per unit (0.01 of it per percentage point)", "ratio"),
        Column("return_price", "Change of expected return a year per unit", "ratio"),
        Column("holds_from", "The price holds from", "ratio"),
        Column("holds_to", "to", "ratio"),
        Column("step_side", "A step leads to", "ratio"),
        Column("figure_gain", f"and gives back, {figure}", "ratio"),
        Column("figure_cost", f"Costs as a whole, {figure}", "ratio"),
        Column("sentence", "In words"),
    ]
    rows: list[list[Cell]] = [
        [
            in_style(one.name, style),
            *_exact(one.side, one.price, one.return_price, one.holds_from, one.holds_to, one.step_side),
            *_exact(one.figure_gain, one.figure_cost),
            in_style(one.sentence, style),
        ]
        for one in explained.prices
    ]
    gap = [] if explained.ranges_gap is None else [explained.ranges_gap]
    return Sheet("What limits cost", columns, [*rows, *_notes(gap, len(columns), style)])


def _exact(*values: float | None) -> list[Cell]:
    """Return figures whose last digits count: rounding to the sheet's two decimals would hide a price."""
    return [None if value is None else Shown(value, "quantity") for value in values]


def _split(explained: ExplanationResult, style: Style) -> Sheet:
    split = explained.split
    assert split is not None
    columns = [
        Column("step", "Step"),
        Column("return_annual_frac", "Expected return a year, after the step", "rate"),
        Column("volatility_annual_frac", "Volatility a year, after the step", "rate"),
        Column("sharpe", "Sharpe ratio, after the step", "ratio"),
        *(Column(f"shift_{asset}", asset, "rate") for asset in explained.assets),
    ]
    start = split.start
    rows: list[list[Cell]] = [
        [
            "Weights under the budget alone",
            start.return_annual_frac,
            start.volatility_annual_frac,
            start.sharpe,
            *split.start_frac,
        ]
    ]
    for one in split.steps:
        name = in_style(one.name, style)
        rows.append([name, one.return_annual_frac, one.volatility_annual_frac, one.sharpe, *one.shifts_frac])
    last = split.steps[-1] if split.steps else start
    chosen = [first + sum(step.shifts_frac[at] for step in split.steps) for at, first in enumerate(split.start_frac)]
    end: list[Cell] = [last.return_annual_frac, last.volatility_annual_frac, last.sharpe]
    rows.append(["Sum: the chosen weights", *end, *chosen])
    return Sheet("Split", columns, [*rows, *_notes([split.note], len(columns), style)])


def _parts(explained: ExplanationResult, told: list[str], style: Style) -> Sheet:
    columns = [
        Column("asset", "Asset"),
        Column("part_frac", "Part of the risk", "rate"),
        Column("marginal", "Risk that one more unit of it adds", "ratio"),
    ]
    rows: list[list[Cell]] = [[one.asset, one.part_frac, one.marginal] for one in explained.risk_parts]
    rows.append(["Sum", sum(one.part_frac for one in explained.risk_parts), None])
    gap = [] if explained.terms_gap is None else [explained.terms_gap]
    return Sheet("Why", columns, [*rows, *_notes([*gap, *told], len(columns), style)])


def _notes(sentences: list[str], columns_count: int, style: Style) -> list[list[Cell]]:
    empty: list[Cell] = [None] * (columns_count - 1)
    return [[Shown(in_style(text, style), "text"), *empty] for text in sentences]
