"""Do files of every kind and from every door become the same figures, and are the rows that do not named for repair?"""

from __future__ import annotations

import csv
import io
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.providers.file_drop import DropFolder
from services.alerts import Alerts
from services.auth.actor import Actor
from services.errors import InvalidRequest, NotAllowed, NotFound, Unavailable
from services.file_drops import WHO, FileDrops
from services.imports import Imports
from services.imports_command import run_file
from services.messages.imports import ImportDoor
from services.optimize_rarity import rarity_note

NOW = datetime(2022, 12, 29, 9, tzinfo=UTC)
LAST = date(2022, 12, 28)
HEAD = "symbol,date,close,name,currency\n"
GOOD = (HEAD + "NEWCO,2022-12-27,10,New Co,USD\nNEWCO,2022-12-28,11,,\n").encode()
BAD = (HEAD + "NEWCO,2022-12-27,0,New Co,USD\n@SUM(1),2022-12-28,=1+1,,\n").encode()


def bars_of(house: Any, symbol: str, actor: Actor) -> Any:
    """The stored arrays of one asset."""
    with house.ports.store.read(actor) as uow:
        asset = uow.assets.by_symbols([symbol])[symbol]
        return uow.prices.series(asset.id)


@pytest.mark.requirement("2.1.D1")
def test_open_high_low_and_volume_of_a_parquet_file_are_stored(house: Any, imports: Imports) -> None:
    days = [date(2022, 12, 27), date(2022, 12, 28)]
    table = pa.table(
        {"symbol": ["NEWCO"] * 2, "date": days, "open": [9.0, 10.5], "high": [11.0, 12.0], "low": [8.5, 10.0],
         "close": [10.0, 11.0], "volume": [100, 200], "name": ["New Co", None], "currency": ["USD", None]}
    )  # fmt: skip
    out = io.BytesIO()
    pq.write_table(table, out)
    done = imports.run(out.getvalue(), "new.parquet", house.manager)
    assert (done.imported.rows_count, done.imported.door) == (2, ImportDoor.UPLOAD)
    stored = bars_of(house, "NEWCO", house.manager)
    for name, wanted in (("open", [9, 10.5]), ("high", [11, 12]), ("low", [8.5, 10]), ("volume", [100, 200])):
        assert np.array_equal(getattr(stored, name), wanted), name
    assert house.market.asset("NEWCO", house.manager).last_price == 11.0


def test_the_bytes_of_a_file_are_kept_for_its_house_alone(house: Any, imports: Imports) -> None:
    done = imports.run(GOOD, "own.csv", house.manager)
    with house.ports.store.read(house.manager) as uow:
        kept = uow.raw_payloads.read(done.imported.sha256)
        assert kept is not None
        assert (kept[0].endpoint, kept[1]) == ("own.csv", GOOD)
    with house.ports.store.read(house.stranger) as uow:
        assert uow.raw_payloads.read(done.imported.sha256) is None


def test_rejected_rows_come_with_cause_way_out_and_their_own_cells_and_no_formula(house: Any, imports: Imports) -> None:
    raw = imports.rejects(BAD, "bad.csv", house.manager)
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [(row["line"], row["column"]) for row in rows] == [("2", "close"), ("3", "close"), ("3", "symbol")]
    assert all(row["problem"] and row["way_out"] for row in rows)
    assert rows[0]["file: symbol"] == "NEWCO"
    assert rows[2]["file: symbol"] == "'@SUM(1)"
    assert rows[2]["file: close"] == "'=1+1"
    assert not any(cell.startswith(("=", "@", "+", "-")) for row in rows for cell in row.values())
    assert list(csv.reader(io.StringIO(imports.rejects(GOOD, "g.csv", house.manager).decode("utf-8-sig")))) == [
        ["line", "column", "problem", "way_out"]
    ]
    with pytest.raises(NotAllowed):
        imports.rejects(BAD, "bad.csv", house.actors["viewer"])


def test_what_shows_only_beside_the_stored_data_is_among_the_rejected_rows(house: Any, imports: Imports) -> None:
    raw = imports.rejects(b"symbol,date,close\nNOBODY,2022-12-28,5\n", "x.csv", house.manager)
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    assert row["problem"].startswith("NOBODY is not known here")


@pytest.fixture
def drops(house: Any, imports: Imports, tmp_path: Path) -> SimpleNamespace:
    """The folder of one house, with what looks into it."""
    settings = house.ports.settings.model_copy(update={"drop_dir": tmp_path / "drop"})
    object.__setattr__(house.ports, "settings", settings)
    alerts = Alerts(house.ports)
    made = FileDrops(house.ports, imports=imports, alerts=alerts)
    made.take_in()
    folder = tmp_path / "drop" / house.manager.tenant_id
    return SimpleNamespace(made=made, folder=folder, alerts=alerts)


def looks(drops: SimpleNamespace, count: int = 2) -> int:
    return sum(drops.made.take_in() for _ in range(count))


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


def test_a_dropped_file_is_imported_for_its_house_alone_and_moved_with_a_report(
    house: Any, imports: Imports, drops: SimpleNamespace
) -> None:
    (drops.folder / "prices.csv").write_bytes(GOOD)
    assert drops.made.take_in() == 0, "seen once, it may still grow"
    assert drops.made.take_in() == 1
    (made,) = imports.list(house.manager)
    assert (made.file_name, made.by, made.door) == ("prices.csv", WHO, ImportDoor.DROP)
    assert house.market.asset("NEWCO", house.manager).last_price == 11.0
    with pytest.raises(NotFound):
        house.market.asset("NEWCO", house.stranger)
    assert names(drops.folder) == ["done"]
    moved, report = names(drops.folder / "done")
    assert moved.endswith("Z-prices.csv")
    assert report == f"{moved}.report.txt"
    assert (drops.folder / "done" / moved).read_bytes() == GOOD
    assert "Imported: 2 figures of NEWCO" in (drops.folder / "done" / report).read_text()


def test_a_file_with_problems_is_moved_aside_with_all_of_them_and_an_alert_until_it_comes_right(
    house: Any, imports: Imports, drops: SimpleNamespace
) -> None:
    (drops.folder / "prices.csv").write_bytes(BAD)
    assert looks(drops) == 1
    assert imports.list(house.manager) == ()
    moved, report = names(drops.folder / "rejected")
    said = (drops.folder / "rejected" / report).read_text()
    assert all(one in said for one in ("Line 2, close:", "Line 3, symbol:", "nothing was written"))
    (alert,) = drops.alerts.list(house.manager)
    assert moved in alert.sentence
    (drops.folder / "prices.csv").write_bytes(GOOD)
    assert looks(drops) == 1
    assert drops.alerts.list(house.manager) == [], "the alert ends when a file of this name came in"


def test_a_kill_between_import_and_move_loses_and_doubles_nothing(
    house: Any, imports: Imports, drops: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drops.folder / "prices.csv").write_bytes(GOOD)
    monkeypatch.setattr(DropFolder, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    drops.made.take_in()
    with pytest.raises(KeyboardInterrupt):
        drops.made.take_in()
    monkeypatch.undo()
    assert names(drops.folder) == ["prices.csv"]
    again = FileDrops(house.ports, imports=imports, alerts=drops.alerts)
    assert sum(again.take_in() for _ in range(2)) == 1
    assert len(imports.list(house.manager)) == 1
    assert "imported before" in (drops.folder / "done" / names(drops.folder / "done")[1]).read_text()


def test_what_keeps_the_product_from_it_leaves_the_file_in_its_place(
    house: Any, imports: Imports, drops: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("The database is busy.", "Try again.")

    (drops.folder / "prices.csv").write_bytes(GOOD)
    monkeypatch.setattr(imports, "run", away)
    assert looks(drops, 3) == 0
    assert names(drops.folder) == ["prices.csv"]
    monkeypatch.undo()
    assert looks(drops, 1) == 1


def test_unfinished_hidden_and_growing_files_wait_and_links_and_giants_are_refused(
    house: Any, drops: SimpleNamespace, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(GOOD)
    for name in ("a.part", ".hidden.csv", "b.csv.tmp"):
        (drops.folder / name).write_bytes(GOOD)
    (drops.folder / "inner").mkdir()
    (drops.folder / "soft.csv").symlink_to(secret)
    os.link(secret, drops.folder / "hard.csv")
    os.mkfifo(drops.folder / "pipe.csv")
    (drops.folder / "giant.csv").write_bytes(b"x" * (house.ports.settings.import_max_mib * 1024 * 1024 + 1))
    growing = drops.folder / "growing.csv"
    for size in (1, 2):
        growing.write_bytes(GOOD[:size])
        drops.made.take_in()
    assert names(drops.folder) == [".hidden.csv", "a.part", "b.csv.tmp", "growing.csv", "inner", "rejected"]
    moved = {one.partition("Z-")[2] for one in names(drops.folder / "rejected") if not one.endswith(".txt")}
    assert moved == {"soft.csv", "hard.csv", "pipe.csv", "giant.csv"}
    assert secret.read_bytes() == GOOD


def test_names_that_are_long_in_bytes_or_not_in_utf_8_do_not_block_the_folder(
    house: Any, imports: Imports, drops: SimpleNamespace
) -> None:
    for name in ("価".encode() * 83 + b".csv", b"caf\xe9.csv"):
        Path(os.fsdecode(bytes(drops.folder) + b"/" + name)).write_bytes(BAD)
    assert looks(drops) == 2
    moved = names(drops.folder / "rejected")
    assert len(moved) == 4
    assert all(name.isprintable() and len(name.encode()) < 255 for name in moved)
    assert all(alert.sentence.isprintable() for alert in drops.alerts.list(house.manager))
    assert len(drops.alerts.list(house.manager)) == 2


def test_a_folder_that_is_a_link_is_not_followed(house: Any, imports: Imports, drops: SimpleNamespace) -> None:
    outside = drops.folder.parent.parent / "outside"
    outside.mkdir()
    (outside / "prices.csv").write_bytes(GOOD)
    drops.folder.rmdir()
    drops.folder.symlink_to(outside, target_is_directory=True)
    assert looks(drops, 3) == 0
    assert names(outside) == ["prices.csv"]
    assert imports.list(house.manager) == ()


def test_a_file_that_was_replaced_meanwhile_is_read_anew(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path, 1000)
    here = folder.prepare("house")
    (here / "a.csv").write_bytes(b"old")
    folder.ready("house")
    (dropped,) = folder.ready("house")
    (here / "a.csv").write_bytes(b"newer")
    assert folder.finish(dropped, "done", "report", NOW) is None
    assert (here / "a.csv").read_bytes() == b"newer"
    folder.ready("house")
    (dropped,) = folder.ready("house")
    assert dropped.raw == b"newer"
    first = folder.finish(dropped, "done", "report", NOW)
    (here / "a.csv").write_bytes(b"again")
    folder.ready("house")
    second = folder.finish(folder.ready("house")[0], "done", "report", NOW)
    assert first is not None
    assert second is not None
    assert first != second, "no file is written over another"


@pytest.fixture
def command(house: Any, imports: Imports, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What `manage.py ingest` hands to its service."""
    users = SimpleNamespace(ensure_tenant=lambda: None)
    return SimpleNamespace(ports=house.ports, imports=imports, users=users)


def test_the_command_checks_imports_and_tells_problems(
    house: Any, imports: Imports, command: Any, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(GOOD)
    bad.write_bytes(BAD)
    own = house.manager.tenant_id
    with pytest.raises(InvalidRequest, match="several houses"):
        run_file(command, str(good), None, is_dry_run=True)
    with pytest.raises(NotFound, match="no house"):
        run_file(command, str(good), "nowhere", is_dry_run=True)
    with pytest.raises(InvalidRequest, match="cannot be read"):
        run_file(command, str(tmp_path / "absent.csv"), own, is_dry_run=True)
    dry = run_file(command, str(good), own, is_dry_run=True)
    assert dry.is_good
    assert "Ready to import" in dry.lines[0]
    assert imports.list(house.manager) == ()
    done = run_file(command, str(good), own, is_dry_run=False)
    assert done.is_good
    assert any("Imported: 2 figures of NEWCO" in one for one in done.lines)
    (made,) = imports.list(house.manager)
    assert made.door is ImportDoor.COMMAND
    again = run_file(command, str(good), own, is_dry_run=False)
    assert again.is_good
    assert "already imported" in again.lines[0]
    refused = run_file(command, str(bad), own, is_dry_run=False)
    assert not refused.is_good
    assert any(one.startswith("  line 2, close: ") for one in refused.lines)


def monthly(symbol: str, count: int) -> bytes:
    """A fund that is appraised at the end of each month."""
    ends, day = [], date(2022, 12, 1)
    for _ in range(count):
        ends.append(day - timedelta(days=1))
        day = (day - timedelta(days=1)).replace(day=1)
    while any(one.weekday() >= 5 for one in ends):
        ends = [one - timedelta(days=1) if one.weekday() >= 5 else one for one in ends]
    rows = [f"{symbol},{one},{100 + n},Timber Fund,USD,fund" for n, one in enumerate(sorted(ends))]
    return ("symbol,date,close,name,currency,asset_class\n" + "\n".join(rows) + "\n").encode()


def test_an_appraised_fund_is_an_asset_like_others_and_the_file_says_what_its_rarity_means(
    house: Any, imports: Imports
) -> None:
    raw = monthly("TIMBER", 36)
    check = imports.check(raw, "fund.csv", house.manager)
    assert any("TIMBER has a price every 3" in one for one in check.notes)
    imports.run(raw, "fund.csv", house.manager)
    asset = house.market.asset("TIMBER", house.manager)
    assert (asset.asset_class, asset.currency, asset.last_price) == ("etf", "USD", 135.0)
    shown = house.market.prices("TIMBER", house.manager, frequency="monthly")
    assert len(shown.points) == 36
    panel, lineage = house.market.returns_panel(("AAPL", "TIMBER"), LAST, 252, actor=house.manager)
    assert lineage["fewest_sessions"] == "TIMBER"
    note = rarity_note(panel, 252, "TIMBER")
    assert note is not None
    assert "expected returns are about 21 times too large and volatilities 4.6 times" in note
    assert "set `periods_per_year` to 12" in note
    assert rarity_note(panel, 12, "TIMBER") is None
    daily, _ = house.market.returns_panel(("AAPL", "KO"), LAST, 252, actor=house.manager)
    assert rarity_note(daily, 252, "KO") is None
