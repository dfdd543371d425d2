"""What would a rule have said of the portfolios on the days of the past?

Each day is judged by the holdings, closes, rates and facts of that day, as they were known at its end; lists, locates
and the client's profile are those of the day as well. Up to a year every day with a value is looked at, beyond that the
last of each week.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from engine.compliance.evaluate import evaluate
from engine.compliance.found_words import found_words
from engine.compliance.program import program_of
from engine.compliance.syntax import Constant, Name, read
from engine.compliance.words import sentence as demand_of
from engine.version import ENGINE_VERSION
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.compliance.checks_said import figure
from services.compliance.dry_run_enough import gap_of
from services.compliance.dry_run_pace import Pace
from services.compliance.in_force import is_for, rule_of
from services.errors import Conflict, FieldProblem, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_dry_run import DryRun, DryRunInput, DryRunOfMany, DryRunPortfolio, DryRuns
from services.messages.compliance_rules import Chosen

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from engine.compliance.result import GroupResult, RuleResult
    from engine.compliance.rule import Rule
    from services.compliance.state import StateReader
    from services.messages.runs import RunView
    from services.ports import Ports
    from services.runs import Runs

KIND = "compliance_dry_run"
DAILY_UP_TO_DAYS = 366
KEPT_PORTFOLIOS_COUNT = 25
YEARS_MOST = 10
Progress = Callable[[str, float], None]
Step = Literal["day", "week"]


@dataclass(frozen=True)
class _Day:
    """How one portfolio stood on one day, as far as it is told."""

    day: date
    status: str
    group: str | None
    worst: float | None


@dataclass(frozen=True)
class _Subject:
    """A wording that is tried, and on which portfolios."""

    rule_id: str
    version: int
    document: dict[str, Any]
    applies_to: dict[str, Any]
    rule: Rule
    portfolio_ids: frozenset[str]


class ComplianceDryRuns:
    """Tries wordings of rules on the past.

    Parameters
    ----------
    ports : Ports
    runs : Runs
    states : StateReader

    """

    def __init__(self, ports: Ports, *, runs: Runs, states: StateReader) -> None:
        self._ports = ports
        self._runs = runs
        self._states = states

    def dry_run(
        self, actor: Actor, rule_id: str, version: int, wanted: DryRunInput, *, idempotency_key: str | None = None
    ) -> RunView:
        """Hand in a dry run of one wording; see `dry_run_many`."""
        chosen = (Chosen(rule_id=rule_id, version=version),)
        request = DryRunOfMany(versions=chosen, **wanted.model_dump())
        return self.dry_run_many(actor, request, idempotency_key=idempotency_key)

    def dry_run_many(self, actor: Actor, wanted: DryRunOfMany, *, idempotency_key: str | None = None) -> RunView:
        """Hand in dry runs of wordings; workers do them, and what comes out is kept with each version.

        Raises
        ------
        NotAllowed, TooMany
        NotFound
            There is no such rule or version for this actor, or one of the portfolios is not the actor's to see.
        InvalidRequest
            The days are none.

        """
        authorize(actor, Permission.RULES_WRITE)
        _refuse_who_sees_no_portfolios(actor)
        self._check(actor, wanted)
        return self._runs.submit(KIND, wanted, actor, idempotency_key=idempotency_key)

    def kept(self, actor: Actor, rule_id: str, version: int) -> DryRun:
        """Return the dry run that is kept with a version.

        Raises
        ------
        NotAllowed
        NotFound
            There is no such version for this actor, or none was made of its present wording.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            row = _version(uow, rule_id, version)
            visible = {portfolio.id for portfolio in uow.portfolios.all()}
        if row.dry_run is None:
            raise NotFound("No dry run of this wording is kept.", "Start one.")
        found = DryRun.model_validate(row.dry_run)
        return found.model_copy(
            update={"portfolios": tuple(one for one in found.portfolios if one.portfolio_id in visible)}
        )

    def compute(self, request: DryRunOfMany, actor: Actor, tell: Progress) -> DryRuns:
        """Judge the past, and keep what came out. Called by workers.

        Parameters
        ----------
        tell : callable
            Told the stage and how much is done; may raise to end the work, and nothing is kept then.

        """
        authorize(actor, Permission.RULES_WRITE)
        with self._ports.store.read(actor) as uow:
            subjects = [_subject(uow, one, request.portfolio_ids) for one in request.versions]
            wanted = {key for one in subjects for key in one.portfolio_ids}
            portfolios = [row for row in uow.portfolios.all() if row.id in wanted]
        there_were = self._with_values(actor, request)
        first, last = self._span(request, actor, portfolios)
        step: Step = "day" if (last - first).days <= DAILY_UP_TO_DAYS else "week"
        plan = [(row, self._days(row, first, last, step)) for row in portfolios]
        total, done = max(sum(len(days) for _, days in plan), 1), 0
        rows: list[list[DryRunPortfolio]] = [[] for _ in subjects]
        pace = Pace(total)
        for portfolio, days in plan:
            places = [place for place, one in enumerate(subjects) if portfolio.id in one.portfolio_ids]
            found: list[list[_Day]] = [[] for _ in places]
            for day in days:
                tell(pace.stage(portfolio.name, done), done / total)
                for kept, judged in zip(
                    found, self._judged(portfolio, [subjects[place].rule for place in places], day), strict=True
                ):
                    kept += [] if judged is None else [judged]
                done += 1
            for place, kept in zip(places, found, strict=True):
                rows[place].append(_portfolio(portfolio, subjects[place].rule, kept))
        now_utc = self._ports.clock.now_utc()
        made = [_dry_run(one, lines, (first, last, step), now_utc) for one, lines in zip(subjects, rows, strict=True)]
        gaps = self._gaps(actor, there_were, rows)
        made = [run.model_copy(update={"gap": gap}) for run, gap in zip(made, gaps, strict=True)]
        told = tuple(
            run.model_copy(update={"is_kept": self._keep(actor, one, run)})
            for one, run in zip(subjects, made, strict=True)
        )
        return DryRuns(dry_runs=told, sentence=_sentence_of_all(told))

    def _with_values(self, actor: Actor, request: DryRunOfMany) -> list[list[str]]:
        """Return of each wording the portfolios that it is for and that have had a value so far."""
        with self._ports.store.read(Actor.system(actor.tenant_id)) as uow:
            meant = [sorted(_subject(uow, one, ()).portfolio_ids) for one in request.versions]
            return [sorted(uow.valuations.last_days(one)) for one in meant]

    def _gaps(
        self, actor: Actor, there_were: Sequence[Sequence[str]], rows: Sequence[Sequence[DryRunPortfolio]]
    ) -> list[str | None]:
        """Return of each wording why too little was looked at; what came in while it ran is asked of the next one."""
        with self._ports.store.read(Actor.system(actor.tenant_id)) as uow:
            return [gap_of(uow, ids, lines) for ids, lines in zip(there_were, rows, strict=True)]

    def _check(self, actor: Actor, wanted: DryRunOfMany) -> None:
        today = self._ports.clock.now_utc().date()
        last = wanted.last_day or today
        problems = []
        if wanted.first_day is not None and wanted.first_day > last:
            problems.append(
                FieldProblem("first_day", "The first day lies after the last one.", "Choose an earlier one.")
            )
        if wanted.last_day is not None and wanted.last_day > today:
            problems.append(FieldProblem("last_day", "The last day is yet to come.", "Choose one up to today."))
        if wanted.first_day is not None and (last - wanted.first_day).days > 366 * YEARS_MOST:
            message = f"A dry run looks at {formatting.number(YEARS_MOST, 0)} years at the most."
            problems.append(FieldProblem("first_day", message, "Choose a later day."))
        if problems:
            raise InvalidRequest("The dry run cannot be made.", "Correct what is named below.", fields=tuple(problems))
        with self._ports.store.read(actor) as uow:
            for one in wanted.versions:
                _version(uow, one.rule_id, one.version)
            for portfolio_id in wanted.portfolio_ids:
                uow.portfolios.get(portfolio_id)

    def _span(self, request: DryRunOfMany, actor: Actor, portfolios: Sequence[tables.Portfolio]) -> tuple[date, date]:
        """Return the days that are meant; the year up to the last day with values where none are said."""
        today = self._ports.clock.now_utc().date()
        last = request.last_day
        if last is None:
            with self._ports.store.read(Actor.system(actor.tenant_id)) as uow:
                valued = uow.valuations.last_days([row.id for row in portfolios]).values()
            last = max((request.first_day or date.min, *(min(day, today) for day in valued)))
            last = today if last == date.min else last
        return request.first_day or last - timedelta(days=365), last

    def _days(self, portfolio: tables.Portfolio, first: date, last: date, step: Step) -> list[date]:
        """Return the days with a stored value, or the last of each week."""
        with self._ports.store.read(Actor.system(portfolio.tenant_id)) as uow:
            days = [row.valued_on for row in uow.valuations.figures(portfolio.id, first, last)]
        return days if step == "day" else list({day.isocalendar()[:2]: day for day in days}.values())

    def _judged(self, portfolio: tables.Portfolio, rules: Sequence[Rule], day: date) -> list[_Day | None]:
        """Return how a portfolio stood by each rule on a day; None where it held nothing."""
        fields = {name for rule in rules for name in program_of(rule).fields}
        try:
            seen = self._states.read(Actor.system(portfolio.tenant_id), portfolio.id, day, fields=fields)
        except Conflict:
            return [None] * len(rules)
        found: list[_Day | None] = []
        for result in evaluate(rules, seen.state, reference=seen.reference).results:
            first = result.groups[0] if result.groups else None
            found.append(_Day(day, result.status, None if first is None else first.group, _figure(result, first)))
        return found

    def _keep(self, actor: Actor, subject: _Subject, made: DryRun) -> bool:
        """Keep a dry run with its version, unless the wording changed meanwhile or was decided on."""
        kept = made.model_copy(update={"portfolios": made.portfolios[:KEPT_PORTFOLIOS_COUNT]})
        with self._ports.store.system(actor.tenant_id) as uow:
            row = _version(uow, made.rule_id, made.version)
            if (row.document, row.applies_to or {}) != (subject.document, subject.applies_to):
                return False
            is_kept = uow.rules.keep_dry_run(made.rule_id, made.version, kept.model_dump(mode="json"))
            if is_kept:
                note(
                    uow,
                    "rule.dry_run",
                    "rule",
                    made.rule_id,
                    after={"version": made.version, "sentence": made.sentence, "by": actor.user_id},
                )
            uow.commit()
        return is_kept


def _refuse_who_sees_no_portfolios(actor: Actor) -> None:
    """An administrator writes and approves rules, but holdings are not theirs to see: nothing could be looked at."""
    if not is_allowed(actor, Permission.PORTFOLIOS_READ):
        raise NotAllowed(
            "A dry run looks at portfolios, and you see none.", "Ask compliance to make it; you can approve after it."
        )


def _subject(uow: UnitOfWork, chosen: Chosen, portfolio_ids: Sequence[str]) -> _Subject:
    """Return a wording with the visible portfolios that it is for, or those of them that were named."""
    version, rule = _version(uow, chosen.rule_id, chosen.version), uow.rules.get(chosen.rule_id)
    named = set(portfolio_ids)
    return _Subject(
        chosen.rule_id,
        chosen.version,
        dict(version.document),
        dict(version.applies_to or {}),
        rule_of(version),
        frozenset(
            row.id
            for row in uow.portfolios.all()
            if (not named or row.id in named)
            and (rule.client_id is None or row.client_id == rule.client_id)
            and (rule.portfolio_id is None or row.id == rule.portfolio_id)
            and is_for(version, row)
        ),
    )


def _dry_run(
    subject: _Subject, rows: Sequence[DryRunPortfolio], span: tuple[date, date, Step], now_utc: datetime
) -> DryRun:
    rule = subject.rule
    ordered = sorted(rows, key=lambda one: (-one.failed_count, -one.indeterminate_count, one.name))
    broken = sum(one.failed_count > 0 for one in rows)
    unclear = sum(one.indeterminate_count > 0 for one in rows)
    return DryRun(
        rule_id=subject.rule_id,
        version=subject.version,
        code=rule.id,
        title=rule.title,
        demand=demand_of(rule),
        unit=program_of(rule).unit,
        limit=_limit(rule),
        first_day=span[0],
        last_day=span[1],
        step=span[2],
        portfolios_count=len(rows),
        broken_count=broken,
        indeterminate_count=unclear,
        days_count=sum(one.days_count for one in rows),
        made_at_utc=now_utc,
        engine_version=ENGINE_VERSION,
        portfolios=tuple(ordered),
        sentence=_sentence(rows, broken, unclear),
    )


def _limit(rule: Rule) -> float | None:
    """Return the limit where it is one figure; None where it follows from the portfolio."""
    match read(rule.limit, "limit"):
        case Constant(value=float() | int() as value):
            return float(value)
        case Name(name=name):
            return next((one.value for one in rule.parameters if one.name == name), None)
    return None


def _sentence_of_all(made: Sequence[DryRun]) -> str:
    if len(made) == 1:
        return made[0].sentence
    broken = sum(one.broken_count > 0 for one in made)
    total = formatting.count(len(made), "rule")
    return f"{formatting.number(broken, 0)} of {total} would have been broken by some portfolio."


def _version(uow: UnitOfWork, rule_id: str, version: int) -> tables.RuleVersion:
    row = uow.rules.version(rule_id, version)
    if row is None:
        raise NotFound.of("version of the rule", str(version))
    return row


def _figure(result: RuleResult, group: GroupResult | None) -> float | None:
    """Return the figure of a group on the side that the rule does not want; None where that has no bound."""
    if group is None:
        return None
    return group.least if result.operator in (">=", ">") else group.most


def _portfolio(portfolio: tables.Portfolio, rule: Rule, days: Sequence[_Day]) -> DryRunPortfolio:
    failed = [one for one in days if one.status == "failed"]
    unclear = sum(one.status == "indeterminate" for one in days)
    known = [one for one in days if one.worst is not None]
    side = -1.0 if rule.operator in (">=", ">") else 1.0
    worst = max(known, key=lambda one: side * (one.worst or 0.0), default=None)
    unit = program_of(rule).unit
    if not days:
        said = "It held nothing on these days."
    elif failed:
        said = f"Broken on {formatting.count(len(failed), 'day')} of {formatting.number(len(days), 0)}"
        found = found_words(rule)
        if worst is not None and worst.group and worst.worst is not None and found is not None:
            said += f", at worst on {formatting.day(worst.day)}: {found.sentence(worst.group, worst.worst)[:-1]}"
        elif worst is not None:
            said += f", at worst {figure(worst.worst, unit, portfolio.base_currency)} on {formatting.day(worst.day)}"
        said += "."
    elif unclear:
        said = f"Not to be judged on {formatting.count(unclear, 'day')} of {formatting.number(len(days), 0)}."
    else:
        said = f"Kept on all {formatting.count(len(days), 'day')}."
    return DryRunPortfolio(
        portfolio_id=portfolio.id,
        name=portfolio.name,
        days_count=len(days),
        failed_count=len(failed),
        indeterminate_count=unclear,
        warning_count=sum(one.status == "warning" for one in days),
        first_failed=failed[0].day if failed else None,
        last_failed=failed[-1].day if failed else None,
        worst=None if worst is None else worst.worst,
        worst_group=None if worst is None else worst.group,
        worst_on=None if worst is None else worst.day,
        last_status=days[-1].status if days else None,
        sentence=said,
    )


def _sentence(rows: Sequence[DryRunPortfolio], broken: int, unclear: int) -> str:
    count = len(rows)
    if not count:
        return "There is no portfolio that the rule is for."
    if not any(one.days_count for one in rows):
        return "No portfolio that the rule is for held anything on these days: nothing was looked at."
    said = f"{formatting.count(broken, 'portfolio')} of {formatting.number(count, 0)} would have broken the rule"
    if not broken:
        said = f"None of {formatting.count(count, 'portfolio')} would have broken the rule"
    return f"{said}; {formatting.number(unclear, 0)} could not be judged on some day." if unclear else f"{said}."
