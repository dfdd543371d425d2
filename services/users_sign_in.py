"""What does the sign-in machinery read and write about users?

It works before anybody is signed in, so it sees the whole installation; only the web layer's session code may use it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.audit_notes import note
from services.messages.users import SignInUser
from services.ports import Ports
from services.users_rows import sign_in_user

WINDOW_S = 15 * 60
FREE_TRIES_COUNT = 5
BLOCK_MAX_S = 15 * 60

WRITABLE = frozenset(
    {"password_hash", "password_changed_at_utc", "fs_uniquifier", "tf_primary_method", "tf_totp_secret", "is_active"}
)
_SECRET = frozenset({"password_hash", "fs_uniquifier", "tf_totp_secret"})


class SignIn:
    """Users as Flask-Security's datastore needs them."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def find(
        self, *, user_id: str | None = None, email: str | None = None, fs_uniquifier: str | None = None
    ) -> SignInUser | None:
        """Return the user with this id, address (whatever its case) or session mark; None when there is none."""
        with self._ports.store.system(read_only=True) as uow:
            if user_id is not None:
                row = uow.users.find(user_id)
            elif email is not None:
                row = uow.users.find_by_email(email)
            elif fs_uniquifier is not None:
                row = uow.users.find_by_uniquifier(fs_uniquifier)
            else:
                raise ValueError("Say by what to find the user: user_id, email or fs_uniquifier.")
            return None if row is None else sign_in_user(row)

    def put(self, user_id: str, changes: dict[str, Any]) -> SignInUser:
        """Write what the sign-in machinery changed; recorded without the secrets themselves.

        Parameters
        ----------
        changes : dict
            Some of `WRITABLE`; a new password also gets its time.
        """
        unknown = sorted(set(changes) - WRITABLE)
        if unknown:
            raise ValueError(f"Sign-in may not write {', '.join(unknown)}.")
        if "password_hash" in changes:
            changes = {"password_changed_at_utc": self._ports.clock.now_utc()} | changes
        found = self.find(user_id=user_id)
        tenant_id = None if found is None else found.tenant_id
        with self._ports.store.system(tenant_id) as uow:
            row = uow.users.update(user_id, changes)
            shown = {name: "(changed)" if name in _SECRET else str(value) for name, value in changes.items()}
            note(uow, "user.credentials", "user", user_id, after=shown)
            uow.commit()
            return sign_in_user(row)

    def spend_totp_counter(self, user_id: str, counter: int) -> bool:
        """Use up a code's time step; False when it was used before. Of two racers with one code, one wins."""
        with self._ports.store.system() as uow:
            is_new = uow.users.spend_totp_counter(user_id, counter)
            uow.commit()
        return is_new

    def set_recovery_codes(self, user_id: str, codes: Sequence[str]) -> None:
        """Keep new recovery codes, as keyed hashes, in place of all old ones."""
        with self._ports.store.system() as uow:
            uow.recovery_codes.replace(user_id, [self._code_hash(user_id, code) for code in codes])
            tenant_id = uow.users.get(user_id).tenant_id
            note(uow, "user.recovery_codes", "user", user_id, after={"count": len(codes)}, tenant_id=tenant_id)
            uow.commit()

    def spend_recovery_code(self, user_id: str, code: str) -> bool:
        """Use up a recovery code; False when it does not exist or was used."""
        with self._ports.store.system() as uow:
            is_good = uow.recovery_codes.spend(user_id, self._code_hash(user_id, code))
            if is_good:
                tenant_id = uow.users.get(user_id).tenant_id
                note(uow, "user.recovery_code_spent", "user", user_id, tenant_id=tenant_id)
            uow.commit()
        return is_good

    def recovery_codes_left_count(self, user_id: str) -> int:
        """Return how many recovery codes are unused."""
        with self._ports.store.system(read_only=True) as uow:
            return uow.recovery_codes.count(user_id)

    def blocked_until(self, account: str, ip: str) -> datetime | None:
        """Return until when this account may not be tried from this address, None when it may."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            row = uow.throttle.current(_throttle_key(account, ip))
            until_utc = None if row is None else row.blocked_until_utc
            return until_utc if until_utc is not None and until_utc > now_utc else None

    def record_failure(self, account: str, ip: str) -> datetime | None:
        """Count a failed try, committed by itself; return until when the next one is refused, if it is.

        Five failures in 15 minutes are free; then the delay doubles from 30 s to 15 minutes. Nothing locks for good.
        """
        key = _throttle_key(account, ip)
        with self._ports.store.system() as uow:
            row = uow.throttle.record_failure(key, window_s=WINDOW_S)
            until_utc = None
            if row.failures_count >= FREE_TRIES_COUNT:
                delay_s = min(BLOCK_MAX_S, 30 * 2 ** (row.failures_count - FREE_TRIES_COUNT))
                until_utc = self._ports.clock.now_utc() + timedelta(seconds=delay_s)
                uow.throttle.block(key, until_utc)
            user = uow.users.find_by_email(account.strip())
            if user is not None:  # an address that nobody has belongs to no house
                after = {"ip": ip[:64], "failures": row.failures_count, "blocked_until_utc": until_utc}
                note(uow, "sign_in.fail", "sign_in", user.id, after=after, tenant_id=user.tenant_id)
            uow.commit()
        return until_utc

    def clear_failures(self, account: str, ip: str) -> None:
        """Forget the failures after a success."""
        with self._ports.store.system() as uow:
            uow.throttle.clear(_throttle_key(account, ip))
            uow.commit()

    def _code_hash(self, user_id: str, code: str) -> str:
        key = self._ports.secrets.totp_key.encode()
        return hmac.new(key, f"{user_id}:{code}".encode(), hashlib.sha256).hexdigest()


def _throttle_key(account: str, ip: str) -> str:
    return hashlib.sha256(f"{account.strip().casefold()}\0{ip}".encode()).hexdigest()
