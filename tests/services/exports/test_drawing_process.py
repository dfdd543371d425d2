"""Are charts drawn outside of the serving process, within bounds of time, number and memory that are told?"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import plotly.graph_objects as go
import pytest

from services.errors import InvalidRequest, Unavailable
from services.exports_process import DrawingProcesses
from services.exports_vector import draw

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def drawings():
    made = DrawingProcesses()
    yield made
    made.stop()


def test_the_process_draws_the_same_file_as_this_one_would(drawings, figure, tmp_path):
    apart = drawings.draw(figure, "svg", made_at_utc=NOW, cache_dir=tmp_path)
    assert apart == draw(figure, "svg", made_at_utc=NOW, cache_dir=tmp_path)


def test_the_asking_process_never_loads_matplotlib(tmp_path):
    """The memory of a serving process must not grow with exports."""
    code = f"""
import sys
from datetime import UTC, datetime
from pathlib import Path
import plotly.graph_objects as go
from services.exports_process import DrawingProcesses
figure = go.Figure(go.Bar(x=[1, 2], y=["a", "b"], orientation="h"))
made = DrawingProcesses().draw(figure, "pdf", made_at_utc=datetime.now(UTC), cache_dir=Path({str(tmp_path)!r}))
assert made.startswith(b"%PDF")
print([name for name in ("matplotlib", "kaleido") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_what_cannot_be_drawn_is_told_in_the_renderers_words(drawings, tmp_path):
    with pytest.raises(InvalidRequest, match="pie"):
        drawings.draw(go.Figure(go.Pie(values=[1])), "pdf", made_at_utc=NOW, cache_dir=tmp_path)


def test_a_drawing_that_takes_too_long_is_ended_and_told(figure, tmp_path):
    begun_s = time.monotonic()
    with pytest.raises(Unavailable, match=r"not drawn within 0\.05 s"):
        DrawingProcesses(deadline_s=0.05).draw(figure, "pdf", made_at_utc=NOW, cache_dir=tmp_path)
    assert time.monotonic() - begun_s < 5


def test_a_drawing_that_needs_too_much_memory_is_told(figure, tmp_path):
    with pytest.raises(Unavailable, match="more memory"):
        DrawingProcesses(memory_max_bytes=150 * 2**20).draw(figure, "pdf", made_at_utc=NOW, cache_dir=tmp_path)


def test_at_most_two_are_drawn_at_a_time_and_the_others_wait(monkeypatch, figure, tmp_path):
    drawings = DrawingProcesses()
    now, most, lock = 0, 0, threading.Lock()

    def slow(_order: bytes, _end_s: float, _deadline_s: float) -> bytes:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.05)
        with lock:
            now -= 1
        return b"file"

    monkeypatch.setattr(drawings, "_drawn", slow)

    def one(_: int) -> bytes:
        return drawings.draw(figure, "pdf", made_at_utc=NOW, cache_dir=tmp_path)

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(one, range(6))) == {b"file"}
    assert most == 2


def test_who_gets_no_turn_within_the_deadline_is_told(monkeypatch, figure, tmp_path):
    drawings = DrawingProcesses(deadline_s=0.05, at_once_max_count=1)
    is_free = threading.Event()
    is_taken = threading.Event()

    def busy(_order: bytes, _end_s: float, _deadline_s: float) -> bytes:
        is_taken.set()
        is_free.wait(10)
        return b"file"

    monkeypatch.setattr(drawings, "_drawn", busy)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(drawings.draw, figure, "pdf", made_at_utc=NOW, cache_dir=tmp_path)
        assert is_taken.wait(10)
        with pytest.raises(Unavailable, match="did not get its turn"):
            drawings.draw(figure, "pdf", made_at_utc=NOW, cache_dir=tmp_path)
        is_free.set()
        assert first.result() == b"file"


def test_secrets_of_the_environment_stay_with_the_asking_process(monkeypatch):
    from services.exports_process import _environment

    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    assert "SECRET_KEY" not in _environment()
