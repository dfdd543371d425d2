"""How do effects of single periods become effects over all of them that still add up to the active return?

With portfolio returns R_t, benchmark returns B_t and effects e_t that sum to R_t - B_t, each arithmetic method gives a
coefficient to every period, so that Σ c_t e_t closes on Π(1 + R) - Π(1 + B):

Carino      c_t = k_t / k,  k_t = (ln(1 + R_t) - ln(1 + B_t)) / (R_t - B_t), k of the compounded returns
Menchero    c_t = M + C (R_t - B_t), the same M for all and the least correction that closes
GRAP        c_t = Π_{s<t} (1 + R_s) Π_{s>t} (1 + B_s)
Frongello   F_t = e_t Π_{s<t} (1 + R_s) + B_t Σ_{s<t} F_s, whose sum over time is that of GRAP

References
----------
Carino (1999), Combining attribution effects over time, Journal of Performance Measurement 3(4). Menchero (2000), An
optimized approach to linking attribution effects over time, Journal of Performance Measurement 5(1). GRAP (1997),
Synthese des modeles d'attribution de performance. Frongello (2002), Linking single period attribution results, Journal
of Performance Measurement 6(3). Bacon (2008), Practical Portfolio Performance Measurement and Attribution, chapter 8.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.performance.result_attribution import Linking

Array = NDArray[np.float64]


def log_ratio(own_frac: Any, base_frac: Any) -> Any:
    """Return (ln(1 + R) - ln(1 + B)) / (R - B), 1 / (1 + R) where both are equal; scalars or arrays."""
    return log_slope(1.0 + np.asarray(own_frac, float), 1.0 + np.asarray(base_frac, float))


def log_slope(own: Any, base: Any) -> Any:
    """Return (ln g - ln h) / (g - h) of growth factors above 0, 1 / g where both are equal.

    Exact for factors that are nearly equal, and for those that are nearly 0.
    """
    x = (np.asarray(own, float) - base) / base
    near = np.abs(x) < 0.5
    logs = np.where(near, np.log1p(np.where(near, x, 0.0)), np.log(np.where(near, 1.0, own / np.asarray(base, float))))
    return np.where(x == 0.0, 1.0, logs / np.where(x == 0.0, 1.0, x)) / base


def refuse_ruin(own_frac: Vector, base_frac: Vector | None, dates: NDArray[np.datetime64], method: str) -> None:
    """Refuse a period in which everything was lost.

    Raises
    ------
    InputRefused
        With the date, who lost everything, and the way out.

    """
    for name, series in (("portfolio", own_frac), ("benchmark", base_frac)):
        if series is None or (series > -1.0).all():
            continue
        when = dates[int(np.argmax(series <= -1.0))]
        message = f"The {name} lost everything on {when}; {method} linking has no value from there on."
        raise InputRefused([Problem("returns_frac", message, "End the stretch before that date.")])


def coefficients(own_frac: Vector, base_frac: Vector, method: Linking) -> Vector:
    """Return c_t, shape (t,), with which effects of an arithmetic method add up over time.

    Parameters
    ----------
    own_frac, base_frac
        Returns of portfolio and benchmark per period, shape (t,), above -1.
    method
        Any but ``geometric``; Frongello's sum over time is that of GRAP, and so are its coefficients.

    """
    if method == "carino":
        whole = log_slope(np.prod(1.0 + own_frac), np.prod(1.0 + base_frac))
        carino: Vector = log_ratio(own_frac, base_frac) / whole
        return carino
    if method == "menchero":
        scale, correction = _menchero(own_frac, base_frac)
        return scale + correction * (own_frac - base_frac)
    before = np.concatenate([[1.0], np.cumprod(1.0 + own_frac)[:-1]])
    after = np.concatenate([np.cumprod(1.0 + base_frac[::-1])[::-1][1:], [1.0]])
    grap: Vector = before * after
    return grap


def _menchero(own_frac: Vector, base_frac: Vector) -> tuple[float, float]:
    """Return M and C over all periods; M = (1 + B)^((n-1)/n) (e^L - 1) / (n (e^(L/n) - 1)), L = ln((1 + R)/(1 + B))."""
    n = len(own_frac)
    own, base = float(np.prod(1.0 + own_frac)), float(np.prod(1.0 + base_frac))
    apart = own_frac - base_frac
    length = np.log(own / base)
    shape = 1.0 if length == 0.0 else np.expm1(length) / (n * np.expm1(length / n))
    scale = float(base ** ((n - 1.0) / n) * shape)
    square = float(apart @ apart)
    return scale, (own - base - scale * float(apart.sum())) / square if square > 0.0 else 0.0


def running(effects: Array, own_frac: Vector, base_frac: Vector, method: Linking, rows: NDArray[np.intp]) -> Array:
    """Return the linked sums of effects up to and including each asked period.

    Parameters
    ----------
    effects
        Shape (t, m).
    own_frac, base_frac, method
        As for `coefficients`.
    rows
        Places of the asked periods, shape (q,).

    Returns
    -------
    Array
        Shape (q, m); every row sums to the active return until then.

    """
    own, base = np.cumprod(1.0 + own_frac), np.cumprod(1.0 + base_frac)
    if method == "carino":
        sums = np.cumsum(effects * log_ratio(own_frac, base_frac)[:, None], axis=0)[rows]
        result: Array = sums / log_slope(own[rows], base[rows])[:, None]
        return result
    if method == "menchero":
        apart = own_frac - base_frac
        plain, weighted = np.cumsum(effects, axis=0)[rows], np.cumsum(effects * apart[:, None], axis=0)[rows]
        pairs = [_menchero(own_frac[: row + 1], base_frac[: row + 1]) for row in rows]
        scales, corrections = np.array(pairs).T
        menchero: Array = scales[:, None] * plain + corrections[:, None] * weighted
        return menchero
    before = np.concatenate([[1.0], own[:-1]])
    sums = np.cumsum(effects * (before / base)[:, None], axis=0)
    recursive: Array = sums[rows] * base[rows][:, None]
    return recursive


def per_period(effects: Array, own_frac: Vector, base_frac: Vector, method: Linking) -> Array:
    """Return each period's linked effects, shape (t, m), as published: their sum over time is the total.

    For Frongello these are F_t, which carry what earlier effects earned at the benchmark's return; for the others
    c_t e_t.
    """
    if method != "frongello":
        result: Array = effects * coefficients(own_frac, base_frac, method)[:, None]
        return result
    sums = running(effects, own_frac, base_frac, method, np.arange(len(effects)))
    steps: Array = np.diff(sums, axis=0, prepend=0.0)
    return steps


def geometric_totals(effects: Array) -> tuple[float, Vector]:
    """Return the compounded effect and its parts over time.

    Parameters
    ----------
    effects
        Parts of a geometric effect in each period, shape (t, m); a period's effect is their sum.

    Returns
    -------
    (total, parts)
        Π(1 + Σ) - 1, and shape (m,) with that sum: each period's parts are scaled by ln(1 + x_t) / x_t.

    """
    whole = effects.sum(axis=1)
    growth = float(np.prod(1.0 + whole))
    parts: Vector = (log_ratio(whole, np.zeros(len(whole))) / log_slope(growth, 1.0)) @ effects
    return growth - 1.0, parts
