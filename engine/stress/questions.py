"""Which questions go beyond one scenario: what loses that much, and what would repair the portfolio?

Both are documents like scenarios, and are answered in the same `StressWorld`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.frozen import FrozenSpec
from engine.kernel.units import plural
from engine.stress.moves import FactorName, plain_moves
from engine.stress.repair import Hedge, RepairTask, repair
from engine.stress.repair_program import LinearLimit
from engine.stress.result import FactorShockResult, PositionImpact, ReplayResult
from engine.stress.result_answers import RepairResult, ReverseResult
from engine.stress.reverse import reverse_assets, reverse_factors
from engine.stress.scenarios import Key, Title, parse_scenario, read_as
from engine.stress.world import StressWorld

Loss = Annotated[float, Field(gt=0.0, le=1.0)]
REVERSED_LEAST_FRAC = 0.001
Weight = Annotated[float, Field(ge=-2.0, le=2.0)]


class ReverseQuestion(FrozenSpec):
    """Which most plausible moves lose at least `loss_frac` of the value?

    Attributes
    ----------
    basis
        "factors", or "assets" for returns of the positions over `horizon_days`.
    lower, upper
        Bounds of factors in their units.

    """

    kind: Literal["reverse"] = "reverse"
    loss_frac: Annotated[float, Field(ge=REVERSED_LEAST_FRAC, le=1.0)] = 0.2
    basis: Literal["factors", "assets"] = "factors"
    lower: dict[FactorName, float] = Field(default_factory=dict)
    upper: dict[FactorName, float] = Field(default_factory=dict)
    horizon_days: Annotated[int, Field(ge=1, le=252)] = 21

    def answer(self, world: StressWorld) -> ReverseResult:
        """Return the scenario."""
        if self.basis == "assets":
            return reverse_assets(
                world.portfolio, world.history.returns_frac, self.loss_frac, horizon_days=self.horizon_days
            )
        low, high = plain_moves(self.lower), plain_moves(self.upper)
        bounds = {name: (low.get(name, -np.inf), high.get(name, np.inf)) for name in sorted({*low, *high})}
        return reverse_factors(
            world.portfolio, world.reactions, world.model, world.events, self.loss_frac, bounds, world.levels
        )


class ChosenScenario(FrozenSpec):
    """A scenario's document and the largest loss allowed in it.

    The document is of a kind whose answer names positions: historical, window, factors, custom or regulatory. `id` is
    what losses and binding limits call it; without one that of its answer, which two moves of factors share.
    """

    scenario: dict[str, Any]
    max_loss_frac: Loss
    id: Key | None = None


class HedgeTerms(FrozenSpec):
    """Within which weights an instrument of the hedge world may be added, at which cost."""

    name: Key
    min_frac: Weight = 0.0
    max_frac: Weight = 0.2
    is_funded: bool = True
    cost_frac: Annotated[float, Field(ge=0.0, le=0.2)] = 0.0005
    expected_return_annual_frac: Annotated[float, Field(ge=-1.0, le=2.0)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> HedgeTerms:
        if self.min_frac > self.max_frac:
            raise ValueError("the least weight is above the largest")
        return self


class RepairQuestion(FrozenSpec):
    """Which smallest trades bring every chosen scenario within its limit?"""

    kind: Literal["repair"] = "repair"
    name: Title = "Repair"
    scenarios: Annotated[tuple[ChosenScenario, ...], Field(min_length=1, max_length=60)]
    turnover_max_frac: Annotated[float, Field(ge=0.0, le=4.0)] = 0.1
    cash_min_frac: Weight | None = None
    cash_max_frac: Weight = 1.0
    group_max_frac: dict[str, Annotated[float, Field(ge=0.0, le=2.0)]] = Field(default_factory=dict)
    position_max_frac: Annotated[float, Field(gt=0.0, le=2.0)] | None = None
    hedges: Annotated[tuple[HedgeTerms, ...], Field(max_length=20)] = ()

    def answer(self, world: StressWorld, facts: RepairFacts | None = None) -> RepairResult:
        """Return the three ways.

        Parameters
        ----------
        world
            The portfolio's.
        facts
            Costs, expected returns, other limits and the hedges' own world.

        Raises
        ------
        InputRefused
            A scenario that names no positions, or a hedge that its world does not know.

        """
        known = facts or RepairFacts()
        chosen = [parse_scenario(one.scenario).answer(world) for one in self.scenarios]
        rows, keys, titles = _returns(chosen)
        keys = tuple(one.id or key for one, key in zip(self.scenarios, keys, strict=True))
        hedges, notes = self._hedges(known)
        count = world.portfolio.count
        upper = None
        if self.position_max_frac is not None:
            upper = np.full(count, self.position_max_frac)
        result = repair(
            RepairTask(
                portfolio=world.portfolio,
                scenarios=keys,
                names=titles,
                returns_frac=rows,
                limits_frac=np.array([one.max_loss_frac for one in self.scenarios]),
                costs_frac=np.full(count, np.nan) if known.costs_frac is None else known.costs_frac,
                upper_frac=upper,
                hedges=hedges,
                limits=known.limits,
                group_max_frac=self.group_max_frac,
                turnover_max_frac=self.turnover_max_frac,
                cash_lower_frac=self.cash_min_frac,
                cash_upper_frac=self.cash_max_frac,
                expected_returns_annual_frac=known.expected_returns_annual_frac,
                cash_return_annual_frac=known.cash_return_annual_frac,
            )
        )
        return result.model_copy(update={"notes": (*result.notes, *notes)})

    def _hedges(self, facts: RepairFacts) -> tuple[tuple[Hedge, ...], tuple[str, ...]]:
        """Return the hedges with what they do in each scenario, and notes.

        Help that rests on a weak stand-in is not counted: a hedge must not look good because nothing is known of it.
        """
        if not self.hedges:
            return (), ()
        if facts.hedge_world is None:
            raise InputRefused([Problem("hedges", "No hedge instrument is known.", "Leave the hedges out.")])
        answers = [parse_scenario(one.scenario).answer(facts.hedge_world) for one in self.scenarios]
        rows = _returns(answers)[0]
        names = facts.hedge_world.portfolio.assets
        absent = [one.name for one in self.hedges if one.name not in names]
        silent = [
            one.name for one in self.hedges if one.name in names and np.isnan(rows[:, names.index(one.name)]).any()
        ]
        if absent or silent:
            raise InputRefused(
                [
                    Problem("hedges", f"'{name}' is no hedge instrument.", f"Choose among {', '.join(names)}.")
                    for name in absent
                ]
                + [
                    Problem("hedges", f"Nothing says what '{name}' does in every scenario.", "Leave it out.")
                    for name in silent
                ]
            )
        is_weak = np.array([[held.is_weak for held in _positions(answer)] for answer in answers], dtype=bool)
        helps = {one.name: _counted(one, rows[:, names.index(one.name)], is_weak[:, names.index(one.name)])
                 for one in self.hedges}  # fmt: skip
        doubted = [name for name, (_, count) in helps.items() if count]
        notes = tuple(
            f"In {plural(helps[name][1], 'scenario')} the help of {name} rests on a weak stand-in and is not counted."
            for name in doubted
        )
        found = tuple(
            Hedge(
                name=one.name,
                returns_frac=helps[one.name][0],
                cost_frac=one.cost_frac,
                lower_frac=one.min_frac,
                upper_frac=one.max_frac,
                is_funded=one.is_funded,
                expected_return_annual_frac=one.expected_return_annual_frac,
            )
            for one in self.hedges
        )
        return found, notes


@dataclass(frozen=True, eq=False)
class RepairFacts:
    """What a repair needs besides the scenarios.

    Attributes
    ----------
    costs_frac
        Shape (n,), one-time cost of a trade over its size; NaN or None counts as 0.1%.
    expected_returns_annual_frac, cash_return_annual_frac
        Shape (n,), NaN unknown; and what cash earns.
    limits
        Other linear limits, whose coefficients stand for the n positions and then the hedges of the question.
    hedge_world
        A world whose portfolio holds the hedge instruments, each with a weight of 1.

    """

    costs_frac: Vector | None = None
    expected_returns_annual_frac: Vector | None = None
    cash_return_annual_frac: float = 0.0
    limits: Sequence[LinearLimit] = ()
    hedge_world: StressWorld | None = None


def _positions(answer: object) -> tuple[PositionImpact, ...]:
    assert isinstance(answer, ReplayResult | FactorShockResult), "refused before"
    return answer.positions


def _counted(terms: HedgeTerms, returns_frac: Vector, is_weak: NDArray[np.bool_]) -> tuple[Vector, int]:
    """Return what is counted of a hedge's returns (k,), and in how many scenarios help was left out."""
    if terms.min_frac >= 0.0:
        counted = np.where(is_weak, np.minimum(returns_frac, 0.0), returns_frac)
    elif terms.max_frac <= 0.0:
        counted = np.where(is_weak, np.maximum(returns_frac, 0.0), returns_frac)
    else:
        return returns_frac, 0
    return counted, int((counted != returns_frac).sum())


def _returns(answers: Sequence[object]) -> tuple[Matrix, tuple[str, ...], tuple[str, ...]]:
    """Return what each position does in each scenario, shape (k, n), NaN where not covered; ids and titles.

    Raises
    ------
    InputRefused
        An answer without positions.

    """
    rows, keys, titles = [], [], []
    for answer in answers:
        if not isinstance(answer, ReplayResult | FactorShockResult):
            raise InputRefused(
                [
                    Problem(
                        "scenarios", "This kind of scenario names no positions.", "Choose events, factors or own ones."
                    )
                ]
            )
        rows.append([np.nan if one.return_frac is None else one.return_frac for one in answer.positions])
        keys.append(answer.scenario)
        titles.append(answer.name)
    return np.array(rows, dtype=float), tuple(keys), tuple(titles)


def parse_question(given: str | bytes | Mapping[str, Any]) -> ReverseQuestion | RepairQuestion:
    """Return a reverse or repair question from JSON or a dictionary of plain values.

    Raises
    ------
    InputRefused
        With every problem, or when `kind` is neither.

    """
    text = given if isinstance(given, str | bytes) else json.dumps(dict(given))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise InputRefused([Problem("body", "The question is not JSON.", "Give an object with a kind.")]) from None
    kind = document.get("kind") if isinstance(document, dict) else None
    if kind == "reverse":
        return read_as(ReverseQuestion, text)
    if kind == "repair":
        return read_as(RepairQuestion, text)
    raise InputRefused([Problem("kind", "There is no such question.", "Give reverse or repair.")])
