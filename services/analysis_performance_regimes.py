"""Which report tells when a portfolio's times were calm and when turbulent?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.messages.performance import PeriodsRequest
from services.performance_kinds import parsed

if TYPE_CHECKING:
    from services.wiring import Services

NAME: Final = "performance_regimes"


class RegimesKind:
    """Two states of volatility with figures of each."""

    name = NAME
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> PeriodsRequest:
        """Return the request that a worker finds in a row."""
        return parsed(PeriodsRequest, text)

    def portfolio_id(self, request: PeriodsRequest) -> str:
        """Return which portfolio is looked at."""
        return request.portfolio_id

    def compute(self, request: PeriodsRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report as a document."""
        return services.performance.regimes(request, actor).model_dump(mode="json")


KIND: Final = RegimesKind()
