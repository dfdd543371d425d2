"""What does each line of a book add to volatility, value at risk and expected shortfall?

Euler's theorem: a measure that doubles when the book doubles is the sum of exposure times marginal change. Volatility:
w_i (Σw)_i / σ. Normal VaR: w_i (z (Σw)_i / σ - μ_i). Historical VaR: the mean loss of the line on scenarios near the
quantile. Expected shortfall: its mean loss over the exact tail.

Sources: Tasche (2000), Risk contributions and performance measurement; Tasche (2009), Capital allocation for credit
portfolios with kernel estimators, Quantitative Finance 9(5); Acerbi and Tasche (2002) for the exact tail.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.decompose.book import SCENARIOS_MIN, Book, CovarianceChoice
from engine.decompose.result import Measure, MeasureParts, RiskPart
from engine.decompose.tails import Tail, losses, quantile_tail, shortfall_tail
from engine.kernel.forms import Vector

NEGLIGIBLE_SHARE = 1e-15


@dataclass(frozen=True)
class Figures:
    """One measure in arrays over the lines, shape (m,); a marginal of NaN is one that nobody knows."""

    measure: Measure
    level_frac: float | None
    total_frac: float
    marginal: Vector
    component: Vector
    standalone: Vector
    incremental: Vector
    scale_factor: float | None
    scenarios_count: int


@dataclass(frozen=True)
class Answer:
    """All measures of a book with what was noticed."""

    measures: tuple[MeasureParts, ...]
    volatility: Figures
    scenarios_count: int
    notes: tuple[str, ...]


def measures_of(
    book: Book, covariance: CovarianceChoice, levels_frac: Sequence[float], tail_rows: NDArray[np.bool_]
) -> tuple[Answer, ...]:
    """Return every measure of a book, taken apart, at each level.

    Parameters
    ----------
    book
        Streams that add up.
    covariance
        For volatility and normal VaR.
    levels_frac
        Confidences of VaR and expected shortfall.
    tail_rows
        Shape (t,), which rows the historical measures may use.

    """
    rows = book.whole_rows() & tail_rows
    count = int(rows.sum())
    volatility = _volatility(book, covariance)
    spread = _parts(book, volatility)
    means = _means(book)
    is_enough = count >= SCENARIOS_MIN or not book.exposures.any()
    tails = _historical(book, rows, levels_frac) if is_enough else [([], [_few(count)])] * len(levels_frac)
    answers = []
    for level, (found, said) in zip(levels_frac, tails, strict=True):
        parts = [_parts(book, one) for one in (_normal(book, means, volatility, level), *found)]
        if is_enough and count and count * (1.0 - level) < 1.0:
            said = [f"{count} days do not reach the {100 * level:g}% tail: the worst day stands for all of it.", *said]
        answers.append(Answer((spread, *parts), volatility, count, tuple(said)))
    return tuple(answers)


def _few(count: int) -> str:
    return f"Only {count} days have a return of every position; historical measures need {SCENARIOS_MIN}."


def _volatility(book: Book, covariance: CovarianceChoice) -> Figures:
    """Return the standard deviation that the covariance gives the exposures."""
    slopes = covariance.matrix @ book.exposures
    deviations = np.sqrt(np.maximum(np.diag(covariance.matrix), 0.0))
    standalone = np.abs(book.exposures) * deviations
    total = _root(book.exposures, slopes, standalone)
    marginal = slopes / total if total > 0.0 else np.full(slopes.shape, np.nan)
    component = book.exposures * marginal if total > 0.0 else np.zeros(slopes.shape)
    return Figures(
        measure="volatility",
        level_frac=None,
        total_frac=total,
        marginal=marginal,
        component=component,
        standalone=standalone,
        incremental=total - _volatility_without(book, covariance, slopes, standalone),
        scale_factor=None,
        scenarios_count=len(book.units_frac),
    )


def _root(exposures: Vector, slopes: Vector, standalone: Vector) -> float:
    """Return √(w'Σw), zero where it is rounding beside the parts."""
    variance = float(exposures @ slopes)
    largest = float(standalone.sum()) ** 2
    return math.sqrt(variance) if variance > NEGLIGIBLE_SHARE * largest else 0.0


def _volatility_without(book: Book, covariance: CovarianceChoice, slopes: Vector, standalone: Vector) -> Vector:
    """Return the volatility after each line has become cash, shape (m,): w'Σw - 2 w_i (Σw)_i + w_i² Σ_ii."""
    exposures = book.exposures
    variances = exposures @ slopes - 2.0 * exposures * slopes + standalone**2
    others = (standalone.sum() - standalone) ** 2
    return np.sqrt(np.where(variances > NEGLIGIBLE_SHARE * others, np.maximum(variances, 0.0), 0.0))


def _means(book: Book) -> Vector:
    """Return the mean of each line over the rows in which it is known, shape (m,); zero without any."""
    known = np.isfinite(book.units_frac)
    if known.all() and len(known):
        return np.asarray(book.units_frac.mean(axis=0))
    sums = np.where(known, book.units_frac, 0.0).sum(axis=0)
    means: Vector = np.divide(sums, known.sum(axis=0), out=np.zeros(book.exposures.shape), where=known.any(axis=0))
    return means


def _normal(book: Book, means: Vector, volatility: Figures, level: float) -> Figures:
    """Return VaR as z σ - μ."""
    z = _z(level)
    earned = book.exposures * means
    return Figures(
        measure="normal_var",
        level_frac=level,
        total_frac=z * volatility.total_frac - float(earned.sum()),
        marginal=z * volatility.marginal - means,
        component=z * volatility.component - earned,
        standalone=z * volatility.standalone - earned,
        incremental=z * volatility.incremental - earned,
        scale_factor=None,
        scenarios_count=len(book.units_frac),
    )


def _historical(book: Book, rows: NDArray[np.bool_], levels: Sequence[float]) -> list[tuple[list[Figures], list[str]]]:
    """Return historical VaR and expected shortfall at each level, and what was noticed."""
    if not rows.any():
        return [(_no_losses(book, level), []) for level in levels]
    contributions = book.contributions(rows)
    portfolio = contributions.sum(axis=0)
    streams = contributions.copy()
    alone = losses(streams, levels)
    np.subtract(portfolio, contributions, out=streams)
    without = losses(streams, levels)
    units = book.rows_of(rows)
    answers = []
    for number, level in enumerate(levels):
        tails: tuple[tuple[Measure, Tail], ...] = (
            ("historical_var", quantile_tail(portfolio, level)),
            ("expected_shortfall", shortfall_tail(portfolio, level)),
        )
        found = [
            Figures(
                measure=measure,
                level_frac=level,
                total_frac=tail.total_frac,
                marginal=-(tail.weights @ units),
                component=-(contributions @ tail.weights),
                standalone=alone[number][place],
                incremental=tail.total_frac - without[number][place],
                scale_factor=tail.scale_factor,
                scenarios_count=tail.scenarios_count,
            )
            for place, (measure, tail) in enumerate(tails)
        ]
        answers.append((found, [tail.note for _, tail in tails if tail.note]))
    return answers


def _no_losses(book: Book, level: float) -> list[Figures]:
    """Return the historical measures of nothing."""
    empty = np.zeros(book.exposures.shape)
    unknown = np.full(empty.shape, np.nan)
    measures: tuple[tuple[Measure, float | None], ...] = (("historical_var", 1.0), ("expected_shortfall", None))
    return [Figures(name, level, 0.0, unknown, empty, empty, empty, scale, 0) for name, scale in measures]


def _parts(book: Book, figures: Figures) -> MeasureParts:
    """Return one measure as a result, with the lines of every dimension."""
    total = figures.total_frac
    shares = _shares(figures.component, total)
    marginals = _unknown_as_none(np.where(book.is_asset, figures.marginal, np.nan))
    standalone_sum = float(figures.standalone.sum())
    return MeasureParts(
        measure=figures.measure,
        level_frac=figures.level_frac,
        total_frac=total,
        assets=RiskPart.trusted(
            _line(*one)
            for one in zip(
                book.names,
                book.weights_frac.tolist(),
                marginals,
                figures.component.tolist(),
                shares,
                figures.standalone.tolist(),
                figures.incremental.tolist(),
                strict=True,
            )
        ),
        groups={name: _group(book, labels, figures) for name, labels in book.labels.items()},
        standalone_sum_frac=standalone_sum,
        diversification_benefit_frac=standalone_sum - total,
        scale_factor=figures.scale_factor,
        scenarios_count=figures.scenarios_count,
    )


def _group(book: Book, labels: tuple[str, ...], figures: Figures) -> tuple[RiskPart, ...]:
    """Return the lines of one dimension, largest component first."""
    numbers: dict[str, int] = {}
    codes = np.array([numbers.setdefault(label, len(numbers)) for label in labels], dtype=np.intp)
    weights = np.bincount(codes, weights=book.weights_frac, minlength=len(numbers))
    components = np.asarray(np.bincount(codes, weights=figures.component, minlength=len(numbers)), dtype=np.float64)
    shares = _shares(components, figures.total_frac)
    rows = [
        _line(name, float(weights[code]), None, float(components[code]), shares[code], None, None)
        for name, code in numbers.items()
    ]
    return RiskPart.trusted(sorted(rows, key=lambda row: (-row["component_frac"], row["name"])))


def _line(
    name: str,
    weight: float,
    marginal: float | None,
    component: float,
    share: float | None,
    standalone: float | None,
    incremental: float | None,
) -> dict[str, Any]:
    return {
        "name": name,
        "weight_frac": weight,
        "marginal_frac": marginal,
        "component_frac": component,
        "share_frac": share,
        "standalone_frac": standalone,
        "incremental_frac": incremental,
        "is_hedge": component < 0.0,
    }


def _shares(components: Vector, total: float) -> list[float | None]:
    """Return components over their total; None each where the total is nothing beside them."""
    if abs(total) <= 1e-12 * float(np.abs(components).sum()) or total == 0.0:
        return [None] * components.size
    shares: list[float | None] = (components / total).tolist()
    return shares


def _unknown_as_none(values: Iterable[float]) -> list[float | None]:
    return [None if math.isnan(value) else float(value) for value in values]


def _z(level: float) -> float:
    """Return the standard normal quantile."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(level)
