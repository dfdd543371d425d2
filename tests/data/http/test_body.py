"""Is no more of a body held than it may have, also while it is unpacked?"""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import httpcore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ProviderRefused
from data.http.body import PARTS_MAX_COUNT, BodyTooLarge, BodyTruncated, BodyUnreadable, read_body
from data.http.client import HttpClient
from tests.contracts.local_server import as_json


def test_unpacking_stops_at_the_bound_and_not_after_the_chunk():
    bomb = zlib.compress(b"0" * 20_000_000, 9)
    tracemalloc.start()
    with pytest.raises(BodyTooLarge):
        read_body([bomb], "gzip", None, 1_000_000)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 5_000_000


@settings(max_examples=50)
@given(st.binary(max_size=300), st.integers(1, 40), st.sampled_from(["", "identity", "gzip", "deflate"]))
def test_a_body_in_any_pieces_is_whole(body, size, encoding):
    sent = zlib.compress(body) if encoding in ("gzip", "deflate") else body
    pieces = [sent[place : place + size] for place in range(0, len(sent), size)]
    assert read_body(pieces, encoding, len(sent), max(1, len(body), len(sent))) == body


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_body_of_several_parts_is_whole(size):
    parts = [gzip.compress(b"one\n"), gzip.compress(b""), gzip.compress(b"two\n"), b"\0" * 9]
    sent = b"".join(parts)
    pieces = [sent[place : place + size] for place in range(0, len(sent), size)]
    assert read_body(pieces, "gzip", None, 1000) == b"one\ntwo\n"
    with pytest.raises(BodyTooLarge):
        read_body([gzip.compress(b"x" * 600) * 2], "gzip", None, 1000)


def test_parts_that_are_broken_cut_off_or_too_many_are_no_body():
    whole = gzip.compress(b"one")
    with pytest.raises(BodyUnreadable, match="broken"):
        read_body([whole + b"rest"], "gzip", None, 1000)
    with pytest.raises(BodyTruncated):
        read_body([whole + whole[:-4]], "gzip", None, 1000)
    with pytest.raises(BodyUnreadable, match="too many parts"):
        read_body([gzip.compress(b"") * (PARTS_MAX_COUNT + 1)], "gzip", None, 1_000_000)


@given(st.integers(1, 50), st.integers(0, 50))
def test_the_bound_itself_is_allowed_and_one_more_is_not(bound, more):
    if more:
        with pytest.raises(BodyTooLarge):
            read_body([b"x" * bound, b"y" * more], "", None, bound)
    else:
        assert len(read_body([b"x" * bound], "", None, bound)) == bound


def test_a_connection_that_ends_elsewhere_than_it_was_meant_to_is_dropped(local, monkeypatch):
    """Something between name and socket may lead elsewhere: then nothing is sent."""
    connect = httpcore.SyncBackend.connect_tcp
    monkeypatch.setattr(
        httpcore.SyncBackend, "connect_tcp", lambda self, host, *rest, **more: connect(self, "127.0.0.1", *rest, **more)
    )
    local.says(as_json({}))
    client = HttpClient("feed", resolver=lambda host, port: ("127.0.0.7",), allow_private=True)
    with pytest.raises(ProviderRefused, match="another machine than the one looked up"):
        client.get(f"http://feed.example:{local.port}/")
    assert local.asked == []
