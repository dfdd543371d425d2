"""What does the page of stress tests do with kept scenarios: list them, show and compare versions, restore, delete?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, no_update

from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import part
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from callbacks.still import Options, same
from callbacks.wording import reader_style
from components.ids import Shell, Stress
from components.stress_own import comparison_table, own_list, versions_table
from services import formatting
from services.messages.stress import OwnScenario, OwnScenarioVersion
from services.messages.templates import Sharing
from services.number_style import in_style
from services.stress_library import question_words
from services.stress_own_words import differences

SHARED = {Sharing.PRIVATE: "only you", Sharing.TEAM: "a team", Sharing.HOUSE: "everybody in the house"}


@callback(
    Output(Stress.OWN, "children"),
    Output(Stress.KEEP, "hidden"),
    Input(Stress.OWN_NEWS, "data"),
    Input(Shell.RESYNC, "data"),
)
@part
def list_own(_news: object, _resync: object) -> tuple[Any, bool]:
    """List the kept scenarios; whoever may not keep any is not offered to."""
    may_write, style = may(Permission.RUNS_WRITE), reader_style()
    rows = [
        (one.id, one.name, in_style(question_words(one.question), style), _state(one), one.is_mine and may_write)
        for one in services().stress.own.list(actor())
    ]
    return own_list(rows), not may_write


def _state(one: OwnScenario) -> str:
    """Say which version is in force, and whose it is or who may use it."""
    whose = f"for {SHARED[one.sharing]}" if one.is_mine else f"by {one.owner_name or 'somebody outside your teams'}"
    return f"Version {one.version}, {whose}"


@callback(
    Output(Stress.OWN_CHOSEN, "data"),
    Input(Stress.own_versions(ALL), "n_clicks"),
    Input(Stress.OWN_CLOSE, "n_clicks"),
    prevent_initial_call=True,
)
def choose(_clicks: Any, _close: Any) -> Any:
    """Choose whose versions are shown; Close shows none."""
    key = pressed_index()
    return key if key is not None else None


@callback(
    Output(Stress.OWN_DETAIL, "hidden"),
    Output(Stress.OWN_VERSIONS, "children"),
    Output(Stress.OWN_COMPARE, "hidden"),
    Output(Stress.OWN_FIRST, "options"),
    Output(Stress.OWN_FIRST, "value"),
    Output(Stress.OWN_SECOND, "options"),
    Output(Stress.OWN_SECOND, "value"),
    Input(Stress.OWN_CHOSEN, "data"),
    Input(Shell.RESYNC, "data"),
    State(Stress.OWN_SECOND, "options"),
)
@part
def show_versions(key: str | None, _resync: object, offered: Options) -> tuple[Any, ...]:
    """Show every version of the chosen scenario, and offer the last two to be compared."""
    known = {one.id: one for one in services().stress.own.list(actor())}
    if key not in known:
        return True, None, True, [], None, [], None
    one, style = known[key], reader_style()
    found = services().stress.own.versions(key, actor())
    rows = [_version(version, style) for version in found]
    may_write = one.is_mine and may(Permission.RUNS_WRITE)
    options = [{"value": str(version.version), "label": f"Version {version.version}"} for version in found]
    before, last = (options[1]["value"] if len(options) > 1 else None), options[0]["value"]
    table = versions_table(one.name, rows, one.version, may_write=may_write)
    before, last = (no_update, no_update) if same(options, offered) else (before, last)
    return False, table, len(found) < 2, options, before, options, last


def _version(one: OwnScenarioVersion, style: Any) -> tuple[int, str, str, str, str]:
    by = one.made_by or "Somebody outside your teams"
    what = in_style(question_words(one.question), style)
    return one.version, formatting.moment(one.created_at_utc), by, one.note or "", what


@callback(
    Output(Stress.OWN_COMPARED, "children"),
    Input(Stress.OWN_FIRST, "value"),
    Input(Stress.OWN_SECOND, "value"),
    State(Stress.OWN_CHOSEN, "data"),
    prevent_initial_call=True,
)
@part
def compare(first: str | None, second: str | None, key: str | None) -> Any:
    """Say in what two versions differ."""
    if not first or not second or key is None:
        return None
    known = {str(one.version): one.question for one in services().stress.own.versions(key, actor())}
    if first not in known or second not in known:
        return None
    style = reader_style()
    rows = [
        (name, in_style(one, style), in_style(two, style))
        for name, one, two in differences(known[first], known[second])
    ]
    return comparison_table(int(first), int(second), rows)


@callback(
    Input(Stress.own_restore(ALL), "n_clicks"),
    State(Stress.OWN_CHOSEN, "data"),
    prevent_initial_call=True,
)
def restore(_clicks: Any, key: str | None) -> None:
    """Put an earlier version in force again; those between stay in the list."""
    version = pressed_index()
    if version is None or key is None:
        return
    own = services().stress.own
    made = own.restore_version(key, int(version), actor(), own.get(key, actor()).row_version)
    say(f"Version {version} is in force again", f"As version {made.version} of {made.name}.")
    read_anew("stress scenario version restored")


@callback(
    Output(Stress.OWN_NEWS, "data"),
    Input(Stress.own_delete(ALL), "n_clicks"),
    State(Stress.OWN_CHOSEN, "data"),
    prevent_initial_call=True,
)
def delete_own(_clicks: Any, chosen: str | None) -> Any:
    """Put a kept scenario aside; the message takes it back."""
    key = pressed_index()
    if key is None:
        return no_update
    name = services().stress.own.get(key, actor()).name
    services().stress.own.delete(key, actor())
    say(f"{name} was deleted", "With all its versions.", undo=f"stress scenario:{key}")
    if chosen == key:
        put(Stress.OWN_CHOSEN, data=None)
    read_anew("stress scenario deleted")
    return f"deleted:{key}"
