"""What is wrong with a rule, in all of its parts at once?

`program_of` stops at the first thing; here every part is looked at by itself, so that its author sees all of it. What
only follows from something broken elsewhere is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.compliance.plausible import implausible
from engine.compliance.program import program_of
from engine.compliance.rule import Definition, Rule
from engine.kernel.errors import InputRefused, Problem

_PLACE = re.compile(r"[Aa]t character (\d+)")
_NAMED = re.compile(r" named (\w+)\.$")
_DEFINITION = re.compile(r"definitions\.(\d+)\.expression")
_STEP = re.compile(r"ladder\.(\d+)")
_EXPRESSIONS = ("universe", "measure", "keep", "limit", "warn_at", "further")


def problems_in(rule: Rule) -> tuple[Problem, ...]:
    """Return every problem of a rule, in the order of its fields; none where it can be evaluated."""
    first = _problems_of(rule)
    if not first:
        return (*_of_days(rule), *implausible(rule))
    found = list(dict.fromkeys([*_parts(rule), *_of_days(rule)]))
    return tuple(found or first)


def character_of(rule: Rule, problem: Problem) -> int | None:
    """Return at which character of its expression a problem is, counted from 1; None where it is not at one."""
    text = _text(rule, problem.path)
    lead = len(text) - len(text.lstrip())
    place = _PLACE.search(problem.message)
    if place is not None:
        return lead + int(place.group(1))
    named = _NAMED.search(problem.message)
    found = None if named is None else re.search(rf"\b{re.escape(named.group(1))}\b", text)
    return None if found is None else found.start() + 1


def _text(rule: Rule, path: str) -> str:
    definition = _DEFINITION.fullmatch(path)
    if definition is not None:
        return rule.definitions[int(definition.group(1))].expression
    step = _STEP.fullmatch(path)
    if step is not None:
        return rule.ladder[int(step.group(1))]
    return str(getattr(rule, path, "")) if path in _EXPRESSIONS else ""


def _parts(rule: Rule) -> Iterator[Problem]:
    """Look at each part in a rule that has that part alone beside the names it may use."""
    bare = rule.model_copy(
        update={
            "definitions": (), "universe": "", "group_by": None, "measure": "sum(weight)", "keep": "",
            "over": "each", "limit": "0", "warn_at": "", "further": "", "ladder": (),
        }
    )  # fmt: skip
    named = _problems_of(bare)
    yield from named
    if named:
        return  # a figure has a name that is taken: nothing else can be read
    sound: list[Definition] = []
    for number, one in enumerate(rule.definitions):
        wrong = _problems_of(bare.model_copy(update={"definitions": (*sound, one)}))
        wrong = tuple(Problem(_at(p.path, len(sound), number), p.message, p.advice) for p in wrong)
        yield from wrong
        if not wrong:
            sound.append(one)
    broken = {one.name for one in rule.definitions} - {one.name for one in sound}
    base = bare.model_copy(update={"definitions": tuple(sound)})
    if not _speaks_of(rule.universe, broken):
        yield from _problems_of(base.model_copy(update={"universe": rule.universe}))
    measured = base.model_copy(update={"group_by": rule.group_by, "measure": rule.measure, "over": rule.over})
    of_measure = () if _speaks_of(rule.measure, broken) else _problems_of(measured)
    yield from of_measure
    if any(one.path == "group_by" for one in of_measure):
        yield from _problems_of(base.model_copy(update={"measure": rule.measure}))
    is_measured = not of_measure and not _speaks_of(rule.measure, broken)
    if is_measured and not _speaks_of(rule.keep, broken):
        yield from _problems_of(measured.model_copy(update={"keep": rule.keep}))
    beside = measured if is_measured else base
    for name in ("limit", "warn_at", "further", "ladder"):
        text = getattr(rule, name)
        if any(_speaks_of(one, broken) for one in ([text] if isinstance(text, str) else text)):
            continue
        for problem in _problems_of(beside.model_copy(update={name: text})):
            if is_measured or not problem.message.startswith("The measure is in"):
                yield problem


def _of_days(rule: Rule) -> Iterator[Problem]:
    if rule.effective_from is not None and rule.effective_to is not None and rule.effective_to < rule.effective_from:
        yield Problem("effective_to", "The rule would end before it begins.", "Give a day on or after effective_from.")
    if not rule.timing:
        yield Problem("timing", "The rule is never looked at.", "Name at least one of pre, post, eod, quarter_end.")


def _problems_of(rule: Rule) -> tuple[Problem, ...]:
    try:
        program_of(rule)
    except InputRefused as refusal:
        return refusal.problems
    return ()


def _at(path: str, place: int, number: int) -> str:
    """Return the path of a definition as the rule numbers it, where those before it that are broken were left out."""
    return path.replace(f"definitions.{place}.", f"definitions.{number}.", 1)


def _speaks_of(text: str, names: set[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)
