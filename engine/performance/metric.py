"""How does a number become a figure with its words, its error and its bounds?"""

from __future__ import annotations

import math
from statistics import NormalDist

from engine.performance.catalog_benchmark import BESIDE
from engine.performance.catalog_own import OWN
from engine.performance.result import Metric

Z95 = NormalDist().inv_cdf(0.975)
CATALOG = OWN | BESIDE


def metric(
    key: str,
    value: float | None,
    *,
    error: float | None = None,
    bounds: tuple[float, float] | None = None,
    note: str | None = None,
    **words: str,
) -> Metric:
    """Return a figure with its words; what is not finite becomes None with a note.

    Parameters
    ----------
    key
        In the catalog.
    value, error, bounds
        The figure, its standard error, and its 95% interval; with an error and no bounds the interval is normal.
    note
        Why there is no value, or what to know of it.
    words
        What the convention names: ``mar``, ``lags``, ``trials``.

    """
    known = CATALOG[key]
    if value is not None and not math.isfinite(value):
        value, note = None, note or "It has no finite value here."
    if value is None:
        error, bounds = None, None
    if error is not None and not math.isfinite(error):
        error = None
    if bounds is None and value is not None and error is not None:
        bounds = (value - Z95 * error, value + Z95 * error)
    if bounds is not None and not all(math.isfinite(one) for one in bounds):
        bounds = None
    return Metric(
        key=key,
        group=known.group,
        label=known.label,
        value=None if value is None else float(value),
        unit=known.unit,
        formula=known.formula,
        convention=known.convention.format(**words) if words else known.convention,
        standard_error=error,
        lower=None if bounds is None else float(bounds[0]),
        upper=None if bounds is None else float(bounds[1]),
        note=note,
    )


def wilson(hits_count: int, count: int) -> tuple[float, float]:
    """Return the 95% interval of a share.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.

    """
    share, square = hits_count / count, Z95 * Z95
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = Z95 * math.sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return max(0.0, middle - reach), min(1.0, middle + reach)
