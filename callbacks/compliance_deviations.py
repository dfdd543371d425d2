"""What answers the card of deviations: what can be done about the rule that is shown, and doing it?"""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import choosable
from callbacks import present_compliance_deviations as present
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, part
from callbacks.present_toast import read_anew, say
from callbacks.still import first, still, values
from callbacks.wording import told
from components.compliance_deviations import ASK
from components.ids import ComplianceDeviations as Ids
from components.ids import ComplianceRules, Shell
from services.messages.compliance_rules import RuleOverrideView

WORDS = {
    "scope": ("For whom", Ids.FOR),
    "client_id": ("The client", Ids.FOR),
    "portfolio_id": ("The portfolio", Ids.FOR),
    "valid_from": ("The first day", Ids.FIRST_DAY),
    "valid_to": ("The last day", Ids.LAST_DAY),
    "reason": ("The reason", Ids.REASON),
}


@callback(
    Output(Ids.BOX, "hidden"),
    Output(Ids.DEED, "options"),
    Output(Ids.DEED, "value"),
    Output(Ids.FOR, "options"),
    Output(Ids.FOR, "value"),
    Output(Ids.FIGURES, "children"),
    Input(ComplianceRules.PICK, "data"),
    Input(Ids.DONE, "data"),
    Input(Shell.RESYNC, "data"),
    State(Ids.DEED, "value"),
    State(Ids.FOR, "value"),
)
@part
def offer(rule_id: str | None, _done: object, _resync: object, deed: str | None, place: str | None) -> tuple[Any, ...]:
    """Offer what the reader may do about deviations from the rule that is shown."""
    if not rule_id:
        return True, [], None, [], None, None
    found = services().rules.get(rule_id, actor())
    deeds = present.deed_options(found, may_ask=may(Permission.RULES_WRITE))
    places = present.places(found, choosable.clients(), choosable.portfolios())
    shown = still(deed, values(deeds), first(deeds)), places, still(place, values(places), first(places))
    figures = no_update if ctx.triggered_id == Shell.RESYNC else present.figures(found)  # somebody may be typing
    return not deeds, deeds, *shown, figures


@callback(
    Output(Ids.DONE, "data"),
    Output(Ids.REASON, "value"),
    Input(Ids.DO, "n_clicks"),
    State(ComplianceRules.PICK, "data"),
    State(Ids.DEED, "value"),
    State(Ids.FOR, "value"),
    State(Ids.KIND, "value"),
    State(Ids.figure(ALL), "id"),
    State(Ids.figure(ALL), "value"),
    State(Ids.FIRST_DAY, "value"),
    State(Ids.LAST_DAY, "value"),
    State(Ids.REASON, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.DO, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def act(
    clicks: int | None,
    rule_id: str | None,
    deed: str | None,
    where: str | None,
    kind: str,
    names: list[dict[str, Any]],
    typed: list[Any],
    first_day: str | None,
    last_day: str | None,
    reason: str | None,
) -> tuple[Any, ...]:
    """Ask for a deviation from the rule that is shown, or decide on one that waits."""
    if not clicks or not rule_id or not deed or ctx.triggered_id != Ids.DO:
        return no_update, no_update
    said = (reason or "").strip()
    if deed == ASK:
        own = {str(one["index"]): value for one, value in zip(names, typed, strict=True)}
        days = {"valid_from": _day(first_day), "valid_to": _day(last_day)}
        wish = present.wish(services().rules.get(rule_id, actor()), where, kind, own, days, said)
        made = services().rules.deviations.ask(rule_id, wish, actor())
        said_of_it = " ".join(filter(None, [told(made.sentence), told(made.effect_words), told(made.would_end or "")]))
        say("Asked for", f"{said_of_it} A second person decides.")
    else:
        say("Done", told(_decide(deed, said).sentence))
    read_anew("deviation changed")
    return clicks, ""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decide(deed: str, reason: str) -> RuleOverrideView:
    verb, _, override_id = deed.partition(":")
    deviations = services().rules.deviations
    if verb == "approve":
        return deviations.approve(override_id, actor(), reason or None)
    if verb == "reject":
        return deviations.reject(override_id, actor(), reason)
    return deviations.withdraw(override_id, actor(), reason or None)


clientside_callback(
    ClientsideFunction("compliance_rules", "wish"),
    Output(Ids.ASKED, "hidden"),
    Output(Ids.FIGURES, "hidden"),
    Input(Ids.DEED, "value"),
    Input(Ids.KIND, "value"),
)
