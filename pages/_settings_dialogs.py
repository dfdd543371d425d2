"""What do the settings ask in dialogs: a new key, the sample pack, a new schedule?"""

from __future__ import annotations

from dash import dcc, html

from components.confirm import dialog
from components.fields import field, fields, select, text_input
from components.ids import Settings


def key_dialogs() -> list[html.Div]:
    """Ask for the name, scopes and end of a new key, then show its secret once."""
    ends = [("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("never", "Never")]
    ask = [
        html.Div(id=Settings.KEY_ERRORS),
        fields(
            field(text_input(Settings.KEY_NAME, maxlength=100), "Name", help_text="What the key is for."),
            field(select(Settings.KEY_EXPIRES, ends, "90"), "Ends after"),
            field(dcc.Checklist(id=Settings.KEY_SCOPES, options=[], value=[]), "What it may do", is_wide=True),
        ),
    ]
    shown = [
        html.P("Copy it now: it is stored as a fingerprint only and cannot be shown again.", className="muted"),
        html.Div(id=Settings.KEY_TEXT),
    ]
    return [
        dialog(
            Settings.KEY_DIALOG,
            "New API key",
            ask,
            confirm="Make the key",
            confirm_id=Settings.KEY_CREATE,
            cancel_id=Settings.KEY_CANCEL,
            wide=True,
        ),
        dialog(
            Settings.KEY_SHOWN,
            "Your new key",
            shown,
            confirm="I have copied it",
            confirm_id=Settings.KEY_SHOWN_CLOSE,
            cancel_id=Settings.KEY_SHOWN_CANCEL,
            cancel="Close",
        ),
    ]


def sample_dialog() -> html.Div:
    """Ask before invented figures are loaded."""
    words = (
        "The pack adds 40 invented assets, ESG scores, volumes, a second currency and a benchmark with weights. "
        "Its figures are marked “Sample, fictitious” wherever they appear."
    )
    return dialog(
        Settings.SAMPLE_DIALOG,
        "Load the sample pack?",
        html.P(words, className="muted"),
        confirm="Load the sample pack",
        confirm_id=Settings.SAMPLE_CONFIRM,
        cancel_id=Settings.SAMPLE_CANCEL,
    )


def schedule_dialog() -> html.Div:
    """Ask for a new repetition of the prices' refresh."""
    body = [
        html.Div(id=Settings.SCHEDULE_ERRORS),
        fields(
            field(text_input(Settings.SCHEDULE_NAME, "Refresh prices", maxlength=100), "Name", is_wide=True),
            field(
                text_input(Settings.SCHEDULE_CRON, "0 22 * * 1-5", maxlength=60),
                "When",
                help_text="Five fields: minute, hour, day, month, weekday. “0 22 * * 1-5” is 22:00 on working days.",
            ),
            field(
                text_input(Settings.SCHEDULE_ZONE, "America/New_York", maxlength=60),
                "Time zone",
                help_text="On whose clocks, summer time included: UTC, or a place such as Europe/Berlin.",
            ),
        ),
    ]
    return dialog(
        Settings.SCHEDULE_DIALOG,
        "New schedule",
        body,
        confirm="Save the schedule",
        confirm_id=Settings.SCHEDULE_SAVE,
        cancel_id=Settings.SCHEDULE_CANCEL,
    )
