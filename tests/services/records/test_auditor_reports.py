"""Does a report for auditors hold what was decided and broken, and is it made again from what was kept?"""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from data.store.tables import Breach, BreachEvent, BreachOverride
from services.compliance import auditor_reports
from services.compliance.auditor_documents import page_document
from services.compliance.auditor_reports import last_period, next_period
from services.compliance.rules import Rules
from services.errors import InvalidRequest, NotAllowed, NotFound
from services.exports_process import DrawingProcesses
from services.messages.compliance_auditor import NewAuditorReport, ReportCadence
from services.messages.compliance_restrictions import ListKind, NewEntry, NewRestrictionList
from services.messages.compliance_rules import Chosen, NewRule
from tests.services.records.conftest import TODAY, Office
from tests.services.records.test_anchors import tamper
from tests.services.rules.conftest import cap_rule, cases

DAY = timedelta(days=1)


@pytest.fixture
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set documents as plain text; the first test draws them for real."""

    def document(self: Any, order: Any, **_: Any) -> bytes:
        return b"%PDF" + json.dumps(order, sort_keys=True).encode()

    monkeypatch.setattr(DrawingProcesses, "document", document)


def bring_rule(office: Office) -> str:
    """Bring a rule into force by two people."""
    rules = Rules(office.ports)
    made = rules.drafts.create(NewRule(rule=cap_rule(), cases=cases()), office.cleo)
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        uow.rules.keep_dry_run(made.rule_id, 1, {"portfolios_count": 0})
        uow.commit()
    chosen = [Chosen(rule_id=made.rule_id, version=1)]
    rules.decisions.propose(chosen, office.cleo)
    rules.decisions.approve(chosen, office.carl)
    return made.rule_id


def breach(office: Office, rule_id: str, **more: Any) -> str:
    """Put a breach with an override on record."""
    now = office.ports.clock.now_utc()
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        fields: dict[str, Any] = {
            "portfolio_id": office.portfolio_id, "rule_id": rule_id, "group_name": "MSFT", "rule_version": 1,
            "wording_sha256": "0" * 64, "rule_title": "No position above the cap", "severity": "soft",
            "severity_rank": 1, "status": "overridden", "status_since_utc": now, "is_unjudged": False,
            "operator": "<=", "unit": "frac", "limit_value": 0.10, "value": 0.125, "opened_at_utc": now,
            "judged_at_utc": now,
        }  # fmt: skip
        row = uow.breaches.add(Breach(**{**fields, **more}))
        uow.breach_events.append(
            row, BreachEvent(kind="opened", actor_name="System", status_after="open", sentence="It was found.")
        )
        uow.breach_overrides.add(
            BreachOverride(
                breach_id=row.id, portfolio_id=office.portfolio_id, rule_id=rule_id, group_name="MSFT",
                rule_version=1, wording_sha256="0" * 64, state="approved", level=0.13, reason="Takeover bid.",
                expires_on=TODAY + 10 * DAY, requested_by_id=office.ann.user_id, requested_at_utc=now,
                needs_second_person=True, decided_by_id=office.cleo.user_id, decided_at_utc=now,
            )
        )  # fmt: skip
        uow.commit()
        return row.id


def wish(**more: Any) -> NewAuditorReport:
    return NewAuditorReport(**{"start_on": TODAY - 30 * DAY, "end_on": TODAY, **more})


def texts(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}


@pytest.mark.requirement("4.3.A6")
@pytest.mark.requirement("X.FR5")
def test_a_report_holds_what_was_decided_broken_and_let_stand_and_is_made_again(office: Office, clock: Any) -> None:
    breach(office, bring_rule(office))
    made_list = office.services.restrictions.create(
        NewRestrictionList(kind=ListKind.RESTRICTED, name="Deals"), office.cleo
    )
    entry = office.services.restrictions.add(made_list.id, NewEntry(symbol="XOM", reason="Deal."), office.cleo)
    office.services.restrictions.remove(entry.id, "Published.", office.cleo)
    reports = office.services.auditor_reports
    made = reports.make(wish(), office.cleo)
    assert made.counts.model_dump() == {
        "rules_count": 1, "changes_count": 1, "breaches_count": 1, "overrides_count": 1, "decisions_count": 1,
        "restrictions_count": 1,
    }  # fmt: skip
    assert made.sentence == (
        "31 January 2026 to 2 March 2026: 1 rule was in force at the end; 1 breach in the period, of which 1 not cured "
        "yet; 1 override was asked for; the audit log is whole."
    )
    excel = reports.file(made.id, "xlsx", office.carl)
    found = texts(excel.data)
    assert found["Rules"][0][:4] == ("own.cap", 1, "No position above the cap", "hard")
    assert found["Rules"][0][8] == "Carl"
    assert found["Breaches"][0][6] == "MSFT is 12.50%, where at most 10.00% is allowed."
    assert found["Overrides"][0][4:7] == ("up to 13.00%", "Takeover bid.", "Ann")
    assert found["Restrictions"][0][1:5] == ("Deals", "restricted", "XOM stock", "on the list")
    assert found["Decisions of two"][0][1].startswith("Take XOM stock off 'Deals'")
    assert found["Portfolios"][0][:2] == ("Growth", "not checked")
    with office.ports.store.system(office.cleo.tenant_id, read_only=True) as uow:
        paper = str(page_document(uow.auditor_reports.get(made.id).inputs, "0", "0" * 64).parts)
    assert "The house" in paper
    assert "'Overridden'" in paper
    assert "'overridden'" not in paper
    pdf = reports.file(made.id, "pdf", office.cleo)
    assert pdf.data.startswith(b"%PDF")
    assert pdf.filename == "auditor-report-2026-01-31-2026-03-02.pdf"
    clock.advance(days=40)
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        uow.users.update(office.carl.user_id, {"name": "Another"})
        uow.commit()
    assert texts(reports.file(made.id, "xlsx", office.cleo).data) == found  # what was kept, not what is now
    again = reports.check(made.id, office.carl)
    assert (again.is_reproduced, again.sentence) == (
        True, "Both files were made again from what was kept, byte for byte.",
    )  # fmt: skip
    assert [row.action for row in office.deeds("auditor_report")] == [
        "auditor_report.read", "auditor_report.read", "auditor_report.read", "auditor_report.make",
    ]  # fmt: skip
    tamper(
        office,
        ("UPDATE auditor_report SET inputs = json_set(inputs, '$.breaches', json('[]')) WHERE id = ?", (made.id,)),
    )
    told = reports.check(made.id, office.cleo)
    assert (told.is_reproduced, told.sentence) == (False, "What the report rests on was changed since.")
    assert not reports.get(made.id, office.cleo).is_unchanged


@pytest.mark.usefixtures("quick_paper")
def test_what_lies_outside_of_the_period_or_the_portfolio_is_left_out(office: Office, clock: Any) -> None:
    rule_id = bring_rule(office)
    old = datetime(2026, 1, 1, tzinfo=UTC)
    breach(office, rule_id, opened_at_utc=old, status="closed", closed_at_utc=old + DAY)
    collected = office.services.auditor_reports.make(wish(), office.cleo)
    assert collected.counts.breaches_count == 0
    before = office.services.auditor_reports.make(wish(end_on=TODAY - 2 * DAY), office.cleo)
    assert before.counts.model_dump(exclude={"overrides_count", "breaches_count"}) == {
        "rules_count": 0, "changes_count": 0, "decisions_count": 0, "restrictions_count": 0,
    }  # fmt: skip
    own = office.services.auditor_reports.make(wish(portfolio_id=office.portfolio_id), office.cleo)
    assert own.portfolio_name == "Growth"
    assert own.counts.rules_count == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_on": TODAY - 31 * DAY}, "end_on"),
        ({"end_on": TODAY + DAY}, "end_on"),
        ({"start_on": date(2020, 1, 1)}, "start_on"),
        ({"portfolio_id": "nobody"}, "portfolio_id"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_names_the_field(office: Office, changes: Any, field: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        office.services.auditor_reports.make(wish(**changes), office.cleo)
    assert [one.path for one in refusal.value.fields] == [field]


@pytest.mark.usefixtures("quick_paper")
def test_compliance_alone_makes_and_reads_reports_of_its_own_house(office: Office, other: Office) -> None:
    reports = office.services.auditor_reports
    made = reports.make(wish(), office.cleo)
    for who in (office.ada, office.ann):
        with pytest.raises(NotAllowed):
            reports.make(wish(), who)
        with pytest.raises(NotAllowed):
            reports.get(made.id, who)
    with pytest.raises(NotFound):
        reports.get(made.id, other.cleo)
    with pytest.raises(InvalidRequest):
        reports.make(wish(portfolio_id=office.portfolio_id), other.cleo)
    assert [one.id for one in reports.list(office.carl).items] == [made.id]
    assert reports.list(other.cleo).items == ()


@pytest.mark.usefixtures("quick_paper")
@pytest.mark.requirement("X.FR5")
def test_a_scheduled_report_is_made_once_after_the_end_of_its_period(office: Office, other: Office, clock: Any) -> None:
    reports = office.services.auditor_reports
    assert reports.make_due() == 0
    chosen = reports.choose_schedule(ReportCadence.MONTH, office.cleo)
    assert chosen.sentence == "A report is made every month; the next one is for 1 March 2026 to 31 March 2026."
    assert (reports.make_due(), reports.make_due()) == (1, 0)
    made = reports.list(office.cleo).items[0]
    assert (made.start_on, made.end_on, made.made_by) == (date(2026, 2, 1), date(2026, 2, 28), "System")
    clock.advance(days=30)
    assert reports.make_due() == 1
    assert reports.list(other.cleo).items == ()
    assert reports.choose_schedule(ReportCadence.NEVER, office.cleo).next_end_on is None
    clock.advance(days=60)
    assert reports.make_due() == 0


@pytest.mark.parametrize(
    ("today", "cadence", "last", "following"),
    [
        ("2026-03-02", "month", ("2026-02-01", "2026-02-28"), ("2026-03-01", "2026-03-31")),
        ("2026-01-01", "month", ("2025-12-01", "2025-12-31"), ("2026-01-01", "2026-01-31")),
        ("2026-03-31", "quarter", ("2025-10-01", "2025-12-31"), ("2026-01-01", "2026-03-31")),
        ("2028-02-29", "year", ("2027-01-01", "2027-12-31"), ("2028-01-01", "2028-12-31")),
        ("2026-12-31", "quarter", ("2026-07-01", "2026-09-30"), ("2026-10-01", "2026-12-31")),
    ],
)
def test_periods(today: str, cadence: str, last: tuple[str, str], following: tuple[str, str]) -> None:
    day, kind = date.fromisoformat(today), ReportCadence(cadence)
    assert last_period(day, kind) == tuple(map(date.fromisoformat, last))
    assert next_period(day, kind) == tuple(map(date.fromisoformat, following))


@pytest.mark.usefixtures("quick_paper")
def test_no_cell_of_a_sheet_is_taken_for_a_formula(office: Office) -> None:
    made_list = office.services.restrictions.create(NewRestrictionList(kind=ListKind.WATCH, name="=1+1"), office.cleo)
    office.services.restrictions.add(made_list.id, NewEntry(symbol="XOM", reason="=cmd|' /C calc'!A0"), office.cleo)
    made = office.services.auditor_reports.make(wish(), office.cleo)
    book = openpyxl.load_workbook(io.BytesIO(office.services.auditor_reports.file(made.id, "xlsx", office.cleo).data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "=1+1" for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_the_spreadsheet_holds_real_days_instants_and_counts(office: Office, quick_paper: None) -> None:
    breach(office, bring_rule(office))
    made = office.services.auditor_reports.make(wish(), office.cleo)
    book = openpyxl.load_workbook(io.BytesIO(office.services.auditor_reports.file(made.id, "xlsx", office.cleo).data))
    cells = {
        sheet.title: {cell.value: sheet.cell(2, cell.column) for cell in next(sheet.iter_rows(max_row=1))}
        for sheet in book
    }
    now = office.ports.clock.now_utc().replace(tzinfo=None, microsecond=0)
    assert cells["Breaches"]["Opened at (UTC)"].value == now
    assert cells["Breaches"]["Opened at (UTC)"].number_format == "d mmm yyyy hh:mm:ss"
    assert cells["Rules"]["Version"].value == 1
    assert isinstance(cells["Rules"]["Approved at (UTC)"].value, datetime)
    assert isinstance(cells["Overrides"]["Expires on"].value, datetime)
    texts = [cell for row in cells.values() for cell in row.values() if isinstance(cell.value, str)]
    assert not [cell.value for cell in texts if cell.value[:4].isdigit() and "T" in cell.value]


@pytest.mark.requirement("4.3.A6")
def test_files_are_those_that_were_made_with_the_report_and_nothing_is_drawn_to_fetch_them(
    office: Office, quick_paper: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    breach(office, bring_rule(office))
    reports = office.services.auditor_reports
    made = reports.make(wish(), office.cleo)
    assert reports.check(made.id, office.cleo).is_reproduced

    def drawn(*_: Any, **__: Any) -> bytes:
        return b"%PDF drawn anew"

    monkeypatch.setattr(DrawingProcesses, "document", drawn)
    monkeypatch.setattr(auditor_reports, "xlsx_bytes", drawn)
    for kind, digest in (("pdf", made.pdf_sha256), ("xlsx", made.excel_sha256)):
        assert hashlib.sha256(reports.file(made.id, kind, office.cleo).data).hexdigest() == digest
    again = reports.check(made.id, office.cleo)
    assert (again.is_reproduced, again.sentence) == (False, "Made again, it is another file: pdf and xlsx.")
    tamper(office, ("UPDATE auditor_report SET pdf = ? WHERE id = ?", (b"%PDF of somebody else", made.id)))
    again = reports.check(made.id, office.cleo)
    assert (again.is_reproduced, again.sentence) == (False, "The file was changed since: pdf.")
