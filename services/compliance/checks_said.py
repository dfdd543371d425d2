"""How does a portfolio stand by a rule, in words?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from engine.compliance.aggregates import UNKNOWN_GROUP
from engine.compliance.fields import IN_DOLLARS, POSITION_FIELDS
from engine.compliance.found_words import answer_words, found_words
from engine.compliance.program import program_of
from services import formatting

if TYPE_CHECKING:
    from datetime import date

    from engine.compliance.found_words import FoundWords
    from engine.compliance.result import GroupResult, RuleResult
    from engine.compliance.rule import Operator, Rule
    from services.compliance.in_force import RuleInForce
    from services.messages.compliance_checks import StatusCounts, Verdict

OwnWords: TypeAlias = "tuple[FoundWords | None, str | None]"
DECIMALS_MAX = 6
DOLLARS = "USD"
_BOUND: dict[str, str] = {
    "<=": "at most {0} is allowed", "<": "less than {0} is allowed", ">=": "at least {0} is asked for",
    ">": "more than {0} is asked for", "==": "exactly {0} is asked for",
}  # fmt: skip


APART_FRAC = 2e-4
"""Fractions that are further apart than this differ in percent with two places."""


def figure(value: float | None, unit: str, currency: str, *, beside: float | None = None) -> str:
    """Return a figure in its unit, with as many places as it takes to tell it from another one."""
    if value is None:
        return "not known"
    decimals = 2
    if beside is not None and unit == "frac" and abs(value - beside) > APART_FRAC:
        beside = None
    while (
        beside is not None and value != beside and decimals < DECIMALS_MAX
        and _written(value, unit, currency, decimals) == _written(beside, unit, currency, decimals)
    ):  # fmt: skip
        decimals += 1
    return _written(value, unit, currency, decimals)


def _written(value: float, unit: str, currency: str, decimals: int) -> str:
    match unit:
        case "frac":
            return formatting.percent(value, decimals)
        case "ccy":
            return formatting.money(value, currency)
        case "days" if float(value).is_integer():
            return formatting.count(round(value), "day")
        case "days":
            return f"{formatting.number(value, decimals)} days"
        case "count" if float(value).is_integer():
            return formatting.number(value, 0)
        case _:
            return formatting.number(value, decimals)


@lru_cache(maxsize=1_024)
def words_of(rule: Rule) -> OwnWords:
    """Return how a rule tells what is found where a figure would say nothing: of positions, and of yes and no."""
    return found_words(rule), answer_words(rule)


def group_sentence(
    rule: Rule, result: RuleResult, group: GroupResult, currency: str, words: OwnWords | None = None
) -> str:
    """Return how one group stands: its figure beside the limit; `words` are those of the rule, looked up if None."""
    told = None if group.status == "passed" else _in_words(group, words or words_of(rule))
    if told is not None:
        return told
    currency = currency_of(rule, currency) if result.unit == "ccy" else currency
    who = group.group or result.title
    if group.group == UNKNOWN_GROUP and rule.group_by is not None:
        who = f"What has no known {POSITION_FIELDS[rule.group_by].label}"
    limit = result.limit
    bound = "its limit is not known" if limit is None else _bound(result.operator, limit, result.unit, currency)
    if group.value is None:
        return f"{who}: {_within(group, result.unit, currency)}; {bound}."
    said = figure(group.value, result.unit, currency, beside=limit)
    return f"{who}: {said}; {bound}{_step(group, result, currency)}."


def currency_of(rule: Rule, base_currency: str) -> str:
    """Return the currency of a rule's money: that of the portfolio, or US dollars where the law counts in them."""
    return DOLLARS if IN_DOLLARS & set(program_of(rule).fields) else base_currency


def _in_words(group: GroupResult, words: OwnWords) -> str | None:
    """Return what was found of a group that did not pass, where a figure would say nothing."""
    found, answer = words
    if group.status == "indeterminate" and found is not None and found.is_by_position and group.group != UNKNOWN_GROUP:
        return f"Whether {group.group} {found.one} is not known."
    if group.value is None or group.status not in ("failed", "warning"):
        return None
    if found is not None and group.group != UNKNOWN_GROUP:
        return found.sentence(group.group, group.value)
    return answer


def _step(group: GroupResult, result: RuleResult, currency: str) -> str:
    """Return which further limit a figure is beyond."""
    if group.step is None or group.step == result.limit:
        return ""
    verb = "reached" if result.operator in ("<", ">") else "passed"
    return f", and {figure(group.step, result.unit, currency)} is {verb} as well"


@lru_cache(maxsize=4_096)
def _bound(operator: Operator, limit: float, unit: str, currency: str) -> str:
    return _BOUND[operator].format(figure(limit, unit, currency))


def _within(group: GroupResult, unit: str, currency: str) -> str:
    """Return between which figures one lies that is not known exactly."""
    least = None if group.least is None else figure(group.least, unit, currency)
    most = None if group.most is None else figure(group.most, unit, currency)
    if least is None and most is None:
        return "not known"
    if most is None:
        return f"{least} or more"
    if least is None:
        return f"{most} or less"
    return f"between {least} and {most}"


def rule_sentence(
    in_force: RuleInForce,
    result: RuleResult,
    currency: str,
    next_tested_on: date | None = None,
    words: OwnWords | None = None,
) -> str:
    """Return how a portfolio stands by a rule: its worst group, how many others did not pass, and when it is tested."""
    said = _standing(in_force, result, currency, words)
    if not result.is_preview or next_tested_on is None:
        return said
    return f"{said} It is tested at the ends of quarters alone, next on {formatting.day(next_tested_on)}."


def _standing(in_force: RuleInForce, result: RuleResult, currency: str, words: OwnWords | None) -> str:
    if result.tested_count == 0:
        return "Nothing that is held is meant by this rule."
    worst = result.groups[0]
    rule = in_force.rule
    first = group_sentence(rule, result, worst, currency, words)
    others = sum(one.status == worst.status for one in result.groups) - 1
    also = "" if worst.status == "passed" or not others else f" {formatting.count(others, 'more', 'more')} like it."
    match worst.status:
        case "indeterminate":
            return f"It cannot be judged. {first}{also}"
        case "failed" if worst.cause == "passive":
            cure = (
                "" if rule.cure_days is None else f", and is to be mended in {formatting.count(rule.cure_days, 'day')}"
            )
            return f"{first} No trade of the last day brought it about{cure}.{also}"
        case "warning" if worst.cause == "passive" and rule.is_acquisition_tested:
            return f"{first} Only trades can break this rule, and none of the last day did.{also}"
        case _:
            return f"{first}{also}"


def report_sentence(counts: StatusCounts, verdict: Verdict | None) -> str:
    """Return how a portfolio stands by all its rules."""
    total = counts.passed + counts.warning + counts.failed + counts.indeterminate
    bad = [
        f"{formatting.count(number, 'rule')} {word if number == 1 else words}"
        for number, word, words in (
            (counts.failed, "is broken", "are broken"),
            (counts.indeterminate, "cannot be judged", "cannot be judged"),
            (counts.warning, "warns", "warn"),
        )
        if number
    ]
    if bad:
        stands = f"{'; '.join(bad)}."
    elif total > 1:
        stands = f"All {formatting.number(total, 0)} rules are kept."
    else:
        stands = "The one rule is kept." if total else "No rule is in force for this portfolio."
    said = {
        None: "",
        "pass": " The orders may go.",
        "pass_with_warning": " The orders may go, with a warning.",
        "needs_override": " The orders need an override that a second person approves.",
        "blocked": " The orders must not go.",
    }[verdict]
    return f"{stands}{said}"
