"""How is this installation set up, and what is wrong with a setting that cannot be used?"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

MASK = "********"


class SettingsError(Exception):
    """A setting that stops the start: its name, what was found, and what is allowed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The effective configuration; one field is one environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False)

    host: str = Field("127.0.0.1", description="an address of this machine, such as 127.0.0.1 or 0.0.0.0")
    port: int = Field(8050, ge=0, le=65535, description="a whole number from 0 to 65535 (0 takes any free port)")
    var_dir: Path = Field(Path("var"), description="a folder that the product may write to")
    database_url: str = Field("", description="sqlite:///path or postgresql://user:password@host/name")
    redis_url: str = Field("", description="empty, or redis://host:port/0 (rediss:// for TLS)")
    public_url: str = Field("", description="http://host:port or https://host, without a path")
    secret_key: SecretStr | None = Field(None, description="at least 32 characters, or unset to have one made")
    totp_key: SecretStr | None = Field(None, description="at least 32 characters, or unset to have one made")
    audit_key: SecretStr | None = Field(None, description="at least 32 characters, or unset to have one made")
    workers_count: int = Field(
        default_factory=lambda: max(1, (os.cpu_count() or 2) - 1),
        ge=1,
        le=64,
        description="a whole number from 1 to 64",
    )
    backlog_count: int = Field(1000, ge=1, le=100_000, description="a whole number from 1 to 100000")
    threads_count: int = Field(1400, ge=8, le=10_000, description="a whole number from 8 to 10000")
    engine_threads_count: int = Field(1, ge=1, le=64, description="a whole number from 1 to 64")
    session_idle_min: int = Field(15, ge=1, le=720, description="minutes, a whole number from 1 to 720")
    session_absolute_h: int = Field(12, ge=1, le=24, description="hours, a whole number from 1 to 24")
    sessions_max_count: int = Field(5, ge=1, le=50, description="a whole number from 1 to 50")
    tokens_max_count: int = Field(10, ge=1, le=50, description="a whole number from 1 to 50")
    user_running_max_count: int = Field(2, ge=1, le=1000, description="a whole number from 1 to 1000")
    user_queued_max_count: int = Field(20, ge=1, le=100_000, description="a whole number from 1 to 100000")
    tenant_running_max_count: int = Field(10, ge=1, le=10_000, description="a whole number from 1 to 10000")
    tenant_queued_max_count: int = Field(100, ge=1, le=100_000, description="a whole number from 1 to 100000")
    api_rate_per_min: int = Field(600, ge=1, le=1_000_000, description="requests per minute, from 1 to 1000000")
    import_max_mib: int = Field(5, ge=1, le=7, description="mebibytes, a whole number from 1 to 7")
    import_rows_max_count: int = Field(100_000, ge=1, le=1_000_000, description="a whole number from 1 to 1000000")
    feed_allow_private: bool = Field(False, description="true or false")
    drop_dir: Path | None = Field(None, description="a folder that the product may read and move files in")
    anchor_dir: Path | None = Field(
        None, description="a folder outside of the database that the product may write anchors of the audit log to"
    )
    raw_payloads_max_mib: int = Field(
        512, ge=1, le=1_048_576, description="mebibytes of providers' bytes kept for each house, from 1 to 1048576"
    )
    trusted_proxies_count: int = Field(0, ge=0, le=5, description="a whole number from 0 to 5")
    live_feed: Literal["off", "replay", "poll"] = Field("off", description="off, replay or poll")
    risk_watch: Literal["on", "off"] = Field("on", description="on or off")
    compliance_watch: Literal["on", "off"] = Field("on", description="on or off")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Use only what `load_settings` hands in."""
        return (init_settings,)

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level_in_capitals(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("host")
    @classmethod
    def _host_is_an_address(cls, value: str) -> str:
        if value != "localhost":
            ipaddress.ip_address(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        for short in ("postgresql://", "postgres://"):
            if value.startswith(short):
                value = "postgresql+psycopg://" + value.removeprefix(short)
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("unknown kind of database")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_or_nothing(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("unknown kind of queue server")
        return value

    @field_validator("public_url")
    @classmethod
    def _origin_only(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query:
            raise ValueError("not the address of a site")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("secret_key", "totp_key", "audit_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("too short to be a secret")
        return value

    def model_post_init(self, context: Any, /) -> None:
        """Fill in what follows from other settings."""
        fill = object.__setattr__
        fill(self, "var_dir", self.var_dir.expanduser().resolve())
        fill(self, "drop_dir", (self.drop_dir or self.var_dir / "drop").expanduser().resolve())
        fill(self, "anchor_dir", (self.anchor_dir or self.var_dir / "anchors").expanduser().resolve())
        if not self.database_url:
            fill(self, "database_url", f"sqlite:///{self.var_dir / 'qpo.sqlite3'}")
        if not self.public_url:
            host = machine_name() if self.is_everywhere else f"[{self.host}]" if ":" in self.host else self.host
            fill(self, "public_url", f"http://{host}:{self.port}")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the product."""
        return _is_loopback(self.host)

    @property
    def is_everywhere(self) -> bool:
        """Whether the product listens on every address of this machine, none of which names it."""
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound

    @property
    def is_server_database(self) -> bool:
        """Whether the database is a server that others may reach."""
        return not self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        """Whether browsers come by https; then cookies are `Secure` and plain http is refused."""
        return self.public_url.startswith("https://")

    @property
    def raw_payloads_max_bytes_count(self) -> int:
        """How many bytes of providers' answers and of files are kept for each house; the oldest go first."""
        return self.raw_payloads_max_mib * 1024 * 1024

    @property
    def is_scaled(self) -> bool:
        """Whether runs go to Celery workers through Redis instead of the embedded pool."""
        return bool(self.redis_url)

    @property
    def allows_sample_sign_ins(self) -> bool:
        """Whether the sample users may exist: only on a machine that nobody else reaches.

        A proxy on the same machine reaches a loopback HOST for others, so PUBLIC_URL must name this machine too.
        """
        is_public_here = _is_loopback(urlsplit(self.public_url).hostname or "")
        return self.is_loopback and is_public_here and not self.is_server_database

    def to_environ(self) -> dict[str, str]:
        """Return the process's environment with these settings in it, for child processes; secrets included."""
        own = {name.upper(): getattr(self, name) for name in type(self).model_fields}
        return dict(os.environ) | {name: _as_text(value) for name, value in own.items() if value is not None}

    def masked(self) -> dict[str, str]:
        """Return every setting as text with secrets and passwords hidden, for `--check` and logs."""
        shown: dict[str, str] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                text = MASK
            elif value is None:
                text = "(made by the product)"
            else:
                text = _without_password(str(value)) if name.endswith("_url") else str(value)
            shown[name.upper()] = text
        return shown


def machine_name() -> str:
    """Return the name by which others may know this machine."""
    return socket.gethostname().strip().lower() or "localhost"


def _is_loopback(host: str) -> bool:
    """Return whether a name or an address stands for this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _as_text(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{MASK}@{host}"))


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from environment variables.

    Parameters
    ----------
    environ : mapping of str to str or None
        The environment; that of the process when None. Empty values count as unset.

    Returns
    -------
    Settings

    Raises
    ------
    SettingsError
        With one line per wrong setting: its name, what was found, what is allowed.
    """
    found = {name.lower(): value for name, value in (os.environ if environ is None else environ).items() if value != ""}
    given: dict[str, Any] = {name: found[name] for name in Settings.model_fields if name in found}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError([_explain(problem, given) for problem in error.errors()]) from None


def _explain(problem: Any, given: Mapping[str, Any]) -> str:
    name = str(problem["loc"][0])
    field = Settings.model_fields[name]
    is_secret = name.endswith("_key")
    value = MASK if is_secret else _without_password(str(given.get(name, "")))
    return f"{name.upper()} is {value!r}, which cannot be used. Allowed: {field.description}."
