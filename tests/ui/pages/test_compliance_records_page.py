"""Do the tabs of records and reports say what waits, what was done, whether it is whole, and for whom they are?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update

from callbacks import compliance, compliance_audit, compliance_records, compliance_reports
from callbacks import present_compliance_records as present
from components.compliance_breaches import breaches_panel
from components.compliance_controls import controls_panel
from components.compliance_facts import facts_panel
from components.compliance_layout import GUARDED, TABS
from components.compliance_lists import lists_panel
from components.compliance_records import LOG, records_panel
from components.compliance_rules import rules_panel
from components.ids import ComplianceReports
from services.auth.roles import Role
from services.compliance.auditor_reports import AuditorReports
from services.errors import InvalidRequest
from services.messages.audit import AuditRow, AuditWords, VerifyResult
from services.messages.compliance_auditor import AuditorCounts, AuditorReportView, AuditorSchedule, ReportCadence
from services.messages.compliance_records import ChangeRequestView
from tests.ui.pages.test_compliance_lists_page import a_request, words

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def a_deed(**changed: Any) -> AuditRow:
    usual: dict[str, Any] = {
        "seq": 1204, "at_utc": WHEN, "actor_id": "u-1", "actor_name": "Cleo", "via": "session",
        "action": "rule.approve", "deed": "Rule approved", "object_kind": "rule", "object_id": "r-1",
        "before": {"state": "proposed", "n": 1}, "after": {"state": "approved", "n": None},
    }  # fmt: skip
    return AuditRow.model_validate(usual | changed)


def a_report(**changed: Any) -> AuditorReportView:
    usual: dict[str, Any] = {
        "id": "a-1", "start_on": date(2026, 1, 1), "end_on": date(2026, 3, 31), "portfolio_id": None,
        "portfolio_name": None, "made_by": "Cleo", "made_at_utc": WHEN, "code_version": "0.1.0",
        "inputs_sha256": "0", "pdf_sha256": "1", "excel_sha256": "2", "is_unchanged": True, "chain_is_intact": True,
        "counts": AuditorCounts(rules_count=1, changes_count=0, breaches_count=0, overrides_count=0,
                                decisions_count=0, restrictions_count=0),
        "sentence": "1 January to 31 March 2026: no breach.",
    }  # fmt: skip
    return AuditorReportView.model_validate(usual | changed)


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.COMPLIANCE, {"with-records", "with-reports"}),
        (Role.ADMINISTRATOR, {"with-records"}),
        (Role.PORTFOLIO_MANAGER, set()),
        (Role.VIEWER, set()),
    ],
)
def test_tabs_stand_only_for_whom_they_are(
    role: Role, shown: set[str], as_role: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(role)
    reports = SimpleNamespace(may_read=lambda who: AuditorReports.may_read(None, who))  # type: ignore[arg-type]
    monkeypatch.setattr(compliance, "services", lambda: SimpleNamespace(auditor_reports=reports))
    assert set(compliance.show_tabs(None).split()) - {"tabs-q"} == shown
    assert set(GUARDED) <= {one.key for one in TABS}


def test_requests_are_counted_and_who_asked_is_not_offered_to_agree() -> None:
    mine = a_request(can_decide=False, can_withdraw=True)
    assert present.requests_summary([], is_waiting=True) == "Nothing waits for a second person."
    said = present.requests_summary([a_request(), mine], is_waiting=True)
    assert said == "2 requests wait for a second person; 1 can be decided by you."
    assert [one["value"] for one in present.deed_options(mine)] == ["withdraw"]
    assert [one["value"] for one in present.deed_options(a_request())] == ["agree", "refuse"]
    assert "who asks never decides" in words(present.request_words(mine))
    decided = a_request(state="approved", decided_by="Ada", decided_at_utc=WHEN, decision_reason="Agreed by mail")
    assert "Agreed by mail" in words(present.request_words(decided))
    assert present.request_row(decided)["state_words"] == "Agreed to"


@pytest.mark.parametrize(
    ("deed", "reason", "expected"),
    [
        ("agree", "", ("approve", "r-1", None, 1)),
        ("refuse", "No", ("reject", "r-1", "No", 1)),
        ("withdraw", "", ("withdraw", "r-1", 1)),
    ],
)
def test_a_decision_calls_its_verb_with_the_version_that_was_seen(
    deed: str, reason: str, expected: tuple[Any, ...], as_role: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(Role.COMPLIANCE)
    called: list[tuple[Any, ...]] = []

    def verb(name: str) -> Any:
        def do(request_id: str, _actor: Any, *rest: Any) -> ChangeRequestView:
            called.append((name, request_id, *rest))
            return a_request()

        return do

    verbs = SimpleNamespace(
        get=lambda *_: a_request(), approve=verb("approve"), reject=verb("reject"), withdraw=verb("withdraw")
    )
    monkeypatch.setattr(compliance_records, "services", lambda: SimpleNamespace(four_eyes=verbs))
    compliance_records._do(deed, "r-1", reason)
    assert called == [expected]
    with pytest.raises(InvalidRequest) as refusal:
        compliance_records._do("refuse", "r-1", "")
    assert [problem.path for problem in refusal.value.fields] == ["reason"]


def test_a_deed_shows_what_stood_before_and_after() -> None:
    row = present.audit_row(a_deed())
    assert (row["seq"], row["actor"], row["about"]) == (1204, "Cleo", "Rule")
    assert row["action"] == "Rule approved"
    shown = words(present.audit_detail([row], [row]))
    assert "proposed" in shown
    assert "approved" in shown
    assert '"r-1"' in shown
    assert present.audit_detail([], [row]) is None


def test_deeds_can_be_filtered_one_by_one_and_by_their_group() -> None:
    deeds, kinds = present.options_of(
        AuditWords(
            actions=("rule.approve", "rule.reject"),
            deeds={"rule.approve": "Rule approved", "rule.reject": "Rule refused"},
            object_kinds=("rule",),
        )
    )
    assert [one["value"] for one in deeds] == ["all", "rule.", "rule.approve", "rule.reject"]
    assert [one["label"] for one in deeds] == ["All", "All of: Rule", "Rule approved", "Rule refused"]
    assert kinds == [{"value": "all", "label": "All"}, {"value": "rule", "label": "Rule"}]


def test_a_reader_without_the_permission_gets_no_row(as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(Role.VIEWER)
    monkeypatch.setattr("callbacks.present_errors.put", lambda *_, **__: None)
    answer = compliance_audit.show_rows(None, None, None, None, None, None, None, None)
    assert answer == (no_update,) * 5


def test_the_verdict_says_by_word_whether_the_log_is_whole() -> None:
    whole = VerifyResult(is_intact=True, rows_count=3, first_bad_seq=None, sentence="The chain of 3 rows is whole.")
    broken = VerifyResult(is_intact=False, rows_count=3, first_bad_seq=2, sentence="Row 2 was changed.")
    assert "The chain of 3 rows is whole." in words(present.verdict(whole))
    assert "Not whole" in words(present.verdict(broken))


def test_the_export_takes_the_days_of_the_filter() -> None:
    assert present.export_address(None, "") == "/api/v1/audit/export"
    assert present.export_address("2026-01-01", "2026-03-31").endswith("?start_on=2026-01-01&end_on=2026-03-31")


def test_a_report_offers_its_files_and_says_whether_it_is_unchanged() -> None:
    shown = words(present.reports_table([a_report(), a_report(id="a-2", is_unchanged=False)],
                                        ComplianceReports.take, ComplianceReports.check))  # fmt: skip
    assert "a-1|pdf" in shown
    assert "a-2|xlsx" in shown
    assert "Changed since" in shown
    assert "No report was made yet" in words(present.reports_table([], ComplianceReports.take, ComplianceReports.check))


def test_a_schedule_is_written_only_where_it_changes(as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(Role.COMPLIANCE)
    written: list[ReportCadence] = []

    def choose(cadence: ReportCadence, _actor: Any) -> AuditorSchedule:
        written.append(cadence)
        return AuditorSchedule(cadence=cadence, next_start_on=None, next_end_on=None, sentence="Every quarter.")

    never = AuditorSchedule(cadence=ReportCadence.NEVER, next_start_on=None, next_end_on=None, sentence="None.")
    reports = SimpleNamespace(schedule=lambda _actor: never, choose_schedule=choose)
    monkeypatch.setattr(compliance_reports, "services", lambda: SimpleNamespace(auditor_reports=reports))
    monkeypatch.setattr("callbacks.present_errors.put", lambda *_, **__: None)
    compliance_reports.choose("never")
    assert written == []
    assert compliance_reports.choose("quarter") == "Every quarter."
    assert written == [ReportCadence.QUARTER]


@pytest.mark.parametrize(
    ("draw", "forms"),
    [
        (records_panel, 1),
        (controls_panel, 3),
        (rules_panel, 2),
        (facts_panel, 1),
        (lists_panel, 1),
        (breaches_panel, 1),
    ],
)
def test_every_form_says_that_what_is_done_stays_before_it_is_done(draw: Any, forms: int) -> None:
    assert words(draw({})).count("is recorded with person, time and reason, and stays") == forms


def test_the_audit_log_shows_its_words_whole_and_fits_a_tablet() -> None:
    log = {one["field"]: one for one in LOG}
    assert all(log[name]["cellRenderer"] == "qpoLines" for name in ("action", "about", "via"))
    kept = [one for one in LOG if one["context"].get("narrowBelowPx", 0) < 820]
    assert sum(one["minWidth"] for one in kept) <= 820 - 80, "beside the page's edges at 820 px"
    assert log["via"] in kept
