"""How are periods, states and effects of performance told in words, the same on screen, in charts and in files?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.performance.result import ActivePeriod, Metric, PerformanceFigures
from engine.performance.result_phases import MarketPhase
from services import formatting
from services.errors import Unavailable
from services.formatting import MISSING, Style
from services.messages.analyses import AnalysisAnswer
from services.messages.performance import AttributionView, PerformanceHead, PerformanceView, PeriodView

KINDS = {
    "stretch": "Run of any length",
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
    "streak": "Days in a row",
    "change_point": "Between changes of the mean",
    "active_drawdown": "Deepest fall behind",
}
GROUPS = {
    "return": "Return",
    "risk": "Risk",
    "ratio": "Return for risk",
    "tail": "Tails",
    "drawdown": "Falls",
    "benchmark": "Beside the benchmark",
}
"""Group of figures -> its heading, in order."""
METHODS = {"brinson_fachler": "Brinson and Fachler", "brinson_hood_beebower": "Brinson, Hood and Beebower"}
LINKS = {
    "carino": "Carino",
    "menchero": "Menchero",
    "grap": "GRAP",
    "frongello": "Frongello",
    "geometric": "geometric linking",
}
RETURN_KINDS = (("twr", "Time-weighted"), ("mwr", "Money-weighted"))
WINDOWS = ("stretch", "year", "quarter", "month")
"""Kinds by length, the longest first."""
BAND_MOST_FRAC = 0.6
"""A stretch that takes more of the days than this is not shaded: it would be the whole chart."""


def kind_words(one: ActivePeriod) -> str:
    """Return what kind of stretch it is, such as "Best year"."""
    if one.kind in ("stretch", "month", "quarter", "year", "streak"):
        return f"{'Best' if one.is_better else 'Worst'} {KINDS[one.kind].lower()}"
    return KINDS[one.kind]


def banded(periods: Sequence[ActivePeriod], sessions_count: int) -> frozenset[int]:
    """Return which stretches a chart shades, by place: the deepest fall behind, the best and the worst window.

    Of each side the longest kind that leaves room for the rest and overlaps with none that is shaded already; the
    others stand in the table alone.
    """
    most = BAND_MOST_FRAC * sessions_count
    falls = [place for place, one in enumerate(periods) if one.kind == "active_drawdown"]
    chosen = [place for place in falls if periods[place].periods_count <= most][:1]
    for is_better in (True, False):
        for kind in WINDOWS:
            found = [
                place
                for place, one in enumerate(periods)
                if one.kind == kind
                and one.is_better is is_better
                and one.periods_count <= most
                and not any(_overlap(one, periods[other]) for other in chosen)
            ]
            if found:
                chosen.append(found[0])
                break
    return frozenset(chosen)


def _overlap(one: ActivePeriod, other: ActivePeriod) -> bool:
    return one.started_on <= other.ended_on and other.started_on <= one.ended_on


def ordinal(number: int) -> str:
    """Return the number by which chart and table name the same stretch."""
    return f"({number})"


def significance(one: ActivePeriod | MarketPhase) -> str:
    """Return in words whether chance alone explains the stretch: how often luck brings one as far apart.

    The search for it is accounted for. It is no probability that chance was at work.
    """
    value = one.p_value if one.adjusted_p_value is None else one.adjusted_p_value
    if value is None:
        return "Not tested"
    often = "fewer than 1" if value < 0.001 else f"{1000 * value:,.0f}"
    return f"{'Hardly' if one.is_significant else 'It may be'}: luck brings as much in {often} of 1,000 records"


MARKETS = {
    "bull": "Rising market",
    "bear": "Falling market (bear)",
    "calm": "Calm market",
    "turbulent": "Turbulent market",
}


def no_benchmark_of(name: str, *, has_benchmark: bool) -> str:
    """Return why nothing can be told beside a benchmark."""
    if has_benchmark:
        return f"The benchmark of {name} has no prices in this period. Choose another period or another benchmark."
    return (
        f"{name} has no benchmark. Choose one above, or set it on the portfolio's page, to see when it was ahead or "
        "behind."
    )


DAILY_LABELS = {
    "best_period": "Best day",
    "worst_period": "Worst day",
    "positive_share": "Positive days",
    "recovery_count": "Trading days to recover from it",
    "longest_drawdown_count": "Longest time below a peak, trading days",
    "hit_rate": "Days ahead",
}
"""Key of a figure of periods -> what it is called where periods are days."""


def daily(found: PerformanceFigures) -> PerformanceFigures:
    """Return figures whose labels say days where they speak of periods."""
    named = tuple(
        one.model_copy(update={"label": DAILY_LABELS[one.key]}) if one.key in DAILY_LABELS else one
        for one in found.metrics
    )
    return found.model_copy(update={"metrics": named})


def metric_text(one: Metric, style: Style) -> str:
    """Return the value of a figure as it is shown."""
    if one.value is None:
        return MISSING
    return _shown(one, one.value, style)


def side_texts(sides: Sequence[Metric | None], style: Style) -> list[str]:
    """Return one figure of several states beside each other, all with the decimals of the least sure of them."""
    known = [one for one in sides if one is not None and one.value is not None]
    decimals = min((_decimals(one) for one in known), default=2)
    return [MISSING if one is None or one.value is None else _shown(one, one.value, style, decimals) for one in sides]


def spread_text(one: Metric, style: Style, *, is_long: bool = False) -> str:
    """Return the interval of a figure, or its standard error where it has no interval; empty without either."""
    if one.lower is not None and one.upper is not None:
        words = f"{_shown(one, one.lower, style)} to {_shown(one, one.upper, style)}"
        return f"95% interval: {words}" if is_long else words
    if one.standard_error is not None:
        words = f"± {_shown(one, one.standard_error, style)}"
        return f"Standard error: {words}" if is_long else words
    return ""


DIFFERENCES = frozenset({"active_return", "active_annualized"})
"""Figures that are one return less another: percentage points, not a percentage of anything."""


def _shown(one: Metric, value: float, style: Style, decimals: int | None = None) -> str:
    if one.key in DIFFERENCES:
        return f"{formatting.number(100 * value, 2, style=style, signed=True)} pp"
    if one.unit in ("fraction", "probability"):
        return formatting.rate(value, style=style)
    if one.unit == "count":
        return formatting.number(value, 0, style=style)
    return formatting.number(value, _decimals(one) if decimals is None else decimals, style=style)


def _decimals(one: Metric) -> int:
    """Return the decimals of a ratio: two, fewer where its interval reaches a whole unit or ten to either side."""
    if one.lower is None or one.upper is None:
        return 2
    reach = (one.upper - one.lower) / 2.0
    return 2 if reach < 1.0 else (1 if reach < 10.0 else 0)


def residual_text(residual_frac: float) -> str:
    """Return what an attribution leaves over; rounding of the computer reads as nothing."""
    if abs(residual_frac) < 1e-9:
        return "nothing"
    return f"{100 * residual_frac:.2g}%"


@dataclass(frozen=True)
class BridgeLine:
    """One line from the value at the start to that at the end; `is_step` is what is added to the one before."""

    label: str
    note: str
    amount_ccy: Decimal
    is_step: bool


def start_words(period: PeriodView) -> str:
    """Return when the value at the start was: at a close, or before the portfolio's first day."""
    day = formatting.day_short(period.told_from)
    return f"before {day}" if period.is_from_start else day


def bridge_lines(view: PerformanceView) -> list[BridgeLine]:
    """Return the way of the money; the steps add up from the first line to the last, to the cent."""
    bridge = view.bridge
    start = start_words(view.period)
    is_foreign = view.base_currency != view.own_currency
    gain = "prices, income and exchange rates" if is_foreign else "prices and income, before costs and fees"
    return [
        BridgeLine("Value at the start", start, bridge.start_ccy, False),
        BridgeLine("Put in", "cash and assets", bridge.paid_in_ccy, True),
        BridgeLine("Taken out", "cash and assets", -bridge.taken_out_ccy, True),
        BridgeLine("Gain", gain, bridge.gain_before_costs_ccy, True),
        BridgeLine("Costs of trades", "as booked with them", -bridge.costs_ccy, True),
        BridgeLine("Fees", "as booked in the ledger", -bridge.fees_ccy, True),
        BridgeLine("Value at the end", formatting.day_short(view.period.end), bridge.end_ccy, False),
    ]


def head_sentences(head: PerformanceHead) -> str:
    """Return what must be known before figures are read, as one text."""
    return " ".join((*head.notes, head.fees_sentence, head.risk_free_sentence))


def residual_sentences(found: AttributionView) -> list[str]:
    """Return what every attribution leaves over, and what must be known of each."""
    lines = [f"Contributions: {residual_text(found.contributions.residual_frac)}."]
    notes: list[str] = []
    named = (("Segments", found.brinson), ("Currencies", found.currency), ("Factors", found.factors))
    for name, part in named:
        if part is not None:
            lines.append(f"{name}: {residual_text(part.residual_frac)}.")
            notes += part.notes
    if found.currency_sentence:
        notes.append(found.currency_sentence)
    return ["Left over after all parts. " + " ".join(lines), *notes]


def not_ready(answer: AnalysisAnswer) -> Unavailable:
    """Return why a report cannot be taken along yet."""
    return Unavailable(
        answer.message or "The figures are still being computed.", answer.advice or "Try again in a moment."
    )
