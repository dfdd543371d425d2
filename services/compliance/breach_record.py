"""What do breaches become after a check: opened, gone on, grandfathered, cured, opened again?

One breach for a rule, a portfolio and a group, with its history; never one a day. A figure that moves is noted beside
the breach and changes nothing of it; only the first worsening of a day gets into the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import data.store.tables.breach as tables
from engine.compliance.result import GroupResult, RuleResult
from services.compliance import breach_words as words
from services.compliance.breach_alerts import settle_alerts
from services.compliance.breach_allowed import OverrideInForce, end_override, overrides_in_force, overrides_in_force_of
from services.compliance.breach_facts import figures_of, kept_by_change, kept_words, news, rule_columns
from services.compliance.breach_grandfather import Grandfathers, TouchedOn, effective_day, wording_of
from services.compliance.breach_history import happened
from services.compliance.breach_openings import opens, tell_step, unexcused
from services.compliance.breach_pool import JUDGED_NOW, POOL, pooled
from services.compliance.breach_states import (
    FAILING,
    REOPEN_WITHIN,
    UNSETTLED,
    after_check,
    is_same_breach,
    is_worse,
    worst_side,
)
from services.compliance.filing_days import due_day
from services.messages.compliance_breaches import BreachStatus, OverrideState

if TYPE_CHECKING:
    from data.store.tables import Portfolio
    from data.store.unit_of_work import UnitOfWork
    from engine.compliance.state import ComplianceState
    from services.compliance.in_force import RuleInForce

__all__ = ["OverrideInForce", "Standing", "close_by_product", "overrides_in_force", "record_breaches", "standing_of"]

S = BreachStatus
BAD = ("failed", "indeterminate")
NOTICE = "notify"
OUTGROWN = "The figure is beyond its level, or the rule says something else now."
MORE = "More cannot be judged than what was let stand."
GROUP_MAX_COUNT = 200
Noted: TypeAlias = "tuple[Any, dict[str, Any]]"
"""A breach as it was read, and its figures by column."""


def record_breaches(
    uow: UnitOfWork,
    portfolio_id: str,
    judged: Sequence[tuple[RuleInForce, RuleResult]],
    at_utc: datetime,
    *,
    state: ComplianceState | None = None,
    touched_on: TouchedOn | None = None,
    standing: Standing | None = None,
    later: list[Noted] | None = None,
) -> None:
    """Open, go on with, and cure the breaches of a portfolio according to a check of what it holds.

    A group that a rule does not name any more keeps it, unless any of the rule's groups cannot be judged: then it stays
    as it was, for missing data never count as kept. What cannot be judged is one breach; see `breach_pool`.

    Parameters
    ----------
    uow : UnitOfWork
        A unit of the product itself, for the portfolio's house; the caller commits.
    portfolio_id : str
    judged : sequence of (RuleInForce, RuleResult)
        Every rule that was looked at, judged without proposed orders. Breaches of other rules stay as they are.
    at_utc : datetime
        The instant of the check; calendar days are those of UTC.
    state : ComplianceState, optional
        What was judged.
    touched_on : mapping, optional
        Both tell what was bought since the rule; see `services.compliance.breach_grandfather.Grandfathers`.
    standing : Standing, optional
        What is stored of the portfolio, read in the same unit; read here when None.
    later : list, optional
        Gets figures of breaches that go on, for `noted` of their repository, where nothing changed; noted here if None.
    """
    if standing is None:
        standing = standing_of(uow, [portfolio_id], at_utc, [in_force for in_force, _ in judged])[portfolio_id]
    record = _Record(uow, standing, at_utc, Grandfathers(uow, state, touched_on, standing.trades))
    for in_force, result in judged:
        record.judge(in_force, result)
    record.finish(later)


@dataclass(frozen=True)
class Standing:
    """A portfolio with its breaches, what is let stand in it, by which wordings it was judged last, and its trades."""

    portfolio: Portfolio
    breaches: tuple[Any, ...]
    allowed: dict[tuple[str, str], OverrideInForce]
    watched: dict[str, str]
    trades: tuple[Any, ...]


def standing_of(
    uow: UnitOfWork, portfolio_ids: Sequence[str], at_utc: datetime, rules: Iterable[RuleInForce]
) -> dict[str, Standing]:
    """Return what is stored of several portfolios, read at once in the unit that writes down their checks.

    Parameters
    ----------
    rules : iterable of RuleInForce
        Those by which they were judged; what was bought before the earliest of their days is not read.

    Raises
    ------
    data.errors.RowNotFound
        One of them is not there any more.

    """
    portfolios = uow.portfolios.get_many(portfolio_ids)
    breaches: dict[str, list[Any]] = {one: [] for one in portfolio_ids}
    for row in uow.breaches.recent(portfolio_ids, at_utc - REOPEN_WITHIN):
        breaches[row.portfolio_id].append(row)
    allowed = overrides_in_force_of(uow, portfolio_ids, at_utc)
    watched = uow.rule_watches.of(portfolio_ids)
    trades: dict[str, list[Any]] = {one: [] for one in portfolio_ids}
    since = min((effective_day(one) for one in rules), default=None)
    for entry in () if since is None else uow.ledger.touches(portfolio_ids, since):
        trades[entry.portfolio_id].append(entry)
    return {
        one: Standing(
            portfolios.get(one) or uow.portfolios.get(one),
            tuple(breaches[one]),
            allowed[one],
            watched[one],
            tuple(trades[one]),
        )
        for one in portfolio_ids
    }


class _Record:
    """The breaches of one portfolio while a check is written down."""

    def __init__(self, uow: UnitOfWork, standing: Standing, at_utc: datetime, grandfathers: Grandfathers) -> None:
        self._uow = uow
        self._portfolio = standing.portfolio
        self._at_utc = at_utc
        self._today = at_utc.date()
        self._grandfathers = grandfathers
        self._rows: dict[tuple[str, str], Any] = {}  # as they were read, or as they were opened
        for row in standing.breaches:
            self._rows[row.rule_id, row.group_name] = row
        self._by_rule: dict[str, list[Any]] = {}
        for row in self._rows.values():
            self._by_rule.setdefault(row.rule_id, []).append(row)
        self._allowed = dict(standing.allowed)
        self._watched = standing.watched
        self._noted: list[Noted] = []
        self._begun: dict[str, str] = {}
        self._unjudged: tuple[str, ...] = ()
        self._changed: set[str] = set()

    def judge(self, in_force: RuleInForce, result: RuleResult) -> None:
        """Write down how one rule stands."""
        wording = wording_of(in_force)
        is_first = self._watched.get(in_force.rule_id) != wording
        if is_first:
            self._begun[in_force.rule_id] = wording
        standing = {row.group_name for row in self._by_rule.get(in_force.rule_id, ()) if row.status in FAILING}
        seen = {
            name: unexcused(one, result) if name in standing else one
            for one in result.groups
            for name in [one.group[:GROUP_MAX_COUNT]]
        }
        seen, self._unjudged = pooled(seen, standing)
        for name, group in seen.items():
            if group.status in BAD and (name in standing or self._opens(in_force, result)):
                self._fails(in_force, result, name, group, wording, is_first=is_first)
        is_open_question = any(one.status == "indeterminate" for one in result.groups)
        for row in self._by_rule.get(in_force.rule_id, ()):
            if row.status not in FAILING:
                continue
            now = seen.get(row.group_name)
            if now is not None and now.status in BAD:
                continue
            if now is not None or not is_open_question or row.unjudged_groups:
                self._is_kept(row, in_force, result, now, wording)

    def finish(self, later: list[Noted] | None) -> None:
        """Note what goes on as it was and by which wordings it is judged now, and tell whom it concerns."""
        if later is not None and not self._changed:
            later += self._noted
        else:  # alerts tell the figures of the other breaches of a rule too
            self._uow.breaches.noted(self._noted)
        if self._begun:
            self._uow.rule_watches.begin(self._portfolio.id, self._begun)
        if self._changed:
            settle_alerts(self._uow, self._portfolio, self._changed, self._at_utc)

    def _fails(
        self,
        in_force: RuleInForce,
        result: RuleResult,
        name: str,
        group: GroupResult,
        wording: str,
        *,
        is_first: bool,
    ) -> None:
        row = self._continued(in_force.rule_id, name)
        before = None if row is None else S(row.status)
        unjudged = self._unjudged if name == POOL else ()
        is_more = row is not None and not set(unjudged) <= set(row.unjudged_groups)
        is_let_stand = not is_more and self._is_let_stand(in_force, result, name, group)
        if row is not None and not is_let_stand:
            self._end_outgrown(row, MORE if is_more else OUTGROWN)
        after = after_check(
            before,
            is_failing=True,
            is_let_stand=is_let_stand,
            is_grandfathered=self._is_grandfathered(in_force, before, name, group, is_first=is_first),
        )
        assert after is not None, "what fails is always somewhere"
        figures = figures_of(in_force, result, group, row, self._at_utc)
        figures["unjudged_groups"] = list(unjudged)
        if row is None:
            self._open(in_force, result, name, group, wording, after, figures)
            return
        changes = self._changes(in_force, row, group, wording)
        if figures["step_value"] != row.step_value and after in UNSETTLED:
            changes["step_value"], after = figures["step_value"], S.OPEN
        if is_more and before in FAILING:
            changes["unjudged_groups"], after = figures["unjudged_groups"], S.OPEN
        if after == before and not changes:
            self._noted.append((row, figures))
            return
        self._go_on(row, before, after, changes, figures, group)

    def _opens(self, in_force: RuleInForce, result: RuleResult) -> bool:
        return opens(self._uow, self._portfolio.id, in_force, result, self._today)

    def _continued(self, rule_id: str, name: str) -> Any | None:
        """Return the breach that a failing group goes on with; one that ended too long ago is closed for good."""
        row = self._rows.get((rule_id, name))
        if row is None:
            return None
        ended_utc = row.cured_at_utc or row.closed_at_utc or self._at_utc
        if is_same_breach(row.status, ended_utc, self._at_utc):
            return row
        if row.status == S.CURED:
            close_by_product(self._uow, row, self._at_utc, "It was cured for more than seven days; what breaks the "
                             "rule again is a breach of its own.")  # fmt: skip
        return None

    def _is_let_stand(self, in_force: RuleInForce, result: RuleResult, name: str, group: GroupResult) -> bool:
        found = self._allowed.get((in_force.rule_id, name))
        return found is not None and found.covers(in_force, group, result.limit)

    def _end_outgrown(self, row: tables.Breach, reason: str) -> None:
        """End what was let stand of a breach that lies beyond it now; asking again needs a new wish."""
        key = (row.rule_id, row.group_name)
        if row.status == S.OVERRIDDEN and key not in self._allowed:
            end_override(self._uow, row, OverrideState.EXPIRED, self._at_utc, "Its last day has passed.")
        elif self._allowed.pop(key, None) is not None:
            end_override(self._uow, row, OverrideState.ENDED, self._at_utc, reason)

    def _is_grandfathered(
        self, in_force: RuleInForce, before: BreachStatus | None, name: str, group: GroupResult, *, is_first: bool
    ) -> bool:
        """Return whether it was there when the rule came, and was not touched since."""
        if before is None:
            is_old = is_first and group.status == "failed" and in_force.rule.remedy != NOTICE
            return is_old and self._grandfathers.is_untouched(in_force, name)
        return before is S.GRANDFATHERED and self._grandfathers.is_untouched(in_force, name)

    def _open(
        self,
        in_force: RuleInForce,
        result: RuleResult,
        name: str,
        group: GroupResult,
        wording: str,
        status: BreachStatus,
        figures: dict[str, Any],
    ) -> None:
        rule = in_force.rule
        row = self._uow.breaches.add(
            tables.Breach(
                tenant_id=self._portfolio.tenant_id,
                portfolio_id=self._portfolio.id,
                rule_id=in_force.rule_id,
                group_name=name,
                status=status.value,
                status_since_utc=self._at_utc,
                cause=group.cause,
                operator=rule.operator,
                unit=result.unit,
                opened_at_utc=self._at_utc,
                cure_by=due_day(rule, group, self._today),
                **rule_columns(in_force, wording),
                **figures,
            )
        )
        self._rows[in_force.rule_id, name] = row
        told = words.broken(row, self._portfolio.base_currency)
        kind = {S.GRANDFATHERED: "grandfathered", S.OVERRIDDEN: "let_stand"}.get(status, "opened")
        happened(self._uow, row, kind, f"{told} {words.grace(row, self._today)}".strip(), before=None)
        self._changed.add(row.rule_id)

    def _changes(self, in_force: RuleInForce, row: tables.Breach, group: GroupResult, wording: str) -> dict[str, Any]:
        """Return what of a breach that goes on is otherwise than it was, apart from its figure."""
        changes: dict[str, Any] = {}
        if row.wording_sha256 != wording or row.severity != in_force.rule.severity:
            changes |= rule_columns(in_force, wording)
        if row.is_unjudged != (group.status == "indeterminate"):
            changes["is_unjudged"] = not row.is_unjudged
        if group.cause == "active" and row.cause != "active" and in_force.rule.remedy != NOTICE:
            due = self._today if row.cure_by is None else min(row.cure_by, self._today)
            changes |= {"cause": "active", "cure_by": due}
        side = worst_side(in_force.rule.operator, group, row.limit_value)
        is_news = row.worsened_on != self._today and row.status_since_utc.date() != self._today
        if is_news and group.status == "failed" and is_worse(row.operator, side, row.worst_value, row.limit_value):
            changes["worsened_on"] = self._today
        return changes

    def _go_on(
        self,
        row: tables.Breach,
        before: BreachStatus | None,
        after: BreachStatus,
        changes: dict[str, Any],
        figures: dict[str, Any],
        group: GroupResult,
    ) -> None:
        moved: dict[str, Any] = {}
        if after != before:
            moved = {"status": after.value, "status_since_utc": self._at_utc, "escalation_level": 0}
        if before in (S.CURED, S.CLOSED):
            moved |= {
                "cured_at_utc": None, "cured_by": None, "closed_at_utc": None,
                "closed_by_id": None, "close_reason": None, "plan": None,
                "due_on": None, "late_since": None, "reopened_count": row.reopened_count + 1,
            }  # fmt: skip
        row = self._uow.breaches.change(row, {**changes, **figures, **moved})
        told = words.broken(row, self._portfolio.base_currency)
        was: str | None = before
        for kind, lead in news(before, after, changes):
            happened(self._uow, row, kind, f"{lead} {told}".strip(), before=was)
            was = row.status
        if "step_value" in changes and before == S.OPEN:
            tell_step(self._uow, self._portfolio, row)
        if set(changes) - {"worsened_on"} or moved:
            self._changed.add(row.rule_id)

    def _is_kept(
        self, row: tables.Breach, in_force: RuleInForce, result: RuleResult, group: GroupResult | None, wording: str
    ) -> None:
        before, currency = row.status, self._portfolio.base_currency
        by, said = kept_by_change(row, in_force, result, group, wording, currency) or ("mending", None)
        figures: dict[str, Any] = {
            "is_unjudged": False,
            "limit_value": result.limit,
            "value": None if group is None else group.value,
            "least": None if group is None else group.least,
            "most": None if group is None else group.most,
            "missing": [],
            "judged_at_utc": self._at_utc,
        }
        is_pool = bool(row.unjudged_groups)
        moved = {
            "status": S.CURED.value, "status_since_utc": self._at_utc, "cured_at_utc": self._at_utc,
            "cured_by": by, "escalation_level": 0,
        }  # fmt: skip
        row = self._uow.breaches.change(row, {**figures, **moved})
        live = self._uow.breach_overrides.live_of(row.id)
        if live is not None and live.state == OverrideState.REQUESTED:
            end_override(self._uow, row, OverrideState.ENDED, self._at_utc, "The rule is kept again.")
        details = {"cured_by": by}
        if said is None:
            said = JUDGED_NOW if is_pool else kept_words(row, group, currency)
            happened(self._uow, row, "cured", said, before=before, details=details)
        else:
            happened(self._uow, row, "ended", said, before=before, details=details)
        self._changed.add(row.rule_id)


def close_by_product(uow: UnitOfWork, row: tables.Breach, at_utc: datetime, reason: str) -> None:
    """End a breach without anybody's doing, and with it what was let stand."""
    before = row.status
    values = {"status": S.CLOSED.value, "status_since_utc": at_utc, "closed_at_utc": at_utc, "close_reason": reason}
    row = uow.breaches.change(row, values)
    end_override(uow, row, OverrideState.ENDED, at_utc, reason)
    happened(uow, row, "closed", reason, before=before)
