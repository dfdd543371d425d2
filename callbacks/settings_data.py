"""What do the settings of the installation do: sources, sample pack, schedules, configuration and audit?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, no_update

from callbacks import present_settings
from callbacks.actor import Permission, actor, may, services
from callbacks.in_browser import dialog
from callbacks.present_errors import form
from callbacks.present_shell import is_historical
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from callbacks.undo import as_made
from callbacks.wording import reader_style, told
from components.confirm import CLOSED
from components.ids import Settings, Shell
from services.messages.schedules import NewSchedule
from services.version import PRODUCT_VERSION

SCHEDULE_WORDS = {
    "name": ("The name", Settings.SCHEDULE_NAME),
    "cron": ("The times", Settings.SCHEDULE_CRON),
    "time_zone": ("The time zone", Settings.SCHEDULE_ZONE),
}
PRICE_REFRESH = "price_refresh"


@callback(
    Output(Settings.DATA_SUMMARY, "children"),
    Output(Settings.PROVIDERS, "children"),
    Output(Settings.SAMPLE_STATE, "children"),
    Output(Settings.REFRESH, "hidden"),
    Output(Settings.SAMPLE_LOAD, "hidden"),
    Input(Settings.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
)
def show_data(_view: object, _resync: object) -> tuple[Any, ...]:
    """Show where prices come from, and how fresh they are."""
    found, as_of = services().market.providers(actor()), services().market.as_of(actor())
    is_old = is_historical(as_of, services().ports.clock.now_utc().date())
    status, style = services().sample_pack.status(actor()), reader_style()
    return (
        present_settings.data_summary(found, as_of, is_old, style),
        present_settings.providers(found, style),
        present_settings.sample(status, style),
        not may(Permission.MARKET_REFRESH),
        status.is_loaded or not may(Permission.SAMPLE_PACK_LOAD),
    )


@callback(
    Output(Settings.REFRESH, "disabled"),
    Input(Settings.REFRESH, "n_clicks"),
    prevent_initial_call=True,
    running=[(Output(Settings.REFRESH, "disabled"), True, False)],
)
def refresh(clicks: int) -> Any:
    """Ask the sources for news now."""
    if clicks:
        report = services().market.refresh(actor())
        say("The sources were asked", told(report.sentence))
        read_anew("prices refreshed")
    return False


@callback(
    Output(Settings.SCHEDULES, "children"),
    Output(Settings.SCHEDULE_NEW, "hidden"),
    Input(Settings.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
)
def show_schedules(_view: object, _resync: object) -> tuple[Any, bool]:
    """Show what repeats itself."""
    may_write = may(Permission.SCHEDULES_WRITE)
    found = services().schedules.list(actor()) if may(Permission.SCHEDULES_READ) else ()
    return present_settings.schedules(found, may_write=may_write), not may_write


@callback(
    Output(Settings.SCHEDULE_DIALOG, "className", allow_duplicate=True),
    Input(Settings.SCHEDULE_SAVE, "n_clicks"),
    State(Settings.SCHEDULE_NAME, "value"),
    State(Settings.SCHEDULE_CRON, "value"),
    State(Settings.SCHEDULE_ZONE, "value"),
    prevent_initial_call=True,
)
@form(Settings.SCHEDULE_ERRORS, SCHEDULE_WORDS)
def save_schedule(clicks: int, name: str | None, cron: str | None, zone: str | None) -> Any:
    """Have the prices refreshed again and again."""
    if not clicks:
        return no_update
    wish = NewSchedule(name=name or "", kind=PRICE_REFRESH, cron=cron or "", time_zone=(zone or "").strip())
    services().schedules.create(wish, actor())
    say("The schedule is set")
    read_anew("schedule saved")
    return CLOSED


@callback(Input(Settings.schedule_run(ALL), "n_clicks"), prevent_initial_call=True)
def run_schedule(_clicks: list[int]) -> None:
    """Do the work of a schedule once, now."""
    if (index := pressed_index()) is not None:
        run = services().schedules.run_now(index, actor())
        say("Started", "Its progress stands under Tasks.", link=("Open the runs", f"/runs?run={run.id}"))
        read_anew("schedule run")


@callback(Input(Settings.schedule_switch(ALL), "n_clicks"), prevent_initial_call=True)
def switch_schedule(_clicks: list[int]) -> None:
    """Switch a schedule on or off."""
    if (index := pressed_index()) is not None:
        known = {one.id: one for one in services().schedules.list(actor())}
        one = known[index]
        wish = NewSchedule.model_validate(
            one.model_dump(include=set(NewSchedule.model_fields)) | {"is_enabled": not one.is_enabled}
        )
        services().schedules.update(one.id, wish, actor(), one.row_version)
        read_anew("schedule switched")


@callback(Input(Settings.schedule_delete(ALL), "n_clicks"), prevent_initial_call=True)
def delete_schedule(_clicks: list[int]) -> None:
    """End a repetition."""
    if (index := pressed_index()) is not None:
        one = next((one for one in services().schedules.list(actor()) if one.id == index), None)
        services().schedules.delete(index, actor())
        if one is None:
            return
        wish = NewSchedule.model_validate(one.model_dump(include=set(NewSchedule.model_fields)))
        say("The schedule was deleted", one.name, undo=as_made("schedule", wish))
        read_anew("schedule deleted")


@callback(
    Output(Settings.ABOUT, "children"),
    Output(Settings.CONFIGURATION, "children"),
    Output(Settings.AUDIT, "children"),
    Output(Settings.AUDIT_CARD, "hidden"),
    Input(Settings.VIEW, "data"),
)
def show_about(_view: object) -> tuple[Any, ...]:
    """Show which product runs here; its configuration and audit log only to those who may see them."""
    settings = services().ports.settings
    database = "PostgreSQL server" if settings.is_server_database else "SQLite file"
    mode = "Celery workers" if settings.is_scaled else "worker processes of this machine"
    about = present_settings.about(PRODUCT_VERSION, database, mode, services().market.as_of(actor()))
    configuration = present_settings.configuration(settings.masked()) if may(Permission.SETTINGS_WRITE) else None
    if not may(Permission.AUDIT_READ):
        return about, configuration, None, True
    return about, configuration, present_settings.audit(services().audit.list(actor(), limit=20).items), False


@callback(
    Output(Settings.AUDIT_RESULT, "children"), Input(Settings.AUDIT_VERIFY, "n_clicks"), prevent_initial_call=True
)
def verify_audit(clicks: int) -> Any:
    """Prove that no entry of the audit log was changed."""
    return present_settings.verified(services().audit.verify(actor()), reader_style()) if clicks else no_update


for _dialog, _open, _close in (
    (Settings.SAMPLE_DIALOG, Settings.SAMPLE_LOAD, Settings.SAMPLE_CANCEL),
    (Settings.SCHEDULE_DIALOG, Settings.SCHEDULE_NEW, Settings.SCHEDULE_CANCEL),
):
    dialog(_dialog, _open, _close)
