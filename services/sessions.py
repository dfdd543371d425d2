"""Who is signed in, from where, and for how long still?

A session ends after idle minutes, after its absolute age, when its user is disabled, or when somebody ends it. The
store holds the SHA-256 of the random id; the id itself is only in the cookie.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.store.tables.session import UserSession
from services.audit_notes import note
from services.auth.actor import Actor, Role
from services.formatting import count
from services.messages.users import SessionView, SignInUser
from services.ports import Ports
from services.users_rows import sign_in_user

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

TOUCH_INTERVAL_S = 60

_ENDS: dict[str | None, str] = {
    "revoked": "This session was ended from another one.",
    "ended_by_user": "This session was ended from another one.",
    "credentials_changed": "Your password or second factor was changed, which ended your other sessions.",
    "two_factor_reset": "An administrator reset your two-factor sign-in, which ended your sessions.",
    "samples_refused": "Others can reach this installation now, and sample users may not sign in where they can.",
    "too_many": "You signed in at more places than are allowed, which ended the oldest session.",
}
_UNTOLD_ENDS = frozenset({"signed_out", "signed_in_again"})


def session_key(sid: str) -> str:
    """Return the key under which a session id is kept."""
    return hashlib.sha256(sid.encode()).hexdigest()


def actor_of(session: SessionView) -> Actor:
    """Return the person behind a session."""
    user = session.user
    assert user is not None, "only loaded sessions carry their user"
    return Actor(user.id, user.tenant_id, user.name, Role(user.role), "session", None, session.key)


class Sessions:
    """Sign-ins of people."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def open(self, user_id: str, agent: str, ip: str, *, via: str = "session") -> str:
        """Begin a session and return its secret id; the oldest of its kind beyond the allowed number ends.

        Parameters
        ----------
        user_id, agent, ip : str
            Who signs in, with which program, from which address.
        via : str
            ``session`` for a cookie, ``token`` for programs that send the id themselves. Browsers and programs have
            a limit each, so that a script that asks for tokens signs nobody out of a page.
        """
        now_utc = self._ports.clock.now_utc()
        sid = secrets.token_urlsafe(32)
        with self._ports.store.system(read_only=True) as uow:
            person = _person(uow, user_id, via)
        tenant_id = person.tenant_id
        with self._ports.store.system(tenant_id) as uow:
            alive = [row for row in uow.sessions.alive(user_id) if row.via == via and self._is_fresh(row, now_utc)]
            for row in alive[self._max_count(via) - 1 :]:
                uow.sessions.end(row.key, "too_many")
            uow.sessions.add(
                UserSession(
                    key=session_key(sid),
                    tenant_id=tenant_id,
                    user_id=user_id,
                    started_at_utc=now_utc,
                    seen_at_utc=now_utc,
                    agent=agent[:300],
                    ip=ip[:64],
                    via=via,
                )
            )
            uow.users.touch(user_id, now_utc)
            after = {"user_id": user_id, "ip": ip[:64]}
            note(uow, "session.open", "session", session_key(sid), after=after, by=person)
            uow.commit()
        return sid

    def load(self, sid: str) -> SessionView | None:
        """Return the live session with its user, or None when it ended, timed out or the user may not be here.

        Those are users who were disabled, and sample users where others reach the product.
        """
        now_utc = self._ports.clock.now_utc()
        settings = self._ports.settings
        with self._ports.store.system(read_only=True) as uow:
            found = uow.sessions.load(
                session_key(sid),
                seen_after_utc=now_utc - timedelta(minutes=settings.session_idle_min),
                started_after_utc=now_utc - timedelta(hours=settings.session_absolute_h),
            )
            if found is None or (found[1].is_sample and not settings.allows_sample_sign_ins):
                return None
            return _view(found[0], user=sign_in_user(found[1]))

    def touch(self, sid: str) -> None:
        """Note that the person did something; written at most once a minute. Not for polls and sockets."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            row = uow.sessions.find(session_key(sid))
            if row is None or row.seen_at_utc > now_utc - timedelta(seconds=TOUCH_INTERVAL_S):
                return
            user_id = row.user_id
        with self._ports.store.system() as uow:
            uow.sessions.touch(session_key(sid), now_utc)
            uow.users.touch(user_id, now_utc)
            uow.commit()

    def end(self, sid: str, reason: str = "signed_out", *, via: str = "session") -> None:
        """End a session at the wish of its user, who holds its id; one that has ended stays so. `via` as in `open`."""
        key = session_key(sid)
        with self._ports.store.system() as uow:
            row = uow.sessions.find(key)
            if row is not None and row.ended_at_utc is None:
                uow.sessions.end(key, reason)
                after = {"user_id": row.user_id, "reason": reason}
                person = _person(uow, row.user_id, via)
                note(uow, "session.end", "session", key, after=after, tenant_id=row.tenant_id, by=person)
                uow.commit()

    def end_others(self, user_id: str, sid: str | None, reason: str = "ended_by_user") -> int:
        """End all sessions of a user but this one; return how many ended."""
        with self._ports.store.system() as uow:
            count = uow.sessions.end_all(user_id, reason, but=None if sid is None else session_key(sid))
            if count:
                after = {"count": count, "reason": reason}
                tenant_id = uow.users.get(user_id).tenant_id
                note(uow, "session.end_others", "user", user_id, after=after, tenant_id=tenant_id)
            uow.commit()
        return count

    def list(self, actor: Actor) -> list[SessionView]:
        """Return where the actor is signed in, browsers and programs, the latest first."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.read(actor) as uow:
            rows = [row for row in uow.sessions.alive(actor.user_id) if self._is_fresh(row, now_utc)]
        return [_view(row, is_current=row.key == actor.session_key) for row in rows]

    def revoke(self, key: str, actor: Actor) -> None:
        """End one session by its key; administrators may end those of others.

        Raises
        ------
        NotFound
            When there is no such live session that the actor may end.
        """
        with self._ports.store.work(actor) as uow:
            uow.sessions.end(key, "revoked")
            note(uow, "session.revoke", "session", key)
            uow.commit()

    def is_alive(self, key: str) -> bool:
        """Return whether a session still counts, for sockets that ask every few seconds."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            row = uow.sessions.find(key)
            return row is not None and row.ended_at_utc is None and self._is_fresh(row, now_utc)

    def why_ended(self, sid: str) -> str | None:
        """Return for whoever holds its id why a session ended by itself; None while it lives or after signing out."""
        settings = self._ports.settings
        with self._ports.store.system(read_only=True) as uow:
            row = uow.sessions.find(session_key(sid))
        if row is None or row.end_reason in _UNTOLD_ENDS:
            return None
        if row.end_reason in _ENDS:
            return _ENDS[row.end_reason]
        now_utc = self._ports.clock.now_utc()
        if row.seen_at_utc <= (row.ended_at_utc or now_utc) - timedelta(minutes=settings.session_idle_min):
            return f"You were signed out after {count(settings.session_idle_min, 'minute')} without activity."
        if row.started_at_utc <= now_utc - timedelta(hours=settings.session_absolute_h):
            return f"You were signed out after {count(settings.session_absolute_h, 'hour')}, as everybody is."
        return None if row.ended_at_utc is None else "Your session was ended."

    def prune(self) -> int:
        """End the sessions that timed out, so that lists show only living ones; return how many."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system() as uow:
            over = [row.key for row in uow.sessions.alive() if not self._is_fresh(row, now_utc)]
            for key in over:
                uow.sessions.end(key, "timed_out")
            uow.commit()
        return len(over)

    def _max_count(self, via: str) -> int:
        settings = self._ports.settings
        return settings.tokens_max_count if via == "token" else settings.sessions_max_count

    def _is_fresh(self, row: UserSession, now_utc: datetime) -> bool:
        settings = self._ports.settings
        return row.seen_at_utc > now_utc - timedelta(
            minutes=settings.session_idle_min
        ) and row.started_at_utc > now_utc - timedelta(hours=settings.session_absolute_h)


def _person(uow: UnitOfWork, user_id: str, via: str) -> Actor:
    """Return whose session it is, for the audit log: signing in and out are deeds of people."""
    user = uow.users.get(user_id)
    return Actor(user.id, user.tenant_id, user.name, Role(user.role), via)


def _view(row: UserSession, *, is_current: bool = False, user: SignInUser | None = None) -> SessionView:
    return SessionView(
        key=row.key,
        user_id=row.user_id,
        started_at_utc=row.started_at_utc,
        seen_at_utc=row.seen_at_utc,
        agent=row.agent,
        ip=row.ip,
        via=row.via,
        is_current=is_current,
        user=user,
    )
