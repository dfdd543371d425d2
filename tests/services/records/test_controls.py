"""Do locked days stay as they are, do roles take two people, and can who may do what be shown and reviewed?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from data.store.tables import ApiKey
from services.analyses import Analyses
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_records import (
    AccessDecision,
    AccessRowDecision,
    LimitProposal,
    NewLock,
    RequestState,
)
from services.messages.compliance_restrictions import ListKind, NewEntry, NewRestrictionList
from services.messages.portfolios import HouseLimits, PortfolioChanges
from services.messages.risk import RiskLimitInput, RiskLimitsInput
from services.portfolios import Portfolios
from services.risk import Risk
from tests.services.records.conftest import TODAY, Office

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)
WHY = "The month is closed."


def lock(office: Office) -> str:
    return office.services.locked_periods.lock(NewLock(start_on=FIRST, end_on=LAST, reason=WHY), office.cleo).id


@pytest.mark.requirement("X.FR3")
def test_nothing_is_booked_in_a_locked_period_until_two_people_open_it(office: Office, other: Office) -> None:
    lock_id = lock(office)
    day = timedelta(days=1)
    office.book(("buy", LAST + day, "MSFT", 1, 10))
    other.book(("buy", FIRST, "MSFT", 1, 10))
    for booked in (FIRST - 90 * day, FIRST - day, FIRST, LAST):
        with pytest.raises(Conflict) as refusal:
            office.book(("buy", LAST + day, "MSFT", 1, 10), ("buy", booked, "MSFT", 1, 10))
        assert refusal.value.code == "period_locked"
        assert "1 January 2026 to 31 January 2026 are locked (The month is closed.)" in refusal.value.message
    locks, four_eyes = office.services.locked_periods, office.services.four_eyes
    shown = locks.unlock(lock_id, "A trade was late.", office.cleo)
    assert shown.request_id is not None
    with pytest.raises(Conflict):
        office.book(("buy", FIRST, "MSFT", 1, 10))
    with pytest.raises(NotAllowed):
        four_eyes.approve(shown.request_id, office.cleo)
    four_eyes.approve(shown.request_id, office.carl)
    office.book(("buy", FIRST, "MSFT", 1, 10))
    assert locks.list(office.ann) == ()
    assert locks.list(office.cleo, with_unlocked=True)[0].unlocked_by == "Carl"
    assert lock(office) != lock_id
    assert {row.action for row in office.deeds("locked_period")} == {"locked_period.lock", "locked_period.unlock"}
    with pytest.raises(NotFound):
        other.services.locked_periods.get(lock_id, other.cleo)


def test_a_lock_covers_days_that_have_passed_and_that_are_open(office: Office) -> None:
    lock(office)
    locks = office.services.locked_periods
    with pytest.raises(Conflict, match="locked already"):
        locks.lock(NewLock(start_on=LAST, end_on=LAST, reason=WHY), office.cleo)
    with pytest.raises(InvalidRequest) as refusal:
        locks.lock(NewLock(start_on=TODAY + timedelta(days=1), end_on=TODAY, reason=WHY), office.cleo)
    assert [one.path for one in refusal.value.fields] == ["end_on", "end_on"]
    with pytest.raises(NotAllowed):
        locks.lock(NewLock(start_on=FIRST, end_on=LAST, reason=WHY), office.ann)


def test_restrictions_dated_in_a_locked_period_are_refused(office: Office) -> None:
    lock(office)
    made = office.services.restrictions.create(NewRestrictionList(kind=ListKind.WATCH, name="Watch"), office.cleo)
    with pytest.raises(Conflict, match="locked"):
        office.services.restrictions.add(made.id, NewEntry(symbol="MSFT", from_on=LAST, reason="Late."), office.cleo)
    done = office.services.restriction_files.take_in(
        made.id, b"symbol,from\nMSFT,2026-01-31\nXOM,2026-02-01\n", office.cleo, reason="Late"
    )
    assert (done.added_count, done.problems[0].sentence) == (1, "31 January 2026 lies in or before a locked period.")


@pytest.mark.requirement("X.FR3")
def test_two_administrators_change_a_role_where_the_house_wants_it(office: Office, person: Any) -> None:
    changes, four_eyes, ada = office.services.role_changes, office.services.four_eyes, office.ada
    choice = office.services.four_eyes_choice
    with pytest.raises(Conflict, match="1 administrator"):
        choice.switch("roles", True, "SOX", ada)
    second = person(Role.ADMINISTRATOR, house_name="first", name="Bob")
    assert office.users.set_role(office.ann.user_id, Role.ADVISOR, ada).role is Role.ADVISOR
    assert choice.switch("roles", True, "SOX", ada).for_roles
    with pytest.raises(Conflict) as refusal:
        office.users.set_role(office.ann.user_id, Role.RESEARCHER, ada)
    assert refusal.value.code == "four_eyes"
    with pytest.raises(Conflict) as refusal:
        invite(office, Role.COMPLIANCE)
    assert refusal.value.advice == "Invite them as a viewer, and propose the role once they have accepted."
    assert invite(office, Role.VIEWER).role is Role.VIEWER
    asked = changes.propose(office.ann.user_id, Role.RESEARCHER, "New desk.", ada)
    assert asked.sentence == "Make Ann Researcher instead of Advisor."
    for unfit in (ada, office.cleo):
        with pytest.raises(NotAllowed):
            four_eyes.approve(asked.id, unfit)
    four_eyes.approve(asked.id, second)
    assert office.users.get(office.ann.user_id, ada).role is Role.RESEARCHER
    own = changes.propose(second.user_id, Role.VIEWER, "Leaves.", ada)
    with pytest.raises(Conflict, match="own role"):
        four_eyes.approve(own.id, second)
    four_eyes.withdraw(own.id, ada)
    shown = choice.switch("roles", False, "One is enough.", second)
    assert shown.for_roles
    assert shown.sentence.endswith("a request to switch this off waits for a second person.")
    four_eyes.approve(shown.requests[0].id, ada)
    assert not choice.state(ada).for_roles
    office.users.set_role(office.ann.user_id, Role.ADVISOR, ada)


def invite(office: Office, role: Role) -> Any:
    return office.users.invite(f"{role.value}@example.com", "New", role, office.ada, team_ids=[])


def proposal(position_max_frac: float = 0.30, **more: Any) -> LimitProposal:
    return LimitProposal(house_limits=HouseLimits(position_max_frac=position_max_frac), reason="New client.", **more)


@pytest.mark.requirement("X.FR3")
def test_two_people_change_the_limits_of_a_portfolio_where_the_house_wants_it(office: Office, other: Office) -> None:
    changes, four_eyes, choice = (
        office.services.limit_changes,
        office.services.four_eyes,
        office.services.four_eyes_choice,
    )
    portfolios, risk = Portfolios(office.ports), Risk(office.ports, analyses=Analyses(office.ports), facts=Mock())
    limits = (RiskLimitInput(metric="beta", value=1.2),)
    alone = PortfolioChanges(house_limits=HouseLimits(position_max_frac=0.20))
    portfolios.update(office.portfolio_id, alone, office.ann)
    assert choice.switch("limits", True, "SOX", office.ada).for_limits
    for deed in (
        lambda: portfolios.update(
            office.portfolio_id, PortfolioChanges(house_limits=HouseLimits(position_max_frac=0.40)), office.ann
        ),
        lambda: risk.set_limits(office.portfolio_id, RiskLimitsInput(limits=limits), office.ann),
    ):
        with pytest.raises(Conflict) as refusal:
            deed()
        assert refusal.value.code == "four_eyes"
    portfolios.update(office.portfolio_id, alone.model_copy(update={"name": "Growth II"}), office.ann)  # no other limit
    asked = changes.propose(office.portfolio_id, proposal(risk_limits=limits), office.ann)
    assert asked.sentence == (
        "Growth II: House limits, position max 30.00% instead of 20.00%; limits on risk "
        "(Beta: at most 1.20 is allowed) instead of none."
    )
    with pytest.raises(Conflict, match="waits"):
        changes.propose(office.portfolio_id, proposal(0.35), office.ann)
    with pytest.raises(NotAllowed):
        four_eyes.approve(asked.id, office.ann)
    with pytest.raises(NotFound):
        four_eyes.approve(asked.id, other.cleo)
    four_eyes.approve(asked.id, office.cleo)
    with office.ports.store.read(office.ann) as uow:
        assert uow.portfolios.get(office.portfolio_id).house_limits["position_max_frac"] == 0.30
        assert [(row.metric, row.value) for row in uow.risk_limits.of(office.portfolio_id)] == [("beta", 1.2)]
    rows = office.deeds()[:4]
    assert [(row.action, row.actor_name, row.via) for row in rows[:3]] == [
        ("change_request.approve", "Cleo", "session"), ("portfolio.risk_limits", "Cleo", "session"),
        ("portfolio.update", "Cleo", "session"),
    ]  # fmt: skip
    with pytest.raises(Conflict, match="already"):
        changes.propose(office.portfolio_id, proposal(), office.ann)
    with pytest.raises(NotFound):
        changes.propose(office.portfolio_id, proposal(), other.ann)
    with pytest.raises(InvalidRequest):
        changes.propose(office.portfolio_id, LimitProposal(reason="Nothing."), office.ann)


def test_limits_changed_in_between_are_not_overrun(office: Office) -> None:
    asked = office.services.limit_changes.propose(office.portfolio_id, proposal(), office.ann)
    changed = PortfolioChanges(house_limits=HouseLimits(position_max_frac=0.10))
    Portfolios(office.ports).update(office.portfolio_id, changed, office.ann)
    with pytest.raises(Conflict, match="changed since"):
        office.services.four_eyes.approve(asked.id, office.cleo)


def test_a_proposal_does_not_overrun_a_change_in_between(office: Office, person: Any) -> None:
    second = person(Role.ADMINISTRATOR, house_name="first", name="Bob")
    asked = office.services.role_changes.propose(office.ann.user_id, Role.RESEARCHER, "New desk.", office.ada)
    office.users.set_role(office.ann.user_id, Role.VIEWER, office.ada)
    with pytest.raises(Conflict, match="changed since"):
        office.services.four_eyes.approve(asked.id, second)
    assert office.services.four_eyes.get(asked.id, office.ada).state is RequestState.PROPOSED


@pytest.mark.requirement("X.FR5")
@pytest.mark.requirement("X.FR3")
def test_a_review_of_access_shows_everybody_and_is_looked_at_by_somebody_else(office: Office, clock: Any) -> None:
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        uow.api_keys.add(
            ApiKey(user_id=office.ann.user_id, name="Excel", prefix="p", secret_sha256="s", last4="1234", scopes=["x"])
        )
        uow.users.touch(office.carl.user_id, clock.now_utc() - timedelta(days=100))
        uow.commit()
    made = office.services.access_reviews.make(office.ada)
    rows = {row.name: row for row in made.rows}
    assert set(rows) == {"Ada", "Ann", "Carl", "Cleo"}
    assert rows["Ann"].grants == ("portfolio Growth as Portfolio manager",)
    assert (rows["Ann"].keys_count, rows["Ann"].keys_without_end_count) == (1, 1)
    assert rows["Ann"].remarks == ("Never signed in.", "1 key without an end.")
    assert rows["Carl"].remarks == ("Not seen since 22 November 2025.", "Compliance without a second factor.")
    with pytest.raises(NotAllowed) as refusal:
        office.services.access_reviews.review(made.id, "Seen.", office.ada)
    assert refusal.value.code == "maker_is_checker"
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        uow.users.update(office.ann.user_id, {"role": "viewer"})
        uow.commit()
    done = office.services.access_reviews.review(made.id, "Ann's key goes.", office.cleo, made.row_version)
    assert (done.reviewed_by, done.is_unchanged, done.rows) == ("Cleo", True, made.rows)
    assert done.decisions == ()
    with pytest.raises(Conflict, match="already"):
        office.services.access_reviews.review(made.id, "Again.", office.carl)
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        row = uow.access_reviews.get(made.id)
        row.content = {"rows": row.content["rows"][1:]}
        uow.commit()
    assert not office.services.access_reviews.get(made.id, office.cleo).is_unchanged
    with pytest.raises(NotAllowed):
        office.services.access_reviews.list(office.ann)


def test_what_one_asks_for_is_seen_by_oneself_and_by_those_who_decide(office: Office, other: Office) -> None:
    asked = office.services.role_changes.propose(office.ann.user_id, Role.VIEWER, "Leaves.", office.ada)
    assert office.services.four_eyes.list(office.ann).items == ()
    with pytest.raises(NotFound):
        office.services.four_eyes.get(asked.id, office.ann)
    with pytest.raises(NotFound):
        office.services.four_eyes.get(asked.id, other.ada)
    with pytest.raises(NotFound):
        office.services.four_eyes.approve(asked.id, other.ada)
    seen = office.services.four_eyes.get(asked.id, office.cleo)
    assert (seen.can_decide, seen.can_withdraw) == (False, False)  # roles are for administrators


def test_a_review_is_signed_when_every_row_is_decided(office: Office) -> None:
    reviews = office.services.access_reviews
    made = reviews.make(office.ada)
    keep = [AccessRowDecision(user_id=one.user_id, decision=AccessDecision.KEEP) for one in made.rows]
    with pytest.raises(InvalidRequest) as refusal:
        reviews.review(made.id, "Seen.", office.cleo, decisions=keep[1:])
    assert f"Not decided yet: {made.rows[0].name}." in refusal.value.fields[0].message
    stranger = AccessRowDecision(user_id="nobody", decision=AccessDecision.KEEP)
    with pytest.raises(InvalidRequest) as refusal:
        reviews.review(made.id, "Seen.", office.cleo, decisions=[*keep, stranger])
    assert "'nobody' is not on this list" in refusal.value.fields[0].message
    assert reviews.get(made.id, office.cleo).reviewed_at_utc is None
    last = AccessRowDecision(user_id=made.rows[-1].user_id, decision=AccessDecision.REMOVE)
    done = reviews.review(made.id, "One leaves.", office.cleo, made.row_version, [*keep[:-1], last])
    assert set(done.decisions) == {*keep[:-1], last}
    assert "1 of them is to be changed or shut out" in done.sentence
    assert reviews.get(made.id, office.cleo).is_unchanged
    deed = next(row for row in office.deeds("access_review") if row.action == "access_review.review")
    assert deed.after is not None
    assert deed.after["decisions"][last.user_id] == "remove"


def signed(office: Office, **said: AccessDecision) -> Any:
    """Make a list and sign it with decisions by name; all others stay as they are."""
    reviews = office.services.access_reviews
    made = reviews.make(office.ada)
    decisions = [
        AccessRowDecision(user_id=one.user_id, decision=said.get(one.name, AccessDecision.KEEP)) for one in made.rows
    ]
    return reviews.review(made.id, "Looked at.", office.cleo, made.row_version, decisions)


def change(office: Office, user_id: str, **changes: Any) -> None:
    with office.ports.store.system(office.cleo.tenant_id) as uow:
        uow.users.update(user_id, changes)
        uow.commit()


@pytest.mark.requirement("X.FR3")
@pytest.mark.requirement("X.FR5")
def test_a_review_stays_open_until_what_it_took_away_is_gone(office: Office, other: Office) -> None:
    reviews = office.services.access_reviews
    review = signed(office, Ann=AccessDecision.REMOVE, Carl=AccessDecision.CHANGE)
    assert [(one.name, one.is_done) for one in review.follow_ups] == [("Ann", False), ("Carl", False)]
    assert review.follow_ups[0].sentence == (
        "Ann still comes in as Portfolio manager, portfolio Growth as Portfolio manager."
    )
    assert review.sentence.endswith("2 of them are to be changed or shut out, 2 not done yet.")
    assert not review.can_close
    assert [one.id for one in reviews.unclosed(office.ada)] == [review.id]  # who can carry it out
    assert [one.id for one in reviews.unclosed(office.cleo)] == [review.id]  # who signed it
    assert reviews.unclosed(office.carl) == ()
    with pytest.raises(Conflict) as refusal:
        reviews.close(review.id, office.cleo)
    assert refusal.value.code == "follow_up_open"
    assert "Ann still comes in" in refusal.value.message
    change(office, office.ann.user_id, is_active=False)
    change(office, office.carl.user_id, role="viewer")
    seen = reviews.get(review.id, office.cleo)
    assert [one.sentence for one in seen.follow_ups] == ["Ann is shut out.", "Carl is Viewer now."]
    assert seen.can_close
    with pytest.raises(NotFound):
        reviews.close(review.id, other.cleo)
    done = reviews.close(review.id, office.ada, seen.row_version)
    assert (done.closed_by, done.can_close) == ("Ada", False)
    assert done.sentence.endswith("all done; closed.")
    assert reviews.unclosed(office.ada) == ()
    change(office, office.ann.user_id, is_active=True)  # let in again a year later: nothing of the old review
    assert all(one.is_done for one in reviews.get(review.id, office.ada).follow_ups)
    with pytest.raises(Conflict, match="closed already"):
        reviews.close(review.id, office.ada)
    assert [row.action for row in office.deeds("access_review.close")] == ["access_review.close"]


def test_a_review_that_keeps_everybody_is_closed_with_its_signature(office: Office) -> None:
    review = signed(office)
    assert (review.closed_by, review.follow_ups) == ("Cleo", ())
    unsigned = office.services.access_reviews.make(office.ada)
    with pytest.raises(Conflict, match="not signed yet"):
        office.services.access_reviews.close(unsigned.id, office.cleo)
