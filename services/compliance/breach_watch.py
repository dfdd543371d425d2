"""What does the clock alone do to breaches: overrides that run out, days of grace that pass, and nobody who answers?

Nothing may be checked for days, so this looks at stored breaches only. The scheduler calls it every minute; each house
is a transaction of its own, and whoever is told of several breaches at once is told in one notification.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from services import formatting
from services.auth.roles import Role
from services.compliance import breach_words as words
from services.compliance.breach_alerts import owner_of, settle_alerts
from services.compliance.breach_allowed import end_override
from services.compliance.breach_escalation import BOARD, COMPLIANCE, level_of, policy_of
from services.compliance.breach_history import TOPIC, happened
from services.compliance.breach_record import close_by_product
from services.compliance.breach_states import FAILING, REOPEN_WITHIN, UNSETTLED, is_late
from services.compliance.in_force import Exempted, rules_and_exemptions_of, rules_version
from services.compliance.rules_portfolio import exemption_sentence
from services.errors import ServiceError
from services.events_outbox import notify
from services.messages.alerts import Severity
from services.messages.compliance_breaches import BreachStatus, EscalationPolicy, OverrideState
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.tables import Breach
    from data.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)
S = BreachStatus
LISTED_COUNT = 5
TURN_MAX_COUNT = 200
"""A look tells of so many at most, so that nobody waits long for the store; the next goes on after a minute."""
CLOSES_ITSELF = (Severity.WARNING.value, Severity.INFO.value)
"""Cured breaches of these close after seven days; of the others somebody has to say what it was."""


class BreachWatch:
    """Looks after breaches while nobody does.

    Parameters
    ----------
    ports : Ports
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._seen_rules: dict[str, str] = {}

    def keep_up(self) -> int:
        """Do what the clock asks for in every house; return how many breaches it changed or told of."""
        with self._ports.store.system(read_only=True) as uow:
            tenants = [row.id for row in uow.tenants.list().rows if row.is_active]
        count = 0
        for tenant_id in tenants:
            try:
                count += self._house(tenant_id)
            except ServiceError as error:  # somebody changed the same breach; the next minute looks again
                _log.warning("The breaches of a house could not be looked after: %s", error.sentence)
        if count:
            self._ports.bus.nudge(TOPIC)
        return count

    def _house(self, tenant_id: str) -> int:
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(tenant_id) as uow:
            turn = _Turn(uow, now_utc, self._seen_rules.get(tenant_id, ""))
            turn.run_out()
            turn.close_what_is_over()
            turn.tell_late()
            turn.escalate()
            turn.finish()
            if turn.count:
                uow.commit()
        self._seen_rules[tenant_id] = turn.seen_rules
        return turn.count


class _Turn:
    """One look at the breaches of a house."""

    def __init__(self, uow: UnitOfWork, now_utc: datetime, seen_rules: str) -> None:
        self._uow = uow
        self._now_utc = now_utc
        self.seen_rules = seen_rules
        self._today = now_utc.date()
        self._settled: dict[str, set[str]] = defaultdict(set)
        self._rows = list(uow.breaches.in_status([one.value for one in S if one is not S.CLOSED]))
        ids = sorted({row.portfolio_id for row in self._rows})
        self._portfolios = uow.portfolios.get_many(ids)
        self.count = 0

    def run_out(self) -> None:
        """End overrides whose last day has passed; their breaches are open again."""
        rows = {row.id: row for row in self._rows}
        for override in self._uow.breach_overrides.run_out(self._today):
            row = rows.get(override.breach_id)
            if row is None:
                continue
            was_waiting = override.state == OverrideState.REQUESTED
            end_override(self._uow, row, OverrideState.EXPIRED, self._now_utc, "Its last day has passed.")
            before = row.status
            if before == S.OVERRIDDEN:
                changes = {"status": S.OPEN.value, "status_since_utc": self._now_utc, "escalation_level": 0}
                row = self._uow.breaches.change(row, changes)
            day = formatting.day(override.expires_on)
            said = (
                f"Nobody decided about letting it stand until {day}."
                if was_waiting
                else f"It was let stand until {day}; that is over."
            )
            happened(self._uow, row, "override_expired", said, before=before)
            self._tell([override.requested_by_id], [row], "What was let stand is over", said)
            self._note(row)

    def close_what_is_over(self) -> None:
        """Close what concerns nobody any more: portfolios put aside, rules not in force, old cures of small things."""
        in_force = self._in_force()
        over = [(row, reason) for row in self._rows if (reason := self._why_over(row, in_force)) is not None]
        for row, reason in over[:TURN_MAX_COUNT]:
            close_by_product(self._uow, row, self._now_utc, reason)
            self._note(row)
        if len(over) > TURN_MAX_COUNT:
            self.seen_rules = ""  # the next look goes on

    def _in_force(self) -> dict[str, dict[str, Exempted | None]]:
        """Return which rules the portfolios with breaches have to keep (None) or are exempt from.

        Empty where no rule changed since last time.
        """
        version = f"{self._today}:{rules_version(self._uow)}"
        broken = {row.portfolio_id for row in self._rows if row.status in FAILING} & set(self._portfolios)
        if version == self.seen_rules or not broken:
            return {}
        self.seen_rules = version
        return {
            key: {one.rule_id: one for one in exempt} | {one.rule_id: None for one in kept}
            for key, (kept, exempt) in rules_and_exemptions_of(self._uow, sorted(broken)).items()
        }

    def _why_over(self, row: Breach, in_force: Mapping[str, Mapping[str, Exempted | None]]) -> str | None:
        if row.portfolio_id not in self._portfolios:
            return "The portfolio was put aside."
        if row.status == S.CURED:
            is_old = row.cured_at_utc is not None and self._now_utc - row.cured_at_utc > REOPEN_WITHIN
            return "It was cured for seven days." if is_old and row.severity in CLOSES_ITSELF else None
        if row.portfolio_id not in in_force:
            return None
        rules = in_force[row.portfolio_id]
        if row.rule_id not in rules:
            return "The rule is no longer in force for this portfolio."
        exemption = rules[row.rule_id]
        return None if exemption is None else exemption_sentence(exemption)

    def tell_late(self) -> None:
        """Tell once of each breach whose day has passed; of open ones the bell itself reminds."""
        late = [row for row in self._rows if self._is_late(row) and row.late_since is None][:TURN_MAX_COUNT]
        for row in late:
            self._uow.breaches.noted([(row, {"late_since": self._today})])
            happened(self._uow, row, "late", words.grace(row, self._today), before=row.status)
            self.count += 1
        by_owner: dict[str, list[Breach]] = defaultdict(list)
        for row in late:
            for user_id in self._owners(row) if row.status != S.OPEN else ():
                by_owner[user_id].append(row)
        for user_id, rows in by_owner.items():
            several = formatting.count(len(rows), "breach is", "breaches are")
            self._tell([user_id], rows, f"{several} beyond the day to mend", "")

    def escalate(self) -> None:
        """Tell compliance, and then the board, of what nobody answers or mends."""
        policy = policy_of(self._uow)
        raised: dict[int, list[Breach]] = defaultdict(list)
        for row in self._rows:
            level = level_of(row, policy, self._now_utc) if row.status in UNSETTLED else 0
            if level <= row.escalation_level or len(raised[COMPLIANCE]) + len(raised[BOARD]) >= TURN_MAX_COUNT:
                continue
            for step in range(row.escalation_level + 1, level + 1):
                raised[step].append(row)
            self._uow.breaches.noted([(row, {"escalation_level": level, "escalated_at_utc": self._now_utc})])
            whom = "the board" if level == BOARD else "compliance"
            happened(self._uow, row, "escalated", f"It was escalated to {whom}.", before=row.status,
                     details={"level": level})  # fmt: skip
            self.count += 1
        told: set[tuple[str, str]] = set()
        for step in (BOARD, COMPLIANCE):
            self._tell_level(step, raised[step], policy, told)

    def finish(self) -> None:
        """Let the bell follow."""
        for portfolio_id, rule_ids in self._settled.items():
            portfolio = self._uow.portfolios.find(portfolio_id, deleted=True)
            if portfolio is not None:
                settle_alerts(self._uow, portfolio, rule_ids, self._now_utc)

    def _tell_level(
        self, level: int, rows: Sequence[Breach], policy: EscalationPolicy, told: set[tuple[str, str]]
    ) -> None:
        """Tell the people of a level; nobody is told of the same breach twice in one look."""
        for user_id in self._people_of(level, policy) if rows else ():
            news = [row for row in rows if (user_id, row.id) not in told and row.owner_id != user_id]
            told |= {(user_id, row.id) for row in news}
            if news:
                several = formatting.count(len(news), "breach waits", "breaches wait")
                self._tell([user_id], news, f"{several} for an answer", "")

    def _people_of(self, level: int, policy: EscalationPolicy) -> list[str]:
        users = self._uow.users
        administrators = [user.id for user in users.all(role=Role.ADMINISTRATOR, is_active=True)]
        if level == BOARD:
            known = users.get_many(list(policy.board_ids))
            board = [key for key in policy.board_ids if key in known and known[key].is_active]
            return board or administrators
        return [user.id for user in users.all(role=Role.COMPLIANCE, is_active=True)] or administrators

    def _tell(self, user_ids: Sequence[str], rows: Sequence[Breach], title: str, sentence: str) -> None:
        """Put one notification for several breaches into inboxes; it names rules and portfolios, never holdings."""
        listed = [
            f"{self._name(row)}: “{row.rule_title}”, {words.status_words(row)} since "
            f"{formatting.moment(row.status_since_utc)}."
            for row in rows[:LISTED_COUNT]
        ]
        more = len(rows) - LISTED_COUNT
        rest = [f"{formatting.count(more, 'more is', 'more are')} listed on the page."] if more > 0 else []
        gravest = min(rows, key=lambda row: row.severity_rank)
        one = rows[0].id if len(rows) == 1 else None
        for user_id in user_ids:
            notify(
                self._uow,
                user_id,
                title,
                " ".join([*([sentence] if sentence else []), *listed, *rest]),
                tenant_id=gravest.tenant_id,
                severity=gravest.severity,
                link=words.link_of(gravest.portfolio_id, one),
            )

    def _owners(self, row: Breach) -> list[str]:
        """Return who works on a breach: its owner, else whoever is told of the portfolio's breaches."""
        portfolio = self._portfolios.get(row.portfolio_id)
        found = row.owner_id or (None if portfolio is None else owner_of(self._uow, portfolio))
        return [] if found is None else [found]

    def _is_late(self, row: Breach) -> bool:
        return is_late(row.status, row.cure_by, row.due_on, self._today)

    def _name(self, row: Breach) -> str:
        portfolio = self._portfolios.get(row.portfolio_id)
        return "A portfolio" if portfolio is None else portfolio.name

    def _note(self, row: Breach) -> None:
        self._settled[row.portfolio_id].add(row.rule_id)
        self.count += 1
