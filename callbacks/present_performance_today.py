"""How does the day's result read: one line on top, key figures, and a table of holdings that follows live prices?"""

from __future__ import annotations

from typing import Any, Final

from dash import html

from components.card import card, stack
from components.empty_state import empty_state
from components.grid import column, grid
from components.ids import Performance
from components.kpi_card import kpi_card, kpi_strip
from components.live_panel import live_grid, live_portfolio
from components.toast import banner
from services import formatting
from services.formatting import Style
from services.messages.live import FeedState
from services.messages.performance_choice import ChoiceView
from services.messages.performance_today import HoldingToday, TodayView
from services.number_style import in_style

TABLET_BELOW_PX: Final = 944
"""Width of all columns; below it two of them leave, so that the table does not scroll sideways."""
COLUMNS: Final = (
    column("name", "Holding", renderer="qpoName", width_px=150, narrow_px=120, grow=2, pinned=True),
    column(
        "contribution_frac",
        "Contribution",
        format="signed_percent",
        width_px=128,
        sort="desc",
        tooltip="The holding's result over the portfolio's value at the close before; all sum to the day's return.",
    ),
    column("day_pnl_ccy", "Result", format="signed_money", width_px=104),
    column(
        "fx_pnl_ccy",
        "Of it exchange rates",
        format="signed_money",
        width_px=112,
        narrow_below_px=TABLET_BELOW_PX,
        wrapHeaderText=True,
        autoHeaderHeight=True,
        tooltip="The holding's value now at the rate now, less at the rate of the close before; the rest is its price.",
    ),
    column("change_frac", "Price change", format="signed_percent", width_px=100, narrow=False),
    column("price", "Price", format="price", width_px=88, narrow=False),
    column("priced_at", "Price of", format="moment", width_px=150, narrow_below_px=TABLET_BELOW_PX),
    column("value_ccy", "Value", format="money", width_px=108, narrow=False),
)
ROWS_GROWN_COUNT: Final = 40
LIVE: Final = {
    "contribution_frac": "contribution_frac",
    "day_pnl_ccy": "today_ccy",
    "fx_pnl_ccy": "fx_pnl_ccy",
    "change_frac": "change_frac",
    "price": "price",
    "priced_at": "priced_at",
    "value_ccy": "value_ccy",
}


def line(view: TodayView, style: Style) -> Any:
    """Return the day's result in one line; empty where there is none."""
    if view.day_pnl_ccy is None and not view.is_live:
        return None
    return html.P(
        [
            "Day's result ",
            html.Strong(_money(view, "day_pnl_ccy", style)),
            f" {view.base_currency} (",
            _share(view, style),
            ") · ",
            live_portfolio(_whose(view), view.portfolio_id, "words"),
        ]
    )


def body(
    view: TodayView, style: Style, *, is_other_currency: bool, chosen: ChoiceView | None = None, chart: Any = None
) -> Any:
    """Return key figures, the chart and the holdings, the largest gain first; of a chosen group its holdings alone."""
    words = in_style(" ".join(view.notes), style)
    if is_other_currency:
        words = f"{words} Today's result is told in {view.base_currency}, the portfolio's own currency."
    said = banner("What these prices are", words, tone=_tone(view)) if words else None
    if not view.holdings:
        nothing = f"{view.portfolio_name} holds no asset, so no price moves it today."
        return stack(*([said] if said else []), card(empty_state("Nothing moves", nothing, glyph="cash-coin")))
    is_part = chosen is not None and chosen.kind == "group"
    rows = [_row(one) for one in view.holdings if chosen is None or not is_part or one.asset_id in chosen.asset_keys]
    made = grid(
        id=Performance.TODAY_GRID,
        columns=COLUMNS,
        rows=rows,
        row_key="id",
        label="Today by holding",
        height_px=_height(rows),
    )
    followed = live_grid(made, "holdings", LIVE, portfolio_id=view.portfolio_id)
    table = card(
        html.Div(followed, **{"data-live-sorted": ""}),
        title=f"Which holdings of {chosen.label} moved it up, which down?"
        if chosen is not None and is_part
        else "Which holdings moved it up, which down?",
        note="Contributions follow live prices; the largest gain stands first",
        foot=_foot(view, style),
        flush=True,
    )
    drawn = [] if chart is None else [card(chart)]
    return stack(*([said] if said else []), _strip(view, style), *drawn, table)


def _strip(view: TodayView, style: Style) -> Any:
    before = "Last close" if view.is_live else "Close before"
    return kpi_strip(
        kpi_card("Day's result", _money(view, "day_pnl_ccy", style), unit=view.base_currency, note=_whose(view)),
        kpi_card("Return of the day", _share(view, style), note="over the value at the close before"),
        kpi_card(
            "Of it exchange rates",
            _money(view, "fx_pnl_ccy", style),
            unit=view.base_currency if view.fx_pnl_ccy is not None else None,
            note="at the value now" if view.is_live else "told of live prices alone; see Attribution",
        ),
        kpi_card("Value now", _money(view, "value_ccy", style), unit=view.base_currency),
        kpi_card(
            before,
            _money(view, "start_ccy", style),
            unit=view.base_currency,
            note="what the day began with",
        ),
        label="The day's result",
    )


def _money(view: TodayView, figure: str, style: Style) -> Any:
    amount = getattr(view, figure)
    text = formatting.money(amount, style=style, signed=figure not in ("value_ccy", "start_ccy"))
    return live_portfolio(text, view.portfolio_id, figure)


def _share(view: TodayView, style: Style) -> Any:
    text = formatting.rate(view.return_frac, style=style, signed=True)
    return live_portfolio(text, view.portfolio_id, "day_frac")


def _whose(view: TodayView) -> str:
    """Return whose prices they are, in few words."""
    if view.is_live:
        return view.feed.words
    return f"last stored session, {formatting.day_short(view.as_of)}"


def _tone(view: TodayView) -> Any:
    return "info" if view.feed.state in (FeedState.LIVE, FeedState.CLOSED, FeedState.OFF) else "warn"


def _foot(view: TodayView, style: Style) -> str | None:
    if view.is_live or view.other_pnl_ccy is None:
        return None
    other = formatting.money(view.other_pnl_ccy, view.base_currency, style=style, signed=True)
    return f"Cash, trades and fees added {other}."


def _height(rows: list[dict[str, Any]]) -> int | None:
    """Return the height of a long table, which scrolls by itself; a short one grows with its rows."""
    return 620 if len(rows) > ROWS_GROWN_COUNT else None


def _row(one: HoldingToday) -> dict[str, Any]:
    at = one.session if one.priced_at_utc is None else one.priced_at_utc
    return {
        "id": one.asset_id,
        "name": one.symbol,
        "note": one.name,
        "contribution_frac": one.contribution_frac,
        "day_pnl_ccy": _plain(one.day_pnl_ccy),
        "fx_pnl_ccy": _plain(one.fx_pnl_ccy),
        "change_frac": one.change_frac,
        "price": _plain(one.price),
        "priced_at": None if at is None else at.isoformat(),
        "value_ccy": _plain(one.value_ccy),
    }


def _plain(amount: Any) -> float | None:
    return None if amount is None else float(amount)
