"""How do the sample users come to be, and where do their passwords stand?

One per role, with random passwords of this installation, kept in `VAR_DIR/sign-ins.txt` (mode 0600). They exist only
where nobody else reaches the product: never when HOST or PUBLIC_URL is not a loopback address, or DATABASE_URL names a
server.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

import data.store.tables.user as tables
from services.audit_notes import note
from services.auth.roles import Role
from services.errors import NotAllowed
from services.messages.users import SampleSignIn
from services.ports import Ports
from services.users_passwords import random_password

NAMES: dict[Role, str] = {
    Role.PORTFOLIO_MANAGER: "Paula Meyer",
    Role.ADVISOR: "Adam Reed",
    Role.VIEWER: "Vera Lind",
    Role.RESEARCHER: "Ravi Shah",
    Role.COMPLIANCE: "Clara Holm",
    Role.ADMINISTRATOR: "Andrea Costa",
}

ENDED_AS = "samples_refused"
"""Why a session of a sample user ended when the installation was opened to others."""

_HEADER = "# Sample sign-ins of this installation: role, e-mail address, password. Keep this file to yourself.\n"


def sample_email(role: Role) -> str:
    """Return the address of a role's sample user."""
    return f"{role.value.replace('_', '-')}@sample.invalid"


class SampleUsers:
    """Sample users of an installation on one machine."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @property
    def path(self) -> Path:
        """Where the passwords stand."""
        return self._ports.settings.var_dir / "sign-ins.txt"

    def new_password(self) -> str:
        """Return a random password that can be typed."""
        return random_password()

    def ensure(self, tenant_id: str) -> list[SampleSignIn]:
        """Make what is missing and return every sample user's way in.

        A user whose password the file does not hold gets a new one, so the file always tells the truth.

        Raises
        ------
        NotAllowed
            Where others can reach the product or its database.
        """
        if not self._ports.settings.allows_sample_sign_ins:
            raise NotAllowed(
                "Sample sign-ins are refused, because HOST or PUBLIC_URL is not a loopback address, or DATABASE_URL "
                "names a server.",
                "Use the set-up link that the start prints, or run: python manage.py create-admin",
                code="samples_refused",
            )
        kept = self._read()
        signs = []
        with self._ports.store.system(tenant_id) as uow:
            for role, name in NAMES.items():
                email = sample_email(role)
                row = uow.users.find_by_email(email)
                password = kept.get(email)
                if row is None:
                    password = random_password()
                    row = uow.users.add(
                        tables.User(
                            email=email,
                            name=name,
                            role=role.value,
                            password_hash=self._ports.hash_password(password),
                            fs_uniquifier=secrets.token_hex(16),
                            is_sample=True,
                        )
                    )
                    note(uow, "user.create", "user", row.id, after={"email": email, "role": role.value, "sample": True})
                elif password is None:
                    password = random_password()
                    uow.users.update(row.id, {"password_hash": self._ports.hash_password(password)})
                    note(uow, "user.credentials", "user", row.id, after={"password_hash": "(changed)"})
                signs.append(SampleSignIn(email=email, password=password, role=role, name=name))
            uow.commit()
        if {sign.email: sign.password for sign in signs} != kept:
            self._write(signs)
        return signs

    def shut_out(self) -> int:
        """End the sessions and revoke the keys of sample users, which an earlier, closed installation may have opened.

        They are refused wherever others reach the product; ended, they do not come back when it is closed again.

        Returns
        -------
        int
            How many sessions and keys there were.

        Raises
        ------
        ValueError
            Where sample users may sign in: there they keep what they opened.
        """
        if self._ports.settings.allows_sample_sign_ins:
            raise ValueError("Sample users may sign in here; nothing of theirs is to be ended.")
        with self._ports.store.system(read_only=True) as uow:
            samples = [(user.id, user.tenant_id) for user in uow.users.all() if user.is_sample]
        count = 0
        for user_id, tenant_id in samples:
            with self._ports.store.system(tenant_id) as uow:
                ended_count = uow.sessions.end_all(user_id, ENDED_AS)
                keys = [key.id for key in uow.api_keys.all() if key.user_id == user_id and key.revoked_at_utc is None]
                for key_id in keys:
                    uow.api_keys.revoke(key_id)
                if ended_count or keys:
                    ended = {"sessions_count": ended_count, "keys_count": len(keys)}
                    note(uow, "user.shut_out", "user", user_id, after=ended)
                    uow.commit()
            count += ended_count + len(keys)
        return count

    def _read(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        lines = [
            line.split() for line in self.path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
        ]
        return {parts[1]: parts[2] for parts in lines if len(parts) == 3}

    def _write(self, signs: list[SampleSignIn]) -> None:
        """Replace the file whole; it is never readable by others, not even while it is written."""
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".sign-ins-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_HEADER)
            file.writelines(f"{sign.role.value:<18} {sign.email:<36} {sign.password}\n" for sign in signs)
        os.replace(temporary, self.path)
