"""Does a house's correction of a shared bar stand exactly as long as the source says what was corrected?

And does taking it back, whenever that is, leave every answer about an earlier instant as it was?
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from data.errors import RowRefused
from data.store.repositories.series import CORRECTED_CODE, Bars
from data.store.tables import Asset, IngestBatch

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = np.datetime64("2020-01-01", "D") + np.arange(4)
PROVIDER = "embedded"


@dataclass(frozen=True)
class Word:
    """One version of one bar, as the plain list below keeps it."""

    is_own: bool
    is_correction: bool
    known_at: datetime
    close: float
    adjusted: float
    batch_id: str | None
    gone_at: datetime | None = None


@dataclass
class Told:
    """Everything that was said of each day, with the rule written down once more, bar by bar."""

    words: dict[int, list[Word]] = field(default_factory=lambda: {day: [] for day in range(len(DAYS))})

    def shown(self, day: int, at: datetime) -> Word | None:
        there = [one for one in self.words[day] if one.known_at <= at and (one.gone_at is None or at < one.gone_at)]
        heard = sorted(there, key=lambda one: one.known_at)
        own, shared = [one for one in heard if one.is_own], [one for one in heard if not one.is_own]
        if not own:
            return shared[-1] if shared else None
        if not own[-1].is_correction or not shared or any(not one.is_correction for one in own):
            return own[-1]
        before = [one for one in shared if one.known_at < own[-1].known_at]
        same = before and (before[-1].close, before[-1].adjusted) == (shared[-1].close, shared[-1].adjusted)
        return own[-1] if same else shared[-1]


class Play:
    """Deliveries, corrections, restatements and undos of one asset, told to the store and to the list alike."""

    def __init__(self, store: Any, person: Any, symbol: str) -> None:
        self.store, self.person, self.told, self.at = store, person, Told(), START
        self.batches: list[str] = []
        with store.system() as uow:
            self.asset_id = uow.assets.add(Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD")).id
            uow.commit()

    def restate(self, day: int, close: float, adjusted: float) -> None:
        self.at += timedelta(minutes=1)
        with self.store.system() as uow:
            batch = uow.ingest_batches.add(IngestBatch(provider=PROVIDER, kind="prices", status="succeeded"))
            written = uow.prices.ingest(
                [self._bar(day, close, adjusted)], provider=PROVIDER, knowledge_time_utc=self.at, batch_id=batch.id
            )
            uow.commit()
        if written:
            self.told.words[day].append(Word(False, False, self.at, close, adjusted, batch.id))

    def bring(self, day: int, close: float, adjusted: float, kind: str) -> None:
        self.at += timedelta(minutes=1)
        is_correction = kind == "correction"
        with self.store.work(self.person) as uow:
            batch = uow.ingest_batches.add(
                IngestBatch(tenant_id=self.person.tenant_id, provider=PROVIDER, kind=kind, status="succeeded")
            )
            flags = np.array([CORRECTED_CODE], dtype=np.int8) if is_correction else None
            uow.prices.ingest(
                [self._bar(day, close, adjusted, flags)], provider=PROVIDER, knowledge_time_utc=self.at,
                batch_id=batch.id, with_repeats=True,
            )  # fmt: skip
            uow.commit()
        self.batches.append(batch.id)
        self.told.words[day].append(Word(True, is_correction, self.at, close, adjusted, batch.id))

    def undo(self, batch_id: str) -> None:
        """Take back a correction, whose bars stay, or erase what the house brought."""
        self.at += timedelta(minutes=1)
        self.batches.remove(batch_id)
        its = [one for words in self.told.words.values() for one in words if one.batch_id == batch_id]
        with self.store.work(self.person) as uow:
            if its[0].is_correction:
                assert uow.prices.take_back(batch_id, self.asset_id, PROVIDER, self.at) == len(its)
                assert uow.prices.take_back(batch_id, self.asset_id, PROVIDER, self.at) == 0
            else:
                assert uow.prices.withdraw(batch_id, [self.asset_id], PROVIDER) == len(its)
            uow.commit()
        for day, words in self.told.words.items():
            left = [one for one in words if one not in its or one.is_correction]
            self.told.words[day] = [replace(one, gone_at=self.at) if one in its else one for one in left]

    def check_all(self) -> None:
        """Compare at every instant at which anything was said or taken back, and just before it."""
        said = {one.known_at for words in self.told.words.values() for one in words}
        gone = {one.gone_at for words in self.told.words.values() for one in words if one.gone_at is not None}
        for instant in sorted(said | gone):
            self.check(instant - timedelta(microseconds=1))
            self.check(instant)

    def check(self, at: datetime) -> None:
        """Compare every reader of prices with the list, now and at an earlier instant."""
        now = self._expected(self.at)
        then = self._expected(at)
        with self.store.read(self.person) as uow:
            packed = uow.prices.series(self.asset_id)
            assert (None if packed is None else self._figures(packed)) == (now or None)
            if packed is not None:  # whoever asks as of its knowledge time gets it
                then_known = uow.prices.known([self.asset_id], known_at_utc=packed.knowledge_time_utc)[self.asset_id][0]
                assert self._figures(then_known) == now
                assert then_known.knowledge_time_utc <= packed.knowledge_time_utc
            summary = uow.prices.summaries([self.asset_id]).get(self.asset_id)
            assert (summary and summary.last_close) == (now[-1][1] if now else None)
            assert (summary and summary.content_sha256) == (packed and packed.content_sha256)
            panel = uow.prices.panel([self.asset_id], field="close")
            assert panel.values[:, 0].tolist() == [close for _, close, *_ in now]
            for instant, expected in ((None, now), (at, then)):
                known = uow.prices.known([self.asset_id], known_at_utc=instant).get(self.asset_id)
                assert (None if known is None else self._figures(known[0])) == (expected or None)
                used = uow.prices.batches_used(
                    [self.asset_id], PROVIDER, DAYS[0].item(), DAYS[-1].item(), known_at_utc=instant
                )
                assert used.get(self.asset_id, {}) == self._batches(self.at if instant is None else instant)
                rows = uow.prices.bars(self.asset_id, provider=PROVIDER, known_at_utc=instant)
                assert [(row.session_date, row.close, row.adjusted_close) for row in rows] == [
                    one[:3] for one in expected
                ]

    def _expected(self, at: datetime) -> list[tuple[Any, float, float, bool]]:
        shown = [(DAYS[day].item(), self.told.shown(day, at)) for day in range(len(DAYS))]
        return [(day, one.close, one.adjusted, one.is_correction) for day, one in shown if one is not None]

    def _batches(self, at: datetime) -> dict[str | None, int]:
        shown = [self.told.shown(day, at) for day in range(len(DAYS))]
        return dict(Counter(one.batch_id for one in shown if one is not None))

    def _bar(self, day: int, close: float, adjusted: float, flags: Any = None) -> Bars:
        return Bars(self.asset_id, DAYS[day : day + 1], np.array([close]), np.array([adjusted]), flags=flags)

    def _figures(self, series: Any) -> list[tuple[Any, float, float, bool]]:
        flags = np.zeros(len(series.dates)) if series.flags is None else series.flags
        return list(
            zip(
                series.dates.tolist(), series.close.tolist(), series.adjusted_close.tolist(),
                (flags == CORRECTED_CODE).tolist(), strict=True,
            )
        )  # fmt: skip


@pytest.mark.requirement("2.1.B3")
def test_in_any_order_of_events_every_reader_shows_what_the_rule_says(store: Any, first: Any) -> None:
    for seed in range(3):
        chance = random.Random(seed)
        play = Play(store, first.researcher, f"P{seed}")
        for day in range(len(DAYS)):
            play.restate(day, 1.0, 1.0)
        for _ in range(12):
            day, close = chance.randrange(2), chance.choice([1.0, 2.0, 3.0])
            adjusted = chance.choice([close, close * 0.5])
            what = chance.choice(["restate", "restate", "correction", "correction", "prices", "undo"])
            if what == "restate":
                play.restate(day, close, adjusted)
            elif what == "undo" and play.batches:
                play.undo(chance.choice(play.batches))
            elif what != "undo":
                play.bring(day, close, adjusted, what)
            play.check(START + (play.at - START) * chance.random())
        play.check_all()


def test_a_correction_falls_with_the_figure_that_it_was_made_for_and_stands_again_with_it(
    store: Any, first: Any
) -> None:
    play = Play(store, first.researcher, "AAA")
    play.restate(0, 100.0, 100.0)
    play.bring(0, 1.0, 1.0, "correction")
    with_correction = play.at
    for close, adjusted, shown in ((101.0, 101.0, 101.0), (100.0, 100.0, 1.0), (100.0, 99.0, 100.0)):
        play.restate(0, close, adjusted)
        play.check(with_correction)
        with store.read(first.viewer) as uow:
            assert uow.prices.series(play.asset_id).close.tolist() == [shown]
            assert uow.prices.bars(play.asset_id, provider=PROVIDER, known_at_utc=with_correction)[0].close == 1.0


def test_two_corrections_of_one_bar_stay_marked_when_the_later_one_is_taken_back(store: Any, first: Any) -> None:
    play = Play(store, first.researcher, "AAA")
    play.restate(0, 100.0, 100.0)
    play.bring(0, 1.0, 1.0, "correction")
    play.bring(0, 1.5, 1.5, "correction")
    play.undo(play.batches[-1])
    with store.read(first.viewer) as uow:
        found = uow.prices.series(play.asset_id)
    assert (found.close.tolist(), found.flags.tolist()) == ([1.0], [CORRECTED_CODE])


def test_only_a_correction_is_taken_back_from_an_instant_on(store: Any, first: Any) -> None:
    play = Play(store, first.researcher, "AAA")
    play.bring(0, 1.0, 1.0, "prices")
    with store.work(first.researcher) as uow, pytest.raises(RowRefused, match="is no correction"):
        uow.prices.take_back(play.batches[0], play.asset_id, PROVIDER, play.at)
    play.bring(0, 2.0, 2.0, "correction")
    with store.work(first.researcher) as uow:  # at the very instant at which it became known
        assert uow.prices.take_back(play.batches[1], play.asset_id, PROVIDER, play.at) == 1
        uow.commit()
    with store.work(first.researcher) as uow:
        (before,) = uow.prices.bars(play.asset_id, provider=PROVIDER, known_at_utc=play.at)
        (after,) = uow.prices.bars(play.asset_id, provider=PROVIDER, known_at_utc=play.at + timedelta(microseconds=1))
        assert (before.close, after.close) == (2.0, 1.0)
        assert uow.prices.withdraw(play.batches[1], [play.asset_id], PROVIDER) == 1  # for good
        assert uow.prices.taken_back() == {}


def test_figures_are_known_since_the_last_correction_of_them_was_taken_back(store: Any, first: Any) -> None:
    """Other bars came while it stood: an answer as of their knowledge time would still hold the correction."""
    play = Play(store, first.researcher, "AAA")
    play.restate(0, 100.0, 100.0)
    play.bring(0, 1.0, 1.0, "correction")
    play.restate(1, 5.0, 5.0)
    play.undo(play.batches[-1])
    with store.read(first.viewer) as uow:
        for one in (uow.prices.series(play.asset_id), uow.prices.summaries([play.asset_id])[play.asset_id]):
            assert one.knowledge_time_utc == play.at
        known, _ = uow.prices.known([play.asset_id], known_at_utc=play.at)[play.asset_id]
        assert (known.close.tolist(), known.knowledge_time_utc) == ([100.0, 5.0], play.at)
    with store.system(read_only=True) as uow:
        assert uow.prices.series_of([play.asset_id])[play.asset_id].knowledge_time_utc < play.at
    play.check_all()


def test_only_the_days_that_were_corrected_are_looked_at_again(store: Any, first: Any) -> None:
    play = Play(store, first.researcher, "AAA")
    for day in range(len(DAYS)):
        play.restate(day, 100.0, 100.0)
    play.bring(1, 99.0, 99.0, "prices")
    play.bring(2, 1.0, 1.0, "correction")
    with store.read(first.viewer) as uow:
        looked = uow.prices._versions_of([play.asset_id], PROVIDER, "1d", (), is_corrected_days=True)
    assert sorted(looked.days.tolist()) == [DAYS[2].item()] * 2


def test_below_corrections_lies_what_the_source_said_to_the_house_or_to_all(store: Any, first: Any) -> None:
    play = Play(store, first.researcher, "AAA")
    for day in range(3):
        play.restate(day, 100.0 + day, 50.0 + day)
    play.bring(1, 201.0, 90.0, "prices")
    play.bring(0, 1.0, 1.0, "correction")
    play.bring(1, 9.0, 9.0, "correction")
    play.bring(1, 2.0, 2.0, "correction")
    play.bring(2, 3.0, 3.0, "correction")
    play.bring(2, 102.5, 52.5, "prices")
    with store.work(first.researcher) as uow:
        series = uow.prices.series(play.asset_id)
        said = uow.prices.as_said(series)
        standing = uow.prices.standing_corrections(play.asset_id, PROVIDER, series.dates)
        assert uow.prices.as_said(said) is said
    assert series.close.tolist() == [1.0, 2.0, 102.5]
    assert closes_of(said) == [(100.0, 50.0), (201.0, 90.0), (102.5, 52.5)]
    assert not said.flags.any()
    assert [(row.session_date, row.close) for row in standing] == [
        (DAYS[0].item(), 1.0), (DAYS[1].item(), 9.0), (DAYS[1].item(), 2.0),
    ]  # fmt: skip


def closes_of(series: Any) -> list[tuple[float, float]]:
    return list(zip(series.close.tolist(), series.adjusted_close.tolist(), strict=True))


def test_a_delivery_counts_with_the_bars_that_no_later_one_stands_over(store: Any, first: Any) -> None:
    """A file with all bars, a second that revises the last two: the window of those two uses the second alone."""
    days = np.busday_offset("2024-01-01", np.arange(10), roll="forward").astype("datetime64[D]")
    with store.system() as uow:
        asset_id = uow.assets.add(Asset(symbol="RUN", name="Run", asset_class="equity", currency="USD")).id
        uow.commit()
    made = []
    for minute, part in ((0, days), (1, days[-2:])):
        with store.work(first.researcher) as uow:
            batch = IngestBatch(
                tenant_id=first.researcher.tenant_id, provider=PROVIDER, kind="prices", status="succeeded"
            )
            made.append(uow.ingest_batches.add(batch).id)
            uow.prices.ingest(
                [Bars(asset_id, part, np.full(len(part), 100.0 + minute))], provider=PROVIDER,
                knowledge_time_utc=START + timedelta(minutes=minute), batch_id=made[-1], with_repeats=True,
            )  # fmt: skip
            uow.commit()
    with store.read(first.viewer) as uow:
        ask = uow.prices.batches_used
        begin, end = days[0].item(), days[-1].item()
        assert ask([asset_id], PROVIDER, begin, end) == {asset_id: {made[0]: 8, made[1]: 2}}
        assert ask([asset_id], PROVIDER, days[-2].item(), end) == {asset_id: {made[1]: 2}}
        assert ask([asset_id], PROVIDER, begin, end, known_at_utc=START) == {asset_id: {made[0]: 10}}
        assert uow.prices.batches_of([asset_id], PROVIDER, begin, end) == {asset_id: {made[0]: 10, made[1]: 2}}
