"""What says how much a portfolio may lose, by each method, at each level and horizon, and how sure that is?"""

from __future__ import annotations

from typing import Any, Literal

from engine.kernel.frozen import FrozenResult

TailMethod = Literal[
    "historical",
    "age_weighted",
    "normal",
    "student_t",
    "cornish_fisher",
    "ewma",
    "garch",
    "fhs",
    "monte_carlo",
]
TailStatus = Literal["ok", "fallback", "refused"]
Scaling = Literal["one_day", "overlapping", "simulated", "sqrt"]
ErrorKind = Literal["order_statistics", "bootstrap", "block_bootstrap", "delta", "simulation", "none"]

METHOD_LABELS: dict[TailMethod, str] = {
    "historical": "Historical",
    "age_weighted": "Historical, weighted by age",
    "normal": "Normal",
    "student_t": "Student-t",
    "cornish_fisher": "Cornish–Fisher",
    "ewma": "EWMA",
    "garch": "GARCH",
    "fhs": "Filtered historical simulation",
    "monte_carlo": "Monte Carlo (Student-t)",
}


class TailEstimate(FrozenResult):
    """A loss and how sure it is.

    Attributes
    ----------
    loss_frac
        Positive is a loss, as a fraction of the portfolio's value over the horizon; negative where even this quantile
        is a gain.
    standard_error_frac
        One standard error of the estimate; None where none is known.
    lower_frac, upper_frac
        The interval at the report's `confidence_frac`; None where none is known.
    error_kind
        Where error and interval come from: `order_statistics` (binomial, distribution-free), `bootstrap` and
        `block_bootstrap` (resampled days, or blocks of them where days overlap), `delta` (from the sampling errors of
        the parameters), `simulation` (the error of drawing alone: the model is taken as given), `none`.

    """

    loss_frac: float
    standard_error_frac: float | None = None
    lower_frac: float | None = None
    upper_frac: float | None = None
    error_kind: ErrorKind = "none"


class TailFigure(FrozenResult):
    """Value at risk and expected shortfall by one method at one level and horizon.

    Attributes
    ----------
    method, label
        Which method, and its name in words.
    model
        One sentence: what was assumed and fitted, with its parameters.
    level_frac
        Confidence, such as 0.95: the tail is 1 - level.
    horizon_days
        Trading days.
    status
        `ok`; `fallback` where the method does not hold here and the figures are those of another one, which `reason`
        names; `refused` where there are no figures, and `reason` says why and what would help.
    reason
        A sentence; None when the status is `ok`.
    value_at_risk, expected_shortfall
        None when refused. The shortfall is never below the value at risk.
    scaling
        How the horizon was reached: `one_day`; `overlapping` h-day returns of the history; `simulated` day by day with
        compounding; `sqrt` of the horizon, only when asked for.
    observations_count
        Returns that the figure rests on (overlapping ones counted each).
    is_default
        True for the method that the report leads with.
    notes
        Sentences to show beside the figure, such as a thin sample.

    """

    method: TailMethod
    label: str
    model: str
    level_frac: float
    horizon_days: int
    status: TailStatus
    reason: str | None = None
    value_at_risk: TailEstimate | None = None
    expected_shortfall: TailEstimate | None = None
    scaling: Scaling
    observations_count: int
    is_default: bool = False
    notes: tuple[str, ...] = ()


class TailReport(FrozenResult):
    """Every method beside the others.

    Attributes
    ----------
    figures
        One for each method, level and horizon, in the order method, horizon, level.
    default_method
        Filtered historical simulation where a volatility model was given, else historical.
    default_reason
        A sentence that says why.
    confidence_frac
        Level of all intervals.
    observations_count, unknown_count
        Known returns, and days without one, which were left out.
    volatility_annual_frac, volatility_forecast_annual_frac
        Of the sample (one degree of freedom taken off), and for the next day by the volatility model (None without
        one), both times the square root of 252.
    volatility_standard_error_frac, volatility_lower_frac, volatility_upper_frac
        Of the sample's volatility, a year: from the error of the mean square (Newey and West 1987, as volatility comes
        in clusters) by the delta method; the interval is that of its logarithm, so that it stays above zero.
    seed
        Of everything that was drawn.
    notes
        Sentences about the series as a whole.

    """

    figures: tuple[TailFigure, ...]
    default_method: TailMethod
    default_reason: str
    confidence_frac: float
    observations_count: int
    unknown_count: int
    volatility_annual_frac: float | None
    volatility_forecast_annual_frac: float | None
    volatility_standard_error_frac: float | None = None
    volatility_lower_frac: float | None = None
    volatility_upper_frac: float | None = None
    seed: int
    notes: tuple[str, ...] = ()

    def figure(self, method: TailMethod, level_frac: float, horizon_days: int) -> TailFigure:
        """Return one figure; raises `KeyError` for one that was not asked for."""
        for one in self.figures:
            if (one.method, one.level_frac, one.horizon_days) == (method, level_frac, horizon_days):
                return one
        raise KeyError((method, level_frac, horizon_days))

    def default(self, level_frac: float, horizon_days: int) -> TailFigure:
        """Return the figure that the report leads with at a level and horizon."""
        return self.figure(self.default_method, level_frac, horizon_days)

    def to_document(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return self.model_dump(mode="json")
