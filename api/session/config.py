"""With which settings does Flask-Security run?

All of them must stand before the extension is made; later changes are partly ignored.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from api.session.messages import MESSAGES, SUBJECTS
from services.secrets import Secrets
from services.settings import Settings

PASSWORD_MIN_COUNT = 12
PASSWORD_MAX_COUNT = 128
FORM_MAX_BYTES = 10 * 1024 * 1024
FRESH_FOR = timedelta(minutes=10)
RECOVERY_CODES_COUNT = 10
DONE = "/account/done"
"""Where the account pages lead when something was changed: it says so, which the product's own pages do not."""


def cookie_name(settings: Settings) -> str:
    """Return the session cookie's name; the prefix makes browsers insist on https and on this very host."""
    return "__Host-qpo" if settings.is_https else "qpo"


def csrf_cookie_name(settings: Settings) -> str:
    """Return the name of the cookie from which Dash copies the token into its header."""
    return "__Host-csrf" if settings.is_https else "csrf"


CSRF_HEADER = "X-CSRFToken"


def trusted_hosts(settings: Settings) -> list[str]:
    """Return the host names that are served; links in mails are made from them."""
    public = urlsplit(settings.public_url).hostname or "localhost"
    names = {public}
    if settings.is_loopback or settings.is_everywhere:
        names |= {"localhost", "127.0.0.1", "[::1]"}
    return sorted(names)


def flask_config(settings: Settings, secrets: Secrets) -> dict[str, Any]:
    """Return the configuration of the server: cookies, sizes, hosts, forms, passwords, second factor."""
    secure = settings.is_https
    return {
        "SECRET_KEY": secrets.secret_key,
        "MAX_CONTENT_LENGTH": FORM_MAX_BYTES,
        "TRUSTED_HOSTS": trusted_hosts(settings),
        "SESSION_COOKIE_NAME": cookie_name(settings),
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_PROTECTION": None,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_absolute_h),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_HEADERS": [CSRF_HEADER],
        "SOCK_SERVER_OPTIONS": {"ping_interval": 25, "max_message_size": 16 * 1024},
        **_security(settings, secrets, secure),
    }


def _security(settings: Settings, secrets: Secrets, secure: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "URL_PREFIX": "/account",
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "POST_LOGIN_VIEW": "/",
        "POST_LOGOUT_VIEW": "/account/login",
        "POST_CHANGE_VIEW": DONE,
        "POST_RESET_VIEW": "/account/login",
        "TWO_FACTOR_POST_SETUP_VIEW": "/account/mf-recovery-codes",  # but see `second_factor` for switching it off
        # passwords
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SINGLE_HASH": ["argon2"],
        "PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": 19456,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        "PASSWORD_LENGTH_MIN": PASSWORD_MIN_COUNT,
        "HASHING_SCHEMES": ["hex_sha256"],
        "RETURN_GENERIC_RESPONSES": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "RESET_PASSWORD_WITHIN": timedelta(hours=1),
        "EMAIL_HTML": False,
        "EMAIL_SENDER": f"no-reply@{urlsplit(settings.public_url).hostname}",
        # second factor
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TOTP_SECRETS": {"1": secrets.totp_key},
        "TOTP_ISSUER": "Quantum Portfolio Optimizer",
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_RESCUE_MAIL": f"administrator@{urlsplit(settings.public_url).hostname}",
        "TWO_FACTOR_VALIDITY_COOKIE": {"httponly": True, "secure": secure, "samesite": "Strict"},
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES_COUNT,
        "FRESHNESS": FRESH_FOR,
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        # forgery protection
        "CSRF_COOKIE_NAME": csrf_cookie_name(settings),
        "CSRF_HEADER": CSRF_HEADER,
        "CSRF_COOKIE": {"samesite": "Strict", "httponly": False, "secure": secure, "path": "/"},
    }
    named = {f"SECURITY_{name}": value for name, value in options.items()}
    named.update({f"SECURITY_EMAIL_SUBJECT_{name}": subject for name, subject in SUBJECTS.items()})
    named.update({f"SECURITY_MSG_{name}": said for name, said in MESSAGES.items()})
    return named
