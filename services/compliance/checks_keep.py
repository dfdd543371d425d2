"""What is kept of a check: how the portfolio stands by each rule, what changed, and the breaches that follow?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.version import ENGINE_VERSION
from services.audit_notes import note
from services.compliance.breach_record import record_breaches

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.checks_judge import Judged
    from services.messages.compliance_checks import ComplianceReport, RuleStanding


def keep(uow: UnitOfWork, judged: Judged, data_version: str) -> int:
    """Put a check in place of the one before, and record what changed; return how many rules changed their status.

    Parameters
    ----------
    uow : UnitOfWork
        A unit of the product itself, for the portfolio's house; the caller commits.
    judged : Judged
        Of the portfolio as it is, against all rules that are in force.
    data_version : str
        From what it was made.

    """
    report = judged.report
    before = {row.rule_id: row for row in uow.compliance_results.of(report.portfolio_id)}
    uow.compliance_checks.keep(report.portfolio_id, _check(report, data_version))
    if report.status is None:
        return 0  # nothing was judged: what was known before stands, with its day
    changes = _changes(before, report)
    uow.compliance_results.replace(report.portfolio_id, [_result(one, before, report) for one in report.results])
    uow.compliance_changes.add_all(report.portfolio_id, changes)
    if changes:
        note(
            uow,
            "compliance.check",
            "portfolio",
            report.portfolio_id,
            before={row.rule_id: row.status for row in before.values()},
            after={one.rule_id: one.status for one in report.results},
        )
    record_breaches(uow, report.portfolio_id, judged.results, report.checked_at_utc, state=judged.state)
    return len(changes)


def _check(report: ComplianceReport, data_version: str) -> dict[str, Any]:
    return {
        "as_of": report.as_of,
        "checked_at_utc": report.checked_at_utc,
        "status": report.status,
        "data_version": data_version,
        "inputs_sha256": report.inputs_sha256,
        "engine_version": report.engine_version,
        "rules_count": len(report.results),
        "is_sample": report.is_sample,
        "message": report.message,
        "advice": report.advice,
    }


def _result(one: RuleStanding, before: dict[str, tables.ComplianceResult], report: ComplianceReport) -> dict[str, Any]:
    was = before.get(one.rule_id)
    is_same = was is not None and was.status == one.status
    since_utc = was.since_utc if was is not None and is_same else report.checked_at_utc
    return {
        "rule_id": one.rule_id,
        "version": one.version,
        "status": one.status,
        "severity": one.severity,
        "since_utc": since_utc,
        "as_of": report.as_of,
        "checked_at_utc": report.checked_at_utc,
        "value": one.groups[0].value if one.groups else None,
        "limit_value": one.limit,
        "document": one.model_copy(update={"since_utc": since_utc}).model_dump(mode="json"),
    }


def _changes(before: dict[str, tables.ComplianceResult], report: ComplianceReport) -> list[dict[str, Any]]:
    """Return which rules stand otherwise than before, those that are new or gone among them."""
    fixed = {"as_of": report.as_of, "engine_version": ENGINE_VERSION}
    now = {one.rule_id: one for one in report.results}
    found = [
        {
            **fixed,
            "rule_id": key,
            "version": one.version,
            "before": before[key].status if key in before else None,
            "after": one.status,
            "value": one.groups[0].value if one.groups else None,
            "limit_value": one.limit,
        }
        for key, one in now.items()
        if key not in before or before[key].status != one.status
    ]
    gone = [row for key, row in before.items() if key not in now]
    return [
        *found,
        *(
            {**fixed, "rule_id": row.rule_id, "version": row.version, "before": row.status, "after": None,
             "value": None, "limit_value": None}
            for row in gone
        ),
    ]  # fmt: skip
