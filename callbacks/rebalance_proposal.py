"""What answers the proposal on the page of trades: keep, hand in, decide, compute anew, record, take back?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from dash import Input, Output, State, callback, ctx
from dash.exceptions import PreventUpdate

from callbacks import present_rebalance as present_wish
from callbacks import present_rebalance_proposal as present
from callbacks.actor import actor, services
from callbacks.present_errors import Words, clear, form, page, part
from callbacks.present_toast import say
from callbacks.present_typed import shown
from callbacks.rebalance import FIELDS, FORM, WORDS, wanted
from callbacks.typed_fills import read_fills
from callbacks.wording import reader_style
from components.ids import Shell
from components.ids_rebalance import Rebalance as Ids
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.messages.rebalancing import (
    Handing,
    NewRebalancing,
    RebalancingDecision,
    RebalancingView,
    RebalancingWish,
    Recording,
)

HISTORY_COUNT = 20
VERBS: tuple[tuple[str, str], ...] = (
    (Ids.SUBMIT, "submit"), (Ids.APPROVE, "approve"), (Ids.REJECT, "reject"), (Ids.RENEW, "renew"),
    (Ids.WITHDRAW, "withdraw"), (Ids.RECORD, "record"), (Ids.UNDO, "undo"),
)  # fmt: skip
DEED_WORDS: Words = {"reason": ("The reason", Ids.REASON), "trade_date": ("The day of the trades", Ids.DAY),
                     "fills": ("What was filled", Ids.FILLS)}  # fmt: skip
NEEDED = {"submit": "submit", "approve": "decide", "reject": "decide", "renew": "renew", "withdraw": "withdraw",
          "record": "record", "undo": "undo"}  # fmt: skip


@callback(
    Output(Ids.PROPOSAL, "data"),
    Input(Ids.KEEP, "n_clicks"),
    State(Ids.PORTFOLIO, "value"),
    *[State(*one) for one in FORM],
    State(Ids.VIEW, "data"),
    prevent_initial_call=True,
)
@form(Ids.FORM_PROBLEMS, WORDS)
def keep(clicks: int | None, portfolio_id: str | None, *given: Any) -> Any:
    """Keep the trades as a draft, or the changes of one: of the form as it stands, not as it was last computed."""
    if not clicks or not portfolio_id:
        raise PreventUpdate
    new, proposal = wanted(*given), given[-2] or {}
    if proposal:
        view = services().rebalancings.edit(proposal["id"], new, actor(), proposal.get("row_version"))
    else:
        view = services().rebalancings.create(portfolio_id, new, actor())
    clear(Ids.DEED_PROBLEMS, DEED_WORDS)
    say(f"Proposal {view.number} is kept", "Hand it in when it is ready.")
    return _held(view)


def _held(view: RebalancingView) -> dict[str, Any]:
    return {"id": view.id, "row_version": view.row_version, "state": view.state}


@callback(
    Output(Ids.PROPOSAL, "data", allow_duplicate=True),
    *[Input(button, "n_clicks") for button, _ in VERBS],
    State(Ids.REASON, "value"),
    State(Ids.DAY, "value"),
    State(Ids.FILLS, "value"),
    *[State(*one) for one in FORM],
    State(Ids.VIEW, "data"),
    prevent_initial_call=True,
)
@form(Ids.DEED_PROBLEMS, DEED_WORDS)
def act(*given: Any) -> Any:
    """Do what was pressed with the proposal that is shown."""
    verb = dict(VERBS).get(str(ctx.triggered_id))
    clicks, (reason, day, fills, *wished) = given[: len(VERBS)], given[len(VERBS) :]
    proposal = wished[-2]
    if verb is None or not any(clicks) or not proposal:
        raise PreventUpdate
    if verb == "submit":
        _refuse_other(str(proposal["id"]), wanted(*wished))
    view = _deeds(reason, day, fills)[verb](str(proposal["id"]), proposal.get("row_version"))
    say(present.DONE[verb])
    return _held(view)


def _refuse_other(proposal_id: str, new: NewRebalancing) -> None:
    """Refuse to hand in what is not on the screen: changes that were not kept would stay behind unseen."""
    kept = services().rebalancings.get(proposal_id, actor())
    if (kept.wish, kept.choices) != (new.wish, new.choices):
        raise Conflict("What stands in the form was not kept.", "Keep the changes, then hand them in.")


def _deeds(
    reason: str | None, day: str | None, fills: str | None
) -> dict[str, Callable[[str, int | None], RebalancingView]]:
    """Return what each button does with a proposal of a version."""
    who, steps, booking = actor(), services().rebalancing_steps, services().rebalancing_booking
    return {
        "submit": lambda key, version: steps.submit(key, Handing(reason=reason), who, version),
        "approve": lambda key, version: steps.decide(
            key, RebalancingDecision(is_approved=True, reason=reason), who, version
        ),
        "reject": lambda key, version: steps.decide(
            key, RebalancingDecision(is_approved=False, reason=reason), who, version
        ),
        "withdraw": lambda key, version: steps.withdraw(key, Handing(reason=reason), who, version),
        "renew": lambda key, version: services().rebalancings.renew(key, who, version),
        "record": lambda key, version: booking.record(
            key, Recording(trade_date=_day(day), fills=read_fills(fills)), who, version
        ),
        "undo": lambda key, version: booking.undo(key, who, version),
    }


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = f"“{(text or '')[:20]}” is not a day."
        raise InvalidRequest(message, fields=(FieldProblem("trade_date", message, "Choose one."),)) from None


@callback(
    Output(Ids.STATE, "children"),
    *[Output(button, "hidden") for button, _ in VERBS],
    Output(Ids.KEEP, "hidden"),
    Output(Ids.KEEP, "children"),
    Output(Ids.REASON_BOX, "hidden"),
    Output(Ids.DAY_BOX, "hidden"),
    Output(Ids.ORDERS_CSV, "hidden"),
    Output(Ids.ORDERS_CSV, "href"),
    Output(Ids.ORDERS_XLSX, "hidden"),
    Output(Ids.ORDERS_XLSX, "href"),
    Input(Ids.PROPOSAL, "data"),
    Input(Shell.RESYNC, "data"),
    prevent_initial_call=True,
)
@page(Ids.PROBLEM, Ids.MAIN, "This proposal")
def show_proposal(proposal: dict[str, Any] | None, _resync: object) -> tuple[Any, ...]:
    """Show where the proposal stands, and the deeds that the reader may do."""
    if not proposal:
        raise PreventUpdate  # an answer would show the page again that another question had refused
    view = services().rebalancings.get(proposal["id"], actor())
    hidden = [NEEDED[verb] not in view.may for _, verb in VERBS]
    has_reason = bool({"submit", "decide", "withdraw"} & set(view.may))
    is_saved = "export" in view.may
    files = [(not is_saved, f"/download/rebalancings/{view.id}/orders.{one}") for one in ("csv", "xlsx")]
    words = "Keep the changes" if "edit" in view.may else "Keep as proposal"
    told = [present.panel(view), present.fills(view, reader_style())]
    return (
        told, *hidden, "edit" not in view.may, words, not has_reason, "record" not in view.may,
        *files[0], *files[1],
    )  # fmt: skip


@callback(
    Output(Ids.PROPOSAL, "data", allow_duplicate=True),
    Output(Ids.PORTFOLIO, "value", allow_duplicate=True),
    Output(Ids.SOURCE, "value", allow_duplicate=True),
    Output(Ids.PART, "value"),
    *[Output(control, "value") for _, control in FIELDS],
    Output(Ids.CHOICES, "data", allow_duplicate=True),
    Output(Ids.FITS, "value"),
    Output(Ids.RESET, "disabled", allow_duplicate=True),
    Input(Ids.VIEW, "data"),
    prevent_initial_call="initial_duplicate",
)
@page(Ids.PROBLEM, Ids.MAIN, "This proposal")
def restore(view: dict[str, str]) -> Any:
    """Fill the form with the wish and the choices of the proposal that the address names."""
    if not view["proposal"]:
        raise PreventUpdate
    found = services().rebalancings.get(view["proposal"], actor())
    return (
        _held(found), found.portfolio_id, present_wish.source_word(found.wish), found.wish.part_frac * 100,
        *_typed(found.wish), [one.model_dump(mode="json") for one in found.choices.rows], found.choices.fits_rest,
        not found.choices.rows,
    )  # fmt: skip


def _typed(wish: RebalancingWish) -> list[Any]:
    """Return the values of the form's fields, as they are typed."""
    found: list[Any] = []
    for name, _ in FIELDS:
        value = getattr(wish, name)
        if name.endswith("_frac"):
            found.append(shown(round_percent(value)))
        else:
            found.append(value if isinstance(value, bool | str) else str(value))
    return found


def round_percent(fraction: float) -> Any:
    """Return a fraction as percent without the noise of the product."""
    from decimal import Decimal

    return Decimal(repr(round(fraction * 100, 10))).normalize()


@callback(
    Output(Ids.HISTORY, "children"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Ids.PROPOSAL, "data"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_history(portfolio_id: str | None, _proposal: object, _resync: object) -> Any:
    """Show the proposals of the chosen portfolio."""
    if not portfolio_id:
        return present.history((), reader_style())
    page_ = services().rebalancings.list(actor(), portfolio_id, limit=HISTORY_COUNT)
    return present.history(page_.items, reader_style())
