"""How do clients and their answers about risk read, and what do the forms about them mean?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from callbacks.present_teams import chosen
from callbacks.present_typed import Typed
from components.card import card
from components.empty_state import empty_state
from components.pills import tag
from components.sample_badge import sample_badge
from components.table import facts, table
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.formatting import Style
from services.messages.clients import (
    Client,
    ClientChanges,
    ClientProfile,
    ClientType,
    Contact,
    Knowledge,
    NewClient,
    ProfileAnswers,
)
from services.messages.portfolios import PortfolioSummary
from services.number_style import in_style


def row(one: Client, style: Style) -> dict[str, Any]:
    """Return one line of the list."""
    profile = one.profile
    return {
        "id": one.id,
        "name": one.name,
        "note": _kind(one),
        "is_sample": one.is_sample,
        "profile": _score(profile, style) if profile else "Not asked yet",
        "dated_on": profile.dated_on.isoformat() if profile else None,
        "portfolios_count": one.portfolios_count,
    }


def _score(one: ClientProfile, style: Style) -> str:
    return f"{one.score_label.capitalize()}, {formatting.number(one.score, 1, style=style)} of 5"


def _kind(one: Client) -> str:
    return one.client_type.value.replace("_", " ").capitalize()


def nobody(*, is_named: bool = False) -> Any:
    """Return what stands while no client is chosen, or where the address names one that the reader does not see."""
    if is_named:
        why = "It was deleted, or it belongs to somebody whose work you cannot see. Choose another one."
        return empty_state("This client does not exist", why, glyph="signpost-split", level=3)
    return empty_state("Choose a client", "Their contact, profile and portfolios appear here.", glyph="person", level=3)


def detail(one: Client) -> Any:
    """Return who the client is and how to reach them, as far as the reader may know."""
    badges = [sample_badge()] if one.is_sample else []
    pairs: list[tuple[str, Any]] = [("Kind", _kind(one)), ("Reference", one.reference)]
    if one.contact is not None:
        pairs += [("E-mail", one.contact.email or "Not given"), ("Telephone", one.contact.phone or "Not given")]
    elif one.name == one.reference:
        pairs.append(("Contact", "Hidden: your role does not see personal data"))
    else:
        pairs.append(("Contact", "Not given"))
    pairs.append(("Client since", formatting.day(one.created_at_utc.date())))
    return [html.Div([html.H3(one.name), *badges], className="btn-row"), html.Br(), facts(pairs)]


def profile(versions: Sequence[ClientProfile], style: Style) -> Any:
    """Return the answers in force with their score in a sentence, and every earlier version."""
    if not versions:
        return card(
            empty_state(
                "No answers yet",
                "Record the questionnaire: the score guides which risk suits the client.",
                glyph="clipboard-check",
                level=3,
            ),
            title="Risk profile",
        )
    latest, *_ = ordered = sorted(versions, key=lambda one: -one.version)
    answers = facts(
        [
            ("Loss they could bear", f"{latest.risk_tolerance} of 5"),
            ("Horizon", formatting.count(round(latest.horizon_years), "year", style=style)),
            ("Loss they can afford", formatting.percent(latest.loss_capacity_frac, 0, style=style)),
            ("Knowledge", latest.knowledge.value.capitalize()),
            ("Preferences", _preferences(latest, style)),
        ]
    )
    words = html.P(in_style(latest.sentence, style))
    head = html.Div(
        [
            tag(f"Version {latest.version}"),
            tag(formatting.day(latest.dated_on)),
            tag(latest.score_label.capitalize(), "info"),
        ],
        className="btn-row",
    )
    parts: list[Any] = [head, html.Br(), words, html.Br(), answers]
    if len(ordered) > 1:
        rows = [
            [
                f"Version {one.version}",
                formatting.day_short(one.dated_on),
                one.score_label.capitalize(),
                formatting.number(one.score, 1, style=style),
            ]
            for one in ordered[1:]
        ]
        columns = (("Version", False), ("Answered on", False), ("Profile", False), ("Score", True))
        parts += [
            html.Hr(),
            html.H3("Earlier answers"),
            table(columns, rows, caption="Earlier versions of the profile"),
        ]
    return card(html.Div(parts), title="Risk profile", note="Never changed, only followed by a new version")


def _preferences(one: ClientProfile, style: Style) -> str:
    words = {"sustainable": "sustainable investments", "income": "regular income", "other": ""}
    said = []
    for name, value in one.preferences.items():
        known = words.get(name, name.replace("_", " "))
        if name.endswith("_frac") and isinstance(value, int | float) and not isinstance(value, bool):
            is_annual = name.endswith("_annual_frac")
            what = name.removesuffix("_frac").removesuffix("_annual").replace("_", " ")
            said.append(f"{what} {formatting.weight(value, style=style)}{' a year' if is_annual else ''}")
        elif name == "excludes" and value:
            said.append(f"excludes {value}")
        elif value is True:
            said.append(known)
        elif value:
            said.append(f"{known}: {value}" if known else str(value))
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}" if text else "None"


def portfolios(found: Sequence[PortfolioSummary], style: Style) -> Any:
    """Return the client's portfolios."""
    if not found:
        return None
    decimals = formatting.money_decimals(one.value_ccy for one in found)
    rows = [
        [
            dcc.Link(one.name, href=f"/portfolios/{one.id}"),
            formatting.money(one.value_ccy, one.base_currency, style=style, decimals=decimals),
            formatting.rate(one.return_1y_frac, style=style, signed=True),
        ]
        for one in found
    ]
    columns = (("Portfolio", False), ("Value", True), ("1 year", True))
    return card(table(columns, rows, caption="Portfolios of the client"), title="Portfolios", flush=True)


def new_client(name: str | None, kind: str, team_id: str | None, email: str | None, phone: str | None) -> NewClient:
    """Return the client to make."""
    return NewClient(
        name=name or " ", client_type=ClientType(kind), team_id=chosen(team_id), contact=_contact(email, phone)
    )


def changes(name: str | None, kind: str, team_id: str | None, email: str | None, phone: str | None) -> ClientChanges:
    """Return what the form changes of a client."""
    return ClientChanges(
        name=name or " ", client_type=ClientType(kind), team_id=chosen(team_id), contact=_contact(email, phone)
    )


def _contact(email: str | None, phone: str | None) -> Contact | None:
    if not email and not phone:
        return None
    return Contact(email=email or None, phone=phone or None)


def answers(
    tolerance: str | None,
    horizon: object,
    loss_percent: object,
    knowledge: str | None,
    dated_on: str | None,
    sustainable: bool | None,
    income: bool | None,
    wealth: object,
    other: str | None,
) -> ProfileAnswers:
    """Return the answers of the questionnaire as the service takes them; none of them is assumed.

    Raises
    ------
    InvalidRequest
        With every answer that is missing or cannot be used at once.

    """
    typed = Typed()
    if not tolerance:
        typed.problems.append(FieldProblem("risk_tolerance", "There is no answer yet.", "Choose one of the five."))
    years = typed.number(
        "horizon_years", "The horizon", horizon, low=0, high=80, unit=" years", is_low_allowed=False, is_needed=True
    )
    loss = typed.number(
        "loss_capacity_frac", "The loss they can afford", loss_percent, low=0, high=100, unit="%", is_needed=True
    )
    if not knowledge:
        typed.problems.append(FieldProblem("knowledge", "There is no answer yet.", "Choose one of the four."))
    wealth_ccy = typed.number("wealth_ccy", "The wealth", wealth, low=0, kind="amount")
    if typed.problems or years is None or loss is None:
        raise InvalidRequest(
            "Some answers are missing or cannot be used.", "Put them right, then save.", fields=tuple(typed.problems)
        )
    preferences: dict[str, str | bool | float] = {"sustainable": bool(sustainable), "income": bool(income)}
    if other:
        preferences["other"] = other
    return ProfileAnswers(
        risk_tolerance=int(str(tolerance)),
        horizon_years=float(years),
        loss_capacity_frac=float(loss) / 100,
        knowledge=Knowledge(str(knowledge)),
        preferences=preferences,
        wealth_ccy=wealth_ccy,
        dated_on=date.fromisoformat(dated_on) if dated_on else None,
    )
