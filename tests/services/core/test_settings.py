"""Does a wrong setting stop the start with its name and what is allowed, and do secrets stay secret?"""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from services.secrets import load_secrets
from services.settings import MASK, SettingsError, load_settings, machine_name


def test_without_any_setting_the_product_runs_on_this_machine_only(tmp_path: Path) -> None:
    settings = load_settings({"VAR_DIR": str(tmp_path)})
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8050, "http://127.0.0.1:8050")
    assert settings.database_url == f"sqlite:///{tmp_path / 'qpo.sqlite3'}"
    assert settings.allows_sample_sign_ins
    assert not settings.is_scaled
    assert not settings.is_https


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "eighty", "0 to 65535"),
        ("PORT", "99999", "0 to 65535"),
        ("HOST", "my computer", "127.0.0.1"),
        ("DATABASE_URL", "mysql://a/b", "postgresql://"),
        ("REDIS_URL", "http://a", "redis://"),
        ("PUBLIC_URL", "ftp://a", "https://host"),
        ("PUBLIC_URL", "https://a/path", "without a path"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("WORKERS_COUNT", "0", "1 to 64"),
        ("SESSION_IDLE_MIN", "forever", "minutes"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_found_and_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings({name: value})
    (line,) = refusal.value.problems
    assert line.startswith(f"{name} is '{value}'")
    assert allowed in line


def test_all_wrong_settings_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings({"PORT": "x", "LOG_LEVEL": "x"})
    assert len(refusal.value.problems) == 2


def test_a_weak_secret_is_refused_without_being_shown() -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings({"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refusal.value)
    assert "at least 32 characters" in str(refusal.value)


def test_empty_values_count_as_unset() -> None:
    assert load_settings({"PORT": "", "REDIS_URL": ""}).port == 8050


def test_modes_follow_from_host_database_redis_and_public_url() -> None:
    server = load_settings({"DATABASE_URL": "postgresql://u:p@db/qpo", "REDIS_URL": "redis://r:6379/0"})
    assert server.database_url.startswith("postgresql+psycopg://")
    assert server.is_server_database
    assert server.is_scaled
    assert not server.allows_sample_sign_ins
    assert not load_settings({"HOST": "0.0.0.0"}).allows_sample_sign_ins
    assert load_settings({"HOST": "::1"}).public_url == "http://[::1]:8050"
    assert load_settings({"PUBLIC_URL": "https://qpo.example.com/"}).is_https


def test_the_printed_configuration_hides_secrets_and_passwords() -> None:
    shown = load_settings(
        {"DATABASE_URL": "postgresql://u:tops3cret@db/qpo", "SECRET_KEY": "k" * 40, "REDIS_URL": "redis://:pw@r/0"}
    ).masked()
    assert "tops3cret" not in str(shown)
    assert ":pw@" not in str(shown)
    assert shown["SECRET_KEY"] == MASK
    assert MASK in shown["DATABASE_URL"]
    assert set(shown) >= {"HOST", "PORT", "VAR_DIR", "WORKERS_COUNT"}


def test_how_many_raw_bytes_are_kept_is_a_setting_that_is_shown() -> None:
    settings = load_settings({"RAW_PAYLOADS_MAX_MIB": "7"})
    assert settings.raw_payloads_max_bytes_count == 7 * 2**20
    assert settings.masked()["RAW_PAYLOADS_MAX_MIB"] == "7"
    with pytest.raises(SettingsError, match="RAW_PAYLOADS_MAX_MIB"):
        load_settings({"RAW_PAYLOADS_MAX_MIB": "0"})


def test_what_is_handed_to_workers_gives_the_same_settings(tmp_path: Path) -> None:
    settings = load_settings({"VAR_DIR": str(tmp_path), "SECRET_KEY": "k" * 40, "PORT": "8123"})
    assert load_settings(settings.to_environ()) == settings


def test_keys_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    settings = load_settings({"VAR_DIR": str(tmp_path / "var")})
    keys = load_secrets(settings)
    assert load_secrets(settings) == keys
    assert len({keys.secret_key, keys.totp_key, keys.audit_key}) == 3
    path = tmp_path / "var" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.secret_key not in repr(keys)
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_secrets(settings)


def test_hosts_that_share_the_secret_key_share_all_keys(tmp_path: Path) -> None:
    hosts = [load_settings({"VAR_DIR": str(tmp_path / name), "SECRET_KEY": "k" * 40}) for name in ("a", "b")]
    assert load_secrets(hosts[0]) == load_secrets(hosts[1])
    assert not (tmp_path / "a").exists()


def test_a_torn_key_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    (tmp_path / "secrets.json").chmod(0o600)
    with pytest.raises(SettingsError, match="not a file of keys"):
        load_secrets(load_settings({"VAR_DIR": str(tmp_path)}))


def test_sample_sign_ins_need_a_host_and_a_public_address_of_this_machine_only() -> None:
    for environ in ({}, {"PUBLIC_URL": "http://localhost:9000"}, {"PUBLIC_URL": "http://127.0.0.5"}):
        assert load_settings(environ).allows_sample_sign_ins
    for public in ("https://portfolios.example", "http://10.0.0.7:8050", "http://localhost.example"):
        assert not load_settings({"HOST": "127.0.0.1", "PUBLIC_URL": public}).allows_sample_sign_ins


def test_who_listens_everywhere_is_known_by_the_machines_name() -> None:
    assert load_settings({"HOST": "0.0.0.0"}).public_url == f"http://{machine_name()}:8050"
    assert load_settings({"HOST": "0.0.0.0", "PUBLIC_URL": "https://p.example"}).public_url == "https://p.example"
