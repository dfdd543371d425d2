"""How is told at a glance how all portfolios stand by all rules?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.messages.compliance_checks import StatusCounts
from services.messages.frozen import Message

Standing = Literal["passed", "warning", "failed", "indeterminate", "unchecked"]


class MatrixRule(Message):
    """One column: a rule that at least one of the portfolios has to keep; worst first."""

    rule_id: str
    code: str
    title: str
    severity: Literal["info", "warning", "soft", "hard"]
    unit: str
    counts: StatusCounts
    unchecked_count: int


class MatrixCell(Message):
    """How one portfolio stands by one rule; ``unchecked`` where it was not looked at yet, or in another wording."""

    rule_id: str
    version: int
    status: Standing
    value: float | None
    limit: float | None
    since_utc: datetime | None


class MatrixPortfolio(Message):
    """One row.

    `is_stale` says that holdings, prices, rules or lists changed since the check; `message` why it could not be
    checked, and `advice` the way out. `failed_since_utc` is since when checks come to nothing, so that all else is
    from before; null where they do not. `cells` are of the rules that it has to keep, in the order of the columns.
    """

    portfolio_id: str
    name: str
    base_currency: str
    status: Standing
    as_of: date | None
    checked_at_utc: datetime | None
    is_stale: bool
    is_sample: bool
    counts: StatusCounts
    unchecked_count: int
    message: str | None
    advice: str | None
    cells: tuple[MatrixCell, ...]
    failed_since_utc: datetime | None = None


class ComplianceMatrix(Message):
    """Portfolios by rules, the worst first on both sides.

    `counts` are of all portfolios that the reader sees, whatever page is shown, and so is `failing_count`: of how many
    checks come to nothing; `next_cursor` leads to the next ones.
    """

    sentence: str
    counts: StatusCounts
    portfolios_count: int
    stale_count: int
    unchecked_count: int
    failing_count: int = 0
    rules: tuple[MatrixRule, ...]
    portfolios: tuple[MatrixPortfolio, ...]
    next_cursor: str | None = None
