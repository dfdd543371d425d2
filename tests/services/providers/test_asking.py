"""Is the right source asked, does the next one step in, and is nothing old ever passed off as fresh?"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from data.errors import ProviderChanged, ProviderLimited, ProviderRefused, ProviderUnavailable
from data.providers.questions import PriceQuestion
from data.providers.vocabulary import Field, Frequency
from data.store.repositories.series import Bars
from data.store.tables import Asset
from services.errors import NotAllowed, TooMany, Unavailable
from services.messages.providers import Outcome
from tests.services.providers.conftest import KEY, PRICES, QUOTES


def closes(answered):
    return {series.symbol: float(series.columns[Field.CLOSE][0]) for series in answered.answer.series}


def test_nothing_outside_is_asked_while_no_source_is_switched_on(providers, manager, alpha, beta):
    answered = providers.ask(PRICES, manager, asset_class="equity")
    assert answered.provider == "past"
    assert (alpha.asked, beta.asked) == ([], [])
    assert not providers.is_online(manager)


def test_an_answer_tells_who_gave_it_and_brings_its_bytes(online, manager, alpha):
    answered = online.ask(PRICES, manager, asset_class="equity")
    assert answered.provider == "alpha"
    assert not answered.is_stale
    assert closes(answered) == {"AAPL": 100.0, "MSFT": 100.0}
    assert len(answered.payloads) == 2
    assert [attempt.outcome for attempt in answered.attempts] == [Outcome.ANSWERED]
    assert alpha.asked == [("AAPL", "MSFT")]


@pytest.mark.requirement("2.1.D5")
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ProviderUnavailable("Alpha is away.", provider="alpha"), Outcome.UNAVAILABLE),
        (ProviderLimited("Slow down.", provider="alpha", retry_after_s=30), Outcome.LIMITED),
        (ProviderChanged("Another shape.", provider="alpha"), Outcome.CHANGED),
        (ProviderRefused("Not for you.", provider="alpha"), Outcome.REFUSED),
        (ValueError("a bug in the adapter"), Outcome.CHANGED),
    ],
)
def test_where_one_fails_the_next_answers_and_the_failure_is_told(online, manager, alpha, beta, error, outcome):
    alpha.fails.append(error)
    answered = online.ask(PRICES, manager, asset_class="equity")
    assert answered.provider == "beta"
    assert not answered.is_stale
    assert closes(answered)["AAPL"] == 200.0
    assert [attempt.outcome for attempt in answered.attempts] == [outcome, Outcome.ANSWERED]
    assert answered.attempts[0].sentence.endswith(".")
    assert beta.keys_seen == [{"api_key": KEY}]


def test_a_source_without_its_key_is_passed_over_without_being_asked(providers, administrator, manager, beta):
    providers.change("beta", {"is_enabled": True}, administrator)
    answered = providers.ask(PRICES, manager, asset_class="equity")
    assert beta.asked == []
    assert answered.attempts[0].outcome is Outcome.NO_KEY
    assert (answered.provider, answered.is_stale) == ("past", True)


def test_the_order_of_the_house_decides_and_holds_for_its_kind_of_assets_only(online, administrator, manager):
    online.set_order("equity", ("beta", "alpha"), administrator)
    assert online.ask(PRICES, manager, asset_class="equity").provider == "beta"
    assert online.ask(PRICES, manager, asset_class="etf").provider == "alpha"
    online.set_order("equity", (), administrator)
    assert online.ask(PRICES, manager, asset_class="equity").provider == "alpha"


def test_a_source_that_knows_none_of_the_symbols_is_no_answer(online, manager, alpha):
    alpha.lacks.update({"AAPL", "MSFT"})
    answered = online.ask(PRICES, manager, asset_class="equity")
    assert answered.provider == "beta"
    assert answered.attempts[0].outcome is Outcome.UNKNOWN


def test_what_one_source_lacks_is_asked_of_the_next(online, manager, alpha, beta):
    alpha.lacks.add("MSFT")
    first, second = online.ask_each(PRICES, manager, asset_class="equity")
    assert (first.provider, closes(first)) == ("alpha", {"AAPL": 100.0})
    assert (second.provider, closes(second)) == ("beta", {"MSFT": 200.0})
    assert beta.asked == [("MSFT",)]


@pytest.mark.requirement("2.1.B4")
@pytest.mark.parametrize(("question", "fresh_s"), [(QUOTES, 60), (PRICES, 3600)])
def test_a_minute_for_live_figures_and_an_hour_for_histories(online, manager, alpha, clock, question, fresh_s):
    online.ask(question, manager, asset_class="equity")
    clock.advance(seconds=fresh_s - 1)
    kept = online.ask(question, manager, asset_class="equity")
    assert len(alpha.asked) == 1
    assert (kept.age_s, kept.is_stale) == (fresh_s - 1, False)
    clock.advance(seconds=1)
    online.ask(question, manager, asset_class="equity")
    assert len(alpha.asked) == 2


def test_bars_of_minutes_are_live(online, manager, alpha, clock):
    question = PriceQuestion(("AAPL",), frequency=Frequency.MINUTE)
    online.ask(question, manager, asset_class="equity")
    clock.advance(seconds=60)
    online.ask(question, manager, asset_class="equity")
    assert len(alpha.asked) == 2


@pytest.mark.requirement("2.1.D5")
def test_while_every_source_is_down_the_last_answer_is_served_with_its_age(online, manager, alpha, beta, clock):
    online.ask(PRICES, manager, asset_class="equity")
    clock.advance(hours=5)
    alpha.fails.append(ProviderUnavailable("Alpha is away.", provider="alpha"))
    beta.fails.append(ProviderUnavailable("Beta is away.", provider="beta"))
    answered = online.ask(PRICES, manager, asset_class="equity")
    assert (answered.provider, answered.is_stale, answered.age_s) == ("alpha", True, 5 * 3600)
    assert closes(answered) == {"AAPL": 100.0, "MSFT": 100.0}
    assert [attempt.sentence for attempt in answered.attempts] == ["Alpha is away.", "Beta is away."]


def test_the_history_built_in_is_never_fresh_where_a_source_should_have_answered(online, manager, alpha, beta):
    for one in (alpha, beta):
        one.fails.append(ProviderUnavailable("Away.", provider=one.name))
    answered = online.ask(PRICES, manager, asset_class="equity")
    assert (answered.provider, answered.is_stale) == ("past", True)
    assert answered.age_s == pytest.approx((2 + 1) * 86400 + 9 * 3600)  # from 27 February to 2 March, 09:00


def test_what_is_stored_counts_before_the_history_built_in_and_is_never_fresh(online, manager, alpha, beta, ports):
    with ports.store.system(manager.tenant_id) as uow:
        asset = Asset(symbol="AAPL", name="Apple", asset_class="equity", currency="USD", is_active=True)
        days = np.array(["2026-02-25", "2026-02-26"], dtype="datetime64[D]")
        bars = Bars(uow.assets.add(asset).id, days, np.array([7.0, 8.0]))
        uow.prices.ingest([bars], provider="alpha", knowledge_time_utc=ports.clock.now_utc())
        uow.commit()
    for one in (alpha, beta):
        one.fails.append(ProviderUnavailable("Away.", provider=one.name))
    answered = online.ask(PRICES, manager, asset_class="equity")
    assert (answered.provider, answered.is_stale, closes(answered)) == ("alpha", True, {"AAPL": 7.0})
    assert answered.answer.missing_symbols == ("MSFT",)
    assert answered.age_s == pytest.approx((2 + 2) * 86400 + 9 * 3600)  # from 26 February to 2 March, 09:00


def test_nothing_known_is_a_refusal_with_every_reason(online, manager, alpha, beta):
    alpha.fails.append(ProviderUnavailable("Alpha is away.", provider="alpha"))
    beta.fails.append(ProviderRefused("Beta says no.", provider="beta"))
    with pytest.raises(Unavailable, match=r"Alpha is away\. Beta says no\."):
        online.ask(QUOTES, manager, asset_class="equity", without=frozenset({"past"}))
    with pytest.raises(Unavailable, match="No source that is switched on") as refused:
        online.ask(QUOTES, manager, asset_class="macro")
    assert refused.value.code == "no_provider"


def test_limits_alone_are_told_as_such(online, manager, alpha, beta):
    for one in (alpha, beta):
        one.fails.append(ProviderLimited("Slow down.", provider=one.name, retry_after_s=20))
    with pytest.raises(TooMany):
        online.ask(QUOTES, manager, asset_class="equity", without=frozenset({"past"}))


def test_a_hundred_callers_at_once_ask_the_source_once(online, manager, alpha):
    alpha.wait = threading.Event()
    with ThreadPoolExecutor(100) as pool:
        calls = [pool.submit(online.ask, PRICES, manager, asset_class="equity") for _ in range(100)]
        alpha.wait.set()
        answers = [call.result(10) for call in calls]
    assert len(alpha.asked) == 1
    assert {answered.provider for answered in answers} == {"alpha"}


@pytest.mark.requirement("2.1.D5")
def test_three_failures_in_a_row_leave_a_source_alone_and_one_question_tries_it_again(
    online, manager, alpha, clock, ports
):
    alpha.fails.append(ProviderUnavailable("Alpha is away.", provider="alpha"))

    def ask():
        ports.cache.close()
        return online.ask(PRICES, manager, asset_class="equity")

    outcomes = [ask().attempts[0].outcome for _ in range(5)]
    assert outcomes == [Outcome.UNAVAILABLE] * 3 + [Outcome.RESTING] * 2
    assert len(alpha.asked) == 3
    assert online.get("alpha", manager).breaker == "open"
    clock.advance(seconds=60)
    assert online.get("alpha", manager).breaker == "trying"
    assert ask().attempts[0].outcome is Outcome.UNAVAILABLE  # the one that tries
    clock.advance(seconds=60)
    assert ask().attempts[0].outcome is Outcome.RESTING  # twice as long after a further failure
    clock.advance(seconds=60)
    alpha.fails.clear()
    assert ask().provider == "alpha"
    assert online.get("alpha", manager).breaker == "closed"


def test_a_source_that_asks_us_to_slow_down_is_left_alone_for_that_long(online, manager, alpha, clock, ports):
    alpha.fails.append(ProviderLimited("Slow down.", provider="alpha", retry_after_s=120))
    online.ask(PRICES, manager, asset_class="equity")
    alpha.fails.clear()
    ports.cache.close()
    clock.advance(seconds=119)
    assert online.ask(PRICES, manager, asset_class="equity").attempts[0].outcome is Outcome.LIMITED
    ports.cache.close()
    clock.advance(seconds=1)
    assert online.ask(PRICES, manager, asset_class="equity").provider == "alpha"


def test_a_change_of_the_set_up_makes_kept_answers_old(online, administrator, manager, beta):
    assert online.ask(PRICES, manager, asset_class="equity").provider == "alpha"
    online.change("alpha", {"is_enabled": False}, administrator)
    assert online.ask(PRICES, manager, asset_class="equity").provider == "beta"


def test_who_may_not_see_market_data_may_not_ask(online, manager):
    from dataclasses import replace

    with pytest.raises(NotAllowed):
        online.ask(PRICES, replace(manager, scopes=frozenset({"runs.read"})), asset_class="equity")
