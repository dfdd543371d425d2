"""What happens when the work on a run is to make an auditor's report again?"""

from __future__ import annotations

from pydantic import BaseModel, ValidationError

from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.compliance_auditor import AuditorReportCheckWish
from services.runs_kinds import Outcome, RunContext, RunFacts


class AuditorReportCheckKind:
    """Makes both files of a report again and compares them; writes nothing."""

    name = "auditor_report_check"
    label = "Auditor's report made again"
    permission = Permission.RECORDS_READ
    time_limit_s = 600.0
    volatile_fields = frozenset[str]()

    def parse(self, text: str) -> AuditorReportCheckWish:
        """Return the request."""
        try:
            return AuditorReportCheckWish.model_validate_json(text)
        except ValidationError as error:
            raise InvalidRequest(
                "The wish for a report cannot be read.", "Send report_id.", fields=field_problems(error)
            ) from None

    def describe(self, request: BaseModel) -> RunFacts:
        """Return the name of the run."""
        return RunFacts(label=self.label)

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Draw and compare, telling how far it is."""
        assert isinstance(request, AuditorReportCheckWish)
        found = context.services.auditor_reports.check(request.report_id, context.actor, context.progress)
        document = {"report_id": request.report_id, **found.model_dump(mode="json")}
        return Outcome(document=document, schema_version=1, message=found.sentence)


KIND = AuditorReportCheckKind()
