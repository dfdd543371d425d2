"""How do keys, sources, schedules and the installation read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card
from components.confirm import ask_first
from components.empty_state import empty_state
from components.icon import icon
from components.ids import Settings
from components.kpi_card import change
from components.pills import tag
from components.sample_badge import sample_badge
from components.table import facts, table
from components.toast import banner
from components.traffic_light import State, traffic_light
from services import formatting
from services.auth.actor import Actor
from services.auth.policy import permissions_of
from services.formatting import Style
from services.messages.api_keys import ApiKeyView, NewApiKey
from services.messages.audit import AuditRow, VerifyResult
from services.messages.market import ProviderStatus, SamplePackStatus
from services.messages.schedules import ScheduleView
from services.messages.zones import zone_names
from services.number_style import in_style

_PROVIDER_LIGHTS: dict[str, State] = {
    "loaded": "ok",
    "ok": "ok",
    "stale": "amber",
    "limited": "amber",
    "failed": "red",
    "unavailable": "red",
}

PREVIEW_DAY = date(2022, 12, 28)
"""A day whose number is no month's, so that the order of day and month can be seen."""
PREVIEW_MOMENT = datetime(2022, 12, 28, 21, 5, tzinfo=UTC)


def preview(style: Style) -> Any:
    """Return how numbers and signs look with the choices made."""
    rows = [
        ["Weight", formatting.weight(0.1234, style=style)],
        ["Return", change(formatting.rate(0.0421, style=style, signed=True), "up")],
        ["Loss", change(formatting.rate(-0.0187, style=style, signed=True), "down")],
        ["Value", formatting.money(Decimal("1234567.89"), "USD", style=style)],
        ["Price", formatting.number(1234.5, style=style)],
        ["Date", formatting.day_short(PREVIEW_DAY)],
        ["Moment", formatting.moment(PREVIEW_MOMENT)],
        ["Limit", traffic_light("amber", number="86% of limit")],
    ]
    return table((("What", False), ("How it reads", True)), rows, caption="Preview of the choices")


def zones() -> list[dict[str, str]]:
    """Return the time zones that can be chosen; their names are the exact ones, with a blank for a line below."""
    return [{"value": name, "label": name.replace("_", " ")} for name in zone_names()]


def scope_options(actor: Actor) -> list[dict[str, str]]:
    """Return what a key of this person may be given: never more than the person may do."""
    return [
        {"value": one.value, "label": one.sentence_part.capitalize()}
        for one in sorted(permissions_of(actor), key=lambda one: one.value)
    ]


def expiry(choice: str, now_utc: datetime) -> datetime | None:
    """Return when a key ends."""
    return None if choice == "never" else now_utc + timedelta(days=int(choice))


def keys(found: Sequence[ApiKeyView], now_utc: datetime, style: Style) -> Any:
    """Return the keys with their scopes and last use."""
    if not found:
        return empty_state(
            "No keys yet", "Make one to use the API from a program or a spreadsheet.", glyph="key", level=3
        )
    rows = [
        [
            [html.Strong(one.name), html.Div(f"{one.prefix}…{one.last4}", className="card-note")],
            html.Span(formatting.count(len(one.scopes), "scope", style=style), title=", ".join(one.scopes)),
            formatting.moment(one.last_used_at_utc) if one.last_used_at_utc else "Never used",
            formatting.day_short(one.expires_at_utc.date()) if one.expires_at_utc else "Never",
            _key_state(one, now_utc),
        ]
        for one in found
    ]
    columns = (("Key", False), ("May do", False), ("Last used", False), ("Ends", False), ("", True))
    return table(columns, rows, caption="Your API keys")


def _key_state(one: ApiKeyView, now_utc: datetime) -> Any:
    if one.revoked_at_utc is not None:
        return tag("Revoked")
    if one.expires_at_utc is not None and one.expires_at_utc <= now_utc:
        return tag("Expired", "warn")
    asks = ask_first(
        f"Revoke the key {one.name}?",
        "Programs that use it are refused from now on. It never opens anything again; they need another key.",
        "Revoke the key",
    )
    return button("Revoke", Settings.key_revoke(one.id), kind="quiet", small=True, n_clicks=0, **asks)


def secret(made: NewApiKey) -> Any:
    """Return the new key's text, shown this once, with a button that copies it."""
    return once(made.secret)


def once(text: str) -> Any:
    """Return a text that is shown once, whole on every screen, with a button that copies it."""
    shown = html.Code(text, style={"overflowWrap": "anywhere", "userSelect": "all"})
    words = {"children": [icon("copy"), " Copy"], "copied_children": [icon("check-lg"), " Copied"]}
    copy = dcc.Clipboard(content=text, title="Copy", className="btn-q btn-q-secondary btn-q-small", **words)
    return html.Div([shown, copy], className="stack")


def data_summary(found: Sequence[ProviderStatus], as_of: Any, is_old: bool, style: Style) -> Any:
    """Return what prices there are, and of which day, in a sentence."""
    assets = sum(one.assets_count for one in found)
    rows = sum(one.rows_count for one in found)
    prices = formatting.count(rows, "daily price", style=style)
    words = f"{formatting.count(assets, 'asset', style=style)} with {prices}, up to {formatting.day(as_of)}."
    if is_old:
        return banner("Historical data", f"{words} The sources hold nothing newer; every screen says so.", tone="warn")
    return banner("Prices are current", words, tone="ok")


def providers(found: Sequence[ProviderStatus], style: Style) -> Any:
    """Return how each source stands."""
    rows = [
        [
            [
                html.Strong(one.label),
                " ",
                sample_badge() if one.is_sample else "",
                html.Div(one.licence, className="card-note"),
            ],
            traffic_light(_PROVIDER_LIGHTS.get(one.state, "none"), word=one.state.replace("_", " ").capitalize()),
            html.Div(in_style(one.sentence, style), style={"minWidth": "180px"}),
            formatting.count(one.rows_count, "price", style=style),
            formatting.day_short(one.last_session),
        ]
        for one in found
    ]
    columns = (("Source", False), ("State", False), ("What it says", False), ("Stored", True), ("Last day", True))
    return table(columns, rows, caption="Sources of market data")


def sample(status: SamplePackStatus, style: Style) -> Any:
    """Return whether the sample pack is loaded."""
    when = f" Loaded {formatting.moment(status.loaded_at_utc)}." if status.loaded_at_utc else ""
    return html.Div([html.Div(sample_badge()), html.P(f"{in_style(status.sentence, style)}{when}")], className="stack")


def schedules(found: Sequence[ScheduleView], *, may_write: bool) -> Any:
    """Return what repeats itself, with its last and next time."""
    if not found:
        return empty_state(
            "Nothing repeats itself yet", "A schedule refreshes prices at set times.", glyph="calendar-event", level=3
        )
    rows = [
        [
            [html.Strong(one.name), html.Div(one.kind.replace("_", " ").capitalize(), className="card-note")],
            [html.Code(one.cron), html.Div(one.time_zone, className="card-note")],
            formatting.moment(one.last_fire_at_utc) if one.last_fire_at_utc else "Never",
            formatting.moment(one.next_fire_at_utc) if one.is_enabled else tag("Off"),
            _schedule_buttons(one) if may_write else "",
        ]
        for one in found
    ]
    columns = (("Schedule", False), ("When", False), ("Last time", False), ("Next time", False), ("", True))
    return table(columns, rows, caption="Schedules")


def _schedule_buttons(one: ScheduleView) -> Any:
    small: Mapping[str, Any] = {"kind": "quiet", "small": True, "n_clicks": 0}
    buttons = [
        button("Run now", Settings.schedule_run(one.id), **small),
        button("Switch off" if one.is_enabled else "Switch on", Settings.schedule_switch(one.id), **small),
    ]
    if not one.is_built_in:
        buttons.append(button("Delete", Settings.schedule_delete(one.id), **small))
    return html.Div(buttons, className="btn-row")


def about(version: str, database: str, mode: str, as_of: Any) -> Any:
    """Return which product runs here, and where its documentation is."""
    known = facts(
        [
            ("Version", version),
            ("Database", database),
            ("Work is done by", mode),
            ("Prices to", formatting.day(as_of)),
            ("Health", html.A("/api/v1/health", href="/api/v1/health")),
            ("API", html.A("Documentation and try-out page", href="/api/v1/docs")),
        ]
    )
    return card(known, title="This installation")


def configuration(masked: Mapping[str, str]) -> Any:
    """Return the effective configuration, secrets masked."""
    rows = [[html.Code(name), value] for name, value in masked.items()]
    body = table((("Setting", False), ("Value", False)), rows, caption="Effective configuration")
    return card(body, title="Effective configuration", note="From the environment; secrets are masked", flush=True)


def audit(rows: Sequence[AuditRow]) -> Any:
    """Return the latest deeds."""
    shown = [[str(one.seq), formatting.moment(one.at_utc), one.actor_name, one.deed, one.object_kind] for one in rows]
    columns = (("No.", False), ("When", False), ("Who", False), ("What", False), ("On", False))
    return table(columns, shown, caption="Latest entries of the audit log")


def verified(result: VerifyResult, style: Style) -> Any:
    """Return whether the audit log is whole."""
    return banner(
        "The audit log is whole" if result.is_intact else "The audit log was changed",
        in_style(result.sentence, style),
        tone="ok" if result.is_intact else "bad",
    )
