"""What answers the search for trades that mend a portfolio, or one breach?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import Input, Output, State, callback, ctx, no_update

from callbacks import choosable
from callbacks import present_compliance_mend as present
from callbacks.actor import Permission, actor, may, services
from callbacks.pace import held
from callbacks.present_errors import Words, form, part
from callbacks.wording import reader_style
from components.compliance_mend import TICK_MS
from components.ids import ComplianceBreaches, ComplianceStatus, Shell
from components.ids_compliance_mend import ComplianceMend, ComplianceMendBreach, MendPlace
from services.messages.compliance_remedies import RemedyWish

ENOUGH_TICKS, WAIT_S = 120, 0.2


def _words(ids: type[MendPlace]) -> Words:
    return {
        "buffer_frac": ("The room to spare", ids.BUFFER),
        "turnover_max_frac": ("The most that is traded", ids.TURNOVER),
        "cash_min_frac": ("The least cash", ids.CASH),
    }


@callback(
    Output(ComplianceMend.PORTFOLIO, "options"),
    Output(ComplianceMend.PORTFOLIO, "value"),
    Output(ComplianceMend.ASK, "disabled"),
    Input(Shell.RESYNC, "data"),
    Input(ComplianceStatus.PICK, "data"),
    Input(ComplianceStatus.PORTFOLIO, "value"),
    State(ComplianceMend.PORTFOLIO, "value"),
)
@part
def offer_portfolios(_resync: object, pick: str | None, filtered: str | None, chosen: str | None) -> tuple[Any, ...]:
    """Offer the portfolios; that of the cell or of the filter is chosen when either changes."""
    found = choosable.portfolios()
    known = [one.id for one in found]
    led = filtered if ctx.triggered_id == ComplianceStatus.PORTFOLIO else (pick or "").partition("|")[0]
    kept = chosen if ctx.triggered_id == Shell.RESYNC and chosen in known else None
    first = next((one for one in (kept, led, filtered, chosen, *known) if one in known), None)
    options = [{"value": one.id, "label": one.name} for one in found]
    return options, no_update if first == chosen else first, not known


@callback(
    Output(ComplianceMendBreach.ASK, "hidden"),
    Output(ComplianceMendBreach.NOTE, "children"),
    Input(ComplianceBreaches.PICK, "data"),
    Input(ComplianceBreaches.DONE, "data"),
)
@part
def offer_breach(breach_id: str | None, _done: object) -> tuple[bool, str]:
    """Offer the search for a breach that is not settled yet."""
    return present.offered(services().breaches.get(breach_id, actor()) if breach_id else None)


def _asked(subject: str, portfolio_id: str, wish: RemedyWish, ticks: int | None, press: int) -> dict[str, Any]:
    return {
        "subject": subject,
        "portfolio_id": portfolio_id,
        "wish": wish.model_dump(mode="json"),
        "ticks": ticks or 0,
        "press": press,
    }


def _state_of(ids: type[MendPlace]) -> list[State]:
    fields = [State(one, "value") for one in (ids.BUFFER, ids.TURNOVER, ids.CASH, ids.WHOLE)]
    return [*fields, State(ids.TICK, "n_intervals")]


@callback(
    Output(ComplianceMend.ASKED, "data"),
    Input(ComplianceMend.ASK, "n_clicks"),
    State(ComplianceMend.PORTFOLIO, "value"),
    *_state_of(ComplianceMend),
    prevent_initial_call=True,
)
@form(ComplianceMend.PROBLEMS, _words(ComplianceMend))
def ask_all(
    clicks: int | None, portfolio_id: str | None, buffer: str | None, turnover: str | None, cash: str | None,
    whole: bool | None, ticks: int | None,
) -> Any:  # fmt: skip
    """Read what was typed, and hand it on."""
    if not clicks or not portfolio_id:
        return no_update
    wish = present.wish(buffer, turnover, cash, whole=bool(whole))
    return _asked(portfolio_id, portfolio_id, wish, ticks, clicks)


@callback(
    Output(ComplianceMendBreach.ASKED, "data"),
    Input(ComplianceMendBreach.ASK, "n_clicks"),
    State(ComplianceBreaches.PICK, "data"),
    *_state_of(ComplianceMendBreach),
    prevent_initial_call=True,
)
@form(ComplianceMendBreach.PROBLEMS, _words(ComplianceMendBreach))
def ask_breach(
    clicks: int | None, breach_id: str | None, buffer: str | None, turnover: str | None, cash: str | None,
    whole: bool | None, ticks: int | None,
) -> Any:  # fmt: skip
    """Read what was typed, and hand it on with the breach."""
    if not clicks or not breach_id:
        return no_update
    wish = present.wish(buffer, turnover, cash, whole=bool(whole), breach_id=breach_id)
    portfolio_id = services().breaches.get(breach_id, actor()).portfolio_id
    return _asked(breach_id, portfolio_id, wish, ticks, clicks)


def _answer(asked: dict[str, Any] | None, ticks: int | None, subject: str | None) -> tuple[Any, ...]:
    """Show the ways of what is chosen now; what was asked of something else is put away."""
    if not asked or asked["subject"] != subject:
        return None, 0
    wish = RemedyWish.model_validate(asked["wish"])
    found = services().compliance_remedies.find(actor(), asked["portfolio_id"], wish, wait_s=WAIT_S)
    waited = (ticks or 0) - asked["ticks"]
    drawn = present.shown(found, waited, reader_style(), may_optimize=may(Permission.RUNS_WRITE))
    return drawn, (ticks or 0) + ENOUGH_TICKS if found.state == "working" else 0


def _follow(ids: type[MendPlace], subject: Input) -> Callable[..., Any]:
    """Register what follows a search until it is answered."""
    asks = callback(
        Output(ids.ANSWER, "children"),
        Output(ids.TICK, "max_intervals"),
        Input(ids.ASKED, "data"),
        Input(ids.TICK, "n_intervals"),
        subject,
        prevent_initial_call=True,
        running=[(Output(ids.ASK, "disabled"), True, False), *held(ids.TICK, TICK_MS)],
    )
    answered: Callable[..., Any] = asks(form(ids.PROBLEMS, _words(ids))(_answer))
    return answered


show_all = _follow(ComplianceMend, Input(ComplianceMend.PORTFOLIO, "value"))
show_breach = _follow(ComplianceMendBreach, Input(ComplianceBreaches.PICK, "data"))
