"""Which kinds of stress scenario are there? One file each; this one holds what they share.

A scenario is a document: form, REST and stored custom scenarios are the same JSON, with `kind` first. `parse_scenario`
reads one, `answer` computes it in a `StressWorld`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

from pydantic import Field, ValidationError

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.findings import problems_of
from engine.kernel.frozen import FrozenResult, FrozenSpec
from engine.kernel.registry import Registry

if TYPE_CHECKING:
    from engine.stress.world import StressWorld

Spec = TypeVar("Spec", bound=FrozenSpec)
Title = Annotated[str, Field(min_length=1, max_length=120)]
Key = Annotated[str, Field(min_length=1, max_length=80)]


class Scenario(FrozenSpec):
    """One question of what would happen: its parameters, its sentence and its answer."""

    label: ClassVar[str]

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        raise NotImplementedError

    def answer(self, world: StressWorld) -> FrozenResult:
        """Return what happens to the portfolio.

        Raises
        ------
        InputRefused
            What is asked for is not known, or cannot happen.

        """
        raise NotImplementedError


SCENARIOS: Registry[Scenario] = Registry("SCENARIOS", __name__)


def parse_scenario(given: str | bytes | Mapping[str, Any]) -> Scenario:
    """Return the scenario that a JSON text or a dictionary of plain values states.

    Raises
    ------
    InputRefused
        With every problem: its place, its cause, a way out.
    UnknownMember
        There is no such kind.

    """
    text = given if isinstance(given, str | bytes) else json.dumps(dict(given))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise InputRefused([Problem("body", "The scenario is not JSON.", "Give an object with a kind.")]) from None
    if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
        kinds = ", ".join(SCENARIOS.kinds())
        raise InputRefused([Problem("kind", "The scenario names no kind.", f"Give one of {kinds}.")])
    return read_as(SCENARIOS.get(document["kind"]), text)


def read_as(form: type[Spec], text: str | bytes) -> Spec:
    """Return a strict form from JSON, or raise `InputRefused` with every problem in plain words."""
    try:
        return form.model_validate_json(text)
    except ValidationError as refusal:
        raise InputRefused(
            problems_of(refusal, lambda location: ".".join(str(one) for one in location) or "body")
        ) from None
