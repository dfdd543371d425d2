"""What can be done about deviations from a rule, and how is a wish for one read from its form?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from callbacks.present_compliance_packs import UNITS
from callbacks.present_compliance_rules import usual_version
from callbacks.present_typed import Typed
from callbacks.wording import told
from components.compliance_deviations import ASK, own_figures
from services.compliance.rules_words import figure_words
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import field_problems
from services.messages.clients import Client
from services.messages.compliance_rules import NewOverride, RuleDetail, RuleVersionView
from services.messages.portfolios import PortfolioSummary

DECISIONS: Final = {"approve": "Approve", "reject": "Reject", "withdraw": "Withdraw"}


def deed_options(found: RuleDetail, *, may_ask: bool) -> list[dict[str, str]]:
    """Return what the reader may do: decide on what waits, and ask for something."""
    waiting = [
        {"value": f"{deed}:{one.id}", "label": told(f"{words}: {one.sentence}")}
        for one in found.overrides
        for deed, words in DECISIONS.items()
        if deed in one.may
    ]
    is_open = may_ask and found.rule.standing in ("in_force", "not_yet") and found.rule.scope != "portfolio"
    return [*waiting, *([{"value": ASK, "label": "Ask that somebody has it otherwise"}] if is_open else [])]


def places(
    found: RuleDetail, clients: Sequence[Client], portfolios: Sequence[PortfolioSummary]
) -> list[dict[str, str]]:
    """Offer for whom it can be otherwise: levels below the rule's own."""
    below = [{"value": f"client:{one.id}", "label": f"Client {one.name}"} for one in clients]
    return [
        *(below if found.rule.scope == "house" else []),
        *({"value": f"portfolio:{one.id}", "label": f"Portfolio {one.name}"} for one in portfolios),
    ]


def in_force(found: RuleDetail) -> RuleVersionView:
    """Return the version whose figures are inherited."""
    wanted = found.rule.approved_version or usual_version(found.rule)
    return next(one for one in found.versions if one.version == wanted)


def figures(found: RuleDetail) -> Any:
    """Ask for own figures beside the inherited ones."""
    return own_figures(
        [
            (
                one.name,
                (one.label or one.name.replace("_", " ")).capitalize(),
                told(figure_words(one.value, one.unit)),
                UNITS.get(one.unit),
            )
            for one in in_force(found).rule.parameters
        ]
    )


def wish(
    found: RuleDetail, where: str | None, kind: str, typed: Mapping[str, Any], days: Mapping[str, Any], reason: str
) -> NewOverride:
    """Return what is asked for.

    Parameters
    ----------
    where : str or None
        ``client:<id>`` or ``portfolio:<id>``.
    kind : str
        ``figures``, ``exempt`` or ``inherit``.
    typed, days : mapping
        What stands in the fields of figures by name, and `valid_from` and `valid_to` as ISO text or None.

    Raises
    ------
    InvalidRequest
        With every field that cannot be read.

    """
    read, own = Typed(), {}
    for one in in_force(found).rule.parameters if kind == "figures" else ():
        sign = "%" if one.unit == "frac" else ""
        value = read.number("", one.label or one.name, typed.get(one.name), unit=sign)  # the label names it
        if value is not None:
            own[one.name] = round(float(value) / 100, 12) if one.unit == "frac" else float(value)
    scope, _, key = (where or "").partition(":")
    if not key:
        read.problems.append(FieldProblem("scope", "Nobody is chosen.", "Choose a client or a portfolio."))
    if read.problems:
        raise InvalidRequest("The form has problems.", "Put them right.", fields=tuple(read.problems))
    document = {"scope": scope, f"{scope}_id": key, "kind": kind, "figures": own, "reason": reason, **days}
    try:
        return NewOverride.model_validate(document)
    except ValidationError as error:
        raise InvalidRequest("The form has problems.", "Put them right.", fields=field_problems(error)) from None
