"""How does the joint law of the factors go into a report?

With it the page says what follows from moves, and how plausible they are, while a slider is still moved: a system of at
most nine equations, solved in the browser (`assets/stress_law.js`). What moves do to a portfolio is a worker's work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.stress.levels import least_moves
from services.messages.stress_report import FactorLaw

if TYPE_CHECKING:
    from engine.stress.factor_model import FactorModel


def law_of(model: FactorModel, levels: Mapping[str, float]) -> FactorLaw:
    """Return the joint law of the factors as it goes into a report; `levels` are the last stored ones by factor."""
    return FactorLaw(
        names=model.names,
        covariance=tuple(tuple(row) for row in model.covariance.tolist()),
        period=model.period,
        sessions_count=model.sessions_count,
        routes=model.routes,
        shrinkage_frac=model.shrinkage_frac,
        least_moves=least_moves(levels),
    )
