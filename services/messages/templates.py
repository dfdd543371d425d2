"""In which shapes are templates of optimizations, with one goal or several objectives, kept, shown and compared?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.costs import CostsSpec
from engine.kernel.frozen import FrozenSpec
from engine.kernel.units import fraction
from engine.pareto.spec import (
    OBJECTIVES_MAX_COUNT,
    OBJECTIVES_MIN_COUNT,
    ParetoEffort,
    ParetoMethod,
    ParetoObjective,
)
from engine.rates import DatedRates
from engine.spec import AnyConstraint, AnyObjective, EstimatesSpec
from services.messages.clients import ClientType
from services.messages.frozen import Message

NAME_MAX_COUNT, TEXT_MAX_COUNT = 200, 2000
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX_COUNT)]
Text = Annotated[str, Field(max_length=TEXT_MAX_COUNT)]
ClientTypes = Annotated[tuple[ClientType, ...], Field(max_length=len(ClientType))]


class Sharing(StrEnum):
    """Who besides its owner reads a template; only the owner changes it."""

    PRIVATE = "private"
    TEAM = "team"
    HOUSE = "house"


class Purpose(StrEnum):
    """What a template fills in: the wizard, which has one goal, or the page of trade-offs, which has several."""

    OPTIMIZATION = "optimization"
    TRADEOFFS = "tradeoffs"


class Recipe(FrozenSpec):
    """What a template fills in: a request without its assets, its portfolio and its day.

    Exactly one of `objective` and `objectives`. With one goal every field means what it means in
    `POST /optimizations`, with several what it means in `POST /optimizations/pareto`; `points_count`, `method` and
    `effort` have a meaning with several only.
    """

    objectives: (
        Annotated[tuple[ParetoObjective, ...], Field(min_length=OBJECTIVES_MIN_COUNT, max_length=OBJECTIVES_MAX_COUNT)]
        | None
    ) = None
    objective: AnyObjective | None = None
    constraints: Annotated[tuple[AnyConstraint, ...], Field(max_length=5000)] = ()
    estimates: EstimatesSpec = EstimatesSpec()
    costs: CostsSpec | None = None
    risk_free_annual_frac: Annotated[float, *fraction(-0.5, 0.5)] | None = None
    risk_free_rates: DatedRates | None = None
    keep_rules: bool | None = None
    allow_covariance_repair: bool = False
    proof_effort: Literal["quick", "standard", "full"] = "standard"
    points_count: Annotated[int, Field(ge=2, le=1000)] = 200
    method: ParetoMethod = "auto"
    effort: ParetoEffort = "standard"

    @model_validator(mode="after")
    def _one_aim(self) -> Recipe:
        if (self.objective is None) == (self.objectives is None):
            raise PydanticCustomError(
                "one_aim",
                "Exactly one of `objective` and `objectives` is needed. Give one of them.",
            )
        return self

    @property
    def purpose(self) -> Purpose:
        """What it fills in."""
        return Purpose.TRADEOFFS if self.objective is None else Purpose.OPTIMIZATION


class NewTemplate(Message):
    """A template to keep.

    `client_types` are the kinds of client that it is for; none stands for all. `team_id` is needed where `sharing` is
    `team`, and has no part elsewhere. `note` says what this version is about.
    """

    name: Name
    description: Text | None = None
    sharing: Sharing = Sharing.PRIVATE
    team_id: str | None = None
    client_types: ClientTypes = ()
    recipe: Recipe
    note: Text | None = None


class TemplateChanges(Message):
    """What to change of a template; only the fields that are sent are changed.

    `recipe` and `client_types` make a new version, with `note`, where they differ from the present one.
    """

    name: Name | None = None
    description: Text | None = None
    sharing: Sharing | None = None
    team_id: str | None = None
    client_types: ClientTypes | None = None
    recipe: Recipe | None = None
    note: Text | None = None


class TemplateVersion(Message):
    """One version of a template; it is never changed. `made_by` is None for people whom the reader does not see."""

    version: int
    client_types: tuple[ClientType, ...]
    recipe: Recipe
    note: str | None
    made_by: str | None
    created_at_utc: datetime


class Template(Message):
    """A template with its present version.

    `owner_name` is None for people whom the reader does not see; `is_mine` says whether the reader may change it.
    """

    id: str
    name: str
    description: str | None
    sharing: Sharing
    team_id: str | None
    owner_id: str
    owner_name: str | None
    is_mine: bool
    version: int
    client_types: tuple[ClientType, ...]
    recipe: Recipe
    row_version: int
    created_at_utc: datetime
    changed_at_utc: datetime


class TemplateDifference(Message):
    """One field in which two versions differ: its place, and its value in each as JSON; None where it is absent."""

    path: str
    first: str | None
    second: str | None


class TemplateComparison(Message):
    """How one version of a template differs from another; no differences where they say the same."""

    first_version: int
    second_version: int
    differences: tuple[TemplateDifference, ...]


class TemplateEffect(Message):
    """What using a template would change in a recipe: `first` is what stands there now, `second` the template's."""

    version: int
    differences: tuple[TemplateDifference, ...]


class PresentRecipe(Message):
    """The recipe that a template is held against."""

    recipe: Recipe
