"""Is what a client or portfolio has otherwise looser or stricter than what it inherits today?

Told against the wording that is in force now: where the house tightens a rule, what was stricter before may be looser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.compliance.rule import Rule
from engine.compliance.strictness import Effect, effect_of
from services.compliance.in_force import counts_on, with_figures
from services.messages.compliance_rules import OverrideKind

if TYPE_CHECKING:
    from data.store.tables import RuleOverride
    from data.store.unit_of_work import UnitOfWork


def effect_now(
    uow: UnitOfWork,
    rule: Rule,
    rule_id: str,
    client_id: str | None,
    portfolio_id: str | None,
    kind: OverrideKind,
    figures: Mapping[str, float],
) -> Effect:
    """Return how a rule changes against what the place inherits today; of an end, against what it has today.

    Parameters
    ----------
    uow, rule, rule_id
        The rule as the version in force words it, and its id.
    client_id, portfolio_id
        The place: one of the two is None.
    kind, figures
        What the place has, or is to have, otherwise.

    """
    inherited = inherited_by(uow, rule, rule_id, portfolio_id)
    if kind == "exempt":
        return "same" if inherited is None else "looser"
    if kind == "figures":
        return "tighter" if inherited is None else effect_of(inherited, figures)
    own = _standing(uow, rule_id, client_id, portfolio_id)
    if own is None or own.kind == "inherit":
        return "same"
    if own.kind == "exempt":
        return "same" if inherited is None else "tighter"
    if inherited is None:
        return "looser"
    return effect_of(with_figures(rule, own.figures), {one.name: one.value for one in inherited.parameters})


def inherited_by(uow: UnitOfWork, rule: Rule, rule_id: str, portfolio_id: str | None) -> Rule | None:
    """Return the rule as the level above has it today; None where that is exempt."""
    portfolio = None if portfolio_id is None else uow.portfolios.find(portfolio_id)
    client_id = None if portfolio is None else portfolio.client_id
    above = None if client_id is None else _standing(uow, rule_id, client_id, None)
    if above is None or above.kind == "inherit":
        return rule
    return None if above.kind == "exempt" else with_figures(rule, above.figures)


def _standing(uow: UnitOfWork, rule_id: str, client_id: str | None, portfolio_id: str | None) -> RuleOverride | None:
    day, at_utc = uow.rules.moment(None)
    rows = uow.rule_overrides.approved([client_id] if client_id else [], [portfolio_id] if portfolio_id else [], at_utc)
    return next((row for row in rows if row.rule_id == rule_id and counts_on(row, day)), None)
