"""What should a reader of a walk-forward test know that its figures do not show?"""

from __future__ import annotations

from engine.constraints import Constraint
from engine.kernel.units import agree, listing, plural
from engine.objectives.min_volatility import MinVolatility
from engine.optimize.inputs import Given
from engine.spec import OptimizationRequest
from engine.walkforward.result import RebalanceDecision

SURVIVORS = (
    "The assets are those chosen today. Whoever chose them then did not know which would still be there and doing well "
    "now: that flatters every strategy shown, the recipe and the simple ones alike."
)
OWN_OPINIONS = {
    "black_litterman": "views and forecasts",
    "given_returns": "expected returns that were given",
    "given_covariance": "a covariance that was given",
}


def notes_of(
    request: OptimizationRequest, given: Given, decisions: tuple[RebalanceDecision, ...], *, has_frontier: bool
) -> tuple[str, ...]:
    """Return sentences on the universe, on facts that are today's, on costs and on dates without an answer."""
    notes = [SURVIVORS]
    opinions = [
        words
        for kind, words in OWN_OPINIONS.items()
        if kind in (_kind(request.estimates.expected_returns), _kind(request.estimates.covariance))
        and not _is_without_views(request, kind)
    ]
    if opinions:
        notes.append(
            f"The recipe uses {listing(opinions)}: today's opinions, applied to the past. They may know what came "
            "after, so this test can look better than it was."
        )
    facts = _facts_used(request, given)
    if facts:
        notes.append(
            f"{listing(facts).capitalize()} {agree(facts, 'is that', 'are those')} of today on every date: older "
            "ones are not stored."
        )
    notes += _unanswered(decisions)
    notes += _left_out(decisions)
    if request.costs is not None and request.costs.impact_coefficient > 0.0:
        notes.append("Market impact weighs on the recipe's decisions, but only spreads are charged on its trades.")
    if isinstance(request.objective, MinVolatility):
        notes.append("The recipe is itself the one of minimum variance, so it is compared with equal weight alone.")
    if has_frontier:
        notes.append(
            "The frontier's portfolios keep the linear limits; limits on trades are measured from the recipe's own "
            "holdings, and whole positions and ceilings on risk are left out."
        )
    return tuple(notes)


def _kind(member: object) -> str:
    return str(getattr(member, "kind", ""))


def _is_without_views(request: OptimizationRequest, kind: str) -> bool:
    returns = request.estimates.expected_returns
    if kind != "black_litterman":
        return False
    return not (
        getattr(returns, "views", ())
        or getattr(returns, "forecasts", ())
        or getattr(returns, "prior_returns_annual_frac", None)
    )


def _facts_used(request: OptimizationRequest, given: Given) -> list[str]:
    """Return which facts that change with time the recipe uses, in words."""
    facts = given.facts if request.facts is None else request.facts.over(given.facts)
    limits: tuple[Constraint, ...] = request.constraints
    kinds = {_kind(item) for item in limits} | {_kind(request.objective)}
    found = []
    if kinds & {"sector_limit", "group_limit"}:
        found.append("the grouping of assets")
    if facts is None:
        return found
    known = (
        ("esg_floor", facts.esg_scores, "the ESG scores"),
        ("factor_exposure", facts.factor_exposures, "the factor exposures"),
        ("beta", facts.betas, "the betas"),
    )
    found += [words for kind, fact, words in known if kind in kinds and fact]
    if facts.benchmark_weights:
        found.append("the benchmark's weights")
    if facts.market_weights:
        found.append("the weights of the market")
    if request.costs is not None and facts.spreads_frac:
        found.append("the spreads of assets")
    return found


def _unanswered(decisions: tuple[RebalanceDecision, ...]) -> list[str]:
    silent = [one for one in decisions if not one.is_answered]
    if not silent:
        return []
    reasons: dict[str, int] = {}
    for one in silent:
        reasons[one.message or "No answer."] = reasons.get(one.message or "No answer.", 0) + 1
    most = max(reasons, key=lambda text: reasons[text])
    return [
        f"On {len(silent)} of {plural(len(decisions), 'date')} the recipe had no answer and kept what it held. "
        f"Most often: {most}"
    ]


def _left_out(decisions: tuple[RebalanceDecision, ...]) -> list[str]:
    counts: dict[str, int] = {}
    for one in decisions:
        for asset in one.left_out:
            counts[asset] = counts.get(asset, 0) + 1
    if not counts:
        return []
    names = sorted(counts, key=lambda asset: (-counts[asset], asset))
    most = f", most often {names[0]}, on {plural(counts[names[0]], 'date')}" if len(names) > 1 else ""
    often = f" on {plural(counts[names[0]], 'date')}" if len(names) == 1 else ""
    return [
        f"Without prices over the look-back window, {listing(names)} {agree(names, 'was', 'were')} left "
        f"out{often or ' on some dates'}{most}."
    ]
