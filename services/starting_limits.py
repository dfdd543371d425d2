"""Under which limits does an optimization of a portfolio start, wherever it is opened: the frontier, the wizard?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Protocol

from engine.constraints.min_holding import MinHolding
from engine.constraints.position_bounds import PositionBounds
from engine.constraints.sector_limit import SectorLimit
from services.messages.portfolios import HouseLimits

PARTS_COUNT = 10_000


class Held(Protocol):
    """What is read of a holding."""

    @property
    def symbol(self) -> str:
        """The asset."""

    @property
    def sector(self) -> str | None:
        """Its sector, None where none is known."""


def starting_limits(house: HouseLimits, holdings: Iterable[Held]) -> tuple[Any, ...]:
    """Return the house's limits as limits of an optimization, long-only.

    Parameters
    ----------
    house : HouseLimits
        Of the portfolio.
    holdings : iterable of Held
        What the optimization may hold, cash apart; not empty.

    Returns
    -------
    tuple of Constraint
        The largest position, from 0 on, never so small that equal weights would not add up; the smallest position as
        "zero or at least"; the largest sector for each sector that is held. What the house leaves open is no limit.
    """
    known = list(holdings)
    equal = math.ceil(PARTS_COUNT / len({one.symbol for one in known})) / PARTS_COUNT
    most = 1.0 if house.position_max_frac is None else house.position_max_frac
    limits: list[Any] = [PositionBounds(min_frac=0.0, max_frac=min(1.0, max(most, equal)))]
    if house.position_min_frac is not None and 0.0 < house.position_min_frac <= equal:
        limits.append(MinHolding(min_frac=house.position_min_frac))
    if house.sector_max_frac is not None:
        sectors = sorted({one.sector for one in known if one.sector})
        limits += [SectorLimit(sector=sector, max_frac=house.sector_max_frac) for sector in sectors]
    return tuple(limits)
