"""In which shapes are reports for auditors asked for and shown?"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from services.messages.frozen import Message

AuditorFormat = Literal["pdf", "xlsx"]


class ReportCadence(StrEnum):
    """How often a report is made by itself, after the end of each period."""

    NEVER = "never"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class NewAuditorReport(Message):
    """What a report covers; both days included, one portfolio or all of the house."""

    start_on: date
    end_on: date
    portfolio_id: Annotated[str, Field(max_length=36)] | None = None


class AuditorCounts(Message):
    """What a report holds."""

    rules_count: int
    changes_count: int
    breaches_count: int
    overrides_count: int
    decisions_count: int
    restrictions_count: int


class AuditorReportView(Message):
    """One report that was made."""

    id: str
    start_on: date
    end_on: date
    portfolio_id: str | None
    portfolio_name: str | None
    made_by: str | None
    made_at_utc: datetime
    code_version: str
    inputs_sha256: str
    pdf_sha256: str
    excel_sha256: str
    is_unchanged: bool
    chain_is_intact: bool
    counts: AuditorCounts
    sentence: str


class AuditorReportCheckWish(Message):
    """Which report's files are to be made again."""

    report_id: Annotated[str, Field(max_length=64)]


class AuditorReportCheck(Message):
    """Whether the files of a report can be made again from what was kept, byte for byte."""

    is_reproduced: bool
    sentence: str


class AuditorSchedule(Message):
    """How often the house has a report made by itself, and for which period the next one is."""

    cadence: ReportCadence
    next_start_on: date | None
    next_end_on: date | None
    sentence: str
