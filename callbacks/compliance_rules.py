"""What answers the tab of rules: the library, one rule, and what somebody does with those that are ticked?"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update
from pydantic import ValidationError

from callbacks import choosable
from callbacks import present_compliance_rules as present
from callbacks.actor import actor, services
from callbacks.compliance_rule_deeds import deed_options, do_deed, offer, takes
from callbacks.pace import held
from callbacks.present_errors import form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.renewed import renewed
from callbacks.still import Options, still
from callbacks.wording import told
from components.compliance_rules import TICK_MS
from components.ids import ComplianceRules as Ids
from components.ids import Shell
from services.errors import InvalidRequest, NotFound
from services.messages.compliance_dry_run import DryRun
from services.messages.compliance_rules import RuleDetail, RuleVersionView

ENOUGH_TICKS = 600
Rows: TypeAlias = list[dict[str, Any]]
WORDS = {
    "reason": ("The reason", Ids.TEXT), "first_day": ("The first day", Ids.TRY_FIRST),
    "last_day": ("The last day", Ids.TRY_LAST), "portfolio_ids": ("The portfolios", Ids.TRY_OF),
}  # fmt: skip


@callback(
    Output(Ids.SENTENCE, "children"),
    Output(Ids.LIBRARY, "rowData"),
    Output(Ids.LIBRARY, "rowTransaction"),
    Output(Ids.LIBRARY, "selectedRows"),
    Output(Ids.LIBRARY_BOX, "hidden"),
    Output(Ids.EMPTY, "hidden"),
    Output(Ids.OF_PACK, "options"),
    Input(Ids.STATE, "value"),
    Input(Ids.OF_PACK, "value"),
    Input(Ids.SEVERITY, "value"),
    Input(Ids.SCOPE, "value"),
    Input(Ids.SEARCH, "value"),
    Input(Shell.RESYNC, "data"),
    State(Ids.PICK, "data"),
    State(Ids.LIBRARY, "selectedRows"),
    State(Ids.LIBRARY, "rowData"),
)
@part
def show_library(
    state: str,
    pack: str | None,
    severity: str,
    scope: str,
    text: str | None,
    _resync: object,
    pick: str | None,
    selected: Any,
    before: Rows | None,
) -> tuple[Any, ...]:
    """List the rules; what is ticked stays ticked, else the rule of the address, else the first.

    What was done with a ticked rule may take it out of the kind that is shown: it stays until another kind is chosen.
    """
    found = services().rules.list(actor())
    kinds = (state, pack or "all", severity, scope, text or "")
    stays = present.ticked_ids(selected) if ctx.triggered_id == Shell.RESYNC else set()
    rows = [present.library_row(one) for one in found if one.id in stays or present.is_shown(one, *kinds)]
    kept = [row["id"] for row in present.ticked(selected, rows)]
    ids = [row["id"] for row in rows]
    shown = kept or [one for one in ids if one == pick] or ids[:1]
    row_data, changes = renewed(rows, before)
    ticks = no_update if row_data is no_update and shown == kept else {"ids": shown}
    parts = (row_data, changes, ticks, not rows, bool(rows))
    return present.summary(found), *parts, present.pack_options(found)


@callback(
    Output(Ids.PICK, "data"),
    Output(Ids.VERSION, "options"),
    Output(Ids.VERSION, "value"),
    Output(Ids.READ, "hidden"),
    Output(Ids.TITLE, "children"),
    Output(Ids.FORM, "hidden"),
    Output(Ids.FORM_SAID, "children"),
    Output(Ids.DEED, "options"),
    Output(Ids.DEED, "value"),
    Input(Ids.LIBRARY, "selectedRows"),
    Input(Ids.DONE, "data"),
    Input(Shell.RESYNC, "data"),
    State(Ids.LIBRARY, "rowData"),
    State(Ids.DEED, "value"),
    State(Ids.PICK, "data"),
    State(Ids.VERSION, "options"),
)
@part
def choose(
    selected: Any,
    _done: object,
    _resync: object,
    rows: list[dict[str, Any]] | None,
    deed: str | None,
    pick: str | None,
    offered: Options,
) -> tuple[Any, ...]:
    """Offer the versions of the ticked rule, and what may be done with all that are ticked."""
    chosen = present.ticked(selected, rows)
    if not chosen:
        return "", [], None, True, "", True, "", [], None
    found = offer([row["id"] for row in chosen])
    deeds = deed_options(found, len(chosen))
    keys = [one["value"] for one in deeds]
    said = (found.said, deeds, still(deed, keys, keys[0] if keys else None))
    if len(chosen) > 1:
        return "", [], None, True, f"{len(chosen):,} rules are ticked", not deeds, *said
    rule = services().rules.get(chosen[0]["id"], actor())
    options, value = present.version_options(rule), str(present.usual_version(rule.rule))
    is_same = pick == rule.rule.id and options == (offered or [])
    return rule.rule.id, options, no_update if is_same else value, False, rule.rule.title, not deeds, *said


@callback(
    Output(Ids.DETAIL, "children"),
    Input(Ids.VERSION, "value"),
    Input(Ids.VERSION, "options"),
    Input(Ids.AGAINST, "value"),
    State(Ids.LIBRARY, "selectedRows"),
    State(Ids.LIBRARY, "rowData"),
)
@part
def show_rule(
    version: str | None, _options: object, against: str | None, selected: Any, rows: list[dict[str, Any]] | None
) -> Any:
    """Show the chosen version of the ticked rule, or which rules are ticked."""
    chosen = present.ticked(selected, rows)
    if not chosen:
        return present.no_rule(bool(rows))
    if len(chosen) > 1:
        return present.several(chosen)
    found = services().rules.get(chosen[0]["id"], actor())
    wanted = int(version) if version else present.usual_version(found.rule)
    shown = next((one for one in found.versions if one.version == wanted), found.versions[0])
    base = present.base_version(found, shown, against)
    compared = None if base is None else services().rules.compare(found.rule.id, base, shown.version, actor())
    return present.detail(found, shown, compared, _tried(found, shown))


def _tried(found: RuleDetail, shown: RuleVersionView) -> DryRun | None:
    if shown.dry_run is None:
        return None
    try:
        return services().compliance_dry_runs.kept(actor(), found.rule.id, shown.version)
    except NotFound:  # taken away by an edit between the two reads
        return None


@callback(Output(Ids.TRY_OF, "options"), Input(Shell.RESYNC, "data"))
@part
def offer_portfolios(_resync: object) -> Any:
    """Offer the portfolios that a dry run can be of."""
    return [{"value": one.id, "label": one.name} for one in choosable.portfolios()]


@callback(
    Output(Ids.TRY_TAKES, "children"),
    Input(Ids.DEED, "value"),
    Input(Ids.LIBRARY, "selectedRows"),
    Input(Ids.TRY_FIRST, "value"),
    Input(Ids.TRY_LAST, "value"),
    Input(Ids.TRY_OF, "value"),
    State(Ids.LIBRARY, "rowData"),
)
@part
def show_takes(
    deed: str | None,
    selected: Any,
    first_day: str | None,
    last_day: str | None,
    portfolio_ids: list[str] | None,
    rows: list[dict[str, Any]] | None,
) -> Any:
    """Say how long the dry run would take; days that are none are told when it is asked for."""
    if deed != "dry_run":
        return ""
    past = {"first_day": first_day or None, "last_day": last_day or None, "portfolio_ids": portfolio_ids or []}
    try:
        return takes([row["id"] for row in present.ticked(selected, rows)], past)
    except (InvalidRequest, ValidationError):
        return ""


@callback(Output(Ids.AS_OF_SAID, "children"), Input(Ids.AS_OF, "value"), Input(Ids.PICK, "data"))
@part
def show_past(day: str | None, rule_id: str | None) -> Any:
    """Say what the rule said at the end of a past day, and who had approved it."""
    if not day or not rule_id:
        return ""
    return told(services().rules.as_of(rule_id, date.fromisoformat(day), actor()).sentence)


@callback(
    Output(Ids.DONE, "data"),
    Output(Ids.TEXT, "value"),
    Output(Ids.RUN, "data"),
    Input(Ids.DO, "n_clicks"),
    State(Ids.LIBRARY, "selectedRows"),
    State(Ids.LIBRARY, "rowData"),
    State(Ids.DEED, "value"),
    State(Ids.TEXT, "value"),
    State(Ids.TRY_FIRST, "value"),
    State(Ids.TRY_LAST, "value"),
    State(Ids.TRY_OF, "value"),
    State(Ids.STATE, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.DO, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def act(
    clicks: int | None,
    selected: Any,
    rows: list[dict[str, Any]] | None,
    deed: str | None,
    text: str | None,
    first_day: str | None,
    last_day: str | None,
    portfolio_ids: list[str] | None,
    state: str | None,
) -> tuple[Any, ...]:
    """Do what was chosen with the ticked rules; what leaves the kind that is shown is told with where it went."""
    chosen = [row["id"] for row in present.ticked(selected, rows)]
    if not clicks or not chosen or deed is None or ctx.triggered_id != Ids.DO:
        return no_update, no_update, no_update
    past = {"first_day": first_day or None, "last_day": last_day or None, "portfolio_ids": portfolio_ids or []}
    said, run_id = do_deed(deed, chosen, (text or "").strip(), past)
    went = present.went_to(deed, state, chosen)
    say("Done" if run_id is None else "Under way", told(f"{said}{went.said}"), link=went.link)
    read_anew("rule changed")
    return clicks, "", run_id or no_update


@callback(
    Output(Ids.PROGRESS, "children"),
    Output(Ids.PROGRESS, "hidden"),
    Output(Ids.TICK, "max_intervals"),
    Input(Ids.RUN, "data"),
    Input(Ids.TICK, "n_intervals"),
    prevent_initial_call=True,
    running=held(Ids.TICK, TICK_MS),
)
@part
def watch(run_id: str | None, ticks: int | None) -> tuple[Any, ...]:
    """Say how far the dry run is, and show what came out once it is done."""
    if not run_id:
        return None, True, 0
    run = services().runs.get(run_id, actor())
    if not run.is_final:
        return present.progress(run), False, (ticks or 0) + ENOUGH_TICKS
    put(Ids.RUN, data="")
    say(*present.tried(run))
    read_anew("dry run made")
    return None, True, 0


clientside_callback(
    ClientsideFunction("compliance_rules", "view"),
    Output(Ids.STATE, "title"),
    Input(Ids.STATE, "value"),
    Input(Ids.OF_PACK, "value"),
    Input(Ids.SEVERITY, "value"),
    Input(Ids.SCOPE, "value"),
    Input(Ids.PICK, "data"),
    Input(Ids.SEARCH, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("compliance_rules", "needs"),
    Output(Ids.TRY_BOX, "hidden"), Output(Ids.DO, "children"),
    Input(Ids.DEED, "value"), Input(Ids.DEED, "options"),
)  # fmt: skip
clientside_callback(
    ClientsideFunction("compliance_rules", "against"),
    Output(Ids.AGAINST, "options"), Output(Ids.AGAINST, "value"),
    Input(Ids.VERSION, "value"), Input(Ids.VERSION, "options"), State(Ids.AGAINST, "options"),
)  # fmt: skip
