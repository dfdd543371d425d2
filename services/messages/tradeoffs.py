"""In which shapes are several objectives asked for, answered, weighed and recommended?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from engine.pareto.recommend import Criterion
from engine.pareto.result import (
    ParetoAxis,
    ParetoChoice,
    ParetoPair,
    ParetoPoint,
    ParetoResult,
)
from engine.pareto.spec import KINDS, LABELS, ParetoKind, ParetoObjective, ParetoRequest
from services.messages.clients import ClientType
from services.messages.frozen import Message

__all__ = [
    "KINDS",
    "LABELS",
    "ClientRecommendation",
    "ParetoAxis",
    "ParetoChoice",
    "ParetoKind",
    "ParetoObjective",
    "ParetoPair",
    "ParetoPoint",
    "ParetoRequest",
    "ParetoResult",
    "PointChoice",
    "PointTarget",
    "PointWish",
]


def _one_sentence(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    """Refuse what is neither a place nor the word, under the field's own path and once."""
    try:
        return handler(value)
    except ValidationError:
        raise PydanticCustomError(
            "point_of_result",
            'This is no point of a result. Send its place, a whole number from 0 to 10,000, or "chosen".',
        ) from None


Weight = Annotated[float, Field(ge=0.0, le=1e6)]


class ClientRecommendation(Message):
    """The point that suits a client, by the latest version of their profile.

    `point_place` is its place among the points of the result. `decided_by` names the criterion that decided;
    `is_within_capacity` is false where every point can lose more than the client.
    """

    client_id: str
    client_type: ClientType
    profile_version: int
    point_place: int
    decided_by: Criterion
    is_within_capacity: bool
    loss_frac: float
    volatility_max_annual_frac: float | None
    sentence: str


class PointWish(Message):
    """How much each objective of a result counts, by its kind; those left out count nothing, only ratios matter."""

    weights: Annotated[dict[ParetoKind, Weight], Field(min_length=1, max_length=5)]


class PointChoice(Message):
    """The point that weights choose among those that were found, and its place."""

    point_place: int
    point: ParetoPoint


class PointTarget(Message):
    """Which portfolio of a result becomes the target: the one its weights chose, or a point by its place from 0.

    Without `point` it is the chosen one.
    """

    point: Annotated[Annotated[int, Field(ge=0, le=10_000)] | Literal["chosen"], WrapValidator(_one_sentence)] = (
        "chosen"
    )
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
