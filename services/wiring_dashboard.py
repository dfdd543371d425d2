"""How does the dashboard come together over the other services?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.alerts import Alerts
    from services.comparisons import Comparisons
    from services.dashboard import Dashboards
    from services.dashboard_shared import DashboardShares
    from services.dashboard_views import DashboardViews
    from services.grid_columns import GridChoices
    from services.holdings_import import HoldingsImports
    from services.live import Live
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.portfolios import Portfolios
    from services.ports import Ports
    from services.runs import Runs


@dataclass(frozen=True, kw_only=True)
class DashboardServices:
    """The verbs of the dashboard, one attribute a subject."""

    comparisons: Comparisons
    dashboard_shares: DashboardShares
    dashboards: Dashboards
    dashboard_views: DashboardViews
    grid_choices: GridChoices


def dashboard_services(
    ports: Ports,
    made: Mapping[str, Any],
    *,
    portfolios: Portfolios,
    facts: PortfolioFactsReader,
    live: Live,
    alerts: Alerts,
    runs: Runs,
    holdings_imports: HoldingsImports,
) -> dict[str, Any]:
    """Return the services of the dashboard; `made` are those of compliance and records, by name."""
    from services.comparisons import Comparisons
    from services.dashboard import Dashboards
    from services.dashboard_shared import DashboardShares
    from services.dashboard_tasks import TaskSources
    from services.dashboard_views import DashboardViews
    from services.grid_columns import GridChoices

    sources = TaskSources(
        ports=ports,
        breaches=made["breaches"],
        breach_overrides=made["breach_overrides"],
        rules=made["rules"],
        access_reviews=made["access_reviews"],
        four_eyes=made["four_eyes"],
        holdings_imports=holdings_imports,
        runs=runs,
        rebalancings=made["rebalancings"],
    )
    dashboards = Dashboards(sources, portfolios=portfolios, live=live, alerts=alerts, matrix=made["compliance_matrix"])
    views = DashboardViews(ports)
    return {
        "comparisons": Comparisons(ports, dashboards=dashboards, facts=facts),
        "dashboard_shares": DashboardShares(ports, views=views),
        "dashboards": dashboards,
        "dashboard_views": views,
        "grid_choices": GridChoices(ports),
    }
