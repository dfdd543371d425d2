"""What must be ready before the product answers, and what does the one who started it need to read?

Every step looks first whether it was done already, so that a second start costs milliseconds.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from services.auth.actor import Actor
from services.auth.roles import Role
from services.formatting import count
from services.messages.users import SampleSignIn
from services.settings import Settings, machine_name
from services.vendor import is_vendored, vendor
from services.wiring import Services, build

TITLE = "Quantum Portfolio Optimizer"
MANAGE = Path(__file__).resolve().parents[1] / "manage.py"


class StartFailed(Exception):
    """The start cannot go on; the sentence says what to do."""


@dataclass(frozen=True)
class StartReport:
    """What the start has to say.

    Parameters
    ----------
    lines : tuple of str
        To be printed as they are.
    is_first : bool
        Whether the database was made or moved forward by this start.
    """

    lines: tuple[str, ...]
    is_first: bool


def prepare(settings: Settings, say: Callable[[str], None] = lambda _: None) -> StartReport:
    """Bring database, browser files, market history and first sign-ins to the state that this version needs.

    Parameters
    ----------
    settings : Settings
    say : callable
        Told a sentence before each step that takes longer than a moment.

    Returns
    -------
    StartReport
        With the address and the ways to sign in.
    """
    from data.queue.passive import PassiveQueue

    is_first = migrate(settings, say)
    if not is_vendored():
        vendor()
    services = build(settings, queue=PassiveQueue())
    try:
        tenant_id = services.users.ensure_tenant()
        if is_first:
            say("Loading the market history ...")
        services.market.load_history()
        lines = [f"{TITLE}  {settings.public_url}"]
        if settings.allows_sample_sign_ins:
            signs = services.users.ensure_samples()
            if is_first:
                say("Making the sample portfolios ...")
            seed_samples(services, tenant_id)
            lines += _sign_in_lines(settings, signs)
        else:
            if ended_count := services.users.shut_out_samples():
                ended = count(ended_count, "session or key", "sessions and keys")
                lines.append(f"Others can reach this installation: ended {ended} of sample users.")
            lines += setup_lines(services, tenant_id)
            if settings.is_everywhere and urlsplit(settings.public_url).hostname == machine_name():
                lines.append(
                    f"PUBLIC_URL is not set: only localhost and {machine_name()} are served. Set it to the address "
                    f"that people type, such as PUBLIC_URL=http://portfolios.example:{settings.port}"
                )
    finally:
        services.ports.bus.stop()
        services.ports.cache.close()
        services.ports.store.dispose()
    return StartReport(tuple(lines), is_first)


def prepare_apart(settings: Settings) -> StartReport:
    """Like `prepare`, with a first start's heavy steps in a process of their own, whose memory goes with it.

    Raises
    ------
    StartFailed
        When that process did not succeed; it has told why on the standard error stream.
    """
    from data.store.migrate import head_is_current

    settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_first = not head_is_current(settings.database_url)
    if is_first:
        done = subprocess.run(
            [sys.executable, str(MANAGE), "init-db", "--quiet"],
            env=settings.to_environ(),
            check=False,
        )
        if done.returncode:
            raise StartFailed("The database could not be prepared; the lines above say why. Nothing was started.")
    return StartReport(prepare(settings).lines, is_first)


def migrate(settings: Settings, say: Callable[[str], None] = lambda _: None) -> bool:
    """Move the database's tables to this version; returns whether there was anything to do."""
    from data.store.migrate import head_is_current, upgrade

    settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if head_is_current(settings.database_url):
        return False
    say("Preparing the database ...")
    upgrade(settings.database_url)
    return True


def seed_samples(services: Services, tenant_id: str) -> None:
    """Make the sample clients and portfolios of a tenant, once."""
    from services.seed import sample_portfolios

    sample_portfolios(services, Actor.system(tenant_id))


def setup_lines(services: Services, tenant_id: str) -> list[str]:
    """Return the set-up link with its sentence while no administrator of this house can sign in, else nothing.

    Sample users do not count: where others reach the product they may not sign in.
    """
    with services.ports.store.system(read_only=True) as uow:
        users = [user for user in uow.users.all() if user.tenant_id == tenant_id]
    real = [user for user in users if not user.is_sample]
    if any(user.is_active and user.role == Role.ADMINISTRATOR for user in real):
        return []
    why = "There is no administrator who can sign in" if real else "There is no user yet"
    if users and not real:
        why = "There are only sample users, who may not sign in where others reach the product"
    token = services.invitations.make_setup(tenant_id)
    return [
        f"{why}. This link makes the first administrator; it works once, within 24 hours:",
        f"{services.ports.settings.public_url}/account/invite/{token}",
    ]


def _sign_in_lines(settings: Settings, signs: list[SampleSignIn]) -> list[str]:
    width = max(len(sign.role.value) for sign in signs)
    address = max(len(sign.email) for sign in signs)
    return [
        f"Sign in as (kept in {settings.var_dir / 'sign-ins.txt'}):",
        *(f"  {sign.role.value:<{width}}  {sign.email:<{address}}  {sign.password}" for sign in signs),
    ]
