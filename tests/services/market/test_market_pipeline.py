"""Do large deliveries come in once, with refused rows kept, and whole after their process was killed?"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.store import tables
from services.errors import Conflict, InvalidRequest, NotFound, TakenOver
from services.explorer import Explorer
from services.lineage import Lineage
from services.market_deliveries import Deliveries
from services.market_pipeline import PIECES_AHEAD_COUNT, Pipeline, _ahead
from services.market_pipeline_rows import ArraySource, CsvBars, RowPiece

ROOT = Path(__file__).resolve().parents[3]
HEADER = ["symbol", "date", "open", "high", "low", "close", "volume"]


def stock(house: Any, *symbols: str) -> dict[str, str]:
    with house.ports.store.system() as uow:
        made = {
            symbol: uow.assets.add(
                tables.Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD", exchange="XNYS")
            ).id
            for symbol in symbols
        }
        uow.commit()
    return made


def written(path: Path, symbols: list[str], days_count: int) -> list[list[str]]:
    """Write a file of good bars, one day after the other; return its rows."""
    rng = np.random.default_rng(11)
    days = np.datetime64("2019-01-01") + np.arange(days_count)
    rows = []
    for day in days:
        for symbol in symbols:
            close = float(np.round(rng.uniform(5, 500), 4))
            rows.append([symbol, str(day), close, close + 1, close - 1, close, int(rng.integers(1, 10**6))])
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return rows


def held(house: Any, batch_id: str, asset_ids: dict[str, str], provider: str = "bulk") -> tuple[int, float]:
    """Return count and exact sum of the closes that the database holds of one delivery."""
    closes = []
    with house.ports.store.system(read_only=True) as uow:
        for asset_id in asset_ids.values():
            found = uow.prices.bars(asset_id, provider=provider)
            closes += [row.close for row in found if row.batch_id == batch_id]
    return len(closes), float(np.sum(np.round(np.array(closes) * 10_000).astype(np.int64)))


@pytest.mark.requirement("2.1.D1")
def test_good_rows_go_in_and_every_refused_row_is_kept_with_its_reason(house, tmp_path):
    stock(house, "P1", "P2")
    rows = [
        ["P1", "2022-01-03", "10", "11", "9", "10", "5"],
        ["P1", "2022-01-04", "10", "11", "9", "0", "5"],
        ["P1", "2022-01-05", "10", "11", "9", "-3", "5"],
        ["P1", "2022-01-06", "10", "8", "9", "10", "5"],
        ["P1", "2022-01-07", "10", "11", "9", "abc", "5"],
        ["NOBODY", "2022-01-07", "10", "11", "9", "10", "5"],
        ["P1", "2199-01-07", "10", "11", "9", "10", "5"],
        ["P1", "07.01.2022", "10", "11", "9", "10", "5"],
        ["P1", "2022-01-03", "10", "11", "9", "12", "5"],
        ["P2", "2022-01-03", "10", "11", "9", "", "5"],
        ["P2", "2022-01-04", "", "", "", "7.5", "-1"],
        ["P2", "2022-01-05", "", "", "", "7.5", ""],
        ["=P2", "2022-01-06", "", "", "", "inf", ""],
    ]
    path = tmp_path / "rows.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    done = Pipeline(house.ports).ingest(CsvBars(path), provider="bulk", rows_at_once_count=4)
    assert (done.read_count, done.expected_count, done.stored_count, done.rejected_count) == (13, 2, 2, 11)
    assert done.is_whole
    assert done.sentence == "2 bars stored, 11 rows refused."
    deliveries = Deliveries(house.ports)
    refused = deliveries.rejected(done.batch_id, house.manager).items
    assert [(row.row_number, row.field) for row in refused] == [
        (2, "close"), (3, "close"), (4, "high"), (5, "close"), (6, "symbol"), (7, "date"), (8, "date"), (9, "date"),
        (10, "close"), (11, "volume"), (13, "symbol"),
    ]  # fmt: skip
    assert [row.reason for row in refused][:4] == [
        "The close is zero.", "The close is negative.", "The high lies below the low.",
        "The close is not a finite number.",
    ]  # fmt: skip
    assert "already; the first one counts" in refused[7].reason
    assert refused[0].raw == dict(zip(HEADER, rows[1], strict=True))
    file = list(csv.reader(deliveries.rejected_file(done.batch_id, house.manager).decode().splitlines()))
    assert len(file) == 12
    assert file[-1][1] == "'=P2"  # no formula in a spreadsheet
    view = deliveries.get(done.batch_id, house.manager)
    assert (view.status, view.read_count, view.rejected_count, view.checksum) == ("succeeded", 13, 11, done.checksum)
    assert deliveries.list(house.manager, limit=1).items[0] == view
    with pytest.raises(NotFound):
        deliveries.rejected("nothing", house.manager)


def test_the_same_file_again_stores_nothing_and_a_changed_row_is_a_further_version(house, tmp_path):
    ids = stock(house, "Q1", "Q2")
    path = tmp_path / "again.csv"
    rows = written(path, ["Q1", "Q2"], 30)
    pipeline = Pipeline(house.ports)
    first = pipeline.ingest(CsvBars(path), provider="bulk", rows_at_once_count=17)
    assert (first.stored_count, first.is_whole) == (60, True)
    again = pipeline.ingest(CsvBars(path), provider="bulk")
    assert (again.expected_count, again.stored_count, again.is_whole) == (60, 0, True)
    assert again.sentence == "0 bars stored, 60 known already."
    with house.ports.store.system(read_only=True) as uow:
        series = uow.prices.series(ids["Q1"])
        bar = uow.prices.bars(ids["Q1"], provider="bulk")[0]
    assert series.close.tolist() == [row[5] for row in rows if row[0] == "Q1"]
    assert series.high.tolist() == [row[3] for row in rows if row[0] == "Q1"]
    assert bar.event_time_utc.hour == 21  # New York closes at 16:00


def test_the_reader_never_runs_further_ahead_than_a_few_pieces():
    made: list[int] = []

    def pieces() -> Iterator[RowPiece]:
        for number in range(50):
            made.append(number)
            yield RowPiece(["X"], np.array(["2022-01-03"], "datetime64[D]"), {}, None, number + 1)

    taken = _ahead(ArraySource("memory", pieces()), 1)
    next(taken)
    deadline = time.monotonic() + 1
    while len(made) < PIECES_AHEAD_COUNT + 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert len(made) == PIECES_AHEAD_COUNT + 2  # taken, waiting, and the one in the reader's hand
    taken.close()


def test_a_broken_source_fails_and_what_it_brought_before_can_be_gone_on_with(house, tmp_path):
    ids = stock(house, "B1")
    path = tmp_path / "broken.csv"
    written(path, ["B1"], 40)
    whole = CsvBars(path)

    class Broken(CsvBars):
        def pieces(self, rows_count):
            for number, piece in enumerate(super().pieces(rows_count)):
                if number == 2:
                    raise OSError("the disk is gone")
                yield piece

    pipeline = Pipeline(house.ports)
    with pytest.raises(OSError, match="disk"):
        pipeline.ingest(Broken(path), provider="bulk", rows_at_once_count=10)
    (batch_id,) = pipeline.unfinished()
    view = Deliveries(house.ports).get(batch_id, house.manager)
    assert (view.status, view.read_count, view.stored_count) == ("running", 20, 20)
    done = pipeline.resume(batch_id, whole)
    assert (done.read_count, done.stored_count, done.is_whole) == (40, 40, True)
    assert held(house, batch_id, ids)[0] == 40
    assert pipeline.unfinished() == ()
    with pytest.raises(NotFound, match="waits to be finished"):
        pipeline.resume(batch_id)


def test_another_file_cannot_finish_a_delivery_and_a_process_that_lost_it_is_shut_out(house, tmp_path):
    stock(house, "F1")
    path = tmp_path / "fence.csv"
    written(path, ["F1"], 40)
    pipeline = Pipeline(house.ports)
    source = CsvBars(path)
    taken_over: list[str] = []

    class Slow(CsvBars):
        def pieces(self, rows_count):
            for number, piece in enumerate(super().pieces(rows_count)):
                yield piece
                if number == 1:
                    while not pipeline.unfinished():
                        time.sleep(0.005)
                    (batch_id,) = pipeline.unfinished()
                    with house.ports.store.system() as uow:
                        uow.ingest_batches.take_over(batch_id)
                        uow.commit()
                    taken_over.append(batch_id)

    with pytest.raises(TakenOver):
        pipeline.ingest(Slow(path), provider="bulk", rows_at_once_count=10)
    other = tmp_path / "other.csv"
    written(other, ["F1"], 39)
    with pytest.raises(Conflict, match="has changed"):
        pipeline.resume(taken_over[0], CsvBars(other))
    assert pipeline.resume(taken_over[0], source).is_whole


def test_a_file_without_the_columns_of_bars_is_refused_by_column(tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text("ticker,close,close\nX,1,1\n")
    with pytest.raises(InvalidRequest) as refused:
        CsvBars(path)
    assert [problem.path for problem in refused.value.fields] == ["symbol", "date", "header"]


@pytest.mark.requirement("2.1.D1")
def test_a_process_killed_in_the_middle_loses_nothing_and_doubles_nothing(house, tmp_path):
    symbols = [f"K{number}" for number in range(8)]
    ids = stock(house, *symbols)
    path = tmp_path / "killed.csv"
    rows = written(path, symbols, 250)
    url = house.ports.settings.database_url
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from types import SimpleNamespace\n"
        "from data.store.database import Store\n"
        "from services.clock import SystemClock\n"
        "from services.market_pipeline import Pipeline\n"
        "from services.market_pipeline_rows import CsvBars\n"
        "from services.ports_store import ServiceStore\n"
        f"ports = SimpleNamespace(store=ServiceStore(Store({url!r})), clock=SystemClock())\n"
        f"Pipeline(ports).ingest(CsvBars(Path({str(path)!r})), provider='bulk', rows_at_once_count=100)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    pipeline = Pipeline(house.ports)
    deliveries = Deliveries(house.ports)
    deadline = time.monotonic() + 60
    stored = 0
    while stored < 300 and time.monotonic() < deadline and process.poll() is None:
        unfinished = pipeline.unfinished()
        stored = deliveries.get(unfinished[0], house.manager).stored_count if unfinished else 0
    process.send_signal(signal.SIGKILL)
    process.wait()
    (batch_id,) = pipeline.unfinished()
    cut = deliveries.get(batch_id, house.manager)
    assert 300 <= cut.stored_count < len(rows)
    assert held(house, batch_id, ids)[0] == cut.stored_count  # bars and progress are kept together
    done = pipeline.resume(batch_id)
    assert (done.read_count, done.stored_count, done.rejected_count, done.is_whole) == (2000, 2000, 0, True)
    expected = sum(round(row[5] * 10_000) for row in rows)
    assert held(house, batch_id, ids) == (len(rows), float(expected))
    with house.ports.store.system(read_only=True) as uow:
        series = uow.prices.series(ids["K3"])
    assert series.close.tolist() == [row[5] for row in rows if row[0] == "K3"]


def test_what_a_file_brought_is_shown_by_explorer_lineage_and_chart(house, tmp_path):
    ids = stock(house, "Q1")
    path = tmp_path / "shown.csv"
    written(path, ["Q1"], 30)
    done = Pipeline(house.ports).ingest(CsvBars(path), provider="bulk", adjustment="splits")
    assert Explorer(house.ports).view("Q1", house.manager).source.adjustment == "splits"
    told = Lineage(house.ports).of("Q1", None, house.manager)
    assert (told.adjustment, told.provider) == ("splits", "bulk")
    assert house.market.prices("Q1", house.manager).adjustment == "splits"
    assert len(ids) == 1
    lineage = Deliveries(house.ports).get(done.batch_id, house.manager).lineage
    assert str(tmp_path) not in str(lineage)
    assert lineage["endpoints"] == ["shown.csv"]


def test_bars_of_minutes_that_come_again_are_not_stored_twice_and_a_changed_one_is_a_version(house, tmp_path):
    stock(house, "Q1")
    path = tmp_path / "minutes.csv"
    lines = [f"Q1,2022-12-05T15:{minute:02d}:00Z,{minute + 1}" for minute in range(30)]
    path.write_text("\n".join(["symbol,event_time_utc,close", *lines]))
    pipeline = Pipeline(house.ports)
    assert pipeline.ingest(CsvBars(path), provider="bulk", frequency="1m").stored_count == 30
    house.ports.clock.advance(minutes=5)
    path.write_text("\n".join(["symbol,event_time_utc,close", *lines[:-1], "Q1,2022-12-05T15:29:00Z,99"]))
    again = pipeline.ingest(CsvBars(path), provider="bulk", frequency="1m")
    assert (again.expected_count, again.stored_count, again.is_whole) == (30, 1, True)


def test_years_months_and_numbers_with_underscores_are_refused(house, tmp_path):
    stock(house, "Q1")
    path = tmp_path / "odd.csv"
    path.write_text("symbol,date,close\nQ1,2022,1\nQ1,2022-03,1\nQ1,2022-12-05,1_80\nQ1, 2022-12-06 ,2\n")
    done = Pipeline(house.ports).ingest(CsvBars(path), provider="bulk")
    refused = Deliveries(house.ports).rejected(done.batch_id, house.manager).items
    assert (done.stored_count, [one.field for one in refused]) == (1, ["date", "date", "close"])


def test_a_delivery_with_an_endless_cell_ends_with_a_sentence(house, tmp_path):
    stock(house, "Q1")
    path = tmp_path / "endless.csv"
    path.write_text('symbol,date,close\nQ1,2022-12-05,1\nQ1,2022-12-06,"' + "x" * 140_000 + '"\n')
    pipeline = Pipeline(house.ports)
    with pytest.raises(InvalidRequest, match="beyond line"):
        pipeline.ingest(CsvBars(path), provider="bulk", rows_at_once_count=1)
    assert pipeline.unfinished() == ()
    (ended,) = [one for one in Deliveries(house.ports).list(house.manager).items if one.provider == "bulk"]
    assert (ended.status, ended.stored_count) == ("failed", 1)
