"""Where does randomness come from, so that the same seed gives the same result?"""

from __future__ import annotations

import numpy as np


def generator(seed: int, *path: int) -> np.random.Generator:
    """Return a generator for one use of a seed.

    Parameters
    ----------
    seed
        The request's seed.
    path
        Numbers that name the use (stage, draw), so that adding a use does not shift the draws of another.

    Returns
    -------
    numpy.random.Generator
        PCG64 fed by a SeedSequence of `seed` and `path`.

    References
    ----------
    O'Neill (2014), PCG: A family of simple fast space-efficient statistically good algorithms for random numbers.

    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *path])))
