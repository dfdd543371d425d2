"""Who starts what is due, once, however many processes there are?

Every web process runs a scheduler; the one that holds the lease in the database leads, the others wait to take over
within 15 s. Its jobs live in memory and are rebuilt from the table of schedules.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from services.alerts import Alerts
from services.auth.actor import Actor
from services.errors import ServiceError
from services.events import Events
from services.lease import Lease
from services.market_cut_off import CutOff
from services.messages.alerts import Severity
from services.ports import Ports
from services.runs import Runs
from services.schedules import Schedules
from services.schedules_cron import trigger_of
from services.sessions import Sessions

if TYPE_CHECKING:
    from services.analyses import Analyses
    from services.compliance.breach_watch import BreachWatch
    from services.compliance.record_keeping import RecordKeeping
    from services.compliance.watch import ComplianceWatch
    from services.file_drops import FileDrops
    from services.market import Market
    from services.providers import Providers
    from services.quality import Quality
    from services.risk_watch import RiskWatch

_log = logging.getLogger(__name__)

LEASE_NAME = "scheduler"
LEASE_S = 15.0
LEAD_EVERY_S = 5
RECONCILE_EVERY_S = 2
WAKE_EVERY_S = 30
REMIND_EVERY_S = 300
PRUNE_EVERY_S = 3600
DROPS_EVERY_S = 5
MINUTES_EVERY_S = 60
QUALITY_EVERY_S = 30
CUT_OFF_EVERY_S = 30
RISK_EVERY_S = 10
RECORDS_EVERY_S = 600
RECORDS_FIRST_S = 4 * LEAD_EVERY_S
BREACHES_EVERY_S = 60
SOURCES_PATIENCE_S = 180.0
PRICES_CRON = "30 5 * * *"
MISSED_WITHIN = timedelta(hours=24)
LATE_AFTER = timedelta(seconds=90)


class Scheduler:
    """Leads or waits; fires schedules and the product's own jobs while it leads."""

    def __init__(
        self,
        ports: Ports,
        *,
        schedules: Schedules,
        runs: Runs,
        sessions: Sessions,
        market: Market,
        alerts: Alerts,
        analyses: Analyses | None = None,
        risk_watch: RiskWatch | None = None,
        compliance_watch: ComplianceWatch | None = None,
        breach_watch: BreachWatch | None = None,
        record_keeping: RecordKeeping | None = None,
        events: Events,
        drops: FileDrops,
        providers: Providers,
        quality: Quality,
    ) -> None:
        self._ports = ports
        self._schedules = schedules
        self._runs = runs
        self._sessions = sessions
        self._market = market
        self._alerts = alerts
        self._analyses = analyses
        self._risk_watch = risk_watch
        self._compliance_watch = compliance_watch
        self._breach_watch = breach_watch
        self._record_keeping = record_keeping
        self._events = events
        self._drops = drops
        self._providers = providers
        self._quality = quality
        self._cut_off = CutOff(ports)
        self._lease = Lease(ports, LEASE_NAME, LEASE_S)
        self._was_leader = False
        self._background: Any = None
        self._known: dict[str, int] = {}

    @property
    def is_leader(self) -> bool:
        """Whether this process fires schedules at this moment; no longer once its lease may be another's."""
        return self._lease.is_held

    def start(self) -> None:
        """Begin; calling it twice is harmless."""
        if self._background is not None:
            return
        from apscheduler.schedulers.background import BackgroundScheduler

        self._background = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30}
        )
        now_utc = self._ports.clock.now_utc()
        self._every(LEAD_EVERY_S, "lead", self.lead, now_utc)
        soon_utc = now_utc + timedelta(seconds=RECORDS_FIRST_S)  # who runs it for minutes at a time has anchors too
        for name, seconds, work in (
            ("reconcile", RECONCILE_EVERY_S, self._runs.reconcile),
            ("alerts", WAKE_EVERY_S, self._alerts.wake_snoozed),
            ("reminders", REMIND_EVERY_S, self._alerts.remind),
            ("prune", PRUNE_EVERY_S, self.prune),
            ("drops", DROPS_EVERY_S, self._drops.take_in),
            ("minutes", MINUTES_EVERY_S, self.refresh_minutes),
            ("quality", QUALITY_EVERY_S, self._quality.check_news),
            ("cut-off", CUT_OFF_EVERY_S, self._cut_off.take_up),
            ("risk", RISK_EVERY_S, self.keep_up_risk),
            ("compliance", RISK_EVERY_S, self.keep_up_compliance),
            ("breaches", BREACHES_EVERY_S, self.keep_up_breaches),
            ("records", RECORDS_EVERY_S, self.keep_records),
        ):
            self._every(seconds, name, partial(self._as_leader, name, work), soon_utc if name == "records" else None)
        self._background.add_job(
            partial(self._as_leader, "prices", self.refresh_prices), trigger_of(PRICES_CRON, "UTC"), id="prices"
        )
        self._background.start()

    def stop(self) -> None:
        """End, and give the lease back so that another process can lead at once."""
        if self._background is None:
            return
        self._background.shutdown(wait=False)
        self._background = None
        self._lease.give_back()

    def lead(self) -> bool:
        """Take or renew the lease; as leader, take over what changed in the table of schedules."""
        try:
            is_leader = self._lease.renew()
        except ServiceError as error:
            _log.warning("The scheduler's lease could not be renewed: %s", error)
            return self._lease.is_held
        if is_leader != self._was_leader:
            _log.info("This process %s the scheduler.", "leads" if is_leader else "no longer leads")
        self._was_leader = is_leader
        if is_leader:
            self.rebuild()
        return is_leader

    def rebuild(self) -> None:
        """Make the jobs in memory those of the table; what was missed while nobody led is made up for once."""
        rows = {row.id: row for row in self._schedules.enabled()}
        now_utc = self._ports.clock.now_utc()
        for schedule_id in [known for known in self._known if known not in rows]:
            del self._known[schedule_id]
            self._remove(schedule_id)
        for schedule_id, row in rows.items():
            if row.next_fire_utc is not None and LATE_AFTER < now_utc - row.next_fire_utc < MISSED_WITHIN:
                self.fire(schedule_id, row.next_fire_utc)
            if self._known.get(schedule_id) == row.row_version:
                continue
            self._known[schedule_id] = row.row_version
            if self._background is not None:
                self._background.add_job(
                    partial(self._fire_now, schedule_id),
                    trigger_of(str(row.trigger.get("cron", "")), row.time_zone),
                    id=schedule_id,
                    replace_existing=True,
                )

    def fire(self, schedule_id: str, fire_time_utc: datetime) -> None:
        """Fire one schedule for one instant; a refusal is logged, and the next instant is tried."""
        try:
            self._schedules.fire(schedule_id, fire_time_utc)
        except ServiceError as error:
            _log.warning("Schedule %s could not be started: %s", schedule_id, error.sentence)

    def refresh_prices(self) -> None:
        """Ask the providers for new prices, and say how that went."""
        for tenant_id in self._houses():
            try:
                self._market.refresh(Actor.system(tenant_id))
                for kind in ("days", "facts", "macro"):
                    self._providers.refresh(kind, tenant_id)
                has_failed, sentence = False, "Prices are delivered again."
            except ServiceError as error:
                has_failed, sentence = True, error.sentence
            except Exception:  # what goes wrong in one house must not cost the others their prices
                _log.exception("The prices of a house could not be refreshed.")
                has_failed, sentence = True, "Something unforeseen went wrong; the log of the server says what."
            self._alerts.raise_or_update(
                "market.refresh",
                Severity.WARNING,
                "holds" if has_failed else "gone",
                "Prices could not be refreshed",
                sentence,
                tenant_id=tenant_id,
                link="/providers",
            )
            self._tell_of_sources(tenant_id)

    def refresh_minutes(self) -> None:
        """Ask for the bars of the running sessions, house by house; nothing is asked of closed exchanges."""
        for tenant_id in self._houses():
            if not self._providers.is_online(tenant_id):
                continue
            try:
                self._providers.go_on(tenant_id)
                self._providers.refresh("minutes", tenant_id)
            except ServiceError as error:
                _log.warning("Bars of minutes could not be refreshed: %s", error.sentence)
            except Exception:  # the other houses have their turn
                _log.exception("Bars of minutes of a house could not be refreshed.")
            self._tell_of_sources(tenant_id)

    def _houses(self) -> list[str]:
        with self._ports.store.system(read_only=True) as uow:
            return [row.id for row in uow.tenants.list().rows if row.is_active]

    def _tell_of_sources(self, tenant_id: str) -> None:
        """Raise an alert while a source that is switched on does not answer."""
        failing = self._providers.failing(tenant_id)
        self._alerts.raise_or_update(
            "market.sources",
            Severity.WARNING,
            "holds" if failing else "gone",
            "A source of market data does not answer",
            " ".join(failing) or "All sources answer again.",
            tenant_id=tenant_id,
            link="/providers",
            for_s=SOURCES_PATIENCE_S,
        )

    def keep_up_risk(self) -> None:
        """Ask for the reports on risk of portfolios whose data changed."""
        if self._risk_watch is not None:
            self._risk_watch.keep_up()

    def keep_up_breaches(self) -> None:
        """Do what the clock asks for about breaches: end overrides, tell of days that passed, escalate."""
        if self._breach_watch is not None:
            self._breach_watch.keep_up()

    def keep_up_compliance(self) -> None:
        """Ask for the checks of portfolios of which something changed that rules look at."""
        if self._compliance_watch is not None:
            self._compliance_watch.keep_up()

    def keep_records(self) -> None:
        """Anchor the audit log, and do what retention and reports ask for, where it is due."""
        if self._record_keeping is not None:
            self._record_keeping.keep_up()

    def prune(self) -> None:
        """End sessions that timed out; forget events that everybody had time to read, and old reports."""
        self._sessions.prune()
        self._events.prune()
        if self._analyses is not None:
            self._analyses.prune()

    def _fire_now(self, schedule_id: str) -> None:
        if self.is_leader:
            self.fire(schedule_id, self._ports.clock.now_utc().replace(second=0, microsecond=0))

    def _as_leader(self, name: str, work: Callable[[], object]) -> None:
        if not self.is_leader:
            return
        try:
            work()
        except Exception:  # the next turn may succeed; a scheduler that died would be worse
            _log.exception("The scheduled job %r failed.", name)

    def _every(self, seconds: int, name: str, work: Callable[[], object], first_utc: datetime | None) -> None:
        more = {} if first_utc is None else {"next_run_time": first_utc}
        self._background.add_job(work, "interval", seconds=seconds, id=name, **more)

    def _remove(self, schedule_id: str) -> None:
        if self._background is not None and self._background.get_job(schedule_id) is not None:
            self._background.remove_job(schedule_id)
