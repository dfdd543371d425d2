"""How does one version of a rule differ from another, field by field and in words?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.compliance.rule import Rule
from engine.compliance.strictness import Effect, effect_of
from services.compliance.in_force import rule_of
from services.compliance.rules_words import EFFECTS, SEVERITIES, figure_words, rule_sentence
from services.messages.compliance_rules import FieldDifference, RuleComparison

if TYPE_CHECKING:
    from data.store.tables import RuleVersion

_LABELS: Mapping[str, str] = {
    "title": "Title",
    "citation": "Citation",
    "effective_from": "First day",
    "effective_to": "Last day",
    "severity": "Severity",
    "timing": "When it is looked at",
    "year_end_month": "Month in which its year ends",
    "universe": "Which positions",
    "group_by": "Grouped by",
    "measure": "Measure",
    "keep": "Which groups count",
    "over": "Tested over",
    "operator": "Test",
    "limit": "Limit",
    "warn_at": "Warning level",
    "further": "Distance of further limits",
    "ladder": "Further limits",
    "is_acquisition_tested": "Tested at acquisition",
    "consecutive_days": "Days in a row before a breach",
    "cure_days": "Days to cure",
    "override": "Who may let a breach stand",
    "remedy": "Remedy",
    "applies_to": "For which portfolios",
    "cases": "Examples",
}
_WORDING = (
    "universe", "group_by", "measure", "keep", "over", "operator", "limit", "definitions", "severity", "timing",
    "year_end_month", "consecutive_days",
)  # fmt: skip
_LEFT_OUT = ("id", "version")


def compared(first: RuleVersion, second: RuleVersion) -> RuleComparison:
    """Return how the second version differs from the first."""
    one, two = rule_of(first), rule_of(second)
    found = _differences(_flat(first, one), _flat(second, two), one, two)
    effect = effect_between(one, two)
    return RuleComparison(
        rule_id=first.rule_id,
        first_version=first.version,
        second_version=second.version,
        first_sentence=rule_sentence(one),
        second_sentence=rule_sentence(two),
        effect=effect,
        effect_words=EFFECTS[effect] if found else "Both say the same.",
        differences=tuple(found),
    )


def effect_between(first: Rule, second: Rule) -> Effect:
    """Return whether the second is looser or stricter; ``unclear`` where more than figures differ."""
    if any(getattr(first, name) != getattr(second, name) for name in _WORDING):
        return "unclear"
    if {one.name for one in first.parameters} != {one.name for one in second.parameters}:
        return "unclear"
    return effect_of(first, {one.name: one.value for one in second.parameters})


def _flat(version: RuleVersion, rule: Rule) -> dict[str, Any]:
    """Return the fields of a version, parameters and definitions each by their own name."""
    flat: dict[str, Any] = {
        name: value
        for name, value in json.loads(rule.model_dump_json()).items()
        if name not in ("parameters", "definitions", *_LEFT_OUT)
    }
    flat |= {f"parameters.{one.name}": one.value for one in rule.parameters}
    flat |= {f"parameters.{one.name}.label": one.label for one in rule.parameters}
    flat |= {f"definitions.{one.name}": one.expression for one in rule.definitions}
    flat["applies_to"] = version.applies_to or {}
    flat["cases"] = version.cases
    return flat


def _differences(first: dict[str, Any], second: dict[str, Any], one: Rule, two: Rule) -> list[FieldDifference]:
    found = []
    for path in dict.fromkeys([*first, *second]):
        before, after = first.get(path), second.get(path)
        if before == after:
            continue
        label = _label(path, one, two)
        shown = _shown(path, before, one), _shown(path, after, two)
        found.append(
            FieldDifference(
                path=path, label=label, first=shown[0], second=shown[1], sentence=_sentence(path, label, *shown)
            )
        )
    return found


def _label(path: str, *rules: Rule) -> str:
    if path.startswith("parameters."):
        name = path.split(".")[1]
        labels = [one.label for rule in rules for one in rule.parameters if one.name == name and one.label]
        label = labels[-1] if labels else name.replace("_", " ").capitalize()
        return f"Name of {label}" if path.endswith(".label") else label
    if path.startswith("definitions."):
        return f"Definition {path.split('.')[1]}"
    return _LABELS[path]


def _shown(path: str, value: Any, rule: Rule) -> str | None:
    """Return a value as people read it; None where there is none."""
    if value is None or value in ("", [], {}):
        return None
    if path.startswith("parameters.") and not path.endswith(".label"):
        unit = next(one.unit for one in rule.parameters if path == f"parameters.{one.name}")
        return figure_words(float(value), unit)
    if path == "severity":
        return SEVERITIES[str(value)]
    if path == "cases":
        return ", ".join(str(one["name"]) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)


def _sentence(path: str, label: str, first: str | None, second: str | None) -> str:
    if path == "cases":
        return "The examples are others."
    if first is None:
        return f"{label} is new: {second}."
    if second is None:
        return f"{label} is gone; it was: {first}."
    return f"{label} goes from {first} to {second}."
