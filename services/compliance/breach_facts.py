"""What does a breach keep of its rule, and which lines does a check add to its history?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.compliance.found_words import answer_words, found_words
from engine.compliance.result import GroupResult, RuleResult
from engine.compliance.rule import Rule
from engine.compliance.words import sentence as sentence_of_rule
from engine.kernel.errors import InputRefused
from services.compliance import breach_words as words
from services.compliance.breach_openings import farthest_step
from services.compliance.breach_states import is_within, is_worse, worst_side
from services.compliance.checks_said import currency_of
from services.messages.compliance_breaches import BreachStatus

if TYPE_CHECKING:
    import data.store.tables.breach as tables
    from services.compliance.in_force import RuleInForce

S = BreachStatus
RULE_CHANGE, DEVIATION = "rule_change", "deviation"
RANKS = {"hard": 0, "soft": 1, "warning": 2, "info": 3}


def kept_words(row: tables.Breach, group: GroupResult | None, currency: str) -> str:
    """Return how a rule is kept again, as a sentence."""
    if group is None or row.value is None or row.limit_value is None:
        return "The rule is kept again: nothing that it looks at breaks it."
    value, limit = words.apart(row.value, row.limit_value, row.unit, currency)
    return f"The rule is kept again: {words.whom(row.group_name)} is {value}; the limit is {limit}."


def kept_by_change(
    row: tables.Breach,
    in_force: RuleInForce,
    result: RuleResult,
    group: GroupResult | None,
    wording: str,
    currency: str,
) -> tuple[str, str] | None:
    """Return what ends a breach without anything being mended, and the sentence of it; None where it was mended.

    Another version of the rule is ``rule_change``; the same version with other figures is ``deviation``.

    Mended is what lies within the limit that it had broken, whatever the rule says now.
    """
    if row.wording_sha256 == wording:
        return None
    is_deviation = row.rule_version == in_force.version
    by = DEVIATION if is_deviation else RULE_CHANGE
    lead = "The rule counts otherwise here by a deviation" if is_deviation else "The rule says something else now"
    if row.unjudged_groups:
        return by, f"{lead}, and all that it looks at can be judged."
    if group is None or group.value is None or row.limit_value is None or result.limit is None:
        return by, f"{lead}, and nothing that it looks at breaks it."
    if is_within(row.operator, group.value, row.limit_value):
        return None
    value, limit = words.apart(group.value, result.limit, row.unit, currency)
    before = words.apart(row.limit_value, result.limit, row.unit, currency)[0]
    changed = "The limit was changed by a deviation" if is_deviation else "The limit was changed"
    return by, (
        f"{changed}, from {before} to {limit}: {words.whom(row.group_name)} is {value}, "
        "and would still break what the rule said before."
    )


def news(before: BreachStatus | None, after: BreachStatus, changes: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is worth a line in the history, each with the beginning of its sentence."""
    found: list[tuple[str, str]] = []
    if "wording_sha256" in changes:
        found.append(("rule_changed", "The rule says something else now."))
    if after != before:
        match before, after:
            case ((S.CURED | S.CLOSED), S.OVERRIDDEN):
                found.append(("reopened", "It is broken again, within what was let stand."))
            case ((S.CURED | S.CLOSED), _):
                found.append(("reopened", "It is broken again within seven days, so its days of grace go on."))
            case S.OVERRIDDEN, _:
                found.append(("override_exceeded", "It is no longer within what was let stand."))
            case S.GRANDFATHERED, _:
                found.append(("touched", "More was bought, so it is no longer let be as held before the rule."))
            case ((S.ACKNOWLEDGED | S.IN_REMEDIATION), S.OPEN):
                pass  # a further limit is passed, which is told below
            case _:
                found.append(("let_stand", "It is within what was let stand."))
    if "cause" in changes:
        found.append(("worsened_by_trades", "Trades made it worse, so there are no days of grace any more."))
    if "step_value" in changes:
        found.append(("further_limit", "A further limit is passed."))
    if "unjudged_groups" in changes:
        found.append(("unjudged", "More of it cannot be judged than before."))
    elif "is_unjudged" in changes:
        is_unjudged = changes["is_unjudged"]
        found.append(("unjudged", "It cannot be judged any more.") if is_unjudged else ("judged", "It is judged now."))
    if "worsened_on" in changes and not found:
        found.append(("worsened", "It is worse than it ever was."))
    return found or [("changed", "")]


def figures_of(
    in_force: RuleInForce, result: RuleResult, group: GroupResult, row: tables.Breach | None, at_utc: datetime
) -> dict[str, Any]:
    """Return what a check says of the figure of a group that does not pass, by column of its breach."""
    operator = in_force.rule.operator
    side = worst_side(operator, group, result.limit)
    worst = None if row is None else row.worst_value
    found: dict[str, Any] = {
        "is_unjudged": group.status == "indeterminate",
        "limit_value": result.limit,
        "value": group.value,
        "least": group.least,
        "most": group.most,
        "missing": list(result.missing) if group.status == "indeterminate" else [],
        "judged_at_utc": at_utc,
    }
    if group.status == "failed" and (worst is None or is_worse(operator, side, worst, result.limit)):
        worst = side
    return {**found, "worst_value": worst, "step_value": farthest_step(group, row, result)}


def rule_columns(in_force: RuleInForce, wording: str) -> dict[str, Any]:
    """Return what a breach keeps of its rule."""
    rule = in_force.rule
    return {
        "rule_version": in_force.version,
        "wording_sha256": wording,
        "rule_title": rule.title,
        "severity": rule.severity,
        "severity_rank": RANKS[rule.severity],
        "rule_facts": {
            "code": rule.id,
            "citation": rule.citation,
            "sentence": _said(rule),
            "origin": in_force.origin,
            "cure_days": rule.cure_days,
            "remedy": rule.remedy,
            "override": rule.override.model_dump(mode="json"),
            **_told(rule),
            **_currency(rule),
        },
    }


def _told(rule: Rule) -> dict[str, Any]:
    """Return the words for what is found where a figure would say nothing; see `breach_words.broken`."""
    found, answer = found_words(rule), answer_words(rule)
    told: dict[str, Any] = {} if found is None else {"found": asdict(found)}
    return told if answer is None else {**told, "answer": answer}


def _currency(rule: Rule) -> dict[str, str]:
    """Return the currency of a rule's money where it is not that of the portfolio."""
    found = currency_of(rule, "")
    return {"currency": found} if found else {}


def _said(rule: Rule) -> str:
    try:
        return sentence_of_rule(rule)
    except InputRefused:  # a rule that is judged can be read; a title is still better than no breach
        return rule.title
