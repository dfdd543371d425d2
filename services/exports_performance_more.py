"""Which further tables of a performance report leave with its file: stretches, courses, causes, regimes?"""

from __future__ import annotations

from services.exports_table import Column, Sheet
from services.messages.performance import ActivePeriods, AttributionView, MarketPhases, PerformanceView, Regimes
from services.messages.performance_choice import ChoiceView, Course
from services.performance_words import MARKETS, kind_words


def stretch_sheet(found: ActivePeriods) -> Sheet:
    """Return every stretch of out- and underperformance with its test, streaks too."""
    return Sheet(
        "Stretches",
        (
            Column("stretch", "Stretch", "text"),
            Column("from", "From", "date"),
            Column("to", "To", "date"),
            Column("sessions_count", "Sessions", "count"),
            Column("active_return_frac", "Ahead by", "rate"),
            Column("return_frac", "Portfolio", "rate"),
            Column("benchmark_return_frac", "Benchmark", "rate"),
            Column("p_value", "Chance", "ratio"),
            Column("adjusted_p_value", "Chance, search accounted for", "ratio"),
            Column("is_significant", "Beyond chance", "text"),
        ),
        [
            (
                kind_words(one), one.started_on, one.ended_on, one.periods_count, one.active_return_frac,
                one.portfolio_return_frac, one.benchmark_return_frac, one.p_value, one.adjusted_p_value,
                "yes" if one.is_significant else "no",
            )
            for one in found.periods
        ],
    )  # fmt: skip


def market_sheet(found: MarketPhases) -> Sheet:
    """Return how it did in each kind of market, with its test."""
    return Sheet(
        "Markets",
        (
            Column("market", "Market", "text"),
            Column("share_frac", "Of the days", "weight"),
            Column("sessions_count", "Sessions", "count"),
            Column("return_frac", "Portfolio", "rate"),
            Column("benchmark_return_frac", "Benchmark", "rate"),
            Column("active_return_frac", "Ahead by", "rate"),
            Column("t_statistic", "t", "ratio"),
            Column("adjusted_p_value", "Chance, all kinds accounted for", "ratio"),
        ),
        [
            (
                MARKETS[one.label], one.share_frac, one.periods_count, one.portfolio_return_frac,
                one.benchmark_return_frac, one.active_return_frac, one.t_statistic, one.adjusted_p_value,
            )
            for one in found.phases
        ],
    )  # fmt: skip


def course_sheet(found: PerformanceView) -> Sheet:
    """Return the rolling figures, one column each, by the close that ends the window."""
    series = [one for one in found.rolling if one.dates]
    days = sorted({day for one in series for day in one.dates})
    tables = [dict(zip(one.dates, one.values, strict=True)) for one in series]
    return Sheet(
        "Course",
        (
            Column("day", "Window ends", "date"),
            *(
                Column(
                    one.key, f"{one.label}, {one.window_count} sessions", "rate" if one.unit == "fraction" else "ratio"
                )
                for one in series
            ),
        ),
        [(day, *(table.get(day) for table in tables)) for day in days],
    )


def cause_sheets(why: AttributionView) -> list[Sheet]:
    """Return holdings within segments, currencies and factors, as far as there are any."""
    sheets = []
    if why.brinson is not None and why.brinson.assets:
        sheets.append(
            Sheet(
                "Holdings in segments",
                (
                    Column("holding", "Holding", "text"),
                    Column("segment", "Segment", "text"),
                    Column("weight_frac", "Weight", "weight"),
                    Column("benchmark_weight_frac", "In benchmark", "weight"),
                    Column("allocation_frac", "Allocation", "rate"),
                    Column("selection_frac", "Selection and interaction", "rate"),
                    Column("total_frac", "Total", "rate"),
                ),
                [
                    (
                        why.names.get(one.key, one.key), one.segment, one.portfolio_weight_frac,
                        one.benchmark_weight_frac, one.allocation_frac, one.selection_frac, one.total_frac,
                    )
                    for one in why.brinson.assets
                ],
            )
        )  # fmt: skip
    if why.currency is not None:
        sheets.append(
            Sheet(
                "Currencies",
                (
                    Column("currency", "Currency", "text"),
                    Column("weight_frac", "Mean weight", "weight"),
                    Column("local_frac", "Earned at home", "rate"),
                    Column("currency_frac", "Exchange rate", "rate"),
                    Column("cross_frac", "Both at once", "rate"),
                    Column("total_frac", "Total", "rate"),
                ),
                [
                    (one.currency, one.weight_frac, one.local_frac, one.currency_frac, one.cross_frac, one.total_frac)
                    for one in why.currency.currencies
                ],
            )
        )
    return sheets if why.factors is None else [*sheets, _factors(why)]


def _factors(why: AttributionView) -> Sheet:
    assert why.factors is not None
    found = why.factors
    rest = (
        ("Cash rate", found.cash_frac), ("Constant (alpha)", found.alpha_frac), ("Unexplained", found.unexplained_frac)
    )  # fmt: skip
    return Sheet(
        "Factors",
        (
            Column("factor", "Factor", "text"),
            Column("exposure", "Exposure", "ratio"),
            Column("lower", "95% from", "ratio"),
            Column("upper", "95% to", "ratio"),
            Column("factor_return_frac", "The factor earned", "rate"),
            Column("contribution_frac", "Contribution", "rate"),
        ),
        [
            *(
                (one.key, one.exposure, one.lower, one.upper, one.factor_return_frac, one.contribution_frac)
                for one in found.factors
            ),
            *((name, None, None, None, None, part) for name, part in rest),
        ],
    )


def regime_sheets(found: Regimes) -> list[Sheet]:
    """Return the two states with their figures, and the runs of each; none where nothing could be fitted."""
    if not found.regimes:
        return []
    states = [
        (state.label, one.label, one.value, one.lower, one.upper, one.unit)
        for state in found.regimes
        for one in state.metrics
    ]
    shares = [
        (state.label, "Share of the time", state.probability_frac, None, None, "fraction") for state in found.regimes
    ]
    return [
        Sheet(
            "Regimes",
            (
                Column("state", "State", "text"),
                Column("figure", "Figure", "text"),
                Column("value", "Value", "ratio"),
                Column("lower", "95% from", "ratio"),
                Column("upper", "95% to", "ratio"),
                Column("unit", "Unit", "text"),
            ),
            [*shares, *states],
        ),
        Sheet(
            "Runs of regimes",
            (
                Column("state", "State", "text"),
                Column("from", "From", "date"),
                Column("to", "To", "date"),
                Column("sessions_count", "Sessions", "count"),
                Column("return_frac", "Portfolio", "rate"),
                Column("benchmark_return_frac", "Benchmark", "rate"),
            ),
            [
                (one.label, one.started_on, one.ended_on, one.periods_count, one.return_frac, one.benchmark_return_frac)
                for one in found.runs
            ],
        ),
    ]


def choice_sheets(found: ChoiceView) -> list[Sheet]:
    """Return what the chosen part added day by day, and its effects where it has any."""
    sheets = [_course_sheet("Chosen", found.label, found.added)]
    return sheets if found.effects is None else [*sheets, _course_sheet("Chosen effects", found.label, found.effects)]


def _course_sheet(name: str, label: str, course: Course) -> Sheet:
    columns = (
        Column("day", "Day", "date"),
        *(Column(f"{part.lower()}_frac", f"{label}: {part.lower()}", "rate") for part in course.parts),
    )
    return Sheet(name, columns, list(zip(course.dates, *course.parts.values(), strict=True)))
