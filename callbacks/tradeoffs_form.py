"""How does the form of several objectives become a request, and a request or a kept recipe the form again?

The form shows objectives, weights, the largest position and the method. Whatever else a request or a recipe holds is
carried along unseen by the fields, and said in sentences beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from callbacks.present_typed import Typed
from components.ids_tradeoffs import SLOTS_COUNT
from services import formatting
from services.errors import FieldProblem, InvalidRequest
from services.formatting import Style
from services.messages.templates import Recipe
from services.messages.tradeoffs import KINDS

NONE: Final = "none"
AS_GIVEN: Final = "as-given"
"""Stands for the assets of the request that the form was filled from, where those are no portfolio's."""
SOURCES: Final = ("problem", "asset_ids", "portfolio_id", "current_weights", "facts", "as_of", "benchmark_id")
OF_FORM: Final = ("objectives", "method", "effort", "points_count", "without_data")
NOT_CARRIED: Final = ("schema_version", "name", "objective", "frontier_points_count", "proof_effort")
USUAL: Final = (("return", 40), ("volatility", 40), ("max_drawdown", 20))
USUAL_POSITION_MAX: Final = "25"

Document = dict[str, Any]


@dataclass(frozen=True)
class Fields:
    """What stands in the fields.

    Parameters
    ----------
    slots : sequence of (kind, weight)
        As many as the form holds; `NONE` for an objective that is not used.
    position_max : str
        Percent, as typed; empty for no limit.
    method, effort, points, without_data : str
    base : dict
        ``rest``: what is carried along; ``extras``: further properties of objectives by their kind.
    """

    slots: tuple[tuple[str, float], ...]
    position_max: str = USUAL_POSITION_MAX
    method: str = "auto"
    effort: str = "standard"
    points: str = "200"
    without_data: str = "refuse"
    base: Document = field(default_factory=lambda: {"rest": {}, "extras": {}})


def usual(base: Document | None = None) -> Fields:
    """Return the form as it opens."""
    return Fields(slots=_padded([(kind, float(weight)) for kind, weight in USUAL]), base=base or _base({}, {}))


def fields_of(document: Mapping[str, Any], style: Style, sources: Mapping[str, Any] | None = None) -> Fields:
    """Return the fields for a request or a recipe.

    Parameters
    ----------
    document : mapping
        As JSON; objectives may be absent, as in an optimization with one goal.
    style : Style
        In which numbers are written into the fields.
    sources : mapping or None
        Assets, portfolio and facts to keep where the document has none of its own.
    """
    objectives = list(document.get("objectives") or [])
    opening = USUAL[:2] if document.get("problem") else USUAL  # figures given directly have no history of drawdowns
    slots = _slots(objectives) if objectives else [(kind, float(weight)) for kind, weight in opening]
    limits = list(document.get("constraints") or [])
    place = next((n for n, one in enumerate(limits) if _is_plain_maximum(one)), None)
    position_max = "" if place is None else formatting.number(100 * limits[place]["max_frac"], 2, style=style)
    rest = {
        name: value
        for name, value in document.items()
        if value is not None and name not in (*OF_FORM, *NOT_CARRIED, "constraints")
    }
    rest = {name: value for name, value in (sources or {}).items() if name in SOURCES} | rest
    if len(limits) > (place is not None):
        rest["constraints"] = [one for n, one in enumerate(limits) if n != place]
    extras = {
        one["kind"]: {name: value for name, value in one.items() if name not in ("kind", "weight")}
        for one in objectives
    }
    return Fields(
        slots=_padded(slots),
        position_max=position_max.rstrip("0").rstrip(".,") if position_max else "",
        method=str(document.get("method") or "auto"),
        effort=str(document.get("effort") or "standard"),
        points=str(document.get("points_count") or 200),
        without_data=str(document.get("without_data") or "refuse"),
        base=_base(rest, extras),
    )


def request_text(given: Fields, portfolio: str | None, name: str | None = None) -> str:
    """Return the request that the form states, as JSON.

    Raises
    ------
    InvalidRequest
        With every problem of the fields.
    """
    recipe, problems = _recipe(given)
    sources = _sources(given.base, portfolio)
    if not sources:
        problems.append(FieldProblem("portfolio_id", "No portfolio is chosen.", "Choose one."))
    _refuse(problems)
    return json.dumps({**recipe, **sources, "without_data": given.without_data, **({"name": name} if name else {})})


def recipe_of(given: Fields) -> Recipe:
    """Return what of the form can be kept as a template: all but assets, portfolio and day.

    Raises
    ------
    InvalidRequest
        With every problem of the fields.
    """
    recipe, problems = _recipe(given)
    _refuse(problems)
    return Recipe.model_validate_json(
        json.dumps({name: value for name, value in recipe.items() if name in Recipe.model_fields})
    )


def weights_of(kinds: Sequence[str | None], weights: Sequence[float | None]) -> dict[str, float]:
    """Return the weight of each objective that the form holds."""
    pairs = zip(kinds, weights, strict=True)
    return {kind: float(weight or 0.0) for kind, weight in pairs if kind and kind != NONE}


def read_fields(
    kinds: Sequence[str | None],
    weights: Sequence[float | None],
    position_max: str | None,
    choices: Sequence[str | None],
    base: Document | None,
) -> Fields:
    """Return what stands in the fields; `choices` are method, effort, points and what assets without data get."""
    method, effort, points, without_data = choices
    return Fields(
        slots=tuple((kind or NONE, float(weight or 0.0)) for kind, weight in zip(kinds, weights, strict=True)),
        position_max=position_max or "",
        method=method or "auto",
        effort=effort or "standard",
        points=points or "",
        without_data=without_data or "refuse",
        base=base or _base({}, {}),
    )


def _recipe(given: Fields) -> tuple[Document, list[FieldProblem]]:
    typed = Typed()
    most = typed.number("position_max", "The largest position", given.position_max, low=0, high=100, unit="%")
    count = typed.number("points_count", "The number of portfolios", given.points, low=2, high=1000, is_needed=True)
    used = [(kind, weight) for kind, weight in given.slots if kind != NONE]
    problems = typed.problems
    if len(used) < 2:
        problems.append(FieldProblem("objectives", "Fewer than two objectives are chosen.", "Choose two to five."))
    twice = [kind for n, (kind, _) in enumerate(used) if kind in [other for other, _ in used[:n]]]
    if twice or any(kind not in KINDS for kind, _ in used):
        problems.append(FieldProblem("objectives", "An objective is chosen twice.", "Choose each one once."))
    if used and not sum(weight for _, weight in used) > 0:
        problems.append(FieldProblem("objectives", "Every weight is 0.", "Give one objective a weight."))
    rest = {name: value for name, value in given.base["rest"].items() if name not in (*SOURCES, "constraints")}
    limits = list(given.base["rest"].get("constraints") or [])
    if most is not None:
        limits = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": round(float(most) / 100, 12)}, *limits]
    objectives = [{**(given.base["extras"].get(kind) or {}), "kind": kind, "weight": weight} for kind, weight in used]
    recipe = {
        **rest,
        "objectives": objectives,
        "constraints": limits,
        "method": given.method,
        "effort": given.effort,
        "points_count": int(count or 2),
    }
    return recipe, problems


def _sources(base: Document, portfolio: str | None) -> Document:
    """Return the assets: those carried along where they are still meant, else the chosen portfolio alone."""
    rest = base["rest"]
    carried = {name: rest[name] for name in SOURCES if rest.get(name) is not None}
    if portfolio == AS_GIVEN or (portfolio and portfolio == carried.get("portfolio_id")):
        return carried
    kept = {name: carried[name] for name in ("as_of", "benchmark_id") if name in carried}
    return {**kept, "portfolio_id": portfolio} if portfolio else {}


def _slots(objectives: Sequence[Mapping[str, Any]]) -> list[tuple[str, float]]:
    """Return kinds and weights in whole hundredths; equal ones where none is given."""
    given = [one.get("weight") for one in objectives]
    if all(weight is None for weight in given):
        given = [1.0] * len(objectives)
    total = sum(weight or 0.0 for weight in given) or 1.0
    return [
        (str(one["kind"]), float(round(100 * (weight or 0.0) / total)))
        for one, weight in zip(objectives, given, strict=True)
    ]


def _padded(slots: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return (*slots, *((NONE, 0.0) for _ in range(SLOTS_COUNT - len(slots))))


def _is_plain_maximum(limit: Mapping[str, Any]) -> bool:
    """Return whether a limit is what the field of the largest position says."""
    plain = limit.get("kind") == "position_bounds" and limit.get("relative_to", "absolute") == "absolute"
    return (
        plain
        and float(limit.get("min_frac", 0.01)) == 0.0
        and limit.get("assets") is None
        and not limit.get("is_soft")
        and limit.get("short_max_frac") is None
        and 0.0 <= float(limit.get("max_frac", -1.0)) <= 1.0  # the field takes no more than the whole
    )


def _base(rest: Mapping[str, Any], extras: Mapping[str, Any]) -> Document:
    return {"rest": dict(rest), "extras": dict(extras)}


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        raise InvalidRequest("The form has problems.", "Put them right, then start again.", fields=tuple(problems))
