"""How are the sample pack's fictitious histories drawn, so that the same seed gives the same figures for ever?

Each asset follows the market's daily log return m, its sector's factor s and noise of its own e::

    r_i,t = beta_i m_t + 0.55 s_sector(i),t + 0.835 e_i,t  -  half the residual variance  +  drift_i / 252

with s and e drawn from a Student t with 5 degrees of freedom, scaled to the asset's residual volatility, so that assets
of one sector move together beyond the market and days of stress are more frequent than a normal law would have them.
Every asset draws from a stream of its own (seed and symbol), so adding an asset changes no other.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from data.reference.sample_assets import SampleAsset

SEED = 20221228
DEGREES_OF_FREEDOM = 5
SECTOR_SHARE = 0.55
OWN_SHARE = float(np.sqrt(1.0 - SECTOR_SHARE**2))
FloatArray = NDArray[np.float64]


def stream(*words: str) -> np.random.Generator:
    """Return the random stream that belongs to these words."""
    return np.random.default_rng([SEED, *(zlib.crc32(word.encode()) for word in words)])


def heavy_tailed(rng: np.random.Generator, count: int) -> FloatArray:
    """Return `count` draws with mean 0, variance 1 and heavier tails than the normal law."""
    scale = np.sqrt((DEGREES_OF_FREEDOM - 2) / DEGREES_OF_FREEDOM)
    return np.asarray(rng.standard_t(DEGREES_OF_FREEDOM, count) * scale, dtype=np.float64)


def closes(asset: SampleAsset, market_closes: FloatArray) -> FloatArray:
    """Return the asset's closes, one per session of the market, rounded to four decimals.

    Parameters
    ----------
    asset : SampleAsset
    market_closes : array of float, shape (n,)
        The market's closes; positive.

    Returns
    -------
    array of float, shape (n,)
        In the asset's currency; positive; the first is the start price.

    """
    count = market_closes.size - 1
    market = np.diff(np.log(market_closes))
    daily = asset.residual_volatility_annual_frac / np.sqrt(252.0)
    sector = heavy_tailed(stream("sector", asset.facts.sector or ""), count)
    own = heavy_tailed(stream("asset", asset.facts.symbol), count)
    residual = daily * (SECTOR_SHARE * sector + OWN_SHARE * own)
    steps = asset.beta * market + residual + asset.drift_annual_frac / 252.0 - 0.5 * daily**2
    path = asset.start_price * np.exp(np.concatenate(([0.0], np.cumsum(steps))))
    return np.asarray(np.round(np.maximum(path, 0.0001), 4), dtype=np.float64)


def volumes(symbol: str, typical_units: float, prices: FloatArray) -> FloatArray:
    """Return invented volumes in whole units: busier on days of large moves, and clustered in time."""
    rng = stream("volume", symbol)
    moves = np.abs(np.diff(np.log(prices), prepend=np.log(prices[:1])))
    usual = float(np.median(moves[1:])) if moves.size > 1 else 0.0
    noise = _clustered(rng.standard_normal(prices.size) * 0.22, persistence=0.7)
    busy = np.minimum(moves / usual, 6.0) if usual > 0 else np.ones_like(moves)
    return np.asarray(np.round(typical_units * np.exp(noise) * (0.75 + 0.25 * busy)), dtype=np.float64)


def euro_in_dollars(count: int) -> FloatArray:
    """Return invented US dollars per euro: pulled slowly towards 1.18, with 9 % volatility a year, to 5 decimals."""
    rng = stream("fx", "EURUSD")
    shocks = heavy_tailed(rng, count) * (0.09 / np.sqrt(252.0))
    shocks[0] = 0.0
    deviation = _clustered(shocks, persistence=0.9985)
    return np.asarray(np.round(1.18 * np.exp(deviation), 5), dtype=np.float64)


def score(symbol: str, start: float | None, years_count: int) -> FloatArray:
    """Return invented ESG scores, one a year, between 0 and 100 with one decimal; higher is better."""
    rng = stream("esg", symbol)
    first = start if start is not None else float(rng.uniform(35.0, 82.0))
    path = first + np.cumsum(np.concatenate(([0.0], rng.normal(0.6, 1.8, years_count - 1))))
    return np.asarray(np.round(np.clip(path, 0.0, 100.0), 1), dtype=np.float64)


def _clustered(shocks: FloatArray, persistence: float) -> FloatArray:
    """Return the first-order autoregression x_t = persistence x_(t-1) + shock_t."""
    out = np.empty_like(shocks)
    level = 0.0
    for position, shock in enumerate(shocks):
        level = persistence * level + shock
        out[position] = level
    return out
