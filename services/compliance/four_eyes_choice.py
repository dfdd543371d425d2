"""For which deeds does the house want two people, and who switches that on and off?

Off at first: an installation with a single administrator could not be worked with otherwise. One administrator switches
it on, two people switch it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission, Role
from services.compliance.four_eyes import Deed, FourEyes, ask
from services.errors import Conflict
from services.four_eyes_wish import SETTINGS, Subject, needs_two
from services.messages.compliance_records import FourEyesView
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

SWITCH_OFF = "four_eyes.switch_off"
ADMINISTRATORS_LEAST = 2
_ALONE: dict[Subject, str] = {
    "roles": "Let a single administrator change roles again.",
    "limits": "Let a single person change the limits of a portfolio again.",
}


class FourEyesChoice:
    """The house's choice.

    Parameters
    ----------
    ports : Ports
    four_eyes : FourEyes

    """

    def __init__(self, ports: Ports, four_eyes: FourEyes) -> None:
        self._ports = ports
        self._four_eyes = four_eyes

    def state(self, actor: Actor) -> FourEyesView:
        """Return which deeds need a second person."""
        authorize(actor, Permission.USERS_READ)
        with self._ports.store.read(actor) as uow:
            return self._view(uow, actor)

    def switch(self, subject: Subject, is_on: bool, reason: str, actor: Actor) -> FourEyesView:
        """Want two people for a subject from now on; or ask a second person to let one be enough again.

        Raises
        ------
        Conflict
            Switching roles on with a single administrator, and whatever changes nothing.

        """
        authorize(actor, Permission.USERS_WRITE)
        with self._ports.store.work(actor) as uow:
            if needs_two(uow, subject) == is_on:
                raise Conflict(f"This is switched {'on' if is_on else 'off'} already.", "There is nothing to do.")
            if is_on:
                if subject == "roles":
                    _refuse_too_few(uow.users.count(role=Role.ADMINISTRATOR))
                _put(uow, SETTINGS[subject], is_on=True, reason=reason)
            else:
                ask(
                    uow, actor, SWITCH_OFF, object_kind="setting", object_id=SETTINGS[subject],
                    sentence=_ALONE[subject], reason=reason,
                )  # fmt: skip
            uow.commit()
            return self._view(uow, actor)

    def _view(self, uow: UnitOfWork, actor: Actor) -> FourEyesView:
        waiting = [
            row for key in SETTINGS.values() if (row := uow.change_requests.waiting(SWITCH_OFF, key)) is not None
        ]
        roles, limits = needs_two(uow, "roles"), needs_two(uow, "limits")
        said = [
            "Roles are changed by two administrators" if roles else "One administrator changes roles",
            "limits of portfolios by two people" if limits else "limits of portfolios are changed by one person",
        ]
        wait = "; a request to switch this off waits for a second person" if waiting else ""
        return FourEyesView(
            for_roles=roles,
            for_limits=limits,
            sentence=f"{', '.join(said)}{wait}.",
            requests=tuple(self._four_eyes.view(uow, row, actor) for row in waiting),
        )


def switch_off_deed() -> Deed:
    """Return what lets one person be enough again once a second one agrees."""

    def do(uow: UnitOfWork, request: tables.ChangeRequest, actor: Actor) -> None:
        _put(uow, request.object_id or "", is_on=False, reason=request.reason)

    return Deed(Permission.USERS_WRITE, do)


def _put(uow: UnitOfWork, key: str, *, is_on: bool, reason: str) -> None:
    uow.settings.put(key, is_on)
    note(uow, "four_eyes.switch", "setting", key, before={"is_on": not is_on}, after={"is_on": is_on, "reason": reason})


def _refuse_too_few(count: int) -> None:
    if count < ADMINISTRATORS_LEAST:
        raise Conflict(
            f"This house has {formatting.count(count, 'administrator')}: nobody could approve a role.",
            "Make a second person administrator first.",
            code="too_few_administrators",
        )
