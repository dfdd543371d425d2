"""What do the account pages and mails say, instead of Flask-Security's own words?

Each sentence names what happened and the way on. Placeholders are Flask-Security's.
"""

from __future__ import annotations

_CODE = "This code is not valid, or it was used already. Wait for the next code."

MESSAGES: dict[str, tuple[str, str]] = {
    # signing in
    "GENERIC_AUTHN_FAILED": (
        "This e-mail address and password do not match. Check both, or reset your password.",
        "error",
    ),
    "EMAIL_NOT_PROVIDED": ("Write your e-mail address.", "error"),
    "INVALID_EMAIL_ADDRESS": ("This is not an e-mail address. Write it as name@example.com.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Type your password.", "error"),
    "ANONYMOUS_USER_REQUIRED": ("You are signed in already. Sign out first.", "error"),
    # the second factor
    "TWO_FACTOR_INVALID_TOKEN": (_CODE, "error"),
    "INVALID_CODE": (_CODE, "error"),
    "INVALID_RECOVERY_CODE": (
        "This recovery code is not valid, or it was used already. Try another one.",
        "error",
    ),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        "Two-factor sign-in is on, and your other sessions were ended. Make recovery codes now.",
        "success",
    ),
    "TWO_FACTOR_DISABLED": (
        "Two-factor sign-in is off. Your recovery codes are gone, and your other sessions were ended.",
        "success",
    ),
    "TWO_FACTOR_SETUP_EXPIRED": ("The set-up was not finished within %(within)s. Begin again.", "error"),
    "TWO_FACTOR_PERMISSION_DENIED": ("Sign in with your password first.", "error"),
    "REAUTHENTICATION_REQUIRED": ("It is more than ten minutes since you gave your password.", "info"),
    # passwords
    "PASSWORD_INVALID_LENGTH": ("Use at least %(length)s characters.", "error"),
    "INVALID_PASSWORD": ("This is not your present password. Type it again.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("The two passwords differ. Type the same one twice.", "error"),
    "PASSWORD_IS_THE_SAME": ("This is your present password. Choose another one.", "error"),
    "PASSWORD_CHANGE": ("Your new password holds from now on. Your other sessions were ended.", "success"),
    "PASSWORD_RESET_NO_LOGIN": ("Your new password is saved. Sign in with it.", "success"),
    "PASSWORD_RESET_REQUEST": (
        "If %(email)s belongs to an account, a link is on its way to it. It works once, for one hour.",
        "info",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (
        "This link does not work: it is incomplete, or it was used already. Ask for a new one.",
        "error",
    ),
    "PASSWORD_RESET_EXPIRED": ("This link worked for %(within)s only. Ask for a new one.", "error"),
}
"""Message by Flask-Security's name, each with its tone."""

SUBJECTS: dict[str, str] = {
    "PASSWORD_RESET": "Choose a new password",
    "PASSWORD_NOTICE": "Your password was reset",
    "PASSWORD_CHANGE_NOTICE": "Your password was changed",
}
"""Subject of each mail, by Flask-Security's name."""
