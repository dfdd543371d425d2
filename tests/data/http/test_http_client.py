"""Is whatever a server decides bounded, named and kept free of secrets?"""

from __future__ import annotations

import gzip
import logging
import time
from datetime import UTC, datetime

import pytest

from data.errors import (
    ProviderChanged,
    ProviderError,
    ProviderLimited,
    ProviderMoved,
    ProviderRefused,
    ProviderTooLarge,
    ProviderUnavailable,
)
from data.http.client import HttpClient
from data.http.clients import HttpClients
from data.http.limits import HttpLimits
from data.http.timing import Timing
from tests.contracts.local_server import Reply, as_json

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECRET = "k3y-Of-Mine"


class Waits:
    """A clock of the wall that stands, and a sleep that only writes down."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def timing(self, chance: float = 0.5) -> Timing:
        return Timing(sleep=self.seconds.append, now_utc=lambda: NOW, chance=lambda: chance)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def client(waits) -> HttpClient:
    limits = HttpLimits(try_s=0.4, overall_s=15.0, max_bytes=1_000_000)
    return HttpClient("shop", "The shop", limits=limits, timing=waits.timing(), secrets=(SECRET,), allow_private=True)


def test_an_answer_comes_whole_with_its_headers(local, waits):
    client = HttpClient("shop", "The shop", limits=HttpLimits(try_s=10.0), timing=waits.timing(), allow_private=True)
    local.says(as_json({"a": 1}, **{"X-Two": "1"}))
    answer = client.get(f"{local.address}/p", params={"q": "a b"}, headers={"X-Mine": "yes"})
    assert (answer.status, answer.body, answer.media_type) == (200, b'{"a": 1}', "application/json")
    assert answer.headers["x-two"] == "1"
    assert local.asked[0].query == {"q": "a b"}
    assert local.asked[0].headers["X-Mine"] == "yes"
    assert answer.tries_count == 1


@pytest.mark.requirement("2.1.D5")
@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_and_the_second_answer_counts(local, client, waits, status):
    local.says(Reply(status=status), as_json({}))
    assert client.get(local.address).tries_count == 2
    assert waits.seconds == [0.25]


@pytest.mark.parametrize(("status", "error"), [(500, ProviderUnavailable), (501, ProviderUnavailable)])
def test_a_broken_server_is_not_asked_again(local, client, status, error):
    local.says(Reply(status=status))
    with pytest.raises(error, match=f"status {status}"):
        client.get(local.address)
    assert len(local.asked) == 1


def test_waits_double_with_full_jitter_and_tries_end(local, waits):
    limits = HttpLimits(tries_count=5, backoff_s=0.5, backoff_max_s=3.0, overall_s=60)
    client = HttpClient("shop", limits=limits, timing=waits.timing(chance=0.999), allow_private=True)
    local.says(Reply(status=503))
    with pytest.raises(ProviderUnavailable, match="503"):
        client.get(local.address)
    assert waits.seconds == pytest.approx([0.4995, 0.999, 1.998, 2.997])
    assert len(local.asked) == 5


def test_retry_after_in_seconds_is_waited_for(local, client, waits):
    local.says(Reply(status=429, headers={"Retry-After": "3"}), as_json({}))
    client.get(local.address)
    assert waits.seconds == [3.0]


def test_retry_after_as_a_date_is_waited_for(local, client, waits):
    local.says(Reply(status=503, headers={"Retry-After": "Mon, 02 Mar 2026 12:00:07 GMT"}), as_json({}))
    client.get(local.address)
    assert waits.seconds == [7.0]


@pytest.mark.parametrize("said", ["120", "Mon, 02 Mar 2026 12:02:00 GMT"])
def test_a_longer_retry_after_than_the_deadline_is_told_at_once(local, client, waits, said):
    local.says(Reply(status=429, headers={"Retry-After": said}))
    with pytest.raises(ProviderLimited) as caught:
        client.get(local.address)
    assert caught.value.retry_after_s == 120.0
    assert waits.seconds == []
    assert len(local.asked) == 1


def test_a_server_that_is_not_there_is_tried_again_and_then_named(client, waits):
    with pytest.raises(ProviderUnavailable, match=r"The shop cannot be reached\.") as caught:
        client.get("http://127.0.0.1:9")
    assert len(waits.seconds) == 2
    assert caught.value.provider == "shop"


@pytest.mark.parametrize("how", ["drip", "slow_headers", "hang"])
def test_a_server_that_takes_its_time_meets_one_deadline(local, client, how):
    local.says(Reply(b"x" * 5_000, how=how))
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable, match="in time"):
        client.get(local.address)
    assert time.monotonic() - began < 1.5
    assert len(local.asked) == 1


@pytest.mark.parametrize("how", ["declared", "endless"])
def test_a_huge_answer_is_cut_off(local, client, how):
    local.says(Reply(how=how))
    with pytest.raises(ProviderTooLarge, match="more than the 1 MB"):
        client.get(local.address)
    assert local.sent_bytes < 20_000_000


def test_a_small_answer_that_unpacks_to_a_huge_one_is_cut_off(local, client):
    bomb = gzip.compress(b"0" * 30_000_000)
    assert len(bomb) < 100_000
    local.says(Reply(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(ProviderChanged, match="more than"):
        client.get(local.address)


def test_compression_is_undone(local, client):
    local.says(Reply(gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"}))
    assert client.get(local.address).body == b"hello"


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (Reply(b"{" * 3000, how="truncated"), ProviderUnavailable, "broke off"),
        (Reply(gzip.compress(b"x" * 999)[:-9], headers={"Content-Encoding": "gzip"}), ProviderUnavailable, "broke off"),
        (Reply(b"no gzip", headers={"Content-Encoding": "gzip"}), ProviderChanged, "compression is broken"),
        (Reply(b"x", headers={"Content-Encoding": "br"}), ProviderChanged, "compressed as 'br'"),
        (Reply(status=401), ProviderRefused, "status 401"),
        (Reply(status=403), ProviderRefused, "status 403"),
        (Reply(status=999), ProviderLimited, "999"),
    ],
)
def test_other_ways_of_failing_have_their_name(local, client, reply, error, words):
    local.says(reply)
    with pytest.raises(error, match=words):
        client.get(local.address)


def test_a_redirect_is_not_followed_and_only_its_host_is_told(local, client):
    local.says(Reply(status=302, headers={"Location": f"https://consent.example/page?session={SECRET}"}))
    with pytest.raises(ProviderMoved, match=r"points to consent\.example instead") as caught:
        client.get(local.address)
    assert "session" not in caught.value.message
    assert len(local.asked) == 1


def test_a_404_is_the_callers_to_read(local, client):
    local.says(as_json({"why": "unknown"}, status=404))
    assert client.get(local.address).status == 404


def test_no_secret_stands_in_an_endpoint_a_sentence_or_a_log(local, client, caplog):
    caplog.set_level(logging.DEBUG)
    local.says(as_json({}))
    answer = client.get(f"{local.address}/feed/{SECRET}", params={"apikey": "other-secret", "symbol": "^GSPC"})
    assert answer.url == f"{local.address}/feed/***?apikey=***&symbol=^GSPC"
    local.says(Reply(status=500))
    with pytest.raises(ProviderError) as caught:
        client.get(f"{local.address}/{SECRET}", params={"token": SECRET})
    written = caplog.text + str(caught.value) + repr(answer)
    assert SECRET not in written
    assert "other-secret" not in written
    assert client.said(f"your key {SECRET}\n is used up") == "your key *** is used up"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.com/x", "https"),
        ("file:///etc/passwd", "https"),
        ("//example.com", "https"),
        ("https://me:secret@example.com", "password"),
        ("http://exa mple.com/", "no name"),
        ("https://[half", "address"),
    ],
)
def test_an_address_that_is_no_web_address_is_refused(client, url, words):
    with pytest.raises(ProviderRefused, match=words) as caught:
        client.get(url)
    assert "secret" not in caught.value.message


def test_before_each_try_the_quota_is_asked(local, waits):
    told: list[str] = []
    clients = HttpClients(timing=waits.timing(), allow_private=True, before_try=told.append)
    local.says(Reply(status=503), as_json({}))
    clients.client("shop").get(local.address)
    assert told == ["shop", "shop"]


def test_clients_of_one_name_share_a_breaker(local, waits):
    clients = HttpClients(timing=waits.timing(), allow_private=True)
    local.says(Reply(status=500))
    for _ in range(5):
        with pytest.raises(ProviderUnavailable, match="status 500"):
            clients.client("shop", "The shop").get(local.address)
    with pytest.raises(ProviderUnavailable, match="left alone") as caught:
        clients.client("shop").get(local.address)
    assert 0 < caught.value.retry_after_s <= 60
    assert len(local.asked) == 5
    assert [(view.name, view.state) for view in clients.breakers()] == [("shop", "open")]
    local.says(as_json({}))
    assert clients.client("other").get(local.address).status == 200
    assert clients.client("shop", apart="another house").get(local.address).status == 200


def test_a_header_with_letters_that_none_may_hold_is_refused(local, client):
    local.says(as_json({}))
    with pytest.raises(ProviderRefused, match="no header may hold"):
        client.get(local.address, headers={"X-Api-Key": "é-key"})
    assert local.asked == []
