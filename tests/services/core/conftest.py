"""Which house, people, clock and queue do the tests of the core services use?"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

import data.store.tables.user as user_tables
from data.bus.in_process import InProcessBus
from data.cache.memory import MemoryCache
from data.queue.errors import QueueUnavailable
from data.store.database import Store
from data.store.migrate import upgrade
from data.store.tables.tenant import Tenant
from services.alerts import Alerts
from services.api_keys import ApiKeys
from services.audit import Audit
from services.auth.actor import Actor
from services.auth.roles import Permission, Role
from services.clock import ManualClock
from services.events import Events
from services.idempotency import Idempotency
from services.invitations import Invitations
from services.ports import Ports
from services.ports_store import ServiceStore
from services.preferences import PreferenceChoices
from services.runs import Runs
from services.runs_kinds import Outcome, RunContext, RunFacts, kinds
from services.schedules import Schedules
from services.secrets import load_secrets
from services.sessions import Sessions
from services.settings import Settings, load_settings
from services.users import Users

START_UTC = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeQueue:
    """A queue whose worker is the test: ids wait until `work` is called."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.cancelled: list[str] = []
        self.is_away = False
        self.on_lost: Any = None
        self.on_done: Any = None

    def ping(self) -> None:
        if self.is_away:
            raise QueueUnavailable("away")

    def dispatch(self, run_id: str) -> None:
        if self.is_away:
            raise QueueUnavailable("away")
        if run_id not in self.waiting:
            self.waiting.append(run_id)

    def cancel(self, run_id: str) -> bool:
        self.cancelled.append(run_id)
        if run_id in self.waiting:
            self.waiting.remove(run_id)
        return True

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


class EchoRequest(BaseModel):
    """Says what the work of a test should do."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    text: str = "hello"
    seed: int = 7


class EchoKind:
    """Work that a test decides about."""

    name = "echo"
    label = "Echo"
    permission = Permission.RUNS_WRITE
    time_limit_s = 60.0
    volatile_fields = frozenset({"elapsed_ms"})

    def __init__(self) -> None:
        self.executed: list[str] = []
        self.contexts: list[RunContext] = []
        self.do: Any = None

    def parse(self, text: str) -> EchoRequest:
        return EchoRequest.model_validate_json(text)

    def describe(self, request: BaseModel) -> RunFacts:
        return RunFacts(seed=getattr(request, "seed", None))

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        self.executed.append(context.run_id)
        self.contexts.append(context)
        if self.do is not None:
            self.do(context)
        assert isinstance(request, EchoRequest)
        document = {"schema_version": 1, "text": request.text, "elapsed_ms": float(len(self.executed))}
        return Outcome(document, 1, f"Said {request.text}.", {"as_of": "2022-12-28"}, "0.1.0")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"VAR_DIR": str(tmp_path / "var"), "USER_QUEUED_MAX_COUNT": "3"})


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START_UTC)


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def ports(settings: Settings, clock: ManualClock, queue: FakeQueue, empty_database: Path) -> Iterator[Ports]:
    settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy(empty_database, settings.var_dir / "qpo.sqlite3")
    keys = load_secrets(settings)
    store = Store(settings.database_url, audit_key=keys.audit_key.encode(), now_utc=clock.now_utc)
    yield Ports(
        settings=settings,
        clock=clock,
        store=ServiceStore(store),
        queue=queue,
        bus=InProcessBus(),
        cache=MemoryCache(),
        providers=(),
        secrets=keys,
        hash_password=lambda password: f"hash-of-{password}",
    )
    store.dispose()


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> EchoKind:
    kind = EchoKind()
    monkeypatch.setitem(kinds(), "echo", kind)
    return kind


@pytest.fixture
def house(ports: Ports) -> SimpleNamespace:
    """The core services over one store."""
    events, alerts, sessions = Events(ports), Alerts(ports), Sessions(ports)
    runs = Runs(ports, events=events, alerts=alerts)
    services = SimpleNamespace(
        ports=ports,
        events=events,
        alerts=alerts,
        runs=runs,
        sessions=sessions,
        users=Users(ports, sessions=sessions),
        invitations=Invitations(ports),
        api_keys=ApiKeys(ports),
        audit=Audit(ports),
        preferences=PreferenceChoices(ports),
        idempotency=Idempotency(ports),
        schedules=Schedules(ports, runs=runs),
    )
    runs.attach(services)
    return services


@pytest.fixture
def person(ports: Ports) -> Any:
    """Return a function that makes a user of a role in a house named by its own word, and returns the actor."""
    tenants: dict[str, str] = {}

    def make(role: Role = Role.PORTFOLIO_MANAGER, house_name: str = "first", name: str = "Ann") -> Actor:
        with ports.store.system() as uow:
            if house_name not in tenants:
                tenants[house_name] = uow.tenants.add(Tenant(name=house_name)).id
            row = uow.users.add(
                user_tables.User(
                    tenant_id=tenants[house_name],
                    email=f"{name.lower()}-{secrets.token_hex(3)}@example.com",
                    name=name,
                    role=role.value,
                    password_hash="hash-of-secret",
                    fs_uniquifier=secrets.token_hex(16),
                )
            )
            uow.commit()
        return Actor(row.id, row.tenant_id, name, role, "session")

    return make


@pytest.fixture
def manager(person: Any) -> Actor:
    return person(Role.PORTFOLIO_MANAGER)


@pytest.fixture
def administrator(person: Any) -> Actor:
    return person(Role.ADMINISTRATOR, name="Ada")


@pytest.fixture
def stranger(person: Any) -> Actor:
    return person(Role.PORTFOLIO_MANAGER, house_name="second", name="Sam")
