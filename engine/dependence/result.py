"""What says how a portfolio moves with its benchmark, and its assets with each other?"""

from __future__ import annotations

from engine.kernel.frozen import FrozenResult


class Slope(FrozenResult):
    """A regression slope with its Newey-West standard error and interval; None where too few rows allow none."""

    value: float
    standard_error: float | None
    lower: float | None
    upper: float | None
    observations_count: int


class BenchmarkDependence(FrozenResult):
    """How a portfolio moves with its benchmark, per period of the returns.

    Attributes
    ----------
    beta, beta_up, beta_down
        Slope over all rows, over rows in which the benchmark rose, and in which it fell (a flat one is in neither).
    beta_ewma
        Slope with weights that fall by the decay factor each period; None without variance.
    correlation, correlation_lower, correlation_upper
        Pearson's, with its Fisher interval.
    r_squared_frac
        The square of the correlation.
    tracking_error_frac
        Standard deviation of the difference, per period.
    level_frac
        Of the intervals.
    observations_count
        Rows in which both are known.

    """

    beta: Slope | None
    beta_up: Slope | None
    beta_down: Slope | None
    beta_ewma: float | None
    correlation: float | None
    correlation_lower: float | None
    correlation_upper: float | None
    r_squared_frac: float | None
    tracking_error_frac: float | None
    level_frac: float
    observations_count: int
    notes: tuple[str, ...]


class RollingDependence(FrozenResult):
    """Figures over the last `window_count` rows at each row; None where a window is not full or has no variance.

    `places` are the rows of the returns given (0 is the first) that each figure ends at, so that the caller can put
    dates beside them. Volatilities are per period. Intervals are at 95%: of the slope by least squares, and Fisher's.
    """

    window_count: int
    places: tuple[int, ...]
    volatility_frac: tuple[float | None, ...]
    beta: tuple[float | None, ...]
    beta_lower: tuple[float | None, ...]
    beta_upper: tuple[float | None, ...]
    correlation: tuple[float | None, ...]
    correlation_lower: tuple[float | None, ...]
    correlation_upper: tuple[float | None, ...]


class CorrelationMap(FrozenResult):
    """The correlations of the assets, in an order that puts alike assets side by side.

    Attributes
    ----------
    assets
        Names in the order of the map.
    order
        Place of each in the order given.
    correlations
        Rows and columns in the order of the map; None where a pair shares too few rows or one has no variance.
    cluster_numbers
        Cluster of each asset in the order of the map, from 1; assets of a cluster stand together.
    average_correlation
        Mean over the pairs that are known; None where there is none.
    absorption_ratio_frac
        Share of the assets' total variance that a fifth as many eigenvectors of their covariance as there are assets
        carry, at least one; None with fewer than two assets.
    absorption_factors_count
        How many eigenvectors that is.
    notes
        Sentences on pairs and assets that are not known.

    """

    assets: tuple[str, ...]
    order: tuple[int, ...]
    correlations: tuple[tuple[float | None, ...], ...]
    cluster_numbers: tuple[int, ...]
    average_correlation: float | None
    absorption_ratio_frac: float | None
    absorption_factors_count: int
    observations_count: int
    notes: tuple[str, ...]
