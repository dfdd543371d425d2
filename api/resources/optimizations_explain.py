"""How does a program learn why each weight is what it is, and what would change it?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer
from api.reading import Query
from api.resources.optimizations import EXAMPLE, PROBLEM_MAX_BYTES, OptimizationPath
from api.routing import Resource, as_text, needs, takes_text
from services.auth.roles import Permission
from services.messages.explanation import ExplanationResult, RequiredReturn, RequiredReturnWish, RunExplanation
from services.messages.optimize import OptimizationRequest

resource = Resource(
    "optimization_explanations", "Explanations", "Why each weight is what it is, and what each limit costs."
)
EXPLAINED = {
    **EXAMPLE,
    "objective": {"kind": "max_sharpe"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}],
}


class WeightQuery(Query):
    """Whose required return, for which weight."""

    asset: str = Field(max_length=200, description="One of the optimization's assets.")
    weight_frac: float | None = Field(
        default=None, description="The weight asked for, 0.1 for 10%; one percentage point more than now by default."
    )


def _read(text: str) -> OptimizationRequest:
    """Return the request that the text states, or refuse it with every problem."""
    return services().optimize.parse(text, actor())


def _read_wish(text: str) -> RequiredReturnWish:
    """Return whose required return the text asks for, or refuse it with every problem."""
    return services().optimize.parse_required_wish(text)


@resource.route_for(
    "post",
    "/optimizations/explain",
    "Explain an answer",
    answers={200: ExplanationResult},
    repeatable=False,
    example=EXPLAINED,
)
@needs(Permission.MARKET_READ)
@takes_text(PROBLEM_MAX_BYTES, _read)
def explain_optimization(body: OptimizationRequest) -> Response:
    """Return the balance behind each weight, the price of each limit, and how the limits lead to the portfolio."""
    request = _read(as_text(body))
    return answer(services().optimize.explain(request, actor()))


@resource.route_for(
    "post",
    "/optimizations/explain/required-return",
    "Find the return that a weight requires",
    answers={200: RequiredReturn},
    repeatable=False,
    example={"request": EXPLAINED, "asset": "KO", "weight_frac": 0.2},
)
@needs(Permission.MARKET_READ)
@takes_text(PROBLEM_MAX_BYTES, _read_wish)
def required_return(body: RequiredReturnWish) -> Response:
    """Return the expected return at which `request` gives `asset` the weight, verified by solving again."""
    wish = _read_wish(as_text(body))
    return answer(services().optimize.required_return(wish, actor()))


@resource.route_for(
    "get",
    "/optimizations/<optimization_id>/explanation",
    "Read why an optimization has its answer",
    answers={200: RunExplanation},
    also=(409, 422),
)
@needs(Permission.MARKET_READ)
def read_explanation(path: OptimizationPath) -> Response:
    """Explain a finished optimization on the data of its day; `note` says what of that was changed since."""
    return answer(services().explanations.of(path.optimization_id, actor()))


@resource.route_for(
    "get",
    "/optimizations/<optimization_id>/explanation/required-return",
    "Read the return that a weight requires",
    answers={200: RequiredReturn},
    also=(409, 422),
)
@needs(Permission.MARKET_READ)
def read_required_return(path: OptimizationPath, query: WeightQuery) -> Response:
    """Return the expected return at which a finished optimization would give `asset` the weight, solved again."""
    return answer(
        services().explanations.required_return(path.optimization_id, query.asset, query.weight_frac, actor())
    )
