"""What else is wrong with a request that is wrong in parts? Everything that its sound parts allow to be judged.

pydantic stops at the structure: an unknown field would hide a covariance that is none, and a wrong number would hide a
limit on an asset that is not there. Here the parts without a finding of their own are checked all the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.checks import budget_problems, constraint_problems, history_problems, repeated_asset_problems
from engine.checks_figures import ProblemParts, problem_data_problems
from engine.constraints import Constraint
from engine.kernel.errors import Problem
from engine.kernel.facts import Facts, facts_problems, universe_of
from engine.objectives import Objective
from engine.spec import (
    REPEATED_LIMIT,
    AnyConstraint,
    AnyObjective,
    EstimatesSpec,
    FactorData,
    ProblemData,
    repeated_limit_kind,
    repeated_limit_place,
    source_problem,
)

Location = tuple[int | str, ...]

_FACT_PLACES: tuple[Location, ...] = (("facts",), ("problem", "sectors"), ("current_weights",))


def document_of(text: str | bytes) -> dict[str, Any] | None:
    """Return the request as plain values; None where it is no JSON object."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def without_unknown_fields(document: dict[str, Any], refusal: ValidationError) -> bool:
    """Take the fields that pydantic does not know out of the document; return whether there were any."""
    found = False
    for item in refusal.errors(include_url=False, include_input=False):
        if item["type"] == "extra_forbidden":
            found = _take_out(document, item["loc"]) or found
    return found


def partial_problems(document: dict[str, Any], refusal: ValidationError) -> list[Problem]:
    """Return what can be said of the parts of the document about which pydantic has no finding.

    Parameters
    ----------
    document
        The request as plain values, unknown fields taken out.
    refusal
        pydantic's findings about it.

    """
    bad = [item["loc"] for item in refusal.errors(include_url=False, include_input=False)]
    problems: list[Problem] = []
    if () not in bad:
        problems += _whole(document)
    data = document.get("problem")
    items, facts = _constraints(document, bad), _facts(document, bad)
    named: tuple[str, ...] | None = None
    if isinstance(data, dict) and ("problem",) not in bad:
        parts = _parts(data, bad, document.get("allow_covariance_repair") is True)
        problems += problem_data_problems(parts)
        named = parts.assets
        universe = None if named is None else universe_of(named, parts.sectors, _held(document, bad), facts)
        has_facts = not any(_touches(bad, place) for place in _FACT_PLACES)
        kinds = [kind for kind, _ in _kinds(document)]
        problems += constraint_problems(items, universe, has_facts=has_facts, all_kinds=kinds, has_history=False)
    else:
        problems += constraint_problems(items, None, has_facts=False, all_kinds=[kind for kind, _ in _kinds(document)])
    given = document.get("asset_ids")
    if isinstance(given, list) and not _touches(bad, ("asset_ids",)):
        problems += repeated_asset_problems(tuple(given))
        named = tuple(given)
    problems += _goal_problems(document, bad, named)
    if document.get("problem") is None:
        problems += _estimate_problems(document, bad, named)
    return problems + ([] if facts is None else facts_problems(facts, named))


def _estimate_problems(
    document: dict[str, Any], bad: Sequence[Location], named: tuple[str, ...] | None
) -> list[Problem]:
    """Return what is wrong with the sound parts of the estimates."""
    given = document.get("estimates")
    if not isinstance(given, dict) or ("estimates",) in bad:
        return []
    sound = {name: value for name, value in given.items() if not _touches(bad, ("estimates", name))}
    spec = EstimatesSpec.model_validate_json(json.dumps(sound))
    return spec.problems(named, is_repair_allowed=document.get("allow_covariance_repair") is True)


def _goal_problems(document: dict[str, Any], bad: Sequence[Location], named: tuple[str, ...] | None) -> list[Problem]:
    """Return the risk budgets of a sound goal that are given to none of the assets, and a history that it lacks."""
    given = document.get("objective")
    if not isinstance(given, dict) or _touches(bad, ("objective",)):
        return []
    reader: TypeAdapter[Objective] = TypeAdapter(AnyObjective)
    goal = reader.validate_json(json.dumps(given))
    problems = [] if document.get("problem") is None else history_problems(goal)
    return problems if named is None else problems + budget_problems(goal, named)


def _take_out(document: Any, location: Location) -> bool:
    """Remove the field at a place; the tags that pydantic adds for members of a union are passed over."""
    place = document
    for step in location[:-1]:
        is_member = isinstance(place, dict) and step in place
        if is_member or (isinstance(place, list) and isinstance(step, int) and step < len(place)):
            place = place[step]
        elif not (isinstance(place, dict) and place.get("kind") == step):
            return False
    if not isinstance(place, dict) or location[-1] not in place:
        return False
    del place[location[-1]]
    return True


def _touches(bad: Sequence[Location], place: Location) -> bool:
    """Return whether pydantic has a finding at the place or within it."""
    return any(one[: len(place)] == place for one in bad)


def _kinds(document: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return the kind of each limit, and whether it is soft; no kind for an entry that is no limit at all."""
    given = document.get("constraints")
    items = [one if isinstance(one, dict) else {} for one in given] if isinstance(given, list) else []
    return [(str(one.get("kind")), one.get("is_soft") is True) for one in items]


def _facts(document: dict[str, Any], bad: Sequence[Location]) -> Facts | None:
    """Return the sound facts; None where there are none."""
    given = document.get("facts")
    if not isinstance(given, dict) or ("facts",) in bad:
        return None
    return Facts.model_validate_json(
        json.dumps({name: value for name, value in given.items() if not _touches(bad, ("facts", name))})
    )


def _held(document: dict[str, Any], bad: Sequence[Location]) -> dict[str, float] | None:
    given = document.get("current_weights")
    return given if isinstance(given, dict) and not _touches(bad, ("current_weights",)) else None


def _whole(document: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with the request as a whole, which pydantic checks last and only if all else is right."""
    has_history = document.get("portfolio_id") is not None or document.get("asset_ids") is not None
    source = source_problem(has_problem=document.get("problem") is not None, has_history=has_history)
    kinds = _kinds(document)
    repeated = repeated_limit_kind(kinds)
    found = [] if source is None else [Problem("", source[1])]
    if repeated is not None:
        place = repeated_limit_place(kinds, repeated[0])
        found.append(Problem(f"constraints.{place}", REPEATED_LIMIT.format(kind=repeated[0], count=repeated[1])))
    return found


def _constraints(document: dict[str, Any], bad: Sequence[Location]) -> list[tuple[int, Constraint]]:
    """Return the sound limits with their places."""
    given = document.get("constraints")
    if not isinstance(given, list) or ("constraints",) in bad:
        return []
    reader: TypeAdapter[Constraint] = TypeAdapter(AnyConstraint)
    return [
        (place, reader.validate_json(json.dumps(one)))
        for place, one in enumerate(given)
        if not _touches(bad, ("constraints", place))
    ]


def _parts(data: dict[str, Any], bad: Sequence[Location], is_repair_allowed: bool) -> ProblemParts:
    """Return the sound parts of the figures."""

    def sound(name: str) -> Any:
        return None if _touches(bad, ("problem", name)) else data.get(name)

    factors = sound("factors")
    try:
        returns = _floats(sound("expected_returns_frac"))
        rows = sound("covariance")
        covariance = None if rows is None else tuple(_floats(row) or () for row in rows)
    except OverflowError:  # a whole number beyond any float
        returns, covariance = None, None
    assets = sound("assets")
    return ProblemParts(
        assets=None if assets is None else tuple(assets),
        expected_returns_frac=returns,
        covariance=covariance,
        periods_per_year=sound("periods_per_year") or ProblemData.model_fields["periods_per_year"].default,
        sectors=sound("sectors"),
        is_repair_allowed=is_repair_allowed,
        factors=None if factors is None else FactorData.model_validate_json(json.dumps(factors)),
    )


def _floats(values: Any) -> tuple[float, ...] | None:
    return None if values is None else tuple(float(value) for value in values)
