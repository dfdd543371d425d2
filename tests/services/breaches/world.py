"""A house whose checks a test makes up: people, a portfolio, rules, and results of judging them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import data.store.tables as tables
from data.store.database import Store
from engine.compliance.result import GroupResult, RuleResult
from engine.compliance.rule import Override, Rule
from services.alerts import Alerts
from services.auth.actor import Actor
from services.auth.roles import Role
from services.clock import ManualClock
from services.compliance.breach_escalation import Escalation
from services.compliance.breach_grandfather import TouchedOn
from services.compliance.breach_overrides import BreachOverrides
from services.compliance.breach_record import record_breaches
from services.compliance.breach_watch import BreachWatch
from services.compliance.breaches import Breaches
from services.compliance.in_force import RuleInForce
from services.events import Events
from services.messages.compliance_breaches import BreachDetail, BreachView, OverrideInput
from services.ports import Ports
from services.ports_store import ServiceStore
from services.settings import load_settings

START_UTC = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class QuietBus:
    """A bus that only counts its nudges."""

    def __init__(self) -> None:
        self.topics: list[str] = []

    def nudge(self, topic: str) -> None:
        self.topics.append(topic)


def rule_of(
    code: str = "house.max_position",
    *,
    severity: str = "soft",
    operator: str = "<=",
    group_by: str | None = "symbol",
    cure_days: int | None = None,
    override: Override | None = None,
    approved: datetime = datetime(2026, 1, 5, tzinfo=UTC),
    effective_from: date | None = None,
    version: int = 1,
    rule_id: str | None = None,
    remedy: str = "trim",
    measure: str = "sum(weight)",
) -> RuleInForce:
    """Return a rule on weights as a portfolio has to keep it; its limit is told by the results."""
    rule = Rule(
        id=code,
        version=version,
        title="No position above 25%" if operator == "<=" else "At least 1% in cash",
        severity=severity,  # type: ignore[arg-type]
        group_by=group_by,
        measure=measure,
        operator=operator,  # type: ignore[arg-type]
        limit="0.25" if operator == "<=" else "0.01",
        cure_days=cure_days,
        effective_from=effective_from,
        remedy=remedy,  # type: ignore[arg-type]
        override=override or Override(),
    )
    return RuleInForce(
        rule_id=rule_id or f"rule-{code}",
        version=version,
        rule=rule,
        origin="house",
        origin_id=None,
        origin_name="The house",
        approved_at_utc=approved,
    )


def group(
    name: str, value: float | None, status: str = "failed", cause: str | None = "active", **bounds: float | None
) -> GroupResult:
    """Return how one group stands; bounds are the figure itself where they are not named."""
    return GroupResult(
        group=name,
        status=status,  # type: ignore[arg-type]
        value=value,
        least=bounds.get("least", value),
        most=bounds.get("most", value),
        cause=cause if status in ("failed", "indeterminate") else None,  # type: ignore[arg-type]
    )


def result(in_force: RuleInForce, *groups: GroupResult, limit: float | None = None, **more: Any) -> RuleResult:
    """Return what became of a rule."""
    order = ("failed", "indeterminate", "warning", "passed")
    status = next((one for one in order if any(g.status == one for g in groups)), "passed")
    bound = 0.25 if in_force.rule.operator == "<=" else 0.01
    return RuleResult(
        rule_id=in_force.rule.id,
        version=in_force.version,
        title=in_force.rule.title,
        severity=in_force.rule.severity,
        status=status,  # type: ignore[arg-type]
        verdict="pass",
        cause=None,
        operator=in_force.rule.operator,
        limit=bound if limit is None else limit,
        warn_at=None,
        unit="frac",
        groups=groups,
        tested_count=len(groups),
        **more,
    )


@dataclass
class World:
    """Services over one database, the people of a house and a portfolio of the manager's."""

    ports: Ports
    clock: ManualClock
    people: dict[str, Actor] = field(default_factory=dict)
    portfolio_id: str = ""
    tenant_id: str = ""

    def __post_init__(self) -> None:
        self.breaches = Breaches(self.ports)
        self.overrides = BreachOverrides(self.ports)
        self.escalation = Escalation(self.ports)
        self.watch = BreachWatch(self.ports)
        self.alerts = Alerts(self.ports)
        self.events = Events(self.ports)

    def __getattr__(self, name: str) -> Actor:
        people = self.__dict__.get("people", {})
        if name.startswith("_") or name not in people:
            raise AttributeError(name)
        found: Actor = people[name]
        return found

    def check(
        self,
        *judged: tuple[RuleInForce, RuleResult],
        portfolio_id: str | None = None,
        touched_on: TouchedOn | str | None = "today",
    ) -> None:
        """Write down a check as the product does; everything was bought today unless said otherwise."""
        if isinstance(touched_on, str):
            today = self.clock.now_utc().date()
            touched_on = {(rule.rule_id, one.group): today for rule, found in judged for one in found.groups}
        with self.ports.store.system(self.tenant_id) as uow:
            record_breaches(uow, portfolio_id or self.portfolio_id, judged, self.clock.now_utc(), touched_on=touched_on)
            uow.commit()

    def see(self, in_force: RuleInForce, *groups: GroupResult, **more: Any) -> list[BreachView]:
        """Write down a check of one rule; return the breaches that are not closed, the oldest first."""
        self.check((in_force, result(in_force, *groups)), **more)
        return self.queue()

    def queue(self, actor: Actor | None = None, **filters: Any) -> list[BreachView]:
        """Return the queue of an actor, the manager where none is named."""
        return list(self.breaches.queue(actor or self.manager, **filters).items)

    def detail(self, breach: BreachView) -> BreachDetail:
        """Return a breach as it stands now."""
        return self.breaches.get(breach.id, self.compliance)

    def kinds(self, breach: BreachView) -> list[str]:
        """Return what happened to a breach, in order."""
        return [one.kind for one in self.detail(breach).history]

    def inbox(self, actor: Actor) -> list[str]:
        """Return what somebody was told, the first first."""
        return [one.title for one in self.events.notifications(actor)][::-1]

    def bell(self) -> list[tuple[str, str]]:
        """Return state and severity of the open alerts."""
        return [(one.state.value, one.severity.value) for one in self.alerts.list(self.manager)]

    def wish(self, days: int = 10, level: float | None = None, reason: str = "Sold next week.") -> OverrideInput:
        """Return a wish to let a breach stand for so many days."""
        day = self.clock.now_utc().date().toordinal() + days
        return OverrideInput(reason=reason, expires_on=date.fromordinal(day), level=level)

    def let_stand(self, breach: BreachView, days: int = 10, level: float | None = None) -> BreachDetail:
        """Have the manager ask and compliance agree to let a breach stand."""
        asked = self.overrides.request(breach.id, self.wish(days, level), self.manager)
        return self.overrides.approve(asked.overrides[-1].id, self.compliance)

    def buy(self, symbol: str, day: date, kind: str = "buy", quantity: int = 10) -> None:
        """Book a purchase (or a sale, with a negative quantity) of an asset that is made up for it."""
        with self.ports.store.system() as uow:
            known = [one for one in uow.assets.list(limit=1000).rows if one.symbol == symbol]
            asset = known[0] if known else uow.assets.add(
                tables.Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD")
            )  # fmt: skip
            asset_id = asset.id
            uow.commit()
        with self.ports.store.system(self.tenant_id) as uow:
            uow.ledger.append(
                self.portfolio_id,
                [
                    tables.LedgerTransaction(
                        kind=kind, trade_date=day, asset_id=asset_id, quantity=Decimal(quantity),
                        amount_ccy=Decimal(-100), currency="USD",
                    )
                ],
            )  # fmt: skip
            uow.commit()


def ports_on(url: str, folder: Path, clock: ManualClock) -> Ports:
    """Return the doors of a product over a migrated database."""
    store = Store(url, audit_key=b"k" * 32, now_utc=clock.now_utc)
    return Ports(
        settings=load_settings({"VAR_DIR": str(folder)}),
        clock=clock,
        store=ServiceStore(store),
        queue=None,  # type: ignore[arg-type]
        bus=QuietBus(),  # type: ignore[arg-type]
        cache=None,  # type: ignore[arg-type]
        providers=(),  # type: ignore[arg-type]
        secrets=None,  # type: ignore[arg-type]
        hash_password=str,
    )


PEOPLE = {
    "manager": Role.PORTFOLIO_MANAGER, "advisor": Role.ADVISOR, "compliance": Role.COMPLIANCE,
    "second": Role.COMPLIANCE, "administrator": Role.ADMINISTRATOR, "viewer": Role.VIEWER,
    "researcher": Role.RESEARCHER,
}  # fmt: skip


@dataclass(frozen=True)
class Furnished:
    """A database with a house, and who is in it."""

    url: str
    people: dict[str, Actor]
    portfolio_id: str
    tenant_id: str


def open_world(made: Furnished, url: str, folder: Path) -> World:
    """Return services over a copy of a furnished database, on the day on which it was made."""
    clock = ManualClock(START_UTC)
    return World(ports_on(url, folder, clock), clock, made.people, made.portfolio_id, made.tenant_id)


def furnish(url: str, folder: Path) -> Furnished:
    """Make a house with people who see the portfolio, compliance, and a stranger of another house."""
    ports = ports_on(url, folder, ManualClock(START_UTC))
    people: dict[str, Actor] = {}
    with ports.store.system() as uow:
        tenants = [uow.tenants.add(tables.Tenant(name=name)).id for name in ("house", "elsewhere")]
        uow.commit()
    for tenant_id, wanted in zip(tenants, (PEOPLE, {"stranger": Role.COMPLIANCE}), strict=True):
        with ports.store.system(tenant_id) as uow:
            for name, role in wanted.items():
                row = uow.users.add(
                    tables.User(
                        email=f"{name}@{tenant_id[-6:]}.invalid", name=name.title(), role=role.value,
                        password_hash="x", fs_uniquifier=f"{name}-{tenant_id}"[-64:],
                    )
                )  # fmt: skip
                people[name] = Actor(row.id, tenant_id, name.title(), role, "session")
            uow.commit()
    with ports.store.system(tenants[0]) as uow:
        team = uow.teams.add(tables.Team(name="Team"))
        for name in ("manager", "advisor"):
            uow.teams.add_member(team.id, people[name].user_id)
        for name in ("viewer", "researcher"):
            uow.grants.give("user", people[name].user_id, "team", team.id, people[name].role.value)
        team_id = team.id
        uow.commit()
    with ports.store.work(people["manager"]) as uow:
        row = uow.portfolios.add(
            tables.Portfolio(
                name="Growth", base_currency="USD", strategy="long_only", mandate={}, house_limits={}, team_id=team_id
            )
        )
        portfolio_id = row.id
        uow.commit()
    ports.store.dispose()
    return Furnished(url, people, portfolio_id, tenants[0])


def key_of(actor: Actor, *scopes: str) -> Actor:
    """Return a program that has a key of somebody's with these scopes."""
    return replace(actor, via="key", scopes=frozenset(scopes))
