"""May this browser follow that run, and how does it prove so to a process that has no session?

A ticket names a run and the person who may follow it, signed with the installation's key. The web process hands it out
to the run's owner; the follower, which sees neither cookies nor a session, acts for that person and for nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

from services.auth.actor import Actor, Role

MAX_AGE_S: Final = 24 * 3600
"""A run never takes a day; an older ticket is worth nothing."""

_SALT: Final = "qpo.run-ticket.1"


@dataclass(frozen=True)
class Ticket:
    """What a genuine ticket says."""

    run_id: str
    actor: Actor


def issue_ticket(run_id: str, actor: Actor, secret: str) -> str:
    """Sign that `actor` may follow the run.

    Parameters
    ----------
    run_id : str
        The run that was just handed in or looked up for the actor.
    actor : Actor
        The person signed in.
    secret : str
        The installation's secret key.

    """
    said = {"run": run_id, "user": actor.user_id, "tenant": actor.tenant_id, "role": actor.role.value}
    return str(URLSafeTimedSerializer(secret, salt=_SALT).dumps(said))


def read_ticket(text: object, secret: str) -> Ticket | None:
    """Return what the ticket says, or None when it is forged, torn, too old or no ticket at all."""
    if not isinstance(text, str) or len(text) > 1000:
        return None
    try:
        said = URLSafeTimedSerializer(secret, salt=_SALT).loads(text, max_age=MAX_AGE_S)
        actor = Actor(said["user"], said["tenant"], "", Role(said["role"]), via="ticket")
        return Ticket(run_id=str(said["run"]), actor=actor)
    except (BadData, KeyError, TypeError, ValueError):
        return None
