"""How does the whole frontier follow a limit that is being dragged? Made once for a request, asked many times.

Estimates, scaled covariance, rows and the linear program for a first portfolio are kept; a move changes sides only.
Every answer is walked and proven like that of `engine.frontier`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.doors import PanelLike, given_of
from engine.frontier.path import Path, risk_of, trace, trace_from
from engine.frontier.pieces import Pieces, pieces_of
from engine.frontier.sweep import one_by_one
from engine.kernel.arrays import numbers_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.figures import Figures
from engine.kernel.forms import Matrix, Row, Vector
from engine.kernel.units import listing
from engine.objectives.min_volatility import MinVolatility
from engine.optimize.beside import left_out
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.inputs import read_inputs
from engine.optimize.lift import LiftedRows
from engine.optimize.linear import LinearSession
from engine.spec import OptimizationRequest

SWEEP_POINTS_COUNT = 60

Sides = tuple[float | None, float | None]


@dataclass(frozen=True, eq=False)
class LiveAnswer:
    """The frontier where the limits stand now.

    Attributes
    ----------
    path
        Its corners, None where they were not found.
    points
        The corners' weights, shape (k, n); where there is no path, points that were solved for one by one.
    best_frac
        Weights of the highest Sharpe ratio, shape (n,); None where nothing beats cash, the ratio has no maximum, or
        there is no path.
    is_infeasible
        Whether no portfolio meets the limits.
    why_not
        Completes "The corners were not found because ..."; empty where they were.
    notes
        Which of the request's limits and costs the frontier leaves out: a portfolio on it may not keep those.

    """

    path: Path | None
    points: Matrix
    best_frac: Vector | None = None
    is_infeasible: bool = False
    why_not: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether the corners were found and proven, so that what lies between two of them is a mixture.

        They are those of the linear limits; `notes` says what these leave out.
        """
        return self.path is not None


class LiveFrontier:
    """The mean-variance frontier of a request whose limits move.

    Parameters
    ----------
    core
        Estimates, limits as they stand at first, costs; only the hull of the limits is used, which the answers' notes
        say where there is more.

    """

    def __init__(self, core: ConvexCore) -> None:
        self.core = core
        self.quadratic: Matrix = risk_of(core)
        self._linear = np.zeros(core.limits.universe.count)
        self._pieces = pieces_of(core)
        self._is_plain = self._pieces.rewards.shape[0] == 1 and not len(core.lifted.places)
        self._places: dict[str, list[int]] = {}
        for at, row in enumerate(core.limits.rows):
            self._places.setdefault(row.name, []).append(at)
        impact = ("market impact",) if core.costs is not None and core.costs.has_impact else ()
        self._notes = tuple(filter(None, [left_out(core.limits, *impact)]))
        self._session: LinearSession | None = None

    @classmethod
    def of(
        cls,
        request: OptimizationRequest,
        panel: PanelLike | None = None,
        sectors: Mapping[str, str] | None = None,
        figures: Figures | None = None,
        **more: Any,
    ) -> LiveFrontier:
        """Return the frontier of a request; its objective plays no part.

        Parameters
        ----------
        request, panel, sectors, figures
            As for `engine.frontier`.
        **more
            `current_weights_frac`, `facts`, `risk_free` and `data_lineage`, as for `engine.frontier`.

        Raises
        ------
        InputRefused
            When what is given cannot be used.

        """
        lineage = more.pop("data_lineage", None)
        given = given_of(
            request,
            panel,
            sectors,
            more.pop("current_weights_frac", None),
            more.pop("facts", None),
            more.pop("risk_free", None),
            figures,
            data_lineage=lineage,
        )
        if more:
            raise TypeError(f"LiveFrontier.of takes no {listing(list(more))}.")
        asked = request.model_copy(update={"objective": MinVolatility()})
        inputs = read_inputs(asked, given)
        limits = compile_limits(asked.all_constraints(), inputs.universe)
        return cls(ConvexCore(inputs.estimates, limits, inputs.risk_free_annual_frac, inputs.costs))

    @property
    def is_plain(self) -> bool:
        """Whether no limit and no cost counts absolute values, so that each weight has one piece."""
        return self._is_plain

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the request's limits and costs the frontier leaves out."""
        return self._notes

    @property
    def names(self) -> tuple[str, ...]:
        """The limits whose sides can be moved, by the names that results give them; limits of one name stand once."""
        return tuple(self._places)

    def moved(
        self,
        *,
        lower_frac: float | Vector | None = None,
        upper_frac: float | Vector | None = None,
        sides: Mapping[str, Sides] | None = None,
    ) -> LiveAnswer:
        """Return the frontier with these sides in place of the request's; what is not named stays as it was made.

        Parameters
        ----------
        lower_frac, upper_frac
            Bounds of all positions, or of each, shape (n,). An asset that the request holds at one weight stays there.
        sides
            Name of a limit to its lower and upper side, in the unit of the limit (for an average, such as an ESG floor,
            that of the average); None leaves a side as it was. Where several limits have the name, as a minimum and a
            maximum of one group may, each side goes to those that have it, and to the first where none has.

        Raises
        ------
        InputRefused
            When a limit is not known, or a number cannot be used.

        """
        return replace(self._answered(self._moved(lower_frac, upper_frac, sides)), notes=self._notes)

    def _answered(self, limits: LimitSet) -> LiveAnswer:
        """Return the frontier under limits."""
        if bool((limits.lower_frac > limits.upper_frac).any()):
            return self._none("infeasible")
        if not self._is_plain:
            core = ConvexCore(self.core.estimates, limits, self.core.risk_free_annual_frac, self.core.costs)
            traced = trace(core)
        else:
            core = self.core
            pieces = self._shifted(limits)
            start = self._somewhere(limits, pieces)
            if start is None:
                return self._none("infeasible")
            traced = trace_from(self.quadratic, self._linear, pieces, start)
        if traced.is_infeasible:
            return self._none("infeasible")
        path = traced.path
        if path is None:
            return self._one_by_one(limits, traced.why_not)
        best = path.best_ratio() if path.rewards[-1] > 0.0 else None
        weights = None if best is None else path.points_at(np.array([best[0]]), np.array([best[1]]))[0]
        return LiveAnswer(path, path.points, weights)

    def _moved(self, lower: Any, upper: Any, given_sides: Any) -> LimitSet:
        """Return the limits with other sides, checked."""
        limits = self.core.limits
        problems: list[Problem] = []
        sides = self._sides(given_sides, problems)
        is_fixed = limits.lower_frac == limits.upper_frac
        bounds: dict[str, Any] = {}
        for name, given, own in (("lower_frac", lower, limits.lower_frac), ("upper_frac", upper, limits.upper_frac)):
            wide = own if given is None else _numbers(given, name, f"Give one number, or {len(own)}.", problems)
            if wide is None:
                continue
            if wide.shape not in ((), own.shape) or not np.isfinite(wide).all():
                problems.append(Problem(name, "These are no bounds.", f"Give one number, or {len(own)}."))
                continue
            bounds[name] = np.where(is_fixed, own, wide)
        if problems:
            raise InputRefused(problems)
        rows = list(limits.rows)
        for name, (low, high) in sides.items():
            for number, side in enumerate((low, high)):
                for at in () if side is None else self._with_side(name, is_upper=number == 1):
                    rows[at] = _with_sides(rows[at], (side, None) if number == 0 else (None, side), limits.net_frac)
        return replace(limits, rows=tuple(rows), **bounds)

    def _sides(self, given: Any, problems: list[Problem]) -> dict[str, Sides]:
        """Return the sides by the name of the limit; what cannot be used is noted."""
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            message = f"What was given is of type {type(given).__name__}, not sides by the name of a limit."
            problems.append(Problem("sides", message, f"Give a dictionary such as {{{self._example()}}}."))
            return {}
        found: dict[str, Sides] = {}
        for name, pair in given.items():
            if name not in self._places:
                advice = f"Name one of {listing(list(self._places), 5)}." if self._places else "Leave `sides` out."
                problems.append(Problem(f"sides.{name}", "There is no such limit.", advice))
                continue
            advice = "Give a lower and an upper side, each a number, or None to leave it."
            numbers = _numbers(pair, "sides", advice, problems)
            if numbers is None:
                continue
            is_left = [one is None for one in pair] if numbers.shape == (2,) else []
            if not is_left or any(np.isnan(one) and not left for one, left in zip(numbers, is_left, strict=True)):
                problems.append(Problem("sides", f"The sides of {name} are not two numbers.", advice))
                continue
            low, high = (None if left else float(one) for one, left in zip(numbers, is_left, strict=True))
            found[name] = (low, high)
        return found

    def _example(self) -> str:
        name = next(iter(self._places), "a limit")
        return f'"{name}": (None, 0.3)'

    def _with_side(self, name: str, *, is_upper: bool) -> list[int]:
        """Return the places of the limits of a name that have that side; of the first where none has."""
        places = self._places[name]
        rows = self.core.limits.rows
        having = [at for at in places if np.isfinite(rows[at].upper_frac if is_upper else rows[at].lower_frac)]
        return having or places[:1]

    def _shifted(self, limits: LimitSet) -> Pieces:
        """Return the pieces with the limits' sides; without bends each weight has one piece."""
        pieces, first = self._pieces, LiftedRows.FIRST_ROW
        row_lower, row_upper = pieces.row_lower.copy(), pieces.row_upper.copy()
        for at, row in enumerate(limits.rows, first):
            row_lower[at], row_upper[at] = row.lower_frac, row.upper_frac
        edges = np.column_stack([limits.lower_frac, limits.upper_frac])
        return replace(pieces, edges=edges, row_lower=row_lower, row_upper=row_upper)

    def _somewhere(self, limits: LimitSet, pieces: Pieces) -> Vector | None:
        """Return a portfolio within the limits that is calm by the assets' own variances, None where there is none."""
        if self._session is None:
            cost = self.core.estimates.variances_annual / self.core.variance_scale
            self._session = LinearSession(np.asarray(cost), pieces.coefficients[0])
        found = self._session.solve(pieces.row_lower, pieces.row_upper, limits.lower_frac, limits.upper_frac)
        return found.x if found.outcome == "solved" else None

    def _one_by_one(self, limits: LimitSet, why_not: str) -> LiveAnswer:
        """Return points that are solved for alone."""
        core = ConvexCore(self.core.estimates, limits, self.core.risk_free_annual_frac, self.core.costs)
        points = one_by_one(core, SWEEP_POINTS_COUNT)
        return LiveAnswer(None, np.array(points).reshape(len(points), len(self._linear)), why_not=why_not)

    def _none(self, outcome: str) -> LiveAnswer:
        return LiveAnswer(None, np.zeros((0, len(self._linear))), None, outcome == "infeasible", "no portfolio is left")


def _numbers(given: Any, field: str, advice: str, problems: list[Problem]) -> Vector | None:
    """Return numbers as an array, or None where they are none, which is noted."""
    try:
        return numbers_of(given, field, advice=advice)
    except InputRefused as refusal:
        problems += refusal.problems
        return None


def _with_sides(row: Row, pair: Sides, net_frac: float) -> Row:
    """Return a row with other sides; the side of an average moves it by as much as is invested."""
    low, high = pair
    if row.average is not None:
        low = None if low is None else (low - row.average) * net_frac
        high = None if high is None else (high - row.average) * net_frac
    return replace(
        row, lower_frac=row.lower_frac if low is None else low, upper_frac=row.upper_frac if high is None else high
    )
