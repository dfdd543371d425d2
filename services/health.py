"""Does each part of the product work, and which versions, ages and counts does somebody on duty need?"""

from __future__ import annotations

import shutil
from datetime import timedelta

from data.queue.errors import QueueUnavailable
from data.store.migrate import HEAD_REVISION
from engine.version import ENGINE_VERSION
from services.auth.actor import Actor
from services.errors import ServiceError
from services.market import Market
from services.messages.health import HealthReport
from services.ports import Ports
from services.scheduler import LEASE_NAME, LEASE_S
from services.version import PRODUCT_VERSION

FREE_MIN_BYTES = 50 * 2**20
OK = "ok"


class Health:
    """The condition of the product; every look is bounded in time by the doors that it goes through."""

    def __init__(self, ports: Ports, *, market: Market) -> None:
        self._ports = ports
        self._market = market

    def checks(self) -> dict[str, str]:
        """Return the state of each part in a word: "ok", or what is wrong."""
        return {"database": self._database(), "queue": self._queue(), "storage": self._storage()}

    def report(self, actor: Actor) -> HealthReport:
        """Return versions, ages and counts."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            counts = uow.runs.count_open()
            oldest_utc = uow.runs.oldest_pending_utc()
        with self._ports.store.system(read_only=True) as uow:
            lease_until_utc = uow.leases.until_utc(LEASE_NAME)
        seen_at_utc = None if lease_until_utc is None else lease_until_utc - timedelta(seconds=LEASE_S)
        as_of = self._market.last_day()
        return HealthReport(
            product_version=PRODUCT_VERSION,
            engine_version=ENGINE_VERSION,
            schema_version=HEAD_REVISION,
            prices_as_of=as_of,
            prices_age_days=None if as_of is None else (now_utc.date() - as_of).days,
            scheduler_seen_at_utc=seen_at_utc,
            scheduler_age_s=None if seen_at_utc is None else (now_utc - seen_at_utc).total_seconds(),
            oldest_waiting_s=None if oldest_utc is None else (now_utc - oldest_utc).total_seconds(),
            runs_waiting_count=counts["pending"],
            runs_running_count=counts["running"],
        )

    def _database(self) -> str:
        try:
            self._ports.store.ping()
        except ServiceError as error:
            return error.message
        return OK

    def _queue(self) -> str:
        try:
            self._ports.queue.ping()
        except QueueUnavailable as error:
            return f"{error} Runs are accepted and wait."
        return OK

    def _storage(self) -> str:
        free_bytes = shutil.disk_usage(self._ports.settings.var_dir).free
        return OK if free_bytes > FREE_MIN_BYTES else f"only {free_bytes // 2**20} MiB are free"
