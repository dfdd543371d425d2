"""What does a worker process of the kill tests do? Its runs write the process id and then take their time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

from data.bus.in_process import InProcessBus
from data.queue.passive import PassiveQueue
from data.store.database import Store
from services.alerts import Alerts
from services.auth.roles import Permission
from services.clock import SystemClock
from services.events import Events
from services.ports import Ports
from services.ports_store import ServiceStore
from services.runs import Runs
from services.runs_kinds import Outcome, RunContext, RunFacts, RunPaused, kinds
from services.secrets import load_secrets
from services.settings import Settings, load_settings


class SlowRequest(BaseModel):
    """Where to write the process ids, and how long the first attempt takes."""

    path: str
    first_s: float = 0.0
    heeds: bool = True
    yields_s: float = 0.0
    """How long a stretch lasts after which others go first; 0 keeps the worker."""


class SlowKind:
    """Takes its time at the first attempt, none at the second."""

    name = "slow"
    label = "Slow work"
    permission = Permission.RUNS_WRITE
    time_limit_s = 60.0
    volatile_fields: frozenset[str] = frozenset()

    def parse(self, text: str) -> SlowRequest:
        return SlowRequest.model_validate_json(text)

    def describe(self, request: BaseModel) -> RunFacts:
        return RunFacts()

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        assert isinstance(request, SlowRequest)
        path = Path(request.path)
        is_first = not path.exists()
        with path.open("a") as file:
            file.write(f"{os.getpid()}\n")
        if request.yields_s:
            return self._in_stretches(request, context)
        end_s = time.monotonic() + (request.first_s if is_first else 0.0)
        while time.monotonic() < end_s:
            time.sleep(0.02)
            if request.heeds:
                context.progress("Working", 0.5)
        return Outcome({"schema_version": 1, "pid": os.getpid()}, 1, "Done.")

    def _in_stretches(self, request: SlowRequest, context: RunContext) -> Outcome:
        """Work for `first_s` in all, and let whoever waits go first after each stretch."""
        before_s, began_s = (context.checkpoint or {"worked_s": 0.0})["worked_s"], time.monotonic()
        while (worked_s := before_s + time.monotonic() - began_s) < request.first_s:
            time.sleep(0.02)
            context.progress("Working", worked_s / request.first_s)
            if time.monotonic() - began_s > request.yields_s and context.others_wait():
                raise RunPaused("Others go first.", worked_s / request.first_s, {"worked_s": worked_s})
        return Outcome({"schema_version": 1, "pid": os.getpid()}, 1, "Done.")


def make_house(settings: Settings, queue: Any) -> SimpleNamespace:
    """Return runs over the store of the settings, with the slow kind known."""
    kinds()["slow"] = SlowKind()
    keys = load_secrets(settings)
    clock = SystemClock()
    store = Store(settings.database_url, audit_key=keys.audit_key.encode(), now_utc=clock.now_utc)
    ports = Ports(settings, clock, ServiceStore(store), queue, InProcessBus(), None, None, keys, str)  # type: ignore[arg-type]
    events = Events(ports)
    runs = Runs(ports, events=events, alerts=Alerts(ports))
    house = SimpleNamespace(ports=ports, runs=runs, events=events)
    runs.attach(house)  # type: ignore[arg-type]
    return house


_house: SimpleNamespace | None = None


def warm() -> None:
    """Build the services once for the process."""
    global _house
    _house = make_house(load_settings(), PassiveQueue())


def execute(run_id: str) -> None:
    """Execute one run."""
    assert _house is not None
    _house.runs.execute(run_id)
