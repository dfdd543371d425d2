"""Is the expected time of an optimization that of the runs like it, and else that at which the product was measured?"""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services.messages.optimize import OptimizationRequest
from services.messages.runs import RunStatus
from services.optimize_pace import MEASURED, Pace, Work, measured_s, work_of

BOUNDS = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}
FEW = {"kind": "holdings_count", "min_count": 2, "max_count": 3}


def asked(*limits: dict[str, Any], count: int = 8, goal: str = "max_sharpe", **more: Any) -> dict[str, Any]:
    assets = [f"A{n}" for n in range(count)]
    return {"asset_ids": assets, "objective": {"kind": goal}, "constraints": [BOUNDS, *limits], **more}


def request(document: dict[str, Any]) -> OptimizationRequest:
    return OptimizationRequest.model_validate_json(json.dumps(document))


class Kept:
    """A store whose runs took so many seconds."""

    def __init__(self, now: Any, *runs: tuple[dict[str, Any], float]) -> None:
        self.asked_count = 0
        self.rows = [
            SimpleNamespace(
                request_json=json.dumps(one), started_at_utc=now, finished_at_utc=now + timedelta(seconds=taken)
            )
            for one, taken in runs
        ]
        self.runs = self

    def read(self, _actor: Any) -> Kept:
        self.asked_count += 1
        return self

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_: object) -> None: ...

    def page(self, **_: Any) -> Any:
        return SimpleNamespace(rows=self.rows)


def pace(ports: Any, *runs: tuple[dict[str, Any], float]) -> tuple[Pace, Kept]:
    store = Kept(ports.clock.now_utc(), *runs)
    return Pace(SimpleNamespace(store=store)), store  # type: ignore[arg-type]


@pytest.mark.requirement("5.2.A4")
def test_eight_of_ten_runs_alike_took_between_the_times_that_are_told(ports, manager) -> None:
    alike = [(asked(count=8 + n % 3), 0.1 * (n + 1)) for n in range(11)]
    others = [(asked(FEW), 90.0), (asked(count=80), 70.0), (asked(goal="min_cvar"), 60.0)]
    told, store = pace(ports, *alike, *others)
    found = told.expected(request(asked()), 8, manager)
    assert (found.least_s, found.most_s, found.runs_count) == (0.2, 1.0, 11)
    told.expected(request(asked(count=9)), 9, manager)
    assert store.asked_count == 1  # a draft is looked at with every key that is typed


def test_without_enough_runs_alike_the_measured_times_are_told_and_said_to_be_so(ports, manager) -> None:
    told, _ = pace(ports, *[(asked(), 50.0)] * 4)
    found = told.expected(request(asked()), 8, manager)
    assert (found.least_s, found.most_s, found.runs_count) == (*measured_s(work_of(asked(), 8)), 0)


@pytest.mark.parametrize(
    ("document", "family"),
    [
        (asked(), (False, False, False)),
        (asked(proof_effort="full"), (False, False, False)),
        (asked(FEW), (True, False, False)),
        (asked(FEW, proof_effort="full"), (True, False, True)),
        (asked({"kind": "cvar_ceiling", "max_frac": 0.03}), (False, True, False)),
        (asked(FEW, goal="min_cdar"), (True, True, False)),
    ],
)
def test_what_is_searched_for_and_what_looks_at_tails_is_another_kind_of_work(document, family) -> None:
    assert work_of(document, 8).family == family


def test_more_assets_and_a_longer_search_never_take_less_by_the_measured_times() -> None:
    for family, steps in MEASURED.items():
        is_searched, is_tail, is_full = family
        most = [measured_s(Work(size, is_searched, is_tail, is_full))[1] for size in (2, 50, 200, 399, 2000)]
        assert most == sorted(most)
        assert all(least < longest for _, least, longest in steps)


@pytest.mark.requirement("5.2.A4")
def test_what_is_left_is_the_expected_time_less_the_past_and_nothing_once_it_took_longer(ports, manager) -> None:
    told, store = pace(ports, *[(asked(FEW), 10.0 + n) for n in range(11)])
    now = ports.clock.now_utc()
    told._ports = SimpleNamespace(store=store, clock=ports.clock)  # type: ignore[assignment]
    store.find = lambda key: None if key == "gone" else store.rows[0]  # type: ignore[attr-defined]

    def running(key: str, past_s: float, **changes: Any) -> Any:
        made = {"id": key, "kind": "optimization", "status": RunStatus.RUNNING}
        return SimpleNamespace(**made | {"started_at_utc": now - timedelta(seconds=past_s)} | changes)

    runs = [
        running("early", 4.0), running("late", 15.0), running("over", 60.0), running("gone", 1.0),
        running("other", 1.0, kind="pareto"), running("waits", 1.0, status=RunStatus.PENDING, started_at_utc=None),
    ]  # fmt: skip
    left = told.left(runs, manager)
    assert {key: (one.least_s, one.most_s) for key, one in left.items()} == {"early": (7.0, 15.0), "late": (0.0, 4.0)}
    assert left["early"].runs_count == 11
