"""What does the import of holdings and transactions do: take a file, ask what it leaves open, book it?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import present_holdings_history, present_holdings_import, present_imports
from callbacks.actor import Permission, actor, may, services
from callbacks.holdings_answers import acted, by_index, changed
from callbacks.present_errors import form
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.ids import HoldingsImport, Shell
from components.stepper import stepper
from services.holdings_import_fields import column_choices, currency_codes, layout_choices
from services.messages.holdings_import import FileKindName, HoldingsCheck

STEPS = ("File", "Columns", "Names", "Check")
FIRST_OPEN = {"columns": 1, "symbols": 2, "check": 3, "ready": 3}
ASSETS_OFFERED_COUNT = 2000


@callback(
    Output(HoldingsImport.FORM, "hidden"),
    Output(HoldingsImport.REFUSED, "hidden"),
    Output(HoldingsImport.LIMIT, "data"),
    Output(HoldingsImport.LIMIT_WORDS, "children"),
    Output(HoldingsImport.DRAFTS, "children"),
    Input(HoldingsImport.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
)
def show_form(_view: object, _resync: object) -> tuple[Any, ...]:
    """Offer the form to those who may use it, with what they began."""
    may_write, style, limits = may(Permission.PORTFOLIOS_WRITE), reader_style(), services().holdings_imports.limits
    words = present_imports.limit_words(limits.max_bytes, limits.max_rows, style)
    begun = present_holdings_history.drafts(services().holdings_imports.list(actor()), style) if may_write else None
    return not may_write, may_write, limits.max_bytes, words, begun


@callback(
    Output(HoldingsImport.INTRO, "children"),
    Output(HoldingsImport.PASTE, "placeholder"),
    Input(HoldingsImport.KIND, "data"),
)
def show_intro(kind: str) -> tuple[str, str]:
    """Say what the chosen kind of file becomes, and show how its rows look."""
    return present_holdings_import.no_file(kind), present_holdings_import.EXAMPLES.get(kind, "")


@callback(
    Output(HoldingsImport.DRAFT, "data"),
    Output(HoldingsImport.STEP, "data"),
    Input(HoldingsImport.FILE, "data"),
    Input(HoldingsImport.PASTE_RUN, "n_clicks"),
    State(HoldingsImport.PASTE, "value"),
    State(HoldingsImport.KIND, "data"),
    prevent_initial_call=True,
    running=[(Output(HoldingsImport.WAITING, "hidden"), False, True)],
)
@form(HoldingsImport.ERRORS, {})
def begin(chosen: dict[str, Any] | None, _clicks: int, pasted: str | None, kind: str) -> Any:
    """Look at a file, or at pasted rows, and keep it as a draft."""
    if ctx.triggered_id == HoldingsImport.PASTE_RUN:
        file = ((pasted or "").encode(), "Pasted rows") if (pasted or "").strip() else None
    else:
        file = present_imports.file_of(chosen)
    if file is None:
        return no_update, no_update
    check = services().holdings_imports.start(*file, FileKindName(kind), actor())
    is_guess = check.layout.startswith("generic") and check.template_name is None
    return _as_draft(check), 1 if is_guess else FIRST_OPEN[check.step]


@callback(
    Output(HoldingsImport.DRAFT, "data", allow_duplicate=True),
    Output(HoldingsImport.STEP, "data", allow_duplicate=True),
    Output(HoldingsImport.TABS, "active_tab"),
    Input(HoldingsImport.resume(ALL), "n_clicks"),
    prevent_initial_call=True,
)
@form(HoldingsImport.ERRORS, {})
def resume(_clicks: list[int]) -> Any:
    """Go on with what was begun."""
    index = pressed_index()
    if index is None:
        return no_update, no_update, no_update
    check = services().holdings_imports.check(index, actor())
    return _as_draft(check), FIRST_OPEN[check.step], check.draft.kind.value


@callback(
    Output(HoldingsImport.STEPPER, "children"),
    Output(HoldingsImport.BEGIN, "hidden"),
    Output(HoldingsImport.BODY, "children"),
    Output(HoldingsImport.FOOT, "hidden"),
    Output(HoldingsImport.STATUS, "children"),
    Output(HoldingsImport.NEXT, "hidden"),
    Output(HoldingsImport.NEXT, "disabled"),
    Output(HoldingsImport.RUN, "hidden"),
    Output(HoldingsImport.RUN, "disabled"),
    Input(HoldingsImport.DRAFT, "data"),
    Input(HoldingsImport.STEP, "data"),
)
@form(HoldingsImport.ERRORS, {})
def show(draft: dict[str, Any] | None, step: int | None) -> Any:
    """Draw the step that is shown."""
    if not draft:
        return (
            stepper(STEPS, 0, reachable=0, step_id=HoldingsImport.step),
            False,
            None,
            True,
            None,
            True,
            True,
            True,
            True,
        )
    check = services().holdings_imports.check(draft["id"], actor())
    reachable = FIRST_OPEN[check.step]
    shown = min(step or reachable, reachable)
    is_last = shown == 3
    return (
        stepper(STEPS, shown, reachable=reachable, step_id=HoldingsImport.step),
        True,
        _body(check, shown),
        False,
        told(check.sentence),
        is_last,
        shown >= reachable,
        not is_last,
        not check.can_import,
    )


def _body(check: HoldingsCheck, shown: int) -> Any:
    """Return what a step asks and tells."""
    style = reader_style()
    if shown == 1:
        kind = check.draft.kind
        return present_holdings_import.columns_step(check, column_choices(kind), layout_choices(kind), style)
    if shown == 2:
        return present_holdings_import.symbols_step(check, style)
    return present_holdings_import.check_step(check, services().portfolios.list(actor()), currency_codes(), style)


@callback(
    Output(HoldingsImport.DRAFT, "data", allow_duplicate=True),
    Input(HoldingsImport.answer(ALL), "value"),
    State(HoldingsImport.answer(ALL), "id"),
    State(HoldingsImport.DRAFT, "data"),
    prevent_initial_call=True,
)
@form(HoldingsImport.ERRORS, {})
def answer(values: list[Any], ids: list[dict[str, Any]], draft: dict[str, Any] | None) -> Any:
    """Keep an answer as soon as it is given."""
    if not draft or not ids:
        return no_update
    check = services().holdings_imports.check(draft["id"], actor())
    choices = changed(check, by_index(ids, values))
    if choices is None:
        return no_update
    return _as_draft(services().holdings_imports.choose(draft["id"], choices, actor()))


@callback(
    Output(HoldingsImport.DRAFT, "data", allow_duplicate=True),
    Input(HoldingsImport.act(ALL), "n_clicks"),
    State(HoldingsImport.DRAFT, "data"),
    prevent_initial_call=True,
)
@form(HoldingsImport.ERRORS, {})
def act(_clicks: list[int], draft: dict[str, Any] | None) -> Any:
    """Take a button at a name: this asset, an own one, none."""
    index = pressed_index()
    if index is None or not draft:
        return no_update
    choices = acted(services().holdings_imports.check(draft["id"], actor()), index)
    if choices is None:
        return no_update
    return _as_draft(services().holdings_imports.choose(draft["id"], choices, actor()))


@callback(
    Output(HoldingsImport.STEP, "data", allow_duplicate=True),
    Input(HoldingsImport.BACK, "n_clicks"),
    Input(HoldingsImport.NEXT, "n_clicks"),
    Input(HoldingsImport.step(ALL), "n_clicks"),
    State(HoldingsImport.STEP, "data"),
    prevent_initial_call=True,
)
def turn(_back: int, _next: int, _steps: list[int], step: int | None) -> Any:
    """Go to another step; the first one is the file, which is chosen once."""
    index = pressed_index()
    if index is not None:
        return max(1, int(index))
    if not any(one["value"] for one in ctx.triggered):
        return no_update
    return max(1, min(3, (step or 1) + (-1 if ctx.triggered_id == HoldingsImport.BACK else 1)))


@callback(
    Output(HoldingsImport.DRAFT, "data", allow_duplicate=True),
    Output(HoldingsImport.STEP, "data", allow_duplicate=True),
    Output(HoldingsImport.PASTE, "value"),
    Input(HoldingsImport.DISCARD, "n_clicks"),
    State(HoldingsImport.DRAFT, "data"),
    prevent_initial_call=True,
)
@form(HoldingsImport.ERRORS, {})
def discard(clicks: int, draft: dict[str, Any] | None) -> Any:
    """Throw the draft away."""
    if not clicks or not draft:
        return no_update, no_update, no_update
    services().holdings_imports.discard(draft["id"], actor())
    read_anew("draft discarded")
    return None, None, None


@callback(
    Output(HoldingsImport.DRAFT, "data", allow_duplicate=True),
    Output(HoldingsImport.STEP, "data", allow_duplicate=True),
    Output(HoldingsImport.PASTE, "value", allow_duplicate=True),
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(HoldingsImport.RUN, "n_clicks"),
    State(HoldingsImport.DRAFT, "data"),
    prevent_initial_call=True,
    running=[(Output(HoldingsImport.BOOKING, "hidden"), False, True)],
)
@form(HoldingsImport.ERRORS, {})
def run(clicks: int, draft: dict[str, Any] | None) -> Any:
    """Book the draft, and open the portfolio; of several the list."""
    if not clicks or not draft:
        return no_update, no_update, no_update, no_update
    done = services().holdings_imports.run(draft["id"], actor()).imported
    say("Imported", told(done.sentence))
    if done.unpriced:
        names = ", ".join(done.unpriced[:5])
        say("Without a price", f"Import prices of {names} to value them.", tone="warn", link=IMPORT_PRICES)
    read_anew("holdings imported")
    return None, None, None, f"/portfolios/{done.portfolios[0][0]}" if len(done.portfolios) == 1 else "/"


IMPORT_PRICES = ("Import prices", "/imports?tab=market")


def _as_draft(check: HoldingsCheck) -> dict[str, Any]:
    return {"id": check.draft.id, "version": check.draft.row_version}


@callback(Output(HoldingsImport.ASSETS, "children"), Input(HoldingsImport.STEP, "data"))
def offer_assets(step: int | None) -> Any:
    """Offer the assets that are known here, where names are asked for."""
    if step != 2:
        return no_update
    return present_holdings_import.offered(services().market.assets(actor(), limit=ASSETS_OFFERED_COUNT).items)


clientside_callback(
    ClientsideFunction("imports", "takeHoldings"),
    Output(HoldingsImport.FILE, "data"),
    Input(HoldingsImport.UPLOAD, "contents"),
    State(HoldingsImport.UPLOAD, "filename"),
    State(HoldingsImport.LIMIT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("imports", "tab"),
    Output(HoldingsImport.KIND, "data"),
    Output(HoldingsImport.PANEL_WIZARD, "hidden"),
    Output(HoldingsImport.PANEL_MARKET, "hidden"),
    Output(HoldingsImport.PANEL_HISTORY, "hidden"),
    Input(HoldingsImport.TABS, "active_tab"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("imports", "place"), Input(HoldingsImport.DRAFT, "data"), Input(HoldingsImport.STEP, "data")
)
