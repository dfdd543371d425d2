"""What is an optimization request? The one definition that form, API, worker and stored runs share.

Parse with `engine.parse.parse_request`, which reports every problem with its place and a way out, or with
`OptimizationRequest.model_validate_json`. In Python the constructors take lists and arrays too; `model_validate` is
strict and does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, LiteralString, Union

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.constraints import CONSTRAINTS, Constraint
from engine.constraints.budget import Budget
from engine.costs import CostsSpec
from engine.estimators import ESTIMATORS, CovarianceEstimator, Estimator, ReturnsEstimator, Symbol
from engine.estimators.historical_mean import HistoricalMean
from engine.estimators.sample_covariance import SampleCovariance
from engine.kernel.errors import Problem
from engine.kernel.facts import Facts
from engine.kernel.frozen import FrozenSpec, OpenSpec
from engine.kernel.units import fraction
from engine.objectives import OBJECTIVES, Objective
from engine.rates import DatedRates

if TYPE_CHECKING:
    AnyConstraint = Constraint
    AnyObjective = Objective
    AnyReturns = ReturnsEstimator
    AnyCovariance = CovarianceEstimator
else:

    def _union(classes: tuple[type, ...]) -> Any:
        return Annotated[Union[classes], Field(discriminator="kind")]  # noqa: UP007 (the members are known at run time only)

    AnyConstraint = _union(CONSTRAINTS.classes())
    AnyObjective = _union(OBJECTIVES.classes())
    AnyReturns = _union(ESTIMATORS.classes(ReturnsEstimator))
    AnyCovariance = _union(ESTIMATORS.classes(CovarianceEstimator))

PeriodsPerYear = Annotated[int, Field(ge=1, le=366)]


class FactorData(OpenSpec):
    """A covariance per period as B F Bᵀ + diag(d): few common movements, and each asset's own risk.

    Attributes
    ----------
    loadings
        B, one row for each asset with one number for each of k factors.
    factor_covariance
        F, k rows of k numbers, symmetric and positive semidefinite.
    specific_variances
        d, one for each asset, at least zero.

    """

    loadings: Annotated[tuple[tuple[float, ...], ...], Field(min_length=1)]
    factor_covariance: Annotated[tuple[tuple[float, ...], ...], Field(min_length=1)]
    specific_variances: Annotated[tuple[float, ...], Field(min_length=1)]


class ProblemData(OpenSpec):
    """Expected returns and covariance given directly, per period, simple returns; the covariance whole or as factors.

    Exactly one of `covariance` and `factors`. Factors are solved as factors, which at 1,000 assets is the faster form.
    """

    assets: Annotated[tuple[Symbol, ...], Field(min_length=1, max_length=2000)]
    expected_returns_frac: Annotated[tuple[float, ...], Field(min_length=1)]
    covariance: Annotated[tuple[tuple[float, ...], ...], Field(min_length=1)] | None = None
    factors: FactorData | None = None
    periods_per_year: PeriodsPerYear = 252
    sectors: dict[str, str] | None = None

    @model_validator(mode="after")
    def _one_covariance(self) -> ProblemData:
        if (self.covariance is None) == (self.factors is None):
            raise PydanticCustomError(
                "one_covariance",
                "Exactly one of `covariance` and `factors` is needed. Give one row for each asset, or loadings, factor "
                "covariance and specific variances.",
            )
        return self


class EstimatesSpec(FrozenSpec):
    """How expected returns and covariance are estimated from the history."""

    expected_returns: AnyReturns = HistoricalMean()
    covariance: AnyCovariance = SampleCovariance()
    lookback_days: Annotated[int, Field(ge=2, le=20_000)] = 1260
    periods_per_year: PeriodsPerYear = 252

    def problems(self, assets: tuple[str, ...] | None, *, is_repair_allowed: bool) -> list[Problem]:
        """Return all that makes the estimates unusable, with paths from the request.

        Parameters
        ----------
        assets
            Names of the universe; None while they are not known.
        is_repair_allowed
            Whether a matrix that is no covariance may be repaired.

        """
        found: list[Problem] = []
        for field in ("expected_returns", "covariance"):
            estimator: Estimator = getattr(self, field)
            found += [
                Problem(f"estimates.{field}.{one.path}", one.message, one.advice)
                for one in estimator.problems(
                    assets, periods_per_year=self.periods_per_year, is_repair_allowed=is_repair_allowed
                )
            ]
        return found


REPEATED_LIMIT: LiteralString = "The limit `{kind}` is given {count} times. Keep one."


def source_problem(*, has_problem: bool, has_history: bool) -> tuple[LiteralString, LiteralString] | None:
    """Return code and sentence of what is wrong with the source of the figures; None where there is exactly one."""
    if has_problem and has_history:
        return (
            "two_sources",
            "Both `problem` and `portfolio_id` or `asset_ids` are given. Keep one: the problem's own figures, or "
            "assets whose history is used.",
        )
    if not has_problem and not has_history:
        return "no_source", "Nothing says what to invest in. Give `asset_ids`, `portfolio_id`, or `problem`."
    return None


def repeated_limit_kind(limits: Sequence[tuple[str, bool]]) -> tuple[str, int] | None:
    """Return which limit is given more than once although it may not, and how often.

    Parameters
    ----------
    limits
        Kind of each limit, and whether it is soft. A kind may allow a soft entry beside a hard one.

    """
    counts = Counter(limits)
    known = set(CONSTRAINTS.kinds())
    for kind in dict.fromkeys(kind for kind, _ in limits if kind in known):
        repeats = CONSTRAINTS.get(kind).repeats
        hard, soft = counts[kind, False], counts[kind, True]
        count = hard + soft if repeats == "never" else max(hard, soft)
        if count > 1 and repeats != "freely":
            return kind, count
    return None


def repeated_limit_place(limits: Sequence[tuple[str, bool]], kind: str) -> int:
    """Return the place of the first limit of a kind that is one too many; parameters as for `repeated_limit_kind`."""
    places = [place for place, (name, _) in enumerate(limits) if name == kind]
    counts = range(1, len(places) + 1)
    return places[next(n for n in counts if repeated_limit_kind([limits[place] for place in places[:n]])) - 1]


class OptimizationRequest(OpenSpec):
    """Everything that decides an optimization, apart from the data the names stand for.

    Exactly one source: `problem`, or `portfolio_id`, or `asset_ids`; a portfolio may come with assets, which are then
    the universe while the current weights are the portfolio's. `benchmark_id` names a benchmark of the house to measure
    against, in place of the portfolio's own; as a library, give `facts.benchmark_weights` instead. `proof_effort` says
    how long a search over whole positions may go on to prove its answer; the best one found is given either way.
    `risk_free_rates` are a risk-free rate that changes with the date, in place of `risk_free_annual_frac`.
    `keep_rules` says whether a portfolio's rules of compliance are kept too; None keeps what is in force. As a
    library, give the rules to `engine.compliance.optimize.optimize_within_rules`.
    """

    schema_version: Literal[1] = 1
    name: Annotated[str, Field(max_length=200)] | None = None
    problem: ProblemData | None = None
    portfolio_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    asset_ids: Annotated[tuple[Symbol, ...], Field(min_length=1, max_length=2000)] | None = None
    benchmark_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    estimates: EstimatesSpec = EstimatesSpec()
    as_of: date | None = None
    objective: AnyObjective
    constraints: Annotated[tuple[AnyConstraint, ...], Field(max_length=5000)] = ()
    risk_free_annual_frac: Annotated[float, *fraction(-0.5, 0.5)] | None = None
    risk_free_rates: DatedRates | None = None
    current_weights: dict[str, Annotated[float, *fraction(-10.0, 10.0)]] | None = None
    facts: Facts | None = None
    costs: CostsSpec | None = None
    allow_covariance_repair: bool = False
    keep_rules: bool | None = None
    proof_effort: Literal["quick", "standard", "full"] = "standard"
    frontier_points_count: Annotated[int, Field(ge=0, le=500)] = 60
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = 7

    @model_validator(mode="after")
    def _one_source(self) -> OptimizationRequest:
        has_history = self.portfolio_id is not None or self.asset_ids is not None
        problem = source_problem(has_problem=self.problem is not None, has_history=has_history)
        if problem is not None:
            raise PydanticCustomError(*problem)
        if self.risk_free_annual_frac is not None and self.risk_free_rates is not None:
            raise PydanticCustomError(
                "two_rates",
                "Both `risk_free_annual_frac` and `risk_free_rates` are given. Keep one: one rate for all dates, or a "
                "series.",
            )
        kinds = [(str(getattr(item, "kind", "")), item.is_soft) for item in self.constraints]
        repeated = repeated_limit_kind(kinds)
        if repeated is not None:
            kind, count = repeated
            place = ("constraints", repeated_limit_place(kinds, kind))
            raise PydanticCustomError("repeated_limit", REPEATED_LIMIT, {"kind": kind, "count": count, "place": place})
        return self

    def all_constraints(self) -> tuple[Constraint, ...]:
        """Return the constraints with the default budget (fully invested) where none is given."""
        given = tuple(self.constraints)
        return given if any(isinstance(item, Budget) for item in given) else (Budget(), *given)
