"""What does the mandate doctor answer? The one definition that screen, API and stored runs share."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, ConfigDict, Field

from engine.kernel.frozen import FrozenResult


class LimitName(FrozenResult):
    """A limit as it stands in the request; `constraint_index` is None for the goal's own floor or ceiling."""

    constraint_index: int | None
    kind: str
    label: str
    sentence: str


class Change(FrozenResult):
    """One step of a repair, in JSON as ``{"constraint_index", "field", "from", "to"}``.

    Attributes
    ----------
    constraint_index
        Place among the request's constraints; None means the objective.
    field
        The field that changes; None means that the whole limit is removed.
    from_value, to_value
        Its value before and after, in the field's own unit (fractions are fractions); None with `field` None.

    """

    model_config = ConfigDict(serialize_by_alias=True)

    constraint_index: int | None
    field: str | None
    from_value: float | None = Field(
        default=None, serialization_alias="from", validation_alias=AliasChoices("from", "from_value")
    )
    to_value: float | None = Field(
        default=None, serialization_alias="to", validation_alias=AliasChoices("to", "to_value")
    )


class Conflict(FrozenResult):
    """Limits that cannot hold together while any of them left out lets the others hold."""

    limits: tuple[LimitName, ...]
    sentence: str
    advice: str


class Repair(FrozenResult):
    """Changes that make a portfolio possible, verified by solving the changed request."""

    changes: tuple[Change, ...]
    sentence: str


class SingleRepair(FrozenResult):
    """What a change of one limit alone achieves.

    Attributes
    ----------
    is_enough
        Whether some change of this limit alone makes a portfolio possible.
    changes
        The smallest such change, rounded to a step that can be written down; verified by solving again.
    figure, figure_value
        What is gained: the goal's figure at the portfolio that is then best; None where it was not solved for.

    """

    limit: LimitName
    is_enough: bool
    changes: tuple[Change, ...] = ()
    sentence: str
    figure: Literal["sharpe", "volatility_annual_frac", "return_annual_frac"] | None = None
    figure_value: float | None = None


class GivenWay(FrozenResult):
    """How far a soft limit had to give way, at least, so that the others can hold."""

    limit: LimitName
    changes: tuple[Change, ...]
    sentence: str


class Diagnosis(FrozenResult):
    """Whether any portfolio meets the limits, why not, and what would help.

    Attributes
    ----------
    is_feasible
        Whether a portfolio meets every hard limit.
    sentence
        The whole in one or two sentences.
    conflicts
        Irreducible sets; relaxing every one of them makes a portfolio possible. Where hard limits clash, of hard limits
        only; where every hard limit can hold, they say why soft ones give way.
    joint_repair
        The cheapest changes that together are enough; limits with a larger priority number give way first.
    single_repairs
        For each limit that changes, alone, the best first; then the limits of which no change is enough.
    given_way
        Soft limits that give way, where every hard limit can hold but not every soft one.
    notes
        What was not proven or not looked at.

    """

    schema_version: Literal[1] = 1
    is_feasible: bool
    sentence: str
    conflicts: tuple[Conflict, ...] = ()
    joint_repair: Repair | None = None
    single_repairs: tuple[SingleRepair, ...] = ()
    given_way: tuple[GivenWay, ...] = ()
    notes: tuple[str, ...] = ()
