"""Does the page of a result say how sure its weights are, at every stage and to every reader?"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import run_sureness
from callbacks.present_runs import row, tasks
from callbacks.run_present import without_result
from callbacks.run_sureness_words import UNKNOWN, UNKNOWN_TO_READERS, body_of, interval_heading, work_of
from callbacks.run_trades import weight_rows
from components.result_view import weights_grid
from services.auth.roles import Permission
from services.messages.runs import RunStatus, RunView
from services.messages.uncertainty import PartialTrade, TradeVerdict, UncertaintyResult, UncertaintyView
from tests.services.charts.test_sureness import sure_of

SURE = sure_of(("A", 0.7, 0.45, 0.7, 1.0), ("B", 0.3, 0.0, 0.55, 0.814))


def run_of(status: RunStatus = RunStatus.RUNNING, **more: Any) -> RunView:
    facts: dict[str, Any] = {
        "id": "r-2", "kind": "uncertainty", "name": None, "status": status, "stage": "1,200 of 5,000 other histories",
        "progress_frac": 0.28, "message": None, "owner_id": "u", "portfolio_id": None,
        "created_at_utc": datetime(2026, 3, 2, tzinfo=UTC), "started_at_utc": None, "finished_at_utc": None,
        "seed": None,
        "engine_version": None, "request_sha256": "0", "row_version": 1, "attempts_count": 1, "parent_run_id": "r-1",
    }  # fmt: skip
    return RunView(**facts | more)


def view_of(run: RunView | None = None, result: UncertaintyResult | None = None) -> UncertaintyView:
    return UncertaintyView(optimization_id="r-1", run=run, result=result)


def verdict_of(cost: float | None, *, is_worthwhile: bool) -> UncertaintyResult:
    part = PartialTrade(
        share_frac=0.25, turnover_frac=0.099, cost_annual_frac=cost, distance_annual_frac=0.0506, nearer_frac=0.18,
        return_annual_frac=0.2934, volatility_annual_frac=0.2448, weights_frac=(0.7, 0.3),
    )  # fmt: skip
    found = TradeVerdict(
        is_worthwhile=is_worthwhile, nearer_frac=0.65, distance_annual_frac=0.0863, typical_distance_annual_frac=0.07,
        turnover_frac=0.395, sentence="The current portfolio lies 8.63% away.", partial_trades=(part,),
    )  # fmt: skip
    return SURE.model_copy(update={"verdict": found})


@pytest.mark.parametrize(("may_run", "said"), [(True, UNKNOWN), (False, UNKNOWN_TO_READERS)])
def test_before_anybody_asked_the_place_says_what_a_click_would_do(may_run: bool, said: str) -> None:
    assert said in str(body_of(view_of(), None, "comma", may_run=may_run))
    assert "no history" in str(body_of(view_of(), "There is no history.", "comma", may_run=may_run))


def test_progress_is_told_in_the_readers_format_and_ends_with_the_work() -> None:
    shown = str(work_of(view_of(run_of()), "point"))
    assert "1.200 of 5.000 other histories" in shown
    assert "28%" in shown
    assert work_of(view_of(run_of(RunStatus.SUCCEEDED)), "comma") is None
    waiting = str(work_of(view_of(run_of(RunStatus.PENDING, message="Two of your runs come first.")), "comma"))
    assert "Two of your runs come first." in waiting


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [
        (RunStatus.CANCELLED, None, "cancelled before its end"),
        (RunStatus.FAILED, "The work needed more memory.", "more memory"),
    ],
)
def test_other_ends_are_said_calmly(status: RunStatus, message: str | None, said: str) -> None:
    assert said in str(body_of(view_of(run_of(status, message=message)), None, "comma", may_run=True))


def test_the_verdict_stands_with_the_parts_of_the_trade_and_costs_only_where_there_are_some() -> None:
    done = run_of(RunStatus.SUCCEEDED)
    free = str(body_of(view_of(done, verdict_of(None, is_worthwhile=False)), None, "point", may_run=True))
    for part in ("Within chance", "8,63% away", "25%", "9,9%", "5,06%", "18%", "29,34%", "24,48%"):
        assert part in free
    assert "Cost a year" not in free
    costly = str(body_of(view_of(done, verdict_of(0.0012, is_worthwhile=True)), None, "comma", may_run=True))
    assert "Worth trading" in costly
    assert "0.12%" in costly
    alone = str(body_of(view_of(done, SURE), None, "comma", may_run=True))
    assert "choose a portfolio" in alone


@pytest.mark.requirement("1.1.A4")
def test_the_table_shows_each_weight_with_its_interval_and_how_often_it_is_held() -> None:
    lines = [
        SimpleNamespace(asset=a, weight_frac=w, current_frac=None, sector=None, is_sample=a == "B")
        for a, w in (("A", 0.7), ("B", 0.3))
    ]
    rows = weight_rows(SimpleNamespace(weights=lines), None, SURE, "point")  # type: ignore[arg-type]
    assert [(one["interval"], one["inclusion_frac"]) for one in rows] == [
        ("45,0% to 70,0%", 1.0), ("0,0% to 55,0%", 0.814),
    ]  # fmt: skip
    heads = [one["headerName"] for one in _columns(rows, interval_heading(SURE, "comma"))]
    assert "90% interval" in heads
    assert "Held in" in heads
    bare = [one["headerName"] for one in _columns(rows, interval_heading(None, "comma"))]
    assert not {"90% interval", "Held in", "Interval"} & set(bare)


def _columns(rows: list[dict[str, Any]], heading: str | None) -> list[dict[str, Any]]:
    made = weights_grid(rows, False, None, "", heading)
    found: list[dict[str, Any]] = next(
        node.columnDefs for node in made._traverse() if getattr(node, "columnDefs", None) is not None
    )
    return found


@pytest.mark.parametrize("may_run", [True, False])
@pytest.mark.parametrize(
    ("view", "is_open", "is_offered"),
    [
        (view_of(), False, True),
        (view_of(run_of()), True, False),
        (view_of(run_of(RunStatus.CANCELLED)), False, True),
        (view_of(run_of(RunStatus.FAILED)), False, True),
        (view_of(run_of(RunStatus.SUCCEEDED), SURE), False, False),
    ],
)
def test_a_look_is_offered_to_who_may_start_one_and_followed_by_all(
    monkeypatch: pytest.MonkeyPatch, view: UncertaintyView, is_open: bool, is_offered: bool, may_run: bool
) -> None:
    service = SimpleNamespace(of=lambda *_: view, obstacle=lambda *_: None)
    monkeypatch.setattr(run_sureness, "services", lambda: SimpleNamespace(uncertainty=service))
    monkeypatch.setattr(run_sureness, "actor", lambda: None)
    monkeypatch.setattr(run_sureness, "preferences", lambda: SimpleNamespace(number_format="comma"))
    monkeypatch.setattr(run_sureness, "may", lambda permission: may_run and permission is Permission.RUNS_WRITE)
    state, is_quiet, _progress, work_hidden, stop_hidden, offer_hidden = run_sureness.follow(
        ["x"], 1, None, "r-1", None
    )
    assert (is_quiet, work_hidden, stop_hidden) == (not is_open, not is_open, not may_run)
    assert offer_hidden is not (is_offered and may_run)
    assert state == [None if view.run is None else "r-2", view.run and view.run.status.value, 500 if view.result else 0]


def test_lists_lead_to_the_result_that_was_looked_into() -> None:
    done = run_of(RunStatus.SUCCEEDED)
    assert row(done, {}, "comma")["href"] == "/runs/r-1"
    assert "/runs/r-1" in str(tasks([done], "comma"))
    assert "/runs/r-1" in str(without_result(done, None, "comma"))
    plain = run_of(RunStatus.SUCCEEDED, kind="optimization", parent_run_id="r-0")
    assert row(plain, {}, "comma")["href"] == "/runs/r-2"
