"""Which report tells where a portfolio's return came from?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.messages.performance import AttributionRequest
from services.performance_kinds import parsed

if TYPE_CHECKING:
    from services.wiring import Services

NAME: Final = "performance_attribution"


class AttributionKind:
    """Contributions, segments beside the benchmark, currencies and factors."""

    name = NAME
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> AttributionRequest:
        """Return the request that a worker finds in a row."""
        return parsed(AttributionRequest, text)

    def portfolio_id(self, request: AttributionRequest) -> str:
        """Return which portfolio is looked at."""
        return request.portfolio_id

    def compute(self, request: AttributionRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report as a document."""
        return services.performance.attribution(request, actor).model_dump(mode="json")


KIND: Final = AttributionKind()
