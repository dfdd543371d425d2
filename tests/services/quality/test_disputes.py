"""Do two people, the policy, a check under way and the source get in each other's way when they decide at once?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from data.quality.findings import Kind
from data.store.repositories.series import Bars
from services.alerts import Alerts
from services.audit import Audit
from services.auth.roles import Role
from services.errors import Conflict
from services.imports import Imports
from services.messages.quality import Decision, FindingState, Mode, PolicyChange, PolicyChoice
from services.quality import Quality
from services.quality_check import market_sessions
from services.quality_load import Loaded
from tests.services.quality.conftest import BLOCK, SPIKE, walk
from tests.services.quality.test_later_news import look_again, restate


def the(doubtful: Any, kind: Kind, state: FindingState | None = None) -> Any:
    (found,) = doubtful.findings(kind=kind, state=state)
    return found


def score(doubtful: Any) -> Any:
    (found,) = doubtful.quality.score(["OWN"], doubtful.house.manager)
    return found


@pytest.mark.requirement("2.1.B3")
def test_what_the_policy_corrected_is_audited_scored_and_not_corrected_again_once_taken_back(doubtful: Any) -> None:
    quality, manager = doubtful.quality, doubtful.house.manager
    choice = PolicyChoice(kind=Kind.UNIT, mode=Mode.AUTO, confidence_frac=0.9)
    quality.set_policy(PolicyChange(choices=(choice,)), manager)
    quality.check_news()  # as the scheduler does when new prices came
    block = the(doubtful, Kind.UNIT)
    assert (block.state, block.is_automatic) == (FindingState.ACCEPTED, True)
    after = score(doubtful)
    assert (after.corrected_frac, after.suspect_frac) == (pytest.approx(40 / 900), pytest.approx(1 / 900))
    quality.decide([block.id], Decision.UNDO, manager)
    np.testing.assert_array_equal(doubtful.series().close, doubtful.raw_close)
    before = score(doubtful)
    assert (before.corrected_frac, before.suspect_frac) == (0.0, pytest.approx(41 / 900))
    assert before.score < after.score
    restate(doubtful, 0, doubtful.raw_close[0] * 1.001)  # news, so that it is checked again
    block = the(doubtful, Kind.UNIT)
    assert (block.state, block.is_automatic, block.decided_by) == (FindingState.OPEN, False, None)
    rows = Audit(doubtful.house.ports).list(doubtful.house.actors[Role.COMPLIANCE], object_id=block.id).items
    assert [row.action for row in rows] == ["quality.undo", "quality.accept"]
    assert rows[1].after["by"] == "policy"


def test_a_decision_during_a_check_stands(doubtful: Any) -> None:
    quality, manager = doubtful.quality, doubtful.house.manager
    look_again(doubtful)
    block = the(doubtful, Kind.UNIT)

    def decide_once(done_count: int, _total_count: int) -> None:
        if done_count == 1:
            quality.decide([block.id], Decision.ACCEPT, manager)

    quality.check(manager, ["OWN"], decide_once)
    assert the(doubtful, Kind.UNIT).state is FindingState.ACCEPTED
    quality.decide([block.id], Decision.UNDO, manager)
    np.testing.assert_array_equal(doubtful.series().close, doubtful.raw_close)


def test_of_two_who_decide_at_once_one_is_told_that_it_was_decided(doubtful: Any) -> None:
    look_again(doubtful)
    block, together = the(doubtful, Kind.UNIT), Barrier(2)

    def decide(role: Role) -> Any:
        together.wait()
        try:
            return doubtful.quality.decide([block.id], Decision.ACCEPT, doubtful.house.actors[role])
        except Conflict as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(decide, (Role.PORTFOLIO_MANAGER, Role.ADMINISTRATOR)))
    (refusal,) = [one for one in answers if isinstance(one, Conflict)]
    assert refusal.code == "already_decided"
    with doubtful.house.ports.store.read(doubtful.house.manager) as uow:
        day = doubtful.days[BLOCK][0].astype(object)
        assert len(uow.prices.versions(doubtful.asset_id, day, provider="upload")) == 2  # raw, and corrected once


def test_undo_after_the_source_has_changed_its_figure_leaves_what_the_source_says_now(doubtful: Any) -> None:
    look_again(doubtful)
    spike = the(doubtful, Kind.OUTLIER)
    doubtful.quality.decide([spike.id], Decision.ACCEPT, doubtful.house.manager)
    news = float(doubtful.true_close[SPIKE])
    doubtful.house.ports.clock.advance(minutes=5)
    with doubtful.house.ports.store.work(doubtful.house.manager) as uow:
        bars = Bars(doubtful.asset_id, doubtful.days[[SPIKE]], np.array([news]))
        uow.prices.ingest([bars], provider="upload", knowledge_time_utc=doubtful.house.ports.clock.now_utc())
        uow.commit()
    doubtful.quality.decide([spike.id], Decision.UNDO, doubtful.house.manager)
    assert doubtful.series().close[SPIKE] == news
    look_again(doubtful)
    assert the(doubtful, Kind.OUTLIER).state is FindingState.GONE
    with pytest.raises(Conflict, match="no decision to take back"):
        doubtful.quality.decide([spike.id], Decision.UNDO, doubtful.house.manager)


def test_a_correction_that_the_source_has_overtaken_does_not_come_back_with_the_old_figure(doubtful: Any) -> None:
    """What all houses share is restated and then set back: the house is asked again."""
    look_again(doubtful)
    spike = the(doubtful, Kind.OUTLIER)
    doubtful.quality.decide([spike.id], Decision.ACCEPT, doubtful.house.manager)
    raw = float(doubtful.raw_close[SPIKE])
    states = []
    for close in (float(doubtful.true_close[SPIKE]), raw):
        doubtful.house.ports.clock.advance(minutes=5)
        with doubtful.house.ports.store.system() as uow:
            bars = Bars(doubtful.asset_id, doubtful.days[[SPIKE]], np.array([close]))
            uow.prices.ingest([bars], provider="upload", knowledge_time_utc=doubtful.house.ports.clock.now_utc())
            uow.commit()
        look_again(doubtful)
        states.append(the(doubtful, Kind.OUTLIER).state)
        assert doubtful.series().close[SPIKE] == close
    assert states == [FindingState.GONE, FindingState.OPEN]


def test_what_trades_on_weekends_does_not_make_the_others_late(doubtful: Any) -> None:
    stock = doubtful.series()
    every = np.arange(stock.dates[0], stock.dates[-1] + 1)
    coin = replace(stock, dates=every, close=np.ones(len(every)))
    kinds = [SimpleNamespace(asset_class=one) for one in ("crypto", "equity")]
    found = market_sessions(Loaded(tuple(kinds), (coin, stock), ()))  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, stock.dates)
    np.testing.assert_array_equal(market_sessions(Loaded(tuple(kinds[:1]), (coin,), ())), every)  # type: ignore[arg-type]


def test_undo_of_an_import_takes_its_corrections_along(house: Any) -> None:
    imports, quality = Imports(house.ports), Quality(house.ports)
    days = np.busday_offset("2021-01-04", np.arange(300), roll="forward").astype("datetime64[D]")
    closes = walk(300)
    closes[150] *= 1.5
    lines = [f"ODDCO,{day},{close:.4f},Odd,USD" for day, close in zip(days, closes, strict=True)]
    raw = ("symbol,date,close,name,currency\n" + "\n".join(lines)).encode()
    done = imports.run(raw, "odd.csv", house.manager)
    house.ports.clock.advance(minutes=5)
    quality.check(house.manager, ["ODDCO"])
    (spike,) = quality.findings(house.manager, symbol="ODDCO")
    quality.decide([spike.id], Decision.ACCEPT, house.manager)
    assert [one.title for one in Alerts(house.ports).list(house.manager)] == ["Prices of ODDCO are stale"]
    imports.undo(done.imported.id, house.manager)
    with house.ports.store.read(house.manager) as uow:
        assert uow.assets.by_symbols(["ODDCO"]) == {}
    assert quality.summary(house.manager).corrected_count == 0
    quality.check_news()
    assert Alerts(house.ports).list(house.manager) == []  # nobody is alarmed of what is no longer there
