"""Which components show a finished result, part by part, in the order of the page?"""

from __future__ import annotations

from typing import Any

from callbacks.actor import Permission, actor, may, services
from callbacks.run_costs import costs_part
from callbacks.run_limits import limit_rows, limits_said, position_rows
from callbacks.run_present import certificate_facts, lineage_facts
from callbacks.run_prices import price_heading
from callbacks.run_rules import rules_part
from callbacks.run_sureness_words import interval_heading, shown_key
from callbacks.run_trades import trades_sentence, weight_rows
from callbacks.run_words import metric_lines, notes_of
from components.ids import Result
from components.result_view import chart_with_exports, key_figures, limits_grid, metrics_table, weights_grid
from services.charts.frontier import efficient_frontier
from services.charts.weights import weights_comparison
from services.errors import ServiceError
from services.formatting import Style
from services.messages.optimize import OptimizationResult, TradeList
from services.messages.preferences import Preferences
from services.messages.runs import RunView
from services.messages.uncertainty import UncertaintyResult


def drawn_of(run: RunView, result: OptimizationResult, theme: str | None, likes: Preferences) -> list[Any]:
    """Return the parts of the page, and last with which look at how sure the weights are they were drawn."""
    look = services().uncertainty.of(run.id, actor())
    return [*parts_of(run, result, theme, likes, look.result), shown_key(look)]


def parts_of(
    run: RunView, result: OptimizationResult, theme: str | None, likes: Preferences, sure: UncertaintyResult | None
) -> list[Any]:
    """Return the parts of the page of a result: figures, tables, proof."""
    style = likes.number_format
    lines = metric_lines(result, style)
    has_current = result.current_metrics is not None
    trades = _trades(run)
    asked = services().optimize.request(run.id, actor())
    limits = limit_rows(asked, result, style)
    return [
        key_figures(lines, has_current),
        metrics_table(lines, has_current, notes_of(result, style)),
        _chart("frontier", result, theme, likes, sure),
        _chart("weights", result, theme, likes, sure),
        _weights(result, trades, style, sure),
        costs_part(result, trades.base_currency if trades else None, style),
        rules_part(result, trades.base_currency if trades else None, style),
        limits_grid(
            limits,
            position_rows(asked, result),
            limits_said(limits, result, style),
            price_heading(str(asked.objective.model_dump()["kind"])),
        ),
        certificate_facts(result, style, asked),
        lineage_facts(run, result, style, asked),
    ]


def sure_parts_of(
    run: RunView, result: OptimizationResult, theme: str | None, likes: Preferences, sure: UncertaintyResult | None
) -> list[Any]:
    """Return the parts that show how sure the weights are, as far as that is known: chart and table of the weights."""
    return [
        _chart("weights", result, theme, likes, sure),
        _weights(result, _trades(run), likes.number_format, sure),
    ]


def figure_of(
    name: str, result: OptimizationResult, theme: str | None, likes: Preferences, sure: UncertaintyResult | None = None
) -> Any:
    """Return the Plotly figure of a chart of the result, the same for the screen and for exports."""
    draw = {"frontier": efficient_frontier, "weights": weights_comparison}[name]
    return draw(
        result.model_dump(mode="json"),
        theme="dark" if theme == "dark" else "light",
        style=likes.number_format,
        signs=likes.sign_palette,
        sure=sure,
    )


def portfolio_name(run: RunView) -> str | None:
    """Return the name of the portfolio that the run is about, None where there is none that the person may see."""
    try:
        return services().portfolios.get(run.portfolio_id, actor()).name if run.portfolio_id else None
    except ServiceError:
        return None


def _chart(
    name: str, result: OptimizationResult, theme: str | None, likes: Preferences, sure: UncertaintyResult | None
) -> Any:
    figure = figure_of(name, result, theme, likes, sure)
    return chart_with_exports(
        figure,
        chart_id=Result.FRONTIER_CHART if name == "frontier" else Result.WEIGHTS_CHART,
        name=name,
        height_px=int((figure.layout.meta or {}).get("height_px", 440)) - 50,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )


def _trades(run: RunView) -> TradeList | None:
    """Return the trades, or None where the portfolio is gone or no longer the person's to see."""
    try:
        return services().optimize.trades(run.id, actor())
    except ServiceError:
        return None


def _weights(result: OptimizationResult, trades: TradeList | None, style: Style, sure: UncertaintyResult | None) -> Any:
    has_current = any(line.current_frac is not None for line in result.weights)
    has_amounts = trades is not None and any(trade.amount_ccy is not None for trade in trades.trades)
    sentence = (
        trades_sentence(trades, style)
        if trades is not None and has_current
        else "There is nothing to compare with: no portfolio was chosen."
    )
    currency = trades.base_currency if trades is not None and has_amounts else None
    rows = weight_rows(result, trades, sure, style)
    return weights_grid(rows, has_current, currency, sentence, interval_heading(sure, style))
