"""Does a correction of what a house imported stay when the same raw figure comes again in a longer file?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from data.quality.findings import Kind
from services.imports import Imports
from services.lineage import Lineage
from services.lineage_corrections import TAKEN_BACK
from services.messages.quality import Decision, FindingState
from services.quality import Quality
from services.quality_correct import tidy
from tests.services.quality.conftest import walk

PLACE, COUNT = 600, 700


@dataclass
class Brought:
    """A series that a house imported with one close in hundredths, and what can be done about it."""

    house: Any
    imports: Imports
    quality: Quality
    close: Any
    first: Any = None

    def file(self, count: int, volume: int = 1000, close: Any = None) -> bytes:
        days = np.busday_offset("2018-01-01", np.arange(COUNT), roll="forward").astype("datetime64[D]")
        close = self.close if close is None else close
        lines = [
            f"CORA,{days[n]},{close[n]:.4f},{close[n]:.4f},{close[n]:.4f},{close[n]:.4f},{volume + n},Cor A,USD"
            for n in range(count)
        ]
        return ("symbol,date,open,high,low,close,volume,name,currency\n" + "\n".join(lines) + "\n").encode()

    def bring(self, name: str, raw: bytes) -> Any:
        self.house.ports.clock.advance(minutes=5)
        return self.imports.run(raw, name, self.house.manager)

    def one_day(self, close: float) -> bytes:
        """Return a file with the corrected day alone, at another close."""
        other = self.close.copy()
        other[PLACE] = close
        lines = self.file(COUNT, close=other).decode().splitlines(keepends=True)
        return "".join([lines[0], lines[1 + PLACE]]).encode()

    def undo(self, made: Any) -> None:
        self.house.ports.clock.advance(minutes=5)
        self.imports.undo(made.id, self.house.manager)

    def series(self) -> Any:
        with self.house.ports.store.read(self.house.manager) as uow:
            return uow.prices.series(uow.assets.by_symbols(["CORA"])["CORA"].id, ("upload",))

    def known(self, at_utc: Any = None) -> Any:
        with self.house.ports.store.read(self.house.manager) as uow:
            asset_id = uow.assets.by_symbols(["CORA"])["CORA"].id
            day = self.series().dates[PLACE].astype(object)
            (bar,) = uow.prices.bars(asset_id, provider="upload", known_at_utc=at_utc, start=day, end=day)
            return bar.close

    def finding(self) -> Any:
        self.house.ports.clock.advance(minutes=5)
        self.quality.check(self.house.manager, ["CORA"])
        (found,) = self.quality.findings(self.house.manager, symbol="CORA", kind=Kind.UNIT, state=None)
        return found

    def decide(self, decision: Decision) -> None:
        self.quality.decide([self.finding().id], decision, self.house.manager)

    @property
    def right(self) -> Any:
        return pytest.approx(self.close[PLACE] / 100.0, rel=1e-6)


@pytest.fixture
def brought(house: Any) -> Brought:
    close = walk(COUNT)
    close[PLACE] *= 100.0
    made = Brought(house, Imports(house.ports), Quality(house.ports), close)
    made.first = made.bring("first.csv", made.file(COUNT - 5)).imported
    made.decide(Decision.ACCEPT)
    assert made.series().close[PLACE] == made.right
    return made


@pytest.mark.requirement("2.1.B3")
def test_a_correction_stays_when_a_longer_file_repeats_the_raw_figure(brought: Brought) -> None:
    longer = brought.file(COUNT)
    check = brought.imports.check(longer, "second.csv", brought.house.manager)
    (prices,) = (one for one in check.counts if one.kind == "prices")
    assert (prices.new_count, prices.changed_count, prices.same_count) == (5, 0, COUNT - 5)
    assert check.changes == ()
    assert "CORA: 1 price that your house corrected comes again as before. The correction stays." in check.notes
    second = brought.bring("second.csv", longer).imported
    mine = brought.series()
    assert (len(mine.dates), mine.close[PLACE], mine.flags[PLACE]) == (COUNT, brought.right, 4)
    assert mine.open[PLACE] == brought.right
    assert brought.finding().state is FindingState.ACCEPTED
    assert brought.known() == brought.right
    assert brought.imports.undo(second.id, brought.house.manager).id == second.id
    mine = brought.series()
    assert (len(mine.dates), mine.close[PLACE], mine.flags[PLACE]) == (COUNT - 5, brought.right, 4)
    assert brought.finding().state is FindingState.ACCEPTED
    brought.imports.undo(brought.first.id, brought.house.manager)
    with brought.house.ports.store.read(brought.house.manager) as uow:
        assert "CORA" not in uow.assets.by_symbols(["CORA"])


def test_either_import_can_be_undone_and_the_decision_taken_back_after_both(brought: Brought) -> None:
    brought.bring("second.csv", brought.file(COUNT))
    brought.imports.undo(brought.first.id, brought.house.manager)
    assert brought.series().close[PLACE] == brought.right
    brought.decide(Decision.UNDO)
    assert brought.series().close[PLACE] == pytest.approx(brought.close[PLACE], rel=1e-6)


def test_other_volumes_go_in_under_a_correction_that_stays(brought: Brought) -> None:
    brought.bring("second.csv", brought.file(COUNT, volume=5000))
    mine = brought.series()
    assert (mine.close[PLACE], mine.volume[PLACE]) == (brought.right, 5000 + PLACE)


def test_another_figure_ends_the_correction_and_the_check_says_so(brought: Brought) -> None:
    other = brought.close.copy()
    other[PLACE] *= 1.02
    file = brought.file(COUNT, close=other)
    check = brought.imports.check(file, "other.csv", brought.house.manager)
    assert any("comes with another figure. The file's counts" in one for one in check.notes)
    brought.bring("other.csv", file)
    assert brought.series().close[PLACE] == pytest.approx(other[PLACE], rel=1e-6)


def test_taking_a_decision_back_changes_no_answer_as_of_an_earlier_instant(brought: Brought) -> None:
    clock = brought.house.ports.clock
    corrected_at = clock.now_utc()
    brought.decide(Decision.UNDO)
    raw = pytest.approx(brought.close[PLACE], rel=1e-6)
    clock.advance(minutes=5)
    undone_at = clock.now_utc()
    mine = brought.series()
    assert (mine.close[PLACE], brought.known()) == (raw, raw)
    assert mine.flags is None or mine.flags[PLACE] != 4
    assert brought.known(corrected_at) == brought.right
    assert brought.finding().state is FindingState.OPEN
    brought.decide(Decision.ACCEPT)
    assert brought.series().close[PLACE] == brought.right
    assert (brought.known(corrected_at), brought.known(undone_at)) == (brought.right, raw)
    lineage, day = Lineage(brought.house.ports), mine.dates[PLACE].astype(object)
    first, again = lineage.of("CORA", day, brought.house.manager).corrections
    assert (first.is_standing, again.is_standing) == (False, True)
    assert first.sentence.endswith(TAKEN_BACK)


def test_an_undone_import_leaves_nothing_of_a_correction_that_was_taken_back(brought: Brought) -> None:
    second = brought.bring("second.csv", brought.file(COUNT)).imported
    brought.decide(Decision.UNDO)
    for made, count in ((second, COUNT - 5), (brought.first, 0)):
        brought.imports.undo(made.id, brought.house.manager)
        if count:
            assert brought.series().close[PLACE] == pytest.approx(brought.close[PLACE], rel=1e-6)
    with brought.house.ports.store.read(brought.house.manager) as uow:
        assert "CORA" not in uow.assets.by_symbols(["CORA"])


def test_an_undone_import_erases_no_correction_that_rests_on_another_one(brought: Brought) -> None:
    """The other import has the bar that was corrected; the undone one has later bars alone."""
    corrected_at = brought.house.ports.clock.now_utc()
    brought.decide(Decision.UNDO)
    lines = brought.file(COUNT).decode().splitlines(keepends=True)
    later = brought.bring("later.csv", "".join([lines[0], *lines[COUNT - 4 :]]).encode()).imported
    assert len(brought.series().dates) == COUNT
    brought.imports.undo(later.id, brought.house.manager)
    assert len(brought.series().dates) == COUNT - 5
    assert brought.known(corrected_at) == brought.right
    brought.imports.undo(brought.first.id, brought.house.manager)
    with brought.house.ports.store.read(brought.house.manager) as uow:
        assert uow.prices.taken_back() == {}


@pytest.mark.requirement("2.1.B3")
@pytest.mark.parametrize("factor", [0.0088, 0.01], ids=["another figure", "the corrected figure"])
def test_undoing_a_later_import_leaves_the_correction_that_was_made_before_it(brought: Brought, factor: float) -> None:
    before, corrected_at = brought.series(), brought.house.ports.clock.now_utc()
    close = round(float(brought.close[PLACE]) * factor, 4)
    later = brought.bring("later.csv", brought.one_day(close)).imported
    assert brought.series().close[PLACE] == pytest.approx(close, rel=1e-6)
    brought.undo(later)
    after = brought.series()
    assert (after.close[PLACE], after.flags[PLACE]) == (brought.right, 4)
    assert after.content_sha256 == before.content_sha256
    assert brought.known(corrected_at) == brought.known() == brought.right
    assert brought.finding().state is FindingState.ACCEPTED
    brought.undo(brought.first)
    with brought.house.ports.store.read(brought.house.manager) as uow:
        assert "CORA" not in uow.assets.by_symbols(["CORA"])


@pytest.mark.requirement("2.1.B3")
def test_undoing_a_later_import_leaves_what_was_taken_back_before_it(brought: Brought) -> None:
    corrected_at = brought.house.ports.clock.now_utc()
    brought.decide(Decision.UNDO)
    later = brought.bring("later.csv", brought.one_day(95.5)).imported
    brought.undo(later)
    raw = pytest.approx(brought.close[PLACE], rel=1e-6)
    assert (brought.known(corrected_at), brought.known()) == (brought.right, raw)
    brought.undo(brought.first)
    with brought.house.ports.store.read(brought.house.manager) as uow:
        assert uow.prices.taken_back() == {}


def test_undoing_the_import_under_a_correction_takes_it_along_and_the_later_figure_stays(brought: Brought) -> None:
    corrected_at = brought.house.ports.clock.now_utc()
    later = brought.bring("later.csv", brought.one_day(95.5)).imported
    brought.undo(brought.first)
    assert brought.series().close.tolist() == [95.5]
    with brought.house.ports.store.read(brought.house.manager) as uow:
        asset_id = uow.assets.by_symbols(["CORA"])["CORA"].id
        assert uow.prices.bars(asset_id, provider="upload", known_at_utc=corrected_at) == []
    (found,) = brought.quality.findings(brought.house.manager, symbol="CORA", kind=Kind.UNIT, state=None)
    assert found.state is FindingState.GONE
    brought.undo(later)


def test_a_correction_goes_with_the_last_import_that_brought_its_raw_figure(brought: Brought) -> None:
    """The raw figure comes again over it, then another one; the imports are undone from the first on."""
    again = brought.bring("again.csv", brought.file(COUNT)).imported
    other = brought.bring("other.csv", brought.one_day(95.5)).imported
    brought.undo(brought.first)
    assert brought.series().close[PLACE] == pytest.approx(95.5)
    brought.undo(other)
    assert brought.series().close[PLACE] == brought.right
    brought.undo(again)
    with brought.house.ports.store.read(brought.house.manager) as uow:
        asset_id = uow.assets.by_symbols(["CORA"])["CORA"].id
        assert (uow.prices.series(asset_id, ("upload",)), uow.prices.deliveries([asset_id])) == (None, {})


def test_a_corrected_price_has_no_noise_of_its_last_bits(brought: Brought) -> None:
    mine, said = brought.series(), float(f"{brought.close[PLACE]:.4f}")
    for column in (mine.close, mine.adjusted_close, mine.open, mine.high, mine.low):
        assert column[PLACE] == round(said / 100.0, 6)
    np.testing.assert_array_equal(
        tidy([101.30000000000001, np.nan, 0.0, -37.63, 1e-9]), [101.3, np.nan, 0, -37.63, 1e-9]
    )
