"""Which commands does an operator have? `python manage.py --help` lists them."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def _services() -> Any:
    from services import wiring

    return wiring.current()


def _migrated() -> Any:
    """Return the services on a database that is ready.

    Raises
    ------
    Conflict
        The database was not made, or not brought to the present form.
    """
    from data.store.migrate import head_is_current
    from services.errors import Conflict

    services = _services()
    if not head_is_current(services.ports.settings.database_url):
        raise Conflict("The database is not ready for this.", "Run python manage.py init-db first.")
    return services


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def vendor(_: argparse.Namespace) -> int:
    """Copy third-party browser files from their pinned packages to assets/vendor."""
    from services.vendor import vendor as copy

    _say(f"Copied {len(copy())} browser files to assets/vendor.")
    return 0


def compile_loops(_: argparse.Namespace) -> int:
    """Compile the engine's inner loops, so that the first frontier does not wait for it; once a machine."""
    from engine.frontier.compiled import compile_all
    from engine.performance.regime_fit import compile_regimes
    from engine.volatility.refit import compile_refits
    from engine.volatility.simulate import compile_paths

    _say("Compiling the engine's loops (half a minute, once) ...")
    compile_all()
    compile_regimes()
    compile_refits()
    compile_paths()
    return 0


def init_db(arguments: argparse.Namespace) -> int:
    """Migrate the database, load the market history, make the first sign-ins and print them."""
    from services.settings import load_settings
    from services.startup import prepare

    report = prepare(load_settings(), _say)
    if not arguments.quiet:
        print(*report.lines, sep="\n")
    return 0


def seed_demo(arguments: argparse.Namespace) -> int:
    """Make the sample portfolios; with --sample-pack also load the pack marked "sample, fictitious"."""
    from services.auth.actor import Actor
    from services.settings import load_settings
    from services.startup import migrate, seed_samples

    migrate(load_settings(), _say)
    services = _services()
    tenant_id = services.users.ensure_tenant()
    services.market.load_history()
    seed_samples(services, tenant_id)
    print("The sample portfolios are in place.")
    if arguments.sample_pack:
        services.sample_pack.load(Actor.system(tenant_id))
        print('The sample pack is loaded; its figures are marked "sample, fictitious".')
    return 0


def _password(arguments: argparse.Namespace) -> str | None:
    """Return the password that was typed or piped in; None when one is to be made."""
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    if sys.stdin.isatty() and not arguments.make_password:
        return getpass.getpass("Password (12 characters or more): ")
    return None


def create_admin(arguments: argparse.Namespace) -> int:
    """Make an administrator; the password is asked for, read from standard input, or made and printed once."""
    from services.settings import load_settings
    from services.startup import migrate

    migrate(load_settings(), _say)
    user, made = _services().users.create_admin(arguments.email, arguments.name, _password(arguments))
    print(f"{user.name} <{user.email}> is an administrator.")
    if made:
        print(f"Password (shown once): {made}")
    return 0


def create_tenant(arguments: argparse.Namespace) -> int:
    """Make a further house with its first administrator; nothing of one house is ever shown to another."""
    from services.settings import load_settings
    from services.startup import migrate

    migrate(load_settings(), _say)
    services = _services()
    services.users.ensure_tenant()  # so that the first house stays the first
    tenant_id, user, made = services.tenants.create(
        arguments.name, arguments.admin_email, arguments.admin_name, _password(arguments)
    )
    print(f"The house {arguments.name!r} was made; its id is {tenant_id}.")
    print(f"{user.name} <{user.email}> is its administrator.")
    if made:
        print(f"Password (shown once): {made}")
    return 0


def api_key_create(arguments: argparse.Namespace) -> int:
    """Make an API key for a user and print it once."""
    services = _migrated()
    view, secret = services.api_keys.create_for(arguments.user, arguments.name, scopes=arguments.scope or None)
    _say(f"Key {view.name!r} of {arguments.user}; it is shown this once:")
    print(secret)
    return 0


def openapi(arguments: argparse.Namespace) -> int:
    """Print the OpenAPI document that the server answers at /api/v1/openapi.json, or write it to a file."""
    from api.openapi import document_text
    from app import create_app

    with create_app().server.app_context():
        text = json.dumps(json.loads(document_text()), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if arguments.file:
        with open(arguments.file, "w", encoding="utf-8") as out:
            out.write(text)
    else:
        print(text, end="")
    return 0


def audit_verify(arguments: argparse.Namespace) -> int:
    """Check each house's chain of audit rows and its anchors; the exit status is 1 and the first bad row is named."""
    services = _migrated()
    services.users.ensure_tenant()
    tenant_ids = services.tenants.ids()
    days = {"start_on": arguments.first, "end_on": arguments.last}
    results = {tenant_id: services.audit.verify(tenant_id, **days) for tenant_id in tenant_ids}
    for tenant_id, result in results.items():
        print(result.sentence if len(results) == 1 else f"House {tenant_id}: {result.sentence}")
    return 0 if all(result.is_intact for result in results.values()) else 1


def audit_export(arguments: argparse.Namespace) -> int:
    """Write a house's audit rows, the sealed head and the anchors as JSON lines, compressed; never over a file."""
    from services.audit_command import export

    print(export(_migrated(), arguments.file, arguments.house, arguments.first, arguments.last))
    return 0


def audit_anchor(_: argparse.Namespace) -> int:
    """Write today's anchor of every house's chain, where there is none yet; the leading process does so by itself."""
    services = _migrated()
    count = services.audit.anchors.write_due()
    print(f"Anchors written: {count}. They are in {services.ports.settings.anchor_dir}.")
    return 0


def retention(arguments: argparse.Namespace) -> int:
    """Say what retention would let go in every house; with --run also do it."""
    from services.auth.actor import Actor

    services = _migrated()
    for tenant_id in services.tenants.ids():
        actor = Actor.system(tenant_id)
        report = services.retention_job.run(actor) if arguments.run_now else services.retention_job.dry_run(actor)
        print(f"House {tenant_id}: {report.sentence}", *(f"  {line.sentence}" for line in report.lines), sep="\n")
    return 0


def ingest(arguments: argparse.Namespace) -> int:
    """Check or import a file of market data (CSV, Excel, Parquet) and print what came of it."""
    from services.imports_command import run_file

    outcome = run_file(_migrated(), arguments.file, arguments.house, is_dry_run=arguments.dry_run)
    print(*outcome.lines, sep="\n")
    return 0 if outcome.is_good else 1


def ingest_bars(arguments: argparse.Namespace) -> int:
    """Bring in a large CSV file of bars for all houses, or finish or give up what was cut off; say what came of it."""
    from services.market_pipeline_command import finish, give_up, run_file

    services = _migrated()
    if arguments.give_up is not None:
        outcome = give_up(services, arguments.give_up)
    elif arguments.resume is not None:
        outcome = finish(services, arguments.resume)
    else:
        outcome = run_file(services, arguments.file, arguments.provider, arguments.frequency, arguments.adjustment)
    print(*outcome.lines, sep="\n")
    return 0 if outcome.is_good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        made.set_defaults(run=run)
        return made

    command("vendor", vendor)
    command("compile", compile_loops)
    command("init-db", init_db).add_argument("--quiet", action="store_true", help="do not print addresses and sign-ins")
    command("seed-demo", seed_demo).add_argument("--sample-pack", action="store_true", help="also load the sample pack")
    admin = command("create-admin", create_admin)
    admin.add_argument("--email", required=True)
    admin.add_argument("--name", required=True)
    tenant = command("create-tenant", create_tenant)
    tenant.add_argument("--name", required=True, help="what the house is called")
    tenant.add_argument("--admin-email", required=True, help="address of its first administrator")
    tenant.add_argument("--admin-name", required=True)
    for one in (admin, tenant):
        how = one.add_mutually_exclusive_group()
        how.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        how.add_argument("--make-password", action="store_true", help="make a password and print it once")
    keys = commands.add_parser("api-key", help="API keys").add_subparsers(required=True, metavar="COMMAND")
    create = keys.add_parser("create", help=api_key_create.__doc__, description=api_key_create.__doc__)
    create.add_argument("--user", required=True, help="e-mail address of the key's owner")
    create.add_argument("--name", default="command line", help="what the key is for")
    create.add_argument("--scope", action="append", help="a permission the key is cut down to; may be repeated")
    create.set_defaults(run=api_key_create)
    command("openapi", openapi).add_argument("file", nargs="?")
    taken = command("ingest", ingest)
    taken.add_argument("file", help="the file, or - for standard input")
    taken.add_argument("--house", help="id or name of the house that it belongs to; needed where there are several")
    taken.add_argument("--dry-run", action="store_true", help="check only, and write nothing")
    bars = command("ingest-bars", ingest_bars)
    what = bars.add_mutually_exclusive_group(required=True)
    what.add_argument("--file", help="CSV with symbol, date (or event_time_utc), close, and any of the other columns")
    what.add_argument(
        "--resume", nargs="?", const="", metavar="DELIVERY", help="finish a delivery that was cut off, or all of them"
    )
    what.add_argument("--give-up", metavar="DELIVERY", help="end a delivery that was cut off; what it stored stays")
    bars.add_argument("--provider", default="bulk", help="who delivers; the bars are stored under this name")
    bars.add_argument("--frequency", default="daily", choices=("minute", "daily", "weekly", "monthly"))
    bars.add_argument(
        "--adjustment", default="raw", choices=("raw", "splits", "splits_and_dividends"), help="what a close contains"
    )
    audit = commands.add_parser("audit", help="audit trail").add_subparsers(required=True, metavar="COMMAND")
    verify = audit.add_parser("verify", help=audit_verify.__doc__, description=audit_verify.__doc__)
    verify.set_defaults(run=audit_verify)
    export = audit.add_parser("export", help=audit_export.__doc__, description=audit_export.__doc__)
    export.add_argument("file", help="where to, such as audit.jsonl.gz")
    export.add_argument("--house", help="id or name of the house; needed where there are several")
    export.set_defaults(run=audit_export)
    for one in (verify, export):
        one.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="first day, 2026-01-31")
        one.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="last day")
    anchor = audit.add_parser("anchor", help=audit_anchor.__doc__, description=audit_anchor.__doc__)
    anchor.set_defaults(run=audit_anchor)
    command("retention", retention).add_argument("--run", dest="run_now", action="store_true", help="do it")
    return parser


def main(arguments: list[str]) -> int:
    """Run one command; a refusal is told in a sentence, without a traceback."""
    parsed = _parser().parse_args(arguments)
    from data.errors import StoreUnavailable
    from services.errors import ServiceError
    from services.settings import SettingsError

    try:
        return int(parsed.run(parsed))
    except SettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    except StoreUnavailable as error:
        print(error, "Check DATABASE_URL and VAR_DIR.", sep="\n", file=sys.stderr)
        return 1
    except ServiceError as error:
        for line in (
            error.message,
            error.advice,
            *(f"  {one.path}: {one.message} {one.advice}" for one in error.fields),
        ):
            if line.strip():
                print(line.rstrip(), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
