"""What a tenant brought itself, on both engines: its own, taken back delivery by delivery, never shown to others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from data.errors import RowReadOnly
from data.store.repositories.series import Bars
from data.store.tables import Asset, AssetAttribute, Benchmark, IngestBatch, Run

KNOWN = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = np.datetime64("2020-01-01", "D") + np.arange(3)


def bring(store: Any, person: Any, asset_id: str, closes: list[float], minute: int) -> str:
    """Import a few closes and a score, as the service does it."""
    with store.work(person) as uow:
        uow.ingest_batches.one_at_a_time()
        batch = uow.ingest_batches.add(
            IngestBatch(
                tenant_id=person.tenant_id, provider="upload", kind="prices", status="running", source_sha256="a"
            )
        )
        uow.prices.ingest(
            [Bars(asset_id, DAYS[: len(closes)], np.array(closes), volume=np.full(len(closes), 7.0))],
            provider="upload",
            knowledge_time_utc=KNOWN + timedelta(minutes=minute),
            batch_id=batch.id,
            with_repeats=True,
        )
        uow.assets.add_many(
            [
                AssetAttribute(
                    tenant_id=person.tenant_id, asset_id=asset_id, name="esg_score", value=50.0 + minute, unit=None,
                    valid_on=date(2020, 1, 1), provider="upload", knowledge_time_utc=KNOWN + timedelta(minutes=minute),
                    batch_id=batch.id,
                )
            ]
        )  # fmt: skip
        uow.fx.ingest(
            "EUR", "USD", {date(2020, 1, 1): 1.0 + minute}, provider="upload",
            knowledge_time_utc=KNOWN + timedelta(minutes=minute), batch_id=batch.id,
        )  # fmt: skip
        uow.ingest_batches.finish(batch.id, "succeeded", rows_count=len(closes))
        uow.commit()
    return str(batch.id)


def closes_seen(store: Any, person: Any, asset_id: str) -> list[float] | None:
    with store.read(person) as uow:
        found = uow.prices.series(asset_id)
    return None if found is None else found.close.tolist()


@pytest.fixture
def shared_id(store: Any) -> str:
    with store.system() as uow:
        row = uow.assets.add(Asset(symbol="AAA", name="A", asset_class="equity", currency="USD"))
        uow.prices.ingest(
            [Bars(row.id, DAYS, np.array([1.0, 2.0, 3.0]))], provider="embedded", knowledge_time_utc=KNOWN
        )
        uow.commit()
    return str(row.id)


def test_each_delivery_is_taken_back_by_itself(store: Any, first: Any, shared_id: str) -> None:
    one = bring(store, first.researcher, shared_id, [10.0, 20.0], 1)
    two = bring(store, first.portfolio_manager, shared_id, [10.0, 21.0, 30.0], 2)
    assert closes_seen(store, first.viewer, shared_id) == [10.0, 21.0, 30.0]
    with store.work(first.researcher) as uow:
        assert uow.prices.deliveries([shared_id]) == {(shared_id, "upload"): (one, two)}
        assert uow.prices.withdraw(one, [shared_id], "upload") == 2
        assert (uow.assets.withdraw_attributes(one), uow.fx.withdraw(one)) == (1, 1)
        uow.commit()
    assert closes_seen(store, first.viewer, shared_id) == [10.0, 21.0, 30.0]  # the second said the first day too
    with store.work(first.administrator) as uow:
        assert uow.prices.withdraw(two, [shared_id], "upload") == 3
        assert (uow.assets.withdraw_attributes(two), uow.fx.withdraw(two)) == (1, 1)
        uow.commit()
    assert closes_seen(store, first.viewer, shared_id) == [1.0, 2.0, 3.0]
    with store.read(first.viewer) as uow:
        assert uow.assets.attributes([shared_id], "esg_score", date(2020, 1, 2)) == {}
        assert not uow.fx.has_any()
        assert not uow.prices.with_volume()


def test_nobody_else_sees_it_nor_can_take_it_back(store: Any, first: Any, second: Any, shared_id: str) -> None:
    batch = bring(store, first.researcher, shared_id, [10.0], 1)
    assert closes_seen(store, second.viewer, shared_id) == [1.0, 2.0, 3.0]
    with store.work(second.administrator) as uow:
        assert uow.ingest_batches.find(batch) is None
        assert uow.ingest_batches.own("upload") == []
        assert uow.ingest_batches.own_of_content("upload", "a", "succeeded") is None
        assert uow.prices.deliveries([shared_id]) == {}
        assert uow.assets.own_attributes([shared_id], ["esg_score"], "upload") == {}
        assert uow.fx.own("EUR", "USD", "upload") == {}
        assert not uow.assets.with_attribute("esg_score")
        assert uow.prices.withdraw(batch, [shared_id], "upload") == 0
        assert (uow.assets.withdraw_attributes(batch), uow.fx.withdraw(batch)) == (0, 0)
        uow.commit()
    assert closes_seen(store, first.viewer, shared_id) == [10.0]
    with store.system(read_only=True) as uow:  # the product's own jobs use what all share
        assert uow.prices.summaries()[shared_id].last_close == 3.0
        assert uow.prices.deliveries([shared_id]) == {}


def test_the_own_latest_figures_are_told_for_comparison(store: Any, first: Any, shared_id: str) -> None:
    bring(store, first.researcher, shared_id, [10.0], 1)
    bring(store, first.researcher, shared_id, [11.0], 2)
    with store.read(first.viewer) as uow:
        key = (shared_id, "esg_score", date(2020, 1, 1))
        assert uow.assets.own_attributes([shared_id], ["esg_score"], "upload") == {key: 52.0}
        assert uow.fx.own("EUR", "USD", "upload") == {date(2020, 1, 1): 3.0}
        assert len(uow.ingest_batches.own("upload")) == 2


def test_runs_that_name_a_delivery_are_counted_whoever_may_see_them(store: Any, first: Any, second: Any) -> None:
    with store.work(first.portfolio_manager) as uow:
        values = {"kind": "optimization", "request_json": "{}", "request_sha256": "0" * 64, "seed": 7}
        run = uow.runs.add(Run(**values, lineage_json={"data": {"imports": [{"batch_id": "b-1"}]}}))
        uow.commit()
    for person, count in ((first.researcher, 1), (first.outsider, 1), (second.researcher, 0)):
        with store.read(person) as uow:
            assert uow.runs.count_computed_from("b-1") == count
            assert uow.runs.count_computed_from("b%1") == 0
    with store.work(first.portfolio_manager) as uow:
        uow.runs.delete(run.id)
        uow.commit()
    with store.read(first.researcher) as uow:
        assert uow.runs.count_computed_from("b-1") == 0


def test_own_assets_without_figures_go_and_shared_ones_stay(store: Any, first: Any, shared_id: str) -> None:
    with store.work(first.researcher) as uow:
        assert uow.assets.without_figures([first.asset_id, shared_id]) == {first.asset_id}
        assert uow.assets.in_use([first.asset_id, shared_id]) == frozenset()
        assert uow.assets.remove_own([first.asset_id, shared_id]) == 1
        uow.commit()
    with store.read(first.viewer) as uow:
        assert uow.assets.find(first.asset_id) is None
        assert uow.assets.find(shared_id) is not None


def weigh(store: Any, person: Any, benchmark_id: str, weights: dict[date, dict[str, float]]) -> str:
    """Import weights of a benchmark, as the service does it."""
    with store.work(person) as uow:
        batch = uow.ingest_batches.add(
            IngestBatch(tenant_id=person.tenant_id, provider="upload", kind="benchmark", status="succeeded")
        )
        for day, of_day in weights.items():
            uow.benchmarks.put_own_weights(benchmark_id, day, of_day, batch.id)
        uow.commit()
    return str(batch.id)


@pytest.fixture
def shared_mark(store: Any, shared_id: str) -> str:
    with store.system() as uow:
        row = uow.benchmarks.add(Benchmark(name="Index", kind="index", currency="USD", asset_id=shared_id))
        uow.benchmarks.put_weights(row.id, date(2019, 1, 1), {shared_id: 1.0})
        uow.commit()
    return str(row.id)


def test_own_weights_count_before_shared_ones_and_are_taken_back_by_delivery(
    store: Any, first: Any, second: Any, shared_id: str, shared_mark: str
) -> None:
    early, late = date(2020, 1, 1), date(2020, 7, 1)
    shared = {date(2019, 1, 1): {shared_id: 1.0}}
    half = {shared_id: 0.5, first.asset_id: 0.5}
    one = weigh(store, first.researcher, shared_mark, {early: half, late: half})
    two = weigh(store, first.portfolio_manager, shared_mark, {late: {first.asset_id: 1.0}})
    with store.read(first.viewer) as uow:
        assert uow.benchmarks.all_weights(shared_mark) == {early: half, late: {first.asset_id: 1.0}}
        assert uow.benchmarks.own_weights(shared_mark) == uow.benchmarks.all_weights(shared_mark)
        assert uow.benchmarks.weights(shared_mark, date(2020, 2, 1)) == half
        assert uow.benchmarks.weights(shared_mark, date(2019, 2, 1)) == {}
        assert uow.benchmarks.deliveries(shared_mark, early) == (one,)
        assert uow.benchmarks.deliveries(shared_mark, late) == tuple(sorted((one, two)))
    with store.work(second.administrator) as uow:
        assert uow.benchmarks.all_weights(shared_mark) == shared
        assert uow.benchmarks.own_weights(shared_mark) == {}
        assert uow.benchmarks.deliveries(shared_mark, late) == ()
        assert uow.benchmarks.withdraw(one) == 0
        uow.commit()
    with store.system(read_only=True) as uow:
        assert uow.benchmarks.all_weights(shared_mark) == shared
    with store.work(first.researcher) as uow:
        assert uow.benchmarks.made_of(two) == frozenset()  # the index is not the tenant's
        assert uow.benchmarks.withdraw(two) == 1
        assert uow.benchmarks.all_weights(shared_mark) == {early: half, late: half}
        assert uow.benchmarks.withdraw(one) == 4
        assert uow.benchmarks.all_weights(shared_mark) == shared
        uow.commit()


def test_an_own_benchmark_goes_with_the_last_delivery_that_speaks_of_it(store: Any, first: Any, shared_id: str) -> None:
    with store.work(first.researcher) as uow:
        mark = uow.benchmarks.add(Benchmark(symbol="HOUSE", name="House", kind="weights", currency="USD")).id
        uow.commit()
    one = weigh(store, first.researcher, mark, {date(2020, 1, 1): {shared_id: 1.0}})
    two = weigh(store, first.researcher, mark, {date(2021, 1, 1): {shared_id: 1.0}})
    with store.work(first.researcher) as uow:
        assert uow.benchmarks.made_of(one) == frozenset()
        uow.benchmarks.withdraw(one)
        assert uow.benchmarks.made_of(two) == {mark}
        assert uow.benchmarks.in_use([mark]) == frozenset()
        assert uow.benchmarks.has_weights()
        uow.benchmarks.withdraw(two)
        assert not uow.benchmarks.has_weights()
        assert uow.benchmarks.remove_own([mark]) == 1
        uow.commit()
    with store.read(first.viewer) as uow:
        assert uow.benchmarks.find(mark) is None
    with store.work(first.viewer) as uow, pytest.raises(RowReadOnly):
        uow.benchmarks.put_own_weights(mark, date(2020, 1, 1), {shared_id: 1.0}, one)


def test_a_source_is_known_from_its_word_and_an_import_from_the_day_it_speaks_of(
    store: Any, first: Any, shared_id: str
) -> None:
    bring(store, first.researcher, shared_id, [10.0], 1)  # a score of 51 for the first of January 2020
    with store.work(first.researcher) as uow:
        uow.assets.add_many(
            [
                AssetAttribute(
                    tenant_id=first.tenant_id, asset_id=shared_id, name="pe_ratio", value=12.0, unit=None,
                    valid_on=date(2020, 1, 1), provider="feed:own",
                    knowledge_time_utc=datetime(2020, 2, 20, tzinfo=UTC),
                )
            ]
        )  # fmt: skip
        uow.commit()

    def known(name: str, day: date) -> list[float]:
        by_utc = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
        with store.read(first.viewer) as uow:
            return [row.value for row in uow.assets.attributes([shared_id], name, day, known_by_utc=by_utc).values()]

    assert known("esg_score", date(2020, 1, 2)) == [51.0]
    assert known("pe_ratio", date(2020, 2, 19)) == []  # its fiscal day is past, nobody had published it
    assert known("pe_ratio", date(2020, 2, 20)) == [12.0]
    bring(store, first.researcher, shared_id, [10.0], 2)
    assert known("esg_score", date(2020, 1, 2)) == [52.0]  # of two files about one day the later one counts
