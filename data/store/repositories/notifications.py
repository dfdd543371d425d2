"""What was the actor told, and which mail waits?"""

from collections.abc import Sequence

from sqlalchemy import func, update

from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import MailMessage, Notification


class Notifications(Repository[Notification]):
    """Messages for the actor; the product itself writes them for others."""

    model = Notification
    kind = "notification"

    def page(self, *, is_unread: bool = False, cursor: str | None = None, limit: int = 50) -> Page[Notification]:
        """Return messages, the newest first."""
        query = self._query()
        return self._page(query.where(Notification.read_at_utc.is_(None)) if is_unread else query, cursor, limit)

    def count_unread(self) -> int:
        """Return how many messages were not read."""
        query = self._query().where(Notification.read_at_utc.is_(None))
        return int(self._session.scalar(query.with_only_columns(func.count(Notification.id))))

    def mark_read(self, notification_ids: Sequence[str] | None = None) -> int:
        """Mark messages as read (None: all); return how many were unread."""
        statement = update(Notification).where(Notification.read_at_utc.is_(None), self._may())
        if notification_ids is not None:
            statement = statement.where(Notification.id.in_(list(notification_ids)))
        values = {"read_at_utc": self._context.now_utc(), "row_version": Notification.row_version + 1}
        done = self._session.execute(statement.values(values).execution_options(synchronize_session="fetch"))
        return int(done.rowcount)


class Mail(Repository[MailMessage]):
    """Mail that waits to be sent; anybody's unit may write one, only ``store.system()`` reads them."""

    model = MailMessage
    kind = "mail"

    def waiting(self, limit: int = 50) -> Sequence[MailMessage]:
        """Return the messages that wait, the oldest first."""
        query = self._query().where(MailMessage.status == "pending")
        return self._all(query.order_by(MailMessage.created_at_utc, MailMessage.id).limit(limit))

    def mark(self, message_id: str, status: str, problem: str | None = None) -> MailMessage:
        """Note how sending went: ``sent``, ``failed``, or ``pending`` to try again."""
        row = self.get(message_id, write=True)
        row.status, row.problem = status, problem
        row.attempts_count += 1
        if status == "sent":
            row.sent_at_utc = self._context.now_utc()
        self._flush(row)
        return row
