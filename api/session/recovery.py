"""How are recovery codes kept, so that each works once and none can be read back?"""

from __future__ import annotations

from typing import Any

from flask_security import MfRecoveryCodesUtil
from flask_security.proxies import _security

from api.access import services
from api.session.config import RECOVERY_CODES_COUNT


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes in a table of their own; checking one spends it, and they are shown when they are made, never again."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Return new codes; the old ones stop working."""
        codes = [str(code) for code in _security.totp_factory.generate_recovery_codes(RECOVERY_CODES_COUNT)]
        services().users.sign_in.set_recovery_codes(user.id, codes)
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:
        """Return nothing: codes are shown once."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Spend the code and return whether it was good."""
        return services().users.sign_in.spend_recovery_code(user.id, code)

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Do nothing: checking spent it."""
        return True
