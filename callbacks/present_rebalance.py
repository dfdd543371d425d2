"""How do trades towards a target read: the wish typed, figures, sentence, rows and check?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dash import html

from callbacks.present_compliance_trade import shown as checked
from callbacks.present_typed import Typed, read_number
from callbacks.typed_marks import Doubt
from callbacks.wording import told
from components.button import link_button
from components.empty_state import empty_state
from components.error_state import error_state, problem_list
from components.kpi_card import MISSING
from components.pills import tag
from components.rebalance_layout import GIVEN, TARGET
from components.skeleton import skeleton
from components.table import table
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.formatting import Style
from services.messages.compliance_checks import ComplianceAnswer
from services.messages.rebalancing import (
    RebalancingAnswer,
    RebalancingReport,
    RebalancingRow,
    RebalancingWish,
    RowChoice,
    WayPoint,
)

NO_TARGET: Final = "no_target"
LIGHTS: Final = {"clear": "ok", "warning": "amber", "blocked": "red"}
BAND_MOST, RESERVE_MOST, RATE_MOST, SPREAD_MOST, IMPACT_MOST, LOT_MOST = 50, 100, 10, 20, 10, 1_000_000
SAME_PART_FRAC: Final = 1e-9
Typing = Mapping[str, Any]


def wish(
    source: str | None, part: float | None, typed: Typing, weights: Mapping[str, float] | None = None
) -> RebalancingWish:
    """Return what is asked for; empty fields are as usual. `weights` stand for a source that has no name.

    Raises
    ------
    InvalidRequest
        With every field that cannot be read.

    """
    read = Typed()
    percents = {
        name: read.number(name, label, typed[name], low=0, high=high, unit="%")
        for name, label, high in (
            ("band_frac", "The band", BAND_MOST),
            ("reserve_frac", "The least cash", RESERVE_MOST),
            ("commission_frac", "The commission of the amount", RATE_MOST),
            ("spread_frac", "The spread", SPREAD_MOST),
        )
    }
    amounts = {
        name: read.number(name, label, typed[name], low=0, kind="amount")
        for name, label in (("least_trade_ccy", "The smallest trade"), ("commission_ccy", "The commission a trade"))
    }
    lot = read.number("lot_units", "The lot", typed["lot_units"], low=1, high=LOT_MOST, kind="whole")
    impact = read.number("impact_coefficient", "Market impact", typed["impact_coefficient"], low=0, high=IMPACT_MOST)
    if read.problems:
        raise InvalidRequest("Trades cannot be looked for like this.", "Correct what is named.",
                             fields=tuple(read.problems))  # fmt: skip
    kind, _, key = (source or TARGET).partition(":")
    return RebalancingWish.model_validate(
        {
            "source": kind if weights is None else GIVEN,
            "weights_frac": weights,
            "run_id": key if kind == "run" else None,
            "wish_id": key if kind == "wish" else None,
            "part_frac": round((100.0 if part is None else float(part)) / 100, 12),
            "band_goal": typed["band_goal"] or TARGET,
            "keeps_others": bool(typed["keeps_others"]),
            **{name: round(float(value) / 100, 12) for name, value in percents.items() if value is not None},
            **{name: value for name, value in amounts.items() if value is not None},
            **({} if lot is None else {"lot_units": int(lot)}),
            **({} if impact is None else {"impact_coefficient": float(impact)}),
        }
    )


def source_word(found: RebalancingWish) -> str:
    """Return the value of the choice of sources for a wish."""
    key = found.run_id if found.source == "run" else found.wish_id if found.source == "wish" else None
    return f"{found.source}:{key}" if key else GIVEN if found.source == GIVEN else TARGET


def choice(row: Mapping[str, Any]) -> RowChoice | None:
    """Return what somebody chose of a row of the grid; None where it stands as proposed.

    Raises
    ------
    InvalidRequest

    """
    symbol = str(row["symbol"])
    units = _typed(row.get("typed"), symbol, "units")
    limit = _typed(row.get("limit_price"), symbol, "limit")
    note = str(row.get("note") or "").strip()[:500] or None
    is_held = bool(row.get("is_held"))
    is_custom = units is not None and units != Decimal(str(row["proposed"])) and not is_held
    if limit is not None and limit <= 0:
        message = f"{symbol}: a limit is above zero."
        raise InvalidRequest(message, "Type a price.", fields=(FieldProblem("limit_price", message),))
    if not is_held and not is_custom and limit is None and note is None:
        return None
    return RowChoice(
        symbol=symbol, is_held=is_held, quantity=units if is_custom else None, limit_price=limit, note=note
    )


def _typed(value: object, symbol: str, what: str) -> Decimal | None:
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    found = read_number(text, "quantity")
    if found is None or isinstance(found, Doubt):
        message = f"{symbol}: “{text[:40]}” is no number for its {what}."
        raise InvalidRequest(message, "Type a number, such as 100 or -50.", fields=(FieldProblem(what, message),))
    return found


def said(answer: RebalancingAnswer, portfolio_id: str) -> Any:
    """Return the sentence with problems and notes, or how far the search is, or the way to a target."""
    if answer.state == "working":
        return html.Div([html.P("The trades are being computed."), skeleton(lines=2)])
    report = answer.report
    if report is None and answer.code == NO_TARGET:
        ways = [
            link_button("Optimize it", f"/optimize?portfolio={portfolio_id}", kind="primary"),
            link_button("Look at its targets", f"/portfolios/{portfolio_id}?tab=targets"),
        ]
        advice = "Optimize it and save the result as target, or choose a result or a what-if as where to trade to."
        return empty_state("No target yet", advice, glyph="bullseye", actions=ways, level=3)
    if report is None:
        return error_state("There are no trades to show", told(f"{answer.message or ''} {answer.advice or ''}".strip()))
    parts: list[Any] = [html.P(told(report.sentence), className="evidence-sentence")]
    if report.problems:
        parts.append(problem_list([("", told(one), "") for one in report.problems]))
    marks = [tag("Sample, fictitious", "warn")] if report.is_sample else []
    aged = f"Prices of {formatting.day(report.prices_on)}."
    parts.append(html.P([*marks, " ", told(" ".join([aged, *report.notes]))], className="muted"))
    return html.Div(parts, className="stack")


def figures(report: RebalancingReport | None, style: Style) -> Any:
    """Return the figures before and after the trades."""
    if report is None:
        return None
    before, after, currency = report.before, report.after, report.base_currency
    risk = (
        ("Distance from the target, a year", before.tracking_error_annual_frac, after.tracking_error_annual_frac),
        ("Volatility, a year, as on the page of risk", before.volatility_annual_frac, after.volatility_annual_frac),
    )
    decimals = formatting.money_decimals((before.cash_ccy, after.cash_ccy, report.cost_ccy))
    rows: list[Sequence[Any]] = [[words, _rate(was, style), _rate(now, style)] for words, was, now in risk]
    rows += [
        ["Cash", *(_money(one.cash_ccy, currency, style, decimals) for one in (before, after))],
        ["Cash, of net assets", *(formatting.weight(one.cash_frac, style=style) for one in (before, after))],
        ["Turnover, one-way", MISSING, formatting.weight(report.turnover_frac, style=style)],
        ["Costs", MISSING, _money(report.cost_ccy, currency, style, decimals)],
    ]
    return table([("", False), ("Now", True), ("After the trades", True)], rows, caption="Figures before and after")


def _money(amount: Decimal, currency: str, style: Style, decimals: int) -> str:
    return formatting.money(amount, currency, style=style, decimals=decimals)


def _rate(value: float | None, style: Style) -> str:
    return MISSING if value is None else formatting.percent(value, style=style)


def no_portfolios() -> Any:
    """Return what stands there while there is no portfolio."""
    return empty_state(
        "There are no portfolios yet",
        "Trades lead what a portfolio holds to a target. Import holdings, or start with a portfolio of your own.",
        glyph="arrow-left-right",
        actions=[link_button("Import holdings", "/imports", kind="primary"), link_button("Go to Home", "/")],
    )


def rows(report: RebalancingReport, *, is_open: bool) -> list[dict[str, Any]]:
    """Return the rows of the trade list."""
    return [_row(one, is_open=is_open) for one in report.rows]


def _row(one: RebalancingRow, *, is_open: bool) -> dict[str, Any]:
    rules = (f"{title}: not kept after the trades." for title in one.rules)
    why = [told(part) for part in (one.reason, *rules, *one.notes) if part]
    return {
        "symbol": one.symbol,
        "standing": LIGHTS[one.standing] if one.quantity != 0 else "",
        "is_held": one.is_held,
        "side": "Buy" if one.quantity > 0 else "Sell" if one.quantity < 0 else "",
        "typed": format(one.quantity, "f"),
        "proposed": format(one.proposed, "f"),
        "is_custom": one.is_custom,
        "mark": "Custom" if one.is_custom else "Held" if one.is_held else "",
        "value_ccy": format(one.value_ccy, "f"),
        "price": format(one.price, "f"),
        "price_on": one.price_on.isoformat(),
        "weight_before_frac": one.weight_before_frac,
        "target_frac": one.target_frac,
        "weight_after_frac": one.weight_after_frac,
        "cost_ccy": format(one.cost_ccy, "f"),
        "limit_price": None if one.limit_price is None else format(one.limit_price, "f"),
        "note": one.note,
        "reason": " ".join(why),
        "is_sample": one.is_sample,
        "open": is_open,
    }


def check(report: RebalancingReport | None, style: Style) -> Any:
    """Return what rules and lists say, as the check before a trade says it."""
    if report is None:
        return html.P("What rules and lists say to the trades appears here.", className="muted")
    if report.compliance is None:
        return html.P("Without trades there is nothing to check.", className="muted")
    return checked(ComplianceAnswer(state="ready", is_current=True, report=report.compliance), style)


def points(report: RebalancingReport | None, part_frac: float) -> list[dict[str, Any]]:
    """Return the way, for the slider in the browser; where it stands, the figures of the trades themselves."""
    if report is None:
        return []
    after = report.after
    here = WayPoint(
        part_frac=part_frac,
        volatility_annual_frac=after.volatility_annual_frac,
        tracking_error_annual_frac=after.tracking_error_annual_frac,
        cost_ccy=report.cost_ccy,
        turnover_frac=report.turnover_frac,
        cash_ccy=after.cash_ccy,
    )
    others = [one for one in report.points if abs(one.part_frac - part_frac) > SAME_PART_FRAC]
    return [
        {
            "part": one.part_frac,
            "away": one.tracking_error_annual_frac,
            "risk": one.volatility_annual_frac,
            "cost": float(one.cost_ccy),
            "turnover": one.turnover_frac,
            "cash": float(one.cash_ccy),
            "currency": report.base_currency,
        }
        for one in sorted([*others, here], key=lambda one: one.part_frac)
    ]
