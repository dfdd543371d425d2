"""What is the market portfolio, and what does it say about the price of risk?"""

from __future__ import annotations

import numpy as np

from engine.estimators import EstimationData, refuse
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import listing, percent

USUAL_RISK_AVERSION = 2.5
PLACE = "expected_returns"
COVERED_FRAC = 0.995


def covariance_of(data: EstimationData) -> Matrix:
    """Return the covariance per period that comes with the data."""
    if data.covariance is None:
        raise ValueError("This estimate of returns needs a covariance. Estimate the covariance first.")
    return data.covariance


def market_weights(data: EstimationData) -> Vector:
    """Return the market's weights, shape (n,), summing to one.

    Raises
    ------
    InputRefused
        When they are not known for every asset.

    """
    weights = data.market_weights_frac
    ways = (
        "Give `facts.market_weights` for all assets, choose a benchmark with known constituents, or choose an estimate "
        "that needs no market, such as the historical mean."
    )
    if weights is None:
        refuse(PLACE, "The market's weights are not known, and this estimate starts from them.", ways)
    missing = [name for name, value in zip(data.assets, weights, strict=True) if not np.isfinite(value)]
    if missing:
        refuse(PLACE, f"The market weight of {listing(missing)} is not known.", ways)
    total = float(weights.sum())
    if (weights < 0.0).any() or total <= 0.0:
        refuse(PLACE, "The market's weights must not be negative, and one must be above zero.", ways)
    scaled: Vector = weights / total
    return scaled


def excess_mean_frac(data: EstimationData, series_frac: Vector) -> float:
    """Return the mean per period of a series, shape (t,), less the risk-free rate."""
    return float(np.mean(series_frac - data.risk_free_frac))


def risk_aversion(
    data: EstimationData, weights: Vector, given: float | None, sharpe_annual: float | None
) -> tuple[float, str]:
    """Return δ = (annual excess return of the market) / (its annual variance), and a sentence about where it is from.

    Parameters
    ----------
    data
        History and covariance.
    weights
        Of the market, shape (n,), summing to one.
    given
        δ itself, when the user gave it.
    sharpe_annual
        Sharpe ratio that the market is believed to have; δ is then this ratio over the market's volatility.

    """
    variance = float(weights @ covariance_of(data) @ weights) * data.periods_per_year
    if variance <= 0.0:
        refuse(
            PLACE,
            "The market portfolio has no risk in this history, so it prices none.",
            "Choose other market weights or a longer history.",
        )
    if given is not None:
        return given, f"The market's risk aversion is {given:g}, as given."
    if sharpe_annual is not None:
        value = sharpe_annual / float(np.sqrt(variance))
        return value, (
            f"The market's risk aversion is {value:.3g}: a Sharpe ratio of {sharpe_annual:g} at a volatility of "
            f"{percent(float(np.sqrt(variance)), 1)}."
        )
    premium = excess_mean_frac(data, data.returns_frac @ weights) * data.periods_per_year
    if premium <= 0.0:
        return USUAL_RISK_AVERSION, (
            f"The market earned {percent(premium, 1)} a year over the risk-free rate in this history, from which no "
            f"risk aversion follows; the usual {USUAL_RISK_AVERSION:g} is used. Give `risk_aversion` to choose another."
        )
    value = premium / variance
    return value, (
        f"The market's risk aversion is {value:.3g}: it earned {percent(premium, 1)} a year over the risk-free rate at "
        f"a volatility of {percent(float(np.sqrt(variance)), 1)}."
    )


def implied_excess_frac(data: EstimationData, weights: Vector, aversion: float) -> Vector:
    """Return δ Σ w per period, shape (n,): the excess returns for which the market's weights are optimal."""
    implied: Vector = aversion * (covariance_of(data) @ weights)
    return implied


def market_words(data: EstimationData) -> tuple[str, ...]:
    """Return what is to be said of the market's weights: where they are from, and how much of the market they are."""
    words = [] if data.market_note is None else [data.market_note]
    total = 1.0 if data.market_weights_frac is None else float(np.nansum(data.market_weights_frac))
    if total < COVERED_FRAC:
        words.append(f"These assets are {percent(total, 1)} of that portfolio; their weights were scaled to 100%.")
    return tuple(words)
