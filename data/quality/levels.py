"""Which sessions stand on another level than the rest of a series, when its level was shifted by a known factor?

A step up that is taken back by a step down encloses a block. A step that is never taken back divides the series in two;
the newer level counts then, because that is the one in which the next price will be quoted, unless it is younger than
five sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

YOUNG_COUNT = 5


@dataclass(frozen=True)
class Step:
    """A shift of the level at one place: prices are `factor` times what they were, `size` is the log move seen."""

    place: int
    size: float
    factor: float


@dataclass(frozen=True)
class Block:
    """Sessions `low` to `high` (not included) that have to be multiplied by `scale`; `steps` are its borders."""

    low: int
    high: int
    scale: float
    steps: tuple[Step, ...]

    @property
    def is_inside(self) -> bool:
        """Whether both borders were seen."""
        return len(self.steps) == 2


def blocks_of(steps: Sequence[Step], count: int, longest_count: int | None = None) -> list[Block]:
    """Return the blocks that shifts of the level enclose, in order of time.

    Parameters
    ----------
    steps : sequence of Step
        In order of place; `factor` is what prices were multiplied by at the step, above or below 1.
    count : int
        Sessions of the series.
    longest_count : int or None
        Longest block that two opposite steps enclose; longer ones are two shifts of their own.
    """
    found: list[Block] = []
    waiting: list[Step] = []
    for step in steps:
        before = waiting[-1] if waiting else None
        fits = before is not None and abs(before.factor * step.factor - 1.0) < 0.02
        if before is not None and fits and (longest_count is None or step.place - before.place <= longest_count):
            waiting.pop()
            found.append(Block(before.place, step.place, 1.0 / before.factor, (before, step)))
        else:
            waiting.append(step)
    for step in waiting:
        if count - step.place < YOUNG_COUNT:
            found.append(Block(step.place, count, 1.0 / step.factor, (step,)))
        else:
            found.append(Block(0, step.place, step.factor, (step,)))
    return sorted(found, key=lambda block: (block.low, block.high))
