"""How is the past judged day by day, in stretches between which other runs go first?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from engine.compliance.evaluate import evaluate
from engine.compliance.program import program_of
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.dry_run_enough import gap_of
from services.compliance.dry_run_estimate import Size
from services.compliance.dry_run_pace import Pace
from services.compliance.dry_run_said import Step, dry_run_of, sentence_of_all
from services.compliance.dry_run_slices import Checkpoint, Slice, opened, packed, unpacked
from services.compliance.dry_run_subjects import Subject, subject_of, version_of
from services.compliance.dry_run_tally import Tally
from services.errors import Conflict
from services.messages.compliance_dry_run import DryRun, DryRunOfMany, DryRunPortfolio, DryRuns
from services.runs_kinds import RunPaused

if TYPE_CHECKING:
    from data.store import tables
    from engine.compliance.result import RuleResult
    from engine.compliance.rule import Rule
    from services.compliance.state import StateReader
    from services.ports import Ports

DAILY_UP_TO_DAYS = 366
KEPT_PORTFOLIOS_COUNT = 25
Progress = Callable[[str, float], None]


def _nobody() -> bool:
    """Return False: nobody waits."""
    return False


class DryRunWork:
    """The worker's side of dry runs.

    Parameters
    ----------
    ports : Ports
    states : StateReader

    """

    def __init__(self, ports: Ports, states: StateReader) -> None:
        self._ports = ports
        self._states = states

    def compute(
        self,
        request: DryRunOfMany,
        actor: Actor,
        tell: Progress,
        *,
        left: dict[str, Any] | None = None,
        others_wait: Callable[[], bool] = _nobody,
    ) -> DryRuns:
        """Judge the past, and keep what came out. Called by workers.

        Parameters
        ----------
        tell : callable
            Told the stage and how much is done; may raise to end the work, and nothing is kept then.
        left : dict or None
            What an earlier stretch of the same work left, so that it goes on from there.
        others_wait : callable
            Whether somebody's run waits for a worker.

        Raises
        ------
        RunPaused
            Others wait and the work has taken its stretch; it carries what to go on from.

        """
        authorize(actor, Permission.RULES_WRITE)
        with self._ports.store.read(actor) as uow:
            subjects = [subject_of(uow, one, request.portfolio_ids) for one in request.versions]
            portfolios = {row.id: row for row in uow.portfolios.all()}
        wordings = [one.fingerprint for one in subjects]
        begun = opened(left, wordings) or self._begun(request, actor, subjects, list(portfolios.values()))
        done = self._judge(begun, subjects, portfolios, tell, Slice(others_wait, begun.worked_s))
        now_utc = self._ports.clock.now_utc()
        rows: list[list[DryRunPortfolio]] = [[] for _ in subjects]
        for key, tallies in zip(done.portfolio_ids, unpacked(done.tallies), strict=True):
            places = [place for place, of in enumerate(done.of) if key in of]
            for place, tally in zip(places, tallies, strict=True):
                rows[place] += [tally.line(portfolios[key], subjects[place].rule)] if key in portfolios else []
        span = (done.first_day, done.last_day, _step(done))
        made = [dry_run_of(one, lines, span, now_utc) for one, lines in zip(subjects, rows, strict=True)]
        gaps = self._gaps(actor, done.with_values, rows)
        made = [run.model_copy(update={"gap": gap}) for run, gap in zip(made, gaps, strict=True)]
        told = tuple(
            run.model_copy(update={"is_kept": self._keep(actor, one, run)})
            for one, run in zip(subjects, made, strict=True)
        )
        return DryRuns(
            dry_runs=told,
            sentence=sentence_of_all(told),
            judged_days_count=done.days_count,
            worked_s=round(done.worked_s, 3),
        )

    def size(self, request: DryRunOfMany, actor: Actor) -> Size:
        """Return how much a dry run would look at, if it began now."""
        with self._ports.store.read(actor) as uow:
            subjects = [subject_of(uow, one, request.portfolio_ids) for one in request.versions]
            portfolios = uow.portfolios.all()
        begun = self._begun(request, actor, subjects, portfolios)
        rows = [row for row in portfolios if row.id in begun.portfolio_ids]
        days = {row.id: len(self._days(row, begun.first_day, begun.last_day, _step(begun))) for row in rows}
        judgements = sum(days[key] for of in begun.of for key in of)
        return Size(len(subjects), sum(map(bool, days.values())), sum(days.values()), judgements)

    def _begun(
        self,
        request: DryRunOfMany,
        actor: Actor,
        subjects: Sequence[Subject],
        portfolios: Sequence[tables.Portfolio],
    ) -> Checkpoint:
        """Return the work before its first day: which portfolios, over which days."""
        wanted = {key for one in subjects for key in one.portfolio_ids}
        chosen = [row for row in portfolios if row.id in wanted]
        first, last = self._span(request, actor, chosen)
        return Checkpoint(
            wordings=tuple(one.fingerprint for one in subjects),
            of=tuple(tuple(sorted(one.portfolio_ids)) for one in subjects),
            first_day=first,
            last_day=last,
            portfolio_ids=tuple(row.id for row in chosen),
            with_values=tuple(tuple(of) for of in self._with_values(actor, request)),
            place=0,
            judged_up_to=None,
            tallies=(),
            days_count=0,
            worked_s=0.0,
        )

    def _judge(
        self,
        begun: Checkpoint,
        subjects: Sequence[Subject],
        portfolios: Mapping[str, tables.Portfolio],
        tell: Progress,
        stretch: Slice,
    ) -> Checkpoint:
        """Judge day after day; return where the work stands at its end."""
        rows = [portfolios.get(key) for key in begun.portfolio_ids]
        plan = [[] if row is None else self._days(row, begun.first_day, begun.last_day, _step(begun)) for row in rows]
        total, done = max(sum(map(len, plan)), 1), begun.days_count
        pace, tallies, broken = Pace(total, done), unpacked(begun.tallies), set[int]()
        for place, (key, row, days) in enumerate(zip(begun.portfolio_ids, rows, plan, strict=True)):
            places = [number for number, of in enumerate(begun.of) if key in of]
            tallies += [[Tally() for _ in places]] if place == len(tallies) else []
            broken |= {one for one, tally in zip(places, tallies[place], strict=True) if tally.failed_count}
            if row is None or place < begun.place:
                continue
            for number, day in enumerate(days, 1):
                if place == begun.place and begun.judged_up_to is not None and day <= begun.judged_up_to:
                    continue
                tell(pace.stage(row.name, (number, len(days)), done, len(broken)), done / total)
                results = self._judged(row, [subjects[one].rule for one in places], day)
                for one, tally, result in zip(places, tallies[place], results, strict=False):
                    tally.add(day, result)
                    broken |= {one} if result.status == "failed" else set()
                done += 1
                if stretch.is_over():
                    stands = _standing(begun, place, day, tallies, done, stretch)
                    raise RunPaused(_paused(done, total, len(broken)), done / total, stands.model_dump(mode="json"))
        return _standing(begun, len(rows), None, tallies, done, stretch)

    def _with_values(self, actor: Actor, request: DryRunOfMany) -> list[list[str]]:
        """Return of each wording the portfolios that it is for and that have had a value so far."""
        with self._ports.store.read(Actor.system(actor.tenant_id)) as uow:
            meant = [sorted(subject_of(uow, one, ()).portfolio_ids) for one in request.versions]
            return [sorted(uow.valuations.last_days(one)) for one in meant]

    def _gaps(
        self, actor: Actor, there_were: Sequence[Sequence[str]], rows: Sequence[Sequence[DryRunPortfolio]]
    ) -> list[str | None]:
        """Return of each wording why too little was looked at; what came in while it ran is asked of the next one."""
        with self._ports.store.read(Actor.system(actor.tenant_id)) as uow:
            return [gap_of(uow, ids, lines) for ids, lines in zip(there_were, rows, strict=True)]

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

    def _judged(self, portfolio: tables.Portfolio, rules: Sequence[Rule], day: date) -> Sequence[RuleResult]:
        """Return what each rule said of a portfolio on a day; nothing where it held nothing."""
        fields = {name for rule in rules for name in program_of(rule).fields}
        try:
            seen = self._states.read(Actor.system(portfolio.tenant_id), portfolio.id, day, fields=fields)
        except Conflict:
            return ()
        return evaluate(rules, seen.state, reference=seen.reference).results

    def _keep(self, actor: Actor, subject: Subject, made: DryRun) -> bool:
        """Keep a dry run with its version, unless the wording changed meanwhile or was decided on."""
        kept = made.model_copy(update={"portfolios": made.portfolios[:KEPT_PORTFOLIOS_COUNT]})
        with self._ports.store.system(actor.tenant_id) as uow:
            row = version_of(uow, made.rule_id, made.version)
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


def _step(of: Checkpoint) -> Step:
    return "day" if (of.last_day - of.first_day).days <= DAILY_UP_TO_DAYS else "week"


def _standing(
    begun: Checkpoint, place: int, day: date | None, tallies: Sequence[Sequence[Tally]], done: int, stretch: Slice
) -> Checkpoint:
    now = {"place": place, "judged_up_to": day, "tallies": packed(tallies), "days_count": done}
    return begun.model_copy(update={**now, "worked_s": stretch.worked_s})


def _paused(done: int, total: int, broken: int) -> str:
    found = f", {formatting.count(broken, 'rule')} broken so far" if broken else ""
    return f"{formatting.number(done, 0)} of {formatting.count(total, 'day')} judged{found}; other runs go first."
