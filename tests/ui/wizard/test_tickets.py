"""Can a ticket be forged, taken over or kept, and does a follower tell anything to whoever holds a false one?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import jobs_follow
from callbacks.jobs_ticket import issue_ticket, read_ticket
from callbacks.jobs_view import progress_view
from services.auth.actor import Actor, Role
from services.errors import NotFound
from services.messages.preferences import Preferences
from services.messages.runs import RunStatus, RunView

SECRET = "s" * 40
ANN = Actor("ann", "house", "Ann", Role.PORTFOLIO_MANAGER, "session")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUN = RunView(
    id="run-1",
    kind="optimization",
    name=None,
    status=RunStatus.PENDING,
    stage=None,
    progress_frac=0.0,
    message=None,
    owner_id="ann",
    portfolio_id=None,
    created_at_utc=NOW,
    started_at_utc=None,
    finished_at_utc=None,
    seed=7,
    engine_version="1",
    request_sha256="0" * 64,
    row_version=1,
    attempts_count=0,
)


@dataclass
class Rows:
    """Runs whose state changes each time somebody looks."""

    states: list[RunView]
    asked: list[tuple[str, str]] = field(default_factory=list)

    def get(self, run_id: str, actor: Actor) -> RunView:
        self.asked.append((run_id, actor.user_id))
        if actor.user_id != "ann" or run_id != "run-1":
            raise NotFound.of("run", run_id)
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Rows:
    going = RUN.model_copy(update={"status": RunStatus.RUNNING, "stage": "Solving 1.5 of 2", "progress_frac": 0.4})
    done = RUN.model_copy(
        update={"status": RunStatus.SUCCEEDED, "started_at_utc": NOW, "finished_at_utc": NOW + timedelta(seconds=1)}
    )
    made = Rows([RUN, RUN, going, going, done])
    likes = SimpleNamespace(get=lambda actor: Preferences(number_format="point"))
    ports = SimpleNamespace(secrets=SimpleNamespace(secret_key=SECRET))
    services: Any = SimpleNamespace(runs=made, preferences=likes, ports=ports)
    monkeypatch.setattr(jobs_follow.wiring, "current", lambda: services)
    monkeypatch.setattr(jobs_follow, "LOOK_EVERY_S", 0.0)
    return made


def test_a_ticket_says_who_may_follow_what() -> None:
    ticket = read_ticket(issue_ticket("run-1", ANN, SECRET), SECRET)
    assert ticket is not None
    assert (ticket.run_id, ticket.actor.user_id, ticket.actor.tenant_id) == ("run-1", "ann", "house")


SPOILED = (
    lambda text: text[:-1],
    lambda text: text + "x",
    lambda text: "A" + text[1:],
    lambda text: "",
    lambda text: None,
    lambda text: 7,
)


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_ticket_that_was_touched_is_worth_nothing(spoil: Any) -> None:
    assert read_ticket(spoil(issue_ticket("run-1", ANN, SECRET)), SECRET) is None


def test_a_ticket_of_another_installation_is_worth_nothing() -> None:
    assert read_ticket(issue_ticket("run-1", ANN, "o" * 40), SECRET) is None


@pytest.mark.requirement("5.2.D3")
@pytest.mark.requirement("5.2.F5")
def test_a_follower_reports_each_change_once_and_ends_with_the_run(rows: Rows) -> None:
    seen: list[dict[str, Any]] = []
    last = jobs_follow.follow_run(seen.append, issue_ticket("run-1", ANN, SECRET))
    assert [view["status"] for view in seen] == ["pending", "running", "succeeded"]
    assert seen[1]["stage"] == "Solving 1,5 of 2"
    assert seen[1]["percent"] == 40.0
    assert last == seen[-1] | {"now_ms": last["now_ms"]}
    assert last["percent"] == 100.0


def test_a_forged_ticket_gets_nothing_and_asks_nothing(rows: Rows) -> None:
    seen: list[dict[str, Any]] = []
    assert jobs_follow.follow_run(seen.append, "run-1") is None
    assert not seen
    assert not rows.asked


def test_a_ticket_for_somebody_else_s_run_gets_nothing(rows: Rows) -> None:
    stranger = replace(ANN, user_id="bob")
    seen: list[dict[str, Any]] = []
    assert jobs_follow.follow_run(seen.append, issue_ticket("run-1", stranger, SECRET)) is None
    assert not seen


def test_a_follower_gives_its_place_back_when_nobody_takes_the_run_up(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows.states[:] = [RUN]
    monkeypatch.setattr(jobs_follow, "PENDING_MAX_S", -1.0)
    last = jobs_follow.follow_run(lambda _: None, issue_ticket("run-1", ANN, SECRET))
    assert last is not None
    assert last["status"] == "pending"


def test_a_follower_ends_when_whoever_asked_is_gone(rows: Rows) -> None:
    assert jobs_follow.follow_run(lambda _: None, issue_ticket("run-1", ANN, SECRET), is_wanted=lambda: False) is None
    assert not rows.asked


def test_what_is_shown_of_a_run_holds_no_result() -> None:
    assert set(progress_view(RUN, "comma")) == {
        "id", "name", "status", "stage", "percent", "message", "started_ms", "finished_ms", "now_ms",
    }  # fmt: skip
