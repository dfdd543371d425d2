"""How does it read what edits on paper come to?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from callbacks import present_compliance_trade
from callbacks.present_compliance_trade import VERDICTS
from callbacks.wording import told
from components.toast import banner
from components.traffic_light import traffic_light
from services import formatting
from services.errors import ServiceError
from services.formatting import Style
from services.messages.compliance_checks import ComplianceAnswer
from services.messages.portfolio_what_if import EditedPosition, WhatIfAnswer, WhatIfFigure
from services.messages.portfolios import LimitCheck, LimitState
from services.number_style import in_style

SHORT = {"volatility": "Volatility", "var_95_1d": "Value at risk 95%, one day", "tracking_error": "Tracking error"}


def figures(answer: WhatIfAnswer, style: Style) -> Any:
    """Return the figures of the bar with what stands behind them."""
    currency = answer.base_currency
    pairs = [
        (
            "Edits",
            str(answer.edits_count),
            formatting.count(sum(bool(one.trade_quantity) for one in answer.positions), "trade", style=style),
        ),
        (
            "Cash left",
            formatting.money(answer.cash_after_ccy, currency, style=style),
            formatting.weight(answer.cash_after_frac, style=style),
        ),
        (
            "Cost",
            formatting.money(answer.cost_ccy, currency, style=style),
            formatting.basis_points(answer.cost_frac, style=style),
        ),
        ("Turnover, one way", formatting.weight(answer.turnover_frac, style=style), None),
        *(_moved(one, style) for one in answer.risk),
    ]
    shown = [html.Div([html.Dt(label), html.Dd([value, *_below(note)])]) for label, value, note in pairs]
    shown.append(html.Div([html.Dt("Rules before a trade"), html.Dd(_verdict(answer))]))
    return html.Div([html.Dl(shown, className="what-if-figures"), _more(answer, style)])


def _below(note: str | None) -> list[Any]:
    return [] if note is None else [html.Br(), html.Small(note)]


def _moved(one: WhatIfFigure, style: Style) -> tuple[str, str, str | None]:
    before, after = (formatting.rate(value, style=style) for value in (one.before_frac, one.after_frac))
    return SHORT[one.name], after, one.note if one.after_frac is None else f"before {before}"


def _verdict(answer: WhatIfAnswer) -> Any:
    report = answer.compliance
    if report is None or report.verdict is None:
        said = answer.compliance_note or ("Nothing is traded." if report is None else told(report.message or ""))
        return html.Span(told(said), className="muted what-if-said")
    light, words = VERDICTS[report.verdict]
    return traffic_light(light, word=words)


def _more(answer: WhatIfAnswer, style: Style) -> Any:
    """Return what is folded away: limits that change, rules and orders, and how the cost was found."""
    parts: list[Any] = []
    broken = [one for one in answer.limits_after if one.state is LimitState.RED]
    if broken:
        parts += [html.H3("Limits of house and client"), html.Ul([html.Li(_limit(one, style)) for one in broken])]
    if answer.assumed_spread_symbols:
        half = formatting.percent(answer.assumed_spread_frac / 2, style=style)
        names = ", ".join(answer.assumed_spread_symbols[:8])
        more = len(answer.assumed_spread_symbols) - 8
        others = f" and {more} more" if more > 0 else ""
        parts.append(html.P(f"Cost: {half} of each trade in {names}{others}, whose spreads nobody stated."))
    if answer.compliance is not None:
        whole = ComplianceAnswer(state="ready", is_current=True, report=answer.compliance)
        parts.append(present_compliance_trade.shown(whole, style))
    if not parts:
        return None
    count = f": {formatting.count(len(broken), 'limit')} broken" if broken else ""
    return html.Details(
        [html.Summary(f"Limits, rules and costs{count}"), html.Div(parts, className="stack")],
        className="what-if-more",
    )


def _limit(one: LimitCheck, style: Style) -> Any:
    return [traffic_light(one.state.value), " ", in_style(one.sentence, style)]


def seen(answer: WhatIfAnswer) -> dict[str, Any]:
    """Return what the grid must know of the edited positions: name, sector and price of what is not held yet."""
    return {
        "portfolio": answer.portfolio_id,
        "positions": {
            one.symbol: {
                "name": one.name,
                "sector": one.sector,
                "price_ccy": one.price_ccy,
                "is_held": bool(one.quantity_before),
            }
            for one in answer.positions
            if one.is_edited
        },
    }


def nothing_seen(portfolio_id: str, unknown: Sequence[str] = ()) -> dict[str, Any]:
    """Return that there is nothing to say of any position, and which symbols are no assets that can be held."""
    return {"portfolio": portfolio_id, "positions": {}, "unknown": list(unknown)}


def unknown_of(refusal: ServiceError, edits: Sequence[EditedPosition]) -> list[str]:
    """Return the symbols of edits that a refusal calls no assets that can be held."""
    refused = {problem.path for problem in refusal.fields}
    return [one.symbol for place, one in enumerate(edits) if f"edits[{place}].symbol" in refused]


def loaded(portfolio_id: str, edits: Sequence[EditedPosition], *, is_opened: bool = False) -> dict[str, Any]:
    """Return edits for the grid; those of a draft that is opened bring the tab of the holdings with them."""
    return {
        "portfolio": portfolio_id,
        "edits": [one.model_dump(mode="json", exclude_none=True) for one in edits],
        "tab": is_opened,
    }


def unreadable(places: Sequence[tuple[Any, ...]], edits: Sequence[Any]) -> str:
    """Return which edits cannot be read: weights out of all bounds by name, anything else together."""
    named = [
        str(edits[place[1]].get("symbol"))
        for place in places
        if place[2:] == ("weight_frac",) and isinstance(edits[place[1]], Mapping)
    ]
    if not named or len(named) < len(places):
        return "Some edits are too large, too many or no numbers."
    return f"The weight of {', '.join(named)[:200]} is more than ten times the portfolio's value."


def problem(refusal: ServiceError) -> Any:
    """Return a refusal as it stands above the figures."""
    said = [told(f"{one.message} {one.advice}".strip()) for one in refusal.fields]
    if said:
        return banner("This cannot be", " ".join(said), tone="warn")
    return banner(told(refusal.message), told(refusal.advice), tone="warn")
