"""Which tables tell the risk of a portfolio, on the screen as on paper: formatted texts, one source for both?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services import formatting
from services.charts.frame import joined
from services.charts.look import Look
from services.charts.risk import TRADING_DAYS, level_words
from services.charts.risk_days import days_of
from services.charts.risk_losses import ended_on, horizon_returns, horizon_words, interval_words, methods_of
from services.charts.risk_sources import measured
from services.exports_page import PageTable
from services.formatting import MISSING, Style
from services.messages.risk import BacktestRow, RiskBacktests, RiskLimitView, RiskReport
from services.number_style import in_style
from services.risk_limits import days_words
from services.risk_picks import holdings_of

if TYPE_CHECKING:
    from engine.backtests.result import BacktestReport, LossTest

DAYS_MAX_COUNT = 25
BUCKETS = {
    "highly_liquid": "Highly liquid",
    "moderately_liquid": "Moderately liquid",
    "less_liquid": "Less liquid",
    "illiquid": "Illiquid",
    "not_known": "Not known",
}
ZONES = {"green": "Green", "yellow": "Yellow", "red": "Red"}
DOUBTS = {
    "z1": "losses beyond were larger than promised (Z1)",
    "z2": "losses beyond were larger or more often (Z2)",
    "independence": "they came in clusters",
    "conditional_coverage": "their number and clusters together",
}
"""Test -> what its rejection says."""
SIDES = {"max": "at most", "min": "at least"}
STATUS = {"ok": "", "fallback": "Another method's figures", "refused": "No figures"}


def amount(value: float | None, unit: str, style: Style) -> str:
    """Write a figure in the unit of its metric."""
    if value is None:
        return MISSING
    if unit in ("frac", "annual_frac"):
        return formatting.rate(value, style=style)
    if unit == "days":
        return days_words(value, style)
    return formatting.number(value, 1 if unit == "count" else 2, style=style)


def figures(report: RiskReport, style: Style) -> list[tuple[str, str, str]]:
    """Return the key figures: name, figure, and what it is compared with or how sure it is."""
    found: list[tuple[str, str, str]] = []
    head = report.headline
    if head is not None:
        forecast = head.volatility_forecast_annual_frac
        span = _span(head.volatility_lower_frac, head.volatility_upper_frac, style)
        next_day = f"next day's forecast {formatting.rate(forecast, style=style)}" if forecast is not None else ""
        told = joined(span, next_day) or "a year"
        found.append(("Volatility", formatting.rate(head.volatility_annual_frac, style=style), told))
        by_method = joined("one day", head.method_label)
        for one in head.losses:
            if one.horizon_days != 1:
                continue
            level = level_words(one.level_frac)
            span = _span(one.var_lower_frac, one.var_upper_frac, style)
            found.append(
                (
                    f"Value at risk {level}",
                    formatting.rate(one.var_frac, style=style),
                    joined(by_method, span or in_style(one.reason or "", style)),
                )
            )
            span = _span(one.es_lower_frac, one.es_upper_frac, style)
            found.append((f"Shortfall {level}", formatting.rate(one.es_frac, style=style), joined(by_method, span)))
    if report.drawdowns is not None:
        now = formatting.rate(report.drawdowns.current_frac, style=style)
        deepest = formatting.rate(report.drawdowns.max_drawdown_frac, style=style)
        since = "" if report.history is None else f", holdings of today since {formatting.day(report.history.dates[0])}"
        found.append(("Maximum drawdown", deepest, f"now {now} below the peak{since}"))
    dependence = None if report.benchmark is None else report.benchmark.dependence
    if dependence is not None and dependence.beta is not None:
        beta = dependence.beta
        span = ""
        if beta.lower is not None and beta.upper is not None:
            low, high = (formatting.number(one, 2, style=style) for one in (beta.lower, beta.upper))
            span = f"{low} to {high}"
        found.append(("Beta", formatting.number(beta.value, 2, style=style), span))
    return found


def limits_table(limits: Sequence[RiskLimitView], style: Style) -> PageTable:
    """Return every limit with its state, in words and numbers."""
    columns = (("Limit", False), ("State", False), ("Now", True), ("Bound", True), ("Used", True), ("Kind", False))
    rows = [
        [
            one.label,
            one.word,
            amount(one.measured, one.unit, style),
            f"{SIDES[one.direction]} {amount(one.value, one.unit, style)}",
            MISSING if one.use_frac is None else formatting.percent(one.use_frac, 0, style=style),
            "hard" if one.is_hard else "soft",
        ]
        for one in limits
    ]
    return PageTable(columns, rows)


def methods_table(report: RiskReport, level_frac: float, horizon_days: int, style: Style) -> PageTable:
    """Return value at risk and expected shortfall by each method, with interval, standard error and how it was made."""
    look = Look(style=style)
    columns = (
        ("Method", False), ("Value at risk", True), ("Interval", True), ("± 1 SE", True), ("Shortfall", True),
        ("Interval", True), ("How", False),
    )  # fmt: skip
    rows = []
    for one in methods_of(report, level_frac, horizon_days):
        var, shortfall = one.value_at_risk, one.expected_shortfall
        said = [STATUS[one.status], one.reason or "", "" if one.status == "refused" else one.model]
        rows.append(
            [
                f"{one.label} (leads)" if one.is_default else one.label,
                look.rate(None if var is None else var.loss_frac),
                interval_words(var, look),
                look.rate(None if var is None else var.standard_error_frac),
                look.rate(None if shortfall is None else shortfall.loss_frac),
                interval_words(shortfall, look),
                in_style(". ".join(part.rstrip(".") for part in said if part), style),
            ]
        )
    confidence = "" if report.tails is None else level_words(report.tails.confidence_frac)
    reason = "" if report.tails is None else in_style(report.tails.default_reason, style)
    return PageTable(columns, rows, f"Intervals at {confidence}. {reason}".strip() if confidence else "")


def backtests_table(rows: Sequence[BacktestRow], style: Style) -> PageTable:
    """Return how the forecasts of each method held: exceptions, zone, tests, verdict."""
    columns = (
        ("Method", False), ("Level", True), ("Days", True), ("Beyond", True), ("Expected", True), ("Zone", False),
        ("Coverage", True), ("Independence", True), ("Shortfall Z2", True), ("Verdict", False),
    )  # fmt: skip
    made = []
    for one in rows:
        report = one.report
        tests = {test.kind: test for test in report.tests}
        light = report.traffic_light
        made.append(
            [
                one.label,
                level_words(report.level_frac),
                formatting.number(report.days_count, 0, style=style),
                formatting.number(report.exceptions_count, 0, style=style),
                formatting.number(report.expected_count, 1, style=style),
                MISSING if light is None else ZONES[light.zone],
                _p(tests.get(report.coverage), style),
                _p(tests.get("independence"), style),
                _z(tests.get("z2"), style),
                _verdict(report),
            ]
        )
    return PageTable(
        columns, made, "Coverage and independence: the chance of such a result if the forecasts are right (p)."
    )


def _verdict(report: BacktestReport) -> str:
    """Return the verdict, and for doubts the tests that made them: some of them have no column of their own."""
    rejected = {test.kind for test in report.tests if test.is_rejected}
    reasons = [words for kind, words in DOUBTS.items() if kind in rejected]
    if report.traffic_light is not None and report.traffic_light.zone == "yellow":
        reasons.append("yellow zone")
    return f"{report.verdict}: {', '.join(reasons)}" if report.verdict == "in doubt" and reasons else report.verdict


def backtest_rows(found: RiskBacktests, kind: str) -> tuple[BacktestRow, ...]:
    """Return the rows of one kind of back-test: stored forecasts of one or of ten days, or a walk over the past."""
    if kind == "stretches":
        return found.stored_stretches
    return found.stored if kind == "stored" else found.walk_forward


def falls_table(report: RiskReport, style: Style) -> PageTable:
    """Return the deepest falls of today's holdings over history."""
    columns = (
        ("Depth", False), ("Peak", False), ("Lowest", False), ("Recovered", False), ("Days down", True),
        ("Days up", True), ("Gain needed", True),
    )  # fmt: skip
    falls = () if report.drawdowns is None else report.drawdowns.drawdowns
    rows = [
        [
            formatting.rate(one.depth_frac, style=style),
            formatting.day_short(one.peak_date),
            formatting.day_short(one.trough_date),
            formatting.day_short(one.recovered_date) if one.recovered_date else "not yet",
            formatting.number(one.to_trough_count, 0, style=style),
            formatting.number(one.to_recovery_count, 0, style=style),
            formatting.rate(one.required_gain_frac, style=style),
        ]
        for one in falls
    ]
    return PageTable(columns, rows)


def added_table(
    report: RiskReport, measure: str, scope: str, level_frac: float, style: Style, pick: str = ""
) -> PageTable:
    """Return what each holding adds to a measure, the most first; volatility as that of a year.

    Of a chosen group its holdings alone, with what they add together; of a chosen factor their exposures to it too.
    """
    narrow = narrowed(report, pick)
    exposures = {} if narrow else exposures_of(report, pick)
    columns = (
        ("Holding", False), ("Weight", True), ("Share of risk", True), ("Component", True), ("Marginal", True),
        ("Alone", True), ("Incremental", True), *([(f"Exposure to {pick}", True)] if exposures else []),
    )  # fmt: skip
    parts = measured(report, measure, level_frac, scope)
    held = () if parts is None else sorted(parts.assets, key=lambda one: -one.component_frac)
    lines = [one for one in held if not narrow or one.name in narrow]
    scale = float(TRADING_DAYS**0.5) if measure == "volatility" else 1.0
    rows = [
        [
            one.name,
            formatting.weight(one.weight_frac, style=style),
            formatting.weight(one.share_frac, style=style),
            *(
                formatting.rate(None if value is None else scale * value, style=style)
                for value in (one.component_frac, one.marginal_frac, one.standalone_frac, one.incremental_frac)
            ),
            *([formatting.number(exposures.get(one.name), 2, style=style)] if exposures else []),
        ]
        for one in lines
    ]
    if narrow and lines:
        shares = [one.share_frac for one in lines]
        together = scale * sum(one.component_frac for one in lines)
        rows.append(
            [
                "Together",
                formatting.weight(sum(one.weight_frac for one in lines), style=style),
                formatting.weight(None if None in shares else sum(one or 0.0 for one in shares), style=style),
                formatting.rate(together, style=style),
                *([MISSING] * 3),
            ]
        )
    return PageTable(columns, rows)


def days_table(report: RiskReport, pick: str, horizon_days: int, style: Style) -> PageTable | None:
    """Return the chosen days with their returns, the worst first; None where no days are chosen."""
    days = frozenset(days_of(report, pick, horizon_days))
    if not days or report.history is None:
        return None
    moves = horizon_returns(report.history.returns_frac, horizon_days)
    below = dict(zip(report.history.dates, report.history.underwater_frac, strict=False))
    known = [(float(move), day) for day, move in zip(ended_on(report.history, moves), moves, strict=True)]
    rows = [
        [
            formatting.day_short(day),
            formatting.rate(move, style=style),
            formatting.rate(None if day not in below else abs(below[day]), style=style),
        ]
        for move, day in sorted(known)
        if day in days
    ]
    over = "Return" if horizon_days == 1 else f"Return over {horizon_words(horizon_days)}"
    shown, count = rows[:DAYS_MAX_COUNT], formatting.number(len(rows), 0, style=style)
    note = f"The {DAYS_MAX_COUNT} worst of {count}." if len(rows) > DAYS_MAX_COUNT else ""
    return PageTable([("Day", False), (over, True), ("Below the peak", True)], shown, note)


def narrowed(report: RiskReport, pick: str) -> frozenset[str]:
    """Return the holdings that tables are narrowed to: those of a chosen group; none while a holding is chosen."""
    inside = holdings_of(report, pick)
    return frozenset() if inside == (pick,) else frozenset(inside)


def exposures_of(report: RiskReport, pick: str) -> dict[str, float]:
    """Return each holding's exposure to a chosen factor; nothing where no factor of that name is chosen."""
    for found in (report.factors, report.statistical_factors):
        names = [] if found is None else [one.factor for one in found.factors]
        if found is not None and pick in names:
            at = names.index(pick)
            return {one.asset: one.exposures[at] for one in found.assets if one.exposures is not None}
    return {}


def sold_table(report: RiskReport, style: Style, pick: str = "") -> PageTable:
    """Return how long each position takes to sell and what that costs, the slowest first; what is not known leads.

    Of a chosen group its positions alone, as of what is not sold within some days.
    """
    columns = (
        ("Holding", False), ("Weight", True), ("Days to sell", True), ("Days, stressed", True), ("Spread", True),
        ("Cost, bp", True), ("Bucket", False),
    )  # fmt: skip
    lines, narrow = () if report.liquidity is None else report.liquidity.assets, narrowed(report, pick)
    rows = [
        [
            one.name,
            formatting.weight(one.weight_frac, style=style),
            _days(one.days, style),
            _days(one.stressed_days, style),
            formatting.rate(one.spread_frac, style=style),
            MISSING if one.cost_bps is None else formatting.number(one.cost_bps, 1, style=style),
            BUCKETS[one.bucket],
        ]
        for one in sorted(lines, key=lambda one: (one.days is not None, -(one.days or 0.0)))
        if not narrow or one.name in narrow
    ]
    return PageTable(columns, rows)


def _days(value: float | None, style: Style) -> str:
    """Write trading days with as many digits as tell something: most large holdings sell within minutes."""
    if value is None:
        return MISSING
    least = formatting.number(0.01, 2, style=style)
    return f"< {least}" if 0.0 < value < 0.005 else formatting.number(value, 2 if value < 10 else 0, style=style)


def concentration_table(report: RiskReport, style: Style) -> PageTable:
    """Return how concentrated the portfolio is by each dimension."""
    columns = (
        ("By", False), ("Herfindahl", True), ("As if equal parts", True), ("Largest", False),
        ("Share of invested", True), ("Weight", True), ("Not known", True),
    )  # fmt: skip
    found = report.concentration
    if found is None or found.effective_count is None:
        return PageTable(columns, [])
    rows = [
        [
            "Holding",
            formatting.number(found.herfindahl, 3, style=style),
            formatting.number(found.effective_count, 1, style=style),
            MISSING,
            formatting.weight(found.largest_share_frac, style=style),
            formatting.weight(found.largest_weight_frac, style=style),
            MISSING,
        ],
        *(
            [
                one.dimension.capitalize(),
                formatting.number(one.herfindahl, 3, style=style),
                formatting.number(one.effective_count, 1, style=style),
                one.largest_name or MISSING,
                formatting.weight(one.largest_share_frac, style=style),
                formatting.weight(one.largest_weight_frac, style=style),
                formatting.weight(one.not_known_share_frac, style=style),
            ]
            for one in found.dimensions
        ),
    ]
    return PageTable(columns, rows, in_style(found.sentence, style))


def _span(lower: float | None, upper: float | None, style: Style) -> str:
    if lower is None or upper is None:
        return ""
    return f"{formatting.rate(lower, style=style)} to {formatting.rate(upper, style=style)}"


def _p(test: LossTest | None, style: Style) -> str:
    if test is None or test.p_value is None:
        return MISSING
    least = formatting.number(0.001, 3, style=style)
    p_words = f"p {formatting.number(test.p_value, 3, style=style)}" if test.p_value >= 0.0005 else f"p < {least}"
    return f"{p_words}, rejected" if test.is_rejected else p_words


def _z(test: LossTest | None, style: Style) -> str:
    if test is None or test.statistic is None:
        return MISSING
    statistic = formatting.number(test.statistic, 2, style=style)
    return f"{statistic}, rejected" if test.is_rejected else statistic
