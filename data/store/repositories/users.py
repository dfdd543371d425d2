"""Who are the users, and what do they sign in with?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, update

from data.store.repositories.repository import Repository
from data.store.tables import RecoveryCode, User


class Users(Repository[User]):
    """Users of the tenant; sign-in looks them up through ``store.system()``."""

    model = User
    kind = "user"
    editable = frozenset(
        {
            "name", "role", "is_active", "email", "password_hash", "password_changed_at_utc", "fs_uniquifier",
            "tf_primary_method", "tf_totp_secret", "totp_counter", "failed_sign_ins_count", "last_failed_at_utc",
            "locked_until_utc",
        }
    )  # fmt: skip

    def add(self, row: User) -> User:
        """Insert one user; the address is unique in the whole installation, whatever its case."""
        self._refuse_unless_administrator("user", row.email)
        row.email_key = email_key(row.email)
        return super().add(row)

    def find_by_email(self, email: str) -> User | None:
        """Return the user with an address, whatever its case."""
        return self._one(self._query().where(User.email_key == email_key(email)))

    def find_by_uniquifier(self, fs_uniquifier: str) -> User | None:
        """Return the user whose sessions carry this mark."""
        return self._one(self._query().where(User.fs_uniquifier == fs_uniquifier))

    def save(self, row: User) -> User:
        """Write the changes made to a row that ``get`` or ``find_...`` of this unit handed out."""
        row.email_key = email_key(row.email)
        self._flush(row)
        return row

    def all(self, *, role: str | None = None, is_active: bool | None = None) -> Sequence[User]:
        """Return the visible users by name."""
        query = self._query().order_by(User.name, User.id)
        if role is not None:
            query = query.where(User.role == role)
        if is_active is not None:
            query = query.where(User.is_active == is_active)
        return self._all(query)

    def count(self, *, role: str | None = None) -> int:
        """Return how many active users the actor sees."""
        query = self._query().where(User.is_active).with_only_columns(func.count(User.id))
        return int(self._session.scalar(query if role is None else query.where(User.role == role)))

    def spend_totp_counter(self, user_id: str, counter: int) -> bool:
        """Take one TOTP time step; False when it or a later one was taken before. Atomic."""
        done = self._session.execute(
            update(User)
            .where(User.id == user_id, self._may(), User.totp_counter < counter)
            .values(totp_counter=counter)
            .execution_options(synchronize_session=False)
        )
        return bool(done.rowcount == 1)

    def touch(self, user_id: str, seen_at_utc: datetime) -> None:
        """Note when the user was last seen; does not count as a change of the row."""
        self._session.execute(
            update(User)
            .where(User.id == user_id, self._may())
            .values(last_seen_at_utc=seen_at_utc)
            .execution_options(synchronize_session=False)
        )


class RecoveryCodes(Repository[RecoveryCode]):
    """Unused recovery codes, as hashes."""

    model = RecoveryCode
    kind = "recovery code"

    def replace(self, user_id: str, code_hashes: Sequence[str]) -> None:
        """Put new codes, or none, in place of all old ones."""
        self._session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id, self._may()))
        now = self._context.now_utc()
        self._session.add_all(
            RecoveryCode(code_sha256=code, user_id=user_id, created_at_utc=now) for code in code_hashes
        )
        self._session.flush()

    def spend(self, user_id: str, code_hash: str) -> bool:
        """Use up one code; False when it does not exist or was used. Atomic: of two racers one wins."""
        done = self._session.execute(
            delete(RecoveryCode).where(
                RecoveryCode.code_sha256 == code_hash, RecoveryCode.user_id == user_id, self._may()
            )
        )
        return bool(done.rowcount == 1)

    def count(self, user_id: str) -> int:
        """Return how many codes are left."""
        query = self._query().where(RecoveryCode.user_id == user_id)
        return int(self._session.scalar(query.with_only_columns(func.count(RecoveryCode.code_sha256))))


def email_key(email: str) -> str:
    """Return the form of an address under which it is unique."""
    return email.strip().casefold()
