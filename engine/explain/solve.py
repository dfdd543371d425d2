"""Why does a request have its answer? The road from request and data to an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.doors import PanelLike, RateLike, given_of
from engine.explain.limits import figure_of, limit_prices
from engine.explain.piece import KEPT, Piece
from engine.explain.required import Search
from engine.explain.result import ExplainedRisk, ExplanationResult, RequiredReturn
from engine.explain.rules import pressing
from engine.explain.split import split_of
from engine.explain.state import Solved, solved
from engine.explain.terms import balance_of, weight_terms
from engine.kernel.facts import Facts
from engine.kernel.figures import Figures
from engine.kernel.forms import RiskBudgetGoal, RuleGoal, TailGoal
from engine.kernel.status import SolveStatus
from engine.optimize.answer import Clock
from engine.optimize.convex import ConvexCore
from engine.optimize.doubts import GAP_PROVEN
from engine.optimize.inputs import Inputs, read_inputs
from engine.optimize.lineage import lineage_of
from engine.optimize.room import SoleAnswer
from engine.optimize.rule_core import RuleCore
from engine.optimize.tail_measures import tail_cut
from engine.spec import OptimizationRequest

CHOSEN = (
    "Which assets are held was chosen by a search over whole positions; terms, prices and required returns hold for "
    "that choice, and a limit that moves far would change it."
)
NO_RANGE = (
    "Over which range prices hold is not stated: with a ceiling on risk, a worst case or market impact that binds, "
    "prices change at every step. What a step gives back is solved for."
)
DEGENERATE = "Over which range prices hold is not stated: the binding limits leave more than one set of prices."
RULE = "This goal follows a rule and optimizes nothing, so no weight has a balance of return and risk behind it."
BUDGETS = (
    "Risk budgets weigh no return against risk: every asset's part of the risk is its budget, as far as the limits "
    "allow. The parts are stated; terms and prices of return are not there."
)
TAIL = (
    "A tail measure has many slopes at once where scenarios tie, so a balance of every asset is not stated; what each "
    "asset adds to the measure is."
)
TAIL_CEILING = (
    "A ceiling on losses holds through the worst scenarios, which change with the weights; a balance of every asset is "
    "not stated under it."
)
SOLE = "The ceilings leave one portfolio only: every weight is what they force, and no balance stands behind it."


def explain(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    data_lineage: Mapping[str, Any] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    figures: Figures | None = None,
    *,
    has_required_returns: bool = True,
) -> ExplanationResult:
    """Return why a request has its answer: what pulls each weight, what limits cost, how they lead to the portfolio.

    Parameters
    ----------
    request, panel, sectors, current_weights_frac, data_lineage, facts, risk_free, figures
        As for `engine.optimize`.
    has_required_returns
        Whether every asset gets the expected return at which it would have one percentage point more, or be held at
        all; each is found by solving again some times.

    Returns
    -------
    ExplanationResult
        With weights before they are rounded to 0.000001%. Goals that no multipliers stand behind get what is exact, and
        a note on what is left out.

    Raises
    ------
    InputRefused
        When what is given cannot be used.

    """
    clock = Clock()
    given = given_of(
        request, panel, sectors, current_weights_frac, facts, risk_free, figures, data_lineage=data_lineage
    )
    inputs = read_inputs(request, given)
    found = solved(request, inputs)
    clock.lap("solve")
    lineage = lineage_of(request, inputs, data_lineage)
    if found is None:
        from engine.optimize.solve import optimize

        told = optimize(
            request.model_copy(update={"frontier_points_count": 0}),
            panel,
            sectors,
            current_weights_frac,
            facts=facts,
            risk_free=risk_free,
            figures=figures,
        )
        clock.lap("diagnosis")
        return ExplanationResult(
            status=told.status,
            message=told.message,
            advice=told.advice,
            notes=told.notes,
            assets=inputs.universe.assets,
            lineage=lineage,
            elapsed_ms=clock.elapsed_ms,
        )
    notes = [*inputs.notes, *found.notes]
    why_not = _unavailable(found)
    parts: dict[str, Any] = {}
    if why_not is None:
        assert isinstance(found.core, ConvexCore)
        parts = _explained(found, found.core, notes, clock, has_required_returns=has_required_returns)
    else:
        notes.append(why_not)
        parts["terms_gap"] = why_not
        parts["risk_parts"] = _risk_parts(found, inputs)
    clock.lap("rest")
    return ExplanationResult(
        status=SolveStatus.NEAR_OPTIMAL if (found.answered.gap_frac or 0.0) > GAP_PROVEN else SolveStatus.OPTIMAL,
        message=f"{type(request.objective).label}: why each weight is what it is.",
        notes=tuple(dict.fromkeys(notes)),
        assets=inputs.universe.assets,
        figure=figure_of(request.objective.compile()) if why_not is None else "",
        lineage=lineage,
        elapsed_ms=clock.elapsed_ms,
        **parts,
    )


def _explained(
    found: Solved, core: ConvexCore, notes: list[str], clock: Clock, *, has_required_returns: bool
) -> dict[str, Any]:
    """Return the parts of the explanation where multipliers stand behind the answer."""
    piece = _piece(found, core, notes)
    balance = balance_of(found, core, piece)
    lines = weight_terms(found, core, balance)
    clock.lap("terms")
    rules = pressing(core.limits, core.lifted, found.answer, found.answered.box)
    prices = limit_prices(found, core, balance, piece, rules)
    clock.lap("prices")
    split = split_of(found, core, balance, rules)
    if isinstance(split, str):
        notes.append(split)
    clock.lap("split")
    if found.is_chosen:
        notes.append(CHOSEN)
    required: tuple[RequiredReturn, ...] = ()
    if has_required_returns and balance.unit == "annual_return":
        lacking = np.array([line.bound for line in lines])
        search = Search(found, lacking)
        required = tuple(search.of(at) for at in range(len(lines)))
        clock.lap("required_returns")
    has_price = balance.unit == "annual_return" and balance.tilt > 0.0
    return {
        "unit": balance.unit,
        "risk_price": balance.tilt * core.variance_scale / core.excess_scale if has_price else None,
        "weights": lines,
        "required_returns": required,
        "prices": prices,
        "split": None if isinstance(split, str) else split,
        "ranges_gap": next((note for note in (DEGENERATE, NO_RANGE) if note in notes), None),
        "split_gap": split if isinstance(split, str) else None,
    }


def _piece(found: Solved, core: ConvexCore, notes: list[str]) -> Piece | None:
    """Return the stretch of the answer; None, with a note, where no linear system describes it."""
    try:
        piece = Piece(core, found.goal, found.answer, found.answered.box)
    except np.linalg.LinAlgError:
        notes.append(DEGENERATE)
        return None
    tilt = piece.tilt_of(piece.base)
    along = np.array([1.0, tilt, 0.0])
    nothing = np.zeros(piece.count)
    kept = piece.conditions(piece.base, (nothing, nothing), np.zeros(len(piece.matrix))) @ along
    is_same = np.isfinite(tilt) and float(np.abs(piece.base.weights @ along - found.weights).max()) <= KEPT
    if not is_same or float(kept.min(initial=0.0)) < -KEPT:
        notes.append(DEGENERATE)
        return None
    if piece.is_linear and bool((np.abs(kept) <= KEPT).any()):  # a corner where more limits meet than it takes
        notes.append(DEGENERATE)
        return None
    if piece.is_curved:
        notes.append(NO_RANGE)
    return piece


def _unavailable(found: Solved) -> str | None:
    """Return why no balance can be stated; None where it can."""
    goal = found.request.objective.compile()
    if isinstance(goal, TailGoal):
        return TAIL
    if isinstance(goal, RiskBudgetGoal):
        return BUDGETS
    if isinstance(goal, RuleGoal):
        return RULE
    if isinstance(found.answer, SoleAnswer):
        return SOLE
    has_duals = found.answer.row_duals is not None and found.answer.bound_duals is not None
    if not isinstance(found.core, ConvexCore) or isinstance(found.core, RuleCore) or not has_duals:
        return TAIL_CEILING
    return None


def _risk_parts(found: Solved, inputs: Inputs) -> tuple[ExplainedRisk, ...]:
    """Return each asset's part of the goal's own risk measure; of the volatility where it has none."""
    goal, weights, estimates = found.request.objective.compile(), found.weights, inputs.estimates
    if isinstance(goal, TailGoal) and estimates.history_frac is not None:
        slopes = tail_cut(goal.tail, goal.level, estimates.history_frac, weights)[1]
    else:
        risk = estimates.volatility_annual_frac(weights)
        slopes = estimates.covariance_times(weights) / max(risk, 1e-300)
    return tuple(
        ExplainedRisk(asset=asset, marginal=slope, part_frac=slope * weight)
        for asset, slope, weight in zip(inputs.universe.assets, slopes.tolist(), weights.tolist(), strict=True)
    )
