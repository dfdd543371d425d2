"""Which lists of what may not be traded does the house keep, and how do names get on and off them?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.four_eyes import Deed, FourEyes, ask
from services.compliance.lists import EVERYTHING, listings
from services.compliance.restrictions_checks import (
    entry_row,
    person_id,
    refuse,
    refuse_closed,
    refuse_known_name,
    refuse_listed,
    refuse_over,
    scope_problems,
)
from services.compliance.restrictions_views import entry_view, list_view, name_of, named, scope_names
from services.errors import FieldProblem
from services.events_outbox import announce
from services.messages.compliance_restrictions import (
    EntryRemoval,
    EntryView,
    Listing,
    ListKind,
    NewEntry,
    NewRestrictionList,
    RestrictionListChanges,
    RestrictionListView,
)
from services.messages.frozen import Page
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

KIND, ENTRY_KIND = "restriction_list", "restriction_entry"
REMOVAL = "restriction.remove"
CLOSING = "restriction_list.close"
FOUR_EYED = frozenset({ListKind.RESTRICTED, ListKind.BLACKOUT})
"""Lists from which no single person takes a name."""


class Restrictions:
    """Lists that the actor may see.

    Parameters
    ----------
    ports : Ports
    four_eyes : FourEyes

    """

    def __init__(self, ports: Ports, four_eyes: FourEyes) -> None:
        self._ports = ports
        self._four_eyes = four_eyes

    def lists(
        self, actor: Actor, *, kind: ListKind | None = None, with_closed: bool = False, on: date | None = None
    ) -> tuple[RestrictionListView, ...]:
        """Return lists by name, with how many names each has on a day (today when None)."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.restriction_lists.all(kind=None if kind is None else kind.value, with_closed=with_closed)
            return self._list_views(uow, rows, on)

    def get(self, list_id: str, actor: Actor) -> RestrictionListView:
        """Return one list; NotFound where there is none for the actor."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            return self._list_views(uow, [uow.restriction_lists.get(list_id)], None)[0]

    def create(self, new: NewRestrictionList, actor: Actor) -> RestrictionListView:
        """Make a list without names.

        Raises
        ------
        InvalidRequest
            The client, portfolio or person does not exist, or the scope is incomplete.
        Conflict
            A list has this name already.

        """
        authorize(actor, Permission.RESTRICTIONS_WRITE)
        name = " ".join(new.name.split())
        with self._ports.store.work(actor) as uow:
            refuse(scope_problems(uow, new.scope_kind.value, new.scope_id), "This list cannot be made.")
            refuse_known_name(uow, name)
            row = uow.restriction_lists.add(
                tables.RestrictionList(
                    kind=new.kind.value,
                    name=name,
                    scope_kind=new.scope_kind.value,
                    scope_id=new.scope_id,
                    note=new.note,
                    created_by_id=person_id(actor),
                )
            )
            after = {"name": name, "kind": row.kind, "scope_kind": row.scope_kind, "scope_id": row.scope_id}
            note(uow, "restriction_list.create", KIND, row.id, after=after)
            announce(uow, "compliance", "restrictions.changed", {"list_id": row.id})
            uow.commit()
            return self._list_views(uow, [row], None)[0]

    def update(
        self, list_id: str, changes: RestrictionListChanges, actor: Actor, row_version: int | None = None
    ) -> RestrictionListView:
        """Change name or note; NotFound, Conflict and Stale as elsewhere."""
        authorize(actor, Permission.RESTRICTIONS_WRITE)
        sent = changes.model_dump(include=set(changes.model_fields_set))
        if sent.get("name") is None:
            sent.pop("name", None)
        with self._ports.store.work(actor) as uow:
            before = uow.restriction_lists.get(list_id, write=True)
            if "name" in sent:
                sent["name"] = " ".join(sent["name"].split())
                refuse_known_name(uow, sent["name"], except_id=list_id)
            old = {name: getattr(before, name) for name in sent}
            row = uow.restriction_lists.update(list_id, sent, row_version)
            note(uow, "restriction_list.update", KIND, list_id, before=old, after=sent)
            uow.commit()
            return self._list_views(uow, [row], None)[0]

    def close(self, list_id: str, reason: str, actor: Actor, row_version: int | None = None) -> RestrictionListView:
        """Let a list count no more from today on; for restricted lists and blackouts a second person is asked.

        Raises
        ------
        Conflict
            It is closed already, or the request waits already.

        """
        authorize(actor, Permission.RESTRICTIONS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.restriction_lists.get(list_id, write=True)
            refuse_closed(row)
            if ListKind(row.kind) in FOUR_EYED:
                sentence = f"Close the list {row.name!r}: nothing on it is restricted any more."
                ask(uow, actor, CLOSING, object_kind=KIND, object_id=list_id, sentence=sentence, reason=reason)
            else:
                uow.restriction_lists.update(list_id, {}, row_version)
                _close(uow, row, self._today(), reason)
            uow.commit()
            return self._list_views(uow, [row], None)[0]

    def entries(
        self,
        list_id: str,
        actor: Actor,
        *,
        on: date | None = None,
        is_standing: bool = False,
        cursor: str | None = None,
        limit: int = 200,
    ) -> Page[EntryView]:
        """Return a list's entries, the newest first: all there ever were, what stood on a day, or what stands today."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            uow.restriction_lists.get(list_id)
            today = self._today()
            on = today if on is None and is_standing else on
            page = uow.restriction_entries.page(list_id, on=on, cursor=cursor, limit=limit)
            names = named(uow, page.rows)
            waiting = {row.object_id: row.id for row in uow.change_requests.page(state="proposed", kind=REMOVAL).rows}
            items = tuple(entry_view(row, names, today, waiting.get(row.id)) for row in page.rows)
        return Page[EntryView](items=items, next_cursor=page.next_cursor)

    def add(self, list_id: str, new: NewEntry, actor: Actor) -> EntryView:
        """Put a name on a list.

        Raises
        ------
        InvalidRequest
            The symbol is unknown, its issuer is not known, or the days are in the wrong order or locked.
        Conflict
            The list is closed, or the name stands on it for some of these days already.

        """
        authorize(actor, Permission.RESTRICTIONS_WRITE)
        with self._ports.store.work(actor) as uow:
            of_list = uow.restriction_lists.get(list_id, write=True)
            refuse_closed(of_list)
            row = entry_row(uow, of_list, new, self._today(), person_id(actor))
            uow.locked_periods.refuse([row.from_on])
            refuse_listed(uow, of_list, row)
            uow.restriction_entries.add(row)
            put_on_record(uow, row)
            uow.commit()
            return entry_view(row, named(uow, [row]), self._today())

    def remove(
        self,
        entry_id: str,
        reason: str,
        actor: Actor,
        *,
        on: date | None = None,
        row_version: int | None = None,
    ) -> EntryRemoval:
        """Take a name off a list from a day on (today when None); restricted names need a second person.

        Raises
        ------
        InvalidRequest
            The day lies in the past.
        Conflict
            It is over or removed already, or the request waits already.

        """
        authorize(actor, Permission.RESTRICTIONS_WRITE)
        day = on or self._today()
        if day < self._today():
            problem = FieldProblem("on", f"{formatting.day(day)} has passed.", "Choose today or a later day.")
            refuse([problem], "This name cannot be removed.")
        with self._ports.store.work(actor) as uow:
            row = uow.restriction_entries.get(entry_id, write=True)
            refuse_over(row, self._today())
            of_list, names = uow.restriction_lists.get(row.list_id), named(uow, [row])
            request = None
            if ListKind(of_list.kind) in FOUR_EYED:
                sentence = f"Take {name_of(row, names)} off {of_list.name!r} from {formatting.day(day)} on."
                request = ask(
                    uow, actor, REMOVAL, object_kind=ENTRY_KIND, object_id=row.id, sentence=sentence,
                    reason=reason, payload={"on": day.isoformat(), "list_id": row.list_id},
                )  # fmt: skip
                sentence = "A second person has to agree; until then the name stays restricted."
            else:
                _remove(uow, row, day, reason, person_id(actor), self._ports.clock.now_utc(), row_version)
                sentence = f"{name_of(row, names)} is off {of_list.name!r} from {formatting.day(day)} on."
            uow.commit()
            shown = None if request is None else self._four_eyes.view(uow, request, actor)
            view = entry_view(row, named(uow, [row]), self._today(), None if request is None else request.id)
            return EntryRemoval(entry=view, request=shown, sentence=sentence)

    def listed(self, portfolio_id: str | None, actor: Actor, *, on: date | None = None) -> tuple[Listing, ...]:
        """Return what is listed for a portfolio on a day, the hardest first; of the house alone when None."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            found = listings(uow, portfolio_id, on or self._today(), person_id=actor.user_id)
            assets = uow.assets.get_many([one for one in found if one != EVERYTHING])
        shown = []
        for asset_id, listed in found.items():
            asset = assets.get(asset_id)
            if asset is None and asset_id != EVERYTHING:
                continue
            kinds = tuple(kind for kind in ListKind if kind.value in listed.kinds)
            symbol, name = ("*", "Everything") if asset is None else (asset.symbol, asset.name)
            ends = "" if listed.until is None else f" until {formatting.day(listed.until)}"
            where = " and ".join(repr(one) for one in listed.list_names)
            shown.append(
                Listing(
                    symbol=symbol, name=name, kinds=kinds, list_names=listed.list_names, until=listed.until,
                    reason=listed.reason, sentence=f"{name} stands on {where}{ends}. {listed.reason}",
                )
            )  # fmt: skip
        order = list(ListKind)
        return tuple(sorted(shown, key=lambda one: (min(map(order.index, one.kinds)), one.symbol)))

    def _today(self) -> date:
        return self._ports.clock.now_utc().date()

    def _list_views(
        self, uow: UnitOfWork, rows: Sequence[tables.RestrictionList], on: date | None
    ) -> tuple[RestrictionListView, ...]:
        counts = uow.restriction_entries.counts(on or self._today())
        makers = {row.created_by_id for row in rows if row.created_by_id is not None}
        people = {key: user.name for key, user in uow.users.get_many(sorted(makers)).items()}
        scopes = scope_names(uow, {row.scope_id: row.scope_kind for row in rows if row.scope_id is not None})
        return tuple(list_view(row, counts.get(row.id, 0), people, scopes) for row in rows)


def put_on_record(uow: UnitOfWork, row: tables.RestrictionEntry) -> None:
    """Write the audit row and the event of a new entry."""
    after = {
        "list_id": row.list_id, "asset_id": row.asset_id, "issuer_id": row.issuer_id,
        "issuer_group_id": row.issuer_group_id, "from_on": row.from_on, "until_on": row.until_on, "reason": row.reason,
    }  # fmt: skip
    note(uow, "restriction.add", ENTRY_KIND, row.id, after=after)
    announce(uow, "compliance", "restrictions.changed", {"list_id": row.list_id})


def removal_deed(now_utc: Callable[[], datetime]) -> Deed:
    """Return what takes a name off a restricted list once a second person agrees."""

    def do(uow: UnitOfWork, request: tables.ChangeRequest, actor: Actor) -> None:
        row = uow.restriction_entries.get(request.object_id or "", write=True)
        now = now_utc()
        refuse_over(row, now.date())
        day = max(date.fromisoformat(request.payload["on"]), now.date())
        _remove(uow, row, day, request.reason, request.requested_by_id, now)

    return Deed(Permission.RESTRICTIONS_WRITE, do)


def closing_deed(now_utc: Callable[[], datetime]) -> Deed:
    """Return what closes a list once a second person agrees."""

    def do(uow: UnitOfWork, request: tables.ChangeRequest, actor: Actor) -> None:
        row = uow.restriction_lists.get(request.object_id or "", write=True)
        refuse_closed(row)
        _close(uow, row, now_utc().date(), request.reason)

    return Deed(Permission.RESTRICTIONS_WRITE, do)


def _remove(
    uow: UnitOfWork,
    row: tables.RestrictionEntry,
    day: date,
    reason: str,
    by_id: str | None,
    now_utc: datetime,
    row_version: int | None = None,
) -> None:
    changes = {"removed_on": day, "removed_at_utc": now_utc, "removed_by_id": by_id, "removal_reason": reason}
    uow.restriction_entries.update(row.id, changes, row_version)
    note(uow, "restriction.remove", ENTRY_KIND, row.id, after={"removed_on": day, "reason": reason})
    announce(uow, "compliance", "restrictions.changed", {"list_id": row.list_id})


def _close(uow: UnitOfWork, row: tables.RestrictionList, day: date, reason: str) -> None:
    uow.restriction_lists.update(row.id, {"closed_on": day})
    note(uow, "restriction_list.close", KIND, row.id, after={"closed_on": day, "reason": reason})
    announce(uow, "compliance", "restrictions.changed", {"list_id": row.id})
