"""What does each limit of a request demand, in numbers?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Estimates, LimitParts, Matrix, TailKind, Universe, Vector
from engine.kernel.frozen import FrozenSpec


@dataclass(frozen=True, eq=False)
class Line:
    """linear @ w + absolute @ |w - center| ≤ upper, with absolute ≥ 0, shape (n,) each."""

    name: str
    linear: Vector
    absolute: Vector
    center: Vector
    upper: float


@dataclass(frozen=True, eq=False)
class Jump:
    """|w_i - center_i| ≥ size, or w_i = center_i unless `is_required`, for the masked assets."""

    mask: NDArray[np.bool_]
    center: Vector
    size: float
    is_required: bool


@dataclass(frozen=True, eq=False)
class Tail:
    """A tail measure of the history at most `upper`."""

    tail: TailKind
    level: float
    upper: float


@dataclass(frozen=True, eq=False)
class Demands:
    """Everything one limit demands; a limit's own bounds are infinite where it has none."""

    lower: Vector
    upper: Vector
    lines: tuple[Line, ...] = ()
    risks: tuple[tuple[Vector, float], ...] = ()
    tails: tuple[Tail, ...] = ()
    jumps: tuple[Jump, ...] = ()
    max_count: float = np.inf
    min_count: float = 0.0
    net: float | None = None

    @cached_property
    def is_whole(self) -> bool:
        """Whether the demand is one of all or nothing."""
        return bool(self.jumps) or bool(np.isfinite(self.max_count)) or self.min_count > 0.0

    @cached_property
    def numbers(self) -> Vector:
        """Every side in one row, larger where a limit is looser: bounds, lines, risks, tails, jumps, counts."""
        return np.concatenate(
            [
                -self.lower,
                self.upper,
                [line.upper for line in self.lines],
                [upper for _, upper in self.risks],
                [item.upper for item in self.tails],
                [-item.size for item in self.jumps],
                [self.max_count, -self.min_count, self.net or 0.0],
            ]
        )

    def split(self, numbers: Vector) -> list[Vector]:
        """Return a row like `numbers` in its seven pieces."""
        pieces, start = [], 0
        for piece in (self.lower, self.upper, self.lines, self.risks, self.tails, self.jumps):
            pieces.append(numbers[start : start + len(piece)])
            start += len(piece)
        return [*pieces, numbers[start:]]

    @cached_property
    def touched(self) -> NDArray[np.bool_]:
        """Assets that the bounds and lines are about, shape (n,)."""
        assets: NDArray[np.bool_] = np.isfinite(self.lower) | np.isfinite(self.upper)
        for line in self.lines:
            assets |= (line.linear != 0.0) | (line.absolute != 0.0)
        return assets

    @property
    def is_curved(self) -> bool:
        """Whether a risk or a tail measure has a ceiling."""
        return bool(self.risks or self.tails)


@dataclass(frozen=True, eq=False)
class Knob:
    """A field of a limit that can give way.

    Attributes
    ----------
    name, value, sign
        The field, its value, and the direction in which it loosens: +1 up, -1 down.
    unit
        What counts as one step when changes of different fields are compared.
    most
        The largest change that the field can take.
    is_whole
        Whether the field is a whole number.
    lower, upper, lines, risks, tails, jumps, max_count, min_count, net
        How far each side of the demands moves, towards looser, for one unit of the field.

    """

    name: str
    value: float
    sign: int
    unit: float
    most: float
    is_whole: bool
    lower: Vector
    upper: Vector
    lines: Vector
    risks: Vector
    tails: Vector
    jumps: Vector
    max_count: float = 0.0
    min_count: float = 0.0
    net: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        """The values that lie within the largest change, on either side."""
        return round(self.value - self.most, 12), round(self.value + self.most, 12)

    @cached_property
    def has_bounds(self) -> bool:
        """Whether the field moves bounds on positions."""
        return bool(self.lower.any() or self.upper.any())


@dataclass(eq=False)
class UserLimit:
    """One limit as the user set it.

    Attributes
    ----------
    index
        Its place in the request, None for the goal's own floor or ceiling.
    later
        Places of the position bounds that replace this one for some assets.

    """

    index: int | None
    spec: FrozenSpec
    demands: Demands
    later: tuple[int, ...]
    probe: Callable[[], tuple[Knob, ...]]

    @cached_property
    def knobs(self) -> tuple[Knob, ...]:
        """The fields that can give way; found out when first asked for."""
        return self.probe()

    @cached_property
    def kind(self) -> str:
        """The limit's kind."""
        return str(getattr(self.spec, "kind", ""))

    @property
    def label(self) -> str:
        """What the user calls it."""
        return str(getattr(self.spec, "title", getattr(self.spec, "label", self.kind)))

    @property
    def sentence(self) -> str:
        """What it demands, as the request says it."""
        explain = getattr(self.spec, "explain", None)
        return str(explain()) if explain is not None else self.label

    @cached_property
    def is_soft(self) -> bool:
        """Whether the user said that it may give way."""
        return bool(getattr(self.spec, "is_soft", False))

    @property
    def priority(self) -> int:
        """1 is kept longest, 9 gives way first."""
        return int(getattr(self.spec, "priority", 5))


@dataclass(frozen=True, eq=False)
class Mandate:
    """All limits of a request on one universe, ready to be taken apart."""

    universe: Universe
    limits: tuple[UserLimit, ...]
    has_shorts: bool
    estimates: Estimates | None
    risk_free_annual_frac: float
    compiled: Mapping[int, tuple[FrozenSpec, LimitParts]] = field(default_factory=dict)

    def part_of(self, spec: FrozenSpec) -> LimitParts | None:
        """Return the parts of a limit that is the very one read before, else None."""
        known = self.compiled.get(id(spec))
        return known[1] if known is not None and known[0] is spec else None

    @cached_property
    def lowers(self) -> Matrix:
        """Lower bounds on weights, limit by limit, shape (limits, n)."""
        return np.array([limit.demands.lower for limit in self.limits]).reshape(len(self.limits), self.universe.count)

    @cached_property
    def uppers(self) -> Matrix:
        """Upper bounds on weights, limit by limit, shape (limits, n)."""
        return np.array([limit.demands.upper for limit in self.limits]).reshape(len(self.limits), self.universe.count)

    @property
    def floor(self) -> float:
        """The smallest weight an asset without any limit may have."""
        return -1.0 if self.has_shorts else 0.0

    @cached_property
    def ceiling(self) -> float:
        """The largest weight an asset without any limit may have: everything there is to invest."""
        return max([1.0, *(limit.demands.net for limit in self.limits if limit.demands.net is not None)])
