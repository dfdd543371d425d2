"""Does the tab of controls say how long records are kept, what is held and locked, and read its forms?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from callbacks import present_compliance_controls as present
from services.errors import InvalidRequest
from services.messages.compliance_records import (
    AccessDecision,
    AccessReviewView,
    AccessRow,
    AccessRowDecision,
    HoldView,
    LockView,
    RetentionAction,
    RetentionEntry,
    RetentionLine,
    RetentionPolicy,
    RetentionReportView,
)

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
KEEP, DELETE, ARCHIVE = RetentionAction.KEEP, RetentionAction.DELETE, RetentionAction.ARCHIVE
POLICY = RetentionPolicy(
    entries=(
        RetentionEntry(record_class="books", label="Books", explanation="Stay.", years_count=7, action=KEEP,
                       actions=(KEEP,), is_default=True),
        RetentionEntry(record_class="mail", label="Mail", explanation="Sent.", years_count=9, action=DELETE,
                       actions=(DELETE, KEEP), is_default=False),
    ),
    sentence="Everything is kept for 7 years or longer.",
)  # fmt: skip


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader like points before decimals."""
    for module in ("callbacks.wording", "callbacks.present_compliance_controls"):
        monkeypatch.setattr(f"{module}.reader_style", lambda: "comma")


def words(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def a_hold(**changed: Any) -> HoldView:
    usual: dict[str, Any] = {
        "id": "h-1", "name": "Case 12", "scope_kind": "house", "scope_id": None, "scope_name": None,
        "reason": "A claim.", "placed_by": "Cleo", "placed_at_utc": WHEN, "released_by": None,
        "released_at_utc": None, "request_id": None, "row_version": 1, "sentence": "Nothing of the house goes.",
    }  # fmt: skip
    return HoldView.model_validate(usual | changed)


def a_lock(**changed: Any) -> LockView:
    usual: dict[str, Any] = {
        "id": "l-1", "start_on": date(2026, 1, 1), "end_on": date(2026, 3, 31), "reason": "Reported.",
        "locked_by": "Cleo", "locked_at_utc": WHEN, "unlocked_by": None, "unlocked_at_utc": None,
        "request_id": None, "row_version": 1, "sentence": "Locked.",
    }  # fmt: skip
    return LockView.model_validate(usual | changed)


def a_row(user_id: str, name: str, *remarks: str) -> AccessRow:
    return AccessRow(
        user_id=user_id, name=name, email=f"{user_id}@example.com", role="portfolio_manager", is_active=True,
        is_sample=False, has_two_factor=True, last_seen_at_utc=None, password_changed_at_utc=None, teams=("Desk",),
        grants=(), keys_count=0, keys_last_used_at_utc=None, keys_without_end_count=0, remarks=remarks,
    )  # fmt: skip


def a_review(**changed: Any) -> AccessReviewView:
    usual: dict[str, Any] = {
        "id": "r-1", "made_at_utc": WHEN, "made_by": "Ada",
        "rows": (a_row("u-1", "Ann"), a_row("u-2", "Ben", "Never signed in.")), "content_sha256": "0",
        "is_unchanged": True, "reviewed_by": None, "reviewed_at_utc": None, "review_note": None, "can_review": True,
        "row_version": 1, "sentence": "2 users; not reviewed yet.",
    }  # fmt: skip
    return AccessReviewView.model_validate(usual | changed)


@pytest.mark.requirement("X.DP4")
def test_the_schedule_says_for_how_long_and_who_chose_it() -> None:
    said = words(present.schedule(POLICY))
    assert said.index("7 years") < said.index("9 years")
    assert "Chosen by the product" in said
    assert "Chosen by the house" in said
    assert [one["value"] for one in present.class_options(POLICY)] == ["mail"]
    options, chosen, years = present.action_options(POLICY, "mail")
    assert ([one["value"] for one in options], chosen, years) == (["delete", "keep"], "delete", "9")
    assert present.action_options(POLICY, None) == ([], None, "")


@pytest.mark.parametrize(
    ("years", "reason", "paths"),
    [("", "", {"years_count", "reason"}), ("7.5", "Because", {"years_count"}), ("101", "Because", {"years_count"}),
     ("0", "Because", {"years_count"}), ("many", "Because", {"years_count"}), ("7", "x", {"reason"})],
)  # fmt: skip
def test_what_cannot_be_chosen_is_told_at_its_field(years: str, reason: str, paths: set[str]) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        present.change("mail", years, "delete", reason)
    assert {one.path for one in refusal.value.fields} == paths


def test_a_choice_is_read_as_it_was_typed() -> None:
    made = present.change("mail", "8", "keep", "Asked for by the auditor")
    assert (made.record_class, made.years_count, made.action) == ("mail", 8, KEEP)


def test_a_round_says_what_goes_and_what_a_hold_keeps() -> None:
    line = RetentionLine(record_class="mail", label="Mail", action=DELETE, before_on=date(2019, 1, 1), found_count=1200,
                         held_count=3, done_count=1197, sentence="")  # fmt: skip
    found = RetentionReportView(id=None, made_at_utc=WHEN, made_by="Cleo", is_dry_run=True, lines=(line,),
                                archive_name=None, sentence="1,197 records would go.")  # fmt: skip
    said = words(present.round_lines(found))
    for expected in ("What would go now", "Would go", "1,197", "1 January 2019"):
        assert expected in said
    assert "No round was made yet" in words(present.rounds([]))
    assert "1,197 records would go." in words(present.rounds([found]))


@pytest.mark.requirement("X.FR3")
def test_holds_and_locks_stand_with_what_waits_and_only_open_ones_can_be_asked_about() -> None:
    waiting, gone = a_hold(id="h-2", name="Other", request_id="q"), a_hold(id="h-3", released_at_utc=WHEN)
    said = words(present.holds([a_hold(), waiting, gone]))
    for expected in ("Case 12", "A claim.", "Held", "A second person decides", "Released", "The whole house"):
        assert expected in said
    assert [one["value"] for one in present.hold_deeds([a_hold(), waiting, gone])] == ["place", "h-1"]
    open_again = a_lock(id="l-2", unlocked_at_utc=WHEN)
    assert "1 Jan 2026 to 31 Mar 2026" in words(present.locks([a_lock()]))
    assert [one["value"] for one in present.lock_deeds([a_lock(), open_again])] == ["lock", "l-1"]
    assert "Nothing is held" in words(present.holds([]))
    assert "No period is locked" in words(present.locks([]))


def test_forms_of_holds_and_locks_name_every_empty_field_at_once() -> None:
    made = present.new_hold("Case", "client:c-1", "A claim")
    assert (made.scope_kind.value, made.scope_id) == ("client", "c-1")
    assert present.new_hold("Case", "house", "A claim").scope_id is None
    with pytest.raises(InvalidRequest) as refusal:
        present.new_hold("", "house", "")
    assert {one.path for one in refusal.value.fields} == {"name", "reason"}
    with pytest.raises(InvalidRequest) as refusal:
        present.new_lock(None, "2026-01-31", "")
    assert {one.path for one in refusal.value.fields} == {"start_on", "reason"}
    assert present.new_lock("2026-01-01", "2026-01-31", "Reported").end_on == date(2026, 1, 31)


@pytest.mark.requirement("X.FR3")
def test_a_review_is_decided_row_by_row_by_somebody_else() -> None:
    said = words(present.review_rows(a_review()))
    assert said.index("Ben") < said.index("Ann")  # who has a remark comes first
    assert "compliance-reviews-decision" in said
    assert "compliance-reviews-decision" not in words(present.review_rows(a_review(can_review=False)))
    mine = a_review(can_review=False)
    assert "somebody else signs it" in present.review_words(mine, may_write=True)
    assert "somebody else signs it" not in present.review_words(mine, may_write=False)
    assert "No list was made yet" in present.review_words(None, may_write=True)
    changed = a_review(is_unchanged=False, review_note="Ben leaves", reviewed_at_utc=WHEN, reviewed_by="Cleo")
    assert "changed since it was made" in present.review_words(changed, may_write=True)
    signed = a_review(decisions=(AccessRowDecision(user_id="u-2", decision=AccessDecision.REMOVE),), can_review=False)
    assert "To be shut out" in words(present.review_rows(signed))


def test_no_row_is_taken_for_decided_because_nobody_looked() -> None:
    ids = [{"index": "u-1"}, {"index": "u-2"}]
    with pytest.raises(InvalidRequest, match="1 row is not decided yet"):
        present.decisions(ids, ["keep", None])
    made = present.decisions(ids, ["keep", "change"])
    assert [(one.user_id, one.decision.value) for one in made] == [("u-1", "keep"), ("u-2", "change")]
