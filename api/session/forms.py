"""Which forms differ from Flask-Security's own, and how?

No "remember me"; over-long passwords fail before any hashing; failures are counted per account and address, and too
many of them close the form for a while, whether or not the account exists.
"""

from __future__ import annotations

from typing import Any

from flask_security.forms import (
    ChangePasswordForm,
    LoginForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.recovery_codes import MfRecoveryForm
from wtforms import RadioField  # type: ignore[import-untyped]
from wtforms.fields.choices import SelectChoice  # type: ignore[import-untyped]

from api.session import samples, throttle
from api.session.passwords import bounded


class SignInForm(LoginForm):
    """E-mail and password, throttled."""

    remember = None

    def validate(self, **options: Any) -> bool:
        """Return whether the person may enter; count the failure if not."""
        account = str(self.email.data or "")
        throttle.check(account)
        self.password.data = "" if samples.is_refused(account) else bounded(self.password.data)
        if super().validate(**options):
            throttle.clear(account)
            return True
        if self.user is None:
            throttle.fail(account)  # a known account counts its own failures, see Person.track_failed_authn
        return False


class ConfirmForm(VerifyForm):
    """The password once more, before something sensitive."""

    def validate(self, **options: Any) -> bool:
        """Return whether it is the person; count the failure if not."""
        throttle.check(self.user.email)
        self.password.data = bounded(self.password.data)
        return bool(super().validate(**options))


class NewPasswordForm(ChangePasswordForm):
    """The old password and a new one."""

    def validate(self, **options: Any) -> bool:
        """Return whether the change is possible."""
        self.password.data = bounded(self.password.data)
        return bool(super().validate(**options))


class SecondFactorForm(TwoFactorSetupForm):
    """Switch the second factor on or off; only the authenticator is offered."""

    setup = RadioField(
        "Change to",
        choices=[
            SelectChoice("disable", "No second factor"),
            SelectChoice("authenticator", "An authenticator app on my phone"),
        ],
        validate_choice=False,
    )


class LostDeviceForm(TwoFactorRescueForm):
    """What to do without the authenticator."""

    help_setup = RadioField("Without your phone", choices=[SelectChoice("help", "Ask the administrator")])


class CodeForm(TwoFactorVerifyCodeForm):
    """The code of the authenticator, throttled like a password."""

    def validate(self, **options: Any) -> bool:
        """Return whether the code is right and unused."""
        if self.user is not None:
            throttle.check(self.user.email)
        return bool(super().validate(**options))


class RecoveryForm(MfRecoveryForm):
    """One of the recovery codes, throttled like a password."""

    def validate(self, **options: Any) -> bool:
        """Return whether the code is right; count the failure if not."""
        account = self.user.email if self.user is not None else ""
        throttle.check(account)
        self.code.data = (self.code.data or "").strip().lower()[:40]
        if super().validate(**options):
            return True
        throttle.fail(account)
        return False
