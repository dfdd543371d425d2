"""What would a rule have said of the past?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.messages.compliance_checks import Status
from services.messages.compliance_rules import Chosen
from services.messages.frozen import Message

PORTFOLIOS_MAX_COUNT, VERSIONS_MAX_COUNT = 500, 200


class DryRunInput(Message):
    """Over which portfolios and days; all that the asker sees and the rule is for, over the last year, when left out.

    Beyond a year one day of each week is looked at, the last with a value.
    """

    portfolio_ids: tuple[str, ...] = Field(default=(), max_length=PORTFOLIOS_MAX_COUNT)
    first_day: date | None = None
    last_day: date | None = None


class DryRunOfMany(DryRunInput):
    """The same with the wordings that are tried, all at once: each day is read once for all of them."""

    versions: tuple[Chosen, ...] = Field(min_length=1, max_length=VERSIONS_MAX_COUNT)


class DryRunPortfolio(Message):
    """What the rule would have said of one portfolio.

    `worst` is the figure farthest from where the rule wants it, with its group and day; null where none was known.
    `first_failed` and `last_failed` are the first and the last day on which it was broken.
    """

    portfolio_id: str
    name: str
    days_count: int
    failed_count: int
    indeterminate_count: int
    warning_count: int
    first_failed: date | None
    last_failed: date | None
    worst: float | None
    worst_group: str | None
    worst_on: date | None
    last_status: Status | None
    sentence: str


class DryRun(Message):
    """A dry run: portfolios, the worst first.

    `is_kept` says whether it was kept with the version: not where its wording changed meanwhile, or was decided on.
    `gap` says why it looked at too little for an approval, and what to do; null where it is enough. `later` says which
    portfolios that the rule is for came in after it was made, so that it did not look at them; null for none.
    """

    rule_id: str
    version: int
    code: str
    title: str
    demand: str
    unit: str
    limit: float | None
    first_day: date
    last_day: date
    step: Literal["day", "week"]
    portfolios_count: int
    broken_count: int
    indeterminate_count: int
    days_count: int
    made_at_utc: datetime
    engine_version: str
    portfolios: tuple[DryRunPortfolio, ...]
    sentence: str
    is_kept: bool = True
    gap: str | None = None
    later: str | None = None


class DryRuns(Message):
    """Dry runs of several wordings over the same days, in the order in which they were asked for.

    `judged_days_count` counts days of portfolios, whatever the number of wordings; `worked_s` is how many seconds that
    took, without what was waited. The next estimate rests on them.
    """

    dry_runs: tuple[DryRun, ...]
    sentence: str
    judged_days_count: int = 0
    worked_s: float = 0.0


class DryRunEstimate(Message):
    """How long a dry run would take a worker, from `least_s` to `most_s` seconds, before it is begun.

    `days_count` counts days of portfolios. `is_measured` says whether earlier dry runs of the house tell, or only
    figures of another machine.
    """

    rules_count: int
    portfolios_count: int
    days_count: int
    least_s: float
    most_s: float
    is_measured: bool
    sentence: str
