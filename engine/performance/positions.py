"""What was held at the begin of each period, what did it return, and how is it grouped?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.arrays import days_of, numbers_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import plural

CASH = "Cash and other"
WHOLE_FRAC = 1e-10  # weights that sum to one within it need no cash


@dataclass(frozen=True, eq=False)
class Positions:
    """Weights at the begin of every period, and the returns in it.

    Make one with `Positions.of`. Weights of each side sum to 1 in every period: what is missing is an asset by itself.

    Attributes
    ----------
    dates, started_on
        Closes that end the periods, shape (t,), and the close before the first.
    keys, groups
        Assets and their groups, length n.
    weights_frac, returns_frac
        Of the portfolio, shape (t, n), without gaps.
    benchmark_weights_frac, benchmark_returns_frac
        Of the benchmark, shape (t, n); None where its constituents are not known.
    portfolio_frac
        What the portfolio earned in each period, shape (t,).
    trading_frac
        The part of it that Σ w r does not explain, shape (t,).
    notes
        Gaps that were filled.
    cash_group
        The group of what is held as cash. Where the benchmark holds none of it, its return there is what the
        portfolio's cash earned, so that holding cash is a matter of allocation alone.

    """

    dates: NDArray[np.datetime64]
    started_on: date
    keys: tuple[str, ...]
    groups: tuple[str, ...]
    weights_frac: Matrix
    returns_frac: Matrix
    benchmark_weights_frac: Matrix | None
    benchmark_returns_frac: Matrix | None
    portfolio_frac: Vector
    trading_frac: Vector
    notes: tuple[str, ...]
    cash_group: str = CASH

    @classmethod
    def of(
        cls,
        dates: Any,
        started_on: date,
        keys: tuple[str, ...],
        groups: tuple[str, ...],
        weights_frac: Any,
        returns_frac: Any,
        *,
        benchmark_weights_frac: Any = None,
        benchmark_returns_frac: Any = None,
        portfolio_returns_frac: Any = None,
        cash_group: str = CASH,
    ) -> Positions:
        """Check positions and return them.

        Parameters
        ----------
        dates, started_on
            Closes that end the periods, increasing, and the close before the first.
        keys, groups
            Assets held by either side, cash among them, and the group of each.
        weights_frac
            Of the portfolio at the begin of each period, shape (t, n); negative ones are short. What a row lacks to 1
            is held as "Cash and other" without return.
        returns_frac
            Of the assets, in the base currency, shape (t, n). NaN where an asset is not held needs no value. NaN where
            it is held takes the return of the rest of its group (else of all), and a note says how often.
        benchmark_weights_frac
            Shape (t, n), or (n,) for weights that are the same at the begin of every period.
        benchmark_returns_frac
            Where the benchmark's assets earned something else than the portfolio's; by default the same.
        portfolio_returns_frac
            What the portfolio really earned, shape (t,); the difference to Σ w r is trading.
        cash_group
            What the group of cash is called; what a row lacks to 1 joins it.

        Raises
        ------
        InputRefused
            Shapes that do not match, weights that are not numbers, an asset named twice.

        """
        days = days_of(dates, "dates")
        weights, returns = numbers_of(weights_frac, "weights_frac"), numbers_of(returns_frac, "returns_frac")
        shape = (len(days), len(keys))
        base = None if benchmark_weights_frac is None else numbers_of(benchmark_weights_frac, "benchmark_weights_frac")
        if base is not None and base.ndim == 1 and base.shape == shape[1:]:
            base = np.broadcast_to(base, shape)
        given = None if benchmark_returns_frac is None else numbers_of(benchmark_returns_frac, "benchmark_returns_frac")
        total = None if portfolio_returns_frac is None else numbers_of(portfolio_returns_frac, "portfolio_returns_frac")
        tables = {"weights_frac": weights, "returns_frac": returns, "benchmark_weights_frac": base}
        _check(days, keys, groups, tables | {"benchmark_returns_frac": given}, total)
        notes: list[str] = []
        gathered = np.array(_codes(groups)[1])
        own = _filled(weights, returns, gathered, "the portfolio", notes)
        beside = (
            None
            if base is None
            else _filled(base, returns if given is None else given, gathered, "the benchmark", notes)
        )
        weights, own, keys, groups, base, beside = _with_cash(weights, own, keys, groups, base, beside, cash_group)
        explained = np.einsum("ij,ij->i", weights, own)
        earned = explained if total is None else total
        rest = earned - explained
        told = tuple(notes)
        return cls(days, started_on, keys, groups, weights, own, base, beside, earned, rest, told, cash_group)

    @property
    def ended_on(self) -> date:
        """The close of the last period."""
        return self.dates[-1].astype("datetime64[D]").astype(date)  # type: ignore[no-any-return]

    def segments(self) -> tuple[tuple[str, ...], Matrix]:
        """Return the groups' names in order of appearance, and the matrix of ones that sums over them, shape (n, m)."""
        names, codes = _codes(self.groups)
        picks = np.zeros((len(codes), len(names)))
        picks[np.arange(len(codes)), codes] = 1.0
        return names, picks

    def regrouped(self, groups: tuple[str, ...]) -> Positions:
        """Return the same positions with other groups, one for each key; cash that was added stays by itself."""
        missing = len(self.keys) - len(groups)
        if missing not in (0, 1):
            raise InputRefused(
                [Problem("groups", f"{len(groups)} groups for {len(self.keys)} assets.", "Give one each.")]
            )
        return replace(self, groups=groups + (self.cash_group,) * missing)


def _codes(groups: tuple[str, ...]) -> tuple[tuple[str, ...], list[int]]:
    places: dict[str, int] = {}
    codes = [places.setdefault(group, len(places)) for group in groups]
    return tuple(places), codes


def _check(
    days: NDArray[np.datetime64],
    keys: tuple[str, ...],
    groups: tuple[str, ...],
    tables: dict[str, Matrix | None],
    total: Vector | None,
) -> None:
    found: list[Problem] = []
    advice = "Give one row for each date and one column for each asset."
    for name, table in tables.items():
        if table is not None and table.shape != (len(days), len(keys)):
            found.append(Problem(name, f"Its shape is {table.shape}, not ({len(days)}, {len(keys)}).", advice))
        elif table is not None and "weights" in name and not np.isfinite(table).all():
            found.append(Problem(name, "A weight is missing or infinite.", "Write 0 for what is not held."))
        elif table is not None and np.isinf(table).any():
            found.append(Problem(name, "A return is infinite.", "Write NaN for what is not known."))
    if len(groups) != len(keys):
        found.append(Problem("groups", f"{len(groups)} groups for {len(keys)} assets.", "Give one for each asset."))
    if len(set(keys)) != len(keys):
        found.append(Problem("keys", "An asset is named twice.", "Give each asset once."))
    if not len(days) or (days[1:] <= days[:-1]).any():
        found.append(Problem("dates", "Dates must increase, and there must be one.", "Sort the dates."))
    if total is not None and (total.shape != days.shape or not np.isfinite(total).all()):
        found.append(
            Problem("portfolio_returns_frac", "There is not one return for each date.", "Leave such days out.")
        )
    if found:
        raise InputRefused(found)


def _filled(weights: Matrix, returns: Matrix, codes: NDArray[np.intp], who: str, notes: list[str]) -> Matrix:
    """Return returns without gaps: 0 where nothing is held, that of the rest of the group where something is."""
    known = np.isfinite(returns)
    gaps = ~known & (weights != 0.0)
    filled: Matrix = np.where(known, returns, 0.0)
    if not gaps.any():
        return filled
    for row, column in np.argwhere(gaps):
        for chosen in (known[row] & (codes == codes[column]), known[row]):
            held = np.abs(weights[row][chosen])
            if held.sum() > 0.0:
                filled[row, column] = float(held @ returns[row][chosen]) / float(held.sum())
                break
    count = int(gaps.sum())
    notes.append(
        f"{plural(count, 'return')} of assets held by {who} {'is' if count == 1 else 'are'} missing and taken from the"
        " rest of their groups."
    )
    return filled


def _with_cash(
    weights: Matrix,
    returns: Matrix,
    keys: tuple[str, ...],
    groups: tuple[str, ...],
    base: Matrix | None,
    beside: Matrix | None,
    cash_group: str,
) -> tuple[Matrix, Matrix, tuple[str, ...], tuple[str, ...], Matrix | None, Matrix | None]:
    """Return the tables with what each row lacks to 1 as an asset of its own, where any lacks something."""
    rest = 1.0 - weights.sum(axis=1)
    base_rest = None if base is None else 1.0 - base.sum(axis=1)
    lacks = np.abs(rest).max() > WHOLE_FRAC or (base_rest is not None and np.abs(base_rest).max() > WHOLE_FRAC)
    if not lacks:
        return weights, returns, keys, groups, base, beside
    nothing = np.zeros(len(rest))
    return (
        np.column_stack([weights, rest]),
        np.column_stack([returns, nothing]),
        (*keys, CASH),
        (*groups, cash_group),
        None if base is None or base_rest is None else np.column_stack([base, base_rest]),
        None if beside is None else np.column_stack([beside, nothing]),
    )
