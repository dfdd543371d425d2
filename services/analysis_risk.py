"""How does a worker compute the report on a portfolio's risk?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.risk import RiskRequest

if TYPE_CHECKING:
    from services.wiring import Services


class RiskKind:
    """The report on risk; computing the latest one also keeps its forecasts and judges the limits."""

    name = "risk"
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> RiskRequest:
        """Return the request, or refuse it with every problem."""
        try:
            return RiskRequest.model_validate_json(text)
        except ValidationError as refusal:
            raise InvalidRequest("The request has problems.", fields=field_problems(refusal)) from refusal

    def portfolio_id(self, request: RiskRequest) -> str:
        """Return which portfolio the request is about."""
        return request.portfolio_id

    def compute(self, request: RiskRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report, JSON-native."""
        return services.risk.compute(request, actor).model_dump(mode="json")


KIND = RiskKind()
