"""A report is computed once for everybody who may see its portfolio, shown to nobody else, and never lost."""

from __future__ import annotations

import dataclasses
import os
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from data.store.tables import Portfolio
from engine.kernel.errors import InputRefused, Problem
from services.analyses import Analyses
from services.analyses_kinds import kind_of, kinds
from services.auth.actor import Actor
from services.auth.roles import Permission, Role
from services.errors import InvalidRequest, NotAllowed, NotFound, TooMany
from services.messages.analyses import AnalysisState
from services.runs_lease import lease_owner
from tests.services.inline_queue import InlineQueue


class Question(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    portfolio_id: str
    number: int = 1


class Doubling:
    """A report that a test decides about."""

    name = "doubling"
    permission = Permission.PORTFOLIOS_READ
    time_limit_s = 20.0

    def __init__(self) -> None:
        self.actors: list[Actor] = []
        self.do: Any = None

    def parse(self, text: str) -> Question:
        return Question.model_validate_json(text)

    def portfolio_id(self, request: Question) -> str:
        return request.portfolio_id

    def compute(self, request: Question, services: Any, actor: Actor) -> dict[str, Any]:
        self.actors.append(actor)
        if self.do is not None:
            self.do()
        return {"twice": 2 * request.number}


class Facts:
    """Knows the version of the data that a test says."""

    version = "monday"

    def data_version(self, portfolio_id: str, actor: Actor) -> str:
        return self.version


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Doubling:
    made = Doubling()
    monkeypatch.setitem(kinds(), "doubling", made)
    return made


@pytest.fixture
def desk(ports: Any, kind: Doubling, queue: Any) -> SimpleNamespace:
    """Reports over one store: `inline` has them computed at once, `queue` when the test says so."""
    inline, facts = InlineQueue(), Facts()
    made = SimpleNamespace(portfolio_facts=facts, kind=kind, inline=inline, queue=queue, ports=ports)
    made.analyses = Analyses(dataclasses.replace(ports, quick_queue=inline))
    made.later = Analyses(dataclasses.replace(ports, quick_queue=queue))
    made.analyses.attach(made)
    made.later.attach(made)
    inline.execute = made.analyses.execute
    return made


@pytest.fixture
def portfolio_id(ports: Any, manager: Actor) -> str:
    with ports.store.work(manager) as uow:
        row = uow.portfolios.add(Portfolio(name="Core", base_currency="USD", strategy="long_only"))
        uow.commit()
    return row.id


def rows(desk: Any, tenant_id: str) -> list[Any]:
    with desk.ports.store.system(tenant_id, read_only=True) as uow:
        return list(uow.analyses.list(limit=500).rows)


def test_the_same_question_about_the_same_data_is_computed_once(desk, manager, portfolio_id):
    first = desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id, number=21), manager)
    again = desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id, number=21), manager)
    other = desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id, number=4), manager)
    assert first.state is AnalysisState.READY
    assert first.is_current
    assert first.document == {"twice": 42}
    assert again == first
    assert first.elapsed_ms is not None
    assert first.data_version == "monday"
    assert other.document == {"twice": 8}
    assert len(desk.kind.actors) == 2


def test_the_work_is_done_with_the_rights_of_who_asked(desk, manager, portfolio_id):
    desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id), manager)
    (worker,) = desk.kind.actors
    assert (worker.user_id, worker.tenant_id, worker.role, worker.via) == (
        manager.user_id, manager.tenant_id, manager.role, "worker",
    )  # fmt: skip


def test_the_product_itself_may_ask(desk, manager, portfolio_id):
    told = desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id), Actor.system(manager.tenant_id))
    assert told.is_ready
    assert desk.kind.actors[0].is_system
    assert desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id), manager) == told


def test_nobody_else_gets_what_is_kept(desk, manager, stranger, person, portfolio_id):
    question = Question(portfolio_id=portfolio_id)
    desk.analyses.answer("doubling", question, manager)
    colleague = person(Role.PORTFOLIO_MANAGER, name="Cole")  # of the same house, without a grant
    for other in (stranger, colleague):
        with pytest.raises(NotFound):
            desk.analyses.answer("doubling", question, other)
    with pytest.raises(NotAllowed):
        desk.analyses.answer("doubling", question, dataclasses.replace(manager, scopes=frozenset({"market.read"})))
    assert len(desk.kind.actors) == 1


def test_a_portfolio_that_is_not_visible_any_more_is_not_found_although_its_report_is_kept(desk, manager, portfolio_id):
    question = Question(portfolio_id=portfolio_id)
    desk.analyses.answer("doubling", question, manager)
    with desk.ports.store.system(manager.tenant_id) as uow:
        for grant in uow.grants.for_principal(manager.user_id):
            uow.grants.delete(grant.id)
        uow.commit()
    with pytest.raises(NotFound):
        desk.analyses.answer("doubling", question, manager)
    with desk.ports.store.read(manager) as uow:
        assert uow.analyses.list().rows == () or list(uow.analyses.list().rows) == []


def test_while_new_data_are_worked_on_the_old_answer_is_shown_as_not_current(desk, manager, portfolio_id):
    question = Question(portfolio_id=portfolio_id)
    old = desk.analyses.answer("doubling", question, manager)
    desk.portfolio_facts.version = "tuesday"
    told = desk.later.answer("doubling", question, manager, wait_s=0.0)
    assert (told.state, told.is_current, told.data_version) == (AnalysisState.WORKING, False, "monday")
    assert told.document == old.document
    assert told.computed_at_utc == old.computed_at_utc
    desk.analyses.execute(desk.queue.waiting[0])
    new = desk.later.answer("doubling", question, manager, wait_s=0.0)
    assert (new.state, new.is_current, new.data_version) == (AnalysisState.READY, True, "tuesday")


def test_an_answer_young_enough_spares_the_work(desk, manager, clock, portfolio_id):
    question = Question(portfolio_id=portfolio_id)
    desk.analyses.answer("doubling", question, manager)
    desk.portfolio_facts.version = "tuesday"
    clock.advance(seconds=4)
    spared = desk.analyses.answer("doubling", question, manager, fresh_s=5.0)
    assert spared.is_ready
    assert not spared.is_current
    assert spared.data_version == "monday"
    clock.advance(seconds=2)
    assert desk.analyses.answer("doubling", question, manager, fresh_s=5.0).data_version == "tuesday"


def test_two_that_ask_at_once_wait_for_one_computation(desk, manager, portfolio_id):
    question, told = Question(portfolio_id=portfolio_id, number=5), []
    barrier = threading.Barrier(2)

    def ask() -> None:
        barrier.wait()
        told.append(desk.later.answer("doubling", question, manager, wait_s=5.0))

    callers = [threading.Thread(target=ask) for _ in range(2)]
    for one in callers:
        one.start()
    for _ in range(200):
        if desk.queue.waiting:
            break
        threading.Event().wait(0.01)
    threading.Event().wait(0.05)
    assert len(desk.queue.waiting) == 1
    desk.analyses.execute(desk.queue.waiting[0])
    desk.later._wake(desk.queue.waiting[0])
    for one in callers:
        one.join(5.0)
    assert [one.document for one in told] == [{"twice": 10}, {"twice": 10}]
    assert len(desk.kind.actors) == 1


def test_a_refusal_is_kept_with_its_way_out_until_somebody_tries_again(desk, manager, portfolio_id):
    question = Question(portfolio_id=portfolio_id)

    def refuse() -> None:
        raise InvalidRequest("The portfolio holds nothing.", "Buy something first.", code="no_holdings")

    desk.kind.do = refuse
    told = desk.analyses.answer("doubling", question, manager)
    assert (told.state, told.code, told.message, told.advice) == (
        AnalysisState.FAILED, "no_holdings", "The portfolio holds nothing.", "Buy something first.",
    )  # fmt: skip
    assert told.document is None
    assert not told.is_current
    desk.kind.do = None
    assert desk.analyses.answer("doubling", question, manager).state is AnalysisState.FAILED
    assert desk.analyses.answer("doubling", question, manager, again=True).document == {"twice": 2}


def test_what_the_engine_refuses_is_told_in_its_words(desk, manager, portfolio_id):
    def refuse() -> None:
        raise InputRefused([Problem("returns", "There are 3 returns.", "Load a longer history.")])

    desk.kind.do = refuse
    told = desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id), manager)
    assert told.state is AnalysisState.FAILED
    assert told.message == "There are 3 returns. Load a longer history."


def test_a_mistake_of_the_product_names_no_detail_and_is_tried_again_after_a_while(desk, manager, clock, portfolio_id):
    question = Question(portfolio_id=portfolio_id)

    def stumble() -> None:
        raise ZeroDivisionError("secret detail")

    desk.kind.do = stumble
    told = desk.analyses.answer("doubling", question, manager)
    assert told.state is AnalysisState.FAILED
    assert told.id in (told.advice or "")
    assert "secret" not in f"{told.message}{told.advice}"
    desk.kind.do = None
    assert desk.analyses.answer("doubling", question, manager).state is AnalysisState.FAILED
    clock.advance(seconds=31)
    assert desk.analyses.answer("doubling", question, manager).document == {"twice": 2}


def test_a_figure_that_is_no_number_is_a_failure_and_not_an_answer(desk, manager, portfolio_id, monkeypatch):
    monkeypatch.setattr(desk.kind, "compute", lambda request, services, actor: {"twice": float("nan")})
    told = desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id), manager)
    assert told.state is AnalysisState.FAILED
    assert told.document is None


def test_what_was_refused_to_one_person_is_computed_for_the_next(desk, manager, person, portfolio_id):
    question = Question(portfolio_id=portfolio_id)

    def refuse() -> None:
        raise NotFound("There is no such scenario.")

    desk.kind.do = refuse
    assert desk.analyses.answer("doubling", question, manager).state is AnalysisState.FAILED
    desk.kind.do = None
    compliance = person(Role.COMPLIANCE, name="Con")
    assert desk.analyses.answer("doubling", question, compliance).document == {"twice": 2}
    assert desk.kind.actors[-1].user_id == compliance.user_id


def claimed(desk: Any, tenant_id: str, row_id: str, owner: str) -> None:
    with desk.ports.store.system(tenant_id) as uow:
        assert uow.analyses.claim(row_id, owner, 20.0) is not None
        uow.commit()


def test_a_row_of_a_dead_worker_is_taken_up_once_and_then_fails_with_a_sentence(desk, manager, portfolio_id):
    question = Question(portfolio_id=portfolio_id)
    desk.later.answer("doubling", question, manager, wait_s=0.0)
    (row_id,) = desk.queue.waiting
    dead = lease_owner().replace(f":{os.getpid()}:", ":4194300:")
    claimed(desk, manager.tenant_id, row_id, dead)
    desk.queue.waiting.clear()
    assert desk.later.answer("doubling", question, manager, wait_s=0.0).state is AnalysisState.WORKING
    assert desk.queue.waiting == [row_id]
    claimed(desk, manager.tenant_id, row_id, dead)
    told = desk.later.answer("doubling", question, manager, wait_s=0.0)
    assert (told.state, told.code) == (AnalysisState.FAILED, "worker_lost")
    assert told.message == "The worker died 2 times while it computed this report."
    assert told.advice


def test_the_queue_tells_of_a_death_before_the_process_is_cleared_away(desk, manager, portfolio_id):
    question = Question(portfolio_id=portfolio_id)
    desk.later.answer("doubling", question, manager, wait_s=0.0)
    (row_id,) = desk.queue.waiting
    claimed(desk, manager.tenant_id, row_id, lease_owner())
    desk.queue.waiting.clear()
    desk.queue.on_lost(row_id)
    assert desk.queue.waiting == [row_id]
    desk.analyses.execute(row_id)
    assert desk.later.answer("doubling", question, manager, wait_s=0.0).document == {"twice": 2}


def test_work_that_takes_too_long_is_ended_with_its_limit(desk, manager, clock, portfolio_id):
    question = Question(portfolio_id=portfolio_id)
    desk.later.answer("doubling", question, manager, wait_s=0.0)
    (row_id,) = desk.queue.waiting
    claimed(desk, manager.tenant_id, row_id, lease_owner())
    clock.advance(seconds=21)
    told = desk.later.answer("doubling", question, manager, wait_s=0.0)
    assert told.code == "too_slow"
    assert "20 s" in (told.message or "")
    assert row_id in desk.queue.cancelled


def test_an_answer_that_comes_too_late_does_not_count(desk, manager, portfolio_id):
    question = Question(portfolio_id=portfolio_id)
    desk.later.answer("doubling", question, manager, wait_s=0.0)
    (row_id,) = desk.queue.waiting
    desk.kind.do = lambda: desk.queue.on_lost(row_id)  # given to another while this one still works
    desk.analyses.execute(row_id)
    assert rows(desk, manager.tenant_id)[0].state == "waiting"
    desk.kind.do = None
    desk.analyses.execute(row_id)
    assert desk.later.answer("doubling", question, manager, wait_s=0.0).is_ready


def test_a_queue_that_is_away_leaves_the_row_waiting(desk, manager, portfolio_id):
    desk.queue.is_away = True
    told = desk.later.answer("doubling", Question(portfolio_id=portfolio_id), manager, wait_s=0.0)
    assert told.state is AnalysisState.WORKING
    assert told.document is None


def test_one_person_may_not_have_any_number_computed_at_once(desk, manager, portfolio_id):
    most_count = desk.ports.settings.user_queued_max_count
    for number in range(most_count):
        desk.later.answer("doubling", Question(portfolio_id=portfolio_id, number=number), manager, wait_s=0.0)
    with pytest.raises(TooMany):
        desk.later.answer("doubling", Question(portfolio_id=portfolio_id, number=99), manager, wait_s=0.0)


def test_old_answers_go_by_age_and_by_number(desk, manager, clock, portfolio_id, monkeypatch):
    monkeypatch.setattr("services.analyses.KEEP_COUNT", 3)
    for number in range(5):
        clock.advance(seconds=1)
        desk.analyses.answer("doubling", Question(portfolio_id=portfolio_id, number=number), manager)
    kept = [one.request_json for one in rows(desk, manager.tenant_id)]
    assert len(kept) == 3
    assert not any('"number":1,' in text for text in kept)
    assert desk.analyses.prune() == 0
    clock.advance(days=8)
    assert desk.analyses.prune() == 3
    assert not rows(desk, manager.tenant_id)


def test_an_unknown_kind_names_those_that_exist():
    with pytest.raises(InvalidRequest, match="no kind of report 'nonsense'"):
        kind_of("nonsense")
