"""How do the services of restrictions and records come together?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.audit import Audit
    from services.compliance.access_reviews import AccessReviews
    from services.compliance.auditor_reports import AuditorReports
    from services.compliance.auditor_work import AuditorWork
    from services.compliance.four_eyes import FourEyes
    from services.compliance.four_eyes_choice import FourEyesChoice
    from services.compliance.holds import Holds
    from services.compliance.limit_changes import LimitChanges
    from services.compliance.locates import Locates
    from services.compliance.locked_periods import LockedPeriods
    from services.compliance.restrictions import Restrictions
    from services.compliance.restrictions_import import RestrictionFiles
    from services.compliance.retention import Retention
    from services.compliance.retention_job import RetentionJob
    from services.compliance.role_changes import RoleChanges
    from services.ports import Ports
    from services.runs import Runs


@dataclass(frozen=True)
class RecordServices:
    """The verbs of restrictions and records, one attribute a subject."""

    access_reviews: AccessReviews
    auditor_reports: AuditorReports
    auditor_work: AuditorWork
    four_eyes: FourEyes
    four_eyes_choice: FourEyesChoice
    holds: Holds
    limit_changes: LimitChanges
    locates: Locates
    locked_periods: LockedPeriods
    restriction_files: RestrictionFiles
    restrictions: Restrictions
    retention: Retention
    retention_job: RetentionJob
    role_changes: RoleChanges


def record_services(ports: Ports, *, audit: Audit, runs: Runs) -> dict[str, Any]:
    """Return the services of restrictions and records by the names of the attributes."""
    from services.compliance.access_reviews import AccessReviews
    from services.compliance.auditor_reports import AuditorReports
    from services.compliance.auditor_work import AuditorWork
    from services.compliance.four_eyes import FourEyes
    from services.compliance.four_eyes_choice import FourEyesChoice
    from services.compliance.holds import Holds
    from services.compliance.limit_changes import LimitChanges
    from services.compliance.locates import Locates
    from services.compliance.locked_periods import LockedPeriods
    from services.compliance.records_deeds import deeds
    from services.compliance.restrictions import Restrictions
    from services.compliance.restrictions_import import RestrictionFiles
    from services.compliance.retention import Retention
    from services.compliance.retention_job import RetentionJob
    from services.compliance.role_changes import RoleChanges

    four_eyes, reports = FourEyes(ports, deeds(ports.clock)), AuditorReports(ports, audit)
    return {
        "access_reviews": AccessReviews(ports),
        "auditor_reports": reports,
        "auditor_work": AuditorWork(reports, runs=runs),
        "four_eyes": four_eyes,
        "four_eyes_choice": FourEyesChoice(ports, four_eyes),
        "holds": Holds(ports),
        "limit_changes": LimitChanges(ports, four_eyes),
        "locates": Locates(ports),
        "locked_periods": LockedPeriods(ports, four_eyes),
        "restriction_files": RestrictionFiles(ports),
        "restrictions": Restrictions(ports, four_eyes),
        "retention": Retention(ports, four_eyes),
        "retention_job": RetentionJob(ports, audit),
        "role_changes": RoleChanges(ports, four_eyes),
    }
