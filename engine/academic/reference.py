"""Which frontier was published for an instance?

The format is that of the OR-Library's `portef1.txt`: one line for each of some 2,000 efficient portfolios, mean and
variance of the return over one period, from either end of the frontier to the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.academic.instance import MEAN_MAX, stem
from engine.academic.lines import Line, Reading
from engine.kernel.forms import Vector

REFERENCE_MAX_BYTES = 1024 * 1024
POINTS_MAX_COUNT = 20_000
VARIANCE_MAX = 9.0
ORDER_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class ReferenceFrontier:
    """Means and variances of published efficient portfolios, shape (m,) each, means rising; fractions of one period."""

    name: str
    means: Vector
    variances: Vector

    @property
    def count(self) -> int:
        """Number of points."""
        return len(self.means)


def read_reference(raw: bytes, name: str = "reference") -> ReferenceFrontier:
    """Return the frontier that a file states.

    Parameters
    ----------
    raw
        The file's bytes.
    name
        Name of the file.

    Raises
    ------
    InputRefused
        With the first hundred problems, each with its line, its cause and the way out: another number of entries than
        two, what is no finite decimal number, variances that are not positive, and points that are not efficient beside
        their neighbors.

    """
    reading = Reading("reference")
    lines = reading.lines(raw, REFERENCE_MAX_BYTES)
    if not 2 <= len(lines) <= POINTS_MAX_COUNT:
        reading.add(
            None,
            f"The file has {len(lines):,} lines; from 2 to {POINTS_MAX_COUNT:,} points of a frontier are read.",
            "Send the file with mean and variance of each point, one a line.",
        )
        reading.refuse()
    points = [(line, read) for line in lines if (read := _point(reading, line)) is not None]
    reading.refuse()
    values = np.array([read for _, read in points])
    is_falling = values[0, 0] > values[-1, 0]
    if is_falling:
        points, values = points[::-1], values[::-1]
    for place in np.flatnonzero((np.diff(values, axis=0) < -ORDER_TOLERANCE).any(axis=1)):
        line = points[place if is_falling else place + 1][0]
        reading.add(
            line.number,
            f"The point on line {line.number} is not efficient beside its neighbor: where the mean rises, the variance "
            "must rise too, all along the file.",
            "Order the points along the frontier, and leave out what is not efficient.",
        )
    reading.refuse()
    return ReferenceFrontier(stem(name), values[:, 0].copy(), values[:, 1].copy())


def _point(reading: Reading, line: Line) -> tuple[float, ...] | None:
    read = reading.numbers(line, ("mean", "variance"))
    if read is None:
        return None
    mean, variance = read
    if abs(mean) > MEAN_MAX:
        reading.add(line.number, f"On line {line.number} the mean is {mean:.6g}.", "Write fractions: 0.0013 for 0.13%.")
        return None
    if not 0.0 < variance <= VARIANCE_MAX:
        reading.add(
            line.number,
            f"On line {line.number} the variance is {variance:.6g}; it must lie above 0 and at most {VARIANCE_MAX:g}.",
            "Give the variance of fractions as the second entry.",
        )
        return None
    return read
