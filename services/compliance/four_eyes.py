"""Which deeds need a second person, who asked for them, and who decided?

Whoever asks is never the one who decides, whatever their role. The deed is done in the transaction of the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.store import tables
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.errors import Conflict, NotAllowed
from services.events_outbox import announce
from services.messages.compliance_records import ChangeRequestView, RequestState
from services.messages.frozen import Page
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

KIND = "change_request"
PROPOSED, APPROVED, REJECTED, WITHDRAWN = (state.value for state in RequestState)


@dataclass(frozen=True)
class Deed:
    """What is done once a second person agrees, and who may.

    Parameters
    ----------
    permission : Permission
        Needed for the decision.
    do : callable
        Gets the unit of the decision, the request, and who decides; writes its own audit row.
    is_products : bool
        Whether the unit is the product's own, because whoever may decide may not change the object alone.

    """

    permission: Permission
    do: Callable[[UnitOfWork, tables.ChangeRequest, Actor], None]
    is_products: bool = False


class FourEyes:
    """Requests for changes of the actor's house.

    Parameters
    ----------
    ports : Ports
    deeds : mapping of str to Deed
        By kind of request.

    """

    def __init__(self, ports: Ports, deeds: Mapping[str, Deed]) -> None:
        self._ports = ports
        self._deeds = deeds

    def list(
        self,
        actor: Actor,
        *,
        state: RequestState | None = None,
        kind: str | None = None,
        object_id: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[ChangeRequestView]:
        """Return requests, the newest first: all of the house for those who may decide, else one's own."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            page = uow.change_requests.page(
                state=None if state is None else state.value, kind=kind, object_id=object_id, cursor=cursor, limit=limit
            )
            names = _names(uow, page.rows)
            items = tuple(self._view(row, actor, names) for row in page.rows)
        return Page[ChangeRequestView](items=items, next_cursor=page.next_cursor)

    def get(self, request_id: str, actor: Actor) -> ChangeRequestView:
        """Return one request; NotFound where there is none for the actor."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            return self.view(uow, uow.change_requests.get(request_id), actor)

    def approve(
        self, request_id: str, actor: Actor, reason: str | None = None, row_version: int | None = None
    ) -> ChangeRequestView:
        """Agree, and do the deed in the same transaction.

        Raises
        ------
        NotAllowed
            The actor lacks the permission, or asked for it in person.
        Conflict
            It was decided already, or the deed is no longer possible; then nothing is written.

        """
        with self._ports.store.read(actor) as uow:
            deed = self._deeds[uow.change_requests.get(request_id).kind]
        store = self._ports.store
        with store.system(actor.tenant_id) if deed.is_products else store.work(actor) as uow:
            row = self._decidable(uow, request_id, actor, row_version)
            deed.do(uow, row, actor)
            self._decide(uow, row, APPROVED, actor, reason)
            uow.commit()
            return self.view(uow, row, actor)

    def reject(self, request_id: str, actor: Actor, reason: str, row_version: int | None = None) -> ChangeRequestView:
        """Refuse, with the reason; NotAllowed and Conflict as for `approve`."""
        with self._ports.store.work(actor) as uow:
            row = self._decidable(uow, request_id, actor, row_version)
            self._decide(uow, row, REJECTED, actor, reason)
            uow.commit()
            return self.view(uow, row, actor)

    def withdraw(self, request_id: str, actor: Actor, row_version: int | None = None) -> ChangeRequestView:
        """Take back one's own request; Conflict where it was decided already."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.work(actor) as uow:
            row = uow.change_requests.get(request_id, write=True)
            if row.requested_by_id != actor.user_id:
                raise NotAllowed("Only who asked for it may take a request back.", "Reject it instead.")
            _refuse_decided(row)
            self._decide(uow, row, WITHDRAWN, actor, None, row_version)
            uow.commit()
            return self.view(uow, row, actor)

    def view(self, uow: UnitOfWork, row: tables.ChangeRequest, actor: Actor) -> ChangeRequestView:
        """Return one request as the actor sees it."""
        return self._view(row, actor, _names(uow, [row]))

    def _decidable(
        self, uow: UnitOfWork, request_id: str, actor: Actor, row_version: int | None
    ) -> tables.ChangeRequest:
        """Return the request, or refuse: permission first, then the two people, then its state."""
        row = uow.change_requests.get(request_id)
        authorize(actor, self._deeds[row.kind].permission)
        if actor.is_system or row.requested_by_id == actor.user_id:
            raise NotAllowed(
                "Whoever asks for a change does not decide about it.",
                "Let somebody else with this permission decide, or withdraw the request.",
                code="maker_is_checker",
            )
        _refuse_decided(row)
        if row_version is not None:
            uow.change_requests.update(request_id, {}, row_version)
        return row

    def _decide(
        self,
        uow: UnitOfWork,
        row: tables.ChangeRequest,
        state: str,
        actor: Actor,
        reason: str | None,
        row_version: int | None = None,
    ) -> None:
        now = self._ports.clock.now_utc()
        changes = {
            "state": state, "decided_by_id": actor.user_id, "decided_at_utc": now, "decision_reason": reason,
        }  # fmt: skip
        uow.change_requests.update(row.id, changes, row_version)
        after: dict[str, Any] = {"state": state, "kind": row.kind, "requested_by_id": row.requested_by_id}
        note(uow, f"change_request.{_VERBS[state]}", KIND, row.id, after={**after, "reason": reason}, by=actor)
        announce(uow, "records", "change_request.changed", {"id": row.id, "state": state}, user_id=row.requested_by_id)

    def _view(self, row: tables.ChangeRequest, actor: Actor, names: Mapping[str, str]) -> ChangeRequestView:
        is_open, is_own = row.state == PROPOSED, row.requested_by_id == actor.user_id
        may_decide = row.kind in self._deeds and is_allowed(actor, self._deeds[row.kind].permission)
        return ChangeRequestView(
            id=row.id,
            kind=row.kind,
            object_kind=row.object_kind,
            object_id=row.object_id,
            sentence=row.sentence,
            reason=row.reason,
            payload=row.payload,
            state=RequestState(row.state),
            requested_by_id=row.requested_by_id,
            requested_by=names.get(row.requested_by_id),
            requested_at_utc=row.created_at_utc,
            decided_by=names.get(row.decided_by_id or ""),
            decided_at_utc=row.decided_at_utc,
            decision_reason=row.decision_reason,
            can_decide=is_open and not is_own and may_decide,
            can_withdraw=is_open and is_own,
            row_version=row.row_version,
        )


_VERBS = {APPROVED: "approve", REJECTED: "reject", WITHDRAWN: "withdraw"}


def ask(
    uow: UnitOfWork,
    actor: Actor,
    kind: str,
    *,
    object_kind: str,
    object_id: str | None,
    sentence: str,
    reason: str,
    payload: dict[str, Any] | None = None,
) -> tables.ChangeRequest:
    """Put a request for a change into the unit; whoever calls has checked that the actor may ask, and commits.

    Parameters
    ----------
    uow : UnitOfWork
    actor : Actor
        A person; the product itself asks for nothing.
    kind : str
        Names the deed.
    object_kind, object_id : str
        What it is about; one request of a kind at a time waits for an object.
    sentence : str
        What will be done, for whoever decides.
    reason : str
    payload : dict, optional
        JSON values that the deed needs.

    Raises
    ------
    Conflict
        A request of this kind about the object waits already.

    """
    if actor.is_system:
        raise NotAllowed("The product itself asks for no change.", "Sign in, and ask in person.")
    waiting = uow.change_requests.waiting(kind, object_id)
    if waiting is not None:
        raise Conflict(
            f"This was asked for already and waits for a second person: {waiting.sentence}",
            "Decide about that request first, or withdraw it.",
            code="request_waits",
        )
    row = uow.change_requests.add(
        tables.ChangeRequest(
            kind=kind,
            object_kind=object_kind,
            object_id=object_id,
            sentence=sentence,
            payload=payload or {},
            reason=reason,
            state=PROPOSED,
            requested_by_id=actor.user_id,
        )
    )
    after = {"kind": kind, "object_kind": object_kind, "object_id": object_id, "reason": reason, **(payload or {})}
    note(uow, "change_request.propose", KIND, row.id, after=after)
    announce(uow, "records", "change_request.changed", {"id": row.id, "state": PROPOSED})
    return row


def _refuse_decided(row: tables.ChangeRequest) -> None:
    if row.state != PROPOSED:
        raise Conflict(
            f"This request was {row.state} already.", "Load it again to see by whom.", code="decided_already"
        )


def _names(uow: UnitOfWork, rows: Any) -> dict[str, str]:
    """Return the names of who asked and who decided, as far as the actor may see them."""
    ids = {user_id for row in rows for user_id in (row.requested_by_id, row.decided_by_id) if user_id is not None}
    return {key: user.name for key, user in uow.users.get_many(sorted(ids)).items()}
