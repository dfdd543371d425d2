"""Which tables of the answers beyond single scenarios leave the product as a file?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.exports_table import Cell, Column, Sheet
from services.stress_library import LABELS


def answer_sheets(found: Mapping[str, Any]) -> list[Sheet]:
    """Return the sheets of the answers that stand on the page.

    Parameters
    ----------
    found : mapping
        ``chance``, ``broken``, ``redemption``, ``reverse``, ``repair``: question to its report; any may be missing.

    """
    return [sheet for name, report in found.items() for sheet in _SHEETS[name](report.result)]


def _chance(result: Any) -> list[Sheet]:
    tails = (
        Column("level_frac", "Level", "weight"),
        Column("var_frac", "Value at risk", "rate"),
        Column("var_error_frac", "Its standard error", "rate"),
        Column("es_frac", "Expected shortfall", "rate"),
        Column("es_error_frac", "Its standard error", "rate"),
        Column("method", "Method"),
        Column("horizon_days", "Sessions", "count"),
        Column("scenarios_count", "Scenarios", "count"),
    )
    how = (result.label, result.horizon_days, result.scenarios_count)
    rows: list[Sequence[Cell]] = [
        (one.level_frac, one.var_frac, one.var_error_frac, one.es_frac, one.es_error_frac, *how) for one in result.tails
    ]
    chances = (
        Column("loss_frac", "Loss of more than", "rate"),
        Column("probability_frac", "Chance", "rate"),
        Column("error_frac", "Its standard error", "rate"),
        Column("at_most_frac", "At most, where none was drawn", "rate"),
    )
    lines: list[Sequence[Cell]] = [
        (one.loss_frac, *((one.probability_frac, one.error_frac) if one.probability_frac > 0 else (None, None)),
         one.at_most_frac)
        for one in result.chances
    ]  # fmt: skip
    return [Sheet("Tails by chance", tails, rows), Sheet("Chances of losses", chances, lines)]


def _broken(result: Any) -> list[Sheet]:
    levels = [f"{100 * one:g}" for one in result.levels_frac]
    columns = (
        Column("strength_frac", "Strength", "weight"),
        Column("average_correlation", "Average correlation", "ratio"),
        Column("volatility_annual_frac", "Volatility a year", "rate"),
        *(Column(f"var_{level}_frac", f"Value at risk {level}%", "rate") for level in levels),
        *(Column(f"es_{level}_frac", f"Expected shortfall {level}%", "rate") for level in levels),
    )
    rows: list[Sequence[Cell]] = [
        (one.strength_frac, one.average_correlation, one.volatility_annual_frac, *one.var_frac, *one.es_frac)
        for one in result.points
    ]
    return [Sheet("Broken correlations", columns, rows)]


def _redemption(result: Any) -> list[Sheet]:
    columns = (
        Column("way", "Way"),
        Column("session", "Session", "count"),
        Column("raised_frac", "Raised by then", "weight"),
    )
    rows: list[Sequence[Cell]] = [
        (way.way.replace("_", " "), day, raised)
        for way in result.ways
        for day, raised in enumerate(way.raised_frac, start=1)
    ]
    sales = (
        Column("way", "Way"),
        Column("position", "Position"),
        Column("weight_frac", "Weight", "weight"),
        Column("sold_frac", "Sold", "weight"),
        Column("cost_frac", "Cost", "rate"),
        Column("sessions", "Sessions", "ratio"),
    )
    lines: list[Sequence[Cell]] = [
        (way.way.replace("_", " "), one.asset, one.weight_frac, one.sold_frac, one.cost_frac, one.days)
        for way in result.ways
        for one in way.sales
    ]
    return [Sheet("Redemption", columns, rows), Sheet("Sales for it", sales, lines)]


def _reverse(result: Any) -> list[Sheet]:
    columns = (
        Column("moves", "Moves"),
        Column("move", "By", "ratio"),
        Column("unit", "In"),
        Column("sigmas", "Standard deviations", "ratio"),
        Column("impact_frac", "Impact", "rate"),
    )
    rows: list[Sequence[Cell]] = [
        (LABELS.get(one.name, one.name), one.move, one.unit, one.sigmas, one.impact_frac) for one in result.moves
    ]
    return [Sheet("Way to the loss", columns, rows)]


def _repair(result: Any) -> list[Sheet]:
    trades = (
        Column("way", "Way"),
        Column("trade", "Trade"),
        Column("before_frac", "Before", "weight"),
        Column("after_frac", "After", "weight"),
        Column("trade_frac", "Change", "weight"),
        Column("cost_frac", "Cost", "rate"),
        Column("is_hedge", "Hedge"),
    )
    rows: list[Sequence[Cell]] = [
        (way.kind, one.asset, one.before_frac, one.after_frac, one.trade_frac, one.cost_frac,
         "yes" if one.is_hedge else "no")
        for way in result.alternatives
        for one in way.trades
    ]  # fmt: skip
    losses = (
        Column("way", "Way"),
        Column("scenario", "Scenario"),
        Column("before_frac", "Loss today", "rate"),
        Column("after_frac", "After", "rate"),
        Column("limit_frac", "Limit", "rate"),
    )
    lines: list[Sequence[Cell]] = [
        (way.kind, one.name, one.before_frac, one.after_frac, one.limit_frac)
        for way in result.alternatives
        for one in way.losses
    ]
    return [Sheet("Trades of the repair", trades, rows), Sheet("Losses before and after", losses, lines)]


_SHEETS = {"chance": _chance, "broken": _broken, "redemption": _redemption, "reverse": _reverse, "repair": _repair}
