"""How do running work and news reach the frame: by the socket, or by asking while it is down?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, callback, clientside_callback

from callbacks.actor import actor, services
from callbacks.present_runs import open_count, tasks
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style
from components.ids import Shell
from services.messages.runs import RunStatus

SHOWN_COUNT = 6


@callback(
    Output(Shell.TASKS_LIST, "children"),
    Output(Shell.TASKS_COUNT, "children"),
    Input(Shell.TASKS_BUTTON, "n_clicks"),
    Input(Shell.NEWS, "data"),
    Input(Shell.RESYNC, "data"),
    Input(Shell.FALLBACK, "n_intervals"),
)
def show_tasks(*_reasons: object) -> tuple[Any, str]:
    """Show what runs and what ended lately."""
    who = actor()
    runs = services().runs.list(who, limit=20, owner_id=who.user_id).items
    running = [run for run in runs if run.status is RunStatus.RUNNING]
    left = services().optimize.time_left(running, who) if running else {}
    return tasks(sorted(runs, key=lambda run: run.is_final)[:SHOWN_COUNT], reader_style(), left), open_count(runs)


@callback(Input(Shell.task_cancel(ALL), "n_clicks"), prevent_initial_call=True)
def cancel_task(_clicks: list[int]) -> None:
    """Cancel the run whose button was pressed."""
    if (index := pressed_index()) is not None:
        services().runs.cancel(index, actor())
        say("The run is being cancelled", tone="info")
        read_anew("run cancelled")


clientside_callback(
    ClientsideFunction("pages", "news"),
    Output(Shell.NEWS, "data"),
    Output(Shell.RESYNC, "data"),
    Input(Shell.EVENT, "data"),
    prevent_initial_call=True,
)
