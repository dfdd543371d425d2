"""What is shown of an API key?"""

from __future__ import annotations

from datetime import datetime

from services.messages.frozen import Message


class ApiKeyView(Message):
    """A key without its secret, which is shown once when it is made."""

    id: str
    name: str
    prefix: str
    last4: str
    scopes: tuple[str, ...]
    created_at_utc: datetime
    expires_at_utc: datetime | None
    last_used_at_utc: datetime | None
    revoked_at_utc: datetime | None


class NewApiKey(Message):
    """A key just made, with the secret that is shown this once."""

    key: ApiKeyView
    secret: str
