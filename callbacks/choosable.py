"""Which portfolios and clients may the reader choose among? None for who may not see any, such as administrators."""

from __future__ import annotations

from callbacks.actor import Permission, actor, may, services
from services.messages.clients import Client
from services.messages.portfolios import PortfolioSummary


def portfolios() -> tuple[PortfolioSummary, ...]:
    """Return the portfolios that the reader sees."""
    return tuple(services().portfolios.list(actor())) if may(Permission.PORTFOLIOS_READ) else ()


def clients() -> tuple[Client, ...]:
    """Return the clients that the reader sees."""
    return services().clients.list(actor()) if may(Permission.CLIENTS_READ) else ()
