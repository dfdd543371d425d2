"""When are the providers asked for news, and who is told what they brought?"""

from __future__ import annotations

import time

from data.errors import ProviderError, ProviderLimited
from data.providers.protocol import Provider
from data.providers.questions import PriceQuestion
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.errors import TooMany, Unavailable
from services.market_ingest import Delivery, Ingest
from services.messages.market import IngestReport
from services.ports import Ports

TOPIC = "market"
EVENT = "prices.refreshed"
RETRY_AFTER_S = 60


class Refresh:
    """Asks every provider that delivers without being asked by a user.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._ingest = Ingest(ports)

    def load(self) -> IngestReport:
        """Take in what is new; safe to call at every start."""
        began = time.perf_counter()
        deliveries = [self._deliver(provider) for provider in self._ports.providers if _delivers(provider)]
        with self._ports.store.system(read_only=True) as uow:
            ends = [found.last_date for found in uow.prices.summaries().values() if not found.is_sample]
        rows_count = sum(delivery.rows_count for delivery in deliveries)
        return IngestReport(
            providers=tuple(delivery.provider for delivery in deliveries),
            assets_count=sum(delivery.assets_count for delivery in deliveries),
            rows_count=rows_count,
            is_changed=any(delivery.is_changed for delivery in deliveries),
            as_of=max(ends, default=None),
            elapsed_ms=(time.perf_counter() - began) * 1000.0,
            sentence=self._sentence(rows_count),
        )

    def refresh(self, actor: Actor) -> IngestReport:
        """Take in what is new and tell the tenant."""
        report = self.load()
        with self._ports.store.system(actor.tenant_id) as uow:
            uow.events.append(TOPIC, EVENT, report.model_dump(mode="json"))
            note(uow, "market.refresh", "prices", None, after={"rows": report.rows_count, "asked_by": actor.name})
            uow.commit()
        self._ports.bus.nudge(TOPIC)
        return report

    def _deliver(self, provider: Provider) -> Delivery:
        """Take in one provider's history.

        Raises
        ------
        TooMany, Unavailable
            What the provider's failure means to whoever asked.

        """
        try:
            return self._ingest.history(provider)
        except ProviderLimited as error:
            raise TooMany(
                error.message, "Wait and try again.", retry_after_s=int(error.retry_after_s or RETRY_AFTER_S)
            ) from error
        except ProviderError as error:
            raise Unavailable(
                error.message,
                "Prices stored before stay in use. Try again later, or choose another source.",
                retry_after_s=int(error.retry_after_s or RETRY_AFTER_S),
            ) from error

    def _sentence(self, rows_count: int) -> str:
        if rows_count:
            return f"{formatting.count(rows_count, 'new price')} stored."
        if all(provider.capabilities.is_static for provider in self._ports.providers if _delivers(provider)):
            return "Nothing new: the stored history does not change."
        return "Nothing new since the last refresh."


def _delivers(provider: Provider) -> bool:
    """Whether a provider brings prices on its own, without a user asking for it."""
    capabilities = provider.capabilities
    return (
        not capabilities.is_on_demand
        and not capabilities.needs_credentials
        and PriceQuestion in capabilities.questions
        and bool(provider.universe())
    )
