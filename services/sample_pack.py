"""Is the sample pack loaded, and how does it get into the store, marked as fictitious?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.errors import ProviderError
from data.providers.protocol import Provider
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.compliance.rules_sample import adopt_sample_rules
from services.errors import Unavailable
from services.market_series import SeriesReader
from services.messages.market import SamplePackStatus
from services.ports import Ports
from services.sample_pack_steps import COMPLETE, STEPS, Loading

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

Report = Callable[[str, float], None]
MARK = "sample, fictitious"
TOPIC = "market"
EVENT = "sample_pack.loaded"


def _in_silence(_stage: str, _done_frac: float) -> None:
    """Tell nobody."""


class SamplePack:
    """The figures that the project invented, so that every feature can be tried.

    They are shared by all tenants, like other market data, and each row is marked.

    Parameters
    ----------
    ports : Ports
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._reader = SeriesReader(ports)

    def status(self, actor: Actor) -> SamplePackStatus:
        """Return whether the pack is loaded and what it holds."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return self._status(uow)

    def load(self, actor: Actor, report: Report = _in_silence) -> SamplePackStatus:
        """Load the pack; loading it again changes nothing.

        Parameters
        ----------
        actor : Actor
        report : callable
            Told the stage and how much is done, a fraction, before each stage and at the end.

        Raises
        ------
        Unavailable
            The market history that the pack follows is not stored yet.
        """
        authorize(actor, Permission.SAMPLE_PACK_LOAD)
        with self._ports.store.system(read_only=True) as uow:
            known = self._status(uow)
        if known.is_loaded:
            self._adopt(actor)
            report("The sample pack is loaded already.", 1.0)
            return known
        try:
            self._load(report)
        except ProviderError as error:
            raise Unavailable(error.message, "Load the market history, then try again.") from error
        with self._ports.store.system(actor.tenant_id) as uow:
            note(uow, "sample_pack.load", "sample_pack", None)
            uow.events.append(TOPIC, EVENT, {"mark": MARK})
            uow.commit()
        self._adopt(actor)
        self._ports.bus.nudge(TOPIC)
        report("The sample pack is loaded.", 1.0)
        return self.status(actor)

    def _adopt(self, actor: Actor) -> None:
        """Give the house's sample portfolios the house template of rules, where it has no rules yet."""
        with self._ports.store.system(actor.tenant_id) as uow:
            if adopt_sample_rules(uow):
                uow.commit()

    def _load(self, report: Report) -> None:
        """Take in every part in one transaction: all of it, or nothing."""
        provider = self._provider()
        with self._ports.store.system() as uow:
            loading = Loading(uow, provider, self._reader)
            for number, (stage, step) in enumerate(STEPS):
                report(stage, number / len(STEPS))
                step(loading)
            uow.commit()

    def _provider(self) -> Provider:
        """Return the provider that invents, with the stored market to follow."""
        found: Provider = next(provider for provider in self._ports.providers if provider.capabilities.is_sample)
        return type(found)(replace(found.context, market_series=self._market))

    def _market(self) -> tuple[NDArray[np.datetime64], NDArray[np.float64]] | None:
        """Return sessions and closes of the stored index with the longest history; None without one."""
        with self._ports.store.system(read_only=True) as uow:
            ids = [row.asset_id for row in uow.benchmarks.all() if row.kind == "index" and row.asset_id is not None]
            series = [one for one in self._reader.series(uow, ids).values() if not one.is_sample]
        if not series:
            return None
        longest = max(series, key=lambda one: one.sessions.size)
        return longest.sessions, longest.closes

    def _status(self, uow: UnitOfWork) -> SamplePackStatus:
        batches = [batch for batch in uow.ingest_batches.latest(limit=200) if batch.is_sample]
        done = next((batch for batch in batches if batch.kind == COMPLETE and batch.status == "succeeded"), None)
        if done is None:
            return SamplePackStatus(
                is_loaded=False,
                assets_count=0,
                rows_count=0,
                loaded_at_utc=None,
                sentence=(
                    "The sample pack is not loaded. It brings invented ESG scores, volumes, euro rates, a benchmark "
                    f"with weights and 40 further assets, each marked {MARK!r}."
                ),
            )
        assets_count = int(done.lineage.get("assets_count", 0))
        loaded_at_utc: datetime | None = done.finished_at_utc
        return SamplePackStatus(
            is_loaded=True,
            assets_count=assets_count,
            rows_count=done.rows_count,
            loaded_at_utc=loaded_at_utc,
            sentence=(
                f"Loaded: {formatting.count(assets_count, 'asset')} and {formatting.count(done.rows_count, 'row')}, "
                f"all marked {MARK!r}."
            ),
        )
