"""How is a loop compiled once and kept on disk, so that a start of the product does not wait for it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Return the loop compiled on its first call; kept on disk where the installation may be written to."""
    try:
        return cast("Loop", numba.njit(cache=True)(loop))
    except RuntimeError:  # numba found no place to keep it: every process compiles for itself
        return cast("Loop", numba.njit(loop))


def compile_all() -> None:
    """Compile what frontiers need, by drawing those of two assets in volatility and in CVaR.

    Where numba may keep its work (`NUMBA_CACHE_DIR`, or beside the source) this is done once a machine.
    """
    import engine

    engine.optimize(engine.parse_request(_TWO_ASSETS))
    days = np.datetime64("2020-01-01") + np.arange(3)
    panel = engine.ReturnsPanel.from_array(np.array([[0.01, 0.0], [-0.02, 0.01], [0.0, -0.01]]), ("A", "B"), days)
    engine.frontier(engine.parse_request(_TWO_NAMES), panel=panel, risk="cvar")


_TWO_ASSETS = """{
    "problem": {"assets": ["A", "B"], "expected_returns_frac": [0.001, 0.002], "covariance": [[1e-4, 0], [0, 4e-4]]},
    "objective": {"kind": "min_volatility"}, "frontier_points_count": 3
}"""
_TWO_NAMES = """{"asset_ids": ["A", "B"], "objective": {"kind": "min_volatility"}}"""
