"""From where does the page of trade-offs show its surface, and what of that stands in an address?"""

from __future__ import annotations

import math
from typing import Final

USUAL_DEG: Final = (45.0, 30.0)
"""Turn and tilt as the surface opens."""
ENDS_DEG: Final = ((10.0, 80.0), (10.0, 60.0))
"""The ends of both, as the picture holds them too (services.charts.tradeoffs_view)."""


def view_of(text: object) -> tuple[float, float]:
    """Return turn and tilt that an address names as ``45,30``; the usual ones for what names none."""
    try:
        turn, tilt = (float(one) for one in str(text or "").split(","))
    except ValueError:
        return USUAL_DEG
    if not (math.isfinite(turn) and math.isfinite(tilt)):
        return USUAL_DEG
    (least, most), (low, high) = ENDS_DEG
    return min(most, max(least, turn)), min(high, max(low, tilt))
