"""How does the dashboard come together over the other services?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.alerts import Alerts
    from services.dashboard import Dashboards
    from services.dashboard_views import DashboardViews
    from services.holdings_import import HoldingsImports
    from services.live import Live
    from services.portfolios import Portfolios
    from services.ports import Ports
    from services.runs import Runs


@dataclass(frozen=True, kw_only=True)
class DashboardServices:
    """The verbs of the dashboard, one attribute a subject."""

    dashboards: Dashboards
    dashboard_views: DashboardViews


def dashboard_services(
    ports: Ports,
    made: Mapping[str, Any],
    *,
    portfolios: Portfolios,
    live: Live,
    alerts: Alerts,
    runs: Runs,
    holdings_imports: HoldingsImports,
) -> dict[str, Any]:
    """Return the services of the dashboard; `made` are those of compliance and records, by name."""
    from services.dashboard import Dashboards
    from services.dashboard_tasks import TaskSources
    from services.dashboard_views import DashboardViews

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
    return {
        "dashboards": Dashboards(
            sources, portfolios=portfolios, live=live, alerts=alerts, matrix=made["compliance_matrix"]
        ),
        "dashboard_views": DashboardViews(ports),
    }
