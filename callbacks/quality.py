"""What does the page of data quality do: list, show evidence, decide, check again, show sessions, keep the policy?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import present_quality
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.present_errors import form, page, part
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_id
from callbacks.wording import reader_style, told
from components.graph import chart
from components.ids import Quality, Shell
from components.quality_tables import table_style
from services.charts import quality as charts
from services.errors import NotFound
from services.messages.quality import Decision, FindingState, FindingView, Kind
from services.runs_kind_quality_check import QualityCheckRequest

DECISIONS = {
    Quality.ACCEPT: Decision.ACCEPT,
    Quality.REJECT: Decision.REJECT,
    Quality.UNDO: Decision.UNDO,
}


@callback(
    Output(Quality.SENTENCE, "children"),
    Output(Quality.FIGURES, "children"),
    Output(Quality.KIND, "options"),
    Output(Quality.KIND, "value"),
    Output(Quality.CHECK, "hidden"),
    Output(Quality.SERIES, "rowData"),
    Output(Quality.SERIES, "style"),
    Input(Shell.RESYNC, "data"),
    State(Quality.KIND, "value"),
)
@page(Quality.PROBLEM, Quality.MAIN)
def show(_resync: object, kind: str | None) -> tuple[Any, ...]:
    """Say how good the prices are as a whole, and list the series."""
    found = services().quality.summary(actor())
    scores, style = services().quality.score(None, actor()), reader_style()
    is_there = any(one.kind == kind for one in found.kinds)
    return (
        told(found.sentence),
        present_quality.figures(found, style),
        present_quality.kind_options(found),
        no_update if is_there or kind == present_quality.ALL_KINDS else present_quality.ALL_KINDS,
        not may(Permission.MARKET_IMPORT),
        [present_quality.series_row(one, style) for one in scores],
        table_style(len(scores)),
    )


@callback(
    Output(Quality.QUEUE, "rowData"),
    Output(Quality.QUEUE, "selectedRows"),
    Output(Quality.QUEUE_BOX, "hidden"),
    Output(Quality.QUEUE_EMPTY, "hidden"),
    Output(Quality.QUEUE_NOTE, "children"),
    Output(Quality.QUEUE_NOTE, "hidden"),
    Output(Quality.QUEUE, "style"),
    Input(Quality.STATE, "value"),
    Input(Quality.KIND, "value"),
    Input(Shell.RESYNC, "data"),
    State(Quality.SYMBOL, "data"),
    State(Quality.QUEUE, "selectedRows"),
)
@part
def show_queue(state: str, kind: str | None, _resync: object, symbol: str | None, selected: Any) -> tuple[Any, ...]:
    """List the findings of a state and a kind; the first one is ticked, but what somebody has ticked is left alone."""
    found, style = _findings(state, kind, symbol), reader_style()
    rows = [present_quality.queue_row(one, style) for one in (found or ())[: present_quality.SHOWN_MAX_COUNT]]
    is_cut = len(found or ()) > len(rows)
    note = present_quality.queue_note(symbol, is_there=found is not None, is_cut=is_cut, style=style)
    is_kept = ctx.triggered_id == Shell.RESYNC and bool(_chosen(selected, rows))
    ticked = no_update if is_kept else {"ids": [row["id"] for row in rows[:1]]}
    return rows, ticked, not rows, bool(rows), note, note is None, table_style(len(rows))


@callback(
    Output(Quality.DETAIL, "children"),
    Output(Quality.ACCEPT, "hidden"),
    Output(Quality.REJECT, "hidden"),
    Output(Quality.UNDO, "hidden"),
    Input(Quality.QUEUE, "selectedRows"),
    Input(Quality.QUEUE, "rowData"),
    Input(Shell.THEME_SHOWN, "data"),
)
@part
def show_evidence(selected: Any, rows: list[dict[str, Any]] | None, theme: str | None) -> tuple[Any, ...]:
    """Show what speaks for the ticked finding, or how many are ticked."""
    chosen = _chosen(selected, rows)
    may_write = may(Permission.MARKET_IMPORT)
    is_open = any(row["state"] == FindingState.OPEN for row in chosen)
    has_proposal = any(row["proposed"] is not None and row["state"] == FindingState.OPEN for row in chosen)
    can_undo = any(row["state"] in (FindingState.ACCEPTED, FindingState.REJECTED) for row in chosen)
    shown = _evidence(chosen, bool(rows), theme)
    return shown, not (may_write and has_proposal), not (may_write and is_open), not (may_write and can_undo)


@callback(
    Input(Quality.ACCEPT, "n_clicks"),
    Input(Quality.REJECT, "n_clicks"),
    Input(Quality.UNDO, "n_clicks"),
    State(Quality.QUEUE, "selectedRows"),
    State(Quality.QUEUE, "rowData"),
    prevent_initial_call=True,
)
def decide(_accept: Any, _reject: Any, _undo: Any, selected: Any, rows: list[dict[str, Any]] | None) -> None:
    """Decide about the ticked findings."""
    decision = DECISIONS.get(pressed_id() or "")
    chosen = _chosen(selected, rows)
    if decision is not None and chosen:
        done = services().quality.decide([row["id"] for row in chosen], decision, actor())
        say("Decided", told(done.sentence), tone="warn" if done.passed else "ok")
        read_anew("finding decided")


@callback(
    Input(Quality.CHECK, "n_clicks"),
    prevent_initial_call=True,
    running=[(Output(Quality.CHECK, "disabled"), True, False)],
)
def check(clicks: int | None) -> None:
    """Check all series: at once where they are few, else as a run."""
    if not clicks:
        return
    if services().quality.is_inline(actor()):
        say("Checked", told(services().quality.check(actor()).sentence))
        read_anew("quality checked")
        return
    services().runs.submit("quality_check", QualityCheckRequest(), actor())
    say("The check has begun", "It is a run of its own: its progress stands under Runs, and the result here.")


@callback(
    Output(Quality.YEAR, "options"),
    Output(Quality.YEAR, "value"),
    Output(Quality.CALENDAR_TITLE, "children"),
    Input(Quality.SERIES, "selectedRows"),
    Input(Quality.SERIES, "rowData"),
    State(Quality.SYMBOL, "data"),
)
@part
def choose_series(selected: Any, rows: list[dict[str, Any]] | None, symbol: str | None) -> tuple[Any, ...]:
    """Offer the years of the chosen series; the poorest series stands in while none is chosen."""
    name = _symbol(selected, rows, symbol)
    if name is None:
        return [], None, "No series yet"
    found = services().quality.calendar(name, actor())
    years = [{"value": str(year), "label": str(year)} for year in charts.years_of(found)]
    year = charts.telling_year(found)
    return years, None if year is None else f"{year}", f"{found.symbol}, {found.name}"


@callback(
    Output(Quality.CALENDAR, "children"),
    Input(Quality.YEAR, "value"),
    Input(Quality.CALENDAR_TITLE, "children"),
    Input(Shell.THEME_SHOWN, "data"),
    State(Quality.SERIES, "selectedRows"),
    State(Quality.SERIES, "rowData"),
    State(Quality.SYMBOL, "data"),
)
@part
def show_calendar(
    year: str | None, _title: Any, theme: str | None, selected: Any, rows: Any, symbol: str | None
) -> Any:
    """Draw the sessions of a year."""
    name = _symbol(selected, rows, symbol)
    if name is None or not year:
        return present_quality.nothing(False)
    found = services().quality.calendar(name, actor())
    figure = charts.calendar(
        found, int(year), theme=_theme(theme), style=reader_style(), signs=preferences().sign_palette
    )
    return chart(figure, id=Quality.CALENDAR_CHART)


@callback(Output(Quality.POLICY, "children"), Output(Quality.POLICY_SAVE, "hidden"), Input(Shell.RESYNC, "data"))
@part
def show_policy(_resync: object) -> tuple[Any, bool]:
    """Show what the house wants done."""
    may_write = may(Permission.MARKET_IMPORT)
    found = services().quality.policy(actor())
    return present_quality.policy(found, reader_style(), may_write=may_write), not may_write


@callback(
    Output(Quality.POLICY_SAVED, "data"),
    Input(Quality.POLICY_SAVE, "n_clicks"),
    State(Quality.mode(ALL), "value"),
    State(Quality.mode(ALL), "id"),
    State(Quality.sureness(ALL), "value"),
    prevent_initial_call=True,
)
@form(Quality.POLICY_ERRORS, {})
def save_policy(clicks: int | None, modes: list[str], ids: list[dict[str, str]], sure: list[Any]) -> Any:
    """Keep what the house wants done about each kind."""
    if not clicks:
        return no_update
    services().quality.set_policy(present_quality.policy_change(ids, modes, sure), actor())
    say("The policy is saved", "It counts from the next check on.")
    read_anew("quality policy saved")
    return clicks


def _findings(state: str, kind: str | None, symbol: str | None) -> tuple[FindingView, ...] | None:
    """Return one finding more than are shown; None where the asset of the address is not there."""
    try:
        return services().quality.findings(
            actor(),
            state=FindingState(state),
            kind=Kind(kind) if kind in {one.value for one in Kind} else None,  # an address may name any
            symbol=symbol or None,
            limit=present_quality.SHOWN_MAX_COUNT + 1,
        )
    except NotFound:
        return None


def _chosen(selected: Any, rows: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Return the ticked rows that are still in the list; a selection comes as rows or as {"ids"}."""
    ids = selected.get("ids", []) if isinstance(selected, dict) else [row["id"] for row in selected or []]
    return [row for row in rows or [] if row["id"] in ids]


def _evidence(chosen: list[dict[str, Any]], has_rows: bool, theme: str | None) -> Any:
    if not chosen:
        return present_quality.nothing(has_rows)
    style = reader_style()
    if len(chosen) > 1:
        return present_quality.many(chosen, style)
    detail = services().quality.finding(chosen[0]["id"], actor())
    figure = charts.neighbors(detail, theme=_theme(theme), style=style, signs=preferences().sign_palette)
    return present_quality.evidence(detail.finding, chart(figure, id=Quality.NEIGHBORS), style)


def _symbol(selected: Any, rows: list[dict[str, Any]] | None, symbol: str | None) -> str | None:
    """Return the chosen series, else that of the address, else the first of the list."""
    chosen = _chosen(selected, rows)
    known = {row["id"] for row in rows or []}
    if chosen:
        return str(chosen[0]["id"])
    return symbol if symbol in known else str(rows[0]["id"]) if rows else None


def _theme(shown: str | None) -> Any:
    return "dark" if shown == "dark" else "light"


clientside_callback(
    ClientsideFunction("quality", "view"),
    Output(Quality.STATE, "title"),
    Input(Quality.STATE, "value"),
    Input(Quality.KIND, "value"),
    prevent_initial_call=True,
)
