"""What answers the page of portfolios side by side: which ones can be chosen, and how do they stand?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import choosable
from callbacks import present_compare as present
from callbacks.actor import actor, preferences, services
from callbacks.present_errors import in_its_place, page
from callbacks.present_file import rests_on
from callbacks.present_toast import put
from callbacks.wording import reader_style, told
from components.compare_layout import MOST_COUNT, NOBODY
from components.empty_state import empty_state
from components.ids import Shell
from components.ids_compare import Compare
from services.charts.look import Look
from services.errors import InvalidRequest, NotAllowed, ServiceError
from services.messages.comparison import Comparison

CARDS_COUNT = 7


@callback(
    Output(Compare.portfolio(ALL), "options"),
    Input(Shell.RESYNC, "data"),
)
def offer(_resync: object) -> Any:
    """Offer the portfolios that the person sees; who may not see any is told by `show`."""
    seen = [{"value": one.id, "label": one.name} for one in choosable.portfolios()]
    return [[{"value": NOBODY[0], "label": NOBODY[1]}, *seen]] * MOST_COUNT


@callback(
    Output(Compare.LEAD, "children"),
    Output(Compare.FIGURES, "children"),
    Output(Compare.GROWTH, "children"),
    Output(Compare.FALLS, "children"),
    Output(Compare.COMMON, "children"),
    Output(Compare.SECTORS, "children"),
    Output(Compare.HOLDINGS, "children"),
    Input(Compare.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@page(Compare.PROBLEM, Compare.MAIN)
def show(view: dict[str, Any] | None, _resync: object, theme: str | None) -> tuple[Any, ...]:
    """Show the portfolios of the address, or what has to be chosen first."""
    found = _compared(view or {})
    put(Compare.SHOWN, hidden=found is None)
    if found is None:
        return (present.prompt(len(choosable.portfolios())), *(no_update,) * (CARDS_COUNT - 1))
    put(Compare.WHY, children=None)
    put(Compare.CURRENCY, options=present.currencies(found), value=found.currency)
    names = " and ".join(one.name for one in found.portfolios)
    style = reader_style()
    rests_on("/compare", names, present.facts(found, style))
    return (
        told(found.sentence),
        present.figures(found, style),
        *present.charts(found, look(theme)),
        present.common(found, style),
        present.sectors(found, style),
        present.holdings(found, style),
    )


def _compared(view: dict[str, Any]) -> Comparison | None:
    """Return the comparison; None, with what stands in its place, where there is nothing to compare."""
    named = view.get("portfolios") or []
    try:
        return services().comparisons.compare(named, actor(), currency=view.get("currency") or None)
    except InvalidRequest as refusal:
        advice = told(refusal.sentence) if len(named) > 1 else present.prompt(len(choosable.portfolios()))
        put(Compare.WHY, children=empty_state("Nothing to compare yet", advice, glyph="layout-three-columns"))
    except NotAllowed:
        raise  # the page as a whole says it
    except ServiceError as refusal:
        put(Compare.WHY, children=in_its_place(refusal, "One of these portfolios"))
    return None


def look(theme: str | None) -> Look:
    """Return the reader's theme, number format and colors."""
    likes = preferences()
    return Look("dark" if theme == "dark" else "light", likes.number_format, likes.sign_palette)


clientside_callback(
    ClientsideFunction("compare", "choose"),
    Output(Compare.VIEW, "data"),
    Input(Compare.portfolio(ALL), "value"),
    Input(Compare.CURRENCY, "value"),
    State(Compare.VIEW, "data"),
    prevent_initial_call=True,
)
