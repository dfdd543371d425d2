"""What else is wrong with a request that is wrong in parts? Everything that its sound parts allow to be judged.

pydantic stops at the structure: an unknown field would hide a covariance that is none, and a wrong number would hide a
limit on an asset that is not there. Here the parts without a finding of their own are checked all the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.checks import ProblemParts, constraint_problems, problem_data_problems, repeated_asset_problems
from engine.constraints import Constraint
from engine.kernel.errors import Problem
from engine.kernel.forms import Universe
from engine.spec import REPEATED_LIMIT, AnyConstraint, ProblemData, repeated_limit_kind, source_problem

Location = tuple[int | str, ...]


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
    items = _constraints(document, bad)
    if isinstance(data, dict) and ("problem",) not in bad:
        parts = _parts(data, bad, document.get("allow_covariance_repair") is True)
        problems += problem_data_problems(parts)
        universe = None if parts.assets is None else Universe(parts.assets, parts.sectors or {})
        has_sectors = parts.sectors is not None or data.get("sectors") is None
        problems += constraint_problems(items, universe, has_sectors=has_sectors, all_kinds=_kinds(document))
    else:
        problems += constraint_problems(items, None, has_sectors=False, all_kinds=_kinds(document))
    named = document.get("asset_ids")
    if isinstance(named, list) and not _touches(bad, ("asset_ids",)):
        problems += repeated_asset_problems(tuple(named))
    return problems


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


def _kinds(document: dict[str, Any]) -> list[str]:
    given = document.get("constraints")
    return [str(one.get("kind")) for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _whole(document: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with the request as a whole, which pydantic checks last and only if all else is right."""
    has_history = document.get("portfolio_id") is not None or document.get("asset_ids") is not None
    source = source_problem(has_problem=document.get("problem") is not None, has_history=has_history)
    repeated = repeated_limit_kind(_kinds(document))
    found = [] if source is None else [Problem("", source[1])]
    if repeated is not None:
        found.append(Problem("", REPEATED_LIMIT.format(kind=repeated[0], count=repeated[1])))
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
    )


def _floats(values: Any) -> tuple[float, ...] | None:
    return None if values is None else tuple(float(value) for value in values)
