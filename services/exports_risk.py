"""Which sheets and which document does the risk of a portfolio leave the product as?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from services import exports_risk_tables as tables
from services import formatting
from services.charts.risk import DIMENSION_WORDS, MEASURE_WORDS, as_of_words, source_of, yearly
from services.exports_page import PageDocument, PageTable, Part
from services.exports_risk_limits import house_table
from services.exports_risk_ties import benchmark_table, liquidity_facts
from services.exports_table import Cell, Column, Fact, Kind, Sheet, Shown
from services.formatting import Style
from services.market_marks import source_mark
from services.messages.portfolios import LimitCheck
from services.messages.risk import BacktestRow, RiskAnswer, RiskBacktests, RiskReport
from services.number_style import in_style

if TYPE_CHECKING:
    from engine.decompose.result import MeasureParts

SPREAD_WORDS = {
    "quoted": "stated",
    "corwin_schultz": "highs and lows (Corwin and Schultz)",
    "abdi_ranaldo": "highs, lows and closes (Abdi and Ranaldo)",
    "not_known": "not known",
}
UNIT_KINDS: dict[str, Kind] = {"frac": "rate", "annual_frac": "rate", "count": "ratio", "days": "ratio"}


def risk_document(
    answer: RiskAnswer,
    charts: Sequence[tuple[str, Any]],
    tests: RiskBacktests | None,
    view: dict[str, str],
    style: Style,
    house: Sequence[LimitCheck] = (),
) -> PageDocument:
    """Return the whole page for paper.

    Parameters
    ----------
    answer : RiskAnswer
        With a report.
    charts : sequence of (name, figure)
        As on the screen, in its order.
    tests : RiskBacktests or None
        Left out where there are none yet.
    view : dict
        Level and horizon of the losses.
    house : sequence of LimitCheck
        How the limits of house and client stand.
    """  # fmt: skip
    report = answer.report
    assert report is not None
    level, horizon = int(view["level"]) / 100, int(view["horizon"])
    drawn = dict(charts)
    parts: list[Part] = [("Key figures", _figures(report, style))]
    if answer.limits:
        parts.append(("Is it inside its limits?", tables.limits_table(answer.limits, style)))
    parts.append(("Are the limits of house and client kept?", house_table(house, style)))
    parts += [("", drawn[name]) for name in ("sources", "histogram", "methods") if name in drawn]
    parts.append(("What does each holding add?", _added(report, view, style)))
    title = f"Losses over {horizon} day{'s' if horizon > 1 else ''} at {view['level']}%"
    parts.append((title, tables.methods_table(report, level, horizon, style)))
    if tests is not None:
        parts += [("", drawn["tests"])] if "tests" in drawn else []
        rows = [*tests.stored, *tests.stored_stretches, *tests.walk_forward]
        parts.append(("Have the forecasts held?", tables.backtests_table(rows, style)))
    parts += [("", drawn[name]) for name in ("correlations", "underwater") if name in drawn]
    parts.append(("The deepest falls", tables.falls_table(report, style)))
    parts += [("", drawn[name]) for name in ("rolling", "liquidity", "concentration") if name in drawn]
    parts.append(("How does it move with its benchmark?", benchmark_table(report, style)))
    parts.append(("Liquidity", liquidity_facts(report, style)))
    parts.append(("How long does each position take to sell?", tables.sold_table(report, style)))
    parts.append(("Concentration", tables.concentration_table(report, style)))
    if report.notes:
        parts.append(("What to know", [in_style(one, style) for one in report.notes]))
    filled = [(heading, part) for heading, part in parts if not (isinstance(part, PageTable) and not part.rows)]
    return PageDocument(
        title=f"Risk of {report.name}",
        lead=in_style(report.lead(), style),
        facts=[(name, str(fact)) for name, fact in _facts(answer, style)],
        parts=filled,
        running=f"{report.name} · {as_of_words(report)}",
        source=source_of(report, reads_volumes=True),
        name=f"{report.name} risk {report.as_of}",
    )


def risk_sheets(answer: RiskAnswer, tests: RiskBacktests | None) -> list[Sheet]:
    """Return every table with real numbers: methods first, then limits, parts, factors, tests, falls and liquidity."""
    report = answer.report
    assert report is not None
    sheets = [_methods(report), _limits(answer), *_parts(report), _factors(report)]
    if tests is not None:
        sheets.append(_tests([*tests.stored, *tests.stored_stretches, *tests.walk_forward]))
    sheets += [_falls(report), _liquidity(report), _leaving(report), _concentration(report), _correlations(report)]
    sheets.append(_rolling(report))
    return [one for one in sheets if one.rows or one.name == "Methods"]


def risk_facts(answer: RiskAnswer, style: Style) -> list[tuple[str, Fact]]:
    """Return what the numbers rest on."""
    report = answer.report
    assert report is not None
    marks = source_mark({"data": report.lineage})
    return [
        *_facts(answer, style),
        *([("Sample data", marks)] if marks else []),
        ("Units", "Losses are positive fractions of the net value, shown as percent; volatility is a year's."),
        ("Sources", source_of(report, reads_volumes=True)),
        ("Engine", report.engine_version),
        *((f"Note {number}", in_style(note, style)) for number, note in enumerate(report.notes, start=1)),
    ]


def _facts(answer: RiskAnswer, style: Style) -> list[tuple[str, Fact]]:
    report = answer.report
    assert report is not None
    head = report.headline
    benchmark = None if report.benchmark is None else report.benchmark.name
    return [
        ("Portfolio", report.name),
        ("As of", formatting.day(report.as_of)),
        ("Value", formatting.money(report.value_ccy, report.base_currency, style=style)),
        ("Computed", formatting.moment(answer.computed_at_utc)),
        ("Method", "none" if head is None else head.method_label),
        ("Benchmark", benchmark or "none"),
        ("Days of history", formatting.number(report.observations_count, 0, style=style)),
    ]


def _added(report: RiskReport, view: dict[str, str], style: Style) -> PageTable:
    measure, scope = view.get("measure", "volatility"), view.get("scope", "total")
    return tables.added_table(report, measure, scope, int(view["level"]) / 100, style)


def _figures(report: RiskReport, style: Style) -> PageTable:
    columns = (("Figure", False), ("Value", True), ("Beside it", False))
    return PageTable(columns, [list(one) for one in tables.figures(report, style)])


def _methods(report: RiskReport) -> Sheet:
    columns = [
        Column("method", "Method"),
        Column("level_frac", "Level", "rate"),
        Column("horizon_days", "Days", "count"),
        *(
            Column(f"{key}_{part}", f"{words}{tail}", "rate")
            for key, words in (("value_at_risk", "Value at risk"), ("expected_shortfall", "Expected shortfall"))
            for part, tail in (
                ("frac", ""), ("standard_error_frac", ", standard error"), ("lower_frac", ", from"),
                ("upper_frac", ", to"),
            )
        ),
        Column("status", "Status"),
        Column("reason", "Reason"),
        Column("model", "Model"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in () if report.tails is None else report.tails.figures:
        estimates = (one.value_at_risk, one.expected_shortfall)
        cells = [
            None if estimate is None else getattr(estimate, name)
            for estimate in estimates
            for name in ("loss_frac", "standard_error_frac", "lower_frac", "upper_frac")
        ]
        rows.append([one.label, one.level_frac, one.horizon_days, *cells, one.status, one.reason, one.model])
    return Sheet("Methods", columns, rows)


def _limits(answer: RiskAnswer) -> Sheet:
    columns = [
        Column("limit", "Limit"), Column("state", "State"), Column("measured", "Now", "ratio"),
        Column("side", "Side"), Column("value", "Bound", "ratio"), Column("use_frac", "Used", "rate"),
        Column("kind", "Kind"), Column("sentence", "In words"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.label,
            one.word,
            Shown(one.measured, UNIT_KINDS.get(one.unit, "ratio")),
            tables.SIDES[one.direction],
            Shown(one.value, UNIT_KINDS.get(one.unit, "ratio")),
            one.use_frac,
            "hard" if one.is_hard else "soft",
            one.sentence,
        ]
        for one in answer.limits
    ]
    return Sheet("Limits", columns, rows)


def _parts(report: RiskReport) -> list[Sheet]:
    columns = [
        Column("measure", "Measure"), Column("level_frac", "Level", "rate"), Column("by", "By"),
        Column("name", "Name"), Column("weight_frac", "Weight", "weight"), Column("share_frac", "Share", "weight"),
        Column("component_daily_frac", "Component, a day", "rate"),
        Column("marginal_daily_frac", "Marginal, a day", "rate"),
        Column("standalone_daily_frac", "Alone, a day", "rate"),
        Column("incremental_daily_frac", "Incremental, a day", "rate"),
    ]  # fmt: skip
    total: list[list[Cell]] = []
    for found in report.decompositions:
        for parts in found.measures:
            if parts.measure != "volatility" or found is report.decompositions[0]:
                total += _lines(parts)
    active = [] if report.active is None else [row for parts in report.active.measures for row in _lines(parts)]
    return [Sheet("Where from", columns, total), Sheet("Beside benchmark", columns, active)]


def _lines(parts: MeasureParts) -> list[list[Cell]]:
    tabled = [("asset", parts.assets), *parts.groups.items()]
    return [
        [
            MEASURE_WORDS[parts.measure].capitalize(), parts.level_frac, DIMENSION_WORDS.get(by, by).capitalize(),
            one.name, one.weight_frac, one.share_frac, one.component_frac,
            one.marginal_frac, one.standalone_frac, one.incremental_frac,
        ]
        for by, lines in tabled
        for one in lines
    ]  # fmt: skip


def _factors(report: RiskReport) -> Sheet:
    columns = [
        Column("kind", "Kind"), Column("factor", "Factor"), Column("exposure", "Exposure", "ratio"),
        Column("standard_error", "Standard error", "ratio"), Column("t_statistic", "t", "ratio"),
        Column("volatility_annual_frac", "Volatility a year", "rate"), Column("share_frac", "Share of risk", "weight"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    kinds = (
        ("given", report.factors),
        ("given, active", report.active_factors),
        ("statistical", report.statistical_factors),
        ("statistical, active", report.active_statistical_factors),
    )
    for kind, found in kinds:
        for one in () if found is None else found.factors:
            rows.append(
                [
                    kind, one.factor, one.exposure, one.standard_error, one.t_statistic, yearly(one.volatility_frac),
                    one.share_frac,
                ]
            )  # fmt: skip
    return Sheet("Factors", columns, rows)


def _tests(found: Sequence[BacktestRow]) -> Sheet:
    columns = [
        Column("method", "Method"), Column("level_frac", "Level", "rate"),
        Column("horizon_days", "Over days", "count"), Column("days_count", "Days or stretches", "count"),
        Column("exceptions_count", "Beyond", "count"), Column("expected_count", "Expected", "ratio"),
        Column("zone", "Zone"), Column("test", "Test"), Column("statistic", "Statistic", "ratio"),
        Column("p_value", "p", "ratio"), Column("verdict", "Verdict"), Column("sentence", "In words"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in found:
        report = one.report
        zone = None if report.traffic_light is None else tables.ZONES[report.traffic_light.zone]
        for test in report.tests:
            rows.append(
                [
                    one.label, report.level_frac, one.horizon_days, report.days_count,
                    report.exceptions_count, report.expected_count,
                    zone, test.label, test.statistic, test.p_value, report.verdict, report.sentence,
                ]
            )  # fmt: skip
    return Sheet("Back-tests", columns, rows)


def _falls(report: RiskReport) -> Sheet:
    columns = [
        Column("depth_frac", "Depth", "rate"), Column("peak_date", "Peak", "date"),
        Column("trough_date", "Lowest", "date"), Column("recovered_date", "Recovered", "date"),
        Column("days_down_count", "Days down", "count"), Column("days_up_count", "Days up", "count"),
        Column("required_gain_frac", "Gain needed", "rate"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.depth_frac, one.peak_date, one.trough_date, one.recovered_date, one.to_trough_count,
            one.to_recovery_count, one.required_gain_frac,
        ]
        for one in (() if report.drawdowns is None else report.drawdowns.drawdowns)
    ]  # fmt: skip
    return Sheet("Falls", columns, rows)


def _liquidity(report: RiskReport) -> Sheet:
    columns = [
        Column("name", "Holding"), Column("weight_frac", "Weight", "weight"), Column("days", "Days to sell", "ratio"),
        Column("stressed_days", "Days, stressed", "ratio"), Column("spread_frac", "Spread", "rate"),
        Column("spread_source", "Spread from"), Column("cost_bps", "Cost, bp", "ratio"), Column("bucket", "Bucket"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.name, one.weight_frac, one.days, one.stressed_days, one.spread_frac,
            SPREAD_WORDS[one.spread_source], one.cost_bps,
            tables.BUCKETS[one.bucket],
        ]
        for one in (() if report.liquidity is None else report.liquidity.assets)
    ]  # fmt: skip
    return Sheet("Liquidity", columns, rows)


def _leaving(report: RiskReport) -> Sheet:
    """Return value at risk with the cost of leaving, what is cash after how many days, and the buckets."""
    columns = [
        Column("what", "What"), Column("share_frac", "Share of value", "rate"),
        Column("stressed_frac", "Under stress", "rate"), Column("note", "Note"),
    ]  # fmt: skip
    found = report.liquidity
    if found is None or not found.assets:
        return Sheet("Cost of leaving", columns, [])
    rows: list[list[Cell]] = []
    if found.liquidity_var is not None:
        one = found.liquidity_var
        known = f"Spreads are known of {formatting.weight(one.covered_frac)} of what is held."
        rows.append(["Value at risk 99%, one day", one.var_frac, None, ""])
        rows.append(["The same with the cost of leaving", one.liquidity_var_frac, None, known])
    for step in found.profile:
        name = f"Cash after {step.days} trading days" if step.days > 1 else "Cash after 1 trading day"
        rows.append([name, step.waterfall_frac, step.waterfall_stressed_frac, "every position as fast as it can"])
    for bucket in found.buckets:
        rows.append([tables.BUCKETS[bucket.bucket], bucket.share_frac, None, "bucket in the manner of SEC rule 22e-4"])
    return Sheet("Cost of leaving", columns, rows)


def _rolling(report: RiskReport) -> Sheet:
    columns = [
        Column("day", "Day", "date"), Column("volatility_annual_frac", "Volatility a year", "rate"),
        Column("beta", "Beta", "ratio"), Column("beta_lower", "Beta from", "ratio"),
        Column("beta_upper", "Beta to", "ratio"), Column("correlation", "Correlation", "ratio"),
        Column("correlation_lower", "Correlation from", "ratio"),
        Column("correlation_upper", "Correlation to", "ratio"),
    ]  # fmt: skip
    found = None if report.benchmark is None else report.benchmark.rolling
    if report.benchmark is None or found is None:
        return Sheet("Rolling", columns, [])
    figures = (
        found.beta, found.beta_lower, found.beta_upper, found.correlation, found.correlation_lower,
        found.correlation_upper,
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [day, None if daily is None else yearly(daily), *more]
        for day, daily, *more in zip(report.benchmark.rolling_dates, found.volatility_frac, *figures, strict=True)
    ]
    return Sheet("Rolling", columns, rows)


def _concentration(report: RiskReport) -> Sheet:
    columns = [
        Column("by", "By"), Column("name", "Name"), Column("share_frac", "Share", "weight"),
        Column("weight_frac", "Weight", "weight"), Column("assets_count", "Holdings", "count"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            DIMENSION_WORDS.get(found.dimension, found.dimension).capitalize(),
            one.name,
            one.share_frac,
            one.weight_frac,
            one.assets_count,
        ]
        for found in (() if report.concentration is None else report.concentration.dimensions)
        for one in found.lines
    ]
    return Sheet("Concentration", columns, rows)


def _correlations(report: RiskReport) -> Sheet:
    found = report.correlations
    if found is None:
        return Sheet("Correlations", [Column("asset", "Holding")], [])
    columns = [Column("asset", "Holding"), *(Column(name, name, "ratio") for name in found.assets)]
    return Sheet(
        "Correlations", columns, [[name, *row] for name, row in zip(found.assets, found.correlations, strict=True)]
    )
