"""How does a finding of pydantic, or of the engine, become the field problem that callers are shown?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError

from engine.kernel.errors import Problem
from engine.kernel.findings import Location, problems_of
from services.errors import FieldProblem

_TECHNICAL = re.compile(r"[a-z][a-z0-9_]*([.\[][\w\]]+)*")
_UNIT = re.compile(r"_(annual_frac|frac|ccy|bps|pct|utc|id|ids|on|days|units|count)$")
_NUMBER_STEP = re.compile(r"\.(\d+)(?=\.|$)")


def field_problem(problem: Problem) -> FieldProblem:
    """Return one problem of the engine with its path in the words of the request: ``constraints[0].max_frac``."""
    return FieldProblem(_NUMBER_STEP.sub(r"[\1]", problem.path), problem.message, problem.advice or "")


def field_problems(error: ValidationError, document: object = None) -> tuple[FieldProblem, ...]:
    """Return everything that pydantic found, each with its cause and a way out.

    Where the `document` that was sent is at hand, paths are those of what stands in it.
    """
    return tuple(
        field_problem(problem) for problem in problems_of(error, lambda location: _path(_sent(location, document)))
    )


def _sent(location: Location, document: object) -> Location:
    """Return a place without the tags that pydantic adds for a union's members: a `kind` is no step of the document."""
    steps: list[int | str] = []
    here = document
    for step in location:
        if isinstance(here, Mapping):
            if step not in here and here.get("kind") == step:
                continue
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            here = None
        steps.append(step)
    return tuple(steps)


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location) or "body"


def place_words(path: str) -> str:
    """Return where a field stands in words for people: ``parts[0].share_frac`` is "Parts 1, share".

    What is in words already, such as the heading of a column, stays as it is.
    """
    if not _TECHNICAL.fullmatch(path):
        return path
    words: list[str] = []
    for step in re.findall(r"\w+", path):
        if step.isdigit() and words:
            words[-1] += f" {int(step) + 1}"
        else:
            words.append(_UNIT.sub("", step).replace("_", " "))
    return ", ".join(words).capitalize()


def count_words(problems_count: int, what: str) -> str:
    """Return the sentence over a list of field problems: ``"3 fields of the body cannot be used as they are."``"""
    if problems_count == 1:
        return f"One field of the {what} cannot be used as it is."
    return f"{problems_count} fields of the {what} cannot be used as they are."
