"""Can clients and their answers be kept, versioned, and hidden from those whom they do not concern?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.roles import Role
from services.clients_profile import rate_answers
from services.errors import InvalidRequest, NotAllowed, NotFound, Stale
from services.messages.clients import ClientChanges, Contact, Knowledge, NewClient, ProfileAnswers


def answers(**fields):
    return ProfileAnswers(**({"risk_tolerance": 3, "horizon_years": 10.0, "loss_capacity_frac": 0.2} | fields))


def test_two_fictitious_clients_are_there_with_scored_profiles(shared_house):
    clients = shared_house.clients.list(shared_house.manager)
    assert {client.name for client in clients} == {"Marlow Foundation", "Hollis Family Office"}
    assert sum(client.portfolios_count for client in clients) == 3
    for client in clients:
        assert client.is_sample
        assert client.profile.version == 1
        assert 1 <= client.profile.score <= 5
        assert client.contact.email.endswith(".invalid")


def test_a_client_is_created_changed_deleted_and_restored(house):
    new = NewClient(name=" Ada ", contact=Contact(email="ada@example.org"), profile=answers())
    client = house.clients.create(new, house.manager)
    assert (client.name, client.contact.email, client.profile.version) == ("Ada", "ada@example.org", 1)
    assert client.reference.startswith("C-")
    changed = house.clients.update(client.id, ClientChanges(name="Ada B"), house.manager, client.row_version)
    assert (changed.name, changed.contact) == ("Ada B", client.contact)
    assert changed.row_version > client.row_version
    with pytest.raises(Stale):
        house.clients.update(client.id, ClientChanges(name="C"), house.manager, client.row_version)
    house.clients.delete(client.id, house.manager, changed.row_version)
    with pytest.raises(NotFound):
        house.clients.get(client.id, house.manager)
    assert house.clients.restore(client.id, house.manager).name == "Ada B"


def test_each_save_of_the_questionnaire_is_a_new_version_and_history_stays(house):
    client = house.clients.create(NewClient(name="Ada", profile=answers(risk_tolerance=2)), house.manager)
    second = house.clients.save_profile(client.id, answers(risk_tolerance=5, dated_on=date(2022, 11, 1)), house.manager)
    assert (second.version, second.dated_on) == (2, date(2022, 11, 1))
    versions = house.clients.profiles(client.id, house.manager)
    assert [(profile.version, profile.risk_tolerance) for profile in versions] == [(2, 5), (1, 2)]
    assert house.clients.get(client.id, house.manager).profile == second


def test_every_problem_is_named_at_once(house):
    new = NewClient(
        name="  ",
        contact=Contact(email="nonsense", phone="call me"),
        profile=answers(dated_on=date(2030, 1, 1)),
    )
    with pytest.raises(InvalidRequest) as caught:
        house.clients.create(new, house.manager)
    assert [problem.path for problem in caught.value.fields] == [
        "name", "contact.email", "contact.phone", "profile.dated_on",
    ]  # fmt: skip


def test_whoever_may_not_see_personal_data_gets_a_reference(shared_house):
    for client in shared_house.clients.list(shared_house.actors[Role.VIEWER]):
        assert client.name == client.reference
        assert client.contact is None
    assert {c.name for c in shared_house.clients.list(shared_house.actors[Role.COMPLIANCE])} == {
        "Marlow Foundation", "Hollis Family Office",
    }  # fmt: skip
    for role in (Role.RESEARCHER, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            shared_house.clients.list(shared_house.actors[role])


def test_clients_of_another_tenant_do_not_exist(shared_house):
    client = shared_house.clients.list(shared_house.manager)[0]
    assert shared_house.clients.list(shared_house.stranger) == ()
    with pytest.raises(NotFound):
        shared_house.clients.get(client.id, shared_house.stranger)
    with pytest.raises(NotFound):
        shared_house.clients.save_profile(client.id, answers(), shared_house.stranger)


@given(st.integers(1, 5), st.floats(0.1, 80), st.floats(0, 1), st.sampled_from(list(Knowledge)))
def test_the_score_stays_in_its_range_and_never_exceeds_its_caps(tolerance, horizon, capacity, knowledge):
    given_answers = answers(
        risk_tolerance=tolerance, horizon_years=horizon, loss_capacity_frac=capacity, knowledge=knowledge
    )
    score = rate_answers(given_answers)
    assert 1.0 <= score.value <= 5.0
    if horizon < 2:
        assert score.value <= 2.0
    if capacity < 0.05:
        assert score.value <= 2.0
    if knowledge is Knowledge.NONE:
        assert score.value <= 3.0
    if tolerance < 5:
        more = given_answers.model_copy(update={"risk_tolerance": tolerance + 1})
        assert rate_answers(more).value >= score.value
    assert score.sentence
