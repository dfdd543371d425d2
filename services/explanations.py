"""Why does an optimization that was computed have its answer, on the data of its own day?

Nothing is stored and nothing is queued: the request is explained while the reader waits, from the prices, holdings and
facts of the optimization's own day as they are now, under the rules of its portfolio in force now. Where these were
changed since, the answer says so.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kernel.canonical import sha256_of
from engine.kernel.errors import InputRefused
from engine.version import ENGINE_VERSION
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.formatting import count
from services.messages.explanation import ExplanationResult, RequiredReturn, RequiredReturnWish, RunExplanation
from services.messages.optimize import OptimizationRequest, OptimizationResult
from services.messages.runs import RunStatus
from services.optimize_explain import WEIGHT_MAX_FRAC, assets_max_count, explanation_of, required_return_of
from services.optimize_inputs import Inputs
from services.optimize_parse import refused
from services.ports import Ports

if TYPE_CHECKING:
    from services.compliance.run_rules import RunRules
    from services.optimize import Optimize
    from services.runs import Runs

OPTIMIZATION = "optimization"
KEPT_S = 3600.0
RULES = "rules"  # which rules a run kept stands beside the data that it read
SAME_FRAC = 1e-4  # a proposal that moved by less than a basis point counts as the same
HELD_SAME_FRAC = 1e-7  # shown weights are rounded to 0.000001%
OTHER_ANSWER = (
    "Prices, holdings, facts or rules were changed since this optimization: its proposal would be another now, "
    "and the reasons are those of the new one. Run the optimization again."
)
OTHER_DATA = (
    "Prices, holdings or facts of that day were changed since this optimization. Its proposal stays the same to 0.01%; "
    "the reasons are those of the data as it is now."
)


@dataclass(frozen=True)
class _Asked:
    """What an optimization asked and answered, and the data of its day as it is now."""

    request: OptimizationRequest
    result: OptimizationResult
    inputs: Inputs


class Explanations:
    """Says why runs have the answers that they have.

    Parameters
    ----------
    ports : Ports
        Settings and the cache, where an explanation is kept as long as its data stays the same.
    runs, optimize : services
        Where the run, its request, its result and its data come from.
    """

    def __init__(self, ports: Ports, *, runs: Runs, optimize: Optimize) -> None:
        self._ports = ports
        self._runs = runs
        self._optimize = optimize

    def of(self, optimization_id: str, actor: Actor) -> RunExplanation:
        """Return why an optimization has its answer; found once for the same data, and kept for an hour.

        Raises
        ------
        NotAllowed
            When the actor may not see market data, or not the holdings that the optimization started from.
        NotFound
            When there is no such optimization for this actor.
        Conflict
            When it has no portfolio, not yet or not at all, or has more assets than anybody waits for.
        InvalidRequest
            When the data of its day can no longer be used, with every problem.
        """
        asked = self._asked(optimization_id, actor)
        word = self._optimize.rules_word(asked.request, actor)
        key = f"explanation:{optimization_id}:{_digest(asked)}:{word}"
        kept = self._ports.cache.get(key)
        if kept is not None:
            found = ExplanationResult.model_validate(kept)
        else:
            try:
                rules = self._rules(asked, actor)
                found = explanation_of(asked.request, asked.inputs, rules, has_required_returns=False)
            except InputRefused as refusal:
                raise refused(refusal) from None
            self._ports.cache.put(key, found.model_dump(mode="json"), KEPT_S)
        note = _note(asked, found)
        return RunExplanation(
            optimization_id=optimization_id,
            as_of=asked.result.lineage.as_of,
            is_same_data=note is None,
            note=note,
            explanation=found,
        )

    def required_return(
        self, optimization_id: str, asset: str, weight_frac: float | None, actor: Actor
    ) -> RequiredReturn:
        """Return the expected return at which an optimization would give one of its assets a weight.

        Parameters
        ----------
        optimization_id : str
        asset : str
            One of its assets.
        weight_frac : float or None
            The weight asked for; None for one percentage point more than now.
        actor : Actor

        Raises
        ------
        InvalidRequest
            When the asset is not among the optimization's, or the weight is none. Else as `of`.
        """
        asked = self._asked(optimization_id, actor)
        if weight_frac is not None and not (math.isfinite(weight_frac) and abs(weight_frac) <= WEIGHT_MAX_FRAC):
            problem = FieldProblem("weight_frac", "This is no weight.", "Give a fraction: 0.1 for 10%.")
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
        wish = RequiredReturnWish(request=asked.request, asset=asset, weight_frac=weight_frac)
        try:
            return required_return_of(wish, asked.inputs, self._rules(asked, actor))
        except InputRefused as refusal:
            raise refused(refusal) from None

    def _rules(self, asked: _Asked, actor: Actor) -> RunRules | None:
        return self._optimize.rules_of(asked.request, asked.inputs.assets, actor)

    def _asked(self, optimization_id: str, actor: Actor) -> _Asked:
        authorize(actor, Permission.MARKET_READ)
        run = self._runs.get(optimization_id, actor)
        if run.kind != OPTIMIZATION:
            raise NotFound.of(OPTIMIZATION, optimization_id)
        if run.status is not RunStatus.SUCCEEDED:
            advice = run.message if run.is_final and run.message else "Ask again when it has succeeded."
            raise Conflict(f"This optimization has no result: it is {run.status.value}.", advice, code="no_result")
        result = self._optimize.result(optimization_id, actor)
        if not result.weights:
            raise Conflict(
                "This optimization proposes no portfolio, so there is no weight to explain.",
                "Its diagnosis says which limits clash, and what would help.",
                code="no_weights",
            )
        request = self._optimize.request(optimization_id, actor)
        _wait_for(request, len(result.weights))
        try:
            inputs = self._optimize.inputs.read(request, actor, result.lineage.as_of)
        except InputRefused as refusal:
            raise refused(refusal) from None
        return _Asked(request, result, inputs)


def _wait_for(request: OptimizationRequest, assets_count: int) -> None:
    """Refuse what takes longer than anybody waits for."""
    most = assets_max_count(request)
    if assets_count > most:
        raise Conflict(
            f"An explanation of {count(assets_count, 'asset')} takes longer than anybody waits for.",
            f"With this goal and these limits up to {most} assets are explained at once. What each limit is worth "
            "stands with the limits of the result.",
            code="too_many_assets",
        )


def _digest(asked: _Asked) -> str:
    """Return what changes with whatever an explanation is made from: request, prices, holdings, facts, engine."""
    inputs = asked.inputs
    panel = hashlib.sha256()
    if inputs.panel is not None:
        panel.update(inputs.panel.dates.tobytes())
        panel.update(inputs.panel.returns_frac.tobytes())
    return sha256_of(
        {
            "engine": ENGINE_VERSION,
            "request": asked.request.model_dump(mode="json"),
            "panel": panel.hexdigest(),
            "sectors": inputs.sectors,
            "current": inputs.current_weights_frac,
            "facts": None if inputs.facts is None else inputs.facts.model_dump(mode="json"),
        }
    )


def _note(asked: _Asked, found: ExplanationResult) -> str | None:
    """Return what was changed since the optimization, as a sentence; None where nothing was."""
    proposed = {line.asset: line.weight_frac for line in asked.result.weights}
    moved = max((abs(line.weight_frac - proposed.get(line.asset, 0.0)) for line in found.weights), default=0.0)
    if moved > SAME_FRAC:
        return OTHER_ANSWER
    held = asked.inputs.current_weights_frac or {}
    has_moved = any(
        line.current_frac is not None and abs(line.current_frac - held.get(line.asset, 0.0)) > HELD_SAME_FRAC
        for line in asked.result.weights
    )
    read = {name: part for name, part in (asked.result.lineage.data or {}).items() if name != RULES}
    is_other = asked.inputs.lineage is not None and asked.inputs.lineage != read
    return OTHER_DATA if is_other or has_moved else None
