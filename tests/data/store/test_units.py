"""Units of work: what is kept, who waits for whom, and what is refused."""

import gc
import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from data.errors import RowDuplicate, RowRefused, RowStale, StoreError, UnitMisused
from data.store import Store
from data.store.migrate import upgrade
from data.store.tables import Setting, Tenant, User


def test_without_commit_nothing_is_kept(store):
    with store.system() as uow:
        uow.tenants.add(Tenant(name="never"))
    with store.system(read_only=True) as uow:
        assert [row.name for row in uow.tenants.list().rows] == []


def test_rows_stay_readable_after_the_unit(store):
    with store.system() as uow:
        tenant = uow.tenants.add(Tenant(name="kept"))
        uow.commit()
    assert (tenant.name, tenant.row_version) == ("kept", 1)


def test_a_unit_is_used_once(store):
    unit = store.system()
    with unit as uow:
        repository = uow.tenants
    with pytest.raises(UnitMisused, match="used once"), unit:
        pass
    with pytest.raises(UnitMisused, match="not open"):
        unit.commit()
    with pytest.raises(Exception, match="closed"):
        repository.list()


def test_a_reading_unit_cannot_write(store, first):
    with store.read(first.portfolio_manager) as uow:
        with pytest.raises(UnitMisused, match="only reads"):
            uow.commit()
        with pytest.raises(StoreError):
            uow.portfolios.update(first.portfolio_id, {"name": "changed"})
    with store.read(first.portfolio_manager) as uow:
        assert uow.portfolios.get(first.portfolio_id).name == "Growth first"


def test_the_server_takes_writes_again_after_a_reading_unit(store, first):
    for number in range(3):
        with store.read(first.portfolio_manager) as uow:
            uow.portfolios.get(first.portfolio_id)
        with store.work(first.portfolio_manager) as uow:
            uow.portfolios.update(first.portfolio_id, {"name": f"Name {number}"})
            uow.commit()


def test_a_second_writing_unit_in_one_thread_is_refused_at_once(store, first):
    with store.work(first.portfolio_manager) as outer:
        outer.portfolios.get(first.portfolio_id)
        with pytest.raises(UnitMisused, match="in this thread"), store.system() as inner:
            inner.tenants.list()
        with store.read(first.portfolio_manager) as reader:
            assert reader.portfolios.get(first.portfolio_id).id == first.portfolio_id


def test_an_unused_writing_unit_holds_nothing(store, first):
    with store.work(first.portfolio_manager), store.work(first.portfolio_manager) as inner:
        inner.portfolios.update(first.portfolio_id, {"name": "From the inner unit"})
        inner.commit()


def test_database_failures_have_names_of_our_own(store, first):
    with store.system(first.tenant_id) as uow, pytest.raises(RowDuplicate):
        uow.users.add(User(email=first_email(store, first), name="Twin", role="viewer", fs_uniquifier="twin"))
    with store.system() as uow, pytest.raises(RowRefused):
        uow.settings.add(Setting(tenant_id="no such tenant", key="a", value=1))


def first_email(store, house):
    with store.system(read_only=True) as uow:
        return uow.users.get(house.viewer.user_id).email.upper()


def test_readers_do_not_wait_for_a_writer(store, first):
    with store.work(first.portfolio_manager) as writer:
        writer.portfolios.update(first.portfolio_id, {"name": "not yet"})
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_name, store, first).result(timeout=5) == "Growth first"
        writer.commit()
    assert _name(store, first) == "not yet"


def _name(store, house):
    with store.read(house.portfolio_manager) as uow:
        return uow.portfolios.get(house.portfolio_id).name


def test_eight_writers_lose_no_update_and_never_see_a_locked_database(store, first):
    turns_count = 60 if store.dialect == "sqlite" else 10  # on PostgreSQL they collide and try again
    with store.system(first.tenant_id) as uow:
        uow.settings.put("counter", 0)
        uow.commit()
    barrier = threading.Barrier(8)

    def add() -> None:
        barrier.wait()
        for _ in range(turns_count):
            _increment(store, first.tenant_id)

    with ThreadPoolExecutor(8) as pool:
        for job in [pool.submit(add) for _ in range(8)]:
            job.result()
    with store.system(first.tenant_id, read_only=True) as uow:
        assert uow.settings.value("counter") == 8 * turns_count


def _increment(store, tenant_id):
    """On PostgreSQL a concurrent change is told as RowStale and tried again; on SQLite writers queue."""
    while True:
        try:
            with store.system(tenant_id) as uow:
                uow.settings.put("counter", uow.settings.value("counter") + 1)
                uow.commit()
            return
        except RowStale:
            assert store.dialect == "postgresql"


def test_a_value_computed_from_an_earlier_reading_never_overwrites_a_change_made_meanwhile(store, first):
    """The row was read, let go and read again; in between somebody else changed it."""
    if store.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time: nobody changes the row in between")
    with store.system(first.tenant_id) as uow:
        uow.settings.put("counter", 1)
        uow.commit()
    with store.system(first.tenant_id) as uow:
        value = uow.settings.value("counter")
        gc.collect()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_increment, store, first.tenant_id).result(timeout=10)
        with pytest.raises(RowStale):
            uow.settings.put("counter", value + 1)
    with store.system(first.tenant_id, read_only=True) as uow:
        assert uow.settings.value("counter") == 2


def test_writers_of_two_processes_wait_for_each_other(tmp_path):
    url = f"sqlite:///{tmp_path / 'qpo.sqlite3'}"
    upgrade(url)
    store = Store(url)
    with store.system() as uow:
        tenant = uow.tenants.add(Tenant(name="shared"))
        uow.settings.add(Setting(tenant_id=tenant.id, key="counter", value=0))
        uow.commit()
    code = f"""
from data.store import Store
store = Store({url!r})
for _ in range(100):
    with store.system({tenant.id!r}) as uow:
        uow.settings.put("counter", uow.settings.value("counter") + 1)
        uow.commit()
"""
    root = Path(__file__).resolve().parents[3]
    children = [subprocess.Popen([sys.executable, "-c", code], cwd=root) for _ in range(2)]
    assert [child.wait(timeout=60) for child in children] == [0, 0]
    with store.system(tenant.id, read_only=True) as uow:
        assert uow.settings.value("counter") == 200
    store.dispose()


def test_the_file_is_private_and_set_up_for_many_readers(tmp_path):
    path = tmp_path / "var" / "deep" / "qpo.sqlite3"
    url = f"sqlite:///{path}"
    upgrade(url)
    store = Store(url)
    with store.system() as uow:
        uow.tenants.add(Tenant(name="one"))
        uow.commit()
        pragmas = {
            name: uow._ctx.session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
        for beside in path.parent.iterdir():
            assert stat.S_IMODE(beside.stat().st_mode) == 0o600, beside
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 1}
    store.dispose()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_uses_connections_of_its_own(url):
    code = f"""
import os
from data.store import Store
from data.store.tables import Tenant
store = Store({url!r})
with store.system() as uow:
    uow.tenants.add(Tenant(name="parent"))
    uow.commit()
child = os.fork()
with store.system() as uow:
    uow.tenants.add(Tenant(name="after fork"))
    uow.commit()
if child:
    assert os.waitpid(child, 0)[1] == 0
    with store.system(read_only=True) as uow:
        assert len(uow.tenants.list().rows) == 3
os._exit(0)
"""
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root, timeout=60)


def test_the_store_is_light_to_import():
    code = (
        "import sys, data.store; "
        "heavy = {'pandas', 'alembic', 'scipy', 'cvxpy', 'flask', 'dash', 'psycopg'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=root)
