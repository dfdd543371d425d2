"""What does a trade of each asset cost along a moving frontier: half the spread, as an optimization counts it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.costs import CostsSpec
from services.auth.actor import Actor
from services.stress_markets import QUOTED_SPREAD, stated

if TYPE_CHECKING:
    from engine.kernel.forms import Universe
    from services.messages.optimize import OptimizationRequest
    from services.optimize_inputs import Inputs
    from services.ports import Ports


def half_spreads_of(
    ports: Ports, request: OptimizationRequest, inputs: Inputs, universe: Universe, actor: Actor
) -> tuple[tuple[float, ...], str]:
    """Return half the spread of each asset over its price, shape (n,), and what of it is assumed, as a sentence.

    A spread that the request states comes first, then that of the house; where neither does, it is the one that the
    request's costs assume, 0.1% by default. Market impact is not counted.
    """
    own = universe.spreads_frac
    known = np.full(universe.count, np.nan) if own is None else own.astype(np.float64)
    if inputs.as_of is not None and request.problem is None:
        with ports.store.read(actor) as uow:
            rows = uow.assets.by_symbols(inputs.assets)
            told = stated(uow, [one.id for one in rows.values()], QUOTED_SPREAD, inputs.as_of)
        house = [told.get(rows[one].id, np.nan) if one in rows else np.nan for one in inputs.assets]
        known = np.where(np.isnan(known), house, known)
    assumed = (request.costs or CostsSpec()).spread_frac
    absent_count = int(np.isnan(known).sum())
    spreads = np.where(np.isnan(known), assumed, known)
    note = ""
    if absent_count:
        whose = "every asset" if absent_count == universe.count else f"{absent_count} of {universe.count} assets"
        note = f"Trading cost is half the spread of what is traded; a spread of {assumed:.2%} is assumed for {whose}."
    return tuple((0.5 * spreads).tolist()), note
