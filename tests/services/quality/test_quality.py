"""Are errors found, decided about and taken back, for one house alone, with the raw value kept?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from data.quality.findings import Kind
from data.store.repositories.series import Bars
from services.alerts import Alerts
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.quality import Decision, FindingState, Mode, PolicyChange, PolicyChoice
from services.quality import Quality
from tests.services.quality.conftest import BLOCK, SPIKE, walk

KNOWN = datetime(2023, 1, 1, tzinfo=UTC)


def by_kind(findings: Any) -> dict[Kind, Any]:
    return {one.kind: one for one in findings}


@pytest.mark.requirement("2.1.B3")
def test_planted_errors_are_found_with_what_would_be_right(doubtful: Any) -> None:
    done = doubtful.quality.check(doubtful.house.manager, ["OWN"])
    assert (done.series_count, done.new_count, done.corrected_count) == (1, 2, 0)
    found = by_kind(doubtful.findings())
    assert set(found) == {Kind.OUTLIER, Kind.UNIT}
    spike, block = found[Kind.OUTLIER], found[Kind.UNIT]
    assert spike.session == doubtful.days[SPIKE].astype(object)
    assert spike.raw == doubtful.raw_close[SPIKE]
    assert spike.proposed == pytest.approx(doubtful.true_close[SPIKE], rel=0.03)
    assert block.sessions_count == 40
    assert block.proposed == pytest.approx(doubtful.true_close[BLOCK][-1], rel=1e-12)
    detail = doubtful.quality.finding(block.id, doubtful.house.manager)
    assert sum(point.is_concerned for point in detail.points) == 40
    assert [one.raw for one in detail.points if one.is_concerned] == pytest.approx(list(doubtful.raw_close[BLOCK]))
    assert len(detail.points) == 70


@pytest.mark.requirement("2.1.B3")
def test_an_accepted_proposal_corrects_for_this_house_alone_and_can_be_taken_back(doubtful: Any) -> None:
    house, quality = doubtful.house, doubtful.quality
    quality.check(house.manager, ["OWN"])
    before = doubtful.series().content_sha256
    block = by_kind(doubtful.findings())[Kind.UNIT]
    done = quality.decide([block.id], Decision.ACCEPT, house.manager)
    assert done.done[0].state is FindingState.ACCEPTED
    assert done.done[0].decided_by == "Portfolio manager"
    mine = doubtful.series()
    np.testing.assert_allclose(mine.close[BLOCK], doubtful.true_close[BLOCK], rtol=1e-12)
    assert (mine.flags[BLOCK] == 4).all()
    np.testing.assert_array_equal(doubtful.series(house.stranger).close, doubtful.raw_close)
    with house.ports.store.read(house.manager) as uow:
        day = doubtful.days[610].astype(object)
        versions = uow.prices.versions(doubtful.asset_id, day, provider="upload")
        assert [row.close for row in versions] == [
            doubtful.raw_close[610], pytest.approx(doubtful.true_close[610], rel=1e-12),
        ]  # fmt: skip
    quality.decide([block.id], Decision.UNDO, house.manager)
    assert doubtful.series().content_sha256 == before
    assert by_kind(doubtful.findings())[Kind.UNIT].state is FindingState.OPEN


def test_what_was_rejected_is_not_proposed_again_for_the_same_figures(doubtful: Any) -> None:
    house, quality = doubtful.house, doubtful.quality
    quality.check(house.manager, ["OWN"])
    spike = by_kind(doubtful.findings())[Kind.OUTLIER]
    quality.decide([spike.id], Decision.REJECT, house.manager)
    assert quality.check(house.manager, ["OWN"]).new_count == 0
    assert Kind.OUTLIER not in by_kind(doubtful.findings())
    assert by_kind(doubtful.findings(state=FindingState.REJECTED))[Kind.OUTLIER].id == spike.id
    quality.decide([spike.id], Decision.UNDO, house.manager)
    assert Kind.OUTLIER in by_kind(doubtful.findings())


def test_several_are_decided_at_once_and_what_cannot_be_is_named(doubtful: Any) -> None:
    house, quality = doubtful.house, doubtful.quality
    quality.check(house.manager, ["OWN"])
    ids = [one.id for one in doubtful.findings()]
    done = quality.decide([*ids, "no-such-finding"], Decision.ACCEPT, house.manager)
    assert (len(done.done), len(done.passed)) == (2, 1)
    assert "no-such-finding" in done.passed[0].message
    np.testing.assert_allclose(doubtful.series().close[BLOCK], doubtful.true_close[BLOCK], rtol=1e-12)
    assert quality.check(house.manager, ["OWN"]).found_count == 0
    with pytest.raises(Conflict, match="accepted already"):
        quality.decide(ids[:1], Decision.ACCEPT, house.manager)


def test_another_house_sees_no_finding_and_decides_about_none(doubtful: Any) -> None:
    house, quality = doubtful.house, doubtful.quality
    quality.check(house.manager, ["OWN"])
    (one, *_) = doubtful.findings()
    assert quality.findings(house.stranger) == ()
    assert quality.score(None, house.stranger) == ()
    for refused in (
        lambda: quality.finding(one.id, house.stranger),
        lambda: quality.decide([one.id], Decision.ACCEPT, house.stranger),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(NotAllowed):
        quality.decide([one.id], Decision.ACCEPT, house.actors[Role.VIEWER])


@pytest.mark.requirement("2.1.B3")
def test_a_policy_corrects_at_once_what_is_sure_enough_and_says_so(doubtful: Any) -> None:
    house, quality = doubtful.house, doubtful.quality
    quality.set_policy(
        PolicyChange(choices=(
            PolicyChoice(kind=Kind.UNIT, mode=Mode.AUTO, confidence_frac=0.9),
            PolicyChoice(kind=Kind.OUTLIER, mode=Mode.OFF),
        )),
        house.manager,
    )  # fmt: skip
    done = quality.check(house.manager, ["OWN"])
    assert (done.found_count, done.corrected_count) == (1, 1)
    (one,) = doubtful.findings(state=None)
    assert (one.state, one.is_automatic, one.decided_by) == (FindingState.ACCEPTED, True, "The policy")
    np.testing.assert_allclose(doubtful.series().close[BLOCK], doubtful.true_close[BLOCK], rtol=1e-12)
    with pytest.raises(InvalidRequest):
        quality.set_policy(PolicyChange(choices=(PolicyChoice(kind=Kind.STALE, mode=Mode.AUTO),)), house.manager)


@pytest.mark.requirement("2.1.A4")
def test_scores_and_calendar_tell_what_is_wrong_and_alerts_follow_and_end(doubtful: Any) -> None:
    house, quality = doubtful.house, doubtful.quality
    quality.check(house.manager, ["OWN"])
    (score,) = quality.score(["OWN"], house.manager)
    assert score.suspect_frac == pytest.approx(41 / 900)
    assert score.age_sessions_count > 5
    expected = 100 * score.completeness_frac * (0.75 + 0.25 * score.freshness_frac) * (1 - 10 * 41 / 900)
    assert score.score == pytest.approx(expected, abs=0.06)
    counts = quality.calendar("OWN", house.manager).counts
    assert (counts["suspect"], counts["ok"]) == (41, 859)
    assert [one.title for one in alerts(house)] == ["Prices of OWN are stale"]
    quality.decide([one.id for one in doubtful.findings()], Decision.ACCEPT, house.manager)
    assert quality.calendar("OWN", house.manager).counts["corrected"] == 41
    quality.check(house.manager)
    assert [one.title for one in alerts(house)] == ["Prices of OWN are stale"]
    deliver_until_the_last_session(doubtful)
    quality.check(house.manager, ["OWN"])
    assert alerts(house) == []


def deliver_until_the_last_session(doubtful: Any) -> None:
    """Bring bars of the asset for every session of the market that it lacks."""
    with doubtful.house.ports.store.system() as uow:
        (apple,) = uow.assets.by_symbols(["AAPL"]).values()
        sessions = uow.prices.series_of([apple.id])[apple.id].dates
        late = sessions[sessions > doubtful.days[-1]]
        closes = walk(len(late), seed=9) * doubtful.true_close[-1] / 50.0
        uow.prices.ingest([Bars(doubtful.asset_id, late, closes)], provider="upload", knowledge_time_utc=KNOWN)
        uow.commit()


def alerts(house: Any) -> Any:
    return Alerts(house.ports).list(house.manager)


@pytest.mark.requirement("2.1.D3", "X.QA2")
def test_the_real_history_holds_nothing_suspicious_and_is_checked_after_it_came(house: Any) -> None:
    quality = Quality(house.ports)
    assert quality.summary(house.manager).checked_count == 0
    count = quality.check_news()
    summary = quality.summary(house.manager)
    assert count == 2 * summary.series_count
    assert summary.checked_count == summary.series_count
    found = quality.findings(house.manager)
    assert {(one.symbol, one.kind) for one in found} == {("RRC", Kind.STALE)}  # hardly traded before 1993
    assert all(one.proposed is None and one.last_session.year < 1993 for one in found)
    assert summary.sentence.endswith("in 1 of 26 series wait for a decision.")
    assert alerts(house) == []  # what was long ago alarms nobody
    assert quality.check_news() == 0
