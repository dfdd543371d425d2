"""Triggers that refuse what must never be done to records, on both databases.

Links of the audit chain, what was decided about rules, the history of breaches and auditor's reports are never changed
and never removed; a breach is never removed; forecasts of risk are never changed. SQLite fires no trigger of removal
for a row that an INSERT OR REPLACE takes the place of, so that an insert onto a known key is refused there by a trigger
of its own; PostgreSQL knows no such statement.
"""

from collections.abc import Sequence
from typing import NamedTuple

from alembic import op


class _Guard(NamedTuple):
    """What is refused of one table: which statements, of which rows, and which keys an insert may not meet again."""

    table: str
    refusal: str
    verbs: Sequence[str]
    keys: Sequence[Sequence[str]] = ()
    which: str = ""


_DECIDED = "OLD.decided_at_utc IS NOT NULL"
_RULES = "what was decided about a rule is never changed"
_GUARDS = (
    _Guard(
        "audit_event", "audit rows are never changed or removed", ("UPDATE", "DELETE", "TRUNCATE"),
        (("tenant_id", "seq"), ("id",)),
    ),
    _Guard("risk_forecast", "forecasts of risk are never changed", ("UPDATE",)),
    _Guard(
        "rule_version", f"{_RULES} or removed", ("DELETE", "TRUNCATE"), (("rule_id", "version"), ("id",)), _DECIDED
    ),
    _Guard("rule_override", f"{_RULES} or removed", ("DELETE", "TRUNCATE"), (("id",),), _DECIDED),
    _Guard("breach", "a breach is never removed", ("DELETE", "TRUNCATE"), (("id",),)),
    _Guard(
        "breach_event", "what happened to a breach is never changed or removed", ("DELETE", "TRUNCATE"),
        (("breach_id", "number"), ("id",)),
    ),
    _Guard(
        "auditor_report", "an auditor's report is never changed or removed", ("UPDATE", "DELETE", "TRUNCATE"),
        (("id",),),
    ),
)  # fmt: skip


def create() -> None:
    """Create the triggers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_record_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for guard in _GUARDS:
            for verb in guard.verbs:
                _refuse_on_postgresql(guard, verb)
        return
    for guard in _GUARDS:
        for verb in guard.verbs:
            if verb != "TRUNCATE":
                _refuse_on_sqlite(guard, verb, guard.which)
        if guard.keys:
            known = " OR ".join(f"({' AND '.join(f'{one} = NEW.{one}' for one in columns)})" for columns in guard.keys)
            decided = f" AND {guard.which.removeprefix('OLD.')}" if guard.which else ""
            onto = f"SELECT 1 FROM {guard.table} WHERE ({known}){decided}"  # noqa: S608 - fixed names
            _refuse_on_sqlite(guard, "INSERT", f"EXISTS ({onto})")


def drop() -> None:
    """Drop what outlives the tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_record_change()")


def _refuse_on_postgresql(guard: _Guard, verb: str) -> None:
    level = "STATEMENT" if verb == "TRUNCATE" else "ROW"
    which = f" WHEN ({guard.which})" if guard.which and level == "ROW" else ""
    said = guard.refusal.replace("'", "''")
    op.execute(
        f"CREATE TRIGGER {guard.table}_no_{verb.lower()} BEFORE {verb} ON {guard.table} "
        f"FOR EACH {level}{which} EXECUTE FUNCTION refuse_record_change('{said}')"
    )


def _refuse_on_sqlite(guard: _Guard, verb: str, which: str) -> None:
    name = f"{guard.table}_no_{'replacement' if verb == 'INSERT' else verb.lower()}"
    when = f" WHEN {which}" if which else ""
    said = guard.refusal.replace("'", "''")
    op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {guard.table}{when} BEGIN SELECT RAISE(ABORT, '{said}'); END")
