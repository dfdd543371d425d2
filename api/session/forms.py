"""Which forms differ from Flask-Security's own, and how?

No "remember me"; over-long passwords fail before any hashing; failures are counted per account and address, and too
many of them close the form for a while, whether or not the account exists.
"""

from __future__ import annotations

from typing import Any

from flask_login import current_user
from flask_security import verify_password
from flask_security.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.proxies import _security
from flask_security.recovery_codes import MfRecoveryForm
from wtforms import RadioField  # type: ignore[import-untyped]
from wtforms.fields.choices import SelectChoice  # type: ignore[import-untyped]

from api.session import samples, throttle
from api.session.messages import MESSAGES
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
    """The old password and a new one, throttled: a session that somebody left open is no place to guess."""

    def validate(self, **options: Any) -> bool:
        """Return whether the change is possible, with every problem told at once."""
        throttle.check(current_user.email)
        self.password.data = bounded(self.password.data)
        if super().validate(**options):
            return True
        self._tell_the_rest()
        if MESSAGES["INVALID_PASSWORD"][0] in self.password.errors:
            throttle.fail(current_user.email)
        return False

    def _tell_the_rest(self) -> None:
        """Look at what Flask-Security did not reach after its first problem."""
        typed = _security.password_util.normalize(self.password.data or "")
        if current_user.password and not self.password.errors:
            if not typed.strip():
                self.password.errors = [MESSAGES["PASSWORD_NOT_PROVIDED"][0]]
            elif not verify_password(typed, current_user.password):
                self.password.errors = [MESSAGES["INVALID_PASSWORD"][0]]
        _tell_weakness(self.new_password, current_user)


class ResetForm(ResetPasswordForm):
    """A new password behind a link of a mail."""

    def validate(self, **options: Any) -> bool:
        """Return whether the password may be taken, with every problem told at once."""
        if super().validate(**options):
            return True
        _tell_weakness(self.password, self.user)
        return False


def _tell_weakness(field: Any, user: Any) -> None:
    """Say why a new password is refused, also where something else is wrong already."""
    if field.data and not field.errors:
        reasons, _ = _security.password_util.validate(field.data, False, user=user)
        field.errors = list(reasons or [])


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
