"""How does the work on one portfolio come together over the other services?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.analyses import Analyses
    from services.compliance.checks import ComplianceChecks
    from services.frontiers import Frontiers
    from services.living import Living
    from services.optimize import Optimize
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.portfolios import Portfolios
    from services.portfolios_analysis import PositionsAnalyst
    from services.portfolios_drafts import PortfolioDrafts
    from services.portfolios_notes import PortfolioNotes
    from services.portfolios_versions import PortfolioVersions
    from services.portfolios_what_if import WhatIf
    from services.portfolios_what_if_rest import WhatIfRest
    from services.ports import Ports
    from services.rebalancing import Rebalancings
    from services.rebalancing_booking import RebalancingBooking
    from services.rebalancing_orders import RebalancingOrders
    from services.rebalancing_steps import RebalancingSteps
    from services.runs import Runs
    from services.walk_forward import WalkForwards


@dataclass(frozen=True, kw_only=True)
class PortfolioServices:
    """What is done with one portfolio beside reading, changing and optimizing it, one attribute a subject."""

    frontiers: Frontiers
    living: Living
    portfolio_drafts: PortfolioDrafts
    portfolio_notes: PortfolioNotes
    portfolio_versions: PortfolioVersions
    positions_analyst: PositionsAnalyst
    rebalancing_booking: RebalancingBooking
    rebalancing_orders: RebalancingOrders
    rebalancing_steps: RebalancingSteps
    rebalancings: Rebalancings
    walk_forwards: WalkForwards
    what_if: WhatIf
    what_if_rest: WhatIfRest


def portfolio_services(
    ports: Ports,
    *,
    portfolios: Portfolios,
    facts: PortfolioFactsReader,
    analyses: Analyses,
    checks: ComplianceChecks,
    optimize: Optimize,
    runs: Runs,
) -> dict[str, Any]:
    """Return the services by the names of the attributes."""
    from services.frontiers import Frontiers
    from services.living import Living
    from services.portfolios_analysis import PositionsAnalyst
    from services.portfolios_drafts import PortfolioDrafts
    from services.portfolios_notes import PortfolioNotes
    from services.portfolios_versions import PortfolioVersions
    from services.portfolios_what_if import WhatIf
    from services.portfolios_what_if_rest import WhatIfRest
    from services.rebalancing import Rebalancings
    from services.rebalancing_booking import RebalancingBooking
    from services.rebalancing_inputs import RebalancingInputsReader
    from services.rebalancing_orders import RebalancingOrders
    from services.rebalancing_report import RebalancingReporter
    from services.rebalancing_steps import RebalancingSteps
    from services.walk_forward import WalkForwards

    living = Living(ports, optimize=optimize, portfolios=portfolios)
    what_if = WhatIf(ports, facts=facts, judge=checks.judge)
    drafts = PortfolioDrafts(ports, what_if=what_if, portfolios=portfolios)
    inputs = RebalancingInputsReader(ports, states=checks.states, facts=facts)
    rebalancings = Rebalancings(
        ports,
        analyses=analyses,
        reporter=RebalancingReporter(ports, inputs=inputs, judge=checks.judge),
        inputs=inputs,
        optimize=optimize,
        drafts=drafts,
    )
    return {
        "frontiers": Frontiers(ports, runs=runs, optimize=optimize, portfolios=portfolios),
        "living": living,
        "portfolio_drafts": drafts,
        "portfolio_notes": PortfolioNotes(ports),
        "portfolio_versions": PortfolioVersions(ports, portfolios=portfolios, reader=facts.reader),
        "positions_analyst": PositionsAnalyst(portfolios=portfolios, facts=facts),
        "rebalancing_booking": RebalancingBooking(
            ports, rebalancings=rebalancings, inputs=inputs, valuator=facts.valuator
        ),
        "rebalancing_orders": RebalancingOrders(ports, rebalancings=rebalancings),
        "rebalancing_steps": RebalancingSteps(ports, rebalancings=rebalancings, inputs=inputs),
        "rebalancings": rebalancings,
        "walk_forwards": WalkForwards(ports, runs=runs, optimize=optimize),
        "what_if": what_if,
        "what_if_rest": WhatIfRest(what_if=what_if, optimize=optimize, living=living, runs=runs),
    }
