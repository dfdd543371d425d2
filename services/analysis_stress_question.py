"""Which report answers the questions beyond single scenarios: chance, correlation, redemptions, reverse, repair?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from services.auth.actor import Actor
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import count_words, field_problems
from services.messages.stress_questions import QuestionRequest

if TYPE_CHECKING:
    from services.wiring import Services

NAME: Final = "stress_question"


class StressQuestionKind:
    """One question about one portfolio."""

    name = NAME
    permission = Permission.PORTFOLIOS_READ

    def parse(self, text: str) -> QuestionRequest:
        """Return the request that a worker finds in a row."""
        try:
            return QuestionRequest.model_validate_json(text)
        except ValidationError as error:
            problems = field_problems(error)
            raise InvalidRequest(count_words(len(problems), "request"), "Ask again.", fields=problems) from None

    def portfolio_id(self, request: QuestionRequest) -> str:
        """Return which portfolio is asked about."""
        return request.portfolio_id

    def compute(self, request: QuestionRequest, services: Services, actor: Actor) -> dict[str, Any]:
        """Return the answer as a document."""
        from services.stress_answers import answer_of

        inputs = services.stress.inputs(
            request.portfolio_id,
            actor,
            has_spreads=request.liquidity is not None or request.repair is not None,
            has_volatility_model=request.monte_carlo is not None and request.monte_carlo.method == "filtered",
        )
        return answer_of(inputs, request)


KIND: Final = StressQuestionKind()
