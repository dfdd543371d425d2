"""What is the frontier of the page of, and where do its limits stand?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks.actor import actor, services
from services.messages.living import LivingProblem, MovedWish
from services.messages.optimize import OptimizationRequest
from services.messages.runs import RunStatus
from services.messages.uncertainty import UncertaintyResult

Base = Mapping[str, Any]


def request_of(base: Base) -> OptimizationRequest:
    """Return the request that a page starts from; raises as the services do."""
    living, who = services().living, actor()
    return (
        living.request_of_run(base["run"], who)
        if base.get("run")
        else living.request_of_portfolio(base["portfolio"], who)
    )


def problem_of(base: Base) -> LivingProblem:
    """Return the problem with its certified frontier; raises as the services do."""
    return services().living.problem(request_of(base), actor(), is_house=not base.get("run"))


def wish_of(base: Base, moved: Mapping[str, Any] | None) -> MovedWish:
    """Return where the limits stand; values that are no numbers are refused by the message itself."""
    given = moved or {}
    return MovedWish(
        request=request_of(base),
        moves={str(key): float(value) for key, value in (given.get("moves") or {}).items()},
        claimed=given.get("claimed") or (),
        seq=int(given.get("seq") or 0),
    )


def sureness_of(base: Base) -> UncertaintyResult | None:
    """Return how sure the frontier of a run is, as far as somebody had it found out."""
    if not base.get("run"):
        return None
    run = services().runs.get(base["run"], actor())
    if run.status is not RunStatus.SUCCEEDED:
        return None
    return services().uncertainty.of(run.id, actor()).result
