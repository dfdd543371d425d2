"""How does a finished walk become a result: figures, promises beside outcomes, comparisons, words?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.kernel.canonical import sha256_of
from engine.kernel.forms import Vector
from engine.kernel.units import plural
from engine.optimize.inputs import Given
from engine.result import Lineage
from engine.spec import OptimizationRequest
from engine.version import ENGINE_VERSION
from engine.walkforward.calibration import Outcome, calibrate
from engine.walkforward.figures import Shape, realized_figures, returns_of
from engine.walkforward.history import History
from engine.walkforward.judge import difference_of, selection_check, verdict_of
from engine.walkforward.notes import notes_of
from engine.walkforward.recipe import Answer
from engine.walkforward.result import (
    FrontierPromise,
    RebalanceDecision,
    StrategyKey,
    StrategyResult,
    Verdict,
    WalkForwardResult,
    WalkForwardSetup,
)
from engine.walkforward.spec import WalkForwardOptions
from engine.walkforward.walk import Walker

DIGITS = 10
LABELS: dict[StrategyKey, str] = {
    "recipe": "Recipe",
    "equal_weight": "Equal weight",
    "minimum_variance": "Minimum variance",
    "buy_and_hold": "Current weights, held",
}


@dataclass(frozen=True, eq=False)
class Asked:
    """What the recipe answered on one date, and on which assets."""

    answer: Answer
    left_out: tuple[str, ...]
    assets_count: int


@dataclass(frozen=True, eq=False)
class Walked:
    """A walk that has come to its end.

    `rows` are the decisions' places in the history, `points` and `promises` the frontier's portfolios and what each
    promised on each date, `cash_frac` what cash earned in each of the history's periods, shape (t,).
    """

    rows: list[int]
    made: Mapping[StrategyKey, Walker]
    points: list[Walker]
    promises: list[list[Answer | None]]
    asked: list[Asked]
    cash_frac: Vector
    lookback_periods: int
    spread_bps: float | None


class Told:
    """Puts a walk into figures and words."""

    def __init__(
        self,
        request: OptimizationRequest,
        given: Given,
        history: History,
        options: WalkForwardOptions,
        walked: Walked,
        data_lineage: Mapping[str, Any] | None,
    ) -> None:
        self.request, self.given, self.history, self.options = request, given, history, options
        self.walked, self.data_lineage = walked, data_lineage
        self.periods = request.estimates.periods_per_year
        self.elapsed_s = 0.0

    def result(self, elapsed_s: float) -> WalkForwardResult:
        """Return the whole answer; where the recipe never had one, why."""
        self.elapsed_s = elapsed_s
        has_answer = any(one.answer.weights_frac is not None for one in self.walked.asked)
        return self._tested() if has_answer else self._silent()

    def _tested(self) -> WalkForwardResult:
        decisions = self._decisions()
        cash = self.walked.cash_frac[self.walked.rows[0] :]
        strategies = tuple(self._strategy(key, walker, cash) for key, walker in self.walked.made.items())
        excess = {key: returns_of(walker.wealths()) - cash for key, walker in self.walked.made.items()}
        differences = tuple(
            found
            for key in excess
            if key != "recipe"
            and (found := difference_of(excess["recipe"], excess[key], key, LABELS[key], self.periods)) is not None
        )
        outcomes = self._outcomes(self.walked.made["recipe"], [one.answer for one in self.walked.asked])
        frontier, shapes = self._frontier(cash)
        selection = selection_check(Shape.of(excess["recipe"]), shapes, self.options.trials_count, self.periods)
        years = len(cash) / self.periods
        verdict = verdict_of(strategies[0].figures.sharpe, years, differences, selection)
        return self._result(
            status="tested",
            message=verdict.sentence,
            verdict=verdict,
            notes=notes_of(self.request, self.given, decisions, has_frontier=bool(frontier)),
            strategies=strategies,
            decisions=decisions,
            calibration=calibrate(outcomes, self.periods),
            frontier=frontier,
            differences=differences,
            selection=selection,
        )

    def _silent(self) -> WalkForwardResult:
        """Return that the recipe had no answer on any date, and why."""
        why = self.walked.asked[0].answer.message or "No answer."
        text = f"The recipe had no answer on any of {plural(len(self.walked.asked), 'date')}. On the first: {why}"
        return self._result(
            status="never_answered",
            message=text,
            advice="Loosen the limits or choose another goal, and test it again.",
            verdict=Verdict(kind="not_tested", sentence=text),
            decisions=self._decisions(),
        )

    def _strategy(self, key: StrategyKey, walker: Walker, cash: Vector) -> StrategyResult:
        wealth = walker.wealths()
        return StrategyResult(
            key=key,
            label=LABELS[key],
            figures=realized_figures(wealth, cash, walker.turnovers_frac, walker.costs_frac, self.periods),
            held_count=walker.held_count,
            wealth=(1.0, *np.round(wealth, DIGITS).tolist()),
        )

    def _outcomes(self, walker: Walker, promises: list[Answer]) -> list[Outcome]:
        ends = [*self.walked.rows[1:], self.history.periods_count]
        root = np.sqrt(self.periods)
        found = []
        for place, promise in enumerate(promises):
            if promise.return_annual_frac is None or promise.volatility_annual_frac is None:
                continue
            inner = walker.volatilities_frac[place]
            found.append(
                Outcome(
                    promise.return_annual_frac,
                    promise.volatility_annual_frac,
                    walker.gross_frac[place],
                    None if inner is None else float(inner * root),
                    ends[place] - self.walked.rows[place],
                )
            )
        return found

    def _frontier(self, cash: Vector) -> tuple[tuple[FrontierPromise, ...], list[Shape]]:
        told, shapes = [], []
        for place, walker in enumerate(self.walked.points):
            promises = [answer or Answer(None) for answer in self.walked.promises[place]]
            calibration = calibrate(self._outcomes(walker, promises), self.periods)
            if calibration is None:
                continue
            wealth = walker.wealths()
            shapes.append(Shape.of(returns_of(wealth) - cash))
            figures = realized_figures(wealth, cash, walker.turnovers_frac, walker.costs_frac, self.periods)
            told.append(
                FrontierPromise(
                    place_frac=place / max(len(self.walked.points) - 1, 1),
                    calibration=calibration,
                    figures=figures,
                    held_count=walker.held_count,
                )
            )
        return tuple(told), shapes

    def _decisions(self) -> tuple[RebalanceDecision, ...]:
        walker, root = self.walked.made["recipe"], float(np.sqrt(self.periods))
        ends = [*self.walked.rows[1:], self.history.periods_count]
        made = []
        for place, asked in enumerate(self.walked.asked):
            answer = asked.answer
            inner, gross = walker.volatilities_frac[place], walker.gross_frac[place]
            promised, risk = answer.return_annual_frac, answer.volatility_annual_frac
            count = ends[place] - self.walked.rows[place]
            score = None
            if promised is not None and risk is not None:
                score = Outcome(promised, risk, gross, None, count).standardized(self.periods)
            made.append(
                RebalanceDecision(
                    decided_on=self.history.day(self.walked.rows[place]),
                    held_until=self.history.day(ends[place]),
                    periods_count=count,
                    is_answered=answer.weights_frac is not None,
                    message=answer.message,
                    assets_count=asked.assets_count,
                    left_out=asked.left_out,
                    promised_return_annual_frac=promised,
                    promised_volatility_annual_frac=risk,
                    realized_return_frac=gross,
                    realized_volatility_annual_frac=None if inner is None else inner * root,
                    standardized=score,
                    turnover_frac=walker.turnovers_frac[place],
                    cost_frac=walker.costs_frac[place],
                )
            )
        return tuple(made)

    def _result(self, **told: Any) -> WalkForwardResult:
        request, options, history = self.request, self.options, self.history
        first = self.walked.rows[0]
        return WalkForwardResult(
            recipe_label=type(request.objective).label,
            setup=WalkForwardSetup(
                frequency=options.frequency,
                every_periods=options.every_periods,
                window=options.window,
                lookback_periods=self.walked.lookback_periods,
                from_date=options.from_date,
                embargo_periods=options.embargo_periods,
                spread_bps=self.walked.spread_bps,
                trials_count=options.trials_count,
            ),
            periods_per_year=self.periods,
            assets=history.assets,
            dates=tuple(history.day(row) for row in range(first, len(history.dates))),
            lineage=Lineage(
                engine_version=ENGINE_VERSION,
                request_sha256=sha256_of(request.model_dump(mode="json")),
                data=None if self.data_lineage is None else dict(self.data_lineage),
                as_of=history.day(-1),
                observations_count=history.periods_count,
                window_start=history.day(1),
                window_end=history.day(-1),
            ),
            elapsed_ms={"total": round(1e3 * (self.elapsed_s), 3)},
            **told,
        )
