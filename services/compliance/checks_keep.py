"""What is kept of a check: how the portfolio stands by each rule, what changed, and the breaches that follow?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.version import ENGINE_VERSION
from services.audit_notes import note
from services.compliance.breach_record import record_breaches, standing_of

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.breach_record import Noted
    from services.compliance.checks_judge import Judged
    from services.messages.compliance_checks import ComplianceReport, RuleStanding


def keep(uow: UnitOfWork, several: Sequence[tuple[Judged, str]]) -> int:
    """Put checks in place of those before, and record what changed; return how many rules changed their status.

    Parameters
    ----------
    uow : UnitOfWork
        A unit of the product itself, for the portfolios' house; the caller commits.
    several : sequence of (Judged, str)
        Of portfolios as they are, against all rules that are in force, each once; and from what each was made.

    """
    uow.compliance_checks.keep({one.report.portfolio_id: _check(one.report, version) for one, version in several})
    looked_at = [one for one, _ in several if one.report.status is not None]
    if not looked_at:
        return 0  # nothing was judged: what was known before stands, with its day
    ids = [one.report.portfolio_id for one in looked_at]
    before: dict[str, dict[str, Any]] = {one: {} for one in ids}
    for row in uow.compliance_results.figures(ids):
        before[row.portfolio_id][row.rule_id] = row
    rules = {in_force.rule_id: in_force for one in looked_at for in_force, _ in one.results}
    standing = standing_of(uow, ids, max(one.report.checked_at_utc for one in looked_at), rules.values())
    changes = {one.report.portfolio_id: _changes(before[one.report.portfolio_id], one.report) for one in looked_at}
    uow.compliance_results.replace(
        {
            one.report.portfolio_id: [
                _result(rule, before[one.report.portfolio_id], one.report) for rule in one.report.results
            ]
            for one in looked_at
        }
    )
    uow.compliance_changes.add_all(changes)
    later: list[Noted] = []
    for one in looked_at:
        report = one.report
        if changes[report.portfolio_id]:
            note(
                uow,
                "compliance.check",
                "portfolio",
                report.portfolio_id,
                before={key: row.status for key, row in before[report.portfolio_id].items()},
                after={rule.rule_id: rule.status for rule in report.results},
            )
        if one.missed:
            record_breaches(uow, report.portfolio_id, one.missed, report.checked_at_utc)
        record_breaches(
            uow, report.portfolio_id, one.results, report.checked_at_utc,
            state=one.state, standing=None if one.missed else standing[report.portfolio_id], later=later,
        )  # fmt: skip
    uow.breaches.noted(later)
    return sum(map(len, changes.values()))


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
        "failed_since_utc": None,
        "failed_reason": None,
        "failed_advice": None,
    }


def _result(one: RuleStanding, before: dict[str, Any], report: ComplianceReport) -> dict[str, Any]:
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
        "document": one.model_copy(update={"since_utc": since_utc}).model_dump_json(),
    }


def _changes(before: dict[str, Any], report: ComplianceReport) -> list[dict[str, Any]]:
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
