"""What does a breach keep of its rule, and which lines does a check add to its history?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.compliance.result import GroupResult
from engine.compliance.rule import Rule
from engine.compliance.words import sentence as sentence_of_rule
from engine.kernel.errors import InputRefused
from services.compliance import breach_words as words
from services.messages.compliance_breaches import BreachStatus

if TYPE_CHECKING:
    import data.store.tables.breach as tables
    from services.compliance.in_force import RuleInForce

S = BreachStatus
RANKS = {"hard": 0, "soft": 1, "warning": 2, "info": 3}


def kept_words(row: tables.Breach, group: GroupResult | None, currency: str) -> str:
    """Return how a rule is kept again, as a sentence."""
    if group is None or row.value is None or row.limit_value is None:
        return "The rule is kept again: nothing that it looks at breaks it."
    value, limit = words.apart(row.value, row.limit_value, row.unit, currency)
    return f"The rule is kept again: {words.whom(row.group_name)} is {value}; the limit is {limit}."


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
            case _:
                found.append(("let_stand", "It is within what was let stand."))
    if "cause" in changes:
        found.append(("worsened_by_trades", "Trades made it worse, so there are no days of grace any more."))
    if "is_unjudged" in changes:
        is_unjudged = changes["is_unjudged"]
        found.append(("unjudged", "It cannot be judged any more.") if is_unjudged else ("judged", "It is judged now."))
    if "worsened_on" in changes and not found:
        found.append(("worsened", "It is worse than it ever was."))
    return found or [("changed", "")]


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
        },
    }


def _said(rule: Rule) -> str:
    try:
        return sentence_of_rule(rule)
    except InputRefused:  # a rule that is judged can be read; a title is still better than no breach
        return rule.title
