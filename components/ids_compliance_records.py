"""Which ids do the tabs of records and of auditors' reports use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class ComplianceRecords(metaclass=Frozen):
    """What waits for a second person, and the audit log."""

    PANEL: Final = "compliance-panel-records"
    PROBLEM: Final = "compliance-records-problem"
    MAIN: Final = "compliance-records-main"
    SENTENCE: Final = "compliance-records-sentence"
    STATE: Final = "compliance-records-state"
    REQUESTS: Final = "compliance-records-requests"
    DETAIL: Final = "compliance-records-detail"
    FORM: Final = "compliance-records-form"
    PROBLEMS: Final = "compliance-records-problems"
    DEED: Final = "compliance-records-deed"
    TEXT: Final = "compliance-records-text"
    DO: Final = "compliance-records-do"
    DONE: Final = "compliance-records-done"  # Store, the press that was answered last


class ComplianceAudit(metaclass=Frozen):
    """The audit log: filtered, one row of it, verified, and taken along."""

    PROBLEMS: Final = "compliance-audit-problems"
    ACTION: Final = "compliance-audit-action"
    KIND: Final = "compliance-audit-kind"
    START: Final = "compliance-audit-start"
    END: Final = "compliance-audit-end"
    ROWS: Final = "compliance-audit-rows"
    ROW: Final = "compliance-audit-row"
    CURSOR: Final = "compliance-audit-cursor"  # Store, where the next rows begin
    MORE: Final = "compliance-audit-more"
    VERIFY: Final = "compliance-audit-verify"
    VERDICT: Final = "compliance-audit-verdict"
    EXPORT: Final = "compliance-audit-export"


class ComplianceReports(metaclass=Frozen):
    """Reports for auditors."""

    PANEL: Final = "compliance-panel-reports"
    PROBLEM: Final = "compliance-reports-problem"
    MAIN: Final = "compliance-reports-main"
    PROBLEMS: Final = "compliance-reports-problems"
    FORM: Final = "compliance-reports-form"
    START: Final = "compliance-reports-start"
    END: Final = "compliance-reports-end"
    PORTFOLIO: Final = "compliance-reports-portfolio"
    MAKE: Final = "compliance-reports-make"
    CADENCE: Final = "compliance-reports-cadence"
    CADENCE_SAID: Final = "compliance-reports-cadence-said"
    KEPT: Final = "compliance-reports-kept"
    SEEN: Final = "compliance-reports-seen"  # Store, mark of the list that stands: drawn anew only when it changed
    CHECKED: Final = "compliance-reports-checked"
    RUN: Final = "compliance-reports-run"  # Store, the run that is followed; empty for none
    TICK: Final = "compliance-reports-tick"
    PROGRESS: Final = "compliance-reports-progress"

    @staticmethod
    def take(index: Any) -> Pattern:
        """Button that hands a file over; the index is ``<id>|<format>``."""
        return pattern("compliance-reports-take", index)

    @staticmethod
    def check(index: Any) -> Pattern:
        """Button that makes a report's files again; the index is its id."""
        return pattern("compliance-reports-check", index)
