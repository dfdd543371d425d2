"""Which report tells how a portfolio did over a period?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.messages.performance import PerformanceRequest
from services.performance_kinds import parsed

if TYPE_CHECKING:
    from services.wiring import Services

NAME: Final = "performance"


class PerformanceKind:
    """Figures, curves, months and falls of a period."""

    name = NAME
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> PerformanceRequest:
        """Return the request that a worker finds in a row."""
        return parsed(PerformanceRequest, text)

    def portfolio_id(self, request: PerformanceRequest) -> str:
        """Return which portfolio is looked at."""
        return request.portfolio_id

    def compute(self, request: PerformanceRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report as a document."""
        return services.performance.report(request, actor).model_dump(mode="json")


KIND: Final = PerformanceKind()
