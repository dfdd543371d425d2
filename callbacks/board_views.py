"""How does the dashboard take the shape that its user wants, keep it, and go back?"""

from __future__ import annotations

from itertools import count
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update
from pydantic import TypeAdapter

from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form
from callbacks.present_toast import say
from callbacks.undo import as_made
from components.ids import Board, Home, Shell
from services.errors import InvalidRequest
from services.messages.dashboard_views import CardPlace, DashboardLayouts, KeptView

WORDS = {"name": ("The name", Board.NAME), "cards": ("The cards", Board.NAME)}
_CARDS = TypeAdapter(tuple[CardPlace, ...])


SHOWN = (Output(Board.LAYOUTS, "data"),)
ASKED = (Input(Shell.RESYNC, "data"), State(Home.VIEW, "data"), State(Board.LAYOUTS, "data"))


@callback(*SHOWN, *ASKED, prevent_initial_call=True)
def show_views(_resync: object, view: dict[str, Any] | None, known: dict[str, Any] | None) -> Any:
    """Say where the cards stand: as kept, or as in the shared view that the address names."""
    if not may(Permission.PORTFOLIOS_READ):
        return no_update
    wanted = _shared_now(known) if known else (view or {}).get("shared")
    made = _told(services().dashboard_views.list(actor()), wanted)
    by_id = {one.get("shared"): one["name"] for one in made["views"]}
    if wanted and wanted not in by_id:
        say("There is no such view", "It was taken back, or it is not yours to see.", tone="warn")
    return made | ({"chosen": by_id[wanted]} if wanted and wanted in by_id else {})


def _shared_now(known: dict[str, Any]) -> str | None:
    """Return the id of the shared view that is shown; None while it is one's own."""
    return next((one.get("shared") for one in known["views"] if one["name"] == known["chosen"]), None)


@callback(
    Output(Board.LAYOUTS, "data", allow_duplicate=True),
    Input(Board.VIEWS, "value"),
    State(Board.LAYOUTS, "data"),
    prevent_initial_call=True,
)
def choose(name: str, known: dict[str, Any] | None) -> Any:
    """Open the dashboard with another view, now and from now on."""
    if not name or not known or name == known["chosen"]:
        return no_update
    if any(one.get("shared") and one["name"] == name for one in known["views"]):
        return known | {"chosen": name}  # it is somebody else's: it opens now, and not with the dashboard from now on
    return _told(services().dashboard_views.choose(name, actor()))


@callback(
    Output(Board.LAYOUTS, "data", allow_duplicate=True),
    Input(Board.SAVE, "n_clicks"),
    State(Board.NAME, "value"),
    State(Board.CARDS, "data"),
    State(Board.LAYOUTS, "data"),
    prevent_initial_call=True,
    running=[(Output(Board.SAVE, "disabled"), True, False)],
)
@form(Board.ERRORS, WORDS)
def save(clicks: int, name: str | None, cards: list[dict[str, Any]] | None, known: dict[str, Any]) -> Any:
    """Keep where the cards stand."""
    if not clicks or cards is None:
        return no_update
    if not cards:
        raise InvalidRequest("Every card is hidden.", "Show at least one.")
    placed = _CARDS.validate_python(cards)
    kept = services().dashboard_views.save(name or "", placed, actor(), known["version"])
    say("The view is kept", f"“{kept.chosen}” opens with the dashboard from now on.")
    return _told(kept)


@callback(
    Output(Board.LAYOUTS, "data", allow_duplicate=True),
    Input(Board.RESET, "n_clicks"),
    State(Board.LAYOUTS, "data"),
    prevent_initial_call=True,
)
@form(Board.ERRORS, WORDS)
def reset(clicks: int, known: dict[str, Any]) -> Any:
    """Take back what was changed in a view that came with the product, or delete an own one."""
    if not clicks:
        return no_update
    name = known["chosen"]
    is_shipped = next(one["is_shipped"] for one in known["views"] if one["name"] == name)
    before = services().dashboard_views.list(actor()).named(name)
    kept = services().dashboard_views.remove(name, actor(), known["version"])
    back = as_made("view", KeptView(name=before.name, cards=before.cards))
    say(f"“{name}” is as it came" if is_shipped else f"“{name}” is deleted", undo=back)
    return _told(kept)


def _told(found: DashboardLayouts, wanted: str | None = None) -> dict[str, Any]:
    """Return the views for the browser, with how many portfolios the table of a view as it came makes room for."""
    given = [one for one in services().dashboard_shares.list(actor()) if not one.is_mine or one.id == wanted]
    names = {one.name for one in found.views}
    shared: list[dict[str, Any]] = []
    for one in given:
        shared.append(
            {"name": free_name(one.title, names), "plain": one.name, "shared": one.id}
            | {"is_shipped": False, "is_changed": False, "cards": [card.model_dump() for card in one.cards]}
        )
        names.add(shared[-1]["name"])
    return {
        "chosen": found.chosen,
        "version": found.row_version,
        "rows": services().portfolios.count(actor()),
        "views": [*(one.model_dump() for one in found.views), *shared],
    }


def free_name(title: str, taken: set[str]) -> str:
    """Return a title that no other view has: lists of views know them by it."""
    return next(name for n in count(1) if (name := title if n == 1 else f"{title}, {n}") not in taken)


clientside_callback(
    ClientsideFunction("board", "apply"),
    Output(Board.GRID, "layout"),
    Output(Board.VIEWS, "options"),
    Output(Board.VIEWS, "value"),
    Input(Board.LAYOUTS, "data"),
)
clientside_callback(
    ClientsideFunction("board", "moved"),
    Output(Board.CARDS, "data"),
    Input(Board.GRID, "layout"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("board", "change"),
    Output(Board.BAR, "hidden"),
    Input(Board.CUSTOMIZE, "n_clicks"),
    Input(Board.CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
