"""What answers the form of a rule: opening it, judging what stands in it while somebody types, and keeping it?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import choosable
from callbacks import present_compliance_rule_editor as present
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.still import Options, still, values
from components.ids import ComplianceRuleEditor as Ids
from components.ids import ComplianceRules, Shell
from services.errors import InvalidRequest
from services.messages.compliance_rules import NewRule, RuleVersionView

CHOICES = {
    "new": "A new rule", "next": "The next version of the rule above", "edit": "The draft above",
    "copy": "A copy of the rule above",
}  # fmt: skip


@callback(
    Output(Ids.BOX, "hidden"),
    Output(Ids.WHAT, "options"),
    Output(Ids.WHAT, "value"),
    Input(ComplianceRules.PICK, "data"),
    Input(Shell.RESYNC, "data"),
    State(Ids.WHAT, "value"),
    State(Ids.WHAT, "options"),
)
@part
def offer_writing(rule_id: str | None, _resync: object, what: str | None, offered: Options) -> tuple[Any, ...]:
    """Offer what the reader may write: a draft that is there, the next version of a rule, or a new one."""
    if not may(Permission.RULES_WRITE):
        return True, [], None
    keys = ["new"]
    if rule_id:
        found = services().rules.get(rule_id, actor())
        keys = [*(["edit"] if "edit" in found.versions[0].may else []),
                *(["next"] if "new_version" in found.rule.may else []), "copy", "new"]  # fmt: skip
    kept = what if keys == values(offered or ()) else None  # another rule, or what may be done with it has changed
    shown = still(kept, keys, keys[0])
    return False, [{"value": key, "label": CHOICES[key]} for key in keys], shown


@callback(
    Output(Ids.FORM, "children"),
    Output(Ids.OPENED, "data"),
    Output(Ids.FOOT, "hidden"),
    Input(Ids.OPEN, "n_clicks"),
    Input(Ids.CLOSE, "n_clicks"),
    Input(Ids.SAVED, "data"),
    State(Ids.WHAT, "value"),
    State(ComplianceRules.PICK, "data"),
    prevent_initial_call=True,
)
@part
def open_form(opened: int | None, _closed: object, _saved: object, what: str | None, rule_id: str | None) -> Any:
    """Open the form with what stands in the version, or an empty one; close it when it is saved or closed."""
    put(Ids.PROBLEMS, children=None)
    if ctx.triggered_id != Ids.OPEN or not opened:
        return None, None, True
    places = present.places(choosable.clients(), choosable.portfolios())
    if what == "new" or not rule_id:
        return present.drawn(present.EMPTY, places, is_new=True), {"what": "new", "portfolio_ids": []}, False
    found = services().rules.get(rule_id, actor())
    if what == "copy":
        return present.copied(found.rule.code, places), {"what": what, "rule_id": rule_id, "portfolio_ids": []}, False
    shown = found.versions[0]
    if what != "edit":
        shown = next((one for one in found.versions if one.version == found.rule.approved_version), shown)
    row_version = shown.row_version if what == "edit" else found.rule.row_version
    store = {"what": what, "rule_id": rule_id, "version": shown.version, "row_version": row_version,
             "portfolio_ids": list(shown.applies_to.portfolio_ids)}  # fmt: skip
    return present.drawn(present.values_of(shown), places, is_new=False), store, False


# What was wrong when it was last kept goes as soon as somebody types, and the wording is judged once typing rests. The
# fields themselves hold back nothing: what is kept is what stands in them.
clientside_callback(
    ClientsideFunction("compliance_rules", "typing"),
    Output(Ids.PROBLEMS, "children"),
    Input(Ids.field(ALL), "value"),
    prevent_initial_call=True,
)


def _typed(ids: list[dict[str, Any]], values: list[Any]) -> dict[str, Any]:
    return {str(one["index"]): value for one, value in zip(ids, values, strict=True)}


@callback(
    Output(Ids.LIVE, "children"),
    Input(Ids.TYPED, "data"),
    State(Ids.field(ALL), "value"),
    State(Ids.field(ALL), "id"),
    State(Ids.OPENED, "data"),
    prevent_initial_call=True,
)
@part
def judge(_typed_ms: object, values: list[Any], ids: list[dict[str, Any]], opened: dict[str, Any] | None) -> Any:
    """Say how the wording reads as it stands, what its examples say, and what is wrong with it; nothing is kept."""
    if not ids or (opened or {}).get("what") == "copy":
        return None
    try:
        wording = present.wording(_typed(ids, values), (opened or {}).get("portfolio_ids", []))
    except InvalidRequest as refusal:
        return present.problems(list(refusal.fields))
    return present.live(services().rules.drafts.check(wording, actor()))


@callback(
    Output(Ids.SAVED, "data"),
    Input(Ids.SAVE, "n_clicks"),
    State(Ids.field(ALL), "value"),
    State(Ids.field(ALL), "id"),
    State(Ids.OPENED, "data"),
    prevent_initial_call=True,
    running=[(Output(Ids.SAVE, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, {})
def save(clicks: int | None, values: list[Any], ids: list[dict[str, Any]], opened: dict[str, Any] | None) -> Any:
    """Keep the wording as a draft."""
    if not clicks or not opened or not ids or ctx.triggered_id != Ids.SAVE:
        return no_update
    try:
        made = _kept(_typed(ids, values), opened)
    except InvalidRequest as refusal:
        raise present.named(refusal) from None
    put(ComplianceRules.PICK, data=made.rule_id)
    put(ComplianceRules.LIBRARY, selectedRows={"ids": [made.rule_id]})
    say("Saved", f"Version {made.version} of {made.rule.title} is a draft.")
    read_anew("rule written")
    return clicks


def _kept(typed: dict[str, Any], opened: dict[str, Any]) -> RuleVersionView:
    drafts = services().rules.drafts
    if opened["what"] == "copy":
        return drafts.duplicate(opened["rule_id"], present.copy_of(typed), actor())
    wording = present.wording(typed, opened["portfolio_ids"])
    if opened["what"] == "new":
        return drafts.create(NewRule(**dict(wording), **present.place_of(typed)), actor())
    if opened["what"] == "edit":
        return drafts.edit(opened["rule_id"], opened["version"], wording, actor(), opened["row_version"])
    return drafts.begin(opened["rule_id"], wording, actor(), opened["row_version"])
