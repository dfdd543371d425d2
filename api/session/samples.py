"""May the sample users sign in here?

Only on a machine that nobody else reaches: an installation that was tried out with them and then opened to a network
must not keep known doors.
"""

from __future__ import annotations

from api.access import services
from services.auth.roles import Role
from services.users_samples import sample_email

_DOMAIN = "@" + sample_email(Role.VIEWER).partition("@")[2]


def is_refused(email: str) -> bool:
    """Return whether this is a sample user on an installation that others reach."""
    return email.strip().casefold().endswith(_DOMAIN) and not services().ports.settings.allows_sample_sign_ins
