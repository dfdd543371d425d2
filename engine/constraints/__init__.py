"""Which limits can a portfolio be given? One file each; this one holds what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import LimitParts, Universe, Vector
from engine.kernel.frozen import FrozenSpec
from engine.kernel.registry import Registry
from engine.kernel.units import agree, listing, percent

Side = Literal["lower", "upper"]
Repeats = Literal["freely", "once_hard_once_soft", "never"]


class Constraint(FrozenSpec):
    """A limit: its parameters, its sentence, and its compilation into linear parts.

    A soft limit gives way, as little as possible, where the limits cannot all hold; of several soft limits those with
    the larger `priority` number give way first.

    Attributes
    ----------
    side_fields
        Which parameter states the lower and which the upper side of what the limit compiles into.
    repeats
        How often the kind may be given in one request.
    is_average
        Whether the sides of the limit's rows are averages over what is invested, not sums over the capital.
    needs_history
        Whether the limit is measured on a history of returns, which figures given directly do not have.

    """

    label: ClassVar[str]
    side_fields: ClassVar[Mapping[Side, str]] = {}
    repeats: ClassVar[Repeats] = "freely"
    is_average: ClassVar[bool] = False
    needs_history: ClassVar[bool] = False
    is_soft: bool = False
    priority: Annotated[int, Field(ge=1, le=9)] = 5

    @property
    def title(self) -> str:
        """What the limit is called in results and problems; the label, where the kind alone says what is limited."""
        return self.label

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        raise NotImplementedError

    def sentence(self) -> str:
        """Return the sentence of the limit, and where it is soft, that it may give way."""
        if not self.is_soft:
            return self.explain()
        order = {9: ", first of all", 1: ", last of all"}.get(self.priority, "")
        return f"{self.explain()} It may give way{order} (priority {self.priority} of 9)."

    def name_problems(self, universe: Universe) -> list[Problem]:
        """Return the names in the limit that are none of the assets; needs no facts about them."""
        return []

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return the facts that the limit needs and the universe lacks."""
        return []

    def problems(self, universe: Universe) -> list[Problem]:
        """Return all that makes the limit unusable on these assets; paths are relative to the limit."""
        return self.name_problems(universe) + self.fact_problems(universe)

    def compile(self, universe: Universe) -> LimitParts:
        """Return the limit's parts for these assets.

        Raises
        ------
        InputRefused
            When the limit needs a fact that the universe lacks; `problems` says so beforehand.

        """
        raise NotImplementedError

    def refusal(self, universe: Universe) -> InputRefused:
        """Return the error for a limit that is compiled although it has problems."""
        return InputRefused(self.problems(universe))


CONSTRAINTS: Registry[Constraint] = Registry("CONSTRAINTS", __name__)


def unnamed_assets_problems(names: Sequence[str] | None, universe: Universe, path: str = "assets") -> list[Problem]:
    """Return a problem for names that are none of the assets."""
    among = set(universe.assets)
    unknown = [name for name in names or () if name not in among]
    if not unknown:
        return []
    return [
        Problem(
            path,
            f"{listing(unknown)} {agree(unknown, 'is', 'are')} not among the assets of this portfolio.",
            "Add the asset to the universe or remove it from the limit.",
        )
    ]


def unknown_figures(figures: Vector | None, universe: Universe) -> list[str]:
    """Return the assets whose figure is not known, all of them when there are none at all."""
    if figures is None:
        return list(universe.assets)
    return [universe.assets[place] for place in np.flatnonzero(np.isnan(figures))]


def missing_figures_problems(
    figures: Vector | None, universe: Universe, *, path: str, what: str, fact: str, otherwise: str
) -> list[Problem]:
    """Return a problem when a figure of any asset is not known.

    Parameters
    ----------
    figures
        Shape (n,) with NaN where not known, or None.
    universe
        The assets.
    path
        Field of the limit that needs the figures.
    what
        The figure in words with its article, such as ``"an ESG score"``.
    fact
        Field of the facts where it belongs.
    otherwise
        The other ways out, as they follow "or".

    """
    missing = unknown_figures(figures, universe)
    if not missing:
        return []
    if len(missing) == universe.count:
        return [
            Problem(path, f"No asset has {what}.", f"Give `facts.{fact}`, one figure for each asset, or {otherwise}.")
        ]
    have = "has no" if len(missing) == 1 else "have no"
    noun = what.split(" ", 1)[1]
    return [
        Problem(
            path,
            f"{listing(missing)} {have} {noun}.",
            f"Give {'it' if len(missing) == 1 else 'them'} in `facts.{fact}`, drop the assets, or {otherwise}.",
        )
    ]


def current_weights_problems(universe: Universe, path: str) -> list[Problem]:
    """Return a problem when nothing is known of what is held now."""
    if universe.current_weights_frac is not None:
        return []
    return [
        Problem(
            path,
            "There are no current holdings to measure from.",
            "Choose a portfolio, give `current_weights`, or remove the limit.",
        )
    ]


def benchmark_problems(universe: Universe, path: str, otherwise: str = "remove the limit") -> list[Problem]:
    """Return a problem when there is no benchmark, its weights are not known, or none of it lies among the assets.

    Parameters
    ----------
    universe
        The assets with what is known of the benchmark.
    path
        Field that needs it.
    otherwise
        The last way out, as it follows "or".

    """
    weights = universe.benchmark_weights_frac
    if weights is None and universe.benchmark_name is not None:
        return [
            Problem(
                path,
                f"The weights of the benchmark {universe.benchmark_name} are not known, and this is measured from "
                "them.",
                "Choose a benchmark with weights, import weights for this one, give `facts.benchmark_weights`, or "
                f"{otherwise}.",
            )
        ]
    if weights is None:
        return [
            Problem(
                path,
                "There is no benchmark to measure from.",
                f"Choose a benchmark, give `facts.benchmark_weights`, or {otherwise}.",
            )
        ]
    if not weights.any():
        return [
            Problem(
                path,
                "No constituent of the benchmark is among the assets.",
                f"Add constituents to the assets, choose another benchmark, or {otherwise}.",
            )
        ]
    return []


def relative_notes(universe: Universe, what: str) -> tuple[str, ...]:
    """Return a sentence where limits measured from the benchmark's weights see a part of the benchmark only.

    Parameters
    ----------
    universe
        The assets with what is known of the benchmark.
    what
        What is measured, such as ``"positions"``.

    """
    outside = universe.benchmark_outside_frac
    if universe.benchmark_weights_frac is None or not outside:
        return ()
    return (
        f"{percent(outside)} of the benchmark lies in assets beside the portfolio's: {what} are measured from the "
        "weights of the other constituents as they are, not scaled up.",
    )
