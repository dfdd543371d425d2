"""Does an answer as of an instant stay what was knowable then, whatever a house decides, takes back, decides again?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from data.quality.findings import Kind
from data.store import tables
from data.store.repositories.series import Bars
from services.explorer import Explorer
from services.lineage import Lineage
from services.lineage_corrections import FALLEN, TAKEN_BACK
from services.lineage_deliveries import delivery_marks
from services.lineage_words import run_sentences
from services.market_data import MarketData
from services.messages.lineage import RunSource
from services.messages.market_data import FLAGS, DataRequest
from services.messages.quality import Decision, FindingState
from tests.services.quality.conftest import BLOCK, SPIKE

PLACE = BLOCK.start + 5
Answer = tuple[float, str]


@dataclass
class Watched:
    """One doubtful bar that all houses share, with what was answered about it at each instant."""

    doubtful: Any
    data: MarketData
    explorer: Explorer
    seen: list[tuple[datetime, Answer]]

    @property
    def clock(self) -> Any:
        return self.doubtful.house.ports.clock

    def answer(self, as_of_utc: datetime | None = None, place: int = PLACE) -> Answer:
        """Ask for the bar alone and in its series, by origin, chart, file and calendar: all must say the same."""
        manager, day = self.doubtful.house.manager, self.doubtful.days[place].item()
        told = Lineage(self.doubtful.house.ports).of("OWN", day, manager, known_at_utc=as_of_utc)
        found = {(told.value, told.flag)}
        for window in ({}, {"start": day, "end": day}):
            request = DataRequest(symbols=("OWN",), adjustment="raw", as_of_utc=as_of_utc, **window)
            panel = self.data.request(request, manager)
            (row,) = np.flatnonzero(panel.sessions == np.datetime64(day, "D"))
            found.add((float(panel.values["close"][row, 0]), FLAGS[panel.flags[row, 0]]))
        if as_of_utc is None:
            shown = self.explorer.view("OWN", manager, range="max", frequency="daily", adjust="raw").bars[place]
            (marked,) = self.doubtful.quality.calendar("OWN", manager, day, day).days
            assert (shown.session, marked.session, marked.flag) == (day, day, shown.flag)
            found.add((shown.close, shown.flag))
            file = self.explorer.table("OWN", "csv", manager, range="max", frequency="daily", adjust="raw").data
            cells = file.decode("utf-8-sig").splitlines()[1 + place].split(",")
            found.add((float(cells[4]), cells[7]))
        (only,) = found
        return only

    def note(self, close: float, flag: str) -> None:
        """Look at the bar now, remember the answer, and let an hour pass."""
        assert self.answer() == (pytest.approx(close, rel=1e-12), flag)
        self.seen.append((self.clock.now_utc(), self.answer()))
        self.clock.advance(hours=1)

    def check(self) -> None:
        """Ask again as of each instant, and as of the last moment before the next one."""
        for number, (instant, answer) in enumerate(self.seen):
            assert self.answer(instant) == answer
            if number:
                assert self.answer(instant - timedelta(microseconds=1)) == self.seen[number - 1][1]

    def finding(self, kind: Kind = Kind.UNIT) -> Any:
        (found,) = self.doubtful.findings(kind=kind, state=None)
        return found

    def decide(self, decision: Decision, kind: Kind = Kind.UNIT) -> None:
        self.doubtful.quality.decide([self.finding(kind).id], decision, self.doubtful.house.manager)

    def look(self) -> None:
        self.doubtful.quality.check(self.doubtful.house.manager, ["OWN"])

    def say(self, close: float) -> None:
        """Let the source say something of the shared bar."""
        with self.doubtful.house.ports.store.system() as uow:
            bars = Bars(self.doubtful.asset_id, self.doubtful.days[[PLACE]], np.array([close]))
            uow.prices.ingest([bars], provider="upload", knowledge_time_utc=self.clock.now_utc())
            uow.commit()


@pytest.fixture
def watched(doubtful: Any) -> Watched:
    made = Watched(doubtful, MarketData(doubtful.house.ports), Explorer(doubtful.house.ports), [])
    made.clock.advance(hours=1)
    made.note(doubtful.raw_close[PLACE], "ok")
    made.look()
    made.note(doubtful.raw_close[PLACE], "suspect")
    return made


@pytest.mark.requirement("2.1.B3")
def test_no_decision_about_a_shared_bar_changes_an_answer_about_an_earlier_instant(watched: Watched) -> None:
    raw, right = watched.doubtful.raw_close[PLACE], watched.doubtful.true_close[PLACE]
    for decision, close, flag in (
        (Decision.ACCEPT, right, "corrected"),
        (Decision.UNDO, raw, "suspect"),
        (Decision.ACCEPT, right, "corrected"),
        (Decision.UNDO, raw, "suspect"),
        (Decision.REJECT, raw, "ok"),
        (Decision.UNDO, raw, "suspect"),
        (Decision.ACCEPT, right, "corrected"),
    ):
        watched.decide(decision)
        watched.note(close, flag)
        watched.check()
    news = right * 1.01
    watched.say(news)  # the correction falls
    watched.note(news, "ok")
    watched.look()  # the correction of the other 39 bars stands on
    watched.note(news, "ok")
    watched.decide(Decision.UNDO)
    watched.note(news, "suspect")
    watched.say(raw)
    watched.note(raw, "suspect")
    watched.check()


@pytest.mark.requirement("2.1.B3")
def test_what_is_taken_back_hides_nothing_that_the_source_says_later(watched: Watched) -> None:
    watched.decide(Decision.ACCEPT)
    watched.decide(Decision.UNDO)
    with watched.doubtful.house.ports.store.system() as uow:  # closes stay, only the volume is news
        volume = Bars(
            watched.doubtful.asset_id, watched.doubtful.days[[PLACE]], watched.doubtful.raw_close[[PLACE]],
            volume=np.array([7e6]),
        )  # fmt: skip
        uow.prices.ingest([volume], provider="upload", knowledge_time_utc=watched.clock.now_utc())
        uow.commit()
    assert watched.doubtful.series().volume[PLACE] == 7e6


def test_the_queue_and_the_scores_are_as_before_the_decision(watched: Watched) -> None:
    doubtful = watched.doubtful
    (before,) = doubtful.quality.score(["OWN"], doubtful.house.manager)
    found = watched.finding()
    watched.decide(Decision.ACCEPT)
    assert watched.finding().state is FindingState.ACCEPTED
    watched.decide(Decision.UNDO)
    after = watched.finding()
    assert (after.state, after.decided_at_utc, after.reason) == (FindingState.OPEN, None, found.reason)
    (again,) = doubtful.quality.score(["OWN"], doubtful.house.manager)
    assert (again.score, again.corrected_frac, again.suspect_frac) == (
        before.score, 0.0, before.suspect_frac,
    )  # fmt: skip
    assert doubtful.quality.summary(doubtful.house.manager).corrected_count == 0


@pytest.mark.requirement("2.1.A6")
def test_the_origin_tells_the_source_again_and_the_correction_as_taken_back(watched: Watched) -> None:
    manager, day = watched.doubtful.house.manager, watched.doubtful.days[PLACE].item()
    lineage = Lineage(watched.doubtful.house.ports)
    before = lineage.of("OWN", day, manager)
    watched.decide(Decision.ACCEPT)
    watched.clock.advance(hours=1)
    between = watched.clock.now_utc()
    stood = lineage.of("OWN", day, manager)
    watched.clock.advance(hours=1)
    watched.decide(Decision.UNDO)
    after = lineage.of("OWN", day, manager)
    for name in ("value", "raw_value", "provider", "licence", "knowledge_time_utc", "fetched_at_utc"):
        assert getattr(after, name) == getattr(before, name)
    (mark,) = after.corrections
    assert not mark.is_standing
    assert mark.sentence.endswith(TAKEN_BACK)
    assert [one.is_shown for one in after.versions] == [True, False]
    then = lineage.of("OWN", day, manager, known_at_utc=between)
    assert (then.corrections, then.flag, then.value) == (stood.corrections, "corrected", stood.value)
    assert then.corrections[0].is_standing


def test_of_two_corrections_of_a_shared_bar_the_earlier_one_counts_again_while_the_source_agrees(
    watched: Watched,
) -> None:
    """The second is made by hand over the first; the source changes, comes back, and the second is taken back."""
    doubtful, manager = watched.doubtful, watched.doubtful.house.manager
    watched.decide(Decision.ACCEPT)
    raw, right, second = doubtful.raw_close[PLACE], doubtful.true_close[PLACE], 12.5
    watched.note(right, "corrected")
    with doubtful.house.ports.store.system(manager.tenant_id) as uow:
        batch = tables.IngestBatch(
            tenant_id=manager.tenant_id, provider="upload", kind="correction", status="succeeded", lineage={}
        )
        batch_id = uow.ingest_batches.add(batch).id
        bars = Bars(doubtful.asset_id, doubtful.days[[PLACE]], np.array([second]), flags=np.array([4], dtype=np.int8))
        at_utc = watched.clock.now_utc()
        uow.prices.ingest([bars], provider="upload", knowledge_time_utc=at_utc, batch_id=batch_id, with_repeats=True)
        uow.commit()
    watched.note(second, "corrected")
    watched.say(raw * 2.0)
    watched.note(raw * 2.0, "ok")
    with doubtful.house.ports.store.system(manager.tenant_id) as uow:
        uow.prices.take_back(batch_id, doubtful.asset_id, "upload", watched.clock.now_utc())
        uow.commit()
    watched.note(raw * 2.0, "ok")
    marks = Lineage(doubtful.house.ports).of("OWN", doubtful.days[PLACE].item(), manager).corrections
    assert all(one.sentence.endswith(FALLEN) for one in marks)  # the source had changed the bar before that
    watched.say(raw)
    watched.note(right, "corrected")
    watched.check()


def test_what_a_check_took_back_says_that_the_source_has_changed(watched: Watched) -> None:
    doubtful = watched.doubtful
    watched.decide(Decision.ACCEPT, Kind.OUTLIER)
    watched.clock.advance(hours=1)
    with doubtful.house.ports.store.system() as uow:
        bars = Bars(doubtful.asset_id, doubtful.days[[SPIKE]], doubtful.true_close[[SPIKE]])
        uow.prices.ingest([bars], provider="upload", knowledge_time_utc=watched.clock.now_utc())
        uow.commit()
    watched.clock.advance(hours=1)
    watched.look()
    assert watched.finding(Kind.OUTLIER).state is FindingState.GONE
    told = Lineage(doubtful.house.ports).of("OWN", doubtful.days[SPIKE].item(), doubtful.house.manager)
    (mark,) = told.corrections
    assert (told.flag, mark.is_standing, mark.sentence.endswith(FALLEN)) == ("ok", False, True)


def test_a_run_says_who_corrected_what_it_used(watched: Watched) -> None:
    doubtful = watched.doubtful
    watched.decide(Decision.ACCEPT)
    with doubtful.house.ports.store.read(doubtful.house.manager) as uow:
        batches = uow.prices.batches_used([doubtful.asset_id], "upload", *doubtful.days[[0, -1]].tolist())
        marks = delivery_marks(uow, list(batches[doubtful.asset_id]))
    (made,) = [RunSource(delivery=one, symbols=("OWN",)) for one in marks.values() if one.kind == "correction"]
    (sentence,) = run_sentences((made,), None, is_whole=True)
    name = doubtful.house.manager.name
    assert sentence.startswith(f"OWN: corrected figures of {made.delivery.provider_label}, accepted by {name} on ")


def test_another_house_hears_nothing_of_it(watched: Watched) -> None:
    house, day = watched.doubtful.house, watched.doubtful.days[PLACE].item()
    for decision in (Decision.ACCEPT, Decision.UNDO):
        watched.decide(decision)
        told = Lineage(house.ports).of("OWN", day, house.stranger)
        assert (told.value, told.flag, len(told.versions)) == (watched.doubtful.raw_close[PLACE], "ok", 1)
        with house.ports.store.read(house.stranger) as uow:
            assert uow.prices.taken_back() == {}
            assert uow.prices.series(watched.doubtful.asset_id).knowledge_time_utc.year == 2022
        with house.ports.store.system(read_only=True) as uow:
            assert uow.prices.taken_back() == {}


def test_a_doubt_that_comes_after_a_correction_is_told_beside_it(watched: Watched) -> None:
    """The bar is corrected and doubted once more: the origin says both, as every list of bars does."""
    doubtful = watched.doubtful
    watched.decide(Decision.ACCEPT)
    with doubtful.house.ports.store.work(doubtful.house.manager) as uow:
        row = uow.quality_findings.many([watched.finding(Kind.OUTLIER).id]).popitem()[1]
        uow.quality_findings.change(row, sessions=doubtful.days[[PLACE]].astype("<i4").tobytes())
        uow.commit()
    told = Lineage(doubtful.house.ports).of("OWN", doubtful.days[PLACE].item(), doubtful.house.manager)
    assert told.flag == "suspect"
    assert told.corrections[0].is_standing
    assert any("finds this value suspect" in one for one in told.sentences)
    assert SPIKE != PLACE
