"""Which portfolios, clients and results may the reader choose among? None for who may not see any."""

from __future__ import annotations

from callbacks.actor import Permission, actor, may, services
from services.messages.clients import Client
from services.messages.portfolios import PortfolioSummary
from services.messages.runs import RunView
from services.optimize import KIND

RESULTS_COUNT = 20


def portfolios() -> tuple[PortfolioSummary, ...]:
    """Return the portfolios that the reader sees."""
    return tuple(services().portfolios.list(actor())) if may(Permission.PORTFOLIOS_READ) else ()


def clients() -> tuple[Client, ...]:
    """Return the clients that the reader sees."""
    return services().clients.list(actor()) if may(Permission.CLIENTS_READ) else ()


def results(portfolio_id: str | None) -> tuple[RunView, ...]:
    """Return the latest results of optimizations of a portfolio."""
    if not portfolio_id or not may(Permission.RUNS_READ):
        return ()
    wanted = {"kind": KIND, "status": "succeeded", "has_portfolio": True, "limit": RESULTS_COUNT}
    return tuple(services().runs.list(actor(), portfolio_id=portfolio_id, **wanted).items)
