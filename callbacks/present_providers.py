"""How do sources of market data read: their state, their quotas, their keys and their order?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html

from callbacks.present_typed import Typed
from components.button import button, icon_button
from components.card import card
from components.data_age import data_age
from components.empty_state import empty_state
from components.ids import Providers
from components.pills import tag
from components.table import facts, table
from components.toast import banner
from components.traffic_light import State, meter, traffic_light
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.formatting import Style
from services.messages.providers import (
    OrderView,
    ProviderLight,
    ProvidersView,
    ProviderView,
    QuotaView,
    TrialView,
)
from services.number_style import in_style

LIGHTS: dict[ProviderLight, tuple[State, str]] = {
    ProviderLight.WORKING: ("ok", "Working"),
    ProviderLight.READY: ("ok", "Ready"),
    ProviderLight.OFF: ("none", "Off"),
    ProviderLight.NEEDS_KEY: ("amber", "Needs a key"),
    ProviderLight.LIMITED: ("amber", "Limited"),
    ProviderLight.REFUSED: ("red", "Key refused"),
    ProviderLight.BROKEN: ("red", "Not answering"),
    ProviderLight.BUILT_IN: ("ok", "Built in"),
}
TRIALS: dict[str, State] = {"works": "ok", "limited": "amber", "quota": "amber", "slow": "amber", "no_key": "amber"}
NEAR_FRAC = 0.8
STALE_AFTER_DAYS = 5


def summary(found: ProvidersView, style: Style, *, may_write: bool = True) -> Any:
    """Return whether anything outside is asked, and of whom."""
    if not found.outside_enabled_count:
        return empty_state(
            "The product works offline",
            "Add a provider to get fresh prices: "
            f"{'switch one on below, or describe' if may_write else 'an administrator can switch one on, or describe'} "
            "a feed of your own. Until then, nothing is asked.",
            glyph="cloud-slash",
        )
    bad = [one for one in found.providers if one.is_enabled and one.light in _BAD]
    if bad:
        names = ", ".join(one.label for one in bad)
        return banner(
            "Not every source answers", f"{names}: see below. What is stored stays in use, with its age.", tone="warn"
        )
    return banner("Sources are switched on", in_style(found.sentence, style), tone="ok")


_BAD = (ProviderLight.BROKEN, ProviderLight.REFUSED, ProviderLight.NEEDS_KEY, ProviderLight.LIMITED)


def cards(found: ProvidersView, style: Style, *, may_write: bool, may_try: bool) -> list[Any]:
    """Return one card a source outside."""
    outside = [one for one in found.providers if one.is_outside]
    return [provider_card(one, style, may_write=may_write, may_try=may_try) for one in outside]


def provider_card(one: ProviderView, style: Style, *, may_write: bool, may_try: bool) -> Any:
    """Return the card of one source."""
    state, word = LIGHTS[one.light]
    body = [
        html.Div(
            [traffic_light(state, word=word), html.Span(in_style(one.sentence, style))], className="provider-state"
        ),
        html.Div([_quota(quota, style) for quota in one.quotas], className="provider-quotas"),
        facts(_facts(one, style)),
        html.Div(id=Providers.trial_result(one.name), role="status", className="provider-trial"),
    ]
    buttons = _buttons(one, may_write=may_write, may_try=may_try)
    return card(
        html.Div(body, className="stack"),
        title=one.label,
        note=one.licence,
        foot=html.Div(buttons, className="btn-row") if buttons else None,
    )


def _quota(quota: QuotaView, style: Style) -> Any:
    words = html.Span(in_style(quota.sentence, style))
    if quota.limit_count is None:
        return html.Div(words, className="provider-quota")
    used = 1.0 if not quota.limit_count else quota.used_count / quota.limit_count
    state: State = "red" if used >= 1.0 else "amber" if used >= NEAR_FRAC else "ok"
    return html.Div([words, meter(used, state, in_style(quota.sentence, style))], className="provider-quota")


def _facts(one: ProviderView, style: Style) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [("Answers", ", ".join(one.answers))]
    if one.keys:
        rows.append(("Key", _key(one)))
    if one.newest_session is not None:
        rows.append(("Newest stored day", newest(one, style)))
    if one.last_success_at_utc is not None:
        rows.append(("Last answer", formatting.moment(one.last_success_at_utc)))
    if one.last_failure is not None:
        told = [html.Div(in_style(one.last_failure, style)), _when(one.last_failure_at_utc)]
        rows.append(("Last failure", html.Div(told)))
    if one.failed_today_count:
        rows.append(("Failed today", formatting.count(one.failed_today_count, "request", style=style)))
    return rows


def newest(one: ProviderView, style: Style) -> Any:
    """Return the newest stored day of a source with its age; in amber where it should be fresher."""
    words = formatting.day_short(one.newest_session)
    days = one.newest_age_days or 0
    age = formatting.count(days, "day", style=style)
    is_stale = one.is_enabled and days > STALE_AFTER_DAYS
    return data_age(f"{words}, {age} old", is_stale=is_stale)


def _when(moment: datetime | None) -> Any:
    return html.Div(formatting.moment(moment), className="card-note")


def _key(one: ProviderView) -> Any:
    if not one.has_keys:
        return tag("Not set", "warn")
    ends = [f"ends in {key.last4}" for key in one.keys if key.last4]
    when = f", since {formatting.day_short(one.keys_set_at_utc.date())}" if one.keys_set_at_utc else ""
    return f"Set{', ' + ends[0] if ends else ''}{when}"


def _buttons(one: ProviderView, *, may_write: bool, may_try: bool) -> list[Any]:
    small: dict[str, Any] = {"small": True, "n_clicks": 0}
    buttons: list[Any] = []
    if may_write:
        kind: Any = "secondary" if one.is_enabled else "primary"
        word = "Switch off" if one.is_enabled else "Switch on"
        buttons.append(button(word, Providers.switch(one.name), kind=kind, **small))
        if one.keys:
            word = "Change the key" if one.has_keys else "Set the key"
            buttons.append(button(word, Providers.key(one.name), glyph="key", **small))
    if may_try and (one.has_keys or not one.keys):
        buttons.append(button("Test", Providers.trial(one.name), glyph="lightning-charge", **small))
    if may_write:
        buttons.append(button("Limits", Providers.limits(one.name), kind="quiet", **small))
        if one.is_custom:
            buttons.append(button("Description", Providers.feed(one.name), kind="quiet", **small))
            buttons.append(button("Delete", Providers.delete(one.name), kind="quiet", **small))
    return buttons


def trial(view: TrialView, style: Style) -> Any:
    """Return what a test brought."""
    state = TRIALS.get(view.state, "red")
    word = "Works" if view.state == "works" else view.state.replace("_", " ").capitalize()
    return html.Div(
        [traffic_light(state, word=word), html.Span(in_style(view.sentence, style))], className="provider-state"
    )


def built_in(found: ProvidersView, style: Style) -> Any:
    """Return the sources that are part of the product."""
    rows = [
        [
            [html.Strong(one.label), html.Div(one.licence, className="card-note")],
            in_style(one.sentence, style),
            formatting.day_short(one.newest_session),
        ]
        for one in found.providers
        if not one.is_outside
    ]
    columns = (("Source", False), ("What it does", False), ("Newest day", True))
    return table(columns, rows, caption="Sources that are part of the product")


def order(view: OrderView, found: ProvidersView, *, may_write: bool) -> Any:
    """Return the sources of one kind of assets in their order, with buttons that move them."""
    labels = {one.name: one for one in found.providers}
    names = [name for name in view.providers if name in labels]
    if not names:
        return html.P("No source answers questions about this kind of assets.", className="muted")
    rows = []
    for place, name in enumerate(names):
        one = labels[name]
        state, word = LIGHTS[one.light]
        parts = [html.Span(one.label, className="provider-order-name"), traffic_light(state, word=word)]
        if may_write:
            up = icon_button(
                "arrow-up", f"{one.label} earlier", Providers.move(f"up:{name}"), n_clicks=0, disabled=place == 0
            )
            down = icon_button(
                "arrow-down",
                f"{one.label} later",
                Providers.move(f"down:{name}"),
                n_clicks=0,
                disabled=place == len(names) - 1,
            )
            parts.append(html.Span([up, down], className="provider-order-moves"))
        rows.append(html.Li(parts))
    return html.Ol(rows, className="provider-order")


def moved(names: Sequence[str], what: str) -> list[str]:
    """Return an order in which one source stands one place earlier or later; unchanged where it cannot."""
    direction, _, name = what.partition(":")
    found = list(names)
    if name not in found:
        return found
    place = found.index(name)
    other = place - 1 if direction == "up" else place + 1
    if 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return found


def order_note(view: OrderView) -> str:
    """Return whether an order was chosen."""
    if view.is_own:
        return "Your house chose this order."
    return "The usual order: fresh figures before the history that is built in."


def limits(one: ProviderView, style: Style) -> tuple[str, str, str]:
    """Return what the dialog of limits says, and what its two fields hold; empty where the usual limit counts."""
    said, typed = [], []
    for quota in one.quotas:
        usual = "no limit" if quota.default_count is None else formatting.number(quota.default_count, 0, style=style)
        said.append(f"{usual} a {quota.span}")
        is_own = quota.limit_count is not None and quota.limit_count != quota.default_count
        typed.append(str(quota.limit_count) if is_own else "")
    words = f"Usual for {one.label}: {', '.join(said)}. Days and minutes are counted in UTC."
    return words, typed[0], typed[1]


def typed_limits(day: str | None, minute: str | None) -> dict[str, int | None]:
    """Return the limits that were typed; None takes the usual one.

    Raises
    ------
    InvalidRequest
        What was typed is no whole number.

    """
    typed = Typed()
    found: dict[str, int | None] = {}
    for path, label, text, most in (
        ("day_limit_count", "The number a day", day, 10_000_000),
        ("minute_limit_count", "The number a minute", minute, 100_000),
    ):
        value = typed.number(path, label, text, low=0, high=most, kind="whole")
        if value is not None and value != int(value):
            typed.problems.append(FieldProblem(path, f"{label} is not a whole number.", "Type a whole number."))
        found[path] = None if value is None else int(value)
    if typed.problems:
        raise InvalidRequest("The limits cannot be used.", "Correct the fields.", fields=tuple(typed.problems))
    return found
