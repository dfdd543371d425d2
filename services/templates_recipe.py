"""Is a kept recipe one that a run would take, and how is it stored and read again?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from engine.constraints import CONSTRAINTS
from engine.kernel.canonical import canonical_json
from engine.kernel.errors import InputRefused
from engine.pareto.parse import parse_pareto
from engine.parse import parse_request
from services.errors import Conflict, FieldProblem
from services.field_problems import field_problem
from services.messages.clients import ClientType
from services.messages.frozen import Message
from services.messages.templates import Purpose, Recipe
from services.optimize_wishes import below

ANY_PORTFOLIO = "template"
"""Stands for the portfolio that a recipe is used with, so that everything else of it can be checked."""

_OF_SEVERAL: Final = ("objectives", "points_count", "method", "effort")
_WHERE_SET: Final = ("risk_free_rates", "keep_rules", "allow_covariance_repair", "proof_effort")
"""Left out while they say what they say anyway, so that a recipe kept before there were such fields is still itself."""


class Kept(Message):
    """What one version of a template holds."""

    client_types: tuple[ClientType, ...] = ()
    recipe: Recipe


def recipe_problems(recipe: Recipe) -> list[FieldProblem]:
    """Return why no run would take the recipe, under the paths of the body that brought it; none where one would."""
    parse: Callable[[str], Any] = parse_pareto if recipe.purpose is Purpose.TRADEOFFS else parse_request
    try:
        parse(json.dumps({**document_of(recipe), "portfolio_id": ANY_PORTFOLIO}))
    except InputRefused as refusal:
        return [below(field_problem(problem), "recipe") for problem in refusal.problems]
    return []


def document_of(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe as plain values, as a request of its purpose takes them."""
    without = ("objective",) if recipe.purpose is Purpose.TRADEOFFS else _OF_SEVERAL
    usual = {name: Recipe.model_fields[name].default for name in _WHERE_SET}
    document = recipe.model_dump(mode="json")
    return {
        name: value
        for name, value in document.items()
        if name not in without and not (name in usual and value == usual[name])
    }


def limit_sentence(limit: Mapping[str, Any]) -> str:
    """Return a limit of a recipe or a request, given as plain values, as the sentence that the engine has for it."""
    made: Any = CONSTRAINTS.get(str(limit["kind"])).model_validate_json(json.dumps(limit))
    return str(made.explain())


def text_of(recipe: Recipe, client_types: tuple[ClientType, ...]) -> str:
    """Return what is stored: canonical, so that the same recipe is the same text."""
    types = [one.value for one in ClientType if one in client_types]
    return canonical_json({"client_types": types, "recipe": document_of(recipe)})


def read(text: str) -> Kept:
    """Return a stored version, read by the same classes that a request is read by.

    Raises
    ------
    Conflict
        When this version of the product does not understand it any more.
    """
    try:
        return Kept.model_validate_json(text)
    except ValidationError:
        raise Conflict(
            "This version of the template was made for another version of the product and cannot be read.",
            "Choose another version, or make the template anew.",
            code="template_unreadable",
        ) from None
