"""How is it told what became of the rules in an optimization, and which of them clash?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.compliance.kept import KeptHow, RuleKept, WithinRules
from engine.compliance.limit import KIND
from engine.compliance.linear import ChoiceRule, CountRule, CurvedRule, Kept, LeastRule, LinearRule
from engine.compliance.result import Evaluation, RuleResult
from engine.compliance.rule import Rule
from engine.compliance.words import sentence
from engine.diagnosis import Diagnosis
from engine.kernel.units import listing, plural
from engine.result import OptimizationResult

STILL = "What is not known of some positions keeps it open; none of them is added to."
CHOSEN = "What counts was chosen by search: another choice may be better."
BINDING = ("soft", "hard")


def within_rules(
    rules: Sequence[Rule],
    kinds: Mapping[int, Kept],
    before: Evaluation,
    after: Evaluation | None,
    solves_count: int,
    notes: Sequence[str],
    *,
    is_chosen: bool,
) -> WithinRules:
    """Return what became of each rule; `kinds` has what each binding rule became, by the identity of the rule."""
    found = []
    for place, rule in enumerate(rules):
        was, now = before.results[place], None if after is None else after.results[place]
        kept = kinds.get(id(rule))
        how = _how(rule, kept)
        found.append(
            RuleKept(
                rule_id=rule.id,
                title=rule.title,
                sentence=sentence(rule),
                severity=rule.severity,
                how=how,
                before=was.status,
                after=None if now is None else now.status,
                value=None if now is None or not now.groups else now.groups[0].value,
                limit=(now or was).limit,
                unit=was.unit,
                note=_note(kept, how, now),
            )
        )
    is_kept = after is not None and all(one.after in ("passed", "warning") for one in found if one.severity in BINDING)
    return WithinRules(
        rules=tuple(found),
        verdict=None if after is None else after.verdict,
        is_kept=is_kept,
        solves_count=solves_count,
        is_proven=not is_chosen,
        sentence=_sentence(found, after is not None),
        notes=tuple(notes),
    )


def _how(rule: Rule, kept: Kept | None) -> KeptHow:
    match kept:
        case None:
            return "told"
        case LinearRule():
            return "limit"
        case LeastRule():
            return "least_holding"
        case CountRule():
            return "count"
        case ChoiceRule():
            return "choice"
        case CurvedRule():
            return "curve"
    return kept.how


def _note(kept: Kept | None, how: KeptHow, now: RuleResult | None) -> str:
    notes = []
    if isinstance(kept, LinearRule) and bool(kept.still.any()):
        notes.append(STILL)
    elif how == "unreachable":
        notes.append(
            "No portfolio of these assets keeps it, so it was left out: add other assets, or ask for an override."
        )
    elif how == "choice":
        notes.append(CHOSEN)
    elif how == "checked" and kept is not None and not isinstance(kept, LinearRule):
        notes.append(f"It is checked only, since {kept.reason}.")
    if now is not None and now.missing:
        notes.append(f"Not known: {listing(list(now.missing))}.")
    return " ".join(notes)


def _sentence(found: Sequence[RuleKept], has_weights: bool) -> str:
    binding = [one for one in found if one.severity in BINDING]
    if not binding:
        return "No rule in force binds; information and warnings are told only."
    rules = plural(len(binding), "rule")
    if not has_weights:
        return f"No portfolio was found that keeps {'the rule' if len(binding) == 1 else f'all {rules}'} in force."
    bad = [one.title for one in binding if one.after == "failed"]
    open_ones = [one.title for one in binding if one.after == "indeterminate"]
    if not bad and not open_ones:
        return f"The proposed portfolio keeps {'the rule' if len(binding) == 1 else f'all {rules}'} in force."
    parts = []
    if bad:
        parts.append(f"it breaks {listing(bad)}")
    if open_ones:
        parts.append(f"it is not known whether it keeps {listing(open_ones)}")
    kept = len(binding) - len(bad) - len(open_ones)
    return f"The proposed portfolio keeps {kept} of {rules} in force; {', and '.join(parts)}."


def told_clash(result: OptimizationResult, own_count: int) -> OptimizationResult:
    """Return a result without weights whose diagnosis speaks of the request's own limits by their places.

    Rules are no limits of the request: they have no place there, and no repair of the request changes them. What they
    would have to give way is told in words.
    """
    diagnosis = result.diagnosis
    if diagnosis is None or not any(limit.kind == KIND for one in diagnosis.conflicts for limit in one.limits):
        return result
    return result.model_copy(update={"diagnosis": without_places(diagnosis, own_count)})


def without_places(diagnosis: Diagnosis, own_count: int) -> Diagnosis:
    """Return a diagnosis in which rules have no place among a request's limits, and repairs are told in words."""
    conflicts = tuple(
        conflict.model_copy(
            update={
                "limits": tuple(
                    limit.model_copy(update={"constraint_index": None})
                    if limit.constraint_index is not None and limit.constraint_index >= own_count
                    else limit
                    for limit in conflict.limits
                )
            }
        )
        for conflict in diagnosis.conflicts
    )
    help_notes = []
    if diagnosis.joint_repair is not None:
        help_notes.append(f"What would be enough: {diagnosis.joint_repair.sentence}")
    help_notes += [one.sentence for one in diagnosis.single_repairs if one.is_enough][:5]
    return diagnosis.model_copy(
        update={
            "conflicts": conflicts,
            "joint_repair": None,
            "single_repairs": (),
            "notes": (*diagnosis.notes, *dict.fromkeys(help_notes)),
        }
    )
