"""Where does an alert about a series lead, and of what does it speak?"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from services import quality_alerts
from services.alerts_states import Observation
from services.quality_check import Recent
from services.quality_score import Measures

NOW = datetime(2023, 1, 2, tzinfo=UTC)


def seen(monkeypatch: pytest.MonkeyPatch, symbol: str, *, age_count: int = 0, open_count: int = 0) -> Observation:
    told: list[Observation] = []
    monkeypatch.setattr(quality_alerts, "observe", lambda _uow, one, _now: told.append(one))
    measures = Measures(
        completeness_frac=1.0, freshness_frac=1.0, corrected_frac=0.0, suspect_frac=0.0, sessions_count=260,
        expected_count=260, age_sessions_count=age_count,
    )  # fmt: skip
    assets: Any = {"a": SimpleNamespace(symbol=symbol)}
    quality_alerts.tell_alerts(SimpleNamespace(), "house", {"a": Recent(measures, open_count)}, assets, NOW)  # type: ignore[arg-type]
    (one,) = told
    return one


@pytest.mark.parametrize(("symbol", "written"), [("AAPL", "AAPL"), ("^GSPC", "%5EGSPC"), ("A&B#1", "A%26B%231")])
def test_the_link_names_the_series_whatever_its_symbol_is_made_of(
    monkeypatch: pytest.MonkeyPatch, symbol: str, written: str
) -> None:
    assert seen(monkeypatch, symbol).link == f"/data-quality?symbol={written}"


@pytest.mark.parametrize(
    ("age_count", "open_count", "condition", "words"),
    [(0, 4, "gone", "in order"), (0, 5, "holds", "Many doubts about X"), (5, 9, "holds", "Prices of X are stale")],
)
def test_what_is_stale_comes_before_what_is_in_doubt(
    monkeypatch: pytest.MonkeyPatch, age_count: int, open_count: int, condition: str, words: str
) -> None:
    one = seen(monkeypatch, "X", age_count=age_count, open_count=open_count)
    assert (one.condition, words in one.title) == (condition, True)
