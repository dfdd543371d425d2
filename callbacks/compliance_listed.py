"""What answers which names count for a portfolio, and which shares were found for its short sales?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, no_update

from callbacks import present_compliance_lists as present
from callbacks.actor import Permission, actor, may, services
from callbacks.compliance_lists import day_of
from callbacks.present_errors import form, part
from callbacks.present_toast import read_anew, say
from callbacks.present_typed import Typed
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.ids import ComplianceListed as Ids
from components.ids import ComplianceLists, Shell
from services.errors import InvalidRequest
from services.messages.compliance_restrictions import NewLocate

WORDS = {
    "symbol": ("The symbol", Ids.SYMBOL),
    "quantity": ("The quantity", Ids.QUANTITY),
    "broker": ("The broker", Ids.BROKER),
    "reference": ("The reference", Ids.REFERENCE),
    "valid_until": ("The last day", Ids.UNTIL),
}


def portfolio_of(value: str | None) -> str | None:
    """Return the chosen portfolio; None for the house alone."""
    return None if value in (None, "", "house") else value


@callback(Output(Ids.PORTFOLIO, "options"), Input(Shell.RESYNC, "data"))
@part
def offer_portfolios(_resync: object) -> Any:
    """Offer the house alone, and each portfolio that the reader sees."""
    found = services().portfolios.list(actor()) if may(Permission.PORTFOLIOS_READ) else ()
    return [{"value": "house", "label": "The house alone"}, *({"value": one.id, "label": one.name} for one in found)]


@callback(
    Output(Ids.LISTED, "children"),
    Output(Ids.LOCATES, "children"),
    Output(Ids.FORM, "hidden"),
    Input(Ids.PORTFOLIO, "value"),
    Input(ComplianceLists.ON, "value"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_listed(portfolio_id: str | None, on: str | None, _resync: object) -> tuple[Any, ...]:
    """Show what is listed for the portfolio on the day, and the locates that hold."""
    day, wanted = day_of(on), portfolio_of(portfolio_id)
    listed = services().restrictions.listed(wanted, actor(), on=day)
    locates = services().locates.list(actor(), on=day, portfolio_id=wanted)
    may_write = may(Permission.RESTRICTIONS_WRITE) or (may(Permission.PORTFOLIOS_WRITE) and wanted is not None)
    shown = present.locates_table(locates, reader_style(), Ids.withdraw, may_write=may_write)
    return present.listed_table(listed), shown, not may_write


@callback(
    Output(Ids.SYMBOL, "value"),
    Output(Ids.QUANTITY, "value"),
    Output(Ids.REFERENCE, "value"),
    Input(Ids.RECORD, "n_clicks"),
    State(Ids.PORTFOLIO, "value"),
    State(Ids.SYMBOL, "value"),
    State(Ids.QUANTITY, "value"),
    State(Ids.BROKER, "value"),
    State(Ids.REFERENCE, "value"),
    State(Ids.UNTIL, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.RECORD, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def record(
    clicks: int | None, portfolio_id: str | None, symbol: str | None, quantity: str | None, broker: str | None,
    reference: str | None, until: str | None,
) -> tuple[Any, ...]:  # fmt: skip
    """Record shares that a broker found."""
    if not clicks:
        return no_update, no_update, no_update
    typed = Typed()
    found = typed.number("quantity", "The quantity", quantity, low=0, is_low_allowed=False, is_needed=True)
    if typed.problems:
        raise InvalidRequest("This locate cannot be recorded.", fields=tuple(typed.problems))
    sent = {
        "symbol": (symbol or "").strip().upper(), "quantity": found, "broker": (broker or "").strip(),
        "reference": (reference or "").strip() or None, "portfolio_id": portfolio_of(portfolio_id),
        "valid_until": until or None,
    }  # fmt: skip
    made = services().locates.record(NewLocate.model_validate(sent), actor())
    say("Recorded", told(f"{made.broker} found {made.symbol} for short sales."))
    read_anew("locate recorded")
    return "", "", ""


@callback(
    Output(Ids.RECORD, "title"),
    Input(Ids.withdraw(ALL), "n_clicks"),
    prevent_initial_call=True,
)
@form(Ids.PROBLEMS, WORDS)
def withdraw(_clicks: list[int]) -> Any:
    """Let a locate count no more."""
    index = pressed_index()
    if index is not None:
        gone = services().locates.withdraw(index, actor())
        say("Withdrawn", told(f"The locate of {gone.symbol} from {gone.broker} counts no more."))
        read_anew("locate withdrawn")
    return no_update
