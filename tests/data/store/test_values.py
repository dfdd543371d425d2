"""What goes in comes out: exact numbers, instants, documents, ids."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from data.errors import RowRefused
from data.store.base import Base
from data.store.ids import new_id
from data.store.repositories.series import pack, pack_days, unpack, unpack_days
from data.store.tables import LedgerTransaction, Portfolio, RunResult
from data.store.types import ExactDecimal, UtcDateTime

EXACT = [
    "0", "0.1", "1.10", "-0.00000001", "12345678901234567890.123456789012345678", "1E+10", "9999999999999999.99",
    "0.30000000000000004", "1e-30",
]  # fmt: skip


@pytest.mark.parametrize("text", EXACT)
def test_a_decimal_comes_back_digit_for_digit(store, first, text):
    with store.work(first.portfolio_manager) as uow:
        uow.ledger.append(
            first.portfolio_id,
            [
                LedgerTransaction(
                    kind="buy", trade_date=date(2022, 1, 4), asset_id=first.asset_id, quantity=Decimal(text),
                    price=Decimal(text), amount_ccy=Decimal(text), currency="USD",
                )
            ],
        )  # fmt: skip
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        row = uow.ledger.entries(first.portfolio_id)[-1]
    assert row.amount_ccy == row.quantity == row.price == Decimal(text)
    assert isinstance(row.amount_ccy, Decimal)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_text_on_sqlite_keeps_every_decimal(value):
    kept = ExactDecimal()
    dialect = sqlite.dialect()
    assert kept.process_result_value(kept.process_bind_param(value, dialect), dialect) == value


@pytest.mark.parametrize("value", [0.1, "1", Decimal("NaN"), Decimal("Infinity"), True])
@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
def test_what_is_no_exact_amount_is_refused(value, dialect):
    with pytest.raises((TypeError, ValueError), match="exact amount"):
        ExactDecimal().process_bind_param(value, dialect)


def test_an_instant_comes_back_in_utc(store, first):
    berlin = timezone(timedelta(hours=1))
    with store.system(first.tenant_id) as uow:
        uow.users.touch(first.viewer.user_id, datetime(2022, 3, 1, 12, 30, 0, 123456, tzinfo=berlin))
        uow.commit()
    with store.system(first.tenant_id) as uow:
        seen = uow.users.get(first.viewer.user_id).last_seen_at_utc
    assert seen == datetime(2022, 3, 1, 11, 30, 0, 123456, tzinfo=UTC)
    assert seen.tzinfo is UTC


def test_an_instant_without_a_time_zone_is_refused(store, first):
    with store.system(first.tenant_id) as uow, pytest.raises(StatementError, match="needs a time zone"):
        uow.users.touch(first.viewer.user_id, datetime(2022, 3, 1))
    with pytest.raises(ValueError, match="needs a time zone"):
        UtcDateTime().process_bind_param(datetime(2022, 3, 1), sqlite.dialect())


def test_ids_are_version_7_unique_and_increase():
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(len(i) == 36 and i[14] == "7" and i[19] in "89ab" for i in ids)
    made_ms = int(ids[-1].replace("-", "")[:12], 16)
    assert abs(made_ms / 1000 - datetime.now(UTC).timestamp()) < 60


def test_arrays_come_back_bit_for_bit():
    days = np.arange("1990-01-02", "2022-12-28", dtype="datetime64[D]")
    values = np.random.default_rng(7).normal(size=len(days))
    values[3] = np.nan
    assert (unpack_days(pack_days(days)) == days).all()
    assert np.array_equal(unpack(pack(values)), values, equal_nan=True)


def test_a_result_document_comes_back_equal(store, first):
    document = {"weights": [0.25, 0.75], "name": "Größe", "none": None, "deep": [{"a": 1e-17}]}
    with store.system() as uow:
        run = uow.runs.claim(first.run_id, "worker", 60)
        uow.runs.finish(first.run_id, run.fence, "succeeded", result=document, result_sha256="f" * 64)
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        stored = uow.runs.result(first.run_id)
    assert isinstance(stored, RunResult)
    assert stored.document == document


def test_a_mandate_comes_back_equal(store, first):
    mandate = {"cash_min_frac": "0.05", "sectors": ["Energy"], "nested": {"a": [1, 2.5, None, True]}}
    with store.work(first.portfolio_manager) as uow:
        uow.portfolios.update(first.portfolio_id, {"mandate": mandate})
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        row = uow.portfolios.get(first.portfolio_id)
    assert isinstance(row, Portfolio)
    assert row.mandate == mandate


def test_a_cursor_of_another_list_is_refused(store, first):
    for cursor in ("x", "2022-01-01~", "2022-01-01T00:00:00~id", "~"):
        with store.read(first.portfolio_manager) as uow, pytest.raises(RowRefused, match="cursor"):
            uow.runs.page(cursor=cursor)


def test_every_index_of_a_foreign_key_that_lists_use_exists():
    """A list of a tenant must not scan the table: the tables named here grow without end."""
    for name in ("run", "ledger_transaction", "notification", "alert", "event_outbox", "external_flow"):
        indexes = Base.metadata.tables[name].indexes
        assert any(len(index.columns) > 1 for index in indexes), name
