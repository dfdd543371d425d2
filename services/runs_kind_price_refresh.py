"""What happens when the work on a run is to ask the providers for new prices?"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from services.auth.roles import Permission
from services.errors import FieldProblem, InvalidRequest
from services.runs_kinds import Outcome, RunContext, RunFacts


class PriceRefreshRequest(BaseModel):
    """A wish to have all providers asked."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    schema_version: Literal[1] = 1


class PriceRefreshKind:
    """Asks every provider once and reports what came."""

    name = "price_refresh"
    label = "Price refresh"
    permission = Permission.MARKET_REFRESH
    time_limit_s = 600.0
    volatile_fields = frozenset({"elapsed_ms"})

    def parse(self, text: str) -> PriceRefreshRequest:
        """Return the request; it has no choices."""
        try:
            return PriceRefreshRequest.model_validate_json(text)
        except ValidationError as error:
            problems = [
                FieldProblem(".".join(map(str, problem["loc"])) or "request", problem["msg"], "Send an empty object.")
                for problem in error.errors(include_url=False)
            ]
            raise InvalidRequest("A price refresh takes no choices.", "Send {}.", fields=tuple(problems)) from None

    def describe(self, request: BaseModel) -> RunFacts:
        """Return nothing in particular."""
        return RunFacts(name="Price refresh")

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Ask the providers."""
        context.progress("Asking the providers", 0.1)
        report = context.services.market.refresh(context.actor)
        return Outcome(document=report.model_dump(mode="json"), schema_version=1, message=report.sentence)


KIND = PriceRefreshKind()
