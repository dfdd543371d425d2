"""Which tables belong to the answers beyond single scenarios, on screen and on paper alike?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services import formatting
from services.charts.stress_answers import WAYS
from services.charts.stress_chance import PAID
from services.formatting import MISSING, Style
from services.messages.stress_questions import CorrelationReport, LiquidityReport, MonteCarloReport, RepairReport

STATES = {
    "repaired": ("Within the limit", "ok"),
    "improved": ("As far as possible", "warn"),
    "unneeded": ("Nothing to do", "ok"),
    "unavailable": ("No way", "bad"),
}
BOUND = {"scenario": "Loss in {}", "worst": "Loss in {}, the worst"}
"""Kind of a limit -> how its name reads; the others are called by their names alone."""
OVER = "\N{BLACK UP-POINTING TRIANGLE}"


@dataclass(frozen=True)
class Grid:
    """A table of formatted texts: what it shows, its columns as (header, is_number), its rows."""

    caption: str
    columns: tuple[tuple[str, bool], ...]
    rows: list[list[str]]


def chance_grids(found: MonteCarloReport, style: Style) -> list[Grid]:
    """Return the tails and the chances of losses, each with its standard error."""
    result = found.result
    tails = [
        [
            f"{100 * one.level_frac:g}%",
            f"{formatting.rate(one.var_frac, style=style)} ± {formatting.rate(one.var_error_frac, style=style)}",
            f"{formatting.rate(one.es_frac, style=style)} ± {formatting.rate(one.es_error_frac, style=style)}",
        ]
        for one in result.tails
    ]
    chances = [
        [f"more than {formatting.percent(one.loss_frac, 0, style=style)}", _chance(one, found, style)]
        for one in result.chances
    ]
    heads = (("Level", False), ("Value at risk", True), ("Expected shortfall", True))
    return [Grid("Tails", heads, tails), Grid("Chances of losses", (("Loss", False), ("Chance", True)), chances)]


def _chance(one: Any, found: MonteCarloReport, style: Style) -> str:
    """Return a chance with its error; where no scenario lost so much, what it is below."""
    if one.probability_frac > 0.0:
        digits = 2 if one.probability_frac >= 1e-3 else 4
        chance, error = (
            formatting.percent(part, digits, style=style) for part in (one.probability_frac, one.error_frac)
        )
        return f"{chance} ± {error}"
    if one.at_most_frac is not None:
        return f"< {formatting.percent(one.at_most_frac, 3, style=style)}"
    return f"none of {formatting.number(found.result.scenarios_count, 0, style=style)}"


def paths_words(found: MonteCarloReport, style: Style) -> str:
    """Say how deep whole paths fall; empty for methods without paths."""
    paths = found.result.paths
    if paths is None:
        return ""
    fall = formatting.rate(paths.expected_max_drawdown_frac, style=style)
    error = formatting.rate(paths.error_frac, style=style)
    deep = formatting.rate(paths.max_drawdown_95_frac, style=style)
    count = formatting.number(paths.paths_count, 0, style=style)
    return f"On {count} paths the deepest fall is {fall} ± {error} on average; 95% of them stay within {deep}."


def broken_grid(found: CorrelationReport, style: Style) -> Grid:
    """Return risk today and at the chosen strength."""
    result = found.result
    ends = (result.points[0], result.asked)
    rows = [["Volatility a year", *(formatting.rate(one.volatility_annual_frac, style=style) for one in ends)]]
    days = formatting.count(result.horizon_days, "session", style=style)
    for place, level in enumerate(result.levels_frac):
        for word, name in (("var_frac", "Value at risk"), ("es_frac", "Expected shortfall")):
            values = (getattr(one, word)[place] for one in ends)
            rows.append([f"{name} {100 * level:g}%, {days}", *(formatting.rate(one, style=style) for one in values)])
    return Grid("Risk before and after", (("", False), ("Today", True), ("Broken", True)), rows)


def redemption_grid(found: LiquidityReport, style: Style) -> Grid:
    """Return both ways of paying beside one another."""
    ways = found.result.ways
    rows = [
        ["Paid in time", *("yes" if way.is_paid else "no" for way in ways)],
        ["Still owed", *(formatting.weight(way.shortfall_frac, style=style) for way in ways)],
        ["Can be raised, times what is due", *(formatting.ratio(way.coverage_ratio, style=style) for way in ways)],
        ["Cost of the value", *(_cost(way.cost_frac, style) for way in ways)],
        ["First session that cannot be paid", *(_session(way.first_unpaid_day) for way in ways)],
        [
            "Not sellable in a week, before",
            *(formatting.weight(way.residual_illiquid_before_frac, style=style) for way in ways),
        ],
        [
            "Not sellable in a week, after",
            *(formatting.weight(way.residual_illiquid_frac, style=style) for way in ways),
        ],
    ]
    return Grid("Both ways of paying", (("", False), *((PAID[way.way], True) for way in ways)), rows)


def ways_grid(found: RepairReport, style: Style) -> Grid:
    """Return the three ways of a repair beside one another."""
    rows = []
    for way in found.result.alternatives:
        after = max((one.after_frac for one in way.losses), default=None)
        rows.append(
            [
                WAYS[way.kind],
                STATES[way.status][0],
                formatting.rate(after, style=style),
                _cost(way.cost_frac, style),
                formatting.weight(way.turnover_frac, style=style),
                formatting.weight(way.cash_after_frac, style=style),
                formatting.rate(way.expected_return_change_annual_frac, style=style, signed=True),
            ]
        )
    heads = ("Worst loss after", "Cost, once", "Turnover", "Cash after", "Expected return a year")
    return Grid("The three ways", (("Way", False), ("", False), *((one, True) for one in heads)), rows)


def trades_grid(way: Any, style: Style, *, is_narrow: bool = False) -> Grid:
    """Return the trades of one way; a narrow one leaves out what each costs."""
    rows = [
        [
            f"{one.asset} (hedge)" if one.is_hedge else one.asset,
            formatting.weight(one.before_frac, style=style),
            formatting.weight(one.after_frac, style=style),
            formatting.weight(one.trade_frac, style=style, signed=True),
            _cost(one.cost_frac, style),
        ]
        for one in way.trades
    ]
    heads = (("Trade", False), *((one, True) for one in ("Before", "After", "Change", "Cost")))
    if is_narrow:
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    return Grid(f"Trades of the way {WAYS[way.kind]}", heads, rows)


def binding_grid(way: Any, style: Style) -> Grid:
    """Name the limits that stop one way, with what one more percentage point of each is worth."""
    is_done = way.status == "repaired"
    names = {one.scenario: one.name for one in way.losses}
    rows = [
        [
            BOUND.get(one.kind, "{}").format(names.get(one.name, one.name)),
            f"{formatting.number(100.0 * one.price, 2, style=style)} bp"
            if is_done
            else f"{formatting.number(one.price, 2, style=style)} pp",
        ]
        for one in way.binding
    ]
    worth = "A point more saves" if is_done else "A point more lowers the excess by"
    return Grid(f"What binds in the way {WAYS[way.kind]}", (("What binds", False), (worth, True)), rows)


def losses_grid(found: RepairReport, style: Style) -> Grid:
    """Return every scenario's loss today and after each way, beside its limit; the largest loss of today first."""
    ways = found.result.alternatives
    order = sorted(range(len(ways[0].losses)), key=lambda at: -ways[0].losses[at].before_frac)
    rows = [
        [
            ways[0].losses[at].name,
            formatting.rate(ways[0].losses[at].before_frac, style=style),
            *(_after(way.losses[at], style) for way in ways),
            formatting.rate(ways[0].losses[at].limit_frac, style=style),
        ]
        for at in order
    ]
    heads = (("Scenario", False), ("Loss today", True), *((WAYS[way.kind], True) for way in ways), ("Limit", True))
    return Grid("Losses before and after each way", heads, rows)


def _after(loss: Any, style: Style) -> str:
    text = formatting.rate(loss.after_frac, style=style)
    return text if loss.is_within else f"{OVER} {text}"


def _cost(cost_frac: float, style: Style) -> str:
    """Return a cost in basis points; one below ten with its first decimals, since it may be less than one."""
    bp = 10_000.0 * cost_frac
    return f"{formatting.number(bp, 2 if abs(bp) < 10.0 else 0, style=style)} bp"


def _session(day: int | None) -> str:
    return MISSING if day is None else str(day)
