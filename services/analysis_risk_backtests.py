"""How does a worker find out whether the forecasts of a portfolio's risk have held?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.risk import BacktestsRequest

if TYPE_CHECKING:
    from services.wiring import Services


class RiskBacktestsKind:
    """Stored forecasts, and those of a walk over the past, against what came."""

    name = "risk_backtests"
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> BacktestsRequest:
        """Return the request, or refuse it with every problem."""
        try:
            return BacktestsRequest.model_validate_json(text)
        except ValidationError as refusal:
            raise InvalidRequest("The request has problems.", fields=field_problems(refusal)) from refusal

    def portfolio_id(self, request: BacktestsRequest) -> str:
        """Return which portfolio the request is about."""
        return request.portfolio_id

    def data_version(self, request: BacktestsRequest, services: Services, actor: Actor) -> str:
        """Return a word that changes with the portfolio's data and with every day of stored forecasts."""
        return services.risk.backtests_version(request.portfolio_id, actor)

    def compute(self, request: BacktestsRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the tests, JSON-native."""
        return services.risk.compute_backtests(request.portfolio_id, actor).model_dump(mode="json")


KIND = RiskBacktestsKind()
