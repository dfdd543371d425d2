"""What answers the dialog that has a result's recipe tested over the past?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html, no_update

from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import clear, form
from callbacks.present_runs import state_words
from callbacks.present_typed import Typed
from components.confirm import CLOSED, OPEN
from components.ids import Result, Shell
from components.ids import WalkForwardStart as Start
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.messages.runs import RunView
from services.messages.walk_forward import WalkForwardOptions, WalkForwardRequest

WORDS = {
    "every_periods": ("The days between", Start.EVERY),
    "lookback_periods": ("The look-back window", Start.LOOKBACK),
    "spread_bps": ("The spread", Start.SPREAD),
    "trials_count": ("The recipes tried", Start.TRIALS),
}
SUGGESTED_LOOKBACK_COUNT = 504
PERIODS = "periods"


@callback(
    Output(Start.OFFER, "hidden"),
    Input(Result.STATE, "data"),
    prevent_initial_call=True,
)
def offer(state: dict[str, Any] | None) -> bool:
    """Offer the test where the person may start runs and the recipe rests on a history."""
    if not state or state.get("status") != "succeeded" or not may(Permission.RUNS_WRITE):
        return True
    run = services().runs.get(state["id"], actor())
    return run.kind != "optimization" or services().optimize.request(run.id, actor()).problem is not None


@callback(
    Output(Start.DIALOG, "className"),
    Output(Start.LATEST, "children"),
    Output(Start.LOOKBACK, "value"),
    Input(Start.OPEN, "n_clicks"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def ask(clicks: int | None, run_id: str) -> tuple[Any, ...]:
    """Open the dialog with a window that leaves most of the history to test on."""
    if not clicks:
        return (no_update,) * 3
    clear(Start.ERRORS, WORDS)
    recipe = services().optimize.request(run_id, actor())
    lookback = min(recipe.estimates.lookback_days, SUGGESTED_LOOKBACK_COUNT)
    latest = services().walk_forwards.latest(run_id, actor())
    return OPEN, _latest(latest), str(lookback)


def _latest(run: RunView | None) -> Any:
    if run is None:
        return None
    words = f"The last test of this result is of {formatting.moment(run.created_at_utc)}: {state_words(run).lower()}. "
    return html.P([words, dcc.Link("Open it", href=run.shown_at)])


@callback(Output(Start.EVERY_FIELD, "hidden"), Input(Start.FREQUENCY, "value"))
def show_days(frequency: str | None) -> bool:
    """Ask for the days between only where they count."""
    return frequency != "periods"


@callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Output(Start.DIALOG, "className", allow_duplicate=True),
    Input(Start.CONFIRM, "n_clicks"),
    State(Result.RUN, "data"),
    State(Start.FREQUENCY, "value"),
    State(Start.EVERY, "value"),
    State(Start.WINDOW, "value"),
    State(Start.LOOKBACK, "value"),
    State(Start.SPREAD, "value"),
    State(Start.TRIALS, "value"),
    prevent_initial_call=True,
    running=[(Output(Start.CONFIRM, "disabled"), True, False)],
)
@form(Start.ERRORS, WORDS)
def start(clicks: int | None, run_id: str, *typed: Any) -> Any:
    """Start the test and go to its page."""
    if not clicks:
        return no_update, no_update
    request = WalkForwardRequest(optimization_id=run_id, options=options_of(*typed))
    return services().walk_forwards.start(request, actor()).shown_at, CLOSED


def options_of(frequency: Any, every: Any, window: Any, lookback: Any, spread: Any, trials: Any) -> WalkForwardOptions:
    """Return the options typed, or refuse them with every problem."""
    read = Typed()
    found = {
        "frequency": frequency,
        "every_periods": _whole(read, "every_periods", every, 2520, " days") if frequency == PERIODS else 21,
        "window": window,
        "lookback_periods": _whole(read, "lookback_periods", lookback, 20_000, " days", low=2),
        "trials_count": _whole(read, "trials_count", trials, 100_000),
    }
    spread_bps = read.number("spread_bps", "The spread", spread, low=0, high=2000, unit=" bp")
    if read.problems:
        raise InvalidRequest(
            "The form has problems.", "Put them right, then start the test.", fields=tuple(read.problems)
        )
    return WalkForwardOptions(**found, spread_bps=None if spread_bps is None else float(spread_bps))


def _whole(read: Typed, path: str, text: Any, high: int, unit: str = "", *, low: int = 1) -> int:
    """Return the whole number typed; what is none is noted."""
    label = WORDS[path][0]
    value = read.number(path, label, text, low=low, high=high, unit=unit, is_needed=True)
    if value is not None and value != int(value):
        read.problems.append(FieldProblem(path, f"{label}: {text} is not a whole number.", "Type a whole number."))
    return low if value is None else int(value)


clientside_callback(
    ClientsideFunction("run", "close"),
    Output(Start.DIALOG, "className", allow_duplicate=True),
    Input(Start.CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
