"""How does a draft of the wizard become the recipe of a template, and a template a draft?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from callbacks.optimize_draft import build
from callbacks.optimize_local import localized
from callbacks.optimize_restore import from_request
from callbacks.wording import reader_style
from components.wizard_draft import DEFAULTS
from services.errors import FieldProblem, InvalidRequest
from services.messages.templates import Recipe, Template
from services.templates_recipe import document_of

STAYS: Final = ("origin", "source", "portfolio_id", "assets", "name", "as_of", "benchmark", "own_groups", "own_factors")
"""Parts of a draft that no template holds: whose money it is, from what it chooses, and on which day."""


def recipe_of(draft: Mapping[str, Any]) -> Recipe:
    """Return goal, limits and estimates of a draft as a recipe; no assets need to be chosen.

    Raises
    ------
    InvalidRequest
        With everything typed that cannot be used.
    """
    built = build(draft)
    problems = [FieldProblem("", one.message, one.advice) for one in built.problems if one.key != "assets"]
    if problems:
        raise InvalidRequest("Something in the wizard cannot be used yet.", "Mend it first.", fields=tuple(problems))
    document = json.loads(built.request_json)
    kept = {name: value for name, value in document.items() if name in Recipe.model_fields and value is not None}
    return Recipe.model_validate_json(json.dumps(kept))


def filled(draft: Mapping[str, Any] | None, template: Template) -> dict[str, Any]:
    """Return the draft with what a template fills in, in the reader's number format."""
    before = DEFAULTS | dict(draft or {})
    made = from_request("", document_of(template.recipe))
    stays = {name: before[name] for name in STAYS if name in before}
    said = f"From the template {template.name}, version {template.version}."
    return localized(made, reader_style()) | stays | {"applied": said, "prefilled": {}}
