"""How are auditors' reports made, and made again, by workers instead of in front of whoever asks?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.auth.actor import Actor
from services.messages.compliance_auditor import AuditorReportCheckWish, NewAuditorReport
from services.messages.runs import RunView

if TYPE_CHECKING:
    from services.compliance.auditor_reports import AuditorReports
    from services.runs import Runs

MAKE_KIND = "auditor_report"
CHECK_KIND = "auditor_report_check"


class AuditorWork:
    """Hands reports to workers; what cannot be made is refused before a run begins.

    Parameters
    ----------
    reports : AuditorReports
    runs : Runs

    """

    def __init__(self, reports: AuditorReports, *, runs: Runs) -> None:
        self._reports = reports
        self._runs = runs

    def make(self, new: NewAuditorReport, actor: Actor, *, idempotency_key: str | None = None) -> RunView:
        """Hand in a report; the result of the run names it.

        Raises
        ------
        NotAllowed, TooMany
        InvalidRequest
            The days are in the wrong order, lie in the future or are more than two years; no such portfolio.

        """
        self._reports.refuse_if_wrong(new, actor)
        return self._runs.submit(MAKE_KIND, new, actor, idempotency_key=idempotency_key)

    def check(self, report_id: str, actor: Actor, *, idempotency_key: str | None = None) -> RunView:
        """Hand in that a report's files are made again; the result of the run says whether they are the same.

        Raises
        ------
        NotAllowed, NotFound, TooMany

        """
        found = self._reports.get(report_id, actor)
        return self._runs.submit(
            CHECK_KIND, AuditorReportCheckWish(report_id=found.id), actor, idempotency_key=idempotency_key
        )
