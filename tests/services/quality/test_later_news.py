"""Is the rest told after a decision, and what becomes of a decision when the source changes its figures?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from data.quality.findings import Kind
from data.store import tables
from data.store.repositories.series import Bars
from services.messages.quality import Decision, FindingState
from services.quality_check import RESTATED
from tests.services.quality.conftest import BLOCK, SPIKE, walk

INSIDE = 620


def states(doubtful: Any) -> list[tuple[Kind, FindingState]]:
    return sorted((one.kind, one.state) for one in doubtful.findings(state=None))


def decide(doubtful: Any, kind: Kind, decision: Decision, state: FindingState = FindingState.OPEN) -> None:
    ids = [one.id for one in doubtful.findings(kind=kind, state=state)]
    doubtful.quality.decide(ids, decision, doubtful.house.manager)
    look_again(doubtful)


def look_again(doubtful: Any) -> None:
    doubtful.house.ports.clock.advance(minutes=5)
    doubtful.quality.check(doubtful.house.manager, ["OWN"])


def restate(doubtful: Any, place: int, close: float) -> None:
    """Bring another close of one session, as the source would."""
    with doubtful.house.ports.store.work(doubtful.house.manager) as uow:
        uow.prices.ingest(
            [Bars(doubtful.asset_id, doubtful.days[[place]], np.array([close]))],
            provider="upload",
            knowledge_time_utc=doubtful.house.ports.clock.now_utc() + timedelta(minutes=1),
        )
        uow.commit()
    look_again(doubtful)


def plant_inside(doubtful: Any) -> None:
    restate(doubtful, INSIDE, doubtful.raw_close[INSIDE] * 1.8)


def test_a_spike_inside_a_block_is_told_after_the_block_was_corrected(doubtful: Any) -> None:
    plant_inside(doubtful)
    decide(doubtful, Kind.UNIT, Decision.ACCEPT)
    inside = [one for one in doubtful.findings(kind=Kind.OUTLIER) if one.session == day(doubtful, INSIDE)]
    assert [one.raw for one in inside] == pytest.approx([doubtful.true_close[INSIDE] * 1.8])
    decide(doubtful, Kind.OUTLIER, Decision.ACCEPT)
    assert set(states(doubtful)) == {(Kind.UNIT, FindingState.ACCEPTED), (Kind.OUTLIER, FindingState.ACCEPTED)}
    assert doubtful.series().close[INSIDE] == pytest.approx(doubtful.true_close[INSIDE], rel=0.03)


def test_a_finding_has_the_figures_of_today_so_that_it_can_be_accepted_after_others(doubtful: Any) -> None:
    look_again(doubtful)
    (before,) = doubtful.findings(kind=Kind.UNIT)
    restate(doubtful, INSIDE, doubtful.raw_close[INSIDE] * 1.001)
    (after,) = doubtful.findings(kind=Kind.UNIT)
    assert after.id == before.id
    decide(doubtful, Kind.UNIT, Decision.ACCEPT)
    assert doubtful.series().close[INSIDE] == pytest.approx(doubtful.true_close[INSIDE] * 1.001)


def test_a_decision_about_figures_that_the_source_changed_is_over_and_says_so(doubtful: Any) -> None:
    look_again(doubtful)
    decide(doubtful, Kind.OUTLIER, Decision.ACCEPT)
    restate(doubtful, SPIKE, doubtful.true_close[SPIKE])
    (over,) = doubtful.findings(kind=Kind.OUTLIER, state=None)
    assert over.state is FindingState.GONE
    assert over.reason.endswith(RESTATED)
    restate(doubtful, SPIKE, doubtful.true_close[SPIKE] * 1.5)
    (again,) = doubtful.findings(kind=Kind.OUTLIER)
    assert again.raw == pytest.approx(doubtful.true_close[SPIKE] * 1.5)
    assert again.id != over.id


def test_a_block_that_the_source_sends_again_is_open_again(doubtful: Any) -> None:
    look_again(doubtful)
    decide(doubtful, Kind.UNIT, Decision.ACCEPT)
    with doubtful.house.ports.store.work(doubtful.house.manager) as uow:
        batch = uow.ingest_batches.find(row_of(uow, doubtful).batch_id)
        uow.prices.withdraw(batch.id, [doubtful.asset_id], "upload")
        uow.commit()
    look_again(doubtful)
    (block,) = doubtful.findings(kind=Kind.UNIT)
    assert block.reason.endswith(RESTATED)
    assert block.decided_by is None
    look_again(doubtful)
    assert doubtful.findings(kind=Kind.UNIT)[0].reason == block.reason
    decide(doubtful, Kind.UNIT, Decision.ACCEPT)
    np.testing.assert_allclose(doubtful.series().close[BLOCK], doubtful.true_close[BLOCK])


def test_an_asset_that_is_no_longer_active_is_not_checked_for_ever(doubtful: Any) -> None:
    assert doubtful.quality.check_news() > 0
    with doubtful.house.ports.store.system() as uow:
        uow.assets.by_symbols(["OWN"])["OWN"].is_active = False
        later = doubtful.days[[-1]] + np.timedelta64(3, "D")
        uow.prices.ingest(
            [Bars(doubtful.asset_id, later, np.array([50.0]))],
            provider="upload",
            knowledge_time_utc=doubtful.house.ports.clock.now_utc(),
        )
        uow.commit()
    assert doubtful.quality.check_news() == 0


def test_weekend_bars_are_told_on_an_exchange_with_a_single_series(doubtful: Any) -> None:
    days = np.arange("2022-01-04", "2022-01-22", dtype="datetime64[D]")
    with doubtful.house.ports.store.system() as uow:
        asset = uow.assets.add(
            tables.Asset(symbol="LON", name="Lonely", asset_class="equity", currency="GBP", exchange="XLON")
        )
        bars = Bars(asset.id, days, walk(len(days)))
        uow.prices.ingest([bars], provider="upload", knowledge_time_utc=doubtful.house.ports.clock.now_utc())
        uow.commit()
    doubtful.quality.check(doubtful.house.manager, ["LON"])
    told = doubtful.quality.findings(doubtful.house.manager, symbol="LON")
    assert {one.kind for one in told} == {Kind.OFF_CALENDAR}
    assert sum(one.sessions_count for one in told) == 4


def day(doubtful: Any, place: int) -> Any:
    return doubtful.days[place].astype(object)


def row_of(uow: Any, doubtful: Any) -> Any:
    (row,) = uow.quality_findings.of([doubtful.asset_id], kinds=[Kind.UNIT.value])
    return row
