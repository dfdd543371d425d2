"""What answers the pages of help, and when are the first steps shown?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html, no_update

from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.present_errors import page
from components.help_layout import article, glossary, overview
from components.ids import Shell
from components.ids_help import Help
from components.page_header import page_header


@callback(Output(Help.OVERVIEW, "children"), Input(Shell.RESYNC, "data"))
@page(Help.PROBLEM, Help.MAIN)
def show_overview(_resync: object) -> Any:
    """Show one card a screen."""
    return overview(services().help.pages(actor()).model_dump()["data"])


@callback(Output(Help.ARTICLE, "children"), Input(Help.SCREEN, "data"))
@page(Help.SCREEN_PROBLEM, Help.SCREEN_MAIN, "This page of help", ("All help", "/help"))
def show_screen(screen: str) -> Any:
    """Show the help about one screen."""
    found = services().help.page(screen, actor())
    names = {one.term: one.name for one in services().help.glossary(actor()).data}
    head = page_header(found.title, crumbs=(("Help", "/help"),))
    return [head, *article(found.model_dump(), names)]


@callback(Output(Help.TERMS, "children"), Input(Help.TERM, "data"))
@page(Help.TERMS_PROBLEM, Help.TERMS_MAIN)
def show_glossary(term: str | None) -> Any:
    """Show every term; the browser alone narrows them down."""
    titles = {one.screen: one.title for one in services().help.pages(actor()).data}
    return glossary(services().help.glossary(actor()).model_dump()["data"], titles, term)


SHOWN = (Output(Help.FIRST_STEPS, "hidden"),)
ASKED = (Input(Shell.RESYNC, "data"),)


@callback(*SHOWN, *ASKED, prevent_initial_call=True)
def show_first_steps(_resync: object) -> bool:
    """Show the first steps to whoever may optimize, has not done so yet, and has not put them away."""
    if not may(Permission.RUNS_WRITE) or preferences().first_steps == "dismissed":
        return True
    done = services().runs.list(actor(), kind="optimization", limit=1, owner_id=actor().user_id)
    return bool(done.items)


@callback(
    Output(Help.FIRST_STEPS, "hidden", allow_duplicate=True),
    Input(Help.DISMISS, "n_clicks"),
    prevent_initial_call=True,
)
def dismiss(clicks: int) -> Any:
    """Put the first steps away, on every machine of the person."""
    if not clicks:
        return no_update
    services().preferences.set(actor(), {"first_steps": "dismissed"})
    return True


@callback(Output(Help.AGAIN_NOTE, "children"), Input(Help.AGAIN, "n_clicks"), prevent_initial_call=True)
def show_again(clicks: int) -> Any:
    """Bring the first steps back."""
    if not clicks:
        return no_update
    services().preferences.set(actor(), {"first_steps": "shown"})
    return html.P("They stand on Home again, until your first optimization is there.", className="help-note")


clientside_callback(
    ClientsideFunction("help", "narrow"),
    Output(Help.COUNT, "children"),
    Input(Help.SEARCH, "value"),
    Input(Help.TERMS, "children"),
)
clientside_callback(
    ClientsideFunction("help", "link"),
    Output(Help.LINK, "href"),
    Input(Shell.URL, "pathname"),
)
