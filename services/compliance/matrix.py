"""How do all portfolios stand by all rules, the worst first?

Only what checks have kept is read; a cell whose rule was approved in another wording since, or that was never looked
at, is told as unchecked: it never counts as passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from services import formatting
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.checks_failed import failure_of
from services.compliance.checks_versions import versions_of
from services.compliance.in_force import RuleInForce, rules_in_force_of
from services.errors import FieldProblem, InvalidRequest
from services.market_series import SeriesReader
from services.messages.compliance_checks import StatusCounts
from services.messages.compliance_matrix import (
    ComplianceMatrix,
    MatrixCell,
    MatrixPortfolio,
    MatrixRule,
    Standing,
)

if TYPE_CHECKING:
    from data.store import tables
    from services.ports import Ports

PAGE_COUNT, PAGE_MOST = 50, 500
WORST_FIRST: tuple[Standing, ...] = ("failed", "indeterminate", "unchecked", "warning", "passed")
SEVERITIES = ("hard", "soft", "warning", "info")
COUNTED = ("passed", "warning", "failed", "indeterminate")


class ComplianceMatrices:
    """The matrix of the portfolios that the actor may see.

    Parameters
    ----------
    ports : Ports
    reader : SeriesReader

    """

    def __init__(self, ports: Ports, reader: SeriesReader) -> None:
        self._ports = ports
        self._reader = reader

    def matrix(
        self,
        actor: Actor,
        *,
        standings: Collection[Standing] = (),
        portfolio_ids: Collection[str] = (),
        rule_ids: Collection[str] = (),
        cursor: str | None = None,
        limit: int = PAGE_COUNT,
    ) -> ComplianceMatrix:
        """Return one page of portfolios with their cells, and every rule that they have to keep.

        Parameters
        ----------
        standings : collection of str
            Only portfolios that stand so; all when empty.
        portfolio_ids, rule_ids : collection of str
            Only these; all when empty.
        cursor : str or None
            Of the page before.
        limit : int
            The most portfolios of a page, up to 500.

        Raises
        ------
        NotAllowed
        InvalidRequest
            The cursor is none that was handed out.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            portfolios = [row for row in uow.portfolios.all() if not portfolio_ids or row.id in portfolio_ids]
            ids = [row.id for row in portfolios]
            in_force = rules_in_force_of(uow, ids) if ids else {}
            checks = uow.compliance_checks.all()
            figures: dict[str, dict[str, Any]] = defaultdict(dict)
            for one in uow.compliance_results.figures():
                figures[one.portfolio_id][one.rule_id] = one
        today = self._ports.clock.now_utc().date()
        with self._ports.store.read(Actor.system(actor.tenant_id)) as uow:
            versions = versions_of(uow, self._reader, portfolios, today)
        chosen = {
            key: tuple(one for one in rules if not rule_ids or one.rule_id in rule_ids)
            for key, rules in in_force.items()
        }
        columns = _columns(chosen, figures)
        order = {one.rule_id: place for place, one in enumerate(columns)}
        rows = [
            _row(row, chosen.get(row.id, ()), figures[row.id], checks.get(row.id), versions.get(row.id, ""), order)
            for row in portfolios
        ]
        ordered = sorted(rows, key=_worst_first)
        shown = [row for row in ordered if not standings or row.status in standings]
        size, start = max(1, min(limit, PAGE_MOST)), _start(cursor, shown)
        page = shown[start : start + size]
        return ComplianceMatrix(
            sentence=_sentence(rows),
            counts=_sum([row.counts for row in rows]),
            portfolios_count=len(shown),
            stale_count=sum(row.is_stale for row in rows),
            unchecked_count=sum(row.unchecked_count for row in rows),
            failing_count=sum(row.failed_since_utc is not None for row in rows),
            rules=columns,
            portfolios=tuple(page),
            next_cursor=page[-1].portfolio_id if start + size < len(shown) else None,
        )


def _start(cursor: str | None, rows: Sequence[MatrixPortfolio]) -> int:
    """Return where the page begins: after the portfolio that the page before ended with."""
    if cursor is None:
        return 0
    places = {row.portfolio_id: place for place, row in enumerate(rows)}
    if cursor not in places:
        message = "The page before ended with a portfolio that is no longer in this list."
        raise InvalidRequest(message, "Start from the first page.", fields=(FieldProblem("cursor", message),))
    return places[cursor] + 1


def standing_of(in_force: RuleInForce, figure: Any | None) -> Standing:
    """Return how a portfolio stands by a rule, by what is kept; unchecked where that is of another wording."""
    if figure is None or figure.version != in_force.version:
        return "unchecked"
    status: Standing = figure.status
    return status


def _columns(chosen: dict[str, tuple[RuleInForce, ...]], figures: dict[str, dict[str, Any]]) -> tuple[MatrixRule, ...]:
    """Return every rule once, the worst first."""
    found: dict[str, list[Standing]] = defaultdict(list)
    rules: dict[str, RuleInForce] = {}
    for portfolio_id, in_force in chosen.items():
        for one in in_force:
            rules[one.rule_id] = one
            found[one.rule_id].append(standing_of(one, figures[portfolio_id].get(one.rule_id)))

    def rank(rule_id: str) -> tuple[Any, ...]:
        counts = [-found[rule_id].count(status) for status in WORST_FIRST[:-1]]
        return (*counts, SEVERITIES.index(rules[rule_id].rule.severity), rules[rule_id].rule.id)

    return tuple(
        MatrixRule(
            rule_id=key,
            code=rules[key].rule.id,
            title=rules[key].rule.title,
            severity=rules[key].rule.severity,
            unit=_unit(rules[key]),
            counts=_counts(found[key]),
            unchecked_count=found[key].count("unchecked"),
        )
        for key in sorted(rules, key=rank)
    )


def _unit(in_force: RuleInForce) -> str:
    from engine.compliance.program import program_of

    return program_of(in_force.rule).unit


def _row(
    portfolio: tables.Portfolio,
    rules: Sequence[RuleInForce],
    figures: dict[str, Any],
    check: tables.ComplianceCheck | None,
    version: str,
    order: dict[str, int],
) -> MatrixPortfolio:
    cells = sorted(
        (_cell(one, figures.get(one.rule_id)) for one in rules if _is_looked_at(one)),
        key=lambda cell: order[cell.rule_id],
    )
    statuses = [cell.status for cell in cells]
    status = next((one for one in WORST_FIRST if one in statuses), "passed" if check is not None else "unchecked")
    if check is not None and check.status is None:
        status = "unchecked"
    failure = failure_of(check)
    return MatrixPortfolio(
        portfolio_id=portfolio.id,
        name=portfolio.name,
        base_currency=portfolio.base_currency,
        status=status,
        as_of=None if check is None else check.as_of,
        checked_at_utc=None if check is None else check.checked_at_utc,
        is_stale=check is not None and check.data_version != version,
        is_sample=check is not None and check.is_sample,
        counts=_counts(statuses),
        unchecked_count=statuses.count("unchecked"),
        message=failure or (None if check is None else check.message),
        advice=None if check is None else check.failed_advice if failure else check.advice,
        cells=tuple(cells),
        failed_since_utc=None if check is None else check.failed_since_utc,
    )


def _is_looked_at(in_force: RuleInForce) -> bool:
    """Whether portfolios are judged by a rule as they are, not only before trades."""
    return bool({"post", "eod", "quarter_end"} & set(in_force.rule.timing))


def _cell(in_force: RuleInForce, figure: Any | None) -> MatrixCell:
    status = standing_of(in_force, figure)
    is_known = figure is not None and status != "unchecked"
    return MatrixCell(
        rule_id=in_force.rule_id,
        version=in_force.version,
        status=status,
        value=figure.value if figure is not None and is_known else None,
        limit=figure.limit_value if figure is not None and is_known else None,
        since_utc=figure.since_utc if figure is not None and is_known else None,
    )


def _counts(statuses: Sequence[str]) -> StatusCounts:
    return StatusCounts(**{name: list(statuses).count(name) for name in COUNTED})


def _sum(counts: Sequence[StatusCounts]) -> StatusCounts:
    return StatusCounts(**{name: sum(getattr(one, name) for one in counts) for name in COUNTED})


def _worst_first(row: MatrixPortfolio) -> tuple[Any, ...]:
    counts = row.counts
    return (
        WORST_FIRST.index(row.status), -counts.failed, -counts.indeterminate, -row.unchecked_count, -counts.warning,
        row.name, row.portfolio_id,
    )  # fmt: skip


def _sentence(rows: Sequence[MatrixPortfolio]) -> str:
    """Return how many portfolios stand how."""
    if not rows:
        return "There is no portfolio to check yet."
    statuses = [row.status for row in rows]
    parts = [
        f"{formatting.count(statuses.count(status), 'portfolio')} {words}"
        for status, words in (
            ("failed", "with a broken rule"),
            ("indeterminate", "that cannot be judged"),
            ("unchecked", "not checked yet"),
            ("warning", "with a warning"),
            ("passed", "within all rules"),
        )
        if status in statuses
    ]
    stale = sum(row.is_stale for row in rows)
    old = "" if not stale else f" Data of {formatting.count(stale, 'portfolio')} changed since the check."
    failing = sum(row.failed_since_utc is not None for row in rows)
    told = "" if not failing else f" The check of {formatting.count(failing, 'portfolio')} comes to nothing at present."
    return f"{', '.join(parts)}.{old}{told}"
