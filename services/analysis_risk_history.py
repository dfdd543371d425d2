"""How does a worker fill in the days of limits that nobody wrote down?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.risk_history import RiskHistoryRequest

if TYPE_CHECKING:
    from services.wiring import Services


class RiskHistoryKind:
    """A turn of filling in; its answer is how many days are left."""

    name = "risk_history"
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> RiskHistoryRequest:
        """Return the request, or refuse it with every problem."""
        try:
            return RiskHistoryRequest.model_validate_json(text)
        except ValidationError as refusal:
            raise InvalidRequest("The request has problems.", fields=field_problems(refusal)) from refusal

    def portfolio_id(self, request: RiskHistoryRequest) -> str:
        """Return which portfolio the request is about."""
        return request.portfolio_id

    def data_version(self, request: RiskHistoryRequest, services: Services, actor: Actor) -> str:
        """Return a word that changes with every day that is written."""
        return services.limit_history.version(request.portfolio_id, actor)

    def compute(self, request: RiskHistoryRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Fill in some days; return how many are left."""
        return {"left_count": services.limit_history.fill(request.portfolio_id, actor)}


KIND = RiskHistoryKind()
