"""How does what mends a portfolio read, and which wish was typed?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import html

from callbacks.present_compliance_status import STATES
from callbacks.present_compliance_trade import VERDICTS
from callbacks.present_typed import Typed
from callbacks.wording import told
from components.compliance_mend import Way, ways
from components.compliance_status import mark
from components.error_state import error_state
from components.kpi_card import MISSING
from components.pills import tag
from components.skeleton import skeleton
from components.table import table
from components.traffic_light import State, traffic_light
from services import formatting
from services.compliance.checks_said import figure
from services.errors import InvalidRequest
from services.formatting import Style
from services.messages.compliance_breaches import BreachDetail, BreachStatus
from services.messages.compliance_remedies import RemedyAnswer, RemedyReport, RemedyTrade, RemedyWay, RemedyWish

OUTCOMES: Final = {
    "repaired": ("Verified", "ok"),
    "partial": ("Partly", "warn"),
    "unverified": ("Not verified", "bad"),
    "impossible": ("Impossible", "bad"),
    "unneeded": ("Not needed", ""),
}
TAKEN: Final = frozenset({"repaired", "partial"})
"""Outcomes whose orders are taken along: others must not be traded."""
SLOW_TICKS: Final = 15
BUFFER_MAX_PERCENT, TURNOVER_MAX_PERCENT, CASH_MAX_PERCENT = 10, 200, 100
_NOTES: Final[dict[str, tuple[State, str]]] = {
    "blocked": ("red", "Blocked"), "warning": ("amber", "Warning"), "info": ("none", "Hint"),
}  # fmt: skip
_SETTLED: Final = {BreachStatus.CURED: "over", BreachStatus.CLOSED: "closed"}


def wish(buffer: object, turnover: object, cash: object, *, whole: bool, breach_id: str | None = None) -> RemedyWish:
    """Return what is asked for; empty fields are as usual.

    Raises
    ------
    InvalidRequest
        With every field that cannot be read.

    """
    read = Typed()
    typed = {
        "buffer_frac": read.number(
            "buffer_frac", "The room to spare", buffer, low=0, high=BUFFER_MAX_PERCENT, unit="%"
        ),
        "turnover_max_frac": read.number(
            "turnover_max_frac", "The most that is traded", turnover, low=0, high=TURNOVER_MAX_PERCENT, unit="%",
            is_low_allowed=False,
        ),
        "cash_min_frac": read.number(
            "cash_min_frac", "The least cash", cash, low=0, high=CASH_MAX_PERCENT, unit="%"
        ),
    }  # fmt: skip
    if read.problems:
        message = "Trades cannot be looked for like this."
        raise InvalidRequest(message, "Correct what is named.", fields=tuple(read.problems))
    given = {name: round(float(value) / 100, 12) for name, value in typed.items() if value is not None}
    return RemedyWish.model_validate({"whole_shares": whole, "breach_id": breach_id, **given})


def offered(found: BreachDetail | None) -> tuple[bool, str]:
    """Return whether trades cannot be looked for, and why."""
    if found is None:
        return True, "Choose a breach of the list."
    settled = _SETTLED.get(found.status)
    return settled is not None, f"This breach is {settled}: nothing is to be mended." if settled else ""


def shown(answer: RemedyAnswer, ticks: int, style: Style, *, may_optimize: bool) -> Any:
    """Return the answer: the ways side by side, or how far the search is.

    Parameters
    ----------
    answer : RemedyAnswer
        Of the service.
    ticks : int
        Seconds since it was asked for.
    style : Style
        The reader's number format.
    may_optimize : bool
        Whether the way to the optimizer is offered.

    """
    report = answer.report
    if answer.state == "failed" or (report is None and answer.state != "working"):
        words = told(f"{answer.message or ''} {answer.advice or ''}".strip())
        return error_state("No trades could be looked for", words)
    is_old = answer.state == "working" or not answer.is_current
    parts: list[Any] = [_progress(ticks)] if answer.state == "working" else []
    if report is None:
        return html.Div([*parts, skeleton(height_px=220)], className="stack")
    if is_old:
        parts.append(html.P([tag("Of earlier data", "warn"), " What follows is not current."]))
    return html.Div([*parts, *_report(report, style, is_old=is_old, may_optimize=may_optimize)], className="stack")


def _progress(ticks: int) -> Any:
    said = "Rules, prices and costs are read, trades are looked for, and every way is judged again after them."
    if ticks >= SLOW_TICKS:
        said = "The search takes longer than usual. It goes on by itself; you may leave the page and ask again later."
    return html.P(said, role="status")


def _report(report: RemedyReport, style: Style, *, is_old: bool, may_optimize: bool) -> list[Any]:
    asof = f"As of {formatting.day(report.as_of)}, computed {formatting.moment(report.computed_at_utc)}."
    parts: list[Any] = [
        html.P([told(report.sentence), *([" ", tag("Sample", "sample")] if report.is_sample else [])],
               className="evidence-sentence"),
        html.P(asof, className="muted"),
    ]  # fmt: skip
    if any(one.outcome != "unneeded" for one in report.ways):
        drawn = [_way(one, report, style, is_old=is_old) for one in report.ways]
        beside = [_beside(report, style), *_orders_beside(report, style)]
        parts.append(html.Div(beside, className="mend-beside stack"))
        parts.append(ways(drawn, report.portfolio_id, report.name, may_optimize=may_optimize))
    return [*parts, *_list("What no trades mend", report.helpless), *_list("Taken for granted", report.assumptions)]


def _list(title: str, sentences: Sequence[str]) -> list[Any]:
    return [html.H3(title), html.Ul([html.Li(told(one)) for one in sentences])] if sentences else []


def _beside(report: RemedyReport, style: Style) -> Any:
    """Set the figures of the ways below one another."""
    currency = report.base_currency
    heads = [
        ("Way", False), ("Outcome", False), ("Rules then say", False), ("Trades", True),
        (f"Traded in {currency}", True), ("Turnover", True), (f"Cost in {currency}", True), ("Cost in bp", True),
        ("Cash before", True), ("Cash after", True),
    ]  # fmt: skip
    rows = [_figures(one, style) for one in report.ways]
    return table(heads, rows, caption="The ways beside one another")


def _figures(one: RemedyWay, style: Style) -> list[Any]:
    words, tone = OUTCOMES[one.outcome]
    stands = [one.title, tag(words, tone), MISSING if one.verdict is None else VERDICTS[one.verdict][1]]
    if not one.trades:
        return [*stands, *[MISSING] * 7]
    traded = sum(abs(trade.value_ccy) for trade in one.trades)
    return [
        *stands,
        formatting.number(len(one.trades), 0, style=style),
        formatting.money(traded, style=style, decimals=0),
        formatting.percent(one.turnover_frac, 2, style=style),
        formatting.money(one.cost_ccy, style=style, decimals=2),
        formatting.number(one.cost_frac * 1e4, 2, style=style),
        formatting.percent(one.cash_before_frac, 2, style=style),
        formatting.percent(one.cash_after_frac, 2, style=style),
    ]


def _orders_beside(report: RemedyReport, style: Style) -> list[Any]:
    """Set the orders of the ways beside one another, an asset a line."""
    trading = [one for one in report.ways if one.trades]
    if len(trading) < 2:
        return []
    before = {trade.symbol: trade.weight_before_frac for one in trading for trade in one.trades}
    orders = [{trade.symbol: trade for trade in one.trades} for one in trading]
    rows = [
        [
            symbol,
            formatting.percent(weight, 2, style=style),
            *(cell for found in orders for cell in _order_cells(found.get(symbol), style)),
        ]
        for symbol, weight in sorted(before.items(), key=lambda one: -abs(one[1]))
    ]
    heads = [("Asset", False), ("Before", True)]
    heads += [(text, True) for one in trading for text in (f"{one.title}: units", "After")]
    return [html.H3("Orders beside one another"), table(heads, rows, caption="Orders of the ways beside one another")]


def _order_cells(trade: RemedyTrade | None, style: Style) -> list[str]:
    if trade is None:
        return ["", ""]
    after = formatting.percent(trade.weight_after_frac, 2, style=style)
    return [formatting.quantity(trade.quantity, style=style), after]


def _way(one: RemedyWay, report: RemedyReport, style: Style, *, is_old: bool) -> Way:
    words, tone = OUTCOMES[one.outcome]
    proven = " No smaller or cheaper list exists for these figures." if one.is_proven and one.trades else ""
    parts: list[Any] = [html.P([told(one.sentence), proven])]
    tables = [*_trades(one, report.base_currency, style), *_rules(one, report.base_currency)]
    parts += [html.Div(tables, className="mend-tables")] if tables else []
    in_the_way = () if set(one.clash) <= set(one.unmended) else one.clash  # the sentence says what is told twice
    for title, names in (
        ("Left broken", one.unmended), ("Worse than before", one.worse), ("Rules in the way", in_the_way),
    ):  # fmt: skip
        parts += [html.P([html.Strong(f"{title}: "), "; ".join(names), "."])] if names else []
    notes = [html.Li([_light(note.severity), " ", told(note.sentence)]) for note in one.notes]
    parts += [html.H4("Lists, lots and recent sales"), html.Ul(notes, className="verdict-notes")] if notes else []
    is_taken = one.outcome in TAKEN and not is_old
    return Way(one.title, words, tone, parts, typed_orders(one.trades) if is_taken else "")


def _light(severity: str) -> Any:
    light, word = _NOTES[severity]
    return traffic_light(light, word=word)


def _trades(one: RemedyWay, currency: str, style: Style) -> list[Any]:
    if not one.trades:
        return []
    decimals = formatting.money_decimals([trade.value_ccy for trade in one.trades])
    rows = [
        [
            trade.symbol,
            formatting.quantity(trade.quantity, style=style),
            formatting.money(trade.value_ccy, style=style, decimals=decimals),
            formatting.money(trade.cost_ccy, style=style, decimals=2),
            formatting.percent(trade.weight_before_frac, 2, style=style),
            formatting.percent(trade.weight_after_frac, 2, style=style),
        ]
        for trade in one.trades
    ]
    heads = [
        ("Asset", False), ("Units", True), (f"Amount in {currency}", True), ("Cost", True), ("Before", True),
        ("After", True),
    ]  # fmt: skip
    said = f"{one.title}: orders with amount and cost in {currency}, and weights"
    return [html.Div([html.H4("Orders"), table(heads, rows, caption=said)])]


def _rules(one: RemedyWay, currency: str) -> list[Any]:
    if not one.rules:
        return []
    rows = [
        [
            rule.title,
            told(figure(rule.before_value, rule.unit, currency, beside=rule.limit)),
            told(figure(rule.after_value, rule.unit, currency, beside=rule.limit)),
            told(figure(rule.limit, rule.unit, currency)),
            mark(STATES[rule.after]),
        ]
        for rule in one.rules
    ]
    heads = [("Rule", False), ("Before", True), ("After", True), ("Limit", True), ("Stands then", False)]
    said = f"{one.title}: rules before and after"
    return [html.Div([html.H4("Rules"), table(heads, rows, caption=said)])]


def typed_orders(trades: Sequence[RemedyTrade]) -> str:
    """Return trades as they are typed before a trade, one a line, so that they are read back to the same units."""
    return "\n".join(f"{one.symbol} {one.side} {_units(abs(one.quantity))}" for one in trades)


def _units(quantity: float) -> str:
    # eight decimals are never taken for a group of thousands
    return str(int(quantity)) if quantity.is_integer() else f"{quantity:.8f}"
