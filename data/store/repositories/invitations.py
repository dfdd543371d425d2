"""Which invitations are open?"""

from datetime import datetime

from sqlalchemy import update

from data.store.repositories.repository import Repository
from data.store.tables import Invitation


class Invitations(Repository[Invitation]):
    """Invitations of the tenant; administrators make them, the product itself redeems them."""

    model = Invitation
    kind = "invitation"
    editable = frozenset({"revoked_at_utc"})

    def add(self, row: Invitation) -> Invitation:
        """Insert one invitation."""
        self._refuse_unless_administrator(self.kind, row.email)
        return super().add(row)

    def find_open(self, token_sha256: str, now_utc: datetime) -> Invitation | None:
        """Return the invitation of a link while it can be redeemed."""
        return self._one(
            self._query().where(
                Invitation.token_sha256 == token_sha256,
                Invitation.accepted_at_utc.is_(None),
                Invitation.revoked_at_utc.is_(None),
                Invitation.expires_at_utc > now_utc,
            )
        )

    def redeem(self, token_sha256: str, now_utc: datetime, accepted_by_id: str | None = None) -> bool:
        """Use up a link; False when it was used, revoked or is too old. Atomic: of two racers one wins."""
        done = self._session.execute(
            update(Invitation)
            .where(
                Invitation.token_sha256 == token_sha256,
                Invitation.accepted_at_utc.is_(None),
                Invitation.revoked_at_utc.is_(None),
                Invitation.expires_at_utc > now_utc,
                self._may(),
            )
            .values(accepted_at_utc=now_utc, accepted_by_id=accepted_by_id, row_version=Invitation.row_version + 1)
            .execution_options(synchronize_session="fetch")
        )
        return bool(done.rowcount == 1)
