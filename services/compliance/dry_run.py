"""What would a rule have said of the portfolios on the days of the past?

Each day is judged by the holdings, closes, rates and facts of that day, as they were known at its end; lists, locates
and the client's profile are those of the day as well. Up to a year every day with a value is looked at, beyond that the
last of each week.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from services import formatting
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.compliance.dry_run_estimate import EARLIER_COUNT, Earlier, estimate
from services.compliance.dry_run_subjects import subject_of, version_of
from services.compliance.dry_run_work import DryRunWork
from services.errors import FieldProblem, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_dry_run import DryRun, DryRunEstimate, DryRunInput, DryRunOfMany, DryRuns
from services.messages.compliance_rules import Chosen

if TYPE_CHECKING:
    from services.compliance.state import StateReader
    from services.messages.runs import RunView
    from services.ports import Ports
    from services.runs import Runs

KIND = "compliance_dry_run"
YEARS_MOST = 10
NAMED_COUNT = 5


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
        self.work = DryRunWork(ports, states)

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

    def estimate(self, actor: Actor, wanted: DryRunOfMany) -> DryRunEstimate:
        """Return how long a dry run would take; refuses as `dry_run_many` does."""
        authorize(actor, Permission.RULES_WRITE)
        _refuse_who_sees_no_portfolios(actor)
        self._check(actor, wanted)
        size = self.work.size(wanted, actor)
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            ids = [row.id for row in uow.runs.page(kind=KIND, status="succeeded", limit=EARLIER_COUNT).rows]
            found = [DryRuns.model_validate(row.document) for row in uow.runs.results(ids).values()]
        earlier = [
            Earlier(one.judged_days_count, sum(of.days_count for of in one.dry_runs), one.worked_s) for one in found
        ]
        return estimate(size, earlier)

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
            row = version_of(uow, rule_id, version)
            visible = {portfolio.id: portfolio.name for portfolio in uow.portfolios.all()}
        if row.dry_run is None:
            raise NotFound("No dry run of this wording is kept.", "Start one.")
        found = DryRun.model_validate(row.dry_run)
        lines = tuple(one for one in found.portfolios if one.portfolio_id in visible)
        return found.model_copy(update={"portfolios": lines, "later": self._later(actor, found, visible)})

    def _later(self, actor: Actor, found: DryRun, visible: Mapping[str, str]) -> str | None:
        """Say which portfolios came in since; those that the reader does not see are counted and not named."""
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            meant = subject_of(uow, Chosen(rule_id=found.rule_id, version=found.version), ()).portfolio_ids
            came = [row.id for row in uow.portfolios.all() if row.created_at_utc > found.made_at_utc]
        later = [key for key in came if key in meant]
        if not later:
            return None
        names = sorted(visible[key] for key in later if key in visible)
        named = f" ({', '.join(names[:NAMED_COUNT])}{', ...' if len(names) > NAMED_COUNT else ''})" if names else ""
        count = formatting.count(len(later), "portfolio")
        return f"It did not look at {count}{named} that came in after it was made. Make it again to try them too."

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
                version_of(uow, one.rule_id, one.version)
            for portfolio_id in wanted.portfolio_ids:
                uow.portfolios.get(portfolio_id)


def _refuse_who_sees_no_portfolios(actor: Actor) -> None:
    """An administrator writes and approves rules, but holdings are not theirs to see: nothing could be looked at."""
    if not is_allowed(actor, Permission.PORTFOLIOS_READ):
        raise NotAllowed(
            "A dry run looks at portfolios, and you see none.", "Ask compliance to make it; you can approve after it."
        )
