"""How is what came out of a dry run put together and said?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from engine.compliance.program import program_of
from engine.compliance.rule import Rule
from engine.compliance.syntax import Constant, Name, read
from engine.compliance.words import sentence as demand_of
from engine.version import ENGINE_VERSION
from services import formatting
from services.compliance.dry_run_subjects import Subject
from services.messages.compliance_dry_run import DryRun, DryRunPortfolio

Step = Literal["day", "week"]


def dry_run_of(
    subject: Subject, rows: Sequence[DryRunPortfolio], span: tuple[date, date, Step], now_utc: datetime
) -> DryRun:
    """Return the dry run of one wording: portfolios, the worst first."""
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


def sentence_of_all(made: Sequence[DryRun]) -> str:
    """Return what came out for all wordings together."""
    if len(made) == 1:
        return made[0].sentence
    broken = sum(one.broken_count > 0 for one in made)
    total = formatting.count(len(made), "rule")
    return f"{formatting.number(broken, 0)} of {total} would have been broken by some portfolio."


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
