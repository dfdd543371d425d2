"""Which reports were made for auditors, and how are their files fetched and proved?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, attachment
from api.pagination import Page, PageQuery, open_cursor, page
from api.reading import Body, Path
from api.repeating import key_of_run
from api.routing import Resource, file_answer, needs
from services.auth.roles import Permission
from services.compliance.auditor_reports import EXCEL_TYPE, PDF_TYPE
from services.messages.compliance_auditor import (
    AuditorFormat,
    AuditorReportView,
    AuditorSchedule,
    NewAuditorReport,
    ReportCadence,
)
from services.messages.runs import RunView

resource = Resource("auditor_reports", "Auditor's reports", "Rules, breaches, overrides and evidence of a period.")


class ReportPath(Path):
    """Which report."""

    report_id: str = Field(max_length=64, description="The report's id.")


class ReportFilePath(ReportPath):
    """Which file of which report."""

    file_format: AuditorFormat = Field(description="`pdf` or `xlsx`.")


class ReportCadenceChoice(Body):
    """How often a report is made by itself."""

    cadence: ReportCadence = Field(description="After the end of each month, quarter or year, or never.")


@resource.route_for("get", "/auditor-reports", "List auditor's reports", answers={200: Page[AuditorReportView]})
def list_auditor_reports(query: PageQuery) -> Response:
    """Return reports, the latest first; for compliance alone, because they tell of every portfolio."""
    found = services().auditor_reports.list(actor(), open_cursor(query.cursor), query.limit)
    return answer(page(found.items, found.next_cursor))


@resource.route_for("post", "/auditor-reports", "Make an auditor's report", answers={202: RunView}, also=(409,))
@needs(Permission.RECORDS_WRITE)
def make_auditor_report(body: NewAuditorReport) -> Response:
    """Collect what happened in the period and keep it, with the files made from it and their digests.

    A worker does it, as a run that can be followed and cancelled at its `Location`; its result names the `report_id`.
    """
    run = services().auditor_work.make(body, actor(), idempotency_key=key_of_run())
    return answer(run, 202, location=f"/api/v1/runs/{run.id}", headers={"Retry-After": "1"})


@resource.route_for("get", "/auditor-reports/<report_id>", "Read an auditor's report", answers={200: AuditorReportView})
def read_auditor_report(path: ReportPath) -> Response:
    """Return what a report holds and rests on."""
    return answer(services().auditor_reports.get(path.report_id, actor()))


@resource.route_for(
    "get",
    "/auditor-reports/<report_id>/files/<file_format>",
    "Fetch a file of an auditor's report",
    answers={200: file_answer(PDF_TYPE, EXCEL_TYPE)},
)
def fetch_auditor_report(path: ReportFilePath) -> Response:
    """Return the report as PDF or Excel, as it was made; the deed is recorded."""
    made = services().auditor_reports.file(path.report_id, path.file_format, actor())
    return attachment(made.data, made.media_type, made.filename)


@resource.route_for(
    "post", "/auditor-reports/<report_id>/check", "Make a report again", answers={202: RunView}, also=(409,)
)
@needs(Permission.RECORDS_READ)
def check_auditor_report(path: ReportPath) -> Response:
    """Make both files again from what was kept; the run's result says whether they are the same, byte for byte."""
    run = services().auditor_work.check(path.report_id, actor(), idempotency_key=key_of_run())
    return answer(run, 202, location=f"/api/v1/runs/{run.id}", headers={"Retry-After": "1"})


@resource.route_for("get", "/auditor-report-schedule", "Read the schedule", answers={200: AuditorSchedule})
def read_auditor_schedule() -> Response:
    """Return how often a report is made by itself, and for which period the next one is."""
    return answer(services().auditor_reports.schedule(actor()))


@resource.route_for("put", "/auditor-report-schedule", "Choose the schedule", answers={200: AuditorSchedule})
@needs(Permission.RECORDS_WRITE)
def choose_auditor_schedule(body: ReportCadenceChoice) -> Response:
    """Have a report of the whole house made after the end of each month, quarter or year."""
    return answer(services().auditor_reports.choose_schedule(body.cadence, actor()))
