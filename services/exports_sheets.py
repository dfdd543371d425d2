"""Which tables, and which assumptions, stand in the file of a result or of holdings?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services import formatting
from services.charts.frame import day_of
from services.exports_result import further_sheets
from services.exports_sureness import interval_cells, interval_columns, sureness_sheet
from services.exports_table import Cell, Column, Fact, Kind, Sheet, Shown
from services.formatting import Style
from services.market_marks import SAMPLE_WORDS, marked, notes_of, samples_of
from services.number_style import in_style
from services.source_names import source_names

if TYPE_CHECKING:
    from services.messages.optimize import TradeList
    from services.messages.portfolios import Holding, PortfolioDetail
    from services.messages.runs import RunView
    from services.messages.uncertainty import UncertaintyResult

METRICS: tuple[tuple[str, str], ...] = (
    ("return_annual_frac", "Expected return a year"),
    ("volatility_annual_frac", "Volatility a year"),
    ("sharpe", "Sharpe ratio"),
    ("var_95_1d_frac", "VaR 95%, 1 day (a positive number is a loss)"),
    ("var_99_1d_frac", "VaR 99%, 1 day (a positive number is a loss)"),
    ("cvar_95_1d_frac", "CVaR 95%, 1 day (a positive number is a loss)"),
    ("cvar_99_1d_frac", "CVaR 99%, 1 day (a positive number is a loss)"),
    ("max_drawdown_frac", "Maximum drawdown"),
)

LIMIT_KINDS: dict[str, Kind] = {
    "holdings_count": "count",
    "esg_floor": "ratio",
    "beta": "ratio",
    "factor_exposure": "ratio",
}
"""Limits whose figures are no fractions of the capital, and what they are instead."""


def result_sheets(
    result: Mapping[str, Any],
    trades: TradeList | None,
    names: Mapping[str, str],
    style: Style,
    sure: UncertaintyResult | None = None,
) -> list[Sheet]:
    """Return weights with trades, key figures, and limits with slack and price; sentences in the reader's format.

    Costs, whole lots, the diagnosis and what is known of how sure the weights are have sheets of their own where the
    result has them; the ends of the weights' intervals stand beside the weights.
    """
    sheets = [_weights(result, trades, names, sure), _metrics(result), _limits(result, style)]
    sheets += further_sheets(result, trades, style)
    return sheets if sure is None else [*sheets, sureness_sheet(sure, style)]


def _weights(
    result: Mapping[str, Any], trades: TradeList | None, names: Mapping[str, str], sure: UncertaintyResult | None
) -> Sheet:
    amounts = {trade.asset: trade for trade in trades.trades} if trades else {}
    has_money = any(trade.amount_ccy is not None for trade in amounts.values())
    currency = (trades.base_currency if trades else None) or ""
    columns = [
        Column("asset", "Asset"),
        Column("name", "Name"),
        Column("sector", "Sector"),
        Column("weight_frac", "Proposed weight", "weight"),
        Column("current_frac", "Current weight", "weight"),
        Column("trade_frac", "Change of weight", "weight"),
    ]
    samples = set(samples_of(result))
    if has_money:
        columns += [
            Column("trade_amount_ccy", f"Trade, {currency}".rstrip(", "), "money"),
            Column("trade_quantity", "Trade, shares", "quantity"),
            Column("price", "Price", "price"),
        ]
    columns += interval_columns(sure)
    columns += [Column("risk_contribution_frac", "Share of the variance", "weight"), Column("note", "Note")]
    rows: list[list[Cell]] = []
    for line in result.get("weights") or []:
        row: list[Cell] = [
            str(line["asset"]),
            names.get(str(line["asset"])),
            line.get("sector"),
            line["weight_frac"],
            line.get("current_frac"),
            line.get("trade_frac"),
        ]
        if has_money:
            trade = amounts.get(str(line["asset"]))
            row += [
                _decimal(trade.amount_ccy if trade else None),
                _decimal(trade.quantity if trade else None),
                trade.price if trade else None,
            ]
        row += interval_cells(sure, str(line["asset"]))
        row += [line.get("risk_contribution_frac"), f"{SAMPLE_WORDS}." if str(line["asset"]) in samples else None]
        rows.append(row)
    return Sheet("Weights", columns, rows)


def _metrics(result: Mapping[str, Any]) -> Sheet:
    proposed, current = result.get("metrics") or {}, result.get("current_metrics") or {}
    columns = [Column("figure", "Figure"), Column("proposed", "Proposed", "rate"), Column("current", "Current", "rate")]
    rows: list[list[Cell]] = []
    for key, words in METRICS:
        kind: Kind = "ratio" if key == "sharpe" else "rate"
        rows.append([words, Shown(proposed.get(key), kind), Shown(current.get(key), kind)])
    return Sheet("Figures", columns, rows)


def _limits(result: Mapping[str, Any], style: Style) -> Sheet:
    columns = [
        Column("limit", "Limit"),
        Column("scope", "Scope"),
        Column("value_frac", "Value", "rate"),
        Column("min_frac", "Least", "rate"),
        Column("max_frac", "Most", "rate"),
        Column("slack_frac", "Slack", "rate"),
        Column("is_binding", "Binding"),
        Column(
            "price_per_unit", "Price: change of the goal's figure per unit (0.01 of it per percentage point)", "ratio"
        ),
    ]
    rows: list[list[Cell]] = []
    for limit in (result.get("certificate") or {}).get("limits") or []:
        kind = LIMIT_KINDS.get(str(limit.get("kind")), "rate")
        figures = [limit["value_frac"], limit.get("min_frac"), limit.get("max_frac"), limit["slack_frac"]]
        rows.append(
            [
                in_style(str(limit["name"]), style),
                str(limit["scope"]),
                *(Shown(figure, kind) for figure in figures),
                "yes" if limit["is_binding"] else "no",
                limit.get("price"),
            ]
        )
    return Sheet("Limits", columns, rows)


def result_words(run: RunView, result: Mapping[str, Any], style: Style) -> list[tuple[str, Fact]]:
    """Return what the numbers of a result rest on, its sentences in the reader's number format."""
    lineage, metrics = result.get("lineage") or {}, result.get("metrics") or {}
    data = lineage.get("data") or {}
    start, end = day_of(lineage.get("window_start")), day_of(lineage.get("window_end"))
    return _filled(
        [
            ("Optimization", run.name or run.id),
            ("Run", run.id),
            ("Sample data", in_style(" ".join(notes_of(result)), style)),
            ("Status", str(result.get("status"))),
            ("What was found", in_style(str(result.get("message") or ""), style)),
            ("As of", day_of(lineage.get("as_of"))),
            ("Daily returns used", lineage.get("observations_count")),
            ("Window from", start),
            ("Window to", end),
            ("Sources", source_names(data.get("providers") or ()) if isinstance(data, Mapping) else ""),
            ("VaR", in_style(str(metrics.get("var_note") or ""), style)),
            ("Drawdown", in_style(str(metrics.get("max_drawdown_note") or ""), style)),
            (
                "Units",
                "Weights, returns and risks are fractions shown as percent; returns and volatility are a year's.",
            ),
            ("Request (SHA-256)", str(lineage.get("request_sha256") or run.request_sha256)),
            ("Engine", str(lineage.get("engine_version") or "")),
            *((f"Note {n}", in_style(str(note), style)) for n, note in enumerate(result.get("notes") or [], start=1)),
        ]
    )


def holdings_sheet(holdings: Iterable[Holding], currency: str, style: Style) -> Sheet:
    """Return the holdings; missing prices and values stay empty, and the note says why."""
    columns = [
        Column("symbol", "Symbol"),
        Column("name", "Name"),
        Column("sector", "Sector"),
        Column("asset_class", "Asset class"),
        Column("currency", "Currency"),
        Column("quantity", "Quantity", "quantity"),
        Column("price", "Price", "price"),
        Column("price_date", "Price of", "date"),
        Column("value_ccy", f"Value, {currency}", "money"),
        Column("weight_frac", "Weight", "weight"),
        Column("target_weight_frac", "Target weight", "weight"),
        Column("drift_frac", "Drift from target", "weight"),
        Column("unrealized_pnl_ccy", f"Unrealized gain, {currency}", "money"),
        Column("note", "Note"),
    ]
    rows: list[list[Cell]] = [
        [
            one.symbol,
            one.name,
            one.sector,
            one.asset_class,
            one.currency,
            one.quantity,
            one.price,
            one.price_date,
            one.value_ccy,
            one.weight_frac,
            one.target_weight_frac,
            one.drift_frac,
            one.unrealized_pnl_ccy,
            " ".join(filter(None, [f"{SAMPLE_WORDS}." if one.is_sample else None, in_style(one.note or "", style)]))
            or None,
        ]
        for one in holdings
    ]
    return Sheet("Holdings", columns, rows)


def holdings_words(portfolio: PortfolioDetail, holdings: Sequence[Holding], style: Style) -> list[tuple[str, Fact]]:
    """Return what the numbers of a list of holdings rest on, in the reader's number format."""
    days: set[date] = {one.price_date for one in holdings if one.price_date is not None}
    return _filled(
        [
            ("Portfolio", portfolio.name),
            ("Sample data", marked([one.symbol for one in holdings if one.is_sample])),
            ("As of", portfolio.as_of),
            ("Prices of", ", ".join(formatting.day(day) for day in sorted(days))),
            ("Base currency", portfolio.base_currency),
            ("Value", formatting.money(portfolio.value_ccy, portfolio.base_currency, style=style)),
            ("Units", "Weights are fractions of the net value, shown as percent. A short holding is negative."),
            *((f"Note {n}", in_style(note, style)) for n, note in enumerate(portfolio.notes, start=1)),
        ]
    )


def _filled(pairs: list[tuple[str, Fact | None]]) -> list[tuple[str, Fact]]:
    return [(name, text) for name, text in pairs if text and text != formatting.MISSING]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
