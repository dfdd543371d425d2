"""Which records must not go, whatever their age, because somebody may need them as evidence?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.four_eyes import Deed, ask
from services.compliance.restrictions_checks import person_id, refuse, scope_problems
from services.compliance.restrictions_views import scope_names
from services.errors import Conflict
from services.messages.compliance_records import HoldScope, HoldView, NewHold
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.repositories.retention import OldRecord
    from data.store.unit_of_work import UnitOfWork

KIND = "legal_hold"
RELEASE = "legal_hold.release"


class Holds:
    """Legal holds of the actor's house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor, *, with_released: bool = False) -> tuple[HoldView, ...]:
        """Return holds, the newest first."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.read(actor) as uow:
            return _views(uow, *uow.legal_holds.all(with_released=with_released))

    def get(self, hold_id: str, actor: Actor) -> HoldView:
        """Return one hold; NotFound where there is none."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.read(actor) as uow:
            return _views(uow, uow.legal_holds.get(hold_id))[0]

    def place(self, new: NewHold, actor: Actor) -> HoldView:
        """Place a hold; it counts at once.

        Raises
        ------
        InvalidRequest
            The client, portfolio or person does not exist, or the scope is incomplete.
        Conflict
            A hold of this name, or for this reason, holds the same already.

        """
        authorize(actor, Permission.RECORDS_WRITE)
        with self._ports.store.work(actor) as uow:
            refuse(scope_problems(uow, new.scope_kind.value, new.scope_id), "This hold cannot be placed.")
            _refuse_same(uow, new)
            row = uow.legal_holds.add(
                tables.LegalHold(
                    name=new.name.strip(), scope_kind=new.scope_kind.value, scope_id=new.scope_id,
                    reason=new.reason.strip(), placed_by_id=person_id(actor),
                )
            )  # fmt: skip
            after = {"name": row.name, "scope_kind": row.scope_kind, "scope_id": row.scope_id, "reason": row.reason}
            note(uow, "legal_hold.place", KIND, row.id, after=after)
            uow.commit()
            return _views(uow, row)[0]

    def release(self, hold_id: str, reason: str, actor: Actor) -> HoldView:
        """Ask a second person to release a hold; until then it counts.

        Raises
        ------
        Conflict
            It is released already, or the request waits already.

        """
        authorize(actor, Permission.RECORDS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.legal_holds.get(hold_id, write=True)
            _refuse_released(row)
            sentence = f"Release the hold {row.name!r}: what it protects follows the retention rules again."
            ask(uow, actor, RELEASE, object_kind=KIND, object_id=row.id, sentence=sentence, reason=reason)
            uow.commit()
            return _views(uow, row)[0]


def release_deed(now_utc: Callable[[], datetime]) -> Deed:
    """Return what releases a hold once a second person agrees."""

    def do(uow: UnitOfWork, request: tables.ChangeRequest, actor: Actor) -> None:
        row = uow.legal_holds.get(request.object_id or "", write=True)
        _refuse_released(row)
        uow.legal_holds.update(row.id, {"released_at_utc": now_utc(), "released_by_id": actor.user_id})
        note(uow, "legal_hold.release", KIND, row.id, after={"reason": request.reason})

    return Deed(Permission.RECORDS_WRITE, do)


@dataclass(frozen=True)
class Held:
    """What the holds of a house protect at one moment."""

    is_everything: bool
    clients: frozenset[str]
    portfolios: frozenset[str]
    people: frozenset[str]
    client_of: Mapping[str, str]

    def protects(self, record: OldRecord) -> bool:
        """Return whether a record must stay: itself, its person, its portfolio, or the client of that is held."""
        portfolio_id = record.portfolio_id or ""
        client_id = record.client_id or self.client_of.get(portfolio_id, "")
        return (
            self.is_everything
            or client_id in self.clients
            or portfolio_id in self.portfolios
            or (record.person_id or "") in self.people
        )


def held_by(uow: UnitOfWork) -> Held:
    """Return what is held in the unit's house; the unit is the product's own."""
    rows = uow.legal_holds.all()

    def ids(kind: HoldScope) -> frozenset[str]:
        return frozenset(row.scope_id for row in rows if row.scope_kind == kind.value and row.scope_id is not None)

    return Held(
        is_everything=any(row.scope_kind == HoldScope.HOUSE.value for row in rows),
        clients=ids(HoldScope.CLIENT),
        portfolios=ids(HoldScope.PORTFOLIO),
        people=ids(HoldScope.PERSON),
        client_of=uow.retention.clients_of_portfolios(),
    )


def _refuse_same(uow: UnitOfWork, new: NewHold) -> None:
    """Refuse a hold that says what another one says: each would have to be released by two people.

    Two matters may hold the same: what one releases, the other keeps. They differ in name and reason.
    """
    name, reason = _plain(new.name), _plain(new.reason)
    for row in uow.legal_holds.all():
        is_same = (row.scope_kind, row.scope_id) == (new.scope_kind.value, new.scope_id)
        if is_same and (_plain(row.name) == name or _plain(row.reason) == reason):
            raise Conflict(
                f"The hold {row.name!r} has held the same since {formatting.moment(row.created_at_utc)}.",
                "Leave it as it is, or give the new one, where it is another matter, its own name and reason.",
                code="hold_exists",
            )


def _plain(said: str) -> str:
    """Return words without what makes no difference: case, spaces and the full stop."""
    return " ".join(said.casefold().split()).rstrip(".")


def _refuse_released(row: tables.LegalHold) -> None:
    if row.released_at_utc is not None:
        raise Conflict(
            f"The hold {row.name!r} was released on {formatting.moment(row.released_at_utc)}.",
            "There is nothing to release.",
            code="released_already",
        )


def _views(uow: UnitOfWork, *rows: tables.LegalHold) -> tuple[HoldView, ...]:
    ids = {one for row in rows for one in (row.placed_by_id, row.released_by_id) if one is not None}
    people = {key: user.name for key, user in uow.users.get_many(sorted(ids)).items()}
    scopes = scope_names(uow, {row.scope_id: row.scope_kind for row in rows if row.scope_id is not None})
    found = []
    for row in rows:
        waiting = uow.change_requests.waiting(RELEASE, row.id)
        scope = HoldScope(row.scope_kind)
        what = "the house" if scope is HoldScope.HOUSE else f"the {scope.value} {scopes.get(row.scope_id or '', '')}"
        end = "" if row.released_at_utc is None else f" until {formatting.moment(row.released_at_utc)}"
        wait = " A request to release it waits for a second person." if waiting is not None else ""
        found.append(
            HoldView(
                id=row.id, name=row.name, scope_kind=scope, scope_id=row.scope_id,
                scope_name=scopes.get(row.scope_id or ""), reason=row.reason,
                placed_by=people.get(row.placed_by_id or ""), placed_at_utc=row.created_at_utc,
                released_by=people.get(row.released_by_id or ""), released_at_utc=row.released_at_utc,
                request_id=None if waiting is None else waiting.id, row_version=row.row_version,
                sentence=f"No record of {what.strip()} goes{end}.{wait}",
            )
        )  # fmt: skip
    return tuple(found)
