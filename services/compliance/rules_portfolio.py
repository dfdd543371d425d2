"""What does a portfolio have to keep on a day, from where, with which figures of its own, and what need it not keep?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services import formatting
from services.compliance.in_force import Exempted, ParameterOverride, RuleInForce, rules_and_exemptions
from services.compliance.rules_words import SEVERITIES, figure_words, rule_sentence
from services.messages.compliance_rules import ExemptRule, PortfolioRule, PortfolioRules

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


def rules_of_portfolio(uow: UnitOfWork, portfolio_id: str, on: date | None) -> PortfolioRules:
    """Return the rules of a visible portfolio; `on` None is today, by what is approved now."""
    kept, exempt = rules_and_exemptions(uow, portfolio_id, on)
    day = uow.rules.moment(on)[0]
    return PortfolioRules(
        portfolio_id=portfolio_id,
        on=day,
        summary=_summary(kept, exempt),
        rules=tuple(_kept(one) for one in kept),
        exempt=tuple(_exempt(one) for one in exempt),
    )


def override_sentence(one: ParameterOverride) -> str:
    """Return one figure that is not the rule's own, with whose it is, why, by whom and until when."""
    whose = "The client has" if one.level == "client" else "The portfolio has"
    by = f" by {one.by}" if one.by else ""
    until = f", until {formatting.day(one.until)}" if one.until else ""
    figures = f"{figure_words(one.own, one.unit)} instead of {figure_words(one.inherited, one.unit)}"
    label = f"{one.label[0].lower()}{one.label[1:]}"
    approved = f"approved on {formatting.day(one.at_utc.date())}{by}"
    return f"{whose} {figures} ({label}){until}, {approved}: {one.reason}"


def exemption_sentence(one: Exempted) -> str:
    """Return an exemption with whose it is, until when, by whom it was approved, and why."""
    whose = "The client is" if one.level == "client" else "The portfolio is"
    by = f" by {one.by}" if one.by else ""
    until = f" until {formatting.day(one.until)}" if one.until else ""
    return f"{whose} exempt{until}, approved on {formatting.day(one.at_utc.date())}{by}: {one.reason}"


def _summary(kept: tuple[RuleInForce, ...], exempt: tuple[Exempted, ...]) -> str:
    if not kept and not exempt:
        return (
            "No rule applies to this portfolio yet. Start from UCITS, US mutual fund, MiFID II or the house template."
        )
    otherwise = sum(bool(one.overridden) for one in kept)
    said = f"{formatting.count(len(kept), 'rule')} to keep"
    said += f", {otherwise} of them with figures of its own" if otherwise else ""
    return f"{said}; exempt from {formatting.count(len(exempt), 'rule')}." if exempt else f"{said}."


def _kept(one: RuleInForce) -> PortfolioRule:
    return PortfolioRule(
        rule_id=one.rule_id,
        version=one.version,
        code=one.rule.id,
        title=one.rule.title,
        sentence=rule_sentence(one.rule),
        citation=one.rule.citation,
        severity=one.rule.severity,
        severity_words=SEVERITIES[one.rule.severity],
        origin=one.origin,
        origin_name=one.origin_name,
        approved_at_utc=one.approved_at_utc,
        rule=one.rule,
        overridden=tuple(override_sentence(each) for each in one.overridden),
    )


def _exempt(one: Exempted) -> ExemptRule:
    return ExemptRule(
        rule_id=one.rule_id,
        version=one.version,
        code=one.rule.id,
        title=one.rule.title,
        sentence=rule_sentence(one.rule),
        why=exemption_sentence(one),
    )
