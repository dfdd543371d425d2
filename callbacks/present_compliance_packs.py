"""How are the packs of rules offered, and what was typed of their figures read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from dash import html

from callbacks.present_compliance_rules import SEVERITIES
from callbacks.present_typed import Typed
from callbacks.wording import told
from components.compliance_packs import HOUSE, OfferedFigure, OfferedRule, offered
from services import formatting
from services.compliance.rules_words import figure_words
from services.errors import FieldProblem, InvalidRequest
from services.messages.clients import Client
from services.messages.compliance_rules import Adoption, PackView
from services.messages.portfolios import PortfolioSummary

UNITS: Final = {"frac": "%", "ccy": "amount", "days": "days", "score": "points"}
SAME: Final = 1e-12
"""A figure that is typed as it was offered is not one of the house's own."""


def pack_options(found: Sequence[PackView]) -> list[dict[str, str]]:
    """Offer the packs, each with how much of it the house has."""
    return [
        {"value": one.id, "label": f"{one.title}: {one.adopted_count:,} of {one.rules_count:,} rules taken in"}
        for one in found
    ]


def places(clients: Sequence[Client], portfolios: Sequence[PortfolioSummary]) -> list[dict[str, str]]:
    """Offer for whom rules are taken in: the house, one client, or one portfolio."""
    return [
        {"value": HOUSE, "label": "All portfolios of the house"},
        *({"value": f"client:{one.id}", "label": f"Client {one.name}"} for one in clients),
        *({"value": f"portfolio:{one.id}", "label": f"Portfolio {one.name}"} for one in portfolios),
    ]


def about(found: PackView) -> list[Any]:
    """Say what a pack is for, and what must be known before relying on it."""
    return [html.P(told(found.about)), html.P(told(found.caveat), className="muted")]


def rules(found: PackView, *, may_take: bool) -> Any:
    """List the rules of a pack with their figures."""
    made = [
        OfferedRule(
            title=one.title,
            sentence=told(one.sentence),
            citation=one.citation,
            severity=SEVERITIES[one.severity],
            has_it=one.adopted_as is not None,
            figures=[
                OfferedFigure(
                    label=_label(figure.label or figure.name.replace("_", " ")),
                    text=told(_text(figure.value, figure.unit)),
                    unit=UNITS.get(figure.unit),
                )
                for figure in one.rule.parameters
            ],
        )
        for one in found.rules
    ]
    return offered(made, may_take=may_take)


def _label(words: str) -> str:
    return words[:1].upper() + words[1:]  # names such as BBB- keep their letters


def _text(value: float, unit: str) -> str:
    return figure_words(value, unit).removesuffix("%") if unit == "frac" else figure_words(value, "plain")


def wish(found: PackView, where: str, taken: Mapping[int, bool], typed: Mapping[str, Any]) -> Adoption:
    """Return which rules are taken in, for whom, and with which figures of one's own.

    Parameters
    ----------
    found : PackView
    where : str
        ``house``, ``client:<id>`` or ``portfolio:<id>``.
    taken, typed : mapping
        Ticks by place in the pack, and what stands in the fields by ``<place>-<figure>``.

    Raises
    ------
    InvalidRequest
        Nothing is ticked, or something typed is no number; every field is named.

    """
    chosen = {place: one for place, one in enumerate(found.rules) if taken.get(place)}
    if not chosen:
        problem = FieldProblem("", "No rule is ticked.", "Tick at least one.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    read, figures = Typed(), {}
    for place, one in chosen.items():
        own = {}
        for number, figure in enumerate(one.rule.parameters):
            value = _value(read, f"{place}-{number}", f"{one.title}: {figure.label or figure.name}", figure.unit, typed)
            if value is not None and abs(value - figure.value) > SAME * max(1.0, abs(figure.value)):
                own[figure.name] = value
        if own:
            figures[one.code] = own
    if read.problems:
        counted = formatting.count(len(read.problems), "figure")
        raise InvalidRequest(f"{counted} cannot be used.", "Correct what is listed.", fields=tuple(read.problems))
    scope, _, key = where.partition(":")
    return Adoption(
        codes=tuple(one.code for one in chosen.values()),
        scope=_scope(scope),
        client_id=key if scope == "client" else None,
        portfolio_id=key if scope == "portfolio" else None,
        figures=figures,
    )


def _scope(word: str) -> Literal["house", "client", "portfolio"]:
    return "client" if word == "client" else "portfolio" if word == "portfolio" else "house"


def _value(read: Typed, key: str, label: str, unit: str, typed: Mapping[str, Any]) -> float | None:
    sign = "%" if unit == "frac" else ""
    value = read.number("", label, typed.get(key), unit=sign, is_needed=True)  # the label names rule and figure
    if value is None:
        return None
    return round(float(value) / 100, 12) if unit == "frac" else float(value)
