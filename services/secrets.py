"""Which secret keys does this installation use, and where are they kept?

A key set in the environment wins. Otherwise keys are made once and kept in `VAR_DIR/secrets.json` (mode 0600). Several
hosts share keys by sharing `SECRET_KEY`; the other two then follow from it unless they are set themselves.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets as random_source  # the standard library's source of randomness
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from services.settings import Settings, SettingsError

_NAMES = ("secret_key", "totp_key", "audit_key")


@dataclass(frozen=True)
class Secrets:
    """The three keys of an installation; never printed."""

    secret_key: str = field(repr=False)
    totp_key: str = field(repr=False)
    audit_key: str = field(repr=False)


def load_secrets(settings: Settings) -> Secrets:
    """Return the keys of this installation, making and keeping them at the first start.

    Raises
    ------
    SettingsError
        When the kept file cannot be read, is readable by others, or lacks a key.
    """
    given = {name: _plain(getattr(settings, name)) for name in _NAMES}
    shared = given["secret_key"]
    kept = {} if shared else _kept(settings.var_dir / "secrets.json")
    keys = {name: given[name] or kept.get(name) or _derived(shared or "", name) for name in _NAMES}
    return Secrets(**keys)


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _derived(shared: str, name: str) -> str:
    return hmac.new(shared.encode(), f"qpo:{name}".encode(), hashlib.sha256).hexdigest()


def _kept(path: Path) -> dict[str, str]:
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise SettingsError([f"{path} can be read by other users of this machine. Run: chmod 600 {path}"])
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(keys[name]) for name in _NAMES}
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            [f"{path} is not a file of keys ({type(error).__name__}). Restore it from a backup, or set SECRET_KEY."]
        ) from error


def _make(path: Path) -> None:
    """Write a complete file under another name, then link it: of two first starts at once, one wins whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({name: random_source.token_urlsafe(48) for name in _NAMES}, file)
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        os.unlink(temporary)
