"""What answers the tab of facts: what rules of a portfolio miss, and what somebody states?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, html, no_update
from dash.exceptions import PreventUpdate

from callbacks import choosable
from callbacks import present_compliance_facts as present
from callbacks.actor import Permission, actor, may, services
from callbacks.pace import held
from callbacks.present_errors import form, part
from callbacks.present_file import handed
from callbacks.present_imports import file_of
from callbacks.present_toast import put, read_anew, say
from callbacks.still import still
from callbacks.wording import told
from components.compliance_facts import AWAITED, HOUSE, TICK_MS
from components.error_state import error_state
from components.ids import ComplianceFacts as Ids
from components.ids import Shell
from services.messages.compliance_checks import ComplianceAnswer, ComplianceReport

ENOUGH_TICKS = 60
WORDS = {
    "name": ("The fact", Ids.FACT),
    "about": ("Of which", Ids.ABOUT),
    "currency": ("The currency", Ids.ABOUT),
    "valid_from": ("The day", Ids.SINCE),
    "source": ("The source", Ids.SOURCE),
    "portfolio_id": ("Of what", Ids.PORTFOLIO),
}


@callback(
    Output(Ids.PORTFOLIO, "options"),
    Output(Ids.PORTFOLIO, "value"),
    Output(Ids.FORM, "hidden"),
    Output(Ids.ONLY, "hidden"),
    Input(Shell.RESYNC, "data"),
    State(Ids.PORTFOLIO, "value"),
)
@part
def offer(_resync: object, chosen: str | None) -> tuple[Any, ...]:
    """Offer the house and the portfolios that the reader sees; the first one is shown where none is chosen."""
    options = present.places(choosable.portfolios())
    keys = [one["value"] for one in options]
    usual = keys[1] if len(keys) > 1 else HOUSE
    may_state = may(Permission.RULES_WRITE)
    return options, still(chosen, keys, usual), not may_state, may_state


def _asked(portfolio_id: str | None) -> ComplianceAnswer | None:
    if portfolio_id in (None, "", HOUSE):
        return None
    return services().compliance_checks.check(actor(), str(portfolio_id), wait_s=0.0)


def _report(portfolio_id: str | None) -> ComplianceReport | None:
    found = _asked(portfolio_id)
    return None if found is None else found.report


@callback(
    Output(Ids.SENTENCE, "children"),
    Output(Ids.MISSING, "children"),
    Output(Ids.TEMPLATE, "hidden"),
    Output(Ids.FACT, "options"),
    Output(Ids.FACT, "value"),
    Output(Ids.TICK, "max_intervals"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Ids.TICK, "n_intervals"),
    Input(Shell.RESYNC, "data"),
    State(Ids.FACT, "value"),
    running=held(Ids.TICK, TICK_MS),
)
@part
def show_missing(portfolio_id: str | None, ticks: int | None, _resync: object, fact: str | None) -> tuple[Any, ...]:
    """Show what the rules of a portfolio miss; ask again while a worker judges it."""
    answer = _asked(portfolio_id)
    report = None if answer is None else answer.report
    options = present.fact_options(portfolio_id or HOUSE, report)
    keys = [one["value"] for one in options]
    chosen = still(fact, keys, keys[0])
    is_waiting = answer is not None and answer.state == "working"
    later = (ticks or 0) + ENOUGH_TICKS if is_waiting else 0
    if answer is None:
        said = "Choose a portfolio to see what its rules miss; facts of the house count for all portfolios."
        return "Facts of the house.", said, True, options, chosen, 0
    if report is None:
        return "", _no_report(answer), True, options, chosen, later
    lacks_assets = any(one.symbols for one, _ in present.missing_by_field(report))
    shown = (present.missing_sentence(report), present.missing(report), not lacks_assets)
    return *shown, options, chosen, later


def _no_report(answer: ComplianceAnswer) -> Any:
    if answer.state == "working":
        return "The portfolio is being judged."
    return error_state("It cannot be judged", told(f"{answer.message or ''} {answer.advice or ''}".strip()))


@callback(
    Output(Ids.STATED, "children"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Ids.DONE, "data"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_stated(portfolio_id: str | None, _done: object, _resync: object) -> Any:
    """Show what was stated of the house, and of the chosen portfolio."""
    wanted = None if portfolio_id in (None, "", HOUSE) else portfolio_id
    names = {one.id: one.name for one in choosable.portfolios()}
    return present.stated(services().stated_facts.list(actor(), wanted), names)


@callback(
    Output(Ids.VALUE_BOX, "children"),
    Output(Ids.ABOUT_BOX, "hidden"),
    Output(Ids.ABOUT, "placeholder"),
    Input(Ids.FACT, "value"),
    Input(Ids.DONE, "data"),
    running=[(Output(Ids.VALUE_BOX, "className"), AWAITED, "")],
)
@part
def ask_value(name: str | None, _done: object) -> tuple[Any, ...]:
    """Ask for the value as the chosen fact needs it."""
    about = present.about_words(name)
    return present.value_field(name), about is None, about or ""


@callback(
    Output(Ids.DONE, "data"),
    Output(Ids.SOURCE, "value"),
    Input(Ids.STATE, "n_clicks"),
    Input(Ids.TAKE_BACK, "n_clicks"),
    State(Ids.FACT, "value"),
    State(Ids.PORTFOLIO, "value"),
    State(Ids.ABOUT, "value"),
    State(Ids.value(ALL), "value"),
    State(Ids.value(ALL), "id"),
    State(Ids.SINCE, "value"),
    State(Ids.SOURCE, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.STATE, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def state(
    stated: int | None,
    taken: int | None,
    name: str | None,
    where: str | None,
    about: str | None,
    values: list[Any],
    of: list[dict[str, Any]],
    since: str | None,
    source: str | None,
) -> Any:
    """State a fact, or say that it is not known any more."""
    if ctx.triggered_id not in (Ids.STATE, Ids.TAKE_BACK) or not (stated or taken):
        return no_update, no_update
    # what was typed for another fact does not count for this one
    typed = {one["index"]: value for one, value in zip(of, values, strict=True)}
    words = ((about or "").strip(), typed.get(name), since, (source or "").strip())
    takes_back = ctx.triggered_id == Ids.TAKE_BACK
    made = services().stated_facts.state(
        present.statement(name, where or HOUSE, *words, takes_back=takes_back), actor()
    )
    say("Stated", told(made.sentence))
    read_anew("fact stated")
    return made.id, ""


@callback(
    Output(Ids.TEMPLATE, "title"),
    Input(Ids.TEMPLATE, "n_clicks"),
    State(Ids.PORTFOLIO, "value"),
    prevent_initial_call=True,
)
@form(Ids.PROBLEMS, {})
def hand_over(clicks: int | None, portfolio_id: str | None) -> Any:
    """Hand over a file with a line for everything of an asset that is missing."""
    report = _report(portfolio_id)
    if clicks and report is not None:
        handed(present.template(report), "Fill in the column value, then drop the file on this page.")
    return no_update


@callback(Output(Ids.FILE_BOX, "hidden"), Input(Shell.RESYNC, "data"))
@part
def offer_taking_in(_resync: object) -> bool:
    """Show the place for a file to those who may import figures."""
    return not may(Permission.MARKET_IMPORT)


@callback(
    Output(Ids.FILE_SAID, "children"),
    Input(Ids.FILE, "contents"),
    State(Ids.FILE, "filename"),
    prevent_initial_call=True,
)
@form(Ids.FILE_PROBLEMS, {})
def take_in(contents: str | None, name: str | None) -> Any:
    """Import a file of facts, all of it or nothing, and have the portfolio judged anew."""
    file = file_of({"name": name, "content": contents}) if contents else None
    if file is None:
        raise PreventUpdate  # the field was emptied below: what was said of its file stays
    put(Ids.FILE, contents=None)
    put(Ids.FILE_SAID, children=None)
    done = services().imports.run(*file, actor())
    say("Imported" if done.is_new else "Already imported", told(done.imported.sentence))
    read_anew("facts imported")
    return html.P(told(done.sentence))


clientside_callback(
    ClientsideFunction("compliance_facts", "view"),
    Output(Ids.PORTFOLIO, "title"),
    Input(Ids.PORTFOLIO, "value"),
    prevent_initial_call=True,
)
