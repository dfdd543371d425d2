"""How is what stands in the builder kept: under which name, for whom, as which version?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import stress_typed as typed
from callbacks.actor import actor, services
from callbacks.present_errors import clear, form
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from callbacks.stress_build import STATED
from callbacks.stress_build import WORDS as BUILD_WORDS
from callbacks.tradeoffs_keep import sharing_of, sharing_options, sharing_word
from components.confirm import CLOSED, OPEN
from components.ids import Stress
from components.stress_moves import INPUTS
from components.stress_own import NONE
from services.errors import FieldProblem, InvalidRequest
from services.messages.stress import NewOwnScenario, OwnScenario, OwnScenarioChanges

KEEP_WORDS = {
    "name": ("The name", Stress.KEEP_NAME),
    "team_id": ("The team", Stress.KEEP_SHARING),
    "note": ("The note", Stress.KEEP_NOTE),
}
EDIT_WORDS = {
    "name": ("The name", Stress.EDIT_NAME),
    "team_id": ("The team", Stress.EDIT_SHARING),
    "description": ("What it is about", Stress.EDIT_ABOUT),
}


@callback(
    Output(Stress.KEEP_DIALOG, "className"),
    Output(Stress.KEEP_AS, "options"),
    Output(Stress.KEEP_SHARING, "options"),
    Output(Stress.KEEP_NAME, "value"),
    Output(Stress.KEEP_NOTE, "value"),
    Input(Stress.KEEP, "n_clicks"),
    *(State(key, "value") for key in STATED),
    prevent_initial_call=True,
)
@form(Stress.BUILD_ERRORS, BUILD_WORDS)
def ask_for_name(clicks: int | None, *stated: Any) -> tuple[Any, ...]:
    """Open the dialog; what is wrong in the builder is told there, before a name is asked for."""
    if not clicks:
        return (no_update,) * 5
    typed.question_of(_build(stated))
    clear(Stress.KEEP_ERRORS, KEEP_WORDS)
    own = [one for one in services().stress.own.list(actor()) if one.is_mine]
    options = [{"value": NONE, "label": "A new scenario"}]
    options += [{"value": one.id, "label": f"A new version of {one.name}"} for one in own]
    return OPEN, options, sharing_options(), "", ""


@callback(
    Output(Stress.KEEP_DIALOG, "className", allow_duplicate=True),
    Input(Stress.KEEP_CONFIRM, "n_clicks"),
    State(Stress.KEEP_AS, "value"),
    State(Stress.KEEP_NAME, "value"),
    State(Stress.KEEP_SHARING, "value"),
    State(Stress.KEEP_NOTE, "value"),
    *(State(key, "value") for key in STATED),
    prevent_initial_call=True,
    running=[(Output(Stress.KEEP_CONFIRM, "disabled"), True, False)],
)
@form(Stress.KEEP_ERRORS, KEEP_WORDS)
def keep(clicks: int | None, kept: Any, name: Any, sharing: Any, note: Any, *stated: Any) -> Any:
    """Keep what stands in the builder as a scenario, or as the next version of one."""
    if not clicks:
        return no_update
    made = _kept(typed.question_of(_build(stated)), kept, name, sharing, note)
    say(f"{made.name} is kept", f"Version {made.version}; it stands in the library among your own.")
    put(Stress.OWN_NEWS, data=f"kept:{made.id}:{made.version}")
    read_anew("stress scenario kept")
    return CLOSED


@callback(
    Output(Stress.EDIT_DIALOG, "className"),
    Output(Stress.EDITED, "data"),
    Output(Stress.EDIT_NAME, "value"),
    Output(Stress.EDIT_ABOUT, "value"),
    Output(Stress.EDIT_SHARING, "options"),
    Output(Stress.EDIT_SHARING, "value"),
    Input(Stress.own_edit(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def open_edit(_clicks: Any) -> tuple[Any, ...]:
    """Open the dialog with name and sharing of a kept scenario."""
    key = pressed_index()
    if key is None:
        return (no_update,) * 6
    clear(Stress.EDIT_ERRORS, EDIT_WORDS)
    one = services().stress.own.get(key, actor())
    edited = {"id": one.id, "row_version": one.row_version}
    return OPEN, edited, one.name, one.description or "", sharing_options(), sharing_word(one)


@callback(
    Output(Stress.EDIT_DIALOG, "className", allow_duplicate=True),
    Input(Stress.EDIT_SAVE, "n_clicks"),
    State(Stress.EDITED, "data"),
    State(Stress.EDIT_NAME, "value"),
    State(Stress.EDIT_ABOUT, "value"),
    State(Stress.EDIT_SHARING, "value"),
    prevent_initial_call=True,
    running=[(Output(Stress.EDIT_SAVE, "disabled"), True, False)],
)
@form(Stress.EDIT_ERRORS, EDIT_WORDS)
def save_edit(clicks: int | None, edited: Any, name: Any, about: Any, sharing: Any) -> Any:
    """Keep another name, another sharing; what the scenario states stays."""
    if not clicks:
        return no_update
    shared, team_id = sharing_of(sharing)
    changes = OwnScenarioChanges(name=name or " ", description=about or None, sharing=shared, team_id=team_id)
    made = services().stress.own.update(edited["id"], changes, actor(), edited["row_version"])
    say("Saved", made.name)
    read_anew("stress scenario saved")
    return CLOSED


def _build(stated: tuple[Any, ...]) -> typed.Build:
    return dict(zip((*(name for name, *_ in INPUTS), "kind", "others", "start", "end"), stated, strict=True))


def _kept(question: Any, kept: str | None, name: Any, sharing: Any, note: Any) -> OwnScenario:
    own = services().stress.own
    if kept:
        known = own.get(kept, actor())
        changes = OwnScenarioChanges(question=question, note=note or None)
        return own.update(known.id, changes, actor(), known.row_version)
    if not (name or "").strip():
        problem = FieldProblem("name", "The scenario needs a name.", "Write one.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    shared, team_id = sharing_of(sharing)
    new = NewOwnScenario(name=name, sharing=shared, team_id=team_id, question=question, note=note or None)
    return own.create(new, actor())


for _dialog, _cancel in ((Stress.KEEP_DIALOG, Stress.KEEP_CANCEL), (Stress.EDIT_DIALOG, Stress.EDIT_CANCEL)):
    clientside_callback(
        ClientsideFunction("run", "close"),
        Output(_dialog, "className", allow_duplicate=True),
        Input(_cancel, "n_clicks"),
        prevent_initial_call=True,
    )
