"""What answers the packs of rules: what is in one, and which of it somebody takes in?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from callbacks import choosable
from callbacks import present_compliance_packs as present
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, part
from callbacks.present_toast import read_anew, say
from callbacks.wording import told
from components.compliance_packs import HOUSE
from components.ids import CompliancePacks as Ids
from components.ids import Shell


@callback(
    Output(Ids.PACK, "options"),
    Output(Ids.PACK, "value"),
    Output(Ids.FOR, "options"),
    Output(Ids.BOX, "open"),
    Input(Shell.RESYNC, "data"),
    State(Ids.PACK, "value"),
)
@part
def offer_packs(_resync: object, chosen: str | None) -> tuple[Any, ...]:
    """Offer the packs, and for whom they can be taken in."""
    found = services().rules.packs.list(actor())
    keys = [one.id for one in found]
    places = present.places(choosable.clients(), choosable.portfolios())
    left = [one.id for one in found if one.adopted_count < one.rules_count]
    value = no_update if chosen in keys else (left or keys)[0]  # the same value would draw anew what is typed into
    is_new = chosen is None and not any(one.adopted_count for one in found)
    return present.pack_options(found), value, places, is_new or no_update


@callback(
    Output(Ids.ABOUT, "children"),
    Output(Ids.RULES, "children"),
    Output(Ids.ADOPT, "hidden"),
    Input(Ids.PACK, "value"),
    Input(Ids.FOR, "value"),
    Input(Ids.DONE, "data"),
)
@part
def show_pack(pack_id: str | None, where: str | None, _done: object) -> tuple[Any, ...]:
    """Show the rules of the chosen pack with their figures."""
    if not pack_id:
        return no_update, no_update, no_update
    found = services().rules.packs.get(pack_id, actor(), _place(where))
    may_take = may(Permission.RULES_WRITE)
    has_all = found.adopted_count == found.rules_count
    return present.about(found), present.rules(found, may_take=may_take), has_all or not may_take


def _place(where: str | None) -> str:
    """Return the key of the place that ``house``, ``client:<id>`` or ``portfolio:<id>`` names."""
    return (where or HOUSE).rpartition(":")[2]


@callback(
    Output(Ids.DONE, "data"),
    Input(Ids.ADOPT, "n_clicks"),
    State(Ids.PACK, "value"),
    State(Ids.FOR, "value"),
    State(Ids.take(ALL), "id"),
    State(Ids.take(ALL), "value"),
    State(Ids.figure(ALL), "id"),
    State(Ids.figure(ALL), "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.ADOPT, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, {})
def adopt(
    clicks: int | None,
    pack_id: str | None,
    where: str | None,
    ticks: list[dict[str, Any]],
    ticked: list[Any],
    fields: list[dict[str, Any]],
    typed: list[Any],
) -> Any:
    """Take in the ticked rules of the pack as drafts."""
    if not clicks or not pack_id or ctx.triggered_id != Ids.ADOPT:
        return no_update
    taken = {int(one["index"]): bool(value) for one, value in zip(ticks, ticked, strict=True)}
    texts = {str(one["index"]): value for one, value in zip(fields, typed, strict=True)}
    wish = present.wish(services().rules.packs.get(pack_id, actor()), where or HOUSE, taken, texts)
    done = services().rules.drafts.adopt(pack_id, wish, actor())
    say("Taken in as drafts", told(" ".join((done.sentence, *done.left_out))))
    read_anew("rules adopted")
    return clicks
