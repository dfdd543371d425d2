"""Which report tells what stress scenarios do to a portfolio?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import count_words, field_problems
from services.messages.stress_report import StressRequest

if TYPE_CHECKING:
    from services.wiring import Services

NAME: Final = "stress"


class StressKind:
    """Replays of past events and moves of factors, all scenarios of a request in one document."""

    name = NAME
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> StressRequest:
        """Return the request that a worker finds in a row."""
        try:
            return StressRequest.model_validate_json(text)
        except ValidationError as error:
            problems = field_problems(error)
            words = count_words(len(problems), "request")
            raise InvalidRequest(words, "Ask for the scenarios again.", fields=problems) from None

    def portfolio_id(self, request: StressRequest) -> str:
        """Return which portfolio is stressed."""
        return request.portfolio_id

    def compute(self, request: StressRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the report as a document."""
        from services.stress_compute import report

        inputs = services.stress.inputs(request.portfolio_id, actor)
        return report(inputs, request).model_dump(mode="json")


KIND: Final = StressKind()
