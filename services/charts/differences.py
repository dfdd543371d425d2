"""What is the difference between two figures as they are shown?

Figures are rounded before they are shown. Wherever a difference stands beside the two figures it belongs to, it is the
difference of what is shown there, so that anybody who takes one from the other gets what the page says: 1.93% and 2.20%
give +0.27 although the exact weights differ by 0.2649. Files and the API carry the exact figures.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal


def shown(fraction: float, decimals: int, factor: int = 100) -> Decimal:
    """Return `factor * fraction` rounded as services.formatting shows it."""
    return Decimal(fraction * factor).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def shown_difference(after: float | None, before: float | None, decimals: int, factor: int = 100) -> Decimal | None:
    """Return the difference of two figures as they are shown.

    Parameters
    ----------
    after, before : float or None
        The exact figures, weights and rates as fractions.
    decimals : int
        Decimals with which both are shown.
    factor : int
        By what they are multiplied before: 100 for percent, 1 for ratios.

    Returns
    -------
    Decimal or None
        In the unit shown, such as percentage points; None where either is missing.
    """
    if after is None or before is None or not (math.isfinite(after) and math.isfinite(before)):
        return None
    return shown(after, decimals, factor) - shown(before, decimals, factor)
