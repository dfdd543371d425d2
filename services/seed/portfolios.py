"""How do the sample clients and portfolios get into a tenant, once?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from data.store import tables
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.roles import Role
from services.clients import client_row, profile_row
from services.errors import Unavailable
from services.market_series import SeriesReader
from services.ports import Ports
from services.seed.ledger import Step, ledger_of
from services.seed.plans import CLIENTS, PLANS, START, Plan
from services.valuation import Valuator
from services.valuation_prices import exact

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.wiring import Services

TEAM = "Sample desk"
MEMBERS = frozenset({Role.PORTFOLIO_MANAGER, Role.ADVISOR, Role.VIEWER, Role.RESEARCHER})


def sample_portfolios(services: Services, actor: Actor) -> bool:
    """Make two clients and three portfolios with a ledger since 2012, unless the tenant has had them before.

    Users whose role looks at portfolios and who are in no doubt sample users, and whoever asks, join the team that the
    portfolios belong to.

    Parameters
    ----------
    services : Services
    actor : Actor
        Whose tenant it is for.

    Returns
    -------
    bool
        Whether anything was made.

    Raises
    ------
    Unavailable
        The market history is not stored yet.
    """
    return seed_tenant(services.ports, actor)


def seed_tenant(ports: Ports, actor: Actor) -> bool:
    """Do what `sample_portfolios` says, over the given doors."""
    with ports.store.system(actor.tenant_id) as uow:
        team = next((team for team in uow.teams.all() if team.name == TEAM), None)
        if team is not None:
            _join(uow, team.id, actor)
            uow.commit()
            return False
        if uow.portfolios.has_samples():
            return False
        team = uow.teams.add(tables.Team(name=TEAM))
        _join(uow, team.id, actor)
        reader = SeriesReader(ports)
        assets = _assets(uow, PLANS)
        closes = _closes(uow, reader, assets)
        client_ids = [_client(uow, position, team.id) for position in range(len(CLIENTS))]
        benchmark_id = next((row.id for row in uow.benchmarks.all() if row.kind == "index"), None)
        valuator = Valuator(ports, reader)
        for plan in PLANS:
            row = _portfolio(uow, plan, client_ids, team.id, benchmark_id)
            uow.ledger.append(row.id, [_entry(step, assets, row.base_currency) for step in ledger_of(plan, closes)])
            valuator.revalue(uow, row)
            note(uow, "portfolio.create", "portfolio", row.id, after={"name": row.name, "sample": True})
        uow.commit()
    return True


def _join(uow: UnitOfWork, team_id: str, actor: Actor) -> None:
    """Put the sample users and whoever asks into the team."""
    known = set(uow.teams.member_ids(team_id))
    for user in uow.users.all(is_active=True):
        is_wanted = user.is_sample and Role(user.role) in MEMBERS
        if user.id not in known and (is_wanted or user.id == actor.user_id):
            uow.teams.add_member(team_id, user.id)


def _assets(uow: UnitOfWork, plans: Sequence[Plan]) -> dict[str, tables.Asset]:
    """Return the assets that the plans trade, by symbol.

    Raises
    ------
    Unavailable
        Some of them are not stored.
    """
    wanted = sorted({symbol for plan in plans for weights in plan.allocations.values() for symbol in weights})
    found = uow.assets.by_symbols(wanted)
    missing = [symbol for symbol in wanted if symbol not in found]
    if missing:
        raise Unavailable(
            f"The sample portfolios need prices of {', '.join(missing)}.", "Load the market history first."
        )
    return found


def _closes(
    uow: UnitOfWork, reader: SeriesReader, assets: Mapping[str, tables.Asset]
) -> dict[date, dict[str, Decimal]]:
    """Return the closes of each session since the start, as exact numbers."""
    series = reader.series(uow, [asset.id for asset in assets.values()])
    table: dict[date, dict[str, Decimal]] = {}
    for symbol, asset in sorted(assets.items()):
        stored = series[asset.id]
        for session, close in zip(stored.sessions.tolist(), stored.closes.tolist(), strict=True):
            if session >= START:
                table.setdefault(session, {})[symbol] = exact(close)
    return dict(sorted(table.items()))


def _client(uow: UnitOfWork, position: int, team_id: str) -> str:
    """Insert one sample client; return its id."""
    new = CLIENTS[position]
    row = client_row(new, is_sample=True)
    row.team_id = team_id
    contact = new.contact
    record = uow.clients.create(
        row,
        name=new.name,
        email=None if contact is None else contact.email,
        phone=None if contact is None else contact.phone,
    )
    if new.profile is not None and new.profile.dated_on is not None:
        uow.clients.add_profile(record.client.id, profile_row(new.profile, new.profile.dated_on))
    note(uow, "client.create", "client", record.client.id, after={"sample": True})
    return record.client.id


def _portfolio(
    uow: UnitOfWork, plan: Plan, client_ids: Sequence[str], team_id: str, benchmark_id: str | None
) -> tables.Portfolio:
    """Insert one sample portfolio without its ledger."""
    return uow.portfolios.add(
        tables.Portfolio(
            name=plan.name,
            description=plan.description,
            base_currency="USD",
            benchmark_id=benchmark_id,
            client_id=None if plan.client is None else client_ids[plan.client],
            team_id=team_id,
            strategy=plan.strategy.value,
            inception_on=START,
            mandate=plan.mandate.model_dump(mode="json"),
            house_limits=plan.house_limits.model_dump(mode="json"),
            is_sample=True,
        )
    )


def _entry(step: Step, assets: Mapping[str, tables.Asset], currency: str) -> tables.LedgerTransaction:
    """Return the ledger row of one step."""
    return tables.LedgerTransaction(
        kind=step.kind,
        trade_date=step.day,
        settle_date=step.day,
        asset_id=None if step.symbol is None else assets[step.symbol].id,
        quantity=step.quantity,
        price=step.price,
        amount_ccy=step.amount_ccy,
        fees_ccy=step.fees_ccy,
        currency=currency,
        note=step.note,
        is_sample=True,
    )
