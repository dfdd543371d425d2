"""Is Python's collector calm in every process of the product that is ready for work, and only there?"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from api.serving import hooks, lifecycle
from services import analyses_worker, runs_worker
from services.collector import YOUNG_COUNT


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def is_calm() -> bool:
    return gc.get_freeze_count() > 10_000 and gc.get_threshold()[0] == YOUNG_COUNT


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Stand-ins for what a start begins, which note whether the collector was calm by then."""
    told: list[tuple[str, bool]] = []

    def teller(name: str) -> Any:
        return lambda *_: told.append((name, is_calm()))

    watch = SimpleNamespace(start=teller("sockets"), stop=teller("goodbye"))
    monkeypatch.setattr(lifecycle, "current", lambda: SimpleNamespace(start=teller("services")))
    for module in (lifecycle, hooks):
        monkeypatch.setattr(module, "stream_of", lambda server: SimpleNamespace(watch=watch))
    monkeypatch.setattr(lifecycle.warm, "start", teller("warming"))
    monkeypatch.setattr(lifecycle, "on_terminate", teller("signals"))
    return told


def test_a_server_is_calm_once_it_has_started(begun: list[tuple[str, bool]]) -> None:
    lifecycle.started(SimpleNamespace())  # type: ignore[arg-type]
    assert begun == [("services", False), ("sockets", False), ("warming", False)]
    assert is_calm()


def test_a_gunicorn_worker_is_calm_when_it_takes_requests(begun: list[tuple[str, bool]]) -> None:
    hooks.post_worker_init(SimpleNamespace(wsgi=SimpleNamespace()))
    assert ("signals", True) in begun
    assert is_calm()


@pytest.mark.parametrize("module", [runs_worker, analyses_worker])
def test_a_worker_is_calm_after_warming(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    ports = SimpleNamespace(settings=SimpleNamespace(log_level="INFO"))
    monkeypatch.setattr(module.wiring, "current", lambda: SimpleNamespace(ports=ports))
    assert not is_calm()
    module.warm()
    assert is_calm()
