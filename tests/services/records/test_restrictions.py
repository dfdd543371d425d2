"""Do lists say what may not be traded on a day, and does no single person take a name off?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from services.compliance.lists import EVERYTHING, listings
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_records import RequestState
from services.messages.compliance_restrictions import (
    Covers,
    EntryState,
    ListKind,
    ListScope,
    NewEntry,
    NewRestrictionList,
    RestrictionListChanges,
)
from tests.services.records.conftest import TODAY, Office

DAY = timedelta(days=1)


def make(office: Office, kind: ListKind = ListKind.RESTRICTED, **more: Any) -> str:
    wish = NewRestrictionList(kind=kind, name=more.pop("name", f"{kind.value} list"), **more)
    return office.services.restrictions.create(wish, office.cleo).id


def put(office: Office, list_id: str, symbol: str | None = "GOOG", **more: Any) -> str:
    wish = NewEntry(symbol=symbol, reason=more.pop("reason", "Inside information."), **more)
    return office.services.restrictions.add(list_id, wish, office.cleo).id


def listed(office: Office, on: date = TODAY, *, who: Any = None, **more: Any) -> dict[str, set[str]]:
    """Return the kinds by symbol."""
    symbols = {key: symbol for symbol, key in office.assets.items()} | {EVERYTHING: "*"}
    with office.ports.store.read(who or office.ann) as uow:
        found = listings(uow, office.portfolio_id, on, **more)
    return {symbols[key]: set(one.kinds) for key, one in found.items()}


@pytest.mark.requirement("4.3.F5")
def test_a_name_counts_on_its_days_both_included(office: Office) -> None:
    put(office, make(office), from_on=TODAY - DAY, until_on=TODAY + DAY)
    days = [TODAY + number * DAY for number in range(-2, 3)]
    assert [bool(listed(office, day)) for day in days] == [False, True, True, True, False]


@pytest.mark.requirement("4.3.F5")
def test_an_issuer_and_a_group_reach_every_class_of_shares(office: Office) -> None:
    put(office, make(office), covers=Covers.ISSUER)
    put(office, make(office, ListKind.WATCH), "GOOGL", covers=Covers.ISSUER_GROUP)
    assert listed(office) == {"GOOG": {"restricted", "watch"}, "GOOGL": {"restricted", "watch"}}
    with pytest.raises(InvalidRequest) as refusal:
        put(office, make(office, name="Other"), "XOM", covers=Covers.ISSUER)
    assert refusal.value.fields[0].path == "covers"


def test_lists_of_others_portfolios_clients_and_people_do_not_count(office: Office, other: Office) -> None:
    put(office, make(office, ListKind.EXCLUSION, scope_kind=ListScope.CLIENT, scope_id=office.client_id, name="No oil"))
    mine = make(office, ListKind.BLACKOUT, scope_kind=ListScope.PERSON, scope_id=office.ann.user_id, name="Ann")
    put(office, mine, None, covers=Covers.EVERYTHING, until_on=TODAY)
    put(other, make(other), "MSFT")
    assert listed(office) == {"GOOG": {"exclusion"}}
    assert listed(office, person_id=office.ann.user_id) == {"GOOG": {"exclusion"}, "*": {"blackout"}}
    both = listed(office, person_id=office.ann.user_id, asset_ids={office.assets["MSFT"], office.assets["GOOG"]})
    assert both == {"GOOG": {"exclusion", "blackout"}, "MSFT": {"blackout"}}
    with office.ports.store.read(office.ann) as uow:
        assert not listings(uow, None, TODAY)  # the house itself lists nothing
    assert listed(other) == {"MSFT": {"restricted"}}
    with pytest.raises(NotFound):
        other.services.restrictions.get(mine, other.cleo)
    with pytest.raises(NotFound):
        other.services.restrictions.listed(office.portfolio_id, other.ann)


@pytest.mark.requirement("4.3.F5")
def test_a_restricted_name_leaves_by_two_people_only(office: Office) -> None:
    entry_id = put(office, make(office))
    restrictions, four_eyes = office.services.restrictions, office.services.four_eyes
    asked = restrictions.remove(entry_id, "Published today.", office.cleo)
    assert asked.request is not None
    assert asked.entry.state is EntryState.IN_FORCE
    assert listed(office) == {"GOOG": {"restricted"}}
    with pytest.raises(Conflict, match="waits for a second person"):
        restrictions.remove(entry_id, "Once more.", office.carl)
    with pytest.raises(NotAllowed) as refusal:
        four_eyes.approve(asked.request.id, office.cleo)
    assert refusal.value.code == "maker_is_checker"
    with pytest.raises(NotFound):
        four_eyes.approve(asked.request.id, office.ann)
    done = four_eyes.approve(asked.request.id, office.carl, "Seen.")
    assert (done.state, done.decided_by) == (RequestState.APPROVED, "Carl")
    assert listed(office) == {}
    assert listed(office, TODAY - DAY) == {}
    entry = restrictions.entries(asked.entry.list_id, office.cleo).items[0]
    assert (entry.state, entry.removed_by, entry.removal_reason) == (EntryState.REMOVED, "Cleo", "Published today.")
    with pytest.raises(Conflict, match="approved already"):
        four_eyes.reject(asked.request.id, office.carl, "Too late.")
    actions = [row.action for row in office.deeds()]
    assert actions[:4] == ["change_request.approve", "restriction.remove", "change_request.propose", "restriction.add"]


def test_a_watched_name_leaves_at_once_and_a_rejected_or_withdrawn_wish_changes_nothing(office: Office) -> None:
    restrictions, four_eyes = office.services.restrictions, office.services.four_eyes
    done = restrictions.remove(put(office, make(office, ListKind.WATCH)), "Not needed.", office.cleo)
    assert (done.request, done.entry.state) == (None, EntryState.REMOVED)
    entry_id = put(office, make(office), "MSFT")
    first = restrictions.remove(entry_id, "Published.", office.cleo).request
    assert first is not None
    assert four_eyes.reject(first.id, office.carl, "It is not.").state is RequestState.REJECTED
    second = restrictions.remove(entry_id, "Published.", office.cleo).request
    assert second is not None
    with pytest.raises(NotAllowed):
        four_eyes.withdraw(second.id, office.carl)
    assert four_eyes.withdraw(second.id, office.cleo).state is RequestState.WITHDRAWN
    assert listed(office) == {"MSFT": {"restricted"}}


def test_what_was_known_on_a_past_day_can_be_told(office: Office, clock: Any) -> None:
    list_id = make(office, ListKind.WATCH)
    entry_id = put(office, list_id, from_on=TODAY)
    noon = clock.now_utc()
    clock.advance(days=3)
    put(office, list_id, "MSFT", from_on=TODAY)  # entered late, for days that had begun
    office.services.restrictions.remove(entry_id, "Not needed.", office.cleo)
    clock.advance(days=3)
    assert listed(office, TODAY) == {"GOOG": {"watch"}, "MSFT": {"watch"}}
    assert listed(office, TODAY, known_at_utc=noon) == {"GOOG": {"watch"}}
    assert listed(office, TODAY + 4 * DAY) == {"MSFT": {"watch"}}
    assert listed(office, TODAY + 4 * DAY, known_at_utc=noon) == {"GOOG": {"watch"}}
    shown = office.services.restrictions.entries(list_id, office.cleo, on=TODAY).items
    assert {one.symbol for one in shown} == {"GOOG", "MSFT"}


def test_closing_a_restricted_list_takes_two_people(office: Office) -> None:
    list_id = make(office)
    put(office, list_id)
    shown = office.services.restrictions.close(list_id, "All published.", office.cleo)
    assert shown.closed_on is None
    waiting = office.services.four_eyes.list(office.carl, state=RequestState.PROPOSED).items
    office.services.four_eyes.approve(waiting[0].id, office.carl)
    assert listed(office) == {}
    assert listed(office, TODAY - DAY) == {}
    assert office.services.restrictions.get(list_id, office.cleo).closed_on == TODAY
    with pytest.raises(Conflict, match="closed"):
        put(office, list_id, "MSFT")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"symbol": "NOPE"}, "symbol"),
        ({"symbol": None}, "symbol"),
        ({"until_on": TODAY - DAY}, "until_on"),
        ({"symbol": None, "covers": Covers.EVERYTHING}, "covers"),
        ({"symbol": "MSFT", "covers": Covers.ISSUER_GROUP}, "covers"),
    ],
)
def test_a_wrong_entry_names_the_field(office: Office, wish: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        put(office, make(office), **wish)
    assert [one.path for one in refusal.value.fields] == [field]
    assert refusal.value.fields[0].advice


def test_a_blackout_has_a_last_day_and_a_name_stands_once(office: Office) -> None:
    blackout = make(office, ListKind.BLACKOUT)
    with pytest.raises(InvalidRequest, match="list"):
        put(office, blackout)
    put(office, blackout, until_on=TODAY + DAY)
    with pytest.raises(Conflict, match="already"):
        put(office, blackout, until_on=TODAY + 2 * DAY)
    put(office, blackout, from_on=TODAY + 2 * DAY, until_on=TODAY + 3 * DAY)


def test_who_may_not_write_lists_is_refused_and_lists_have_names_of_their_own(office: Office) -> None:
    wish = NewRestrictionList(kind=ListKind.WATCH, name="Watch")
    with pytest.raises(NotAllowed):
        office.services.restrictions.create(wish, office.ann)
    made = office.services.restrictions.create(wish, office.ada)
    with pytest.raises(Conflict, match="already"):
        office.services.restrictions.create(NewRestrictionList(kind=ListKind.WATCH, name="watch"), office.cleo)
    changed = office.services.restrictions.update(
        made.id, RestrictionListChanges(name="Deals"), office.cleo, made.row_version
    )
    assert (changed.name, changed.sentence) == ("Deals", "Trades are looked at for the whole house: 0 names.")
    with pytest.raises(InvalidRequest):
        office.services.restrictions.create(
            NewRestrictionList(kind=ListKind.WATCH, name="x", scope_kind=ListScope.PORTFOLIO, scope_id="nobody"),
            office.cleo,
        )


def test_a_file_brings_what_is_known_and_tells_of_the_rest(office: Office) -> None:
    list_id = make(office, ListKind.WATCH)
    raw = (
        b"Symbol;From;Until;Reason\nGOOG;2026-03-01;;Deal\nNOPE;;;Deal\nMSFT;soon;;Deal\nmsft;;2026-06-30;\n"
        b"XOM;2026-03-02;2026-03-01;Deal\nGOOG;2026-03-01;;Deal\n"
    )
    files = office.services.restriction_files
    tried = files.take_in(list_id, raw, office.cleo, reason="From the deal team", is_dry_run=True)
    assert listed(office) == {}
    done = files.take_in(list_id, raw, office.cleo, reason="From the deal team")
    assert done.model_copy(update={"is_dry_run": True, "sentence": ""}) == tried.model_copy(update={"sentence": ""})
    assert (done.added_count, done.already_count, done.lines_count) == (2, 1, 6)
    assert [(one.line_number, one.symbol) for one in done.unknown] == [(3, "NOPE")]
    assert [one.line_number for one in done.problems] == [4, 6]
    assert "cannot be read" in done.problems[0].sentence
    assert done.sentence.startswith("2 names were put on 'watch list'; 1 stands on it already; 1 name is not known")
    assert listed(office, date(2026, 7, 1)) == {"GOOG": {"watch"}}
    again = files.take_in(list_id, raw, office.cleo, reason="From the deal team")
    assert (again.added_count, again.already_count) == (0, 3)
    assert len(office.deeds("restriction_list.import")) == 1
    with pytest.raises(InvalidRequest, match="cannot be read"):
        files.take_in(list_id, b"name\nx\n", office.cleo)


windows = st.tuples(st.integers(0, 20), st.integers(0, 20) | st.none(), st.integers(0, 20) | st.none())


@with_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.tuples(st.sampled_from(["GOOG", "MSFT", "XOM"]), windows), max_size=6))
def test_any_history_of_a_list_is_that_of_a_plain_table(office: Office, names: list[Any]) -> None:
    """The lists of a day are compared with a table that is filtered by hand."""
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        for row in uow.restriction_lists.all():
            uow.restriction_lists.delete(row.id)
        from data.store.tables import RestrictionEntry, RestrictionList

        row = uow.restriction_lists.add(RestrictionList(kind="watch", name="Plain", scope_kind="house"))
        for symbol, (start, length, removed) in names:
            uow.restriction_entries.add(
                RestrictionEntry(
                    list_id=row.id, asset_id=office.assets[symbol], from_on=TODAY + start * DAY, reason="why",
                    until_on=None if length is None else TODAY + (start + length) * DAY,
                    removed_on=None if removed is None else TODAY + removed * DAY,
                )
            )  # fmt: skip
        uow.commit()
    for number in range(0, 45, 3):
        wanted = {
            symbol
            for symbol, (start, length, removed) in names
            if start <= number
            and (length is None or number <= start + length)
            and (removed is None or number < removed)
        }
        assert set(listed(office, TODAY + number * DAY)) == wanted
