"""In which shapes are templates of objectives kept, shown and compared?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

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
from engine.spec import AnyConstraint, EstimatesSpec
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


class Recipe(FrozenSpec):
    """What a template fills in: a request with several objectives without its assets, its portfolio and its day.

    Every field means what it means in `POST /optimizations/pareto`.
    """

    objectives: Annotated[
        tuple[ParetoObjective, ...], Field(min_length=OBJECTIVES_MIN_COUNT, max_length=OBJECTIVES_MAX_COUNT)
    ]
    constraints: Annotated[tuple[AnyConstraint, ...], Field(max_length=5000)] = ()
    estimates: EstimatesSpec = EstimatesSpec()
    costs: CostsSpec | None = None
    risk_free_annual_frac: Annotated[float, *fraction(-0.5, 0.5)] | None = None
    points_count: Annotated[int, Field(ge=2, le=1000)] = 200
    method: ParetoMethod = "auto"
    effort: ParetoEffort = "standard"


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
