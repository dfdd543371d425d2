"""How does a worker find the trades that lead a portfolio towards a target?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.rebalancing import RebalancingRequest

if TYPE_CHECKING:
    from services.wiring import Services


class RebalancingKind:
    """Trades towards a target with their check; nothing is kept beside the answer."""

    name = "rebalancing"
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> RebalancingRequest:
        """Return the request, or refuse it with every problem."""
        try:
            return RebalancingRequest.model_validate_json(text)
        except ValidationError as refusal:
            raise InvalidRequest("The request has problems.", fields=field_problems(refusal)) from refusal

    def portfolio_id(self, request: RebalancingRequest) -> str:
        """Return which portfolio the request is about."""
        return request.portfolio_id

    def data_version(self, request: RebalancingRequest, services: Services, actor: Actor) -> str:
        """Return a word that changes with holdings, prices, rules, lists, overrides and the day."""
        return services.compliance_checks.version(request.portfolio_id, actor)

    def compute(self, request: RebalancingRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report, JSON-native."""
        return services.rebalancings.compute(request, actor).model_dump(mode="json")


KIND = RebalancingKind()
