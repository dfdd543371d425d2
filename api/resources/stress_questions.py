"""What do moves of factors, chance, broken correlations and redemptions do, what loses so much, what repairs it?

Nothing is stored. While a worker computes, each answers 202 with `Retry-After`: send the same again.
"""

from __future__ import annotations

from typing import Any

from flask import Response

from api.access import actor, services
from api.analysis_answers import told
from api.resources.portfolios import PortfolioPath
from api.routing import Resource
from services.messages.analyses import AnalysisAnswer
from services.messages.stress_questions import (
    CorrelationReport,
    CorrelationWish,
    LiquidityReport,
    LiquidityWish,
    MonteCarloReport,
    MonteCarloWish,
    RepairReport,
    ReverseReport,
    ReverseWish,
    StressRepairWish,
)
from services.messages.stress_report import FactorWish, StressReport

resource = Resource(
    "stress_questions", "Stress questions", "Factors, simulation, correlation, redemptions, reverse stress and repair."
)

FACTORS: dict[str, Any] = {"moves": {"equity_frac": -0.2, "rates_pp": 1.0}}
REVERSE: dict[str, Any] = {"loss_frac": 0.2}
REPAIR: dict[str, Any] = {"scenarios": ["gfc_2007", "covid_2020"], "max_loss_frac": 0.25}


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/stress/factors",
    "Move factors",
    answers={200: StressReport, 202: AnalysisAnswer},
    repeatable=False,
    example=FACTORS,
)
def move_factors(path: PortfolioPath, body: FactorWish) -> Response:
    """Return what the moves do, which moves of the other factors follow, and how plausible they are together."""
    return told(services().stress.factors(path.portfolio_id, body, actor()))


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/stress/monte-carlo",
    "Simulate returns",
    answers={200: MonteCarloReport, 202: AnalysisAnswer},
    repeatable=False,
)
def simulate(path: PortfolioPath, body: MonteCarloWish) -> Response:
    """Return losses at 95%, 99% and 99.9%, chances of losses, and paths, each with its standard error."""
    return told(services().stress.ask(path.portfolio_id, body, actor()))


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/stress/correlation",
    "Break correlations",
    answers={200: CorrelationReport, 202: AnalysisAnswer},
    repeatable=False,
)
def break_correlations(path: PortfolioPath, body: CorrelationWish) -> Response:
    """Return volatility, value at risk and expected shortfall as correlations go to a stressed matrix."""
    return told(services().stress.ask(path.portfolio_id, body, actor()))


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/stress/liquidity",
    "Stress liquidity",
    answers={200: LiquidityReport, 202: AnalysisAnswer},
    repeatable=False,
)
def stress_liquidity(path: PortfolioPath, body: LiquidityWish) -> Response:
    """Return how a redemption is paid in thin markets, most liquid first and pro rata."""
    return told(services().stress.ask(path.portfolio_id, body, actor()))


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/stress/reverse",
    "Find the scenario of a loss",
    answers={200: ReverseReport, 202: AnalysisAnswer},
    repeatable=False,
    example=REVERSE,
)
def reverse(path: PortfolioPath, body: ReverseWish) -> Response:
    """Return the most plausible moves that lose at least so much, and the past event that they resemble."""
    return told(services().stress.ask(path.portfolio_id, body, actor()))


@resource.route_for(
    "post",
    "/portfolios/<portfolio_id>/stress/repair",
    "Find trades that bound losses",
    answers={200: RepairReport, 202: AnalysisAnswer},
    repeatable=False,
    example=REPAIR,
)
def repair(path: PortfolioPath, body: StressRepairWish) -> Response:
    """Return three ways to bring every named scenario within a loss, with trades and cost; house limits are kept."""
    return told(services().stress.ask(path.portfolio_id, body, actor()))
