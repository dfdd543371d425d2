"""Where do mails go that the sign-in pages want to send?

Never out of the request: each becomes a file in `var/outbox/` that only the product's user can read, from where a
mailer takes it. Writing it costs the same time for known and unknown addresses.
"""

from __future__ import annotations

import os
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import structlog
from flask_security import MailUtil
from flask_security.mail_util import EmailValidateException

from api.access import services
from api.session.passwords import spend_hashing_time
from services.errors import InvalidRequest
from services.users_checks import checked_email

_log = structlog.get_logger("api.mail")


class OutboxMail(MailUtil):
    """Puts mails into the outbox folder, and reads addresses by the rule under which users are made."""

    def normalize(self, email: str) -> str:
        """Return the address as it is kept.

        The stock rule refuses names that only a house's own network knows, and the sample users'.
        """
        try:
            return checked_email(email)
        except InvalidRequest as error:
            raise EmailValidateException(error.sentence) from None

    def validate(self, email: str) -> str:
        """Return the address as it is kept; nothing is looked up in the network."""
        return self.normalize(email)

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Write one mail.

        Parameters
        ----------
        template : str
            Which mail; named in the log.
        subject, recipient, sender, body : str
            Its parts. The class refuses line breaks in headers.
        html : str or None
            Not used: mails are plain text.
        **context
            What the template was made from; not needed any more.
        """
        if template.endswith("reset_instructions"):
            spend_hashing_time()  # an unknown address hashes once as well
        ports = services().ports
        message = EmailMessage()
        message["Subject"] = str(subject)
        message["From"] = str(sender)
        message["To"] = recipient if isinstance(recipient, str) else f"{recipient[0]} <{recipient[1]}>"
        now_utc = ports.clock.now_utc()
        message["Date"] = format_datetime(now_utc.astimezone(UTC))
        message.set_content(body or "")
        folder = ports.settings.var_dir / "outbox"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{now_utc:%Y%m%dT%H%M%S}-{os.urandom(6).hex()}.eml"
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(message.as_bytes())
        _log.info("mail_waits", template=template, file=path.name)
