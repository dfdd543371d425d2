"""Where does the risk of a portfolio come from, and where its risk beside the benchmark?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.decompose.bets import diversification_ratio, effective_bets, torsion_bets
from engine.decompose.book import (
    Book,
    CovarianceChoice,
    checked,
    covariance_of,
    short_histories,
    short_note,
)
from engine.decompose.parts import measures_of
from engine.decompose.result import DecompositionResult
from engine.kernel.covariance import nearest_covariance, value_problems
from engine.kernel.errors import CovarianceRefused, InputRefused, Problem
from engine.kernel.forms import Matrix, Vector

REST = "Rest of the benchmark"
CASH = "Cash"
Groups = Mapping[str, Sequence[str | None]]


def decompose(
    returns_frac: Matrix,
    weights_frac: Vector,
    assets: Sequence[str],
    *,
    groups: Groups | None = None,
    level_frac: float = 0.95,
    tail_window_count: int | None = None,
    covariance: Matrix | None = None,
    has_torsion: bool = True,
) -> DecompositionResult:
    """Return what each asset and group adds to volatility, VaR and expected shortfall, per period of the returns.

    `decompose_at` does the same for several levels at once.

    Parameters
    ----------
    returns_frac
        Shape (t, n), simple returns in the portfolio's currency, rows in time order, NaN where not known.
    weights_frac
        Shape (n,), fractions of NAV; may sum to less than one (the rest is cash without risk), may be negative.
    assets
        n names.
    groups
        Dimension (``"sector"``, ``"country"``, ``"currency"``, ``"issuer"``) to n labels, None where not known.
    level_frac
        Confidence of VaR and expected shortfall, above 0.5.
    tail_window_count
        How many of the last rows the historical measures use; None is all.
    covariance
        Shape (n, n), per period; by default the sample's, pair by pair where returns are missing. One given that is
        not positive semidefinite is moved to the nearest that is, with a note.
    has_torsion
        Whether minimum-torsion bets are counted, which takes longest with many assets.

    Returns
    -------
    DecompositionResult
        Components of every measure sum to its total. Historical measures use the rows in which every held asset has a
        return. Held assets with fewer than 20 returns are left out and named.

    Raises
    ------
    InputRefused
        For shapes that do not fit, weights or levels that are no numbers, and a covariance that is none.

    """
    return decompose_at(
        (level_frac,),
        returns_frac,
        weights_frac,
        assets,
        groups=groups,
        tail_window_count=tail_window_count,
        covariance=covariance,
        has_torsion=has_torsion,
    )[0]


def decompose_at(
    levels_frac: Sequence[float],
    returns_frac: Matrix,
    weights_frac: Vector,
    assets: Sequence[str],
    *,
    groups: Groups | None = None,
    tail_window_count: int | None = None,
    covariance: Matrix | None = None,
    has_torsion: bool = True,
) -> tuple[DecompositionResult, ...]:
    """Return the same as `decompose` for each level; what does not depend on the level is computed once."""
    returns, weights, names, labels = checked(returns_frac, weights_frac, assets, groups)
    for level in levels_frac:
        _check_level(level)
    short = short_histories(returns, weights)
    notes = [short_note(names, short, weights)] if short.any() else []
    kept = ~short
    book = Book(
        names=tuple(name for name, is_kept in zip(names, kept, strict=True) if is_kept),
        units_frac=returns if kept.all() else returns[:, kept],
        exposures=weights[kept],
        weights_frac=weights[kept],
        is_asset=np.ones(int(kept.sum()), dtype=bool),
        labels=_kept(labels, kept),
    )
    choice = covariance_of(book) if covariance is None else _given(covariance, names, kept)
    left_out = _left_out(names, short, weights)
    return _results("total", book, choice, levels_frac, tail_window_count, notes, left_out, has_torsion=has_torsion)


def decompose_active(
    returns_frac: Matrix,
    weights_frac: Vector,
    assets: Sequence[str],
    *,
    benchmark_returns_frac: Vector | None = None,
    benchmark_weights_frac: Vector | None = None,
    benchmark_outside_frac: float = 0.0,
    groups: Groups | None = None,
    level_frac: float = 0.95,
    tail_window_count: int | None = None,
    has_torsion: bool = True,
) -> DecompositionResult:
    """Return what each asset and group adds to the risk beside the benchmark; its volatility is the tracking error.

    Where the benchmark's weights are known, a line is the asset's weight beside the benchmark's, and what the benchmark
    holds beside these assets is one line, ``"Rest of the benchmark"``. Where only its returns are known, a line is the
    asset's return beside the benchmark's at the portfolio's weight, and what is not invested is a line ``"Cash"``.

    Parameters
    ----------
    returns_frac, weights_frac, assets, groups, level_frac, tail_window_count, has_torsion
        As in `decompose`.
    benchmark_returns_frac
        Shape (t,), NaN where not known.
    benchmark_weights_frac
        Shape (n,), the benchmark's weights in these assets, zero where it holds none.
    benchmark_outside_frac
        The benchmark's weight in other assets; above zero its returns are needed too.

    Raises
    ------
    InputRefused
        As in `decompose`; and where neither weights nor returns of the benchmark are enough.

    """
    returns, weights, names, labels = checked(returns_frac, weights_frac, assets, groups)
    _check_level(level_frac)
    bench = None if benchmark_returns_frac is None else np.array(benchmark_returns_frac, dtype=np.float64)
    if bench is not None and bench.shape != (len(returns),):
        raise InputRefused(
            [Problem("benchmark_returns_frac", f"Shape {bench.shape} for {len(returns)} rows.", "Give one a row.")]
        )
    known = None if benchmark_weights_frac is None else np.array(benchmark_weights_frac, dtype=np.float64)
    if known is not None and (known.shape != weights.shape or not np.isfinite(known).all()):
        raise InputRefused(
            [
                Problem(
                    "benchmark_weights_frac", "Not one number for each asset.", "Give a fraction for each, 0 if none."
                )
            ]
        )
    if (known is None and bench is None) or (known is not None and bench is None and benchmark_outside_frac > 1e-9):
        raise InputRefused(
            [
                Problem(
                    "benchmark_returns_frac",
                    "The returns of the benchmark are not known, nor all of its weights in these assets.",
                    "Choose a benchmark with prices, or one whose constituents all have returns here.",
                )
            ]
        )
    exposures = weights if known is None else weights - known
    short = short_histories(returns, exposures)
    notes = [short_note(names, short, weights)] if short.any() else []
    kept = ~short
    if known is None and bench is not None:
        book = _beside_returns(returns, weights, names, labels, bench, kept)
    else:
        book = _beside_weights(returns, exposures, names, labels, bench, known, kept, benchmark_outside_frac)
    left_out = _left_out(names, short, weights)
    choice, levels = covariance_of(book), (level_frac,)
    return _results("active", book, choice, levels, tail_window_count, notes, left_out, has_torsion=has_torsion)[0]


def _beside_returns(
    returns: Matrix,
    weights: Vector,
    names: tuple[str, ...],
    labels: dict[str, tuple[str, ...]],
    bench: Vector,
    kept: NDArray[np.bool_],
) -> Book:
    """Return the book of returns beside the benchmark's: Σ w_i (r_i - r_b) + (1 - Σw)(0 - r_b) = r_p - r_b."""
    inside = tuple(name for name, is_kept in zip(names, kept, strict=True) if is_kept)
    cash = 1.0 - float(weights[kept].sum())
    has_cash = bool(abs(cash) > 1e-9)
    units = returns[:, kept] - bench[:, None]
    exposures = weights[kept]
    if has_cash:
        units = np.column_stack((units, -bench))
        exposures = np.append(exposures, cash)
    return Book(
        names=(*inside, CASH) if has_cash else inside,
        units_frac=units,
        exposures=exposures,
        weights_frac=exposures,
        is_asset=np.array([True] * len(inside) + [False] * has_cash),
        labels={name: (*one, CASH) if has_cash else one for name, one in _kept(labels, kept).items()},
    )


def _beside_weights(
    returns: Matrix,
    exposures: Vector,
    names: tuple[str, ...],
    labels: dict[str, tuple[str, ...]],
    bench: Vector | None,
    known: Vector | None,
    kept: NDArray[np.bool_],
    outside: float,
) -> Book:
    """Return the book of weights beside the benchmark's; what the benchmark holds elsewhere is one more line."""
    inside = tuple(name for name, is_kept in zip(names, kept, strict=True) if is_kept)
    units, held = returns[:, kept], exposures[kept]
    has_rest = bench is not None and known is not None and bool(outside > 1e-9)
    if has_rest and bench is not None and known is not None:
        there = known[kept]
        rest = bench - np.where(there == 0.0, 0.0, units * there).sum(axis=1)
        units, held = np.column_stack((units, -rest)), np.append(held, 1.0)
    shown = exposures[kept]
    return Book(
        names=(*inside, REST) if has_rest else inside,
        units_frac=units,
        exposures=held,
        weights_frac=np.append(shown, -outside) if has_rest else shown,
        is_asset=np.array([True] * len(inside) + [False] * has_rest),
        labels={name: (*one, REST) if has_rest else one for name, one in _kept(labels, kept).items()},
    )


def _results(
    scope: str,
    book: Book,
    choice: CovarianceChoice,
    levels: Sequence[float],
    window: int | None,
    notes: Sequence[str],
    left_out: tuple[tuple[str, ...], float],
    *,
    has_torsion: bool,
) -> tuple[DecompositionResult, ...]:
    """Return the results of a book, one for each level."""
    rows = np.ones(len(book.units_frac), dtype=bool)
    if window is not None and window < rows.size:
        rows[: rows.size - window] = False
    torsion = torsion_bets(book.exposures, choice.matrix) if has_torsion else None
    results = []
    for answer in measures_of(book, choice, levels, rows):
        said = [*notes, *choice.notes, *answer.notes]
        missing = int(rows.sum()) - answer.scenarios_count
        if missing and book.exposures.any():
            said.append(
                f"{missing} of {int(rows.sum())} days lack a return of some position; historical measures skip them."
            )
        if not book.exposures.any():
            said.append("Nothing that carries risk is held, so there is nothing to take apart.")
        results.append(
            DecompositionResult.model_validate(
                {
                    "scope": scope,
                    "measures": answer.measures,
                    "covariance_kind": choice.kind,
                    "covariance_change_frac": choice.change_frac,
                    "observations_count": len(book.units_frac),
                    "scenarios_count": answer.scenarios_count,
                    "left_out": left_out[0],
                    "left_out_weight_frac": left_out[1],
                    "diversification_ratio": diversification_ratio(answer.volatility),
                    "effective_bets_count": effective_bets(answer.volatility),
                    "torsion_bets_count": torsion,
                    "notes": tuple(dict.fromkeys(said)),
                }
            )
        )
    return tuple(results)


def _given(covariance: Matrix, names: tuple[str, ...], kept: NDArray[np.bool_]) -> CovarianceChoice:
    """Return a covariance that was given, repaired where it must be."""
    matrix = np.array(covariance, dtype=np.float64)
    if matrix.shape != (len(names), len(names)):
        raise CovarianceRefused(
            [Problem("covariance", f"Shape {matrix.shape} for {len(names)} assets.", "Give one row for each asset.")]
        )
    problems = value_problems(matrix, names, "covariance", is_repair_allowed=True)
    if problems:
        raise CovarianceRefused(problems)
    repaired, change = nearest_covariance(matrix)
    is_moved = change > 1e-12 * float(np.abs(matrix).max(initial=0.0))
    notes = ("The covariance given was not positive semidefinite; the nearest that is is used.",) if is_moved else ()
    inside = np.ix_(kept, kept)
    return CovarianceChoice(repaired[inside], "given", change if is_moved else None, notes)


def _kept(labels: dict[str, tuple[str, ...]], kept: NDArray[np.bool_]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(label for label, is_kept in zip(one, kept, strict=True) if is_kept) for name, one in labels.items()
    }


def _left_out(names: tuple[str, ...], short: NDArray[np.bool_], weights: Vector) -> tuple[tuple[str, ...], float]:
    who = tuple(name for name, is_short in zip(names, short, strict=True) if is_short)
    return who, float(np.abs(weights[short]).sum())


def _check_level(level: float) -> None:
    if not 0.5 < level < 1.0:
        raise InputRefused([Problem("level_frac", f"{level:g} is no confidence level.", "Give 0.95 or 0.99.")])
