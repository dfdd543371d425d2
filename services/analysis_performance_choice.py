"""Which report tells what one part of an attribution did through time?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.messages.performance_choice import ChoiceRequest
from services.performance_kinds import parsed

if TYPE_CHECKING:
    from services.wiring import Services

NAME: Final = "performance_choice"


class ChoiceKind:
    """A group of holdings, an effect or a factor, day by day."""

    name = NAME
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> ChoiceRequest:
        """Return the request that a worker finds in a row."""
        return parsed(ChoiceRequest, text)

    def portfolio_id(self, request: ChoiceRequest) -> str:
        """Return which portfolio is looked at."""
        return request.portfolio_id

    def compute(self, request: ChoiceRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report as a document."""
        return services.performance.choice(request, actor).model_dump(mode="json")


KIND: Final = ChoiceKind()
