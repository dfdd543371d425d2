"""Does the tab of lists offer what is open to the reader, say what waits, and show a past day as it was?"""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import compliance_list_deeds as deeds
from callbacks import compliance_listed as listed_page
from callbacks import compliance_lists as page
from callbacks import present_compliance_lists as present
from services.auth.roles import Role
from services.errors import InvalidRequest
from services.messages.compliance_records import ChangeRequestView, RequestState
from services.messages.compliance_restrictions import (
    Covers,
    EntryState,
    EntryView,
    ListImport,
    ListImportProblem,
    Listing,
    ListKind,
    ListScope,
    RestrictionListView,
)

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)


def words(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def a_list(**changed: Any) -> RestrictionListView:
    usual: dict[str, Any] = {
        "id": "l-1", "kind": ListKind.RESTRICTED, "name": "Deals", "scope_kind": ListScope.HOUSE, "scope_id": None,
        "scope_name": None, "note": None, "entries_count": 1250, "created_by": "Cleo", "created_at_utc": WHEN,
        "closed_on": None, "is_sample": False, "row_version": 3, "sentence": "May not be traded for the whole house.",
    }  # fmt: skip
    return RestrictionListView.model_validate(usual | changed)


def an_entry(**changed: Any) -> EntryView:
    usual: dict[str, Any] = {
        "id": "e-1", "list_id": "l-1", "covers": Covers.ASSET, "symbol": "KO", "name": "Coca-Cola", "from_on": DAY,
        "until_on": None, "reason": "We advise it", "added_by": "Cleo", "added_at_utc": WHEN, "removed_on": None,
        "removed_by": None, "removed_at_utc": None, "removal_reason": None, "state": EntryState.IN_FORCE,
        "request_id": None, "row_version": 1,
    }  # fmt: skip
    return EntryView.model_validate(usual | changed)


def a_request(**changed: Any) -> ChangeRequestView:
    usual: dict[str, Any] = {
        "id": "r-1", "kind": "restriction.remove", "object_kind": "restriction_entry", "object_id": "e-1",
        "sentence": "Take Coca-Cola off 'Deals'.", "reason": "The deal is over", "payload": {},
        "state": RequestState.PROPOSED, "requested_by_id": "u-2", "requested_by": "Carl", "requested_at_utc": WHEN,
        "decided_by": None, "decided_at_utc": None, "decision_reason": None, "can_decide": True,
        "can_withdraw": False, "row_version": 1,
    }  # fmt: skip
    return ChangeRequestView.model_validate(usual | changed)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (deeds.Chosen(a_list(), None, None), ["add", "import", "close"]),
        (deeds.Chosen(a_list(), an_entry(), None), ["remove", "add", "import", "close"]),
        (deeds.Chosen(a_list(), an_entry(), a_request()), ["agree", "refuse", "add", "import", "close"]),
        (
            deeds.Chosen(a_list(), an_entry(), a_request(can_decide=False, can_withdraw=True)),
            ["withdraw", "add", "import", "close"],
        ),
        (
            deeds.Chosen(a_list(), an_entry(state=EntryState.OVER), a_request(object_id="l-1")),
            ["agree", "refuse", "add", "import"],
        ),
        (deeds.Chosen(a_list(closed_on=DAY), an_entry(), None), []),
    ],
)
def test_what_is_offered_is_what_the_service_would_do(chosen: deeds.Chosen, expected: list[str]) -> None:
    assert deeds.deeds_of(chosen, may_write=True) == expected
    assert deeds.deeds_of(chosen, may_write=False) == []


@pytest.mark.parametrize("deed", ["remove", "close", "refuse"])
def test_what_takes_away_needs_a_reason_at_its_field(deed: str) -> None:
    filled = deeds.Filled(deeds.Chosen(a_list(), an_entry(), a_request()), "", None, "", None, None, None)
    with pytest.raises(InvalidRequest) as refusal:
        deeds.do_deed(deed, filled)
    assert [problem.path for problem in refusal.value.fields] == ["reason"]


def test_an_import_without_a_file_and_a_decision_that_is_gone_are_said() -> None:
    filled = deeds.Filled(deeds.Chosen(a_list(), None, None), "Because", None, "", None, None, None)
    for deed, said in (("import", "Choose a file"), ("agree", "decided or withdrawn meanwhile"), ("remove", "Choose")):
        with pytest.raises(InvalidRequest, match=said):
            deeds.do_deed(deed, filled)


def test_a_name_is_put_on_with_what_was_typed_and_everything_needs_no_symbol(
    as_role: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(Role.COMPLIANCE)
    sent: list[Any] = []

    def add(list_id: str, new: Any, _actor: Any) -> EntryView:
        sent.append((list_id, new))
        return an_entry()

    monkeypatch.setattr(deeds, "services", lambda: SimpleNamespace(restrictions=SimpleNamespace(add=add)))
    chosen = deeds.Chosen(a_list(), None, None)
    said = deeds.do_deed("add", deeds.Filled(chosen, "We advise it", "issuer", "KO", "2026-11-02", None, None))
    deeds.do_deed("add", deeds.Filled(chosen, "Results", "everything", "KO", None, "2026-12-01", None))
    assert [(one.covers, one.symbol, one.from_on, one.until_on) for _, one in sent] == [
        (Covers.ISSUER, "KO", DAY, None), (Covers.EVERYTHING, None, None, date(2026, 12, 1)),
    ]  # fmt: skip
    assert said == "Coca-Cola is on “Deals” from 2 November 2026 on."


def test_rows_tell_state_by_word_and_a_past_day_as_it_was() -> None:
    assert present.entry_row(an_entry(), None)["state_words"] == "In force"
    assert present.entry_row(an_entry(request_id="r-1"), None)["state_words"] == "Removal waits"
    gone = an_entry(state=EntryState.REMOVED, removed_on=date(2026, 11, 20), removed_by="Carl", removal_reason="Over")
    assert present.entry_row(gone, None)["state_words"] == "Taken off"
    row = present.entry_row(gone, DAY)
    assert row["state_words"] == "Stood then"
    assert present.entry_of({"ids": ["e-1"]}, [row]) == gone
    assert present.entry_of([], [row]) is None
    shown = words(present.entry_words(deeds.Chosen(a_list(), gone, None)))
    assert "From 20 November 2026 on, by Carl: “Over”" in shown
    assert present.list_row(a_list(kind=ListKind.WATCH))["state_words"] == "Watch"


def test_the_sentence_counts_lists_and_names_of_the_day() -> None:
    assert present.summary([], None) == "The house keeps no list yet: nothing is restricted."
    assert present.summary([a_list(), a_list(entries_count=1)], None).startswith(
        "2 lists with 1,251 names in force today"
    )
    assert "on 2 November 2026" in present.summary([a_list()], DAY)


def test_what_waits_says_who_asked_and_that_another_person_decides() -> None:
    chosen = deeds.Chosen(a_list(), an_entry(), a_request(can_decide=False, can_withdraw=True))
    said = present.waiting_words(chosen)
    assert "Asked by Carl: “The deal is over”" in said
    assert said.endswith("Another person than who asked decides.")
    assert present.waiting_words(deeds.Chosen(a_list(), None, None)) == ""


def test_a_file_tells_what_is_not_taken_line_by_line() -> None:
    problem = ListImportProblem(line_number=7, symbol="XYZ", sentence="No asset is called 'XYZ'.")
    found = ListImport(
        is_dry_run=True, lines_count=9, added_count=8, already_count=0, unknown=(problem,), problems=(),
        sentence="8 names would be added.",
    )  # fmt: skip
    shown = words(present.file_words(found))
    assert "8 names would be added." in shown
    assert "1 not taken" in shown
    assert "No asset is called 'XYZ'." in shown
    assert page.raw_of("data:text/csv;base64," + base64.b64encode(b"symbol\nKO").decode()) == b"symbol\nKO"
    assert page.raw_of(None) is None
    assert page.raw_of("data:text/csv;base64,§") is None


def test_what_is_listed_stands_with_its_kinds_and_its_end() -> None:
    one = Listing(
        symbol="KO", name="Coca-Cola", kinds=(ListKind.RESTRICTED, ListKind.WATCH), list_names=("Deals",), until=None,
        reason="We advise it", sentence="It stands on 'Deals'.",
    )  # fmt: skip
    shown = words(present.listed_table([one]))
    assert "Restricted" in shown
    assert "Watch" in shown
    assert "No end" in shown
    assert "No asset is listed" in words(present.listed_table([]))


def test_days_and_portfolios_that_are_not_chosen_are_none() -> None:
    assert page.day_of("2026-11-02") == DAY
    assert page.day_of("2026-11") is None
    assert page.day_of(None) is None
    assert listed_page.portfolio_of("house") is None
    assert listed_page.portfolio_of("p-1") == "p-1"
