"""Whatever checks find and people do, in whatever order: is a breach where a plain table of states says it is?

A second route: a dictionary of states, moved by rules written down here once more, without the product's code. It runs
on both databases.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.compliance import breach_watch
from services.errors import Conflict, InvalidRequest, NotAllowed
from services.messages.compliance_breaches import BreachStatus, BreachView, PlanInput
from tests.services.breaches.world import World, furnish, group, open_world, result, rule_of

RULE = rule_of()
GROUPS = ("A", "B")
POOL = ""  # what cannot be judged and has no breach of its own
UNSETTLED = ("open", "acknowledged", "in_remediation")
FAILING = (*UNSETTLED, "overridden")
UNKNOWN = 1.0  # the greatest figure that an unknown one may be
STEPS_COUNT = 44


@dataclass
class Plain:
    """Where one breach stands, as plain as it gets."""

    status: str | None = None
    ended: datetime | None = None
    value: float = 0.0
    is_unknown: bool = False
    wish: str | None = None
    level: float | None = None
    until: date | None = None

    def within(self, level: float | None) -> bool:
        if level is None:
            return self.is_unknown
        return (UNKNOWN if self.is_unknown else self.value) <= level

    def check(self, value: float | None, now: datetime, *, is_more: bool = False) -> None:
        is_failing = value is None or value > 0.25
        if not is_failing:
            if self.status in FAILING:
                self.status, self.ended = "cured", now
                self.wish = None if self.wish == "requested" else self.wish
            return
        if self.status in ("cured", "closed") and self.ended is not None and now - self.ended > timedelta(days=7):
            self.status, self.wish = None, None
        if is_more and self.status is not None:
            self.wish = None if self.wish == "approved" else self.wish
            self.status = "open" if self.status in FAILING else self.status
        self.value, self.is_unknown = (0.0, True) if value is None else (value, False)
        if self.wish == "approved" and self.until is not None and now.date() <= self.until:
            if self.within(self.level):
                self.status = "overridden"
                return
            self.wish = None
        if self.status not in UNSETTLED:
            self.status = "open"

    def passes(self, now: datetime) -> None:
        if self.wish is not None and self.until is not None and now.date() > self.until and self.status != "closed":
            self.wish = None
            self.status = "open" if self.status == "overridden" else self.status

    def ask(self, level: float | None, until: date) -> bool:
        if self.status not in UNSETTLED or self.wish is not None:
            return False
        level = self.value if level is None and not self.is_unknown else level
        if not self.within(level):
            return False
        self.wish, self.level, self.until = "requested", level, until
        return True

    def decide(self, *, is_granted: bool) -> bool:
        if self.wish != "requested":
            return False
        if not is_granted:
            self.wish = None
            return True
        if self.status not in UNSETTLED or not self.within(self.level):
            return False
        self.wish, self.status = "approved", "overridden"
        return True

    def withdraw(self) -> bool:
        if self.wish is None:
            return False
        self.wish = None
        self.status = "open" if self.status == "overridden" else self.status
        return True

    def close(self, now: datetime, *, is_compliance: bool) -> bool:
        if self.status in (None, "closed") or (self.status != "cured" and not is_compliance):
            return False
        self.ended = self.ended if self.status == "cured" else now
        self.status, self.wish = "closed", None
        return True


@pytest.fixture
def pair(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A house on each kind of database, whose portfolio has to keep one rule."""
    monkeypatch.setattr(breach_watch, "rules_and_exemptions_of", lambda uow, ids: {one: ((RULE,), ()) for one in ids})
    made = furnish(url, tmp_path)
    opened = open_world(made, url, tmp_path)
    yield opened
    opened.ports.store.dispose()


def latest(world: World, name: str) -> BreachView | None:
    """Return the youngest breach of a group."""
    found = [one for one in world.queue(world.compliance, statuses=list(BreachStatus)) if one.group == name]
    return max(found, key=lambda one: one.opened_at_utc) if found else None


def refused(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except (Conflict, InvalidRequest, NotAllowed):
        return True
    return False


@pytest.mark.requirement("4.3.D3")
@pytest.mark.parametrize("seed", [7])
def test_every_sequence_of_checks_and_deeds_leads_where_the_table_of_states_says(pair: World, seed: int):
    world, rng = pair, random.Random(seed)
    plain = {name: Plain() for name in (*GROUPS, POOL)}
    unjudged: set[str] = set()
    deeds_done = 0
    for step in range(STEPS_COUNT):
        now = world.clock.now_utc()
        name = rng.choice([*GROUPS, POOL])
        one, row = plain[name], latest(world, name)
        if step % 4 == 0 or row is None:
            values = {key: rng.choice([0.2, 0.3, 0.33, 0.36, None]) for key in GROUPS}
            groups = [
                group(key, None, "indeterminate", None, least=0.0, most=UNKNOWN)
                if value is None
                else group(key, value, "failed" if value > 0.25 else "passed")
                for key, value in values.items()
            ]
            world.check((RULE, result(RULE, *groups)))
            now_unjudged = {key for key, value in values.items() if value is None and plain[key].status not in FAILING}
            for key, value in values.items():
                if key not in now_unjudged:
                    plain[key].check(value, now)
            plain[POOL].check(None if now_unjudged else 0.0, now, is_more=not now_unjudged <= unjudged)
            unjudged = now_unjudged or unjudged
        elif step % 4 == 1:
            world.clock.advance(days=rng.choice([0.5, 1, 2, 4, 8]))
            world.watch.keep_up()
            for two in plain.values():
                two.passes(world.clock.now_utc())
        else:
            deeds_done += deed(world, rng, one, row, now)
        for key, two in plain.items():
            stands = latest(world, key)
            assert (None if stands is None else stands.status.value) == two.status, (step, key)
            if stands is not None:
                agree(world, stands, two)
    assert deeds_done >= 4, "the sequence did something"
    counted = world.breaches.statistics(world.viewer)
    assert counted.unsettled_count == sum(two.status in UNSETTLED for two in plain.values())
    assert counted.waiting_overrides_count == sum(two.wish == "requested" for two in plain.values())
    for row in world.queue(world.compliance, statuses=list(BreachStatus)):
        history = world.detail(row).history
        assert [event.number for event in history] == list(range(1, len(history) + 1))
        assert history[0].status_before is None
        for before, after in itertools.pairwise(history):
            assert after.status_before == before.status_after
        assert history[-1].status_after == row.status


def deed(world: World, rng: random.Random, one: Plain, row: BreachView, now: datetime) -> bool:
    """Do something at random on both routes; return whether it was done."""
    until, level = now.date() + timedelta(days=rng.choice([0, 3, 20])), rng.choice([None, 0.3, 0.33, 0.5, 1.0])
    live = next((each for each in world.detail(row).overrides if each.state in ("requested", "approved")), None)
    wish = world.wish((until - now.date()).days, level)
    kind = rng.choice(["acknowledge", "plan", "ask", "ask", "approve", "approve", "reject", "withdraw", "close", "end"])
    if kind in ("approve", "reject", "withdraw") and live is None:
        assert one.wish is None
        return False
    live_id = "" if live is None else live.id
    match kind:
        case "acknowledge":
            is_fine = one.status == "open"
            one.status = "acknowledged" if is_fine else one.status
            attempt = lambda: world.breaches.acknowledge(row.id, world.manager)  # noqa: E731
        case "plan":
            is_fine = one.status in UNSETTLED
            one.status = "in_remediation" if is_fine else one.status
            attempt = lambda: world.breaches.plan(  # noqa: E731
                row.id, PlanInput(due_on=until, comment="Sell."), world.advisor
            )
        case "ask":
            is_fine = one.ask(level, until)
            attempt = lambda: world.overrides.request(row.id, wish, world.manager)  # noqa: E731
        case "approve":
            is_fine = one.decide(is_granted=True)
            attempt = lambda: world.overrides.approve(live_id, world.compliance)  # noqa: E731
        case "reject":
            is_fine = one.decide(is_granted=False)
            attempt = lambda: world.overrides.reject(live_id, "No.", world.compliance)  # noqa: E731
        case "withdraw":
            is_fine = one.withdraw()
            attempt = lambda: world.overrides.withdraw(live_id, "No more.", world.compliance)  # noqa: E731
        case "close":
            is_fine = one.close(now, is_compliance=False)
            attempt = lambda: world.breaches.close(row.id, "Over.", world.manager)  # noqa: E731
        case _:
            is_fine = one.close(now, is_compliance=True)
            attempt = lambda: world.breaches.close(row.id, "Over.", world.second)  # noqa: E731
    assert refused(attempt) is not is_fine, (kind, row.status, one)
    return is_fine


def agree(world: World, row: BreachView, one: Plain) -> None:
    """Hold what the reader may do, and the bell, against the plain state."""
    deeds = set(row.deeds)
    assert ("acknowledge" in deeds) == (one.status == "open")
    assert ("plan" in deeds) == (one.status in UNSETTLED)
    assert ("request_override" in deeds) == (one.status in UNSETTLED and one.wish is None)
    assert ("decide_override" in deeds) == (one.wish == "requested")
    assert ("withdraw_override" in deeds) == (one.wish is not None)
    assert ("close" in deeds) == (one.status != "closed")
