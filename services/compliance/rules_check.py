"""Can a wording be kept, what do its own examples say, and what is still missing before it is proposed or approved?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.compliance.examples import CaseOutcome, RuleCase, judge_case
from engine.compliance.problems import character_of, problems_in
from engine.compliance.rule import Rule
from engine.kernel.errors import Problem
from services.auth.roles import Role
from services.compliance.rules_words import figure_words, rule_sentence
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words, field_problem
from services.messages.compliance_rules import AppliesTo, CaseResult, RuleProblem, Wording, WordingCheck
from services.messages.portfolios import Strategy

if TYPE_CHECKING:
    from data.store.tables import RuleVersion

_STATUS_WORDS = {
    "passed": "kept", "warning": "near the limit", "failed": "broken", "indeterminate": "not known well enough",
}  # fmt: skip
DRY_RUN_MISSING = "A dry run over history has not been made on this version."


def dry_run_gap(version: RuleVersion) -> str | None:
    """Return why the dry run of a version is not enough for an approval; None where it is, or none is needed."""
    if version.is_retirement:
        return None
    if version.dry_run is None:
        return DRY_RUN_MISSING
    gap: str | None = version.dry_run.get("gap")
    return gap


def checked(wording: Wording) -> WordingCheck:
    """Return how a wording reads, what its examples say, and everything that is wrong with it."""
    problems = [*problems_in(wording.rule), *_of_house(wording)]
    results = () if problems else case_results(wording.rule, wording.cases)
    return WordingCheck(
        is_valid=not problems,
        sentence=None if problems else rule_sentence(wording.rule),
        case_results=results,
        problems=tuple(_told(wording.rule, one) for one in problems),
    )


def refuse_unusable(wording: Wording, what: str = "rule") -> None:
    """Refuse a wording that cannot be evaluated, with every problem.

    Raises
    ------
    InvalidRequest

    """
    problems = [*problems_in(wording.rule), *_of_house(wording)]
    if problems:
        fields = tuple(_field(wording.rule, one) for one in problems)
        raise InvalidRequest(count_words(len(fields), what), "Correct what is listed and send it again.", fields=fields)


def case_results(rule: Rule, cases: Sequence[RuleCase]) -> tuple[CaseResult, ...]:
    """Return what a rule says of each of its examples."""
    return tuple(
        _result(one) for one in _outcomes(rule.model_dump_json(), tuple(one.model_dump_json() for one in cases))
    )


def missing_to_propose(rule: Rule, results: Sequence[CaseResult]) -> tuple[str, ...]:
    """Return what a draft still needs before it can be proposed, each in a sentence."""
    said = [f"{one.message} {one.advice or ''}".strip() for one in problems_in(rule)]
    if said:
        return tuple(said)
    for wanted, word in (("passed", "passes"), ("failed", "fails")):
        if not any(one.outcome.expected == wanted for one in results):
            said.append(f"The rule needs an example of its own that {word}.")
    said += [one.sentence for one in results if not one.is_as_expected]
    return tuple(said)


@lru_cache(maxsize=512)
def _outcomes(rule_json: str, cases_json: tuple[str, ...]) -> tuple[CaseOutcome, ...]:
    """Judge the examples of a wording once; pages show them again and again."""
    rule = Rule.model_validate_json(rule_json)
    return tuple(judge_case(rule, RuleCase.model_validate_json(one)) for one in cases_json)


def _result(outcome: CaseOutcome) -> CaseResult:
    wanted = _STATUS_WORDS[outcome.expected]
    if outcome.found is None:
        said = f"{outcome.name}: it cannot be judged. {outcome.problem}"
    elif outcome.is_as_expected:
        said = f"{outcome.name}: {wanted}, as expected{_figures(outcome)}."
    else:
        said = f"{outcome.name}: expected {wanted}, found {_STATUS_WORDS[outcome.found]}{_figures(outcome)}."
    return CaseResult(outcome=outcome, is_as_expected=outcome.is_as_expected, sentence=said)


def _figures(outcome: CaseOutcome) -> str:
    if outcome.value is None or outcome.limit is None or outcome.unit is None:
        return ""
    where = f"{outcome.group} " if outcome.group else ""
    return f" ({where}{figure_words(outcome.value, outcome.unit)} against {figure_words(outcome.limit, outcome.unit)})"


def _of_house(wording: Wording) -> list[Problem]:
    """Return what the house's own words are wrong about: roles, strategies, currencies, names of examples."""
    known, found = {one.value for one in Role}, []
    for number, role in enumerate(wording.rule.override.roles):
        if role not in known:
            found.append(
                Problem(
                    f"override.roles.{number}", f"There is no role {role}.", f"Use one of {', '.join(sorted(known))}."
                )
            )
    strategies = {one.value for one in Strategy}
    found += [
        Problem("applies_to.strategies", f"There is no strategy {one}.", f"Use one of {', '.join(sorted(strategies))}.")
        for one in wording.applies_to.strategies
        if one not in strategies
    ]
    found += [
        Problem("applies_to.currencies", f"{one} is no currency.", "Use three capital letters, such as USD.")
        for one in wording.applies_to.currencies
        if not (len(one) == 3 and one.isascii() and one.isupper())
    ]
    names = [one.name for one in wording.cases]
    found += [
        Problem(f"cases.{number}.name", f"Two examples are called {name}.", "Give each a name of its own.")
        for number, name in enumerate(names)
        if name in names[:number]
    ]
    return found


def applies_anywhere(wanted: AppliesTo) -> bool:
    """Return whether a rule is for every portfolio of its scope."""
    return not (wanted.strategies or wanted.currencies or wanted.portfolio_ids)


def _field(rule: Rule, problem: Problem) -> FieldProblem:
    found = field_problem(problem)
    place = character_of(rule, problem)
    is_told = place is None or "character" in found.message
    message = found.message if is_told else f"At character {place}: {found.message}"
    return FieldProblem(_path(found.path), message, found.advice)


def _told(rule: Rule, problem: Problem) -> RuleProblem:
    found = _field(rule, problem)
    return RuleProblem(
        path=found.path, message=found.message, advice=found.advice, character=character_of(rule, problem)
    )


def _path(path: str) -> str:
    """Return a path as the body of a request has it: fields of the rule stand below `rule`."""
    return path if path.startswith(("applies_to", "cases")) else f"rule.{path}"
