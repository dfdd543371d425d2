"""What happens when the work on a run is to try rules of compliance on the past?"""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from engine.version import ENGINE_VERSION
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.compliance_dry_run import DryRunOfMany
from services.runs_kinds import Outcome, RunContext, RunFacts


class ComplianceDryRunKind:
    """Judges portfolios day by day, and lets other runs go first; ended early, nothing is kept."""

    name = "compliance_dry_run"
    label = "Dry run of rules"
    permission = Permission.RULES_WRITE
    time_limit_s = 4 * 3_600.0
    volatile_fields = frozenset({"dry_runs", "worked_s"})

    def parse(self, text: str) -> DryRunOfMany:
        """Return the request."""
        try:
            return DryRunOfMany.model_validate_json(text)
        except ValidationError as error:
            raise InvalidRequest(
                "The dry run cannot be read.",
                "Send versions, each with rule_id and version.",
                fields=field_problems(error),
            ) from None

    def describe(self, request: BaseModel) -> RunFacts:
        """Return the name of the run."""
        return RunFacts(label=self.label)

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Judge, telling how far it is."""
        assert isinstance(request, DryRunOfMany)
        done = context.services.compliance_dry_runs.work.compute(
            request, context.actor, context.progress, left=context.checkpoint, others_wait=context.others_wait
        )
        return Outcome(
            document=done.model_dump(mode="json"),
            schema_version=1,
            message=done.sentence,
            engine_version=ENGINE_VERSION,
        )


KIND = ComplianceDryRunKind()
