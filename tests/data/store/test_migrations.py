"""The migrations lead to exactly the mapped tables, and back to nothing."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, MetaData, create_engine, inspect

import data.store.tables  # noqa: F401
from data.errors import StoreUnavailable
from data.store.base import Base
from data.store.engines import parse_url
from data.store.migrate import HEAD_REVISION, alembic_config, current_revision, downgrade, head_is_current, upgrade


def test_an_empty_database_is_brought_to_the_mapped_tables(empty_url):
    assert current_revision(empty_url) is None
    assert upgrade(empty_url) is True
    assert head_is_current(empty_url)
    engine = create_engine(parse_url(empty_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_check_constraints_and_sqlite_layout_are_those_of_the_mapped_tables(empty_url, tmp_path):
    upgrade(empty_url)
    migrated = create_engine(parse_url(empty_url))
    shape = {name: _checks(migrated, name) for name in Base.metadata.tables}
    if migrated.dialect.name == "sqlite":
        direct = create_engine(f"sqlite:///{tmp_path / 'direct.sqlite3'}")
        Base.metadata.create_all(direct)
        assert _statements(migrated) == _statements(direct)
        direct.dispose()
    migrated.dispose()
    for name, table in Base.metadata.tables.items():
        wanted = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        assert shape[name] == wanted, name


def test_a_second_upgrade_does_nothing_and_does_not_load_alembic(empty_url):
    upgrade(empty_url)
    code = (
        "import sys; from data.store.migrate import upgrade, head_is_current;"
        f"assert head_is_current({empty_url!r}); assert upgrade({empty_url!r}) is False;"
        "assert 'alembic' not in sys.modules and 'pandas' not in sys.modules"
    )
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=root)


def test_the_way_back_leaves_nothing_behind(empty_url):
    upgrade(empty_url)
    downgrade(empty_url)
    engine = create_engine(parse_url(empty_url))
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            left = connection.exec_driver_sql("SELECT proname FROM pg_proc WHERE proname = 'refuse_audit_change'")
            assert left.all() == []
    engine.dispose()
    assert current_revision(empty_url) is None
    assert upgrade(empty_url) is True


def test_sign_ins_of_an_earlier_version_live_on_as_those_of_a_browser(empty_url):
    upgrade(empty_url, "0001")
    engine = create_engine(parse_url(empty_url))
    with engine.begin() as connection:
        was = MetaData()
        was.reflect(connection, only=["tenant", "user_account", "user_session"])
        for name in ("tenant", "user_account", "user_session"):
            connection.execute(was.tables[name].insert().values(_filled(was.tables[name])))
    assert upgrade(empty_url) is True
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT key, via FROM user_session").all()
    engine.dispose()
    assert [tuple(row) for row in found] == [("1", "session")]


def test_the_head_named_in_the_code_is_the_newest_file():
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD_REVISION


def test_starts_at_the_same_time_migrate_once(empty_url):
    root = Path(__file__).resolve().parents[3]
    code = f"from data.store.migrate import upgrade; print(upgrade({empty_url!r}))"
    starts = [
        subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    outcomes = [process.communicate(timeout=60) for process in starts]
    assert [process.returncode for process in starts] == [0, 0], outcomes
    assert head_is_current(empty_url)


@pytest.mark.parametrize("address", ["", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "no address"])
def test_an_address_of_another_kind_is_refused_with_the_reason(address):
    with pytest.raises(StoreUnavailable, match="database address"):
        parse_url(address)


def test_a_server_that_is_not_there_is_reported_as_unavailable(tmp_path):
    with pytest.raises(StoreUnavailable):
        head_is_current(f"postgresql://nobody@/nothing?host={tmp_path}")


def _checks(engine, name):
    return {check["name"] for check in inspect(engine).get_check_constraints(name)}


def _filled(table):
    """Return a row in which every column that must be filled has a value of its type."""
    values = {datetime: datetime(2026, 1, 5, tzinfo=UTC), bool: False, int: 1, str: "1", float: 1.0, dict: {}, list: []}
    wanted = [one for one in table.columns if not one.nullable]
    return {one.name: values[one.type.python_type] for one in wanted}


def _statements(engine):
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        ).all()
    wanted = {}
    for kind, name, sql in rows:
        if name in {"alembic_version", "sqlite_sequence"}:
            continue
        first, _, rest = sql.partition("(")
        lines = [" ".join(line.split()).rstrip(",") for line in rest.splitlines()]
        wanted[kind, name] = (
            " ".join(first.replace('"', "").split()),
            sorted(lines),
        )  # a table that was made anew is quoted
    return wanted
