"""How sure is the answer to a request? The road from request and data to intervals that narrow as histories arrive."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.doors import PanelLike, RateLike, given_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts
from engine.kernel.forms import Matrix, Vector
from engine.kernel.rng import generator
from engine.kernel.units import percent
from engine.optimize.estimate import data_of
from engine.optimize.inputs import Given, Inputs, read_inputs
from engine.optimize.softened import softened
from engine.optimize.solve import optimize
from engine.result import OptimizationResult
from engine.spec import OptimizationRequest
from engine.uncertainty.blocks import mean_block_length, stationary_indices
from engine.uncertainty.replay import Replay
from engine.uncertainty.result import FrontierBand, TradeVerdict, UncertaintyResult
from engine.uncertainty.tally import bands_of, intervals_of
from engine.uncertainty.verdict import Judge

RESAMPLES_COUNT = 500
RESAMPLES_MAX_COUNT = 10_000
FIRST_BATCH_COUNT = 50
BANDS_COUNT = 15
LEAST_ANSWERS_COUNT = 20
NO_TILT = 1e-12  # λ in scaled units: less is rounding, and the risk aversion infinite
STREAM = 41  # names this use of the request's seed

OnProgress = Callable[[str, float], None]


def uncertainty(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    on_progress: OnProgress | None = None,
    data_lineage: Mapping[str, Any] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    **options: Any,
) -> UncertaintyResult:
    """Return how sure the answer to a request is; parameters as for `engine.optimize` and `stream`."""
    results = stream(
        request,
        panel,
        sectors,
        current_weights_frac,
        on_progress=on_progress,
        data_lineage=data_lineage,
        facts=facts,
        risk_free=risk_free,
        **options,
    )
    return deque(results, maxlen=1)[0]


def stream(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    *,
    on_progress: OnProgress | None = None,
    data_lineage: Mapping[str, Any] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    resamples_count: int = RESAMPLES_COUNT,
    level_frac: float = 0.9,
    block_length_periods: float | None = None,
    time_max_s: float = 60.0,
) -> Iterator[UncertaintyResult]:
    """Return results that grow surer: after 50 histories, after each doubling, and at the end.

    Parameters
    ----------
    request
        Assets with a history: figures given directly have none that could have been another.
    panel, sectors, current_weights_frac, on_progress, data_lineage, facts, risk_free
        As for `engine.optimize`. The verdict on trading needs current weights.
    resamples_count
        Number of histories to draw, 20 to 10,000.
    level_frac
        Level of intervals, bands and verdict, 0.5 to 0.99.
    block_length_periods
        Mean length of the stretches of days that stay together; chosen from the data when None.
    time_max_s
        No further history is drawn after that; the result says how many there were.

    Raises
    ------
    InputRefused
        When a figure cannot be used, or there is no history.

    """
    options = _checked(_Options(resamples_count, level_frac, block_length_periods, time_max_s))
    if request.problem is not None or panel is None:
        raise InputRefused(
            [
                Problem(
                    "problem" if request.problem is not None else "panel",
                    "How sure an answer is shows on other histories that could have been, and figures given directly "
                    "have no history.",
                    "Give `asset_ids` and a panel of returns.",
                )
            ]
        )
    given = given_of(
        request,
        panel,
        sectors,
        current_weights_frac,
        facts,
        risk_free,
        on_progress=on_progress,
        data_lineage=data_lineage,
    )
    return _Run(request, given, options, on_progress or (lambda stage, share: None), data_lineage).results()


@dataclass(frozen=True)
class _Options:
    resamples_count: int
    level_frac: float
    block_length_periods: float | None
    time_max_s: float


def _checked(options: _Options) -> _Options:
    """Return the options, or refuse them with every problem."""
    bounds = (
        ("resamples_count", 20, RESAMPLES_MAX_COUNT),
        ("level_frac", 0.5, 0.99),
        ("block_length_periods", 1.0, 10_000.0),
        ("time_max_s", 0.1, 3600.0),
    )
    problems = []
    for name, least, most in bounds:
        value = getattr(options, name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is None and name == "block_length_periods":
            continue
        if not is_number or not least <= value <= most or (name == "resamples_count" and value != int(value)):
            what = "a whole number" if name == "resamples_count" else "a number"
            slip = name == "level_frac" and is_number and 50 <= value < 100
            advice = f"Did you mean {value / 100:g}? " if slip else ""
            problems.append(
                Problem(name, f"{value!r} cannot be used here.", f"{advice}Give {what} from {least} to {most}.")
            )
    if problems:
        raise InputRefused(problems)
    return options


@dataclass(eq=False)
class _Collected:
    """What the histories have answered so far."""

    answers: list[Vector] = field(default_factory=list)
    points: list[Matrix] = field(default_factory=list)
    figures: list[Matrix] = field(default_factory=list)
    unanswered_count: int = 0


class _Run:
    """One run over other histories."""

    def __init__(
        self,
        request: OptimizationRequest,
        given: Given,
        options: _Options,
        report: OnProgress,
        data_lineage: Mapping[str, Any] | None,
    ) -> None:
        self.request, self.given, self.options, self.report = request, given, options, report
        self.data_lineage = data_lineage
        self.begun_s = time.perf_counter()
        self.notes: list[str] = []
        self.collected = _Collected()
        self.block_length: float | None = None
        self.assets: tuple[str, ...] = ()

    def results(self) -> Iterator[UncertaintyResult]:
        """Yield results, the last of them complete."""
        self.report("Solving on the real history", 0.02)
        own = self._optimized(self.request)
        if not own.status.has_weights:
            yield UncertaintyResult(
                status=own.status,
                message=own.message,
                advice=own.advice,
                diagnosis=own.diagnosis,
                lineage=own.lineage,
                is_complete=True,
                **(self._frame() | {"notes": own.notes}),
            )
            return
        inputs = read_inputs(self.request, self.given)
        self.assets = inputs.universe.assets
        replay = self._replay(inputs)
        place = {line.asset: line.weight_frac for line in own.weights}
        proposal = np.array([place.get(asset, 0.0) for asset in inputs.universe.assets])
        tilts = self._tilts(replay)
        window = inputs.window
        assert window is not None
        count = window.observations_count
        if count <= inputs.universe.count:
            self.notes.append(
                f"{count} periods tell little about {inputs.universe.count} assets: the intervals are rough."
            )
        asked = self.options.block_length_periods
        self.block_length = mean_block_length(window.returns_frac) if asked is None else min(asked, float(count))
        told_at = FIRST_BATCH_COUNT
        total = self.options.resamples_count
        for draw in range(total):
            if draw >= LEAST_ANSWERS_COUNT and time.perf_counter() - self.begun_s > self.options.time_max_s:
                self.notes.append(f"Time was up after {draw} of {total} histories.")
                break
            days = stationary_indices(generator(self.request.seed, STREAM, draw), count, self.block_length)
            self._keep(replay, days, tilts)
            if draw % 10 == 0:
                self.report(f"{draw} of {total} other histories", 0.05 + 0.9 * draw / total)
            if draw + 1 == told_at and draw + 1 < total and self.collected.answers:
                told_at *= 2
                yield self._told(own, inputs, replay, proposal, tilts, is_complete=False)
        self.report("Judging the trade", 0.97)
        yield self._told(own, inputs, replay, proposal, tilts, is_complete=True)
        self.report("Finished", 1.0)

    def _optimized(self, request: OptimizationRequest) -> OptimizationResult:
        given = self.given
        return optimize(
            request.model_copy(update={"frontier_points_count": 0}),
            given.panel,
            given.sectors,
            given.current_weights_frac,
            data_lineage=self.data_lineage,
            facts=given.facts,
            risk_free=given.risk_free,
        )

    def _replay(self, inputs: Inputs) -> Replay:
        request, given = self.request, self.given
        assert inputs.window is not None
        facts = request.facts.over(given.facts) if request.facts is not None else given.facts
        data = data_of(
            request,
            inputs.window,
            None if facts is None else facts.market_weights,
            None if facts is None else facts.benchmark_weights,
            None,
            given.risk_free,
        )
        kept, _ = softened(request, inputs)
        return Replay(request, inputs, data, kept, lambda count: self.report("Choosing positions", 0.5))

    def _tilts(self, replay: Replay) -> Vector:
        """Return λ of portfolios evenly spread over the frontier's reward; none where no frontier is walked."""
        if replay.walked is None:
            return np.empty(0)
        path = replay.walked[0]
        if path.count == 1:
            return path.tilts.copy()
        return path.tilt_at(*path.place_of(np.linspace(path.rewards[0], path.rewards[-1], BANDS_COUNT)))

    def _keep(self, replay: Replay, days: Any, tilts: Vector) -> None:
        found, kept = replay.answer(days, tilts), self.collected
        if found.weights_frac is None:
            kept.unanswered_count += 1
            return
        kept.answers.append(found.weights_frac)
        if found.points is not None and found.figures is not None:
            kept.points.append(found.points)
            kept.figures.append(found.figures)

    def _told(
        self,
        own: OptimizationResult,
        inputs: Inputs,
        replay: Replay,
        proposal: Vector,
        tilts: Vector,
        *,
        is_complete: bool,
    ) -> UncertaintyResult:
        kept, level = self.collected, self.options.level_frac
        drawn = len(kept.answers) + kept.unanswered_count
        told = self._frame() | {"lineage": own.lineage, "is_complete": is_complete}
        if not kept.answers:
            return UncertaintyResult(
                status=own.status,
                message=f"None of {drawn} other histories has an answer to this request.",
                advice="Choose another goal or wider limits: on most histories these cannot be met.",
                **told,
            )
        notes = [*self.notes]
        if kept.unanswered_count:
            notes.append(
                f"{kept.unanswered_count} of {drawn} other histories have no answer, such as a return that is out of "
                "reach there; the intervals leave them out."
            )
        answers = np.array(kept.answers)
        judge = Judge(inputs, proposal, answers, level)
        return UncertaintyResult(
            status=own.status,
            message=f"{percent(level, 0)} intervals from {len(answers)} other histories as likely as the real one.",
            weights=intervals_of(inputs.universe.assets, proposal, answers, level),
            bands=self._bands(replay, tilts),
            verdict=self._verdict(judge, is_complete=is_complete),
            **(told | {"notes": tuple(notes)}),
        )

    def _bands(self, replay: Replay, tilts: Vector) -> tuple[FrontierBand, ...]:
        kept = self.collected
        if replay.walked is None or not kept.figures:
            return ()
        own = replay.figures_of(replay.inputs.estimates, replay.walked[0].at_tilt(tilts))
        base = replay.base
        by_tilt = base.excess_scale / base.variance_scale
        aversions = [by_tilt / tilt if tilt > NO_TILT else None for tilt in tilts.tolist()]
        level = self.options.level_frac
        return bands_of(aversions, own, np.array(kept.figures), np.array(kept.points), level)

    def _verdict(self, judge: Judge, *, is_complete: bool) -> TradeVerdict | None:
        def solved(request: OptimizationRequest) -> Vector | None:
            found = self._optimized(request)
            if not found.status.has_weights:
                return None
            place = {line.asset: line.weight_frac for line in found.weights}
            return np.array([place.get(asset, 0.0) for asset in judge.inputs.universe.assets])

        return judge.verdict(judge.partial_trades(self.request, solved) if is_complete else ())

    def _frame(self) -> dict[str, Any]:
        kept, options = self.collected, self.options
        return {
            "level_frac": options.level_frac,
            "resamples_count": options.resamples_count,
            "answered_count": len(kept.answers),
            "unanswered_count": kept.unanswered_count,
            "block_length_periods": self.block_length,
            "seed": self.request.seed,
            "assets": self.assets,
            "notes": tuple(self.notes),
            "elapsed_ms": {"total": 1000.0 * (time.perf_counter() - self.begun_s)},
        }
