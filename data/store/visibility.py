"""Which rows may an actor see, and which may it change?

Rights run downwards: tenant -> team -> client -> portfolio -> ledger, valuations, targets, runs, alerts, schedules.
A grant names a user or a team, an object and a role. Without a grant nothing is visible. Compliance reads all of its
tenant and changes nothing; administrators see users, grants and settings, and holdings only where granted;
researchers never see what names a client. This is the only module that selects from these tables by itself.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from data.store import tables as t
from data.store.actor import READ_ONLY_ROLES, Actor, Asker, SystemActor
from data.store.base import Base
from data.store.visible_compliance import compliance_rules
from data.store.visible_groups import ADMINISTRATION, NOBODYS, OWN, PARENTS, SCOPED, SHARED

M = TypeVar("M", bound=Base)
Condition = ColumnElement[bool]
Rule = Callable[[Actor, bool], Condition]


def visible(model: type[M], actor: Asker, *, write: bool = False, deleted: bool = False) -> Select[M]:
    """Return a SELECT of the rows of one table that an actor may see.

    Parameters
    ----------
    model : type
        A mapped class.
    actor : Actor or SystemActor
        Who asks.
    write : bool
        Whether only rows that the actor may change count.
    deleted : bool
        Whether rows marked as deleted are included.

    Returns
    -------
    Select
        Selects whole rows; narrow it further with ``where`` and ``with_only_columns``.
    """
    query = select(model).where(condition(model, actor, write=write))
    if not deleted and "deleted_at_utc" in model.__table__.columns:
        query = query.where(model.__table__.columns["deleted_at_utc"].is_(None))
    return query


def visible_ids(model: type[Any], actor: Asker, *, write: bool = False) -> Select[str]:
    """Return a SELECT of the ids of the visible rows, deleted ones included, for use in ``IN``."""
    return select(model.id).where(condition(model, actor, write=write))


def condition(model: type[Any], actor: Asker, *, write: bool = False) -> Condition:
    """Return the WHERE condition under which an actor may see (or change) a row of ``model``."""
    if isinstance(actor, SystemActor):
        columns = model.__table__.columns
        if actor.tenant_id is None:
            return true()
        if model is t.Tenant:
            return cast("Condition", columns["id"] == actor.tenant_id)
        if "tenant_id" in columns:
            column = columns["tenant_id"]
            return or_(column == actor.tenant_id, column.is_(None)) if column.nullable else column == actor.tenant_id
        if "tenant_scope" in columns:
            return cast("Condition", columns["tenant_scope"].in_(("", actor.tenant_id)))
        above = PARENTS.get(model)
        return true() if above is None else cast("Condition", above[0].in_(visible_ids(above[1], actor, write=write)))
    if actor.scopes is not None and not actor.scopes:
        return false()
    return _condition_of(cast("Hashable", model), _Person(actor.user_id, actor.tenant_id, str(actor.role)), write)


@dataclass(frozen=True)
class _Person:
    """What of an actor the conditions depend on; grants are looked up by the database each time."""

    user_id: str
    tenant_id: str
    role: str
    scopes: None = None


@lru_cache(maxsize=4096)
def _condition_of(model: Any, person: _Person, write: bool) -> Condition:
    """Build a condition once for a person: building takes three times as long as running the query."""
    rule = RULES.get(model)
    return false() if rule is None else rule(person, write)


def _granted(actor: Actor, kind: str, write: bool) -> Select[str]:
    """Ids of the objects of one kind that were granted to the actor or to one of its teams."""
    mine = and_(t.RoleGrant.principal_kind == "user", t.RoleGrant.principal_id == actor.user_id)
    teams = (
        select(t.TeamMember.team_id)
        .join(t.Team, t.Team.id == t.TeamMember.team_id)
        .where(
            t.TeamMember.user_id == actor.user_id, t.Team.tenant_id == actor.tenant_id, t.Team.deleted_at_utc.is_(None)
        )
    )
    ours = and_(t.RoleGrant.principal_kind == "team", t.RoleGrant.principal_id.in_(teams))
    query = select(t.RoleGrant.object_id).where(
        t.RoleGrant.tenant_id == actor.tenant_id, t.RoleGrant.object_kind == kind, or_(mine, ours)
    )
    if kind == "team":  # a team that was put aside opens nothing, to whomever it was granted
        query = query.where(t.RoleGrant.object_id.in_(select(t.Team.id).where(t.Team.deleted_at_utc.is_(None))))
    return query.where(t.RoleGrant.role.not_in(READ_ONLY_ROLES)) if write else query


def _whole_tenant(actor: Actor, write: bool) -> Condition:
    return _granted(actor, "tenant", write).where(t.RoleGrant.object_id == actor.tenant_id).exists()


def _client(actor: Actor, write: bool) -> Condition:
    same_tenant = t.Client.tenant_id == actor.tenant_id
    if actor.role == "compliance" and not write:
        return same_tenant
    if write and actor.role in READ_ONLY_ROLES:
        return false()
    return and_(
        same_tenant,
        or_(
            _whole_tenant(actor, write),
            t.Client.id.in_(_granted(actor, "client", write)),
            t.Client.team_id.in_(_granted(actor, "team", write)),
        ),
    )


def _client_personal(actor: Actor, write: bool) -> Condition:
    if actor.role == "researcher":
        return false()
    return t.ClientPersonal.client_id.in_(visible_ids(t.Client, actor, write=write))


def _portfolio(actor: Actor, write: bool) -> Condition:
    same_tenant = t.Portfolio.tenant_id == actor.tenant_id
    if actor.role == "compliance" and not write:
        return same_tenant
    if write and actor.role in READ_ONLY_ROLES:
        return false()
    return and_(
        same_tenant,
        or_(
            _whole_tenant(actor, write),
            t.Portfolio.id.in_(_granted(actor, "portfolio", write)),
            t.Portfolio.team_id.in_(_granted(actor, "team", write)),
            t.Portfolio.client_id.in_(visible_ids(t.Client, actor, write=write)),
        ),
    )


def _team(actor: Actor, write: bool) -> Condition:
    same_tenant = t.Team.tenant_id == actor.tenant_id
    if actor.role == "administrator" or (actor.role == "compliance" and not write):
        return same_tenant
    if write:
        return false()
    return and_(same_tenant, or_(t.Team.id.in_(_my_teams(actor)), t.Team.id.in_(_granted(actor, "team", write))))


def _my_teams(actor: Actor) -> Select[str]:
    return (
        select(t.TeamMember.team_id)
        .join(t.Team, t.Team.id == t.TeamMember.team_id)
        .where(t.TeamMember.user_id == actor.user_id, t.Team.deleted_at_utc.is_(None))
    )


def _user(actor: Actor, write: bool) -> Condition:
    same_tenant = t.User.tenant_id == actor.tenant_id
    if actor.role == "administrator" or (actor.role == "compliance" and not write):
        return same_tenant
    if write:
        return and_(same_tenant, t.User.id == actor.user_id)
    colleagues = select(t.TeamMember.user_id).where(t.TeamMember.team_id.in_(_my_teams(actor)))
    return and_(same_tenant, or_(t.User.id == actor.user_id, t.User.id.in_(colleagues)))


def _owned_or_portfolio(model: Any, owner: str, *, has_own_of_compliance: bool = False) -> Rule:
    """Rows of a user, and rows about a portfolio that the actor may see.

    Compliance reads all of the house, and changes none but its own where it can have some.
    """

    def rule(actor: Actor, write: bool) -> Condition:
        same_tenant = model.tenant_id == actor.tenant_id
        mine = getattr(model, owner) == actor.user_id
        if actor.role == "compliance":
            own = and_(same_tenant, mine) if has_own_of_compliance else false()
            return own if write else same_tenant
        return and_(same_tenant, or_(mine, model.portfolio_id.in_(visible_ids(t.Portfolio, actor, write=write))))

    return rule


def _alert(actor: Actor, write: bool) -> Condition:
    if actor.role == "compliance":
        return _owned_or_portfolio(t.Alert, "owner_id")(actor, write)
    everybody = and_(t.Alert.tenant_id == actor.tenant_id, t.Alert.owner_id.is_(None), t.Alert.portfolio_id.is_(None))
    rule = _owned_or_portfolio(t.Alert, "owner_id")(actor, write)
    return rule if write and actor.role == "viewer" else or_(rule, everybody)


def _holdings_import(actor: Actor, write: bool) -> Condition:
    """One's own files, for they tell holdings; compliance reads those of the house."""
    same_tenant = t.HoldingsImport.tenant_id == actor.tenant_id
    if actor.role == "compliance":
        return false() if write else same_tenant
    if write and actor.role in READ_ONLY_ROLES:
        return false()
    return and_(same_tenant, t.HoldingsImport.owner_id == actor.user_id)


def _template(actor: Actor, write: bool) -> Condition:
    same_tenant = t.Template.tenant_id == actor.tenant_id
    if actor.role == "compliance":
        return false() if write else same_tenant
    mine = t.Template.owner_id == actor.user_id
    ours = and_(t.Template.sharing == "team", t.Template.team_id.in_(_my_teams(actor)))
    return and_(same_tenant, mine if write else or_(mine, ours, t.Template.sharing == "house"))


def _event(actor: Actor, write: bool) -> Condition:
    same_tenant = t.EventOutbox.tenant_id == actor.tenant_id
    if write:
        return false()
    if actor.role == "compliance":
        return same_tenant
    return and_(
        same_tenant,
        or_(t.EventOutbox.user_id.is_(None), t.EventOutbox.user_id == actor.user_id),
        or_(
            t.EventOutbox.user_id == actor.user_id,
            t.EventOutbox.portfolio_id.is_(None),
            t.EventOutbox.portfolio_id.in_(visible_ids(t.Portfolio, actor)),
        ),
    )


def _audit(actor: Actor, write: bool) -> Condition:
    same_tenant = t.AuditEvent.tenant_id == actor.tenant_id
    if write:
        return false()
    if actor.role == "compliance":
        return same_tenant
    if actor.role == "administrator":
        return and_(same_tenant, t.AuditEvent.object_kind.in_(ADMINISTRATION))
    return and_(same_tenant, t.AuditEvent.actor_id == actor.user_id)


def _recovery_code(actor: Actor, write: bool) -> Condition:
    """One's own codes; administrators may take those of others away, and never count them."""
    if write and actor.role == "administrator":
        return t.RecoveryCode.user_id.in_(visible_ids(t.User, actor, write=True))
    return t.RecoveryCode.user_id == actor.user_id


def _grant(actor: Actor, write: bool) -> Condition:
    same_tenant = t.RoleGrant.tenant_id == actor.tenant_id
    if actor.role == "administrator" or (actor.role == "compliance" and not write):
        return same_tenant
    return false() if write else and_(same_tenant, t.RoleGrant.principal_id == actor.user_id)


def _own(model: Any, *, managed: bool) -> Rule:
    """Rows of one user; ``managed`` rows are also the administrator's, and compliance reads them."""

    def rule(actor: Actor, write: bool) -> Condition:
        same_tenant = model.tenant_id == actor.tenant_id
        if managed and (actor.role == "administrator" or (actor.role == "compliance" and not write)):
            return cast("Condition", same_tenant)
        return and_(same_tenant, model.user_id == actor.user_id)

    return rule


def _administration(model: Any, *, readable: bool) -> Rule:
    """Rows that administrators look after; ``readable`` ones are read by everybody in the tenant."""

    def rule(actor: Actor, write: bool) -> Condition:
        same_tenant = cast("Condition", model.tenant_id == actor.tenant_id)
        if actor.role == "administrator" or (not write and (readable or actor.role == "compliance")):
            return same_tenant
        return false()

    return rule


def _shared(model: Any) -> Rule:
    """Reference data: shared rows are read by all tenants and changed by the product alone."""

    def rule(actor: Actor, write: bool) -> Condition:
        own = cast("Condition", model.tenant_id == actor.tenant_id)
        if write:
            return false() if actor.role in READ_ONLY_ROLES else own
        return or_(model.tenant_id.is_(None), own)

    return rule


def _benchmark_weight(actor: Actor, write: bool) -> Condition:
    """Shared weights, and those that the tenant brought, of benchmarks that the tenant sees."""
    below = t.BenchmarkWeight.benchmark_id.in_(visible_ids(t.Benchmark, actor))
    return and_(_shared(t.BenchmarkWeight)(actor, write), below)


def _corporate_action(actor: Actor, write: bool) -> Condition:
    """What all tenants share, and what the tenant brought, of assets that the tenant sees."""
    below = t.CorporateAction.asset_id.in_(visible_ids(t.Asset, actor))
    return and_(_shared(t.CorporateAction)(actor, write), below)


def _scoped(model: Any) -> Rule:
    """Market data, keyed by '' for all tenants or by one tenant's id; written by ingestion alone."""

    def rule(actor: Actor, write: bool) -> Condition:
        if write:
            return cast("Condition", model.tenant_scope == actor.tenant_id)
        return cast("Condition", model.tenant_scope.in_(("", actor.tenant_id)))

    return rule


def _below(model: type[Any]) -> Rule:
    """Rows that are visible where their parent is."""
    column, parent = PARENTS[model]

    def rule(actor: Actor, write: bool) -> Condition:
        return cast("Condition", column.in_(visible_ids(parent, actor, write=write)))

    return rule


def _house(model: Any) -> Rule:
    """What one house sees and decides about data that others may share: no other house ever does."""

    def rule(actor: Actor, write: bool) -> Condition:
        if write and actor.role in READ_ONLY_ROLES:
            return false()
        return cast("Condition", model.tenant_id == actor.tenant_id)

    return rule


def _nobody(actor: Actor, write: bool) -> Condition:
    return false()


RULES: dict[type[Any], Rule] = {
    **{model: _below(model) for model in PARENTS},
    **{model: _shared(model) for model in SHARED},
    **{model: _scoped(model) for model in SCOPED},
    **{model: _own(model, managed=False) for model in OWN},
    **dict.fromkeys(NOBODYS, _nobody),
    **compliance_rules(visible_ids),
    t.Tenant: lambda actor, write: false() if write else t.Tenant.id == actor.tenant_id,
    t.Setting: _administration(t.Setting, readable=True),
    t.ProviderSetting: _administration(t.ProviderSetting, readable=False),
    t.ProviderUsage: _administration(t.ProviderUsage, readable=False),
    t.ProviderState: _administration(t.ProviderState, readable=False),
    t.QualityFinding: _house(t.QualityFinding),
    t.QualityScore: _house(t.QualityScore),
    t.QualityPolicy: _house(t.QualityPolicy),
    t.User: _user,
    t.RecoveryCode: _recovery_code,
    t.UserSession: _own(t.UserSession, managed=True),
    t.Invitation: _administration(t.Invitation, readable=False),
    t.RoleGrant: _grant,
    t.Team: _team,
    t.Client: _client,
    t.ClientPersonal: _client_personal,
    t.BenchmarkWeight: _benchmark_weight,
    t.CorporateAction: _corporate_action,
    t.Portfolio: _portfolio,
    t.Run: _owned_or_portfolio(t.Run, "owner_id", has_own_of_compliance=True),
    t.Template: _template,
    t.HoldingsImport: _holdings_import,
    t.ImportTemplate: _shared(t.ImportTemplate),
    t.ImportAlias: _shared(t.ImportAlias),
    t.Schedule: _owned_or_portfolio(t.Schedule, "owner_id"),
    t.Alert: _alert,
    t.EventOutbox: _event,
    t.ApiKey: _own(t.ApiKey, managed=True),
    t.AuditEvent: _audit,
    t.AuditHead: lambda actor, write: (
        t.AuditHead.tenant_id == actor.tenant_id if actor.role == "compliance" and not write else false()
    ),
}
