"""What does the dashboard show: all parts once a page, the day again while prices move, each with its own refusal?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import ALL, Input, Output, State, callback, no_update

from callbacks import present_board, present_board_cards, present_home
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.present_errors import page
from callbacks.present_toast import put
from callbacks.wording import reader_style, told
from components.ids import Board, Home, Shell
from services import formatting
from services.formatting import Style
from services.messages.dashboard import Dashboard, Part, PartProblem

OF_BOOK: tuple[Part, ...] = ("summary", "portfolios", "today", "holdings", "sectors", "attention")
NEWS: tuple[Part, ...] = ("tasks", "activity")
Good = dict[str, str]


SHOWN = (
    Output(Home.SUMMARY, "children"),
    Output(Home.TABLE, "rowData"),
    Output(Board.TODAY, "children"),
    Output(Board.HOLDINGS, "children"),
    Output(Board.SECTORS, "children"),
    Output(Home.ALERTS, "children"),
    Output(Home.HISTORICAL, "children"),
    Output(Board.CHIPS, "children"),
    Output(Home.LIST, "hidden"),
    Output(Home.EMPTY, "hidden"),
)
ASKED = (
    Input(Home.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
    Input(Board.retry(ALL), "n_clicks"),
    State(Board.GOOD, "data"),
)


@callback(*SHOWN, *ASKED, prevent_initial_call=True)
@page(Home.PROBLEM, Home.MAIN, way_out=("Open the settings", "/settings"))
def show(view: dict[str, Any], _resync: object, _retries: object, good: Good) -> tuple[Any, ...]:
    """Fill the cards with what the person may see; who looks after users instead begins with them."""
    if not may(Permission.PORTFOLIOS_READ) and may(Permission.USERS_READ):
        put(Shell.URL, pathname="/users")
        return (no_update,) * 10
    found = _read(view, OF_BOOK)
    style, shown = preferences().number_format, _fresh(found, OF_BOOK, good, Board.GOOD)
    is_empty = found.summary is not None and not found.summary.portfolios_count
    _offer(found)
    rows = found.portfolios or ()
    return (
        *(shown(part, lambda part=part: _drawn(part, found, view, style)) for part in OF_BOOK),
        _lead(found, rows, style),
        present_board.chips(found.sector, found.symbol),
        is_empty,
        not is_empty,
    )


@callback(
    Output(Board.TASKS, "children"),
    Output(Home.FEED, "children"),
    Input(Shell.NEWS, "data"),
    Input(Shell.RESYNC, "data"),
    Input(Board.retry(ALL), "n_clicks"),
    State(Board.GOOD_NEWS, "data"),
)
def show_news(_news: object, _resync: object, _retries: object, good: Good) -> tuple[Any, Any]:
    """Tell what waits and what happened."""
    if not may(Permission.PORTFOLIOS_READ):
        return no_update, no_update
    found = _read({}, NEWS)
    style, shown = reader_style(), _fresh(found, NEWS, good, Board.GOOD_NEWS)
    return (
        shown("tasks", lambda: present_board_cards.tasks(found.tasks, style)),  # type: ignore[arg-type]
        shown("activity", lambda: present_board_cards.activity(found.activity or (), style)),
    )


@callback(
    Output(Board.TODAY, "children", allow_duplicate=True),
    Input(Board.MOVED, "data"),
    State(Home.VIEW, "data"),
    State(Board.GOOD, "data"),
    State(Board.GOOD_DAY, "data"),
    prevent_initial_call=True,
)
def show_day(moved: object, view: dict[str, Any], first: Good, later: Good) -> Any:
    """Tell the day anew while prices move."""
    if moved is None:
        return no_update
    found = _read(view, ("today",))
    shown = _fresh(found, ("today",), {**(first or {}), **(later or {})}, Board.GOOD_DAY)
    return shown("today", lambda: _drawn("today", found, view, reader_style()))


def _read(view: Mapping[str, Any], parts: tuple[Part, ...]) -> Dashboard:
    return services().dashboards.read(
        actor(),
        parts=parts,
        currency=view.get("currency") or None,
        sector=view.get("sector") or None,
        symbol=view.get("symbol") or None,
    )


def _drawn(part: Part, found: Dashboard, view: Mapping[str, Any], style: Style) -> Any:
    """Return the content of one card; what it is drawn from is there."""
    if part == "summary":
        return present_board.summary(found.summary, style)  # type: ignore[arg-type]
    if part == "portfolios":
        return present_board.rows(
            found.portfolios or (),
            str(view.get("value") or "all"),
            style,
            may_run=may(Permission.RUNS_WRITE),
            may_export=may(Permission.EXPORTS_MAKE),
        )
    if part == "today":
        return present_board_cards.today(found.today, style, symbol=found.symbol)  # type: ignore[arg-type]
    if part == "holdings":
        return present_board_cards.holdings(found.holdings, style, symbol=found.symbol)  # type: ignore[arg-type]
    if part == "sectors":
        return present_board_cards.sectors(found.sectors, style, sector=found.sector)  # type: ignore[arg-type]
    attention = found.attention
    return present_home.attention(attention.beyond, attention.alerts, style) if attention else no_update


def _fresh(
    found: Dashboard, parts: tuple[Part, ...], good: Good, kept: str
) -> Callable[[Part, Callable[[], Any]], Any]:
    """Return how a part is drawn: what could not be read leaves the last good content, with its age and a way out.

    `kept` is the Store of this question's own times: a whole value, for a page that was left cannot be patched.
    """
    problems = {one.part: one for one in found.problems}
    now = formatting.moment(found.made_at_utc)
    for part in parts:
        problem = problems.get(part)
        put(Board.note(part), hidden=problem is None)
        if problem is not None:
            put(Board.note_words(part), children=_why(problem, (good or {}).get(part)))
    put(kept, data={**(good or {}), **{part: now for part in parts if part not in problems}})

    def shown(part: Part, draw: Callable[[], Any]) -> Any:
        return draw() if part not in problems else (no_update if (good or {}).get(part) else _nothing(part))

    return shown


def _nothing(part: Part) -> Any:
    return [] if part == "portfolios" else None


def _why(problem: PartProblem, since: str | None) -> str:
    """Return why a card is not fresh, and of when it is."""
    age = f" What stands here was read at {since}." if since else ""
    return f"{told(problem.sentence)}{age} {told(problem.advice)}"


def _lead(found: Dashboard, rows: Any, style: Style) -> str:
    if found.portfolios is None:
        return "The portfolios could not be read."
    narrowed = found.sector or found.symbol
    if narrowed and not rows:
        return f"No portfolio holds {narrowed}."
    return (
        told(present_home.sentence(rows))
        if not narrowed
        else f"{formatting.count(len(rows), 'portfolio', style=style)} with {narrowed}."
    )


def _offer(found: Dashboard) -> None:
    """Offer the currencies of the portfolios, and the portfolios to act on."""
    if found.currency is not None:
        known = found.summary.currencies if found.summary is not None else ()
        offered = sorted({*known, found.currency})
        put(Board.CURRENCY, options=[{"value": one, "label": one} for one in offered], value=found.currency)
    if found.portfolios is not None:
        options = [{"value": one.id, "label": one.name} for one in found.portfolios]
        put(Board.ACTIONS_PORTFOLIO, options=options, value=options[0]["value"] if options else "")
