"""What happens when the work on a run is to make a report for auditors?"""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from services import formatting
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.compliance_auditor import NewAuditorReport
from services.runs_kinds import Outcome, RunContext, RunFacts


class AuditorReportKind:
    """Makes and keeps a report; ended early, nothing is kept."""

    name = "auditor_report"
    label = "Auditor's report"
    permission = Permission.RECORDS_WRITE
    time_limit_s = 600.0
    volatile_fields = frozenset({"report_id", "sentence"})

    def parse(self, text: str) -> NewAuditorReport:
        """Return the request."""
        try:
            return NewAuditorReport.model_validate_json(text)
        except ValidationError as error:
            raise InvalidRequest(
                "The wish for a report cannot be read.",
                "Send start_on and end_on, and portfolio_id for one portfolio alone.",
                fields=field_problems(error),
            ) from None

    def describe(self, request: BaseModel) -> RunFacts:
        """Return the name of the run."""
        assert isinstance(request, NewAuditorReport)
        return RunFacts(name=f"{self.label}, {formatting.day(request.start_on)} to {formatting.day(request.end_on)}")

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Collect, draw and keep, telling how far it is."""
        assert isinstance(request, NewAuditorReport)
        made = context.services.auditor_reports.make(request, context.actor, context.progress)
        document = {"report_id": made.id, "sentence": made.sentence}
        return Outcome(document=document, schema_version=1, message=made.sentence)


KIND = AuditorReportKind()
