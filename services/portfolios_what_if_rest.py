"""Which weights does an optimization propose for all positions but those that were edited?

The goal and the limits are those of the portfolio's last optimization, else the least volatility within the limits of
the house. What was edited is fixed at its weight; the optimization is a run like every other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.constraints.budget import Budget
from engine.constraints.min_holding import MinHolding
from engine.constraints.position_bounds import PositionBounds
from services import formatting
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize, is_allowed
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.messages.optimize import OptimizationRequest
from services.messages.portfolio_what_if import EditedPosition, RestAnswer, RestWish, WhatIfAnswer
from services.risk_tails import WINDOW_COUNT

if TYPE_CHECKING:
    from services.living import Living
    from services.messages.runs import RunView
    from services.optimize import Optimize
    from services.portfolios_what_if import WhatIf
    from services.runs import Runs

KIND = "optimization"
WAIT_S = 20.0
USUAL = "the usual goal: the least volatility within the limits of the house"
PLACES = 8


class WhatIfRest:
    """Optimizations of what was not edited.

    Parameters
    ----------
    what_if : WhatIf
    optimize : Optimize
    living : Living
        Says what a portfolio starts from where it was never optimized.
    runs : Runs

    """

    def __init__(self, *, what_if: WhatIf, optimize: Optimize, living: Living, runs: Runs) -> None:
        self._what_if = what_if
        self._optimize = optimize
        self._living = living
        self._runs = runs

    def optimize(self, portfolio_id: str, wish: RestWish, actor: Actor, *, wait_s: float = WAIT_S) -> RestAnswer:
        """Have the rest optimized; the edits stay as they are.

        Parameters
        ----------
        wait_s : float
            How long to wait for the run; afterwards the answer is ``working`` and holds the edits alone.

        Raises
        ------
        InvalidRequest
            With every problem of the edits, or of what the optimization needs.
        NotAllowed, NotFound
        Conflict
            No portfolio keeps the edited weights and the limits together: the message is the doctor's. Or nothing
            was edited, or everything.

        """
        authorize(actor, Permission.RUNS_WRITE)
        now = self._what_if.preview(portfolio_id, wish, actor)
        by_hand = tuple(one for one in wish.edits if one.by == "hand")
        request, source = self.request(portfolio_id, now, actor)
        history = _history(self._refuse_infeasible(request, actor))
        run = self._optimize.submit(request, actor, inline_wait_s=wait_s)
        goal = request.objective.explain()
        if str(run.status) not in ("succeeded", "failed", "cancelled"):
            said = "The optimization is still on its way; its run shows how far it is."
            return _told(run.id, "working", goal, source, by_hand, said)
        result = self._optimize.result(run.id, actor)
        if not result.weights:
            raise Conflict(result.message, "Loosen a limit, or change an edit.", code="no_portfolio")
        kept = {one.symbol for one in by_hand}
        held = {one.symbol for one in now.positions if one.quantity_before}
        proposed = tuple(
            EditedPosition(symbol=line.asset, weight_frac=line.weight_frac, by="optimizer")
            for line in result.weights
            if line.asset not in kept and (line.weight_frac or line.asset in held)
        )
        said = f"{formatting.count(len(proposed), 'weight')} proposed beside {formatting.count(len(kept), 'edit')}."
        said += history
        return _told(run.id, "ready", goal, source, (*by_hand, *proposed), said)

    def request(self, portfolio_id: str, now: WhatIfAnswer, actor: Actor) -> tuple[OptimizationRequest, str]:
        """Return what is optimized, and in words whose goal and limits it has.

        Parameters
        ----------
        now : WhatIfAnswer
            The portfolio with its edits.

        """
        fixed = {one.symbol: one.wished_frac for one in now.positions if one.is_edited and one.by != "optimizer"}
        _refuse_unfit(now, fixed)
        last = self._last(portfolio_id, actor)
        base = self._living.request_of_portfolio(portfolio_id, actor) if last is None else self._read(last, actor)
        free = [one.symbol for one in now.positions if one.symbol not in fixed]
        held = sorted({*fixed, *free, *(base.asset_ids or ())})
        limits = [one for one in base.constraints if last is not None or not isinstance(one, MinHolding)]
        if last is None and not any(isinstance(one, Budget) for one in limits):
            limits.append(Budget(net_frac=round(1.0 - now.cash_before_frac, PLACES)))
        if last is None:
            limits += _smallest(now, fixed)
        limits += [
            PositionBounds(assets=(symbol,), min_frac=round(weight, PLACES), max_frac=round(weight, PLACES))
            for symbol, weight in sorted(fixed.items())
        ]
        name = f"{now.name}: the rest beside {formatting.count(len(fixed), 'edit')}"
        changes = {
            "portfolio_id": portfolio_id,
            "asset_ids": tuple(held),
            "constraints": tuple(limits),
            "name": name[:200],
            "frontier_points_count": 0,
            "problem": None,
        }
        source = USUAL if last is None else f"the run “{last.name or 'without a name'}”"
        return base.model_copy(update=changes), source

    def _last(self, portfolio_id: str, actor: Actor) -> RunView | None:
        """Return the portfolio's last optimization that found one, of whoever made it; those of a rest do not count."""
        if not is_allowed(actor, Permission.RUNS_READ):
            return None
        found = self._runs.list(
            actor, kind=KIND, status="succeeded", portfolio_id=portfolio_id, has_portfolio=True, limit=20
        ).items
        return next((one for one in found if ": the rest beside " not in (one.name or "")), None)

    def _read(self, run: RunView, actor: Actor) -> OptimizationRequest:
        return self._optimize.request(run.id, actor)

    def _refuse_infeasible(self, request: OptimizationRequest, actor: Actor) -> int | None:
        """Refuse at once what no portfolio can keep, with the doctor's sentence; return the days of the estimates."""
        seen = self._optimize.preview(request, actor)
        if seen.problems:
            fields = tuple(FieldProblem(one.path, one.message, one.advice or "") for one in seen.problems)
            raise InvalidRequest(fields[0].message, fields[0].advice, fields=fields)
        if seen.obstacle is not None:
            raise Conflict(seen.obstacle.message, seen.obstacle.advice or "", code="no_portfolio")
        return seen.observations_count


def _history(days_count: int | None) -> str:
    """Say over which days the run estimates where the bar's figures look at others: its least may not be theirs."""
    if days_count is None or days_count == WINDOW_COUNT:
        return ""
    run, bar = formatting.count(days_count, "trading day"), formatting.count(WINDOW_COUNT, "trading day")
    return f" The run estimates over {run}, the figures of the bar over the last {bar}."


def _smallest(now: WhatIfAnswer, fixed: dict[str, float]) -> list[MinHolding]:
    """Return the smallest position of the house as a limit of all assets; none where an edit is smaller already."""
    least = next((one.min_frac for one in now.limits_after if one.kind == "position_min"), None)
    if not least or any(0.0 < weight < least for weight in fixed.values()):
        return []
    return [MinHolding(min_frac=least)]


def _refuse_unfit(now: WhatIfAnswer, fixed: dict[str, float]) -> None:
    """Refuse to optimize where nothing or everything is fixed, or where a weight is no fraction from 0 to 1."""
    if not fixed:
        raise Conflict("Nothing was edited by hand, so there is no rest.", "Edit a weight first.", code="no_edits")
    if all(one.symbol in fixed for one in now.positions):
        raise Conflict("Every position was edited, so nothing is left to optimize.", "Undo one edit.", code="no_rest")
    outside = [name for name, weight in fixed.items() if not 0.0 <= round(weight, PLACES) <= 1.0]
    if outside:
        message = f"{', '.join(sorted(outside))} would be below 0% or above 100%, which cannot be held fixed."
        raise Conflict(message, "Edit it to a weight from 0% to 100%.", code="no_fraction")


def _told(run_id: str, state: str, goal: str, source: str, edits: tuple[EditedPosition, ...], said: str) -> RestAnswer:
    return RestAnswer(
        run_id=run_id,
        state=state,
        goal=goal,
        goal_from=source,
        edits=edits,
        sentence=f"{said} Goal: {goal} Goal and limits are those of {source}.",
    )
