"""What should somebody know before an optimization is started, although nothing forbids it?"""

from __future__ import annotations

from typing import Any

from services.formatting import count, day
from services.messages.optimize import OptimizationRequest
from services.optimize_inputs import Inputs
from services.optimize_sentence import short_percent

FEW_OBSERVATIONS_PER_ASSET = 3


def warnings_of(request: OptimizationRequest, inputs: Inputs) -> tuple[str, ...]:
    """Return sentences about thin data and about limits that no portfolio can meet."""
    found = list(_room(request, len(inputs.assets)))
    panel = inputs.panel
    if panel is not None:
        found.extend(panel.notes)
        if panel.observations_count < request.estimates.lookback_days:
            found.append(
                f"Only {count(panel.observations_count, 'day')} of common history exist; "
                f"{count(request.estimates.lookback_days, 'day')} were asked for."
            )
        if panel.observations_count < FEW_OBSERVATIONS_PER_ASSET * len(inputs.assets):
            found.append(
                f"{count(panel.observations_count, 'day')} are few for {count(len(inputs.assets), 'asset')}: "
                "the estimated covariance is uncertain. Take a longer history or fewer assets."
            )
        if request.as_of is not None and panel.end < request.as_of:
            found.append(f"The latest prices up to {day(request.as_of)} are of {day(panel.end)}.")
    return tuple(found)


def _room(request: OptimizationRequest, assets_count: int) -> list[str]:
    """Return whether the position sizes leave room for the budget; only the plain case is looked at here."""
    limits: list[Any] = list(request.constraints)
    kinds = {limit.kind for limit in limits}
    bounds = [limit for limit in limits if limit.kind == "position_bounds"]
    if "long_short" in kinds or len(bounds) != 1 or bounds[0].assets is not None:
        return []
    net_frac = next((limit.net_frac for limit in limits if limit.kind == "budget"), 1.0)
    most_frac, least_frac = assets_count * bounds[0].max_frac, assets_count * bounds[0].min_frac
    if most_frac < net_frac - 1e-9:
        return [
            f"{count(assets_count, 'asset')} of at most {short_percent(bounds[0].max_frac)} reach only "
            f"{short_percent(most_frac)} of the {short_percent(net_frac)} to invest. Add assets or raise the maximum."
        ]
    if "min_holding" not in kinds and least_frac > net_frac + 1e-9:
        return [
            f"{count(assets_count, 'asset')} of at least {short_percent(bounds[0].min_frac)} need "
            f"{short_percent(least_frac)}, more than the {short_percent(net_frac)} to invest. "
            "Remove assets, lower the minimum, or allow assets to be left out."
        ]
    return []
