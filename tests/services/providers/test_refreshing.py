"""Is asked what a house needs, at the right hours, and does it reach the store of that house only?"""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from data.errors import ProviderChanged, ProviderLimited, ProviderRefused, ProviderUnavailable
from data.providers.answers import PriceAnswer, PriceSeries
from data.providers.questions import PriceQuestion
from data.providers.vocabulary import Field, Flag, Frequency
from data.store.repositories.series import Bars
from data.store.tables import Asset, Benchmark
from services.errors import NotAllowed
from services.messages.market import IngestReport, SourceFailure
from services.providers_failures import failed_words
from services.providers_hours import is_open, local_day
from services.runs_kind_price_refresh import joined
from services.runs_kinds import kind_of
from tests.services.providers.conftest import Source


@pytest.fixture
def assets(ports, manager):
    """Two assets that everybody measures against, one that nobody uses, one that is invented."""
    with ports.store.system() as uow:
        ids = {}
        for symbol, is_sample in (("AAPL", False), ("MSFT", False), ("IDLE", False), ("FAKE", True)):
            row = Asset(
                symbol=symbol, name=symbol, asset_class="equity", currency="USD", exchange="XNAS", is_active=True,
                is_sample=is_sample,
            )  # fmt: skip
            ids[symbol] = uow.assets.add(row).id
        for symbol in ("AAPL", "MSFT", "FAKE"):
            uow.benchmarks.add(Benchmark(name=symbol, kind="index", currency="USD", asset_id=ids[symbol]))
        uow.commit()
    return ids


@pytest.fixture
def long(alpha, monkeypatch):
    """Alpha sends 1,500 finished sessions, or the bars of three minutes."""

    def shape(self, asked, payloads):
        answer = Source.shape(self, asked, payloads)
        if not isinstance(asked, PriceQuestion):
            return answer
        if asked.frequency is Frequency.MINUTE:
            times = np.array(["2026-03-02T15:00", "2026-03-02T15:01", "2026-03-02T15:02"], dtype="datetime64[s]")
            days = times.astype("datetime64[D]")
        else:
            days, times = np.busday_offset("2026-03-02", np.arange(-1499, 1), roll="backward"), None
        series = tuple(
            PriceSeries(
                one.symbol, "USD", days.copy(), {Field.CLOSE: np.full(days.size, 50.0)},
                np.full(days.size, Flag.OK.value), event_times_utc=None if times is None else times.copy(),
            )
            for one in answer.series
        )  # fmt: skip
        return PriceAnswer(series, answer.missing_symbols, asked.frequency, answer.provenance)

    monkeypatch.setattr(alpha, "shape", shape)


def bars(ports, tenant_id, asset_id):
    with ports.store.system(tenant_id, read_only=True) as uow:
        return uow.prices.series_of([asset_id]).get(asset_id)


@pytest.mark.parametrize("what", ["minutes", "days", "facts", "macro"])
def test_nothing_is_asked_while_no_source_is_switched_on(providers, manager, assets, alpha, beta, what):
    report = providers.refresh(what, manager)
    assert report.sentence == "No source outside is switched on, so nothing was asked."
    assert (alpha.asked, beta.asked) == ([], [])


@pytest.mark.requirement("2.1.B1")
def test_finished_sessions_of_used_assets_are_stored_for_the_house_that_asked(
    online, manager, stranger, assets, long, alpha, ports
):
    report = online.refresh("days", manager)
    assert alpha.asked == [("AAPL", "MSFT")]  # neither what nobody uses nor what is invented
    assert report.rows_count == 2 * 1499  # the session of 2 March is not over at 09:00 UTC
    stored = bars(ports, manager.tenant_id, assets["AAPL"])
    assert (stored.provider, str(stored.dates[-1]), len(stored.dates)) == ("alpha", "2026-02-27", 1499)
    assert bars(ports, stranger.tenant_id, assets["AAPL"]) is None
    with ports.store.system(manager.tenant_id, read_only=True) as uow:
        batch = uow.ingest_batches.latest("alpha")[0]
        assert (batch.tenant_id, batch.status, batch.rows_count) == (manager.tenant_id, "succeeded", 2998)
        assert uow.raw_payloads.read(batch.lineage["payload_sha256"][0])[1] == b"alphaAAPL,MSFT"


def test_the_next_round_asks_for_the_days_since_and_stores_nothing_twice(
    online, manager, assets, long, alpha, clock, ports, monkeypatch
):
    online.refresh("days", manager)
    asked = []
    ask = alpha.ask
    monkeypatch.setattr(alpha, "ask", lambda self, question: asked.append(question) or ask(self, question))
    clock.advance(hours=14)
    assert online.refresh("days", manager).rows_count == 2  # 2 March, twice
    assert {question.start for question in asked} == {date(2026, 2, 20)}
    clock.advance(hours=2)
    assert online.refresh("days", manager).sentence == "Nothing new came."


def test_a_mere_piece_never_takes_the_place_of_a_longer_history(online, manager, assets, alpha, ports):
    days = np.busday_offset("2022-12-28", np.arange(-999, 1), roll="backward")
    with ports.store.system() as uow:
        uow.prices.ingest(
            [Bars(assets["AAPL"], days, np.full(1000, 10.0))], provider="past",
            knowledge_time_utc=datetime(2023, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        uow.commit()
    report = online.refresh("days", manager)  # alpha sends two sessions of each
    assert "AAPL: alpha sent 2 sessions only, so the longer history that is stored stays in use." in report.sentence
    assert bars(ports, manager.tenant_id, assets["AAPL"]).provider == "past"
    assert bars(ports, manager.tenant_id, assets["MSFT"]).provider == "alpha"


@pytest.mark.requirement("2.1.B1")
def test_bars_of_minutes_are_asked_for_each_minute_while_the_exchange_is_open(
    online, manager, assets, long, alpha, clock, ports
):
    assert online.refresh("minutes", manager).rows_count == 0  # 09:00 UTC: New York sleeps
    assert alpha.asked == []
    clock.advance(hours=6, minutes=2)
    assert online.refresh("minutes", manager).rows_count == 2 * 2  # the bar that began at 15:02 is not over
    clock.advance(seconds=60)
    assert online.refresh("minutes", manager).rows_count == 2
    assert len(alpha.asked) == 2
    clock.advance(hours=6)
    online.refresh("minutes", manager)
    assert len(alpha.asked) == 2


def test_a_failure_is_told_and_what_is_stored_stays(online, manager, assets, alpha, beta, ports):
    for one in (alpha, beta):
        one.fails.append(ProviderUnavailable(f"{one.label} is away.", provider=one.name))
    before = bars(ports, manager.tenant_id, assets["AAPL"])
    report = online.refresh("days", manager)
    assert not report.is_changed
    assert bars(ports, manager.tenant_id, assets["AAPL"]) is before is None
    assert online.failing(manager.tenant_id) == (
        "Alpha: The last question failed: Alpha is away.", "Beta: The last question failed: Beta is away.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ProviderUnavailable, "Alpha answers with status 503."),
        (ProviderLimited, "Alpha was asked too often (status 429)."),
        (ProviderChanged, "Alpha sends a page instead of JSON."),
        (ProviderRefused, "Alpha refuses the request (status 401). Check the key."),
    ],
)
def test_a_source_that_fails_is_told_also_where_the_history_built_in_answers(
    providers, administrator, manager, assets, alpha, kind, words
):
    providers.change("alpha", {"is_enabled": True}, administrator)
    alpha.fails.append(kind(words, provider="alpha"))
    report = providers.refresh("days", manager)
    assert (report.rows_count, report.providers) == (0, ())
    assert [(one.provider, one.sentence) for one in report.failures] == [("alpha", words)]
    assert report.sentence == f"Nothing new came. 1 source failed: {words}"
    again = providers.refresh("days", manager)  # it may be left alone by now, which is told too
    assert [one.provider for one in again.failures] == ["alpha"]


@pytest.mark.parametrize("is_second_asked", [True, False])
def test_a_source_that_fails_for_the_rest_is_told_beside_what_came(
    online, manager, assets, long, alpha, beta, past, *, is_second_asked
):
    alpha.lacks.add("MSFT")
    past.lacks |= {"AAPL", "MSFT"}
    failing = beta if is_second_asked else alpha
    failing.fails.append(ProviderUnavailable(f"{failing.label} is away.", provider=failing.name))
    report = online.refresh("days", manager)
    assert report.rows_count > 0
    assert [(one.provider, one.sentence) for one in report.failures] == [(failing.name, f"{failing.label} is away.")]
    assert report.sentence.endswith(f" 1 source failed: {failing.label} is away.")


def test_a_run_of_all_kinds_tells_each_failure_once_behind_what_came():
    def report(rows_count, sentence, *failures):
        told = tuple(SourceFailure(provider=name, sentence=said) for name, said in failures)
        return IngestReport(
            providers=(), assets_count=0, rows_count=rows_count, is_changed=rows_count > 0, as_of=None, elapsed_ms=1.0,
            sentence=f"{sentence} {failed_words(told)}".rstrip(), failures=told,
        )  # fmt: skip

    away, limited = ("alpha", "Alpha is away."), ("beta", "Beta was asked too often.")
    found = joined([report(0, "Nothing new came.", away), report(2, "2 new figures stored.", away, limited)])
    assert found.sentence == "2 new figures stored. 2 sources failed: Alpha is away. Beta was asked too often."
    assert [one.provider for one in found.failures] == ["alpha", "beta"]
    assert joined([report(0, "Nothing new came.", away)] * 3).sentence == (
        "Nothing new came. 1 source failed: Alpha is away."
    )


def test_a_run_refreshes_one_kind_or_all(online, manager, assets, long, monkeypatch):
    kind = kind_of("price_refresh")
    market = SimpleNamespace(refresh=lambda actor: online.refresh("macro", actor))
    context = SimpleNamespace(
        services=SimpleNamespace(market=market, providers=online), actor=manager, progress=lambda stage, done: None
    )
    outcome = kind.execute(kind.parse('{"what": "days"}'), context)
    assert outcome.message == "2,998 new figures stored."
    assert kind.execute(kind.parse("{}"), context).message == "Nothing new came."


def test_who_may_not_refresh_is_refused(online, manager):
    with pytest.raises(NotAllowed):
        online.refresh("days", dataclasses.replace(manager, scopes=frozenset({"market.read"})))


@pytest.mark.parametrize(
    ("exchange", "kind", "when", "expected"),
    [
        ("XNAS", "equity", "2026-03-02T15:00", True),
        ("XNAS", "equity", "2026-03-02T13:00", False),
        ("XNAS", "equity", "2026-07-03T15:00", False),  # Independence Day is observed
        ("XLON", "equity", "2026-03-02T10:00", True),
        (None, "index", "2026-03-02T15:00", True),
        (None, "crypto", "2026-03-01T03:00", True),
        (None, "fx", "2026-02-28T15:00", False),  # Saturday
        (None, "fx", "2026-03-01T23:00", True),  # Sunday, 18:00 in New York
        (None, "fx", "2026-03-01T21:00", False),
        (None, "fx", "2026-02-27T23:00", False),  # Friday, 18:00
        (None, "fx", "2026-03-03T03:00", True),
    ],
)
def test_hours(exchange, kind, when, expected):
    assert is_open(exchange, kind, datetime.fromisoformat(when).replace(tzinfo=UTC)) is expected


def test_the_day_is_that_of_the_exchange():
    assert local_day("XNYS", datetime(2026, 3, 3, 2, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert local_day("XTKS", datetime(2026, 3, 2, 16, 0, tzinfo=UTC)) == date(2026, 3, 3)
