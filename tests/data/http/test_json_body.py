"""Is only JSON taken for JSON?"""

from __future__ import annotations

import contextlib
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ProviderChanged
from data.http.json_body import read_json
from data.http.masking import masked, masked_url
from data.http.statuses import redirect_host, retry_after_s
from tests.data.http.test_http_client import NOW


def read(body: bytes, charset: str | None = None):
    return read_json(body, provider="shop", label="The shop", charset=charset)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><p>Sign in", "a web page"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": {"b": 1, "b": 1}}', "twice"),
        (b'{"a": 1', "not whole JSON"),
        (b"{'a': 1}", "not whole JSON"),
        (b'{"a": 1} x', "not whole JSON"),
        (b"[" * 200_000, "too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not whole JSON"),
        (b'{"a": "\xff\xfe"}', "not text in utf-8"),
        (b"\xff", "not"),
    ],
)
def test_what_is_not_json_is_named_and_not_quoted(body, words):
    with pytest.raises(ProviderChanged, match=words) as caught:
        read(body)
    assert "Sign in" not in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_text_is_read_in_the_encoding_that_its_first_bytes_show(encoding):
    assert read('{"n": "Münchener Rück"}'.encode(encoding)) == {"n": "Münchener Rück"}


def test_a_named_character_set_counts():
    assert read('{"n": "Rück"}'.encode("latin-1"), "iso-8859-1") == {"n": "Rück"}
    with pytest.raises(ProviderChanged, match="not text"):
        read('{"n": "Rück"}'.encode("latin-1"), "utf-8")


@settings(max_examples=30)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**15), 10**15)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_whatever_json_can_say_is_read_back(said):
    assert read(json.dumps(said).encode()) == said


@settings(max_examples=50)
@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_the_providers_error(body):
    with contextlib.suppress(ProviderChanged):
        read(body)


@settings(max_examples=50)
@given(st.text(min_size=4, max_size=30).filter(lambda s: s.strip("*")), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives_masking(secret, before, after):
    assert secret not in masked(f"{before}{secret}{after}", (secret,)).replace("***", "") or secret in before + after


def test_addresses_lose_passwords_and_keys_only():
    url = "https://me:pw@feed.example/a/b?symbol=BTC-USD&API_KEY=abcdef&n=1"
    assert masked_url(url) == "https://feed.example/a/b?symbol=BTC-USD&API_KEY=***&n=1"
    assert masked_url("https://feed.example/a b?x=s%20ecret", ("s ecret",)) == "https://feed.example/a b?x=***"


def test_a_key_of_signs_that_are_quoted_in_part_is_masked_in_the_query():
    key = "ab/cd+EFGH1234=="
    url = f"https://feed.example/a?appid={quote(key, safe='')}&x=1"
    assert masked_url(url, (key, quote(key, safe=""))) == "https://feed.example/a?appid=***&x=1"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0.0),
        ("17", 17.0),
        ("Mon, 02 Mar 2026 12:00:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 13:00:30 +0100", 30.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("1.5", None),
        ("²", None),
        ("Mon, 01 Jan 2024 00:00:00 +9999999999999999", None),
    ],
)
def test_retry_after_is_read_as_the_standard_has_it(said, seconds):
    assert retry_after_s({"retry-after": said}, NOW) == seconds


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://a.example/x?y", "a.example"),
        ("/login", "another page of the same host"),
        ("http://[", "another page of the same host"),
    ],
)
def test_a_redirect_tells_its_host(location, host):
    assert redirect_host({"location": location}) == host
