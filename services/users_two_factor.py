"""How does somebody who lost phone and recovery codes get in again?"""

from __future__ import annotations

from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict
from services.events_outbox import announce, notify
from services.messages.users import User
from services.ports import Ports
from services.users_rows import user_view

NOTHING = {"tf_totp_secret": None, "tf_primary_method": None, "totp_counter": 0}


def reset_two_factor(ports: Ports, user_id: str, actor: Actor) -> User:
    """Take a user's secret, counter and recovery codes away, end the sessions, record it and tell the user.

    Parameters
    ----------
    ports : Ports
    user_id : str
        Who lost the second factor; never the actor, whose open session must not take its own guard away.
    actor : Actor
        An administrator.

    Raises
    ------
    NotAllowed
        When the actor is no administrator.
    NotFound
        When there is no such user in the house.
    Conflict
        For oneself, and where no second factor is switched on.
    """
    authorize(actor, Permission.USERS_WRITE)
    if user_id == actor.user_id:
        raise Conflict(
            "Nobody resets their own second factor.",
            "Switch it off under Settings, Security, or ask another administrator.",
            code="own_account",
        )
    with ports.store.work(actor) as uow:
        before = uow.users.get(user_id)
        if before.tf_totp_secret is None and before.tf_primary_method is None:
            raise Conflict(f"{before.name} has no second factor.", "Nothing needs to be reset.", code="no_totp")
        row = uow.users.update(user_id, NOTHING)
        uow.recovery_codes.replace(user_id, [])
        ended_count = uow.sessions.end_all(user_id, "two_factor_reset")
        note(uow, "user.reset_two_factor", "user", user_id, after={"sessions_ended_count": ended_count})
        announce(uow, "users", "user.changed", {"user_id": user_id})
        notify(
            uow,
            user_id,
            "Your two-factor sign-in was switched off",
            f"{actor.name} did so and ended your sessions. Switch it on again under Settings, Security. If you did not "
            "ask for it, tell your administrators and change your password.",
            tenant_id=actor.tenant_id,
            severity="warning",
            link="/settings?tab=security",
        )
        uow.commit()
        return user_view(row)
