"""Clients and portfolios: versions, deletion with a way back, and holdings that follow from the ledger alone."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest

from data.errors import RowDuplicate, RowNotFound, RowRefused, RowStale, StoreError
from data.store.tables import Client, ClientProfile, DailyValuation, LedgerTransaction, Portfolio

DAY = date(2022, 2, 1)


def entry(kind="deposit", amount="1", quantity="0", asset_id=None, day=DAY, **values):
    return LedgerTransaction(
        kind=kind, trade_date=day, amount_ccy=Decimal(amount), quantity=Decimal(quantity), asset_id=asset_id,
        currency=values.pop("currency", "USD"), **values,
    )  # fmt: skip


def test_a_change_counts_the_version_and_a_stale_one_is_refused(store, first):
    with store.work(first.portfolio_manager) as uow:
        row = uow.portfolios.update(first.portfolio_id, {"name": "New", "house_limits": {"a": "0.1"}}, row_version=1)
        uow.commit()
    assert row.row_version == 2
    with store.work(first.portfolio_manager) as uow, pytest.raises(RowStale):
        uow.portfolios.update(first.portfolio_id, {"name": "Old"}, row_version=1)
    with store.work(first.portfolio_manager) as uow, pytest.raises(RowStale):
        uow.portfolios.delete(first.portfolio_id, row_version=1)


@pytest.mark.parametrize("column", ["tenant_id", "id", "created_by_id", "deleted_at_utc", "row_version", "no_such"])
def test_columns_that_are_not_for_editing_are_refused(store, first, column):
    with store.work(first.portfolio_manager) as uow, pytest.raises(RowRefused, match=column):
        uow.portfolios.update(first.portfolio_id, {column: "x"})


def test_a_deleted_portfolio_is_gone_from_lists_and_comes_back_whole(store, first):
    with store.work(first.portfolio_manager) as uow:
        uow.portfolios.delete(first.portfolio_id)
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        assert uow.portfolios.all() == []
        with pytest.raises(RowNotFound):
            uow.portfolios.get(first.portfolio_id)
    with store.work(first.portfolio_manager) as uow:
        uow.portfolios.restore(first.portfolio_id)
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        assert [row.id for row in uow.portfolios.all()] == [first.portfolio_id]
        assert len(uow.ledger.entries(first.portfolio_id)) == 1


def test_a_portfolio_without_client_and_team_belongs_to_its_creator(store, first):
    with store.work(first.outsider) as uow:
        mine = uow.portfolios.add(Portfolio(name="Mine", base_currency="EUR", strategy="balanced"))
        uow.commit()
    with store.read(first.outsider) as uow:
        assert [row.id for row in uow.portfolios.all()] == [mine.id]
    with store.read(first.portfolio_manager) as uow:
        assert mine.id not in {row.id for row in uow.portfolios.all()}


def test_clients_get_references_names_and_versioned_profiles(store, first):
    with store.work(first.advisor) as uow:
        record = uow.clients.create(Client(client_type="institution", team_id=first.team_id), name="Fund", phone="1")
        uow.commit()
    assert record.client.reference == "C-0002"
    with store.work(first.advisor) as uow:
        for tolerance in (2, 5):
            profile = ClientProfile(
                dated_on=DAY, risk_tolerance=tolerance, horizon_years=5.0, loss_capacity_frac=0.1, knowledge="basic",
                preferences={"exclude": ["Energy"]}, answers={"q1": tolerance}, score=50.0,
            )  # fmt: skip
            uow.clients.add_profile(record.client.id, profile)
        changed = uow.clients.update(record.client.id, {"name": "Fund II", "email": "f@example.com"}, row_version=1)
        uow.commit()
    assert changed.row_version == 2
    with store.read(first.advisor) as uow:
        read = uow.clients.record(record.client.id)
        assert (read.display_name, read.personal.email, read.personal.phone) == ("Fund II", "f@example.com", "1")
        assert (read.profile.version, read.profile.risk_tolerance) == (2, 5)
        assert [row.version for row in uow.clients.profiles(record.client.id)] == [2, 1]
        assert [row.client.reference for row in uow.clients.records()] == ["C-0001", "C-0002"]


def test_a_profile_outside_of_the_scale_is_refused(store, first):
    with store.work(first.advisor) as uow, pytest.raises(StoreError):
        uow.clients.add_profile(
            first.client_id,
            ClientProfile(
                dated_on=DAY, risk_tolerance=6, horizon_years=5.0, loss_capacity_frac=0.1, knowledge="basic",
                preferences={}, answers={},
            ),
        )  # fmt: skip


def test_targets_are_versions_and_the_latest_is_in_force(store, first):
    with store.work(first.portfolio_manager) as uow:
        assert uow.targets.current(first.portfolio_id) is None
        uow.targets.save(first.portfolio_id, {first.asset_id: 1.0}, name="A")
        uow.targets.save(first.portfolio_id, {first.asset_id: 0.12345678}, name="B", run_id=first.run_id, as_of=DAY)
        uow.commit()
    with store.read(first.viewer) as uow:
        current = uow.targets.current(first.portfolio_id)
        assert (current.name, current.version, current.run_id) == ("B", 2, first.run_id)
        assert uow.targets.weights(current.id) == {first.asset_id: 0.12345678}
        assert [row.name for row in uow.targets.versions(first.portfolio_id)] == ["B", "A"]


def test_positions_are_the_exact_sums_of_the_ledger(store, first):
    rng = random.Random(7)
    amounts = [Decimal(rng.randrange(-(10**12), 10**12)).scaleb(-8) for _ in range(300)]
    days = [DAY + timedelta(days=rng.randrange(300)) for _ in amounts]
    rows = [
        entry("buy", str(amount), str(-amount), first.asset_id, day, currency=rng.choice(["USD", "EUR"]))
        for amount, day in zip(amounts, days, strict=True)
    ]
    currencies = [row.currency for row in rows]
    with store.work(first.portfolio_manager) as uow:
        uow.ledger.append(first.portfolio_id, rows)
        uow.commit()
    middle = DAY + timedelta(days=150)
    with store.read(first.viewer) as uow:
        all_time = uow.ledger.positions([first.portfolio_id])[first.portfolio_id]
        half = uow.ledger.positions([first.portfolio_id], middle)[first.portfolio_id]
        ordered = uow.ledger.entries(first.portfolio_id, until=middle)
    assert all_time.quantities[first.asset_id] == -sum(amounts)
    dollars = sum(a for a, c in zip(amounts, currencies, strict=True) if c == "USD")
    assert all_time.cash_ccy["USD"] == Decimal("1000000") + dollars
    assert half.quantities[first.asset_id] == -sum(a for a, d in zip(amounts, days, strict=True) if d <= middle)
    assert [(row.trade_date, row.entry_number) for row in ordered] == sorted(
        (row.trade_date, row.entry_number) for row in ordered
    )


def test_pages_of_the_ledger_hold_every_entry_once(store, first):
    with store.work(first.portfolio_manager) as uow:
        uow.ledger.append(first.portfolio_id, [entry(day=DAY + timedelta(days=i // 3)) for i in range(20)])
        uow.commit()
    seen, cursor = [], None
    with store.read(first.viewer) as uow:
        while True:
            page = uow.ledger.latest(first.portfolio_id, cursor=cursor, limit=6)
            seen.extend((row.trade_date, row.entry_number) for row in page.rows)
            cursor = page.next_cursor
            if cursor is None:
                break
        with pytest.raises(RowRefused, match="cursor"):
            uow.ledger.latest(first.portfolio_id, cursor="nonsense")
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 21


def test_entries_of_writers_at_the_same_time_are_numbered_without_gaps(store, first):
    def write(_: int) -> None:
        with store.work(first.portfolio_manager) as uow:
            uow.ledger.append(first.portfolio_id, [entry(), entry()])
            uow.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(12)))
    with store.read(first.viewer) as uow:
        numbers = sorted(row.entry_number for row in uow.ledger.entries(first.portfolio_id))
    assert numbers == list(range(1, 26))


def test_the_same_outside_reference_is_entered_once_and_unknown_kinds_never(store, first):
    with store.work(first.portfolio_manager) as uow, pytest.raises(RowDuplicate):
        uow.ledger.append(first.portfolio_id, [entry(external_ref="r"), entry(external_ref="r")])
    with store.work(first.portfolio_manager) as uow, pytest.raises(RowRefused):
        uow.ledger.append(first.portfolio_id, [entry(kind="gift")])


def test_valuations_are_replaced_from_a_day_on(store, first):
    def values(start: int, count: int, value: str) -> list[DailyValuation]:
        return [
            DailyValuation(
                valued_on=DAY + timedelta(days=start + i), value_ccy=Decimal(value), cash_ccy=Decimal(0),
                external_flow_ccy=Decimal(0), return_frac=None, twr_index=1.5,
            )
            for i in range(count)
        ]  # fmt: skip

    with store.work(first.portfolio_manager) as uow:
        assert uow.valuations.replace_from(first.portfolio_id, None, values(0, 10, "100.01")) == 10
        assert uow.valuations.replace_from(first.portfolio_id, DAY + timedelta(days=7), values(7, 5, "2")) == 5
        uow.commit()
    with store.read(first.viewer) as uow:
        rows = uow.valuations.history(first.portfolio_id)
        assert [row.value_ccy for row in rows] == [Decimal("100.01")] * 7 + [Decimal(2)] * 5
        part = uow.valuations.history(first.portfolio_id, DAY + timedelta(days=1), DAY + timedelta(days=2))
        assert len(part) == 2
        assert len(uow.valuations.histories([first.portfolio_id], DAY)[first.portfolio_id]) == 12
        assert uow.valuations.last_days([first.portfolio_id]) == {first.portfolio_id: DAY + timedelta(days=11)}
