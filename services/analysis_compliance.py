"""How does a worker hold a portfolio against its rules?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.compliance_checks import ComplianceRequest

if TYPE_CHECKING:
    from services.wiring import Services


class ComplianceKind:
    """The check of a portfolio; as it is, what is found is kept and breaches are recorded."""

    name = "compliance"
    permission = Permission.COMPLIANCE_READ

    def parse(self, text: str) -> ComplianceRequest:
        """Return the request, or refuse it with every problem."""
        try:
            return ComplianceRequest.model_validate_json(text)
        except ValidationError as refusal:
            raise InvalidRequest("The request has problems.", fields=field_problems(refusal)) from refusal

    def portfolio_id(self, request: ComplianceRequest) -> str:
        """Return which portfolio the request is about."""
        return request.portfolio_id

    def data_version(self, request: ComplianceRequest, services: Services, actor: Actor) -> str:
        """Return a word that changes with holdings, prices, rules, lists, overrides and the day."""
        return services.compliance_checks.version(request.portfolio_id, actor)

    def compute(self, request: ComplianceRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report, JSON-native."""
        return services.compliance_checks.compute(request, actor).model_dump(mode="json")


KIND = ComplianceKind()
