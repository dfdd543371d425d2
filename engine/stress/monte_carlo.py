"""What could the portfolio return over a horizon, and how often would it lose how much?

Every method draws the positions' returns jointly day by day; the portfolio goes back to today's weights each evening,
and days compound. "t_copula": dependence by a Student-t copula (correlation from Kendall's tau, degrees of freedom by
maximum likelihood), margins from each position's surprises at the volatility expected now, or from its own days.
"multivariate_t": one Student-t for all. "normal": the same without fat tails. "filtered": days of history drawn
together, each position's surprises scaled to its volatility now; where the portfolio's own volatility model is given,
its own surprises scaled by that. "block_bootstrap": blocks of consecutive days. "regimes": calm and crisis in turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.rng import generator
from engine.kernel.units import day as day_words
from engine.kernel.units import listing, percent
from engine.stress.filtered import Filter
from engine.stress.joint_history import WINDOW_MAX_COUNT, JointHistory, covariance_of, joint_history
from engine.stress.margins import Margins
from engine.stress.path_risk import path_risk, stationary_rows
from engine.stress.positions import StressedPortfolio
from engine.stress.regimes import DAYS_A_YEAR, DAYS_MAX_COUNT, draw, fitted, words
from engine.stress.result_tails import Drift, MarginKind, MonteCarloResult, SimulationMethod
from engine.stress.t_copula import (
    copula_degrees,
    dependence_days,
    kendall_correlation,
    lower_root,
    multivariate_degrees,
)
from engine.stress.tail_figures import histogram, loss_chance, mean_error, tail_figure
from engine.volatility.result import GarchParameters

_Turn = Callable[[Matrix], Vector]
STREAM = 42
CHUNK_COUNT = 10_000
SESSIONS_COUNT_MAX = 252


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Daily portfolio returns (s, h), the second half mirroring the first where paired, with what to say of them."""

    daily_frac: Matrix
    label: str
    degrees_of_freedom: float | None
    is_paired: bool
    notes: tuple[str, ...] = ()


def simulate(
    portfolio: StressedPortfolio,
    returns_frac: Matrix,
    *,
    method: SimulationMethod = "t_copula",
    scenarios_count: int = 100_000,
    paths_count: int = 5_000,
    horizon_days: int = 1,
    levels_frac: tuple[float, ...] = (0.95, 0.99, 0.999),
    losses_frac: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2),
    mean_block_days: int = 15,
    margins: MarginKind = "filtered",
    garch: Mapping[str, GarchParameters] | None = None,
    portfolio_garch: GarchParameters | None = None,
    drift: Drift = "none",
    seed: int = 7,
) -> MonteCarloResult:
    """Simulate the portfolio's return over a horizon.

    Parameters
    ----------
    portfolio
        n positions.
    returns_frac
        Shape (t, n), simple returns per day, NaN where none; the last 1,000 common days are used, and up to 5,040 for
        regimes, since a crisis is rare.
    method
        See above.
    scenarios_count
        Number of scenarios; odd numbers are raised by one where draws come in pairs.
    paths_count
        How many of them are also looked at along the way; used from two days on.
    horizon_days, levels_frac, losses_frac
        Horizon in sessions, confidence levels, and losses whose chance is asked.
    mean_block_days
        Of the block bootstrap.
    margins
        Of the t copula: "filtered" (surprises at the volatility expected now) or "empirical" (the days as they were).
    garch
        Asset to volatility parameters for what is filtered; assets without use exponential weights (λ = 0.94).
    portfolio_garch
        Volatility parameters of the whole portfolio at today's weights, for method "filtered"; used where every
        position has a history, since they describe no part of the portfolio.
    drift
        "none" takes the mean of the history out of every position: a good past says little of the next weeks, and would
        hide losses. "history" lets it go on.
    seed
        Same seed, same result.

    Raises
    ------
    InputRefused
        Counts or horizon that make no simulation.

    """
    if scenarios_count < 2 or not 1 <= horizon_days <= SESSIONS_COUNT_MAX:
        raise InputRefused(
            [
                Problem(
                    "horizon_days",
                    f"{scenarios_count} scenarios of {horizon_days} sessions cannot be simulated.",
                    f"Give at least two scenarios and 1 to {SESSIONS_COUNT_MAX} sessions.",
                )
            ]
        )
    days = DAYS_MAX_COUNT if method == "regimes" else WINDOW_MAX_COUNT
    joint = joint_history(portfolio, returns_frac, days_max_count=days)
    order = _Order(
        method,
        margins,
        scenarios_count,
        horizon_days,
        mean_block_days,
        dict(garch or {}),
        None if joint.uncovered else portfolio_garch,
        drift == "history",
    )
    drawn = _draw(order, joint, portfolio, generator(seed, STREAM, horizon_days))
    daily = drawn.daily_frac
    ends = daily[:, 0] if horizon_days == 1 else np.prod(np.maximum(1.0 + daily, 0.0), axis=1) - 1.0
    ends = np.maximum(ends, -1.0) if horizon_days > 1 else ends
    ascending = np.sort(ends)
    paired = drawn.is_paired
    edges, counts = histogram(ascending)
    mean_annual = DAYS_A_YEAR * float((joint.returns_frac @ joint.weights_frac).mean()) if joint.places.size else 0.0
    notes = [_drift_note(drift, mean_annual), *drawn.notes] if joint.places.size else list(drawn.notes)
    if horizon_days > 1:
        notes.append("The portfolio is brought back to today's weights every evening, and days compound.")
    if joint.uncovered:
        notes.append(
            f"Left out for want of a history: {listing(list(joint.uncovered))}, "
            f"{percent(1.0 - joint.covered_frac, 1)} of what is held."
        )
    return MonteCarloResult(
        method=method,
        label=drawn.label,
        scenarios_count=len(ends),
        horizon_days=horizon_days,
        seed=seed,
        is_antithetic=paired,
        degrees_of_freedom=drawn.degrees_of_freedom,
        observations_count=len(joint.returns_frac),
        mean_frac=float(ends.mean()),
        mean_error_frac=mean_error(ends, is_paired=paired),
        volatility_frac=float(ends.std(ddof=1)),
        tails=tuple(tail_figure(ends, ascending, level, is_paired=paired) for level in levels_frac),
        chances=tuple(loss_chance(ends, loss, is_paired=paired) for loss in losses_frac),
        histogram_edges_frac=edges,
        histogram_count=counts,
        paths=None if horizon_days == 1 else path_risk(_some(daily, paths_count, paired), is_paired=paired),
        covered_frac=joint.covered_frac,
        uncovered=joint.uncovered,
        notes=tuple(notes),
        drift=drift,
        history_mean_annual_frac=mean_annual,
    )


def _drift_note(drift: Drift, mean_annual_frac: float) -> str:
    """Say what becomes of the mean of the history."""
    mean = percent(mean_annual_frac, 1)
    if drift == "none":
        return f"The mean of the history, {mean} a year, is left out, so that a good past hides no loss."
    return f"The mean of the history, {mean} a year, is taken to go on; losses over long horizons look small for that."


def _some(daily_frac: Matrix, paths_count: int, is_paired: bool) -> Matrix:
    """Return the first paths, with their mirror images where paired."""
    if not is_paired:
        return daily_frac[:paths_count]
    half, few = len(daily_frac) // 2, max(1, paths_count // 2)
    return np.concatenate([daily_frac[:half][:few], daily_frac[half:][:few]])


@dataclass(frozen=True, eq=False)
class _Order:
    """What is to be drawn, and how."""

    method: SimulationMethod
    margins: MarginKind
    scenarios_count: int
    horizon_days: int
    mean_block_days: int
    garch: dict[str, GarchParameters]
    portfolio_garch: GarchParameters | None
    has_drift: bool

    @property
    def pairs_count(self) -> int:
        """Number of mirrored pairs."""
        return (self.scenarios_count + 1) // 2

    def filter_of(self, returns_frac: Matrix, names: list[str]) -> Filter:
        """Return the filter of the positions, with or without their drift."""
        found = Filter.of(returns_frac, names, self.garch)
        return found if self.has_drift else found.without_drift()


def _draw(order: _Order, joint: JointHistory, portfolio: StressedPortfolio, rng: np.random.Generator) -> _Drawn:
    """Draw daily portfolio returns by a method."""
    count, days, method = order.scenarios_count, order.horizon_days, order.method
    if not joint.places.size:
        still = np.zeros((count, days))
        return _Drawn(still, "Nothing that moves is covered", None, False, ("Nothing that is covered moves.",))
    raw, weights = joint.returns_frac, joint.weights_frac
    history = raw if order.has_drift else raw - raw.mean(axis=0)
    names = [portfolio.assets[place] for place in joint.places]
    if method == "block_bootstrap":
        rows = stationary_rows(rng, len(history), count, days, order.mean_block_days)
        label = f"Stationary bootstrap of blocks of {order.mean_block_days} sessions on average"
        return _Drawn((history @ weights)[rows], label, None, False)
    if method == "filtered" and order.portfolio_garch is not None:
        return _by_own_model(raw @ weights, order.portfolio_garch, rng, order)
    if method == "filtered":
        filtered = order.filter_of(raw, names)
        daily = filtered.portfolio_returns(rng, weights, count, days)
        return _Drawn(daily, "Filtered historical simulation of all positions together", None, False, filtered.notes)
    if method == "regimes":
        fit = fitted(history @ weights)
        label, notes = words(fit, history @ weights)
        return _Drawn(draw(fit, rng, order.pairs_count, days), label, None, True, notes)
    if method == "t_copula":
        surprises = order.filter_of(raw, names) if order.margins == "filtered" else None
        return _by_copula(history, weights, surprises, rng, order.pairs_count, days)
    covariance = covariance_of(history)
    root, mean = lower_root(covariance), float(history.mean(axis=0) @ weights)
    if method == "normal":
        daily = mean + _mirrored(rng, root, None, order.pairs_count, days, lambda scores: scores @ weights)
        return _Drawn(daily, "Normal law of all positions together", None, True)
    nu = multivariate_degrees(history, covariance)
    shrink = float(np.sqrt((nu - 2.0) / nu))
    daily = mean + shrink * _mirrored(rng, root, nu, order.pairs_count, days, lambda scores: scores @ weights)
    label = f"Multivariate Student-t with {nu:.1f} degrees of freedom"
    return _Drawn(daily, label, nu, True)


def _by_own_model(daily_frac: Vector, model: GarchParameters, rng: np.random.Generator, order: _Order) -> _Drawn:
    """Draw the portfolio's own surprises, scaled by its own volatility model."""
    filtered = Filter.of(daily_frac[:, None], ("portfolio",), {"portfolio": model})
    filtered = filtered if order.has_drift else filtered.without_drift()
    drawn = filtered.portfolio_returns(rng, np.ones(1), order.scenarios_count, order.horizon_days)
    when = "" if model.fitted_on is None else f" fitted on {day_words(model.fitted_on)}"
    label = f"Filtered historical simulation of today's weights by their {model.model.upper()} model{when}"
    notes = ("The model is the one of the report on risk, fitted once a week.",)
    return _Drawn(drawn, label, None, False, notes if model.note is None else (*notes, model.note))


def _by_copula(
    history: Matrix,
    weights: Vector,
    filtered: Filter | None,
    rng: np.random.Generator,
    pairs_count: int,
    horizon_days: int,
) -> _Drawn:
    """Draw by a Student-t copula; margins from the days themselves, or from surprises where there is a filter."""
    sample = history if filtered is None else filtered.surprises
    recent = sample[-dependence_days(sample.shape[1]) :]
    correlation = kendall_correlation(recent)
    nu = copula_degrees(recent, correlation)
    root = lower_root(correlation)
    margins = Margins.of(sample, nu)
    label = f"Student-t copula with {nu:.1f} degrees of freedom, margins from each position's own "
    if filtered is None:
        daily = _mirrored(rng, root, nu, pairs_count, horizon_days, margins.summed(weights))
        note = "No position moves farther in a day than it did in the history."
        return _Drawn(daily, label + "days", nu, True, (note,))
    if horizon_days == 1:
        ahead = margins.scaled(np.sqrt(filtered.next_variance), filtered.mean)
        daily = _mirrored(rng, root, nu, pairs_count, 1, ahead.summed(weights))
    else:
        daily = filtered.mirrored_returns(
            lambda count: _scores(rng, root, nu, count), margins.each, weights, pairs_count, horizon_days
        )
    note = "No surprise is larger, for the volatility expected of its day, than those of the history."
    return _Drawn(daily, label + "surprises at today's volatility", nu, True, (note, *filtered.notes))


def _scores(rng: np.random.Generator, root: Matrix, nu: float | None, count: int) -> Matrix:
    """Draw normal or Student-t scores with covariance or correlation L Lᵀ, shape (count, m)."""
    scores = rng.standard_normal((count, len(root))) @ root.T
    if nu is not None:
        scores *= np.sqrt(nu / rng.chisquare(nu, count))[:, None]
    return np.asarray(scores)


def _mirrored(
    rng: np.random.Generator, root: Matrix, nu: float | None, pairs_count: int, horizon_days: int, turn: _Turn
) -> Matrix:
    """Return what scores and their mirror images turn into, shape (2 pairs, h)."""
    found = np.empty((2 * pairs_count, horizon_days))
    for start, stop in _chunks(pairs_count):
        for day in range(horizon_days):
            scores = _scores(rng, root, nu, stop - start)
            found[start:stop, day] = turn(scores)
            found[pairs_count + start : pairs_count + stop, day] = turn(-scores)
    return found


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, CHUNK_COUNT):
        yield start, min(count, start + CHUNK_COUNT)
