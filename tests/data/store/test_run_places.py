"""Runs: no more are running than a user and a tenant may have, however many workers ask at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from data.store.tables import Run

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def add_runs(store, house, owners):
    """Return the ids of pending runs, made a second after each other; the house's own run is put out of the way."""
    made = []
    with store.system(house.tenant_id) as uow:
        uow.runs.request_cancel(house.run_id)
        for number, role in enumerate(owners):
            row = Run(
                kind="optimization",
                request_json="{}",
                request_sha256="0" * 64,
                seed=7,
                owner_id=house.people[role].user_id,
                created_at_utc=NOON + timedelta(seconds=number),
            )
            made.append(uow.runs.add(row).id)
        uow.commit()
    return made


def claim(store, run_id, user_max_count, tenant_max_count):
    with store.system() as uow:
        run = uow.runs.find(run_id)
        if not uow.runs.has_room(run, user_max_count, tenant_max_count):
            return False
        claimed = uow.runs.claim(run_id, "worker", 60.0) is not None
        uow.commit()
    return claimed


def with_room(store, user_max_count, tenant_max_count, tenant_id=None):
    with store.system(tenant_id, read_only=True) as uow:
        return list(uow.runs.pending_with_room(user_max_count, tenant_max_count))


@pytest.mark.parametrize(("user_max", "tenant_max", "claimed"), [(2, 10, 4), (10, 3, 3), (1, 10, 2)])
def test_of_ten_workers_that_claim_at_once_only_as_many_get_a_run_as_may(store, first, user_max, tenant_max, claimed):
    run_ids = add_runs(store, first, ["advisor", "portfolio_manager"] * 5)
    barrier = threading.Barrier(len(run_ids))

    def work(run_id):
        barrier.wait()
        return claim(store, run_id, user_max, tenant_max)

    with ThreadPoolExecutor(len(run_ids)) as pool:
        assert sum(pool.map(work, run_ids)) == claimed


def test_one_tenants_runs_take_no_place_of_anothers(store, first, second):
    (mine,), (theirs,) = add_runs(store, first, ["advisor"]), add_runs(store, second, ["advisor"])
    assert claim(store, mine, 1, 1)
    assert claim(store, theirs, 1, 1)


def test_runs_with_room_are_the_oldest_of_each_user_as_far_as_the_tenants_places_go(store, first, second):
    runs = add_runs(store, first, ["advisor", "advisor", "advisor", "portfolio_manager", "administrator"])
    other = add_runs(store, second, ["advisor"])
    everybody = with_room(store, 2, 3)
    assert [run_id for run_id in everybody if run_id in runs] == [runs[0], runs[1], runs[3]]
    assert set(everybody) - set(runs) == set(other)
    assert with_room(store, 2, 3, first.tenant_id) == [runs[0], runs[1], runs[3]]
    assert with_room(store, 1, 10, first.tenant_id) == [runs[0], runs[3], runs[4]]
    assert claim(store, runs[0], 2, 3)
    assert with_room(store, 1, 10, first.tenant_id) == [runs[3], runs[4]]
    assert with_room(store, 2, 3, first.tenant_id) == [runs[1], runs[3]]
    assert with_room(store, 2, 1, first.tenant_id) == []
