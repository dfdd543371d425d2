"""How do lists and their entries look to whoever may see them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services import formatting
from services.messages.compliance_restrictions import (
    Covers,
    EntryState,
    EntryView,
    ListKind,
    ListScope,
    RestrictionListView,
)

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

KIND_WORDS = {
    ListKind.RESTRICTED: "May not be traded",
    ListKind.WATCH: "Trades are looked at",
    ListKind.EXCLUSION: "May not be bought",
    ListKind.BLACKOUT: "No trades in the window",
}


@dataclass(frozen=True)
class Named:
    """The names of everything that some entries point to."""

    people: Mapping[str, str]
    assets: Mapping[str, tables.Asset]
    issuers: Mapping[str, tables.Issuer]
    groups: Mapping[str, tables.IssuerGroup]


def named(uow: UnitOfWork, entries: Sequence[tables.RestrictionEntry]) -> Named:
    """Look up what entries point to, all at once."""
    people = {one for row in entries for one in (row.added_by_id, row.removed_by_id) if one is not None}
    groups = {row.issuer_group_id for row in entries if row.issuer_group_id is not None}
    return Named(
        people={key: user.name for key, user in uow.users.get_many(sorted(people)).items()},
        assets=uow.assets.get_many(sorted({row.asset_id for row in entries if row.asset_id is not None})),
        issuers=uow.issuers.get_many(sorted({row.issuer_id for row in entries if row.issuer_id is not None})),
        groups=uow.issuers.groups_by_id(sorted(groups)) if groups else {},
    )


def covers_of(row: tables.RestrictionEntry) -> Covers:
    """Return what an entry names."""
    if row.asset_id is not None:
        return Covers.ASSET
    if row.issuer_id is not None:
        return Covers.ISSUER
    return Covers.EVERYTHING if row.issuer_group_id is None else Covers.ISSUER_GROUP


def name_of(row: tables.RestrictionEntry, names: Named) -> str:
    """Return what an entry names, in words."""
    match covers_of(row):
        case Covers.ASSET:
            asset = names.assets.get(row.asset_id or "")
            return "An asset that is no longer known" if asset is None else asset.name
        case Covers.ISSUER:
            issuer = names.issuers.get(row.issuer_id or "")
            return "All of an issuer that is no longer known" if issuer is None else f"All of {issuer.name}"
        case Covers.ISSUER_GROUP:
            group = names.groups.get(row.issuer_group_id or "")
            return "All of a group that is no longer known" if group is None else f"All of the group {group.name}"
        case _:
            return "Everything"


def state_of(row: tables.RestrictionEntry, today: date) -> EntryState:
    """Return how an entry stands on a day."""
    if row.removed_on is not None and row.removed_on <= today:
        return EntryState.REMOVED
    if row.until_on is not None and row.until_on < today:
        return EntryState.OVER
    return EntryState.TO_COME if row.from_on > today else EntryState.IN_FORCE


def entry_view(row: tables.RestrictionEntry, names: Named, today: date, request_id: str | None = None) -> EntryView:
    """Return one entry."""
    asset = names.assets.get(row.asset_id or "")
    return EntryView(
        id=row.id,
        list_id=row.list_id,
        covers=covers_of(row),
        symbol=None if asset is None else asset.symbol,
        name=name_of(row, names),
        from_on=row.from_on,
        until_on=row.until_on,
        reason=row.reason,
        added_by=names.people.get(row.added_by_id or ""),
        added_at_utc=row.created_at_utc,
        removed_on=row.removed_on,
        removed_by=names.people.get(row.removed_by_id or ""),
        removed_at_utc=row.removed_at_utc,
        removal_reason=row.removal_reason,
        state=state_of(row, today),
        request_id=request_id,
        row_version=row.row_version,
    )


def list_view(
    row: tables.RestrictionList, entries_count: int, people: Mapping[str, str], scopes: Mapping[str, str]
) -> RestrictionListView:
    """Return one list."""
    kind, scope = ListKind(row.kind), ListScope(row.scope_kind)
    scope_name = None if row.scope_id is None else scopes.get(row.scope_id)
    whom = "the whole house" if scope is ListScope.HOUSE else f"the {scope.value} {scope_name or row.scope_id}"
    ends = "" if row.closed_on is None else f" Closed from {formatting.day(row.closed_on)} on."
    names = formatting.count(entries_count, "name")
    return RestrictionListView(
        id=row.id,
        kind=kind,
        name=row.name,
        scope_kind=scope,
        scope_id=row.scope_id,
        scope_name=scope_name,
        note=row.note,
        entries_count=entries_count,
        created_by=people.get(row.created_by_id or ""),
        created_at_utc=row.created_at_utc,
        closed_on=row.closed_on,
        is_sample=row.is_sample,
        row_version=row.row_version,
        sentence=f"{KIND_WORDS[kind]} for {whom}: {names}.{ends}",
    )


def scope_names(uow: UnitOfWork, kinds: Mapping[str, str]) -> dict[str, str]:
    """Return what the clients, portfolios and people are called that lists or holds are for.

    Parameters
    ----------
    uow : UnitOfWork
    kinds : mapping of str to str
        Kind by id; clients go by their reference.

    """
    of_kind = {kind: [one for one, its in kinds.items() if its == kind] for kind in ("client", "portfolio", "person")}
    found = {key: row.name for key, row in uow.portfolios.get_many(of_kind["portfolio"]).items()}
    found |= {key: row.reference for key, row in uow.clients.get_many(of_kind["client"]).items()}
    return found | {key: row.name for key, row in uow.users.get_many(of_kind["person"]).items()}
