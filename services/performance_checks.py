"""Can what is asked about a portfolio's performance be answered at all, before any worker is busy with it?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import FieldProblem, InvalidRequest
from services.formatting import day_short
from services.messages.performance import PeriodsRequest
from services.performance_period import check_days
from services.ports import Ports


class PerformanceChecks:
    """Looks at the fields of a request against what is stored.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def check(self, request: PeriodsRequest, actor: Actor) -> None:
        """Refuse fields that no report can be made of.

        Raises
        ------
        InvalidRequest
            Days that end before they start or lie outside of what was valued, a benchmark or a currency that is not
            there; each with its field.
        NotFound
            There is no such portfolio, or none for this actor.

        """
        check_days(request)
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.portfolios.get(request.portfolio_id)
            first = uow.valuations.first_day(row.id)
            last = uow.valuations.last_days([row.id]).get(row.id)
            problems = [*_days(request, first, last)]
            if request.benchmark_id is not None and uow.benchmarks.find(request.benchmark_id) is None:
                words = f"There is no benchmark '{request.benchmark_id[:40]}', or none that you may see."
                problems.append(FieldProblem("benchmark_id", words, "Choose one that the list of benchmarks names."))
            wanted = request.currency
            if wanted is not None and wanted != row.base_currency:
                known = uow.fx.partners(row.base_currency)
                if wanted not in known:
                    words = f"There are no rates between {row.base_currency} and {wanted}."
                    problems.append(FieldProblem("currency", words, _others(row.base_currency, known)))
        if problems:
            raise InvalidRequest("These figures cannot be computed.", "", fields=tuple(problems))


def _days(request: PeriodsRequest, first: date | None, last: date | None) -> list[FieldProblem]:
    """Return what is wrong with the days beside what was valued; nothing while nothing was."""
    problems = []
    if request.start is not None and last is not None and request.start >= last:
        words = f"The start, {day_short(request.start)}, is not before the last valued day, {day_short(last)}."
        problems.append(FieldProblem("start", words, "Choose an earlier start."))
    if request.end is not None and first is not None and request.end < first:
        words = f"The end, {day_short(request.end)}, is before the first valued day, {day_short(first)}."
        problems.append(FieldProblem("end", words, "Choose a later end."))
    return problems


def _others(own: str, known: Iterable[str]) -> str:
    listed = sorted({own, *known})
    return f"Choose one of {', '.join(listed)}, or import the rates."
