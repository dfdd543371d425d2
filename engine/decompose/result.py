"""What says where risk comes from? Parts that add up to the whole, by asset, by group and by factor."""

from __future__ import annotations

from typing import Literal

from engine.kernel.frozen import FrozenResult

Measure = Literal["volatility", "normal_var", "historical_var", "expected_shortfall"]
MEASURES: tuple[Measure, ...] = ("volatility", "normal_var", "historical_var", "expected_shortfall")


class RiskPart(FrozenResult):
    """What one asset, or one group of assets, adds to one measure of risk.

    Attributes
    ----------
    name
        The asset or the group; ``"Not known"`` gathers assets whose group nobody knows. In an active decomposition
        there may be a line ``"Rest of the benchmark"`` or ``"Cash"``.
    weight_frac
        Weight as a fraction of NAV (of a group: the sum; in an active decomposition: beside the benchmark, where its
        weights are known).
    marginal_frac
        Change of the measure per unit of weight added, all else the same; None for groups and for lines that are no
        asset.
    component_frac
        Part of the measure, in its unit; the parts of a table add up to its total.
    share_frac
        The component as a fraction of the total; None where the total is zero.
    standalone_frac
        The measure of this position held alone beside cash; None for groups.
    incremental_frac
        The measure now less the measure after the position has become cash (in an active decomposition: has become
        the benchmark), by full revaluation; None for groups. Incremental figures do not add up.
    is_hedge
        The component is below zero: the position takes risk away.

    """

    name: str
    weight_frac: float
    marginal_frac: float | None
    component_frac: float
    share_frac: float | None
    standalone_frac: float | None
    incremental_frac: float | None
    is_hedge: bool


class MeasureParts(FrozenResult):
    """One measure taken apart. Losses are positive fractions of NAV, per period of the returns.

    Attributes
    ----------
    measure, level_frac
        The measure and its confidence level; None for volatility.
    total_frac
        The measure of the whole portfolio.
    assets
        One line for each asset in the order given, zero weights included; components sum to `total_frac`. In the
        result by factors: one line a factor, and ``"Specific"`` for what no factor explains.
    groups
        Dimension (``"sector"``, ``"country"``...) to lines, largest component first. Each line is exactly the sum of
        its assets'.
    standalone_sum_frac, diversification_benefit_frac
        Sum of the stand-alone figures, and how far the total lies below it.
    scale_factor
        Historical VaR: what the kernel's average was multiplied by so that the parts add up to the observed quantile.
        None for the other measures, whose parts add up by themselves.
    scenarios_count
        How many scenarios the parts were averaged over: those of the tail for expected shortfall, as many equal ones as
        would say as much for the kernel of historical VaR (1/Σ weight²), else all.

    """

    measure: Measure
    level_frac: float | None
    total_frac: float
    assets: tuple[RiskPart, ...]
    groups: dict[str, tuple[RiskPart, ...]]
    standalone_sum_frac: float
    diversification_benefit_frac: float
    scale_factor: float | None
    scenarios_count: int


class DecompositionResult(FrozenResult):
    """Where the risk of a portfolio comes from, for every measure.

    Attributes
    ----------
    scope
        ``"total"``, or ``"active"``: the difference to the benchmark, whose volatility is the tracking error.
    measures
        In the order of `MEASURES`; a measure that the history does not allow is absent and `notes` says why.
    covariance_kind
        ``"sample"`` (divides by the count less one), ``"pairwise"`` where returns were missing, or ``"given"``.
    covariance_change_frac
        Largest change of any entry made to reach a positive semidefinite matrix; None where none was needed.
    observations_count, scenarios_count
        Rows given, and rows in which every asset that counts has a return.
    left_out, left_out_weight_frac
        Assets with too short a history, which no figure here contains, and the sum of the sizes of their weights.
    diversification_ratio
        Sum of |weight| x volatility over the volatility of the whole; None without volatility.
    effective_bets_count
        exp of the entropy of the sizes of the assets' shares of variance; 1 when one position carries all risk.
    torsion_bets_count
        The same over uncorrelated bets nearest to the assets (minimum torsion); None where it cannot be computed.
    notes
        Sentences on everything that was not plain: missing returns, repairs, few scenarios.

    """

    scope: Literal["total", "active"]
    measures: tuple[MeasureParts, ...]
    covariance_kind: Literal["sample", "pairwise", "given"]
    covariance_change_frac: float | None
    observations_count: int
    scenarios_count: int
    left_out: tuple[str, ...]
    left_out_weight_frac: float
    diversification_ratio: float | None
    effective_bets_count: float | None
    torsion_bets_count: float | None
    notes: tuple[str, ...]

    def of(self, measure: Measure) -> MeasureParts | None:
        """Return the parts of one measure, None where it is absent."""
        return next((one for one in self.measures if one.measure == measure), None)


class FactorLine(FrozenResult):
    """One factor: how much the portfolio moves with it, how sure that is, and the risk it brings.

    Attributes
    ----------
    exposure
        Slope of the portfolio's returns on the factor's.
    standard_error, lower, upper, t_statistic, p_value
        Newey-West standard error, the interval at the result's level, and the test of exposure zero (two-sided).
    volatility_frac
        Standard deviation of the factor per period.
    component_frac, share_frac
        Part of the portfolio's volatility, exposure times (factor covariance times exposures) over volatility; and as a
        fraction of it, None where the volatility is zero.

    """

    factor: str
    exposure: float
    standard_error: float | None
    lower: float | None
    upper: float | None
    t_statistic: float | None
    p_value: float | None
    volatility_frac: float
    component_frac: float
    share_frac: float | None


class AssetExposure(FrozenResult):
    """One asset's slopes on the factors, in the order of the result's factors, and how much of it they explain.

    `specific_volatility_frac` is the standard deviation of what they leave; None throughout for an asset with too short
    a history.
    """

    asset: str
    exposures: tuple[float, ...] | None
    r_squared_frac: float | None
    specific_volatility_frac: float | None


class FactorRiskResult(FrozenResult):
    """The volatility of a portfolio split between factors and what is its own.

    Factor components and `specific_component_frac` sum to `volatility_frac`, which is the sample's (divides by the
    count less one) over the rows that the regression used.

    Attributes
    ----------
    kind
        ``"given"`` factor returns, or ``"statistical"``: principal components of the assets' correlations.
    scope
        ``"total"``, or ``"active"``: of the difference to the benchmark.
    factors, assets
        One line a factor; one line an asset in the order given, its exposures weighted by NAV give the portfolio's
        where all have the whole history.
    measures
        Volatility, VaR and expected shortfall by factor and ``"Specific"``, each adding up to its total.
    intercept_frac, intercept_standard_error
        What the portfolio returned per period beside its factors.
    r_squared_frac
        Share of variance that the factors explain; None where the portfolio has none.
    volatility_frac, specific_component_frac, specific_share_frac
        The whole, and the part that no factor explains.
    observations_count, lags_count
        Rows used, and lags of the Newey-West standard errors.
    level_frac
        Of the intervals.
    selection
        How the number of statistical factors was chosen, as a sentence; None for given factors.
    explained_frac
        Share of the assets' total variance by statistical factor, as many as there are factors; empty for given ones.
    notes
        Sentences: collinear factors, assets left out, rows lost.

    """

    kind: Literal["given", "statistical"]
    scope: Literal["total", "active"]
    factors: tuple[FactorLine, ...]
    assets: tuple[AssetExposure, ...]
    measures: tuple[MeasureParts, ...]
    intercept_frac: float
    intercept_standard_error: float | None
    r_squared_frac: float | None
    volatility_frac: float
    specific_component_frac: float
    specific_share_frac: float | None
    observations_count: int
    lags_count: int
    level_frac: float
    selection: str | None
    explained_frac: tuple[float, ...]
    notes: tuple[str, ...]
