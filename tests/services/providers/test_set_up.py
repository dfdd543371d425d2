"""Are sources set up by those who may, house by house, and does no key ever come out again?"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from contextlib import closing

import pytest

from data.errors import ProviderLimited, ProviderRefused, ProviderUnavailable
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound, Stale, TooMany
from services.messages.providers import ProviderLight
from services.providers import Providers
from services.providers_sent import before_try
from services.secrets import Secrets
from tests.services.providers.conftest import KEY, PRICES, QUOTES

FEED = {
    "code": "data-hub",
    "label": "Data hub",
    "address": "https://hub.example.com/{symbol}?token={key}",
    "columns": {"date": "day", "close": "last"},
    "currency": "USD",
    "test_symbol": "AAPL",
}


@pytest.fixture
def other_administrator(person):
    return person(Role.ADMINISTRATOR, house_name="second", name="Olga")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PORTFOLIO_MANAGER, Role.RESEARCHER, Role.COMPLIANCE])
def test_only_administrators_set_sources_up(providers, person, role):
    actor = person(role)
    for do in (
        lambda: providers.change("alpha", {"is_enabled": True}, actor),
        lambda: providers.set_order("equity", ("beta",), actor),
        lambda: providers.set_credentials("beta", {"api_key": KEY}, actor),
        lambda: providers.delete_credentials("beta", actor),
        lambda: providers.put_feed(FEED, actor),
        lambda: providers.delete_feed("feed:data-hub", actor),
    ):
        with pytest.raises(NotAllowed):
            do()
    assert providers.list(actor).outside_enabled_count == 0


def test_two_houses_never_share_switch_order_key_quota_state_or_answer(
    online, administrator, other_administrator, manager, stranger, alpha, beta
):
    online.set_order("equity", ("beta", "alpha"), administrator)
    online.change("beta", {"day_limit_count": 7}, administrator)
    online.ask(PRICES, manager, asset_class="equity")
    theirs = online.get("beta", other_administrator)
    assert (theirs.is_enabled, theirs.has_keys, theirs.keys[0].last4) == (False, False, None)
    assert [quota.used_count for quota in theirs.quotas] == [0, 0]
    assert theirs.last_success_at_utc is None
    assert not any(order.is_own for order in online.list(other_administrator).orders)
    asked_count = len(beta.asked)
    assert online.ask(PRICES, stranger, asset_class="equity").provider == "past"
    online.change("beta", {"is_enabled": True}, other_administrator)
    online.set_credentials("beta", {"api_key": "another-key-of-the-second"}, other_administrator)
    online.ask(PRICES, stranger, asset_class="equity")
    assert len(beta.asked) == asked_count + 1
    assert beta.keys_seen[-1] == {"api_key": "another-key-of-the-second"}
    assert online.get("beta", administrator).keys[0].last4 == "9876"


def test_a_sealed_key_is_nowhere_to_be_read(online, administrator, ports, capsys, caplog):
    path = ports.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        everything = "\n".join(database.iterdump())
    said = online.list(administrator).model_dump_json() + json.dumps(ports.settings.masked())
    for place in (everything, said, caplog.text, capsys.readouterr().out, repr(ports)):
        assert KEY not in place
        assert KEY.encode().hex() not in place.lower()
    assert online.get("beta", administrator).keys[0].last4 == KEY[-4:]
    assert "provider.set_credentials" in everything


def test_a_key_stands_in_no_failure_that_is_told_or_kept(online, administrator, manager, beta, ports):
    beta.fails.append(ProviderUnavailable(f"https://example.com?key={KEY} timed out.", provider="beta"))
    answered = online.ask(PRICES, manager, asset_class="equity", without=frozenset({"alpha"}))
    assert KEY not in str(answered.attempts)
    assert "****" in answered.attempts[0].sentence
    assert KEY not in online.get("beta", administrator).model_dump_json()


def test_a_short_key_shows_no_character(providers, administrator):
    assert providers.set_credentials("beta", {"api_key": "short123"}, administrator).keys[0].last4 is None


def test_keys_sealed_by_another_installation_count_as_none(online, administrator, manager, ports, beta):
    moved = dataclasses.replace(ports, secrets=Secrets("another" * 8, "t" * 40, "a" * 40))
    elsewhere = Providers(moved)
    view = elsewhere.get("beta", administrator)
    assert (view.has_keys, view.light) == (False, ProviderLight.NEEDS_KEY)
    assert "cannot be read any more" in view.sentence
    elsewhere.ask(QUOTES, manager, asset_class="equity")
    assert beta.asked == []


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({"api_key": ""}, "empty"),
        ({"api_key": "has a space in it"}, "cannot be a key"),
        ({"api_key": "x" * 501}, "cannot be a key"),
        ({"api_key": "clé-secrète-1"}, "cannot be a key"),
        ({"other": "x"}, "no key 'other'"),
    ],
)
def test_what_cannot_be_a_key_is_refused_without_being_repeated(providers, administrator, keys, what):
    with pytest.raises(InvalidRequest) as refused:
        providers.set_credentials("beta", keys, administrator)
    said = " ".join(problem.message for problem in refused.value.fields)
    assert what in said
    assert not any(len(value) > 3 and value in said + refused.value.sentence for value in keys.values())


def test_what_is_built_in_or_unknown_cannot_be_set_up(providers, administrator):
    with pytest.raises(Conflict, match="part of the product"):
        providers.change("past", {"is_enabled": False}, administrator)
    with pytest.raises(NotFound, match="no source 'gamma'") as refused:
        providers.change("gamma", {"is_enabled": True}, administrator)
    assert refused.value.advice == "Known: alpha, beta, past."
    with pytest.raises(Conflict, match="needs no key"):
        providers.set_credentials("alpha", {"api_key": KEY}, administrator)
    with pytest.raises(InvalidRequest):
        providers.set_order("equity", ("alpha", "alpha"), administrator)
    with pytest.raises(InvalidRequest):
        providers.set_order("stamps", ("alpha",), administrator)


def test_a_change_on_top_of_an_older_version_is_refused(online, administrator):
    before = online.get("alpha", administrator).row_version
    online.change("alpha", {"day_limit_count": 10}, administrator, before)
    with pytest.raises(Stale):
        online.change("alpha", {"day_limit_count": 11}, administrator, before)


def test_a_quota_is_kept_across_processes_and_editable(online, administrator, manager, ports, alpha, clock):
    online.change("alpha", {"day_limit_count": 5, "minute_limit_count": 3}, administrator)
    online.ask(PRICES, manager, asset_class="equity")  # two symbols, two requests
    other_process = Providers(dataclasses.replace(ports, cache=type(ports.cache)()))
    answered = other_process.ask(PRICES, manager, asset_class="equity", without=frozenset({"beta"}))
    assert alpha.asked == [("AAPL", "MSFT"), ("AAPL",)]  # one request was left in this minute
    assert answered.answer.missing_symbols == ("MSFT",)
    ports.cache.close()
    assert online.ask(PRICES, manager, asset_class="equity").provider == "beta"
    day, minute = online.get("alpha", manager).quotas
    assert (day.used_count, day.limit_count, minute.used_count) == (3, 5, 3)
    assert day.sentence == "3 of 5 requests used today."
    assert online.get("alpha", manager).light is ProviderLight.LIMITED
    clock.advance(minutes=1)
    ports.cache.close()
    online.ask(PRICES, manager, asset_class="equity")
    clock.advance(minutes=1)
    ports.cache.close()
    gone = online.ask(PRICES, manager, asset_class="equity").attempts[0]
    assert gone.sentence == "Alpha: today's quota of 5 requests is used up."
    clock.advance(hours=24)
    ports.cache.close()
    assert online.ask(PRICES, manager, asset_class="equity").provider == "alpha"


@pytest.mark.parametrize("fails", [True, False])
def test_every_try_counts_in_the_quota_also_those_that_were_repeated(online, manager, alpha, monkeypatch, fails):
    fetch = alpha.fetch

    def three_tries(self, asked):
        for _ in range(3):
            before_try("alpha")
        return fetch(self, asked)

    monkeypatch.setattr(alpha, "fetch", three_tries)
    if fails:
        alpha.fails.append(ProviderUnavailable("Alpha is away.", provider="alpha"))
    online.ask(QUOTES, manager, asset_class="equity")
    assert online.get("alpha", manager).quotas[0].used_count == 3


def test_a_hundred_processes_never_send_more_than_the_quota(online, administrator, ports, alpha):
    from concurrent.futures import ThreadPoolExecutor

    online.change("alpha", {"day_limit_count": 7, "minute_limit_count": 50}, administrator)
    one = next(one for one in online._house.providers(administrator.tenant_id) if one.name == "alpha")
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda _: online._gate.reserve(administrator.tenant_id, one, 1).count, range(20)))
    assert sum(granted) == 7


def test_a_trial_says_in_a_sentence_what_came_of_it(online, manager, alpha, clock):
    view = online.trial("alpha", manager)
    assert (view.state, view.newest_day.isoformat()) == ("works", "2026-02-27")
    assert view.sentence.startswith("Alpha works. Its newest figure of AAPL is of 27 February 2026; it took 0.")
    assert online.get("alpha", manager).quotas[0].used_count == 1
    with pytest.raises(TooMany, match="tried a moment ago"):
        online.trial("alpha", manager)
    for error, state, word in (
        (ProviderRefused("Alpha refuses the key.", provider="alpha"), "refused", "refuses the key"),
        (ProviderLimited("Alpha: slow down.", provider="alpha", retry_after_s=90), "limited", "Try again after"),
        (ProviderUnavailable("Alpha cannot be reached.", provider="alpha"), "unavailable", "stays in use"),
    ):
        clock.advance(seconds=10)
        alpha.fails[:] = [error]
        told = online.trial("alpha", manager)
        assert (told.state, word in told.sentence) == (state, True)
    clock.advance(seconds=10)
    alpha.fails.clear()
    assert online.trial("alpha", manager).state == "works"  # a trial does not wait for the end of a pause
    assert online.get("alpha", manager).breaker == "closed"


def test_a_trial_without_a_key_or_quota_asks_nobody(providers, administrator, beta, clock):
    assert providers.trial("beta", administrator).state == "no_key"
    providers.set_credentials("beta", {"api_key": KEY}, administrator)
    providers.change("beta", {"day_limit_count": 0}, administrator)
    clock.advance(seconds=10)
    assert providers.trial("beta", administrator).state == "quota"
    assert beta.asked == []


def test_a_feed_is_described_switched_on_asked_first_and_forgotten(providers, administrator, manager, stranger):
    view = providers.put_feed(FEED, administrator)
    assert (view.name, view.is_custom, view.light, view.has_keys) == ("feed:data-hub", True, ProviderLight.OFF, False)
    assert view.configuration["address"] == FEED["address"]
    providers.set_credentials("feed:data-hub", {"api_key": KEY}, administrator)
    providers.change("feed:data-hub", {"is_enabled": True}, administrator)
    providers.put_feed({**FEED, "label": "Hub"}, administrator)
    view = providers.get("feed:data-hub", administrator)
    assert (view.label, view.is_enabled, view.has_keys) == ("Hub", True, True)
    with pytest.raises(NotFound):
        providers.get("feed:data-hub", stranger)
    with pytest.raises(InvalidRequest) as refused:
        providers.put_feed({**FEED, "address": "ftp://x"}, administrator)
    assert refused.value.fields[0].path.startswith("address")
    providers.delete_feed("feed:data-hub", administrator)
    with pytest.raises(NotFound):
        providers.get("feed:data-hub", administrator)
    with pytest.raises(Conflict):
        providers.delete_feed("alpha", administrator)


@pytest.mark.parametrize(
    ("server", "keeps"),
    [
        ("https://hub.example.com:443", True),
        ("https://HUB.example.com", True),
        ("https://hub.example.com:8443", False),
        ("https://elsewhere.example.com", False),
        ("http://hub.example.com", False),
    ],
)
def test_a_key_is_not_sent_to_another_server_than_it_was_given_for(providers, administrator, server, keeps):
    providers.put_feed(FEED, administrator)
    providers.set_credentials("feed:data-hub", {"api_key": KEY}, administrator)
    view = providers.put_feed({**FEED, "address": server + "/v2/{symbol}?token={key}"}, administrator)
    assert view.has_keys is keeps
    assert (view.keys[0].last4 is not None) is keeps
    providers.put_feed(FEED, administrator)
    assert providers.get("feed:data-hub", administrator).has_keys is keeps
