"""What stands on paper of a portfolio: figures, holdings, cash, allocation, history, and how its limits stand?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services import formatting
from services.charts.allocation import allocation_bars
from services.charts.history import drawdown, value_history
from services.charts.look import Look
from services.exports_page import PageDocument, PageFigure, PageTable, Part, Spark
from services.formatting import Style
from services.market_marks import marked
from services.messages.portfolios import Holding, LimitCheck, LimitState, PortfolioDetail, ValueHistory
from services.number_style import in_style

STATES: dict[LimitState, str] = {
    LimitState.OK: "Kept", LimitState.AMBER: "Near", LimitState.RED: "Broken",
}  # fmt: skip


def portfolio_document(
    one: PortfolioDetail, holdings: Sequence[Holding], course: ValueHistory, checks: Sequence[LimitCheck], look: Look
) -> PageDocument:
    """Return the page of a portfolio for paper, all of its parts at the close of the as-of day.

    Parameters
    ----------
    one : PortfolioDetail
    holdings : sequence of Holding
        The largest first.
    course : ValueHistory
        Value and index by day.
    checks : sequence of LimitCheck
        Every limit that is set.
    look : Look
        Number format and colors of the reader; paper is light.
    """
    style = look.style
    mark = marked([held.symbol for held in holdings if held.is_sample])
    parts: list[Part] = [("", _figures(one, style)), ("Holdings", _holdings(one, holdings, style))]
    if one.cash:
        parts.append(("Cash", _cash(one, style)))
    parts += _charts(one, holdings, course, mark, look)
    parts.append(("Limits", _limits(checks, style)))
    if one.notes:
        parts.append(("Notes", [in_style(note, style) for note in one.notes]))
    day = formatting.day_short(one.as_of)
    facts = [
        ("Portfolio", one.name),
        ("As of", day),
        ("Base currency", one.base_currency),
        ("Benchmark", one.benchmark_name or "None"),
        ("Client", one.client_name or ""),
        ("Target", one.target.name if one.target else ""),
    ]
    return PageDocument(
        title=one.name,
        lead=in_style(one.description or "", style),
        facts=[(name, text) for name, text in facts if text],
        parts=parts,
        running=f"{one.name} · {day}",
        source=mark,
        name=f"portfolio {one.name[:60]} {one.as_of.isoformat() if one.as_of else ''}".strip(),
    )


def _figures(one: PortfolioDetail, style: Style) -> list[PageFigure]:
    told = [
        ("Value", formatting.money(one.value_ccy, one.base_currency, style=style)),
        ("Last session", formatting.money(one.day_pnl_ccy, one.base_currency, style=style, signed=True)),
        ("Year to date", formatting.rate(one.return_ytd_frac, style=style, signed=True)),
        ("One year", formatting.rate(one.return_1y_frac, style=style, signed=True)),
        ("Volatility a year", formatting.rate(one.volatility_1y_annual_frac, style=style)),
        ("Gross exposure", formatting.weight(one.gross_exposure_frac, style=style)),
        ("Net exposure", formatting.weight(one.net_exposure_frac, style=style)),
    ]
    course = Spark(one.sparkline) if len(one.sparkline) > 1 else None
    return [PageFigure(label, text, spark=course if label == "Value" else None) for label, text in told]


def _holdings(one: PortfolioDetail, holdings: Sequence[Holding], style: Style) -> PageTable:
    decimals = formatting.money_decimals(held.value_ccy for held in holdings)
    rows = [
        (
            held.symbol,
            held.name,
            held.sector or "Not classified",
            formatting.quantity(held.quantity, style=style),
            formatting.number(held.price, 2, style=style),
            formatting.money(held.value_ccy, style=style, decimals=decimals),
            formatting.weight(held.weight_frac, style=style),
            formatting.weight(held.target_weight_frac, style=style),
        )
        for held in holdings
    ]
    columns = [
        ("Symbol", False), ("Name", False), ("Sector", False), ("Shares", True), ("Price", True),
        (f"Value, {one.base_currency}", True), ("Weight", True), ("Target", True),
    ]  # fmt: skip
    return PageTable(columns, rows, "" if rows else "Nothing is held.")


def _cash(one: PortfolioDetail, style: Style) -> PageTable:
    rows = [
        (
            cash.currency,
            formatting.money(cash.amount, cash.currency, style=style),
            formatting.money(cash.value_ccy, one.base_currency, style=style),
            formatting.weight(cash.weight_frac, style=style),
        )
        for cash in one.cash
    ]
    return PageTable([("Currency", False), ("Amount", True), ("Value", True), ("Weight", True)], rows)


def _charts(
    one: PortfolioDetail, holdings: Sequence[Holding], course: ValueHistory, mark: str, look: Look
) -> Sequence[Part]:
    shown: dict[str, Any] = {"theme": "light", "style": look.style, "signs": look.signs, "mark": mark}
    drawn: list[Part] = []
    for by, group in (("sector", _sector), ("asset class", _asset_class)):
        shares = _shares(holdings, group)
        if shares:
            drawn.append(("", allocation_bars(shares, by=by, as_of=one.as_of, **shown)))
    if len(course.dates) > 1:
        named: dict[str, Any] = {"name": one.name, "as_of": course.dates[-1], **shown}
        beside: dict[str, Any] = {
            "benchmark": course.benchmark_index,
            "benchmark_name": course.benchmark_name or "Benchmark",
        }
        drawn.append(("", value_history(course.dates, course.twr_index, **beside, **named)))
        drawn.append(("", drawdown(course.dates, course.twr_index, **named)))
    return drawn


def _sector(held: Holding) -> str:
    return held.sector or "Not classified"


def _asset_class(held: Holding) -> str:
    return held.asset_class.replace("_", " ").capitalize()


def _shares(holdings: Sequence[Holding], group: Callable[[Holding], str]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for held in holdings:
        if held.weight_frac is not None:
            shares[group(held)] = shares.get(group(held), 0.0) + held.weight_frac
    return shares


def _limits(checks: Sequence[LimitCheck], style: Style) -> PageTable | str:
    if not checks:
        return "No limits are set."
    rows = [(check.name, in_style(check.sentence, style), STATES[check.state]) for check in checks]
    return PageTable([("Limit", False), ("How it stands", False), ("State", False)], rows)
