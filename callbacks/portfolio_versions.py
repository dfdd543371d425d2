"""What answers the tab of versions: the list, what differs between two, one brought back, and the drafts?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, html, no_update

from callbacks import present_portfolio_versions as present
from callbacks import present_portfolio_what_if
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import part
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from callbacks.still import Options, same
from callbacks.wording import reader_style
from components.ids import Portfolio, Shell
from components.ids_portfolio_work import Asked, Versions, WhatIf


@callback(
    Output(Versions.LIST, "children"),
    Output(Versions.DRAFTS, "children"),
    Output(Versions.BEFORE, "options"),
    Output(Versions.AFTER, "options"),
    Output(Versions.BEFORE, "value"),
    Output(Versions.AFTER, "value"),
    Output(Portfolio.VERSION, "data", allow_duplicate=True),
    Input(Asked.VERSIONS, "data"),
    Input(Versions.KIND, "value"),
    Input(Shell.RESYNC, "data"),
    State(Portfolio.ID, "data"),
    State(Versions.AFTER, "options"),
    prevent_initial_call=True,
)
@part
def show(
    asked: str | None, kind: str | None, _resync: object, portfolio_id: str | None, offered: Options
) -> tuple[Any, ...]:
    """List versions and drafts, and offer those of a kind to be compared: the last two.

    The version that a way back is based on comes with the list, so that it is that of what is listed.
    """
    if not asked:
        return (no_update,) * 7
    row_version = services().portfolios.get(portfolio_id or "", actor()).row_version
    versions = services().portfolio_versions.list(portfolio_id or "", actor())
    drafts = services().portfolio_drafts.list(portfolio_id or "", actor())
    style, may_write = reader_style(), may(Permission.PORTFOLIOS_WRITE)
    of_kind = [one for one in versions if one.kind == kind]
    options = present.options(of_kind)
    last = of_kind[0].number if of_kind else 0
    pair = (no_update, no_update) if same(options, offered) else (str(max(last - 1, 0)), str(last))
    return (
        present.versions(versions, may_write=may_write),
        present.drafts(drafts, style, may_write=may_write),
        options,
        options,
        *pair,
        row_version,
    )


@callback(
    Output(Versions.DIFFERENCE, "children"),
    Input(Versions.BEFORE, "value"),
    Input(Versions.AFTER, "value"),
    State(Versions.KIND, "value"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
@part
def compare(before: str | None, after: str | None, kind: str, portfolio_id: str | None) -> Any:
    """Say what differs between the two chosen versions."""
    if not portfolio_id or not (before or "").isdigit() or not (after or "").isdigit():
        return no_update
    wanted = (int(before or 0), int(after or 0))
    if wanted == (0, 0):
        return html.P("There is no version yet: the first one comes with the first entry.", className="muted")
    chosen = "target" if kind == "target" else "holdings"
    found = services().portfolio_versions.difference(portfolio_id, chosen, *wanted, actor())  # type: ignore[arg-type]
    return present.difference(found, reader_style())


@callback(
    Input(Versions.restore(ALL), "n_clicks"),
    State(Portfolio.ID, "data"),
    State(Portfolio.VERSION, "data"),
    prevent_initial_call=True,
)
def restore(_clicks: list[int], portfolio_id: str, row_version: int) -> None:
    """Bring the chosen version back as the next one; the message takes it back."""
    index = pressed_index()
    if index is None:
        return
    kind, _, number = str(index).partition("~")
    made = services().portfolio_versions.restore(
        portfolio_id, "target" if kind == "target" else "holdings", int(number), actor(), row_version
    )
    say(
        f"Version {number} is back",
        f"It is version {made.number} now; nothing was lost.",
        undo=f"version:{portfolio_id}~{kind}~{made.number - 1}",
    )
    read_anew("version restored")


@callback(
    Output(WhatIf.LOADED, "data", allow_duplicate=True),
    Input(Versions.draft_open(ALL), "n_clicks"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def open_draft(_clicks: list[int], portfolio_id: str) -> Any:
    """Set the edits of a draft into the grid."""
    index = pressed_index()
    if index is None:
        return no_update
    draft = services().portfolio_drafts.get(portfolio_id, str(index), actor())
    return present_portfolio_what_if.loaded(portfolio_id, draft.edits, is_opened=True)


@callback(
    Input(Versions.draft_delete(ALL), "n_clicks"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def delete_draft(_clicks: list[int], portfolio_id: str) -> None:
    """Put a draft aside; the message takes it back."""
    index = pressed_index()
    if index is None:
        return
    services().portfolio_drafts.delete(portfolio_id, str(index), actor())
    say("The draft was deleted", undo=f"draft:{portfolio_id}~{index}")
    read_anew("draft deleted")
