"""How does a page follow a run, by the one background callback or by looking at the row, and how is a run cancelled?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks.actor import actor, services
from callbacks.jobs_follow import follow_run
from callbacks.jobs_managers import CeleryFollowers, EmbeddedFollowers, celery_followers
from callbacks.jobs_view import progress_view
from callbacks.pace import held
from callbacks.present_toast import put
from callbacks.wording import reader_style
from components.ids import Shell, Wizard
from components.ticks import WIZARD_MS
from services.settings import Settings


def background_manager(settings: Settings, celery_app: Any | None = None) -> Any:
    """Return the manager that Dash hands its background callbacks to.

    Parameters
    ----------
    settings : Settings
        With ``REDIS_URL`` followers are Celery tasks of the queue ``follow``; otherwise threads here.
    celery_app : Celery or None
        The app that a worker process brings along; the web process needs none.

    """
    if settings.is_scaled:
        return CeleryFollowers(celery_app or celery_followers(settings))
    return EmbeddedFollowers(settings.var_dir / "cache" / "followers")


@callback(
    Output(Shell.RUN_END, "data"),
    Input(Shell.RUN, "data"),
    background=True,
    interval=250,
    progress=[Output(Shell.RUN_VIEW, "data")],
    prevent_initial_call=True,
)
def follow(set_progress: Any, ticket: str | None) -> Any:
    """Follow the run that the ticket names; only its state comes back, never its result.

    What listens to an output waits until its callback has ended: the states on the way have a store of their own.
    """
    return follow_run(lambda view: set_progress((view,)), ticket) or no_update


@callback(
    Output(Wizard.TICK, "disabled"),
    Input(Wizard.SUBMITTED, "data"),
    Input(Wizard.TICK, "n_intervals"),
    Input(Wizard.NEWS, "data"),
    prevent_initial_call=True,
    running=held(Wizard.TICK, WIZARD_MS),
)
def look(run_id: str | None, _ticks: int | None, _news: Any) -> bool:
    """Look at the row of the run that was started here, when time has passed or the socket told something."""
    if not run_id:
        return True
    run = services().runs.get(run_id, actor())
    put(Shell.RUN_VIEW, data=progress_view(run, reader_style()))
    return run.is_final


@callback(
    Output(Wizard.NEWS, "data", allow_duplicate=True),
    Input(Wizard.CANCEL, "n_clicks"),
    State(Wizard.SUBMITTED, "data"),
    prevent_initial_call=True,
)
def cancel(clicks: int | None, run_id: str | None) -> Any:
    """Cancel the run itself; whoever follows it sees it end."""
    if not clicks or not run_id:
        return no_update
    return f"cancelled:{services().runs.cancel(run_id, actor()).row_version}:{clicks}"


clientside_callback(
    ClientsideFunction("run", "ended"),
    Output(Shell.RUN_VIEW, "data", allow_duplicate=True),
    Input(Shell.RUN_END, "data"),
    prevent_initial_call=True,
)
clientside_callback(ClientsideFunction("run", "paint"), Input(Shell.RUN_VIEW, "data"), prevent_initial_call=True)
clientside_callback(
    ClientsideFunction("run", "news"),
    Output(Wizard.NEWS, "data"),
    Input(Shell.EVENT, "data"),
    State(Wizard.SUBMITTED, "data"),
    prevent_initial_call=True,
)
