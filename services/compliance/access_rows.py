"""Who may do what now, and how do they come in: one row a person?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.auth.roles import Role
from services.compliance.restrictions_views import scope_names
from services.messages.compliance_records import AccessRow

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

UNSEEN_AFTER = timedelta(days=90)
PRIVILEGED = frozenset({Role.ADMINISTRATOR.value, Role.COMPLIANCE.value})


def access_rows(uow: UnitOfWork, now: datetime) -> tuple[AccessRow, ...]:
    """Return one row a user, by name."""
    keys: dict[str, list[tables.ApiKey]] = defaultdict(list)
    for key in uow.api_keys.all():
        if key.revoked_at_utc is None and (key.expires_at_utc is None or key.expires_at_utc > now):
            keys[key.user_id].append(key)
    teams, grants = _teams(uow), _grants(uow)
    return tuple(
        _row(user, keys[user.id], teams.get(user.id, ()), grants.get(user.id, ()), now) for user in uow.users.all()
    )


def _teams(uow: UnitOfWork) -> dict[str, tuple[str, ...]]:
    """Return the names of the teams that each user is in."""
    members, found = uow.teams.members(), defaultdict(list)
    for team in uow.teams.all():
        for user_id in members.get(team.id, ()):
            found[user_id].append(team.name)
    return {user_id: tuple(sorted(names)) for user_id, names in found.items()}


def _grants(uow: UnitOfWork) -> dict[str, tuple[str, ...]]:
    """Return what was granted to each user in person, in words."""
    rows = [row for row in _all_grants(uow) if row.principal_kind == "user"]
    names = scope_names(uow, {row.object_id: row.object_kind for row in rows})
    names |= {team.id: team.name for team in uow.teams.all()}
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        what = "the whole house" if row.object_kind == "tenant" else f"{row.object_kind} {names.get(row.object_id, '')}"
        found[row.principal_id].append(f"{what.strip()} as {Role(row.role).label}")
    return {user_id: tuple(sorted(words)) for user_id, words in found.items()}


def _all_grants(uow: UnitOfWork) -> list[tables.RoleGrant]:
    page = uow.grants.list(limit=1000)
    rows = list(page.rows)
    while page.next_cursor is not None:
        page = uow.grants.list(cursor=page.next_cursor, limit=1000)
        rows += page.rows
    return rows


def _row(
    user: tables.User, keys: Sequence[tables.ApiKey], teams: tuple[str, ...], grants: tuple[str, ...], now: datetime
) -> AccessRow:
    used = [key.last_used_at_utc for key in keys if key.last_used_at_utc is not None]
    endless = sum(key.expires_at_utc is None for key in keys)
    has_two_factor = user.tf_totp_secret is not None
    remarks = []
    if not user.is_active and keys:
        remarks.append("Shut out, but keys are left; they do not work.")
    if user.is_active and user.last_seen_at_utc is None:
        remarks.append("Never signed in.")
    elif user.is_active and user.last_seen_at_utc is not None and now - user.last_seen_at_utc > UNSEEN_AFTER:
        remarks.append(f"Not seen since {formatting.day(user.last_seen_at_utc.date())}.")
    if user.is_active and not has_two_factor and user.role in PRIVILEGED:
        remarks.append(f"{Role(user.role).label} without a second factor.")
    if endless:
        remarks.append(f"{formatting.count(endless, 'key')} without an end.")
    if user.is_sample:
        remarks.append("Sample sign-in.")
    return AccessRow(
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        is_active=user.is_active,
        is_sample=user.is_sample,
        has_two_factor=has_two_factor,
        last_seen_at_utc=user.last_seen_at_utc,
        password_changed_at_utc=user.password_changed_at_utc,
        teams=teams,
        grants=grants,
        keys_count=len(keys),
        keys_last_used_at_utc=max(used, default=None),
        keys_without_end_count=endless,
        remarks=tuple(remarks),
    )
