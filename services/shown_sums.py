"""How are parts rounded so that what is shown adds up to the rounded whole?

Each part is rounded as any number is; what the rounded parts are then short of the whole, or have too much, goes to
those whose own rounding went the other way most (the method of largest remainders, Hamilton 1792).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def shown_parts(parts: Sequence[float], decimals: int, factor: int = 1, total: float | None = None) -> list[Decimal]:
    """Return the parts times `factor`, rounded to `decimals`, so that they sum to the rounded total exactly.

    Parameters
    ----------
    parts : sequence of float
        Finite numbers.
    decimals : int
        Digits after the decimal mark, of the parts times `factor`.
    factor : int
        What parts and total are multiplied by first: 100 for percent, 10,000 for basis points.
    total : float or None
        What they sum to; their own sum when None.

    Returns
    -------
    list of Decimal
        Each differs from its part by less than one unit of the last digit, as long as the parts do sum to the total.

    Raises
    ------
    ValueError
        When a part is not finite.
    """
    if not all(math.isfinite(part) for part in parts):
        raise ValueError("Parts of a sum are finite numbers.")
    unit = Decimal(1).scaleb(-decimals)
    exact = [Decimal(part * factor) for part in parts]
    whole = Decimal(math.fsum(parts) * factor if total is None else total * factor)
    rounded = [one.quantize(unit, rounding=ROUND_HALF_UP) for one in exact]
    missing = int((whole.quantize(unit, rounding=ROUND_HALF_UP) - sum(rounded, Decimal(0))) / unit)
    way = 1 if missing > 0 else -1
    # a part that is exactly zero stays zero: nothing is shown where nothing is
    order = sorted((at for at in range(len(parts)) if exact[at] != 0), key=lambda at: way * (rounded[at] - exact[at]))
    for turn in range(abs(missing) if order else 0):
        rounded[order[turn % len(order)]] += way * unit
    return [one + 0 for one in rounded]
