"""How is each objective measured on weights, and what form does it have for a solver?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.constraints.tracking_error import benchmark_outside_notes, benchmark_outside_problems
from engine.kernel.errors import Problem
from engine.kernel.facts import KnownUniverse, benchmark_center
from engine.kernel.forms import Matrix, TailKind, TradingCosts, Vector
from engine.kernel.units import agree, listing
from engine.optimize.compile import LimitSet
from engine.optimize.inputs import Inputs
from engine.optimize.tail_measures import tail_value
from engine.pareto.result import ParetoUnit
from engine.pareto.spec import MAXIMIZED, SEARCHED, ParetoKind, ParetoObjective

Form = Literal["linear", "quadratic", "tail", "absolute", "searched"]
TAILS: dict[str, TailKind] = {
    "cvar": "cvar",
    "cdar": "cdar",
    "max_drawdown": "max_drawdown",
    "semi_deviation": "semi_deviation",
}
UNITS: dict[ParetoKind, ParetoUnit] = {
    "return": "annual_frac",
    "volatility": "annual_frac",
    "tracking_error": "annual_frac",
    "yield": "annual_frac",
    "cvar": "period_frac",
    "semi_deviation": "period_frac",
    "esg": "score",
    "sharpe": "ratio",
    "diversification": "ratio",
    "holdings_count": "count",
}
HELD_FRAC = 1e-6  # a smaller weight is none
NO_RISK = 1e-12
SAME_SUM = 1e-6  # of weights: what rounding leaves
UNCOMPOUNDED = (
    "Drawdowns add returns up without compounding, so that the least can be proven; the maximum drawdown of a result "
    "compounds them, and differs a little."
)


@dataclass(frozen=True, eq=False)
class Measure:
    """One objective on weights of shape (n,).

    Attributes
    ----------
    sign
        1 where less is better, -1 where more is: sign times the value is its cost.
    form
        ``linear``: coefficients @ w + constant, for the return less trading costs where `has_costs`. ``quadratic``:
        √((w - center)ᵀ Σ (w - center)). ``tail``: of the history. ``absolute``: Σ coefficients |w - center| + constant.
        ``searched``: none that a convex solver knows.
    values
        The values of portfolios of shape (k, n), shape (k,).

    """

    kind: ParetoKind
    label: str
    sign: float
    unit: ParetoUnit
    share_frac: float
    form: Form
    values: Callable[[Matrix], Vector]
    coefficients: Vector | None = None
    center: Vector | None = None
    constant: float = 0.0
    tail: TailKind | None = None
    level: float = 0.95
    has_costs: bool = False

    def costs(self, weights: Matrix) -> Vector:
        """Return what is to be made small, shape (k,)."""
        return self.sign * self.values(weights)


def counted_costs(inputs: Inputs, objectives: tuple[ParetoObjective, ...]) -> TradingCosts | None:
    """Return the costs that the return is counted after: none where trading cost is an objective of its own.

    Market impact is left out, as along a frontier.
    """
    costs = inputs.costs
    if costs is None or any(one.kind == "trading_cost" for one in objectives):
        return None
    return replace(costs, impacts_annual_frac=np.zeros_like(costs.impacts_annual_frac))


def lacking(inputs: Inputs, yields_annual_frac: Vector | None, kind: ParetoKind) -> list[str]:
    """Return the assets without the figure that an objective needs of each."""
    universe = inputs.universe
    known = {"esg": universe.esg_scores, "yield": yields_annual_frac}.get(kind)
    if kind not in ("esg", "yield"):
        return []
    bad = np.ones(universe.count, dtype=bool) if known is None else np.isnan(known)
    return [asset for asset, wanting in zip(universe.assets, bad, strict=True) if wanting]


def objective_problems(
    objectives: tuple[ParetoObjective, ...], inputs: Inputs, yields_annual_frac: Vector | None, *, may_leave_out: bool
) -> list[Problem]:
    """Return everything that the objectives need and nobody has given."""
    found: list[Problem] = []
    for at, one in enumerate(objectives):
        path = f"objectives.{at}"
        if one.kind in TAILS and (inputs.estimates.history_frac is None or not len(inputs.estimates.history_frac)):
            message = f"{one.label}: this is measured on a history of returns, and figures given directly have none."
            found.append(Problem(path, message, "Give a returns panel instead, or choose volatility."))
        elif one.kind == "tracking_error":
            found += benchmark_outside_problems(inputs.universe, path, "choose volatility")
        elif one.kind == "turnover" and inputs.universe.current_weights_frac is None:
            message = "Turnover is measured from the weights now held, and none are given."
            found.append(Problem(path, message, "Start from a portfolio, give `current_weights`, or leave it out."))
        elif one.kind == "trading_cost" and inputs.costs is None:
            message = "Trading cost needs `costs` and the weights now held."
            found.append(Problem(path, message, "Give `costs` and `current_weights`, or choose turnover."))
        elif one.kind in ("esg", "yield"):
            found += _data_problems(
                one.kind, path, lacking(inputs, yields_annual_frac, one.kind), inputs, may_leave_out
            )
    if all(one.kind in ("turnover", "trading_cost") for one in objectives):
        message = "Turnover and trading cost alone have one answer: to trade nothing."
        found.append(Problem("objectives", message, "Add what trading is for, such as expected return or volatility."))
    return found


def _data_problems(kind: str, path: str, names: list[str], inputs: Inputs, may_leave_out: bool) -> list[Problem]:
    count = inputs.universe.count
    if not names or (may_leave_out and len(names) < count):
        return []
    what, field = ("an ESG score", "facts.esg_scores") if kind == "esg" else ("a yield", "facts.yields_annual_frac")
    if len(names) == count:
        message = f"No asset has {what}."
        return [Problem(path, message, f"Give `{field}`, or leave this objective out.")]
    message = f"Without {what}: {listing(names, 5)}."
    advice = f'Give `{field}` for every asset, or set `without_data` to "leave_out" so that {_them(names)} not held.'
    return [Problem(path, message, advice)]


def _them(names: list[str]) -> str:
    return f"{agree(names, 'it is', 'they are')}"


def measures_of(
    objectives: tuple[ParetoObjective, ...],
    shares_frac: tuple[float, ...],
    inputs: Inputs,
    limits: LimitSet,
    yields_annual_frac: Vector | None,
) -> tuple[Measure, ...]:
    """Return the objectives as measures; `objective_problems` must have found nothing."""
    maker = _Maker(inputs, limits, yields_annual_frac, counted_costs(inputs, objectives))
    return tuple(maker.make(one, share) for one, share in zip(objectives, shares_frac, strict=True))


def notes_of(objectives: tuple[ParetoObjective, ...], inputs: Inputs) -> tuple[str, ...]:
    """Return what the objectives leave out on these assets."""
    notes: tuple[str, ...] = ()
    if any(one.kind == "tracking_error" for one in objectives):
        notes += benchmark_outside_notes(inputs.universe)
    if any(one.kind in ("cdar", "max_drawdown") for one in objectives):
        notes += (UNCOMPOUNDED,)
    if inputs.costs is None:
        return notes
    if any(one.kind == "trading_cost" for one in objectives):
        return (*notes, "The expected return is before trading costs, which are an objective of their own.")
    if inputs.costs.has_impact:
        return (*notes, "The expected return is after trading costs in proportion to the trade, without market impact.")
    return (*notes, "The expected return is after trading costs.")


def _centered(known: Vector) -> tuple[Vector, float]:
    """Return figures less the middle of their range, and that middle.

    The weights sum to the same in all portfolios, so nothing changes but the size of what solvers and rounding see. An
    asset without a figure, NaN, is not held and gets 0.
    """
    middle = 0.5 * float(np.nanmin(known) + np.nanmax(known))
    return np.nan_to_num(known - middle), middle


class _Maker:
    def __init__(self, inputs: Inputs, limits: LimitSet, yields: Vector | None, costs: TradingCosts | None) -> None:
        self.inputs, self.limits, self.yields, self.costs = inputs, limits, yields, costs
        self.covariance = inputs.estimates.covariance_annual
        self.rate = inputs.risk_free_annual_frac
        self.excess = inputs.estimates.returns_annual_frac - self.rate

    def make(self, one: ParetoObjective, share_frac: float) -> Measure:
        """Return an objective as a measure."""
        is_maximized = one.kind in MAXIMIZED
        if one.kind == "esg":
            is_maximized = self.inputs.universe.is_esg_higher_better
        if one.direction != "natural":
            is_maximized = one.direction == "maximize"
        plain = Measure(
            kind=one.kind,
            label=one.label,
            sign=-1.0 if is_maximized else 1.0,
            unit=UNITS.get(one.kind, "frac"),
            share_frac=share_frac,
            form="searched",
            values=self.returns,
            level=one.level,
        )
        if one.kind in TAILS:
            return self._tail(plain, TAILS[one.kind])
        if one.kind in ("turnover", "trading_cost"):
            return self._absolute(plain)
        if one.kind in SEARCHED:
            rule = {"sharpe": self.sharpes, "diversification": self.ratios, "holdings_count": self.counts}[one.kind]
            return replace(plain, values=rule)
        if one.kind in ("volatility", "tracking_error"):
            center = benchmark_center(self.inputs.universe) if one.kind == "tracking_error" else None
            return replace(plain, form="quadratic", center=center, values=lambda w: self.risks(w, center))
        return self._linear(plain)

    def _linear(self, plain: Measure) -> Measure:
        if plain.kind == "return":
            has_costs = self.costs is not None
            made = replace(plain, coefficients=self.excess, constant=self.rate, has_costs=has_costs)
            return replace(made, form="linear", values=self.returns)
        net = self.limits.net_frac or 1.0
        known = self.inputs.universe.esg_scores if plain.kind == "esg" else self.yields
        assert known is not None
        size = net if plain.kind == "esg" else 1.0
        slopes, middle = _centered(known / size)
        total = self.limits.net_frac

        def values(weights: Matrix) -> Vector:
            held = weights.sum(axis=1)
            return np.asarray(weights @ slopes + middle * np.where(np.abs(held - total) <= SAME_SUM, total, held))

        return replace(plain, form="linear", coefficients=slopes, constant=middle * total, values=values)

    def _tail(self, plain: Measure, tail: TailKind) -> Measure:
        history = self.inputs.estimates.history_frac
        assert history is not None
        level = plain.level

        def values(weights: Matrix) -> Vector:
            return np.array([tail_value(tail, level, history, one) for one in weights])

        return replace(plain, form="tail", tail=tail, values=values)

    def _absolute(self, plain: Measure) -> Measure:
        universe, costs = self.inputs.universe, self.inputs.costs
        center = universe.current_weights_frac
        assert center is not None
        outside = universe.current_outside_frac if isinstance(universe, KnownUniverse) else 0.0
        slopes, constant = np.full(universe.count, 0.5), 0.5 * outside
        if plain.kind == "trading_cost":
            assert costs is not None
            slopes, constant = costs.rates_annual_frac, 0.0
            if costs.has_impact:
                return replace(plain, values=lambda w: np.array([costs.annual_frac(one) for one in w]))

        def values(weights: Matrix) -> Vector:
            return np.asarray(np.abs(weights - center) @ slopes + constant)

        return replace(plain, form="absolute", coefficients=slopes, center=center, constant=constant, values=values)

    def returns(self, weights: Matrix) -> Vector:
        """Return expected annual returns, cash included, after the costs that are counted."""
        gained = weights @ self.excess + self.rate
        if self.costs is not None:
            gained = gained - np.abs(weights - self.costs.center_frac) @ self.costs.rates_annual_frac
        return np.asarray(gained)

    def risks(self, weights: Matrix, center: Vector | None = None) -> Vector:
        """Return annual volatilities of what is held beyond a center."""
        away = weights if center is None else weights - center
        return np.asarray(np.sqrt(np.maximum(np.einsum("ki,ki->k", away @ self.covariance, away), 0.0)))

    def sharpes(self, weights: Matrix) -> Vector:
        """Return Sharpe ratios, 0 without risk."""
        return self._ratio(self.returns(weights) - self.rate, self.risks(weights))

    def ratios(self, weights: Matrix) -> Vector:
        """Return diversification ratios, 0 without risk."""
        own = np.sqrt(np.maximum(self.inputs.estimates.variances_annual, 0.0))
        return self._ratio(np.asarray(weights @ own), self.risks(weights))

    @staticmethod
    def counts(weights: Matrix) -> Vector:
        """Return how many assets are held."""
        return np.asarray((np.abs(weights) > HELD_FRAC).sum(axis=1), dtype=np.float64)

    @staticmethod
    def _ratio(above: Vector, below: Vector) -> Vector:
        return np.where(below > NO_RISK, above / np.maximum(below, NO_RISK), 0.0)
