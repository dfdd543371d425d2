"""What happened lately in what the reader may see, in words?

Told from the records themselves, each read as the reader may see it: runs that ended, targets that were set, portfolios
that were made, breaches of rules, files that were booked, alerts, and decisions about rules. Nothing is told that the
reader could not find by looking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from services import formatting
from services.auth.actor import Actor
from services.auth.policy import is_allowed
from services.auth.roles import Permission
from services.compliance.breach_words import link_of
from services.messages.dashboard import Happening
from services.messages.runs import RunView
from services.runs_rows import run_view

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.rules import Rules
    from services.ports import Ports

Tone = Literal["ok", "info", "warn", "bad"]
SHOWN_COUNT = 20
EACH_COUNT = 20
RULES_WITHIN = timedelta(days=30)
RUN_KINDS = {
    "academic": "Academic benchmark",
    "auditor_report": "Auditor's report",
    "auditor_report_check": "Auditor's report made again",
    "compliance_dry_run": "Trial of a rule",
    "optimization": "Optimization",
    "pareto": "Trade-offs",
    "price_refresh": "Price refresh",
    "quality_check": "Check of data quality",
    "uncertainty": "How sure the weights are",
    "walk_forward": "Test over the past",
}
_BREACH_TONES: Mapping[str, Tone] = {"cured": "ok", "closed": "ok", "open": "bad"}
_ALERT_WORDS = {
    "firing": "fires", "acknowledged": "was acknowledged", "snoozed": "was put to rest", "resolved": "is resolved",
    "recovering": "recovers", "no_data": "cannot be judged", "pending": "may begin",
}  # fmt: skip


class ActivityReader:
    """Tells what happened.

    Parameters
    ----------
    ports : Ports
    rules : Rules

    """

    def __init__(self, ports: Ports, rules: Rules) -> None:
        self._ports = ports
        self._rules = rules

    def read(self, actor: Actor, count: int = SHOWN_COUNT) -> tuple[Happening, ...]:
        """Return the latest events, the newest first."""
        with self._ports.store.read(actor) as uow:
            told = [*_targets(uow), *_portfolios(uow), *_imports(uow)]
            if is_allowed(actor, Permission.RUNS_READ):
                told += _runs(uow)
            if is_allowed(actor, Permission.COMPLIANCE_READ):
                told += _breaches(uow)
            if is_allowed(actor, Permission.ALERTS_READ):
                told += _alerts(uow)
        if is_allowed(actor, Permission.COMPLIANCE_READ):
            told += self._decisions(actor)
        return tuple(sorted(told, key=lambda one: one.at_utc, reverse=True)[:count])

    def _decisions(self, actor: Actor) -> list[Happening]:
        today = self._ports.clock.now_utc().date()
        return [
            Happening(
                kind="rule",
                at_utc=one.at_utc,
                who=one.decided_by,
                title=one.title,
                sentence=one.sentence,
                tone="info",
                link=f"/compliance?tab=rules&rule={one.rule_id}",
            )
            for one in self._rules.changes(today - RULES_WITHIN, today, actor)
        ]


def _runs(uow: UnitOfWork) -> list[Happening]:
    rows = uow.runs.page(limit=EACH_COUNT).rows
    people = _people(uow, [row.owner_id for row in rows])
    names = _names(uow, [row.portfolio_id for row in rows if row.portfolio_id])
    return [_run(run_view(row), people, names) for row in rows if row.finished_at_utc is not None]


def _run(run: RunView, people: Mapping[str, str], names: Mapping[str, str]) -> Happening:
    kind = RUN_KINDS.get(run.kind, run.kind.replace("_", " ").capitalize())
    words = {"failed": "failed", "cancelled": "was cancelled"}.get(run.status.value, "finished")
    tone: Tone = "bad" if run.status == "failed" else "info" if run.status == "cancelled" else "ok"
    if run.is_without_portfolio:
        words, tone = "found no portfolio", "warn"
    took = "" if run.elapsed_ms is None or words != "finished" else f" in {formatting.duration(run.elapsed_ms)}"
    portfolio = names.get(run.portfolio_id or "")
    of = "" if portfolio is None or portfolio in (run.name or "") else f" of {portfolio}"
    return Happening(
        kind="run",
        at_utc=run.finished_at_utc or run.created_at_utc,
        who=people.get(run.owner_id),
        title=run.name or kind,
        sentence=f"{kind}{of} {words}{took}.",
        tone=tone,
        link=run.shown_at,
    )


def _targets(uow: UnitOfWork) -> list[Happening]:
    rows = uow.targets.list(limit=EACH_COUNT).rows
    people = _people(uow, [row.set_by_id for row in rows])
    names = _names(uow, [row.portfolio_id for row in rows])
    return [
        Happening(
            kind="target",
            at_utc=row.created_at_utc,
            who=people.get(row.set_by_id or ""),
            title=names[row.portfolio_id],
            sentence=f"Target “{row.name}” was set, version {row.version}.",
            tone="info",
            link=f"/portfolios/{row.portfolio_id}?tab=targets",
        )
        for row in rows
        if row.portfolio_id in names
    ]


def _portfolios(uow: UnitOfWork) -> list[Happening]:
    return [
        Happening(
            kind="portfolio",
            at_utc=row.created_at_utc,
            who=None,
            title=row.name,
            sentence="The portfolio was made.",
            tone="info",
            link=f"/portfolios/{row.id}",
        )
        for row in uow.portfolios.list(limit=EACH_COUNT).rows
    ]


def _imports(uow: UnitOfWork) -> list[Happening]:
    rows = [row for row in uow.holdings_imports.list(limit=EACH_COUNT).rows if row.imported_at_utc is not None]
    people = _people(uow, [row.owner_id for row in rows])
    return [
        Happening(
            kind="import",
            at_utc=row.undone_at_utc or row.imported_at_utc or row.created_at_utc,
            who=row.undone_by_name or people.get(row.owner_id),
            title=row.file_name,
            sentence="The import was undone." if row.undone_at_utc is not None else "The file was booked.",
            tone="info",
            link="/imports",
        )
        for row in rows
    ]


def _breaches(uow: UnitOfWork) -> list[Happening]:
    rows = uow.breach_events.list(limit=EACH_COUNT).rows
    breaches = uow.breaches.get_many(sorted({row.breach_id for row in rows}))
    names = _names(uow, [one.portfolio_id for one in breaches.values()])
    return [
        Happening(
            kind="breach",
            at_utc=row.created_at_utc,
            who=row.actor_name if row.actor_id is not None else None,
            title=_breach_title(breaches[row.breach_id], names),
            sentence=row.sentence,
            tone=_BREACH_TONES.get(row.status_after, "warn"),
            link=link_of(breaches[row.breach_id].portfolio_id, row.breach_id),
        )
        for row in rows
        if row.breach_id in breaches
    ]


def _breach_title(row: tables.Breach, names: Mapping[str, str]) -> str:
    return f"{names.get(row.portfolio_id, 'A portfolio')}: {row.rule_title}"


def _alerts(uow: UnitOfWork) -> list[Happening]:
    rows = uow.alerts.list(limit=EACH_COUNT).rows
    return [
        Happening(
            kind="alert",
            at_utc=row.state_since_utc,
            who=None,
            title=row.title,
            sentence=f"The alert {_ALERT_WORDS.get(row.state, row.state)}. {row.sentence}".strip(),
            tone="ok" if row.state == "resolved" else "bad" if row.severity == "hard" else "warn",
            link=row.details.get("link"),
        )
        for row in rows
    ]


def _people(uow: UnitOfWork, ids: Sequence[Any]) -> dict[str, str]:
    """Return the names of those people whom the reader may see."""
    wanted = sorted({one for one in ids if one})
    return {key: row.name for key, row in uow.users.get_many(wanted).items()}


def _names(uow: UnitOfWork, ids: Sequence[str]) -> dict[str, str]:
    return {key: row.name for key, row in uow.portfolios.get_many(sorted(set(ids))).items()}
