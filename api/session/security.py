"""How is Flask-Security put into the server?"""

from __future__ import annotations

from typing import Any

from flask import Flask, request, session
from flask_limiter import Limiter
from flask_login import current_user
from flask_security import Security

from api.access import services
from api.session import loaders, second_factor, signals
from api.session.forms import (
    CodeForm,
    ConfirmForm,
    LostDeviceForm,
    NewPasswordForm,
    RecoveryForm,
    ResetForm,
    SecondFactorForm,
    SignInForm,
)
from api.session.mail import OutboxMail
from api.session.passwords import PasswordRules
from api.session.people import People
from api.session.recovery import RecoveryCodes
from api.session.throttle import PER_ADDRESS, address
from api.session.totp import OneTimeCodes
from services.settings import Settings

_LIMITED = (
    "security.login",
    "security.verify",
    "security.two_factor_token_validation",
    "security.two_factor_setup",
    "security.two_factor_rescue",
    "security.mf_recovery",
    "security.forgot_password",
    "security.reset_password",
    "security.change_password",
)


def register(server: Flask, settings: Settings, limiter: Limiter) -> None:
    """Add the account pages, and replace what decides who somebody is by our own."""
    security = Security(
        server,
        People(),
        login_form=SignInForm,
        verify_form=ConfirmForm,
        change_password_form=NewPasswordForm,
        reset_password_form=ResetForm,
        two_factor_setup_form=SecondFactorForm,
        two_factor_rescue_form=LostDeviceForm,
        two_factor_verify_code_form=CodeForm,
        mf_recovery_form=RecoveryForm,
        mail_util_cls=OutboxMail,
        password_util_cls=PasswordRules,
        totp_cls=OneTimeCodes,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    security.login_manager.user_loader(loaders.load_from_cookie)
    security.login_manager.request_loader(loaders.load_from_request)
    signals.register(server)
    second_factor.register(server)
    security.login_context_processor(_why_signed_out)
    security.mf_recovery_codes_context_processor(_codes_left)
    for endpoint in _LIMITED:
        view = server.view_functions[endpoint]
        limited: Any = limiter.limit(PER_ADDRESS, key_func=address, methods=["POST"])(view)
        server.view_functions[endpoint] = limited


def _why_signed_out() -> dict[str, Any]:
    """Tell the sign-in page why the browser's last session ended, if it did by itself."""
    sid = session.get("sid")
    if request.method != "GET" or not isinstance(sid, str):
        return {}
    return {"why_signed_out": services().sessions.why_ended(sid)}


def _codes_left() -> dict[str, Any]:
    """Tell the page of recovery codes how many are unused, and give its form its mark."""
    left_count = services().users.sign_in.recovery_codes_left_count(current_user.id)
    return {"codes_left_count": left_count, "codes_once": second_factor.new_mark()}
