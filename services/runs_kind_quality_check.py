"""What happens when the work on a run is to check many series of prices?"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.runs_kinds import Outcome, RunContext, RunFacts

EVERY_COUNT = 20
"""Progress is told after this many series."""


class QualityCheckRequest(BaseModel):
    """Which series to check; all where no symbols are named."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    schema_version: Literal[1] = 1
    symbols: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=5000)


class QualityCheckKind:
    """Checks series and keeps what is found; ended early, nothing is kept."""

    name = "quality_check"
    label = "Data quality check"
    permission = Permission.MARKET_IMPORT
    time_limit_s = 900.0
    volatile_fields = frozenset({"elapsed_ms", "new_count", "corrected_count", "sentence"})

    def parse(self, text: str) -> QualityCheckRequest:
        """Return the request."""
        try:
            return QualityCheckRequest.model_validate_json(text)
        except ValidationError as error:
            raise InvalidRequest(
                "The check cannot be read.", "Send symbols, or {} for all.", fields=field_problems(error)
            ) from None

    def describe(self, request: BaseModel) -> RunFacts:
        """Return the name of the run."""
        return RunFacts(name="Data quality check")

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Check, telling how far it is."""
        assert isinstance(request, QualityCheckRequest)

        def tell(done_count: int, total_count: int) -> None:
            if done_count % EVERY_COUNT == 0:
                context.progress("Checking series", 0.05 + 0.85 * done_count / total_count)

        context.progress("Loading prices", 0.02)
        done = context.services.quality.check(context.actor, request.symbols, tell)
        return Outcome(document=done.model_dump(mode="json"), schema_version=1, message=done.sentence)


KIND = QualityCheckKind()
