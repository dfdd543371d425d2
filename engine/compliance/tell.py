"""How is it told what became of the rules in an optimization, and which of them clash?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.compliance.active_words import TRACKING, active_note, worse_notes
from engine.compliance.allowances import NOTHING_ALLOWED, Allowances
from engine.compliance.bound import Bound
from engine.compliance.kept import KeptHow, RuleKept, WithinRules
from engine.compliance.limit import KIND
from engine.compliance.linear import ChoiceRule, CountRule, CurvedRule, Kept, LeastRule, LinearRule, NotLinear
from engine.compliance.list_limit import LIST_KIND
from engine.compliance.result import HARSHEST_FIRST, Evaluation, RuleResult, Verdict
from engine.compliance.rule import Rule
from engine.compliance.unknown import Unknown
from engine.compliance.words import sentence
from engine.diagnosis import Conflict, Diagnosis
from engine.kernel.units import listing, plural
from engine.result import OptimizationResult

STILL = "What is not known of some positions keeps it open; none of them is added to."
CHOSEN = "What counts was chosen by search: another choice may be better."
BINDING = ("soft", "hard")


def within_rules(
    rules: Sequence[Rule],
    bound: Mapping[int, Bound],
    before: Evaluation,
    after: Evaluation | None,
    solves_count: int,
    notes: Sequence[str],
    *,
    is_chosen: bool,
    allowances: Allowances = NOTHING_ALLOWED,
    held: tuple[str, ...] = (),
    is_watched: bool = False,
    is_benchmark_known: bool = False,
) -> WithinRules:
    """Return what became of each rule; `bound` has what each binding rule became, by the identity of the rule.

    `held` are assets that lists forbid to trade; `is_watched` says whether something is traded that is looked at,
    `is_benchmark_known` whether tracking error could be held by the benchmark's returns.
    """
    found = []
    for place, rule in enumerate(rules):
        was, now = before.results[place], None if after is None else after.results[place]
        one = bound.get(id(rule))
        kept = None if one is None else one.kept
        how = _how(kept) if one is None or one.how is None else one.how
        stands = now is not None and allowances.stands(now)
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
                note=_note(kept, how, now, _own(one, how, was, now, is_known=is_benchmark_known), is_let_stand=stands),
                is_let_stand=stands,
            )
        )
    is_kept = after is not None and all(_holds(one) for one in found if one.severity in BINDING)
    return WithinRules(
        rules=tuple(found),
        verdict=None if after is None else _verdict(rules, after, allowances, is_watched=is_watched),
        is_kept=is_kept,
        solves_count=solves_count,
        is_proven=not is_chosen,
        sentence=_sentence(found, after is not None),
        notes=(*notes, *worse_notes([*zip(rules, before.results, found, strict=True)])),
        held=held,
    )


def _holds(one: RuleKept) -> bool:
    return one.after in ("passed", "warning") or one.is_let_stand


def _verdict(rules: Sequence[Rule], after: Evaluation, allowances: Allowances, *, is_watched: bool) -> Verdict:
    """Return the verdict of the check before trades, which looks at the rules that are tested then."""
    pairs = zip(rules, after.results, strict=True)
    tested = after.model_copy(update={"results": tuple(one for rule, one in pairs if "pre" in rule.timing)})
    found: list[Verdict] = [allowances.verdict(tested), "pass_with_warning" if is_watched else "pass"]
    return next(one for one in HARSHEST_FIRST if one in found)


def _how(kept: Kept | None) -> KeptHow:
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


def own_note(one: Bound) -> str:
    """Return why a rule is not kept as it is written, and what is not known of what it allows none of."""
    unknown = [] if one.unknown is None else [one.unknown.why, one.unknown.advice]
    return " ".join([*([one.note] if one.note else []), *unknown])


def _own(one: Bound | None, how: KeptHow, was: RuleResult, now: RuleResult | None, *, is_known: bool) -> str:
    """Return what is to be said of one rule by itself, its distance from a benchmark among it."""
    if one is None:
        return ""
    return " ".join(filter(None, (own_note(one), active_note(one, how, was, now, is_known=is_known))))


def _note(kept: Kept | None, how: KeptHow, now: RuleResult | None, own: str, *, is_let_stand: bool) -> str:
    notes = [own] if own else []
    if isinstance(kept, LinearRule) and bool(kept.still.any()):
        notes.append(STILL)
    elif how == "choice":
        notes.append(CHOSEN)
    elif how == "checked" and isinstance(kept, NotLinear) and kept.rule.measure.strip() != TRACKING:
        notes.append(f"It is checked only, since {kept.reason}.")
    if now is not None and now.missing:
        notes.append(f"Not known: {listing(list(now.missing))}.")
    if is_let_stand:
        notes.append("An override in force lets it stand.")
    return " ".join(notes)


def _sentence(found: Sequence[RuleKept], has_weights: bool) -> str:
    binding = [one for one in found if one.severity in BINDING]
    if not binding:
        return "No rule in force binds; information and warnings are told only."
    rules = plural(len(binding), "rule")
    if not has_weights:
        return f"No portfolio was found that keeps {'the rule' if len(binding) == 1 else f'all {rules}'} in force."
    bad = [one.title for one in binding if one.after == "failed" and not one.is_let_stand]
    open_ones = [one.title for one in binding if one.after == "indeterminate" and not one.is_let_stand]
    if not bad and not open_ones:
        return f"The proposed portfolio keeps {'the rule' if len(binding) == 1 else f'all {rules}'} in force."
    parts = []
    if bad:
        parts.append(f"it breaks {listing(bad)}")
    if open_ones:
        parts.append(f"it is not known whether it keeps {listing(open_ones)}")
    kept = len(binding) - len(bad) - len(open_ones)
    return f"The proposed portfolio keeps {kept} of {rules} in force; {', and '.join(parts)}."


def told_clash(result: OptimizationResult, own_count: int, bound: Sequence[Bound]) -> OptimizationResult:
    """Return a result without weights whose diagnosis speaks of the request's own limits by their places.

    Rules are no limits of the request: they have no place there, and no repair of the request changes them. What they
    would have to give way is told in words, and what is not known of what they allow none of.
    """
    diagnosis = result.diagnosis
    if diagnosis is None or not any(
        limit.kind in (KIND, LIST_KIND) for one in diagnosis.conflicts for limit in one.limits
    ):
        return result
    told: dict[str, object] = {"diagnosis": without_places(diagnosis, own_count, bound)}
    if unknown := _unknown_in(diagnosis.conflicts, bound):
        told["message"] = " ".join([result.message, *(one.why for one in unknown)])
        told["advice"] = " ".join(dict.fromkeys(one.advice for one in unknown))
    return result.model_copy(update=told)


def _unknown_in(conflicts: Sequence[Conflict], bound: Sequence[Bound]) -> list[Unknown]:
    """Return what is not known of what rules allow none of, of the rules that clash."""
    names = {limit.label for one in conflicts for limit in one.limits if limit.kind == KIND}
    return [one.unknown for one in bound if one.unknown is not None and one.rule.title in names]


def _words_of(conflict: Conflict, bound: Sequence[Bound]) -> dict[str, str]:
    """Return the words of a conflict where missing data are behind it; nothing where not."""
    unknown = _unknown_in([conflict], bound)
    if not unknown:
        return {}
    sentence = " ".join([conflict.sentence, *(one.why for one in unknown)])
    return {"sentence": sentence, "advice": " ".join(dict.fromkeys(one.advice for one in unknown))}


def without_places(diagnosis: Diagnosis, own_count: int, bound: Sequence[Bound] = ()) -> Diagnosis:
    """Return a diagnosis in which rules have no place among a request's limits, and repairs are told in words.

    Where a rule allows none of what is not known, the way out is to bring that.
    """
    conflicts = tuple(
        conflict.model_copy(
            update={
                "limits": tuple(
                    limit.model_copy(update={"constraint_index": None})
                    if limit.constraint_index is not None and limit.constraint_index >= own_count
                    else limit
                    for limit in conflict.limits
                ),
                **_words_of(conflict, bound),
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
