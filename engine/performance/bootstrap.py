"""How are whole records drawn anew so that what follows on what stays together? The stationary bootstrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def mean_block(count: int) -> float:
    """Return max(2, n^(1/3)), the mean length of a block for n periods: 14 for ten years of days."""
    return float(max(2.0, count ** (1.0 / 3.0)))


def stationary_places(
    rng: np.random.Generator, count: int, replicates_count: int, block_count: float
) -> NDArray[np.int32]:
    """Return places of drawn periods, shape (replicates, count).

    Blocks of geometric length with the given mean begin anywhere and wrap around the end.

    Parameters
    ----------
    rng
        Of the use and the seed.
    count
        Periods in the record.
    replicates_count
        How many records to draw.
    block_count
        Mean length of a block, at least 1.

    References
    ----------
    Politis and Romano (1994), The stationary bootstrap, JASA 89.

    """
    steps = np.arange(count, dtype=np.int32)
    begins = rng.random((replicates_count, count), dtype=np.float32) < np.float32(1.0 / block_count)
    begins[:, 0] = True
    last = np.maximum.accumulate(np.where(begins, steps, np.int32(0)), axis=1)
    drawn = rng.integers(0, count, (replicates_count, count), dtype=np.int32)
    places = np.take_along_axis(drawn, last, axis=1)
    places += steps
    places -= last
    # A block is shorter than the record, so one turn is enough.
    np.subtract(places, np.int32(count), out=places, where=places >= count)
    return places
