"""What does the frame say about the person, the data's last day, alerts and notifications?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from dash import html
from plotly.utils import PlotlyJSONEncoder

from components.button import button
from components.ids import Shell
from components.rail import NAVIGATION, NavItem
from components.toast import Tone, notice
from services import formatting
from services.auth.actor import Actor
from services.auth.policy import is_allowed
from services.auth.roles import Permission
from services.formatting import Style
from services.messages.alerts import AlertState, AlertView, Severity
from services.messages.events import NotificationView
from services.number_style import in_style

HISTORICAL_AFTER_DAYS: Final = 5
_NEEDS: Final[dict[str, Permission]] = {
    "/": Permission.PORTFOLIOS_READ,
    "/optimize": Permission.RUNS_WRITE,
    "/tradeoffs": Permission.RUNS_WRITE,
    "/performance": Permission.PORTFOLIOS_READ,
    "/rebalance": Permission.PORTFOLIOS_READ,
    "/stress": Permission.PORTFOLIOS_READ,
    "/frontier": Permission.PORTFOLIOS_READ,
    "/risk": Permission.PORTFOLIOS_READ,
    "/academic": Permission.RUNS_WRITE,
    "/compliance": Permission.COMPLIANCE_READ,
    "/clients": Permission.CLIENTS_READ,
    "/users": Permission.USERS_READ,
}
_TONES: Final[dict[str, Tone]] = {
    Severity.INFO: "info",
    Severity.WARNING: "warn",
    Severity.SOFT: "warn",
    Severity.HARD: "bad",
}
_STATES: Final[dict[AlertState, str]] = {
    AlertState.PENDING: "Waiting to be sure",
    AlertState.FIRING: "Needs attention",
    AlertState.ACKNOWLEDGED: "Acknowledged",
    AlertState.SNOOZED: "Snoozed",
    AlertState.RECOVERING: "Recovering",
    AlertState.NO_DATA: "No data",
    AlertState.RESOLVED: "Resolved",
}


def navigation(actor: Actor) -> list[NavItem]:
    """Return the destinations that the person may open."""
    return [item for item in NAVIGATION if item.href not in _NEEDS or is_allowed(actor, _NEEDS[item.href])]


def is_historical(as_of: date | None, today: date) -> bool:
    """Return whether the prices end more than five days ago."""
    return as_of is not None and (today - as_of).days > HISTORICAL_AFTER_DAYS


def as_of_words(as_of: date | None, today: date, *, is_source_down: bool = False) -> str:
    """Say which day the prices end on, whether that is history, and how old they are while a source does not answer."""
    if as_of is None:
        return "No prices yet"
    until = formatting.day_short(as_of)
    words = f"Historical data: prices to {until}" if is_historical(as_of, today) else f"Prices to {until}"
    if not is_source_down:
        return words
    return f"{words}, {formatting.count((today - as_of).days, 'day')} old: a source does not answer"


def bell(
    alerts: Sequence[AlertView],
    notifications: Sequence[NotificationView],
    style: Style,
    *,
    may_act: bool,
    unread: int = 0,
) -> Any:
    """Return the notifications panel: what the number on the bell counts, alerts with their actions, the inbox."""
    counted = counted_words(alerts, unread, style)
    earlier = unread - sum(one.read_at_utc is None for one in notifications)
    more = f"; {formatting.number(earlier, 0, style=style)} of them earlier than what is listed" if earlier > 0 else ""
    entries: list[Any] = [html.P(f"{counted}{more}.", className="menu-empty")] if counted else []
    entries += [_alert(one, style, may_act=may_act) for one in alerts]
    entries += [
        notice(
            in_style(one.title, style),
            in_style(one.sentence, style),
            _when(one),
            tone=_TONES.get(one.severity, "info"),
            href=one.link,
        )
        for one in notifications
    ]
    return entries or html.P("Nothing new.", className="menu-empty")


def mark_of(drawn: Any) -> str:
    """Return a mark that is the same for the same picture."""
    return hashlib.sha256(json.dumps(drawn, cls=PlotlyJSONEncoder, sort_keys=True).encode()).hexdigest()[:16]


def _when(one: NotificationView) -> str:
    unread = "" if one.read_at_utc else " · unread"
    return f"{formatting.moment(one.created_at_utc)}{unread}"


def _alert(one: AlertView, style: Style, *, may_act: bool) -> Any:
    actions = []
    if may_act and one.state in {AlertState.FIRING, AlertState.NO_DATA}:
        actions = [
            button("Acknowledge", Shell.alert_acknowledge(one.id), kind="quiet", small=True, n_clicks=0),
            button("Snooze for a day", Shell.alert_snooze(one.id), kind="quiet", small=True, n_clicks=0),
        ]
    when = f"{_STATES[one.state]} since {formatting.moment(one.changed_at_utc)}"
    title, sentence = in_style(one.title, style), in_style(one.sentence, style)
    return notice(title, sentence, when, tone=_TONES.get(one.severity, "info"), href=one.link, actions=actions)


def bubble(alerts: Sequence[AlertView], unread: int) -> str:
    """Return the number on the bell: alerts that fire and sentences not yet read; nothing for none."""
    count = _firing(alerts) + unread
    return str(count) if count else ""


def counted_words(alerts: Sequence[AlertView], unread: int, style: Style) -> str:
    """Say what the number on the bell counts; nothing where it counts nothing."""
    firing = _firing(alerts)
    verb = "needs" if firing == 1 else "need"
    alarms = [f"{formatting.count(firing, 'alert', style=style)} {verb} attention"] if firing else []
    return ", ".join([*alarms, *([f"{formatting.count(unread, 'notice', style=style)} unread"] if unread else [])])


def bell_label(alerts: Sequence[AlertView], unread: int, style: Style) -> str:
    """Return the name of the bell for a pointer that rests on it and for a screen reader."""
    counted = counted_words(alerts, unread, style)
    return f"Notifications: {counted}" if counted else "Notifications"


def _firing(alerts: Sequence[AlertView]) -> int:
    return sum(one.state is AlertState.FIRING for one in alerts)


def tomorrow(now_utc: datetime) -> datetime:
    """Return the same moment a day later."""
    return now_utc + timedelta(days=1)
