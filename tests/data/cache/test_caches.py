"""Do caches keep, expire and forget, without ever unpickling anything?"""

from __future__ import annotations

import stat
import time
from pathlib import Path
from typing import Any

import diskcache
import pytest

from data.cache.disk import DiskCache
from data.cache.memory import MemoryCache
from data.cache.redis_cache import RedisCache


@pytest.fixture(params=["memory", "disk"])
def cache(request: Any, tmp_path: Path) -> Any:
    made = MemoryCache() if request.param == "memory" else DiskCache(tmp_path / "cache")
    yield made
    made.close()


def test_a_value_is_kept_until_its_time(cache: Any) -> None:
    value = {"a": [1, 2.5, None, "ü"]}
    cache.put("key", value, 60)
    assert cache.get("key") == value
    cache.put("short", 1, 0.01)
    time.sleep(0.03)
    assert cache.get("short") is None
    assert cache.get("never") is None
    cache.drop("key")
    assert cache.get("key") is None


def test_what_is_not_json_is_refused(cache: Any) -> None:
    with pytest.raises(TypeError):
        cache.put("key", object(), 60)


def test_memory_forgets_the_least_used_first() -> None:
    cache = MemoryCache(entries_max_count=2)
    cache.put("a", 1, 60)
    cache.put("b", 2, 60)
    cache.get("a")
    cache.put("c", 3, 60)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_what_was_taken_out_can_be_changed_without_changing_what_is_kept() -> None:
    cache = MemoryCache()
    cache.put("a", [1], 60)
    cache.get("a").append(2)
    assert cache.get("a") == [1]


def test_the_folder_is_for_its_owner_only_and_holds_no_pickles(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    cache.put("key", {"a": 1}, 60)
    cache.close()
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    plain = diskcache.Cache(str(tmp_path / "cache"), disk=diskcache.JSONDisk)
    assert isinstance(plain.disk, diskcache.JSONDisk)
    plain.close()


def test_while_redis_is_away_everything_is_absent_and_nothing_breaks() -> None:
    cache = RedisCache("redis://127.0.0.1:1/0")
    cache.put("key", 1, 60)
    cache.drop("key")
    assert cache.get("key") is None
    cache.close()
