"""Is every decision that is the reader's own told, where it is made, and nobody else's?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services.auth.actor import Actor
from services.auth.roles import Role
from services.clock import ManualClock
from services.dashboard_tasks import TaskReader, TaskSources
from services.messages.holdings_import import HoldingsImportState
from services.messages.runs import RunOutcome, RunStatus, RunView

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def run(number: int, status: RunStatus, *, hours: int, outcome: RunOutcome | None = None) -> RunView:
    ended = NOW - timedelta(hours=hours)
    return RunView(
        id=f"r{number}", kind="optimization", name=f"Run {number}", status=status, stage=None, progress_frac=1.0,
        message=None, owner_id="me", portfolio_id=None, created_at_utc=ended, started_at_utc=ended,
        finished_at_utc=ended if status.is_final else None, seed=None, engine_version=None, request_sha256="x",
        row_version=1, attempts_count=1, outcome=outcome,
    )  # fmt: skip


def sources(**changes: Any) -> TaskSources:
    """Return sources in which one thing of each kind is the reader's, and one is not."""
    page = SimpleNamespace
    rule = {"title": "Cap", "scope_name": "The house", "waiting_version": 2, "created_at_utc": NOW, "id": "rule"}
    made: dict[str, Any] = {
        "ports": SimpleNamespace(clock=ManualClock(NOW)),
        "breach_overrides": SimpleNamespace(
            waiting=lambda _actor: (
                SimpleNamespace(
                    may_decide=True, sentence="Let it stand.", requested_at_utc=NOW - timedelta(days=2), breach_id="b1"
                ),
                SimpleNamespace(may_decide=False),
            )
        ),
        "rules": SimpleNamespace(
            list=lambda _actor: (
                SimpleNamespace(**rule, waiting_state="proposed", may=("approve", "reject")),
                SimpleNamespace(**rule, waiting_state="draft", may=("edit", "propose")),
                SimpleNamespace(**rule, waiting_state="proposed", may=("withdraw",)),
                SimpleNamespace(**rule, waiting_state=None, may=("new_version",)),
            ),
            deviations=SimpleNamespace(
                list=lambda _actor, waiting_only: (
                    SimpleNamespace(
                        may=("approve",), title="Cap", scope_name="Growth", sentence="12%.",
                        made_at_utc=NOW, rule_id="rule",
                    ),
                    SimpleNamespace(may=("withdraw",)),
                )
            ),
        ),
        "access_reviews": SimpleNamespace(
            unclosed=lambda _actor: (
                SimpleNamespace(
                    follow_ups=(
                        SimpleNamespace(is_done=False, sentence="Ann still comes in as Viewer."),
                        SimpleNamespace(is_done=True, sentence="Carl is shut out."),
                    ),
                    reviewed_at_utc=NOW,
                    made_at_utc=NOW,
                ),
                SimpleNamespace(follow_ups=(), reviewed_at_utc=NOW, made_at_utc=NOW),
            )
        ),
        "four_eyes": SimpleNamespace(
            list=lambda _actor, state, limit: page(
                items=(
                    SimpleNamespace(can_decide=True, sentence="Make Ada a viewer.", requested_at_utc=NOW),
                    SimpleNamespace(can_decide=False),
                )
            )
        ),
        "breaches": SimpleNamespace(
            queue=lambda _actor, owner, limit: page(
                items=(
                    SimpleNamespace(
                        portfolio_name="Growth", rule_title="Cap", sentence="Too much.", grace_sentence="",
                        status="open", status_since_utc=NOW, portfolio_id="p", id="b2",
                    ),
                    SimpleNamespace(status="cured"),
                )
            )
        ),
        "holdings_imports": SimpleNamespace(
            list=lambda _actor: (
                SimpleNamespace(state=HoldingsImportState.DRAFT, file_name="bank.csv", created_at_utc=NOW, id="i1"),
                SimpleNamespace(state=HoldingsImportState.IMPORTED),
            )
        ),
        "rebalancings": SimpleNamespace(
            waiting=lambda _actor: (
                SimpleNamespace(
                    portfolio_name="Growth", sentence="3 trades.", submitted_at_utc=NOW, made_at_utc=NOW,
                    portfolio_id="p", id="t1", may=("decide", "export"),
                ),
                SimpleNamespace(may=("export",)),
            )
        ),
        "runs": SimpleNamespace(
            list=lambda _actor, limit, owner_id: page(
                items=(
                    run(1, RunStatus.SUCCEEDED, hours=1),
                    run(2, RunStatus.FAILED, hours=2),
                    run(3, RunStatus.SUCCEEDED, hours=3, outcome=RunOutcome.INFEASIBLE),
                    run(4, RunStatus.CANCELLED, hours=1),
                    run(5, RunStatus.SUCCEEDED, hours=30),
                    run(6, RunStatus.RUNNING, hours=0),
                )
            )
        ),
    }  # fmt: skip
    return TaskSources(**{**made, **changes})


def actor(role: Role) -> Actor:
    return Actor("me", "house", "Me", role, "session")


@pytest.mark.requirement("5.1.F5")
def test_decisions_come_first_and_each_leads_where_it_is_made() -> None:
    found = TaskReader(sources()).read(actor(Role.COMPLIANCE))
    kinds = [one.kind for one in found.tasks]
    assert kinds[:5] == ["breach_override", "change_request", "rule_override", "rule", "rebalancing"]
    assert found.decisions_count == 5
    assert found.sentence.startswith("5 decisions wait for you")
    links = {one.kind: one.link for one in found.tasks}
    assert links["breach_override"] == "/compliance?tab=breaches&breach=b1"
    assert links["rebalancing"] == "/rebalance?portfolio=p&proposal=t1"
    assert links["rule"] == "/compliance?tab=rules&rule=rule"
    assert "rule_draft" in kinds
    assert "import" not in kinds  # who may not book is not told of files


def test_runs_of_the_last_day_are_told_as_they_ended_and_cancelled_ones_are_not() -> None:
    found = TaskReader(sources()).read(actor(Role.PORTFOLIO_MANAGER))
    titles = {one.link: one.title for one in found.tasks if one.kind == "run"}
    assert titles == {
        "/runs/r1": "Run 1 is ready", "/runs/r2": "Run 2 has failed", "/runs/r3": "Run 3 found no portfolio",
    }  # fmt: skip
    draft = next(one for one in found.tasks if one.kind == "import")
    assert (draft.link, draft.is_decision) == ("/imports?draft=i1", False)
    breach = next(one for one in found.tasks if one.kind == "breach")
    assert (breach.title, breach.sentence) == ("Growth: Cap", "Too much.")


def test_access_that_a_review_took_away_waits_for_who_can_do_it() -> None:
    def of(role: Role) -> list[tuple[str, str, str]]:
        tasks = TaskReader(sources()).read(actor(role)).tasks
        return [(one.title, one.sentence, one.link) for one in tasks if one.kind == "access_review"]

    left, done = of(Role.ADMINISTRATOR)
    assert left == ("Access that a review takes away", "Ann still comes in as Viewer.", "/users")
    assert done[::2] == ("Close a review of access", "/compliance?tab=controls")
    assert of(Role.COMPLIANCE)[0][2] == "/compliance?tab=controls"
    assert of(Role.PORTFOLIO_MANAGER) == []


def test_nothing_is_said_in_words_too() -> None:
    nobody = SimpleNamespace(
        waiting=lambda _: (), list=lambda *_, **__: (), queue=lambda *_, **__: SimpleNamespace(items=())
    )
    nobody.deviations = nobody
    empty = SimpleNamespace(list=lambda *_, **__: SimpleNamespace(items=()))
    found = TaskReader(
        sources(
            access_reviews=nobody,
            breach_overrides=nobody,
            rules=nobody,
            four_eyes=empty,
            breaches=nobody,
            holdings_imports=nobody,
            rebalancings=nobody,
            runs=empty,
        )
    ).read(actor(Role.PORTFOLIO_MANAGER))
    assert (found.tasks, found.sentence) == ((), "Nothing waits for you.")
