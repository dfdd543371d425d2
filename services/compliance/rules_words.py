"""How do states, severities, scopes and changes of rules read?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.compliance.rule import Rule
from engine.compliance.strictness import Effect
from engine.compliance.words import sentence as engine_sentence
from engine.compliance.words import told
from engine.kernel.errors import InputRefused
from services import formatting
from services.messages.compliance_rules import AppliesTo, RuleState, Standing

SEVERITIES: Final[Mapping[str, str]] = {
    "info": "For information",
    "warning": "Warning",
    "soft": "Soft: a breach may be let stand",
    "hard": "Hard: a breach may not be let stand",
}
STATES: Final[Mapping[RuleState, str]] = {
    "draft": "Draft",
    "proposed": "Waits for approval",
    "approved": "Approved",
    "rejected": "Rejected",
    "withdrawn": "Withdrawn",
}
STANDINGS: Final[Mapping[Standing, str]] = {
    "draft": "Draft, not in force",
    "proposed": "Waits for approval, not in force",
    "in_force": "In force",
    "not_yet": "Approved, takes effect later",
    "ended": "Its last day has passed",
    "rejected": "Rejected, not in force",
    "withdrawn": "Withdrawn, not in force",
    "retired": "Retired",
}
EFFECTS: Final[Mapping[Effect, str]] = {
    "looser": "Looser: more is allowed than before.",
    "tighter": "Stricter: less is allowed than before.",
    "same": "What passes stays the same.",
    "unclear": "Whether this is looser or stricter cannot be told from the wording; the dry run shows what it changes.",
}
STRATEGY_WORDS: Final[Mapping[str, str]] = {
    "long_only": "long-only", "balanced": "balanced", "long_short": "long-short",
}  # fmt: skip


def rule_sentence(rule: Rule) -> str:
    """Return what a rule demands; of a wording that cannot be read, that it cannot."""
    try:
        return engine_sentence(rule)
    except InputRefused:
        return "This wording cannot be read yet."


def figure_words(value: float, unit: str) -> str:
    """Return a figure of a rule as its sentence reads it."""
    return told(value, unit)  # type: ignore[arg-type]


def applies_words(wanted: AppliesTo, scope: str) -> str:
    """Return for which portfolios a rule is, as a sentence."""
    if scope == "portfolio":
        return "For this portfolio alone."
    whose = "of the house" if scope == "house" else "of the client"
    parts = []
    if wanted.strategies:
        parts.append(listed([STRATEGY_WORDS.get(one, one) for one in wanted.strategies], "or"))
    if wanted.currencies:
        parts.append(f"kept in {listed(list(wanted.currencies), 'or')}")
    that = f" that are {' and '.join(parts)}" if parts else ""
    if wanted.portfolio_ids:
        counted = formatting.count(len(wanted.portfolio_ids), "portfolio")
        return f"For those of {counted} chosen by name{that}." if that else f"For {counted} {whose} chosen by name."
    return f"For all portfolios {whose}{that}."


def listed(words: list[str], last: str = "and") -> str:
    """Return words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""
