"""Nobody sees what was not granted, and no tenant sees another: for every table and every role."""

from dataclasses import replace

import numpy as np
import pytest

from data.errors import RowNotFound, RowReadOnly, RowRefused
from data.store import Store, SystemActor
from data.store.base import Base
from data.store.tables import (
    Asset,
    Client,
    ClientPersonal,
    DailyValuation,
    LedgerTransaction,
    Lot,
    Portfolio,
    RoleGrant,
    Run,
    RunResult,
)
from data.store.visibility import RULES, condition, visible
from data.store.visible_groups import PARENTS
from tests.data.store.furnishing import fill

PEOPLE = ("viewer", "advisor", "portfolio_manager", "researcher", "compliance", "administrator", "outsider")
INSTALLATION_WIDE = {"sign_in_throttle", "scheduler_lease"}


@pytest.fixture(scope="session")
def furnished(lasting_url, build_house):
    """A database with two full tenants, made once; its address and the tenants."""
    made = Store(lasting_url, audit_key=b"visibility")
    houses = build_house(made, "first"), build_house(made, "second")
    for house in houses:
        fill(made, house)
    made.dispose()
    return lasting_url, houses


@pytest.fixture
def url(furnished, copy_of):
    """A copy of the furnished database for each test."""
    with copy_of(furnished[0]) as address:
        yield address


@pytest.fixture
def both(furnished):
    return furnished[1]


def keys_of(store, model, actor):
    names = [column.name for column in model.__table__.primary_key.columns]
    with store.read(actor) as uow:
        rows = uow._ctx.session.scalars(visible(model, actor, deleted=True)).all()
    return {tuple(getattr(row, name) for name in names) for row in rows}


def test_every_table_has_a_rule():
    mapped = {mapper.class_ for mapper in Base.registry.mappers}
    assert set(RULES) == mapped


def test_two_tenants_share_not_one_row_of_any_table(store, both):
    for one, other in (both, both[::-1]):
        for model in RULES:
            if model.__tablename__ in INSTALLATION_WIDE:
                continue
            theirs = keys_of(store, model, SystemActor(other.tenant_id))
            assert theirs, f"the test has no row of {model.__tablename__}"
            assert theirs.isdisjoint(keys_of(store, model, SystemActor(one.tenant_id))), model.__tablename__
            for name in PEOPLE:
                assert theirs.isdisjoint(keys_of(store, model, one.people[name])), (model.__tablename__, name)


def test_somebody_of_the_tenant_sees_each_of_its_rows(store, both):
    """The rules are not just a wall: what belongs to the manager's team is seen by the manager or compliance."""
    house = both[0]
    hidden = INSTALLATION_WIDE | {"mail_message"}
    for model in RULES:
        if model.__tablename__ in hidden:
            continue
        seen = keys_of(store, model, house.portfolio_manager) | keys_of(store, model, house.compliance)
        assert seen, model.__tablename__


HOLDINGS = (Client, Portfolio, LedgerTransaction, Lot, DailyValuation, Run, RunResult)


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("viewer", True), ("advisor", True), ("portfolio_manager", True), ("researcher", True), ("compliance", True),
        ("administrator", False), ("outsider", False),
    ],
)  # fmt: skip
def test_grants_run_from_the_team_down_to_the_ledger(store, both, name, sees):
    for model in HOLDINGS:
        assert bool(keys_of(store, model, both[0].people[name])) is sees, model.__tablename__


def test_an_empty_grant_set_sees_nothing_that_is_granted(store, both):
    house = both[0]
    with store.system(house.tenant_id) as uow:
        for person in house.people.values():
            for grant in uow.grants.for_principal(person.user_id):
                uow.grants.delete(grant.id)
        for grant in uow.grants.for_principal(house.team_id):
            uow.grants.delete(grant.id)
        uow.commit()
    for name in ("viewer", "advisor", "researcher", "administrator", "outsider"):
        for model in HOLDINGS:
            assert not keys_of(store, model, house.people[name]), (name, model.__tablename__)


def test_a_key_without_scopes_sees_nothing_at_all(store, both):
    for name in PEOPLE:
        key = replace(both[0].people[name], scopes=frozenset())
        for model in RULES:
            assert not keys_of(store, model, key), (name, model.__tablename__)


@pytest.mark.parametrize("kind", ["tenant", "team", "client", "portfolio"])
@pytest.mark.parametrize("role", ["portfolio_manager", "viewer"])
def test_a_grant_on_each_level_opens_the_portfolio_below_and_its_withdrawal_closes_it(store, both, kind, role):
    house = both[0]
    outsider = house.outsider
    target = {"tenant": house.tenant_id, "team": house.team_id, "client": house.client_id,
              "portfolio": house.portfolio_id}[kind]  # fmt: skip
    with store.work(house.administrator) as uow:
        uow.grants.give("user", outsider.user_id, kind, target, role)
        uow.commit()
    with store.work(outsider) as uow:
        assert uow.portfolios.get(house.portfolio_id).id == house.portfolio_id
        assert uow.runs.get(house.run_id).id == house.run_id
        assert len(uow.ledger.entries(house.portfolio_id)) == 1
        if role == "viewer":
            with pytest.raises(RowReadOnly):
                uow.portfolios.update(house.portfolio_id, {"name": "x"})
        else:
            uow.portfolios.update(house.portfolio_id, {"name": "x"})
    with store.read(outsider) as uow:
        found = uow.clients.find(house.client_id)
        assert (found is None) == (kind == "portfolio")
    with store.work(house.administrator) as uow:
        assert uow.grants.take("user", outsider.user_id, kind, target)
        uow.commit()
    with store.read(outsider) as uow, pytest.raises(RowNotFound):
        uow.portfolios.get(house.portfolio_id)


def test_leaving_the_team_or_its_deletion_closes_its_portfolios(store, both):
    house = both[0]
    with store.work(house.administrator) as uow:
        uow.teams.remove_member(house.team_id, house.advisor.user_id)
        uow.commit()
    with store.read(house.advisor) as uow, pytest.raises(RowNotFound):
        uow.portfolios.get(house.portfolio_id)
    with store.work(house.administrator) as uow:
        uow.teams.delete(house.team_id)
        uow.commit()
    with store.read(house.portfolio_manager) as uow, pytest.raises(RowNotFound):
        uow.portfolios.get(house.portfolio_id)


def test_a_researcher_never_sees_what_names_a_client(store, both):
    house = both[0]
    assert not keys_of(store, ClientPersonal, house.researcher)
    with store.read(house.researcher) as uow:
        record = uow.clients.record(house.client_id)
        assert record.personal is None
        assert record.display_name == record.client.reference
        assert uow.clients.names([house.client_id]) == {house.client_id: record.client.reference}
    with store.read(house.advisor) as uow:
        assert uow.clients.record(house.client_id).display_name == "Client of first"
    with store.work(house.researcher) as uow, pytest.raises(RowReadOnly):
        uow.clients.update(house.client_id, {"name": "x"})


def test_compliance_reads_all_of_its_tenant_and_writes_none(store, both):
    house = both[0]
    with store.system(house.tenant_id) as uow:
        apart = uow.portfolios.add(Portfolio(name="Apart", base_currency="USD", strategy="balanced"))
        uow.commit()
    with store.work(house.compliance) as uow:
        assert {row.id for row in uow.portfolios.all()} == {house.portfolio_id, apart.id}
        for attempt in (
            lambda: uow.portfolios.update(house.portfolio_id, {"name": "x"}),
            lambda: uow.portfolios.delete(house.portfolio_id),
            lambda: uow.portfolios.add(Portfolio(name="N", base_currency="USD", strategy="balanced")),
            lambda: uow.clients.update(house.client_id, {"client_type": "institution"}),
            lambda: uow.clients.create(Client(client_type="individual"), name="N"),
            lambda: uow.ledger.append(house.portfolio_id, []),
            lambda: uow.targets.save(house.portfolio_id, {}, name="N"),
            lambda: uow.runs.delete(house.run_id),
            lambda: uow.grants.give("user", house.outsider.user_id, "portfolio", apart.id, "viewer"),
            lambda: uow.teams.update(house.team_id, {"name": "x"}),
            lambda: uow.users.update(house.viewer.user_id, {"name": "x"}),
        ):
            with pytest.raises(RowReadOnly):
                attempt()


def test_administrators_manage_people_and_see_no_holdings(store, both):
    house = both[0]
    with store.work(house.administrator) as uow:
        assert len(uow.users.all()) == len(PEOPLE)
        uow.users.update(house.viewer.user_id, {"role": "advisor"})
        uow.commit()
        assert uow.portfolios.all() == []
        kinds = {row.object_kind for row in uow.audit.page().rows}
    assert kinds == {"setting"}
    with store.work(house.portfolio_manager) as uow, pytest.raises(RowReadOnly):
        uow.users.update(house.advisor.user_id, {"role": "administrator"})
    with store.work(house.portfolio_manager) as uow, pytest.raises(RowReadOnly):
        uow.grants.add(
            RoleGrant(principal_kind="user", principal_id="x", object_kind="tenant", object_id="y", role="viewer")
        )
    with store.work(house.portfolio_manager) as uow, pytest.raises(RowReadOnly):
        uow.settings.put("theme", 1)


def test_ids_of_another_tenant_are_refused_wherever_they_are_handed_in(store, both):
    one, other = both
    manager = one.portfolio_manager
    with store.work(manager) as uow:
        for attempt in (
            lambda: uow.portfolios.get(other.portfolio_id),
            lambda: uow.portfolios.update(one.portfolio_id, {"client_id": other.client_id}),
            lambda: uow.portfolios.update(one.portfolio_id, {"team_id": other.team_id}),
            lambda: uow.portfolios.add(
                Portfolio(name="N", base_currency="USD", strategy="x", client_id=other.client_id)
            ),
            lambda: uow.clients.create(Client(client_type="individual", team_id=other.team_id), name="N"),
            lambda: uow.clients.record(other.client_id),
            lambda: uow.ledger.append(other.portfolio_id, []),
            lambda: uow.valuations.replace_from(other.portfolio_id, None, []),
            lambda: uow.lots.replace(other.portfolio_id, []),
            lambda: uow.runs.request_cancel(other.run_id),
            lambda: uow.benchmarks.get(other.asset_id),
            lambda: uow.sessions.end(other.viewer.user_id, "x"),
        ):
            with pytest.raises(RowNotFound):
                attempt()
        assert uow.ledger.entries(other.portfolio_id) == []
        assert uow.valuations.history(other.portfolio_id) == []
        assert uow.runs.result(other.run_id) is None
        assert uow.targets.current(other.portfolio_id) is None
        assert uow.prices.series(other.asset_id) is None
        assert np.isnan(uow.prices.panel([other.asset_id, one.asset_id]).values[:, 0]).all()
        with pytest.raises(RowRefused, match="another tenant"):
            uow.portfolios.add(Portfolio(tenant_id=other.tenant_id, name="N", base_currency="USD", strategy="x"))
    with store.work(one.administrator) as uow:
        for attempt in (
            lambda: uow.grants.give("user", other.outsider.user_id, "portfolio", one.portfolio_id, "viewer"),
            lambda: uow.grants.give("user", one.outsider.user_id, "portfolio", other.portfolio_id, "viewer"),
            lambda: uow.teams.add_member(one.team_id, other.outsider.user_id),
            lambda: uow.teams.add_member(other.team_id, one.outsider.user_id),
            lambda: uow.users.get(other.viewer.user_id),
        ):
            with pytest.raises(RowNotFound):
                attempt()


def test_shared_reference_data_is_read_by_all_and_changed_by_the_product_alone(store, both):
    with store.system() as uow:
        shared = uow.assets.add(Asset(symbol="AAPL", name="Apple", asset_class="equity", currency="USD"))
        uow.commit()
    for house in both:
        with store.work(house.portfolio_manager) as uow:
            assert uow.assets.by_symbols(["AAPL"])["AAPL"].id == shared.id
            with pytest.raises(RowReadOnly):
                uow.assets.update(shared.id, {"name": "Pear"})


def test_rows_without_a_tenant_of_their_own_follow_their_parent():
    for model in RULES:
        columns = set(model.__table__.columns.keys())
        if not columns & {"tenant_id", "tenant_scope", "user_id"} and model.__tablename__ != "tenant":
            assert model in PARENTS or model.__tablename__ in INSTALLATION_WIDE, model.__tablename__
    assert str(condition(Portfolio, SystemActor())) == "true"
