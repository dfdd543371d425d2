"""Do closes as traded make no false return at a split, and does their delivery say what was done?"""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from data.providers.answers import ActionAnswer, ActionFact, PriceAnswer, PriceSeries, Provenance
from data.providers.questions import ActionQuestion, PriceQuestion
from data.providers.vocabulary import Field, Flag
from services.providers_adjust import COMPUTED, KnownActions, back_adjusted, like_a_split, whole_adjusted
from tests.services.providers.conftest import Source
from tests.services.providers.test_refreshing import assets, bars

__all__ = ["assets"]

DAYS = np.busday_offset("2026-02-27", np.arange(-1499, 40), roll="backward")
SPLIT = ActionFact("AAPL", "split", date(2024, 6, 10), ratio=Decimal(4))
DIVIDEND = ActionFact("AAPL", "dividend", date(2025, 2, 10), amount_ccy=Decimal(2), currency="USD")


def as_traded(days):
    """400 before a split of 4 for 1, 100 after it, 98 from the day on which 2 are paid: a return of nothing."""
    closes = np.where(days < np.datetime64(SPLIT.ex_date), 400.0, 100.0)
    return np.where(days < np.datetime64(DIVIDEND.ex_date), closes, 98.0)


@pytest.fixture
def raw(clock, alpha, monkeypatch):
    """Alpha sends closes as traded alone; `raw.actions` is what it knows of dividends and splits."""
    said = type("Said", (), {"actions": (), "closes": staticmethod(as_traded)})

    def shape(self, asked, payloads):
        if isinstance(asked, ActionQuestion):
            facts = tuple(one for one in said.actions if one.symbol in asked.symbols)
            origin = Provenance(self.name, "x", ("https://x",), ("0" * 64,), clock.now_utc(), "For tests")
            return ActionAnswer(facts, (), origin)
        answer = Source.shape(self, asked, payloads)
        if not isinstance(asked, PriceQuestion):
            return answer
        days = DAYS[np.datetime64(clock.now_utc().date()) > DAYS]
        days = days if asked.start is None else days[days >= np.datetime64(asked.start)]
        series = tuple(
            PriceSeries(
                row.symbol, "USD", days.copy(), {Field.CLOSE: said.closes(days)}, np.full(days.size, Flag.OK.value)
            )
            for row in answer.series
            if row.symbol == "AAPL"
        )
        return PriceAnswer(series, answer.missing_symbols, asked.frequency, answer.provenance)

    able = dataclasses.replace(
        alpha.capabilities, questions=alpha.capabilities.questions | {ActionQuestion}, fields=frozenset({Field.CLOSE})
    )
    monkeypatch.setattr(alpha, "capabilities", able)
    monkeypatch.setattr(alpha, "shape", shape)
    return said


def lineages(ports, tenant_id):
    with ports.store.system(tenant_id, read_only=True) as uow:
        return [one.lineage for one in uow.ingest_batches.latest("alpha") if one.kind == "prices"]


@pytest.mark.requirement("2.1.B3")
def test_known_splits_and_dividends_leave_no_false_return(online, manager, assets, raw, ports):
    raw.actions = (SPLIT, DIVIDEND)
    online.refresh("facts", manager)
    online.refresh("days", manager)
    stored = bars(ports, manager.tenant_id, assets["AAPL"])
    assert set(stored.close) == {400.0, 100.0, 98.0}  # the closes stay as traded
    assert np.ptp(np.log(stored.adjusted_close)) < 1e-12  # worth 98 all along: nothing was won or lost
    assert stored.adjusted_close[-1] == 98.0
    (lineage,) = lineages(ports, manager.tenant_id)
    assert lineage[COMPUTED]["AAPL"] == lineage["transformations"][-1]
    assert (
        "adjusted closes computed here from closes as traded, with 1 split and 1 dividend" in lineage[COMPUTED]["AAPL"]
    )


def test_a_split_that_is_not_known_yet_keeps_the_bars_out_until_it_is(online, manager, assets, raw, ports, clock):
    report = online.refresh("days", manager)
    assert "on 10 Jun 2024 the closes of alpha move as at a split of 4 for 1, and no split is known" in report.sentence
    assert bars(ports, manager.tenant_id, assets["AAPL"]) is None
    raw.actions = (SPLIT,)
    online.refresh("facts", manager)
    clock.advance(hours=2)
    online.refresh("days", manager)
    adjusted = bars(ports, manager.tenant_id, assets["AAPL"]).adjusted_close
    assert np.unique(adjusted).tolist() == [98.0, 100.0]


@pytest.mark.parametrize(
    "known", [DIVIDEND, dataclasses.replace(SPLIT, ex_date=date(2021, 6, 10))], ids=["a dividend", "an older split"]
)
def test_other_actions_that_are_known_explain_no_split(online, manager, assets, raw, ports, clock, known):
    def closes(days):
        older = 4.0 if known.kind == "split" else 1.0
        return as_traded(days) * np.where(days < np.datetime64("2021-06-10"), older, 1.0)

    raw.actions, raw.closes = (known,), closes
    online.refresh("facts", manager)
    report = online.refresh("days", manager)
    assert "on 10 Jun 2024 the closes of alpha move as at a split of 4 for 1, and no split is known" in report.sentence
    assert bars(ports, manager.tenant_id, assets["AAPL"]) is None
    raw.actions = (known, SPLIT)
    clock.advance(hours=26)
    online.refresh("facts", manager)
    online.refresh("days", manager)
    steps = np.diff(np.log(bars(ports, manager.tenant_id, assets["AAPL"]).adjusted_close))
    assert np.abs(steps).max() < 0.021  # at most the dividend, where it is not known


def test_a_new_day_that_moves_as_at_an_unknown_split_waits_for_it(online, manager, assets, raw, ports, clock):
    raw.actions = (DIVIDEND,)
    raw.closes = lambda days: np.where(days < np.datetime64("2026-03-03"), 100.0, 25.0)
    online.refresh("facts", manager)
    online.refresh("days", manager)
    clock.advance(hours=48)
    report = online.refresh("days", manager)
    assert "on 3 Mar 2026 the closes of alpha move as at a split of 4 for 1" in report.sentence
    assert set(bars(ports, manager.tenant_id, assets["AAPL"]).close) == {100.0}


def test_an_action_that_becomes_known_later_changes_the_whole_past_and_new_days_go_on_from_it(
    online, manager, assets, raw, ports, clock
):
    raw.closes = lambda days: np.where(days < np.datetime64("2026-03-10"), 100.0, 25.0)
    online.refresh("days", manager)  # calm so far; nothing is known
    (lineage,) = lineages(ports, manager.tenant_id)
    assert "no split or dividend is known, so they count as adjusted" in lineage[COMPUTED]["AAPL"]
    raw.actions = (dataclasses.replace(DIVIDEND, ex_date=date(2025, 2, 10)),)
    online.refresh("facts", manager)
    stored = bars(ports, manager.tenant_id, assets["AAPL"])
    before = stored.dates < np.datetime64("2025-02-10")
    assert (np.unique(stored.adjusted_close[before]), np.unique(stored.adjusted_close[~before])) == (98.0, 100.0)
    raw.actions = (*raw.actions, ActionFact("AAPL", "split", date(2026, 3, 10), ratio=Decimal(4)))
    clock.advance(hours=24 * 12)
    online.refresh("facts", manager)
    online.refresh("days", manager)
    stored = bars(ports, manager.tenant_id, assets["AAPL"])
    assert stored.dates[-1] > np.datetime64("2026-03-12")
    steps = np.diff(np.log(stored.adjusted_close))
    assert np.flatnonzero(np.abs(steps) > 1e-12).tolist() == [
        int(np.flatnonzero(stored.dates >= np.datetime64("2025-02-10"))[0]) - 1
    ]
    assert set(stored.close) == {100.0, 25.0}
    assert stored.adjusted_close[-1] == 25.0


def test_adjusted_closes_of_the_source_itself_are_never_computed_anew(
    online, manager, assets, raw, ports, monkeypatch, alpha
):
    shape = alpha.shape

    def adjusted(self, asked, payloads):
        answer = shape(self, asked, payloads)
        if not isinstance(answer, PriceAnswer):
            return answer
        series = tuple(
            dataclasses.replace(
                one,
                columns={
                    Field.CLOSE: one.columns[Field.CLOSE].copy(),
                    Field.ADJUSTED_CLOSE: np.full(one.sessions.size, 7.0),
                },
            )
            for one in answer.series
        )
        return dataclasses.replace(answer, series=series)

    monkeypatch.setattr(alpha, "shape", adjusted)
    monkeypatch.setattr(alpha, "capabilities", dataclasses.replace(alpha.capabilities, fields=frozenset(Field)))
    online.refresh("days", manager)
    raw.actions = (SPLIT, DIVIDEND)
    online.refresh("facts", manager)
    assert set(bars(ports, manager.tenant_id, assets["AAPL"]).adjusted_close) == {7.0}


def test_factors_in_closed_form():
    days = np.arange("2026-01-05", "2026-01-10", dtype="datetime64[D]")
    closes = np.array([80.0, 80.0, 38.0, 40.0, 10.0])
    known = KnownActions(
        "any",
        ((date(2026, 1, 7), 2.0), (date(2026, 1, 9), 4.0)),
        ((date(2026, 1, 7), 4.0, "USD"), (date(2026, 1, 8), 9.0, "EUR")),
    )
    found = back_adjusted(days, closes, known, "USD")
    # a holder of one share of 80 gets 4 and two of 38: a return of -5 %; dividends in another currency are left out
    assert np.exp(np.diff(np.log(found))) == pytest.approx([1.0, 2 * 38 / (80 - 4), 40 / 38, 1.0])
    assert found[-1] == closes[-1]


@pytest.mark.parametrize(
    ("closes", "found"),
    [
        ([100.0, 50.5, 51.0], (date(2026, 1, 6), 2.0)),
        ([1.0, 1.0, 10.1], (date(2026, 1, 7), 0.1)),
        ([100.0, 66.0, 60.0], None),  # a third lost: a true fall
        ([100.0, 200.0, 103.0], None),  # taken back: a spike
        ([100.0, 25.0, 42.0], (date(2026, 1, 6), 4.0)),  # more than a third of it is left
        ([100.0], None),
    ],
)
def test_a_move_like_a_split_is_known(closes, found):
    days = np.arange("2026-01-05", "2026-01-08", dtype="datetime64[D]")[: len(closes)]
    assert like_a_split(days, np.array(closes)) == found


def test_a_day_without_an_adjusted_close_takes_the_factor_beside_it():
    closes, nan = np.array([10.0, 20.0, 30.0, 40.0]), np.nan
    assert whole_adjusted(closes, np.array([nan, 10.0, nan, 40.0])).tolist() == [5.0, 10.0, 15.0, 40.0]
    assert whole_adjusted(closes, np.full(4, nan)) is None
