"""Which sheets does the file of a test over the past have, and what do its numbers rest on?"""

from __future__ import annotations

from services.charts.walk_forward import place_name
from services.exports_table import Cell, Column, Fact, Sheet
from services.market_marks import notes_of
from services.messages.runs import RunView
from services.messages.walk_forward import RealizedFigures, WalkForwardResult

FIGURES = (
    Column("total_return_frac", "Return in all", "rate"),
    Column("return_annual_frac", "Return a year (geometric)", "rate"),
    Column("mean_annual_frac", "Mean return a year", "rate"),
    Column("volatility_annual_frac", "Volatility a year", "rate"),
    Column("sharpe", "Sharpe ratio", "ratio"),
    Column("sharpe_standard_error", "Its standard error", "ratio"),
    Column("max_drawdown_frac", "Maximum drawdown", "rate"),
    Column("turnover_annual_frac", "Turnover a year", "rate"),
    Column("cost_annual_frac", "Cost a year", "rate"),
)


def walk_forward_sheets(result: WalkForwardResult) -> list[Sheet]:
    """Return the sheets, the dates first; fractions stay fractions."""
    sheets = [_dates(result)]
    if result.strategies:
        sheets += [_strategies(result), _wealth(result)]
    if result.frontier:
        sheets.append(_frontier(result))
    return sheets


def walk_forward_facts(run: RunView, result: WalkForwardResult) -> list[tuple[str, Fact]]:
    """Return what the numbers rest on."""
    setup, lineage = result.setup, result.lineage
    facts: list[tuple[str, Fact]] = [
        ("Test", run.name or run.id),
        ("Run", run.id),
        ("Verdict", result.verdict.sentence),
        ("Sample data", " ".join(notes_of(result.model_dump(mode="json")))),
        ("Recipe", result.recipe_label),
        ("Asked", setup.frequency if setup.frequency != "periods" else f"every {setup.every_periods} periods"),
        ("Window", setup.window),
        ("Days looked back", setup.lookback_periods),
        ("Days between the last price used and the trade", setup.embargo_periods),
        ("Spread", "each asset's own" if setup.spread_bps is None else f"{setup.spread_bps:g} bp"),
        ("Recipes tried", setup.trials_count),
        ("From", result.dates[0]),
        ("To", result.dates[-1]),
        ("Units", "Returns, volatilities, turnover and costs are fractions shown as percent."),
        ("Request (SHA-256)", lineage.request_sha256 or ""),
        ("Engine", lineage.engine_version),
        *((f"Note {number}", note) for number, note in enumerate(result.notes, start=1)),
    ]
    return [(name, fact) for name, fact in facts if fact != ""]


def _dates(result: WalkForwardResult) -> Sheet:
    columns = [
        Column("decided_on", "Asked on", "date"),
        Column("held_until", "Held until", "date"),
        Column("assets_count", "Assets", "count"),
        Column("promised_return_annual_frac", "Promised return a year", "rate"),
        Column("promised_volatility_annual_frac", "Promised volatility a year", "rate"),
        Column("realized_return_frac", "Earned until the next date", "rate"),
        Column("realized_volatility_annual_frac", "Volatility until then, a year", "rate"),
        Column("standardized", "In promised deviations", "ratio"),
        Column("turnover_frac", "Turnover", "rate"),
        Column("cost_frac", "Cost", "rate"),
        Column("left_out", "Assets left out"),
        Column("message", "Why there was no answer"),
    ]
    rows: list[list[Cell]] = [
        [
            one.decided_on,
            one.held_until,
            one.assets_count,
            one.promised_return_annual_frac,
            one.promised_volatility_annual_frac,
            one.realized_return_frac,
            one.realized_volatility_annual_frac,
            one.standardized,
            one.turnover_frac,
            one.cost_frac,
            ", ".join(one.left_out),
            one.message,
        ]
        for one in result.decisions
    ]
    return Sheet("Dates", columns, rows)


def _cells(figures: RealizedFigures) -> list[Cell]:
    return [getattr(figures, column.key) for column in FIGURES]


def _strategies(result: WalkForwardResult) -> Sheet:
    against = {one.against: one for one in result.differences}
    columns = [
        Column("strategy", "Strategy"),
        *FIGURES,
        Column("sharpe_difference", "Recipe's Sharpe ratio less this one", "ratio"),
        Column("difference_p_value", "p-value of no difference", "ratio"),
        Column("held_count", "Dates without answer", "count"),
    ]
    rows: list[list[Cell]] = []
    for one in result.strategies:
        found = against.get(one.key)
        difference: list[Cell] = [None, None] if found is None else [found.difference, found.p_value]
        rows.append([one.label, *_cells(one.figures), *difference, one.held_count])
    return Sheet("Strategies", columns, rows)


def _wealth(result: WalkForwardResult) -> Sheet:
    columns = [
        Column("date", "Day", "date"),
        *(Column(one.key, f"{one.label}, wealth from 1", "quantity") for one in result.strategies),
    ]
    wealth = zip(*(one.wealth for one in result.strategies), strict=True)
    return Sheet("Wealth", columns, [[day, *row] for day, row in zip(result.dates, wealth, strict=True)])


def _frontier(result: WalkForwardResult) -> Sheet:
    columns = [
        Column("place", "On the frontier"),
        Column("promised_return_annual_frac", "Promised return a year", "rate"),
        Column("realized_return_annual_frac", "Realized, before costs", "rate"),
        Column("promised_volatility_annual_frac", "Promised volatility a year", "rate"),
        Column("realized_volatility_annual_frac", "Realized volatility a year", "rate"),
        Column("bias_statistic", "Bias statistic", "ratio"),
        Column("within_frac", "Outcomes within the 90% interval", "rate"),
        *FIGURES,
    ]
    rows: list[list[Cell]] = [
        [
            place_name(one),
            one.calibration.promised_return_annual_frac,
            one.calibration.realized_return_annual_frac,
            one.calibration.promised_volatility_annual_frac,
            one.calibration.realized_volatility_annual_frac,
            one.calibration.bias_statistic,
            one.calibration.within_frac,
            *_cells(one.figures),
        ]
        for one in result.frontier
    ]
    return Sheet("Frontier", columns, rows)
