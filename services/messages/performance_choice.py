"""In which shapes is asked what one part of an attribution did through time, and what is told?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from services.messages.frozen import Message
from services.messages.performance import AttributionRequest, PerformanceHead

PART_PATTERN = r"^(sector|asset_class|country|currency|asset|effect|factor):\S.*$"
ChosenKind = Literal["group", "effect", "factor"]


class ChoiceRequest(AttributionRequest):
    """Which part of an attribution, as its dimension and its name: ``sector:Technology``, ``asset:AAPL``.

    Dimensions are those of groups (`sector`, `asset_class`, `country`, `currency`, `asset`, whose name is the symbol),
    `effect` (`allocation`, `selection`, `interaction`, `trading`, over segments by `grouping`), and `factor` (a factor,
    `cash`, `alpha` or `unexplained`).
    """

    chosen: str = Field(min_length=3, max_length=160, pattern=PART_PATTERN)


class Course(Message):
    """Parts of one figure day by day: over the days, each part adds up to its figure in the attribution.

    `parts` has one line of values a part, as long as `dates`.
    """

    dates: tuple[date, ...]
    parts: dict[str, tuple[float, ...]]

    def total(self, name: str) -> float:
        """Return what a part adds up to."""
        return sum(self.parts[name])


class ChoiceView(PerformanceHead):
    """What the chosen part did, in all and day by day.

    Attributes
    ----------
    chosen, kind, dimension, name, label
        What was chosen; `label` is how it reads.
    asset_keys, symbols
        Holdings that belong to a group, of the portfolio or its benchmark; empty for effects and factors. Cash is among
        the keys as ``cash``, and has no symbol.
    mean_weight_frac, own_return_frac
        Of a group: the mean of its weights at the begin of the days, and what was held of it returned, trades apart;
        None for effects and factors, and where nothing was held.
    total_frac
        What it added to the return of the period; for an effect, to the return beside the benchmark.
    added
        The course of `total_frac`, one part.
    effects, effects_sentence
        Of a group: its effects beside the benchmark, or why there are none.
    days, portfolio_returns_frac, gains_frac, returns_frac
        Of a group, by day: the portfolio's return, what the group added to it, and what the group itself returned
        (None where it was not held). Empty for effects and factors.

    """

    chosen: str
    kind: ChosenKind
    dimension: str
    name: str
    label: str
    asset_keys: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    mean_weight_frac: float | None = None
    own_return_frac: float | None = None
    total_frac: float
    added: Course
    effects: Course | None = None
    effects_sentence: str | None = None
    days: tuple[date, ...] = ()
    portfolio_returns_frac: tuple[float, ...] = ()
    gains_frac: tuple[float, ...] = ()
    returns_frac: tuple[float | None, ...] = ()
