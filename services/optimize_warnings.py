"""What should somebody know before an optimization is started, although nothing forbids it?"""

from __future__ import annotations

from services.formatting import count
from services.messages.optimize import OptimizationRequest
from services.optimize_inputs import Inputs

FEW_OBSERVATIONS_PER_ASSET = 3


def warnings_of(request: OptimizationRequest, inputs: Inputs) -> tuple[str, ...]:
    """Return sentences about data that is thin, short or old."""
    found: list[str] = []
    panel = inputs.panel
    if panel is not None:
        found.extend(panel.notes)
        found.extend(inputs.lacks)
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
    return tuple(found)
