"""How would a recipe have done? The road from request and history to a test in which no date knows a later one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.doors import PanelLike, RateLike, given_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts
from engine.kernel.forms import Vector
from engine.kernel.frames import PricePanel
from engine.kernel.units import day, plural
from engine.objectives.min_volatility import MinVolatility
from engine.optimize.estimate import risk_free_of
from engine.optimize.inputs import Given
from engine.spec import OptimizationRequest
from engine.walkforward.history import History, left_out_of, rebalancing_rows
from engine.walkforward.recipe import Answer, Recipe
from engine.walkforward.result import StrategyKey, WalkForwardResult
from engine.walkforward.spec import WalkForwardOptions
from engine.walkforward.starting import starting_problems
from engine.walkforward.tell import Asked, Told, Walked
from engine.walkforward.walk import Stretch, Walker

LEAST_DATES_COUNT = 3
BPS = 1e-4
DEFAULT_SPREAD_BPS = 10.0

OnProgress = Callable[[str, float], None]


def walk_forward(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    on_progress: OnProgress | None = None,
    data_lineage: Mapping[str, Any] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    options: WalkForwardOptions | None = None,
) -> WalkForwardResult:
    """Return how a recipe would have done, asked on every date with what was known then.

    Parameters
    ----------
    request
        The recipe: estimators, goal, limits, costs, seed. Its `as_of` ends the test. Figures given directly have no
        past to walk through.
    panel
        Returns, or a `PricePanel`, whose prices may be missing (NaN): an asset is left out on dates whose window it
        does not cover, and a holding without a price stands still until the next one.
    sectors, current_weights_frac, data_lineage, facts, risk_free
        As for `engine.optimize`; facts are those of today on every date.
    on_progress
        Called with the date that is decided on and a share from 0 to 1; may raise `Cancelled` to stop.
    options
        How the past is walked through; the defaults where None.

    Returns
    -------
    WalkForwardResult
        Compared on the same dates, at the same costs and from the same holdings: equal weight, minimum variance under
        the same limits, and the current weights held throughout. Dates without an answer keep what is held, counted.

    Raises
    ------
    InputRefused
        When a figure or the starting weights cannot be used, or the history is too short for the window.

    """
    chosen = options or WalkForwardOptions()
    if request.problem is not None or panel is None:
        raise InputRefused(
            [
                Problem(
                    "problem" if request.problem is not None else "panel",
                    "A recipe is tested on a history, and figures given directly have none.",
                    "Give `asset_ids` and a panel of returns or prices.",
                )
            ]
        )
    given = given_of(
        request,
        None if isinstance(panel, PricePanel) else panel,
        sectors,
        current_weights_frac,
        facts,
        risk_free,
        on_progress=on_progress,
        data_lineage=data_lineage,
    )
    history = History.of(given.panel if given.panel is not None else panel, request.asset_ids)
    if request.as_of is not None:
        history = history.until(request.as_of)
    problems = starting_problems(chosen.starting_weights, history.assets, request)
    if problems:
        raise InputRefused(problems)
    return _Test(request, given, history, chosen, on_progress or (lambda stage, share: None), data_lineage).result()


class _Test:
    """One walk through the past."""

    def __init__(
        self,
        request: OptimizationRequest,
        given: Given,
        history: History,
        options: WalkForwardOptions,
        report: OnProgress,
        data_lineage: Mapping[str, Any] | None,
    ) -> None:
        self.request, self.given, self.history, self.options = request, given, history, options
        self.report, self.data_lineage = report, data_lineage
        self.begun_s = time.perf_counter()
        self.periods = request.estimates.periods_per_year
        self.lookback = options.lookback_periods or request.estimates.lookback_days
        self.rows = self._rows()
        self.stage, self.share = "", 0.0
        self.recipe = Recipe(request, given, history.assets, lambda: report(self.stage, self.share))
        cash = risk_free_of(request, given.risk_free).per_period(history.dates[1:], self.periods)
        self.cash = np.broadcast_to(np.asarray(cash, dtype=np.float64), (history.periods_count,))
        self.spread_bps, spreads = self._spreads()
        start, self.current = self._start(), self._current()
        keys: list[StrategyKey] = ["recipe", "equal_weight"]
        keys += [] if isinstance(request.objective, MinVolatility) else ["minimum_variance"]
        keys += ["buy_and_hold"] if self.current is not None else []
        self.made = {key: Walker(start.copy(), spreads) for key in keys}
        places = options.frontier_points_count
        self.points = [Walker(start.copy(), spreads) for _ in range(places)]
        self.promises: list[list[Answer | None]] = [[] for _ in range(places)]
        self.asked: list[Asked] = []

    def result(self) -> WalkForwardResult:
        """Walk from date to date and tell what came of it."""
        for step, row in enumerate(self.rows):
            self.stage = f"Deciding on {day(self.history.day(row))}, {step + 1} of {len(self.rows)}"
            self.share = 0.02 + 0.94 * step / len(self.rows)
            self.report(self.stage, self.share)
            self._decide(row, is_first=step == 0)
            until = self.rows[step + 1] if step + 1 < len(self.rows) else self.history.periods_count
            stretch = Stretch.of(self.history.growth_frac[row:until], self.cash[row:until])
            for walker in [*self.made.values(), *self.points]:
                walker.hold(stretch)
        self.report("Comparing promises with outcomes", 0.97)
        told = Told(
            self.request,
            self.given,
            self.history,
            self.options,
            Walked(
                self.rows,
                self.made,
                self.points,
                self.promises,
                self.asked,
                self.cash,
                self.lookback,
                self.spread_bps,
            ),
            self.data_lineage,
        ).result(time.perf_counter() - self.begun_s)
        self.report("Finished", 1.0)
        return told

    def _decide(self, row: int, *, is_first: bool) -> None:
        known = self.history.known(row, self.lookback, self.options.embargo_periods, self.options.window)
        mine = self.made["recipe"]
        answer = self.recipe.ask(known, mine.weights_frac)
        self.asked.append(Asked(answer, left_out_of(self.history, known), len(known.columns)))
        if self.points:
            found = self.recipe.frontier(known, mine.weights_frac, len(self.points))
            for place, walker in enumerate(self.points):
                point = found[min(place, len(found) - 1)] if found else None
                self.promises[place].append(point)
                walker.trade(None if point is None else point.weights_frac)
        mine.trade(answer.weights_frac)
        equal = np.zeros(len(self.history.assets))
        equal[known.columns] = 1.0 / max(len(known.columns), 1)
        self.made["equal_weight"].trade(equal if len(known.columns) else None)
        if "minimum_variance" in self.made:
            least = self.made["minimum_variance"]
            least.trade(self.recipe.ask(known, least.weights_frac, MinVolatility()).weights_frac)
        if self.current is not None:
            held = self.made["buy_and_hold"]
            held.trade(self.current if is_first else held.weights_frac)

    def _rows(self) -> list[int]:
        """Return the rows of the decisions, or refuse a history that leaves too few."""
        options, count = self.options, self.history.periods_count
        first = self.lookback + options.embargo_periods
        if options.from_date is not None:
            first = max(first, int(np.searchsorted(self.history.dates, np.datetime64(options.from_date, "D"))))
        rows = rebalancing_rows(self.history.dates, first, options.frequency, options.every_periods)
        if len(rows) >= LEAST_DATES_COUNT:
            return [int(row) for row in rows]
        since = "" if options.from_date is None else f" from {day(options.from_date)} on"
        raise InputRefused(
            [
                Problem(
                    "lookback_periods",
                    f"The history has {count:,} returns. A look-back window of {self.lookback:,} leaves "
                    f"{plural(len(rows), 'date')} to decide on{since}, and a test needs at least {LEAST_DATES_COUNT}.",
                    "Choose a shorter window or an earlier beginning, decide more often, leave out the assets with the "
                    "shortest histories, or import older prices.",
                )
            ]
        )

    def _spreads(self) -> tuple[float | None, Vector]:
        """Return the spread charged, None where assets have their own, and half of each, shape (n,)."""
        count, costs, asked = len(self.history.assets), self.request.costs, self.options.spread_bps
        if asked is not None or costs is None:
            bps = DEFAULT_SPREAD_BPS if asked is None else asked
            return bps, np.full(count, 0.5 * bps * BPS)
        facts = self.given.facts if self.request.facts is None else self.request.facts.over(self.given.facts)
        own = (facts.spreads_frac if facts is not None else None) or {}
        spreads = np.array([own.get(asset, costs.spread_frac) for asset in self.history.assets])
        return (None if own else costs.spread_frac / BPS), 0.5 * spreads

    def _held_now(self) -> Mapping[str, float] | None:
        request = self.request
        return request.current_weights if request.current_weights is not None else self.given.current_weights_frac

    def _start(self) -> Vector:
        """Return what is held before the first trade, shape (n,): what the request says, or cash."""
        stated = self.options.starting_weights
        held = stated if stated is not None else self._held_now()
        return self._spread_over(held or {})

    def _current(self) -> Vector | None:
        """Return the current weights to hold throughout, shape (n,); None where none are known."""
        held = self._held_now()
        weights = None if held is None else self._spread_over(held)
        return weights if weights is not None and weights.any() else None

    def _spread_over(self, held: Mapping[str, float]) -> Vector:
        """Return holdings of the assets that had a price at the first decision; the others' share goes to them."""
        weights = np.array([float(held.get(asset, 0.0)) for asset in self.history.assets])
        total = float(weights.sum())
        priced = np.isfinite(self.history.levels[: self.rows[0] + 1]).any(axis=0)
        kept = np.where(priced, weights, 0.0)
        left = float(kept.sum())
        return kept * (total / left) if left > 0.0 < total else kept
