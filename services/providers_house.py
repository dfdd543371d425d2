"""Which sources does a house have, with which keys, limits and order?

Every source is built anew for the house with the house's own keys only; nothing of another house is in its reach.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from data.crypto.sealing import SealBroken, Sealer
from data.providers.protocol import Provider
from data.providers.vocabulary import AssetClass
from data.store import tables
from data.store.repositories import Limits
from services.ports import Ports
from services.providers_feeds import FEED_PREFIX, described, is_undescribed

_log = logging.getLogger(__name__)

ORDER_SETTING = "providers.order"
"""Under this name a house keeps its order: kind of assets -> names."""
USUAL_LIMITS: Mapping[str, Limits] = {
    "alpha_vantage": Limits(day_count=25, minute_count=5),
    "yahoo": Limits(day_count=2000, minute_count=60),
    "fred": Limits(day_count=None, minute_count=120),
}
"""What the sources' own terms allow without a contract; a house changes it where it has one."""
OTHER_LIMITS = Limits(day_count=None, minute_count=60)
NO_LIMITS = Limits()


@dataclass(frozen=True)
class HouseProvider:
    """One source as a house has set it up.

    Parameters
    ----------
    provider : Provider
        With the house's keys.
    is_enabled : bool
    is_outside : bool
        Whether asking it uses the network.
    limits, usual_limits : Limits
        Those in force, and those without a choice of the house.
    credentials : mapping of str to str
        Never printed.
    hints : mapping of str to str
        The last characters of each key.
    row_version : int
        0 where the house has chosen nothing yet.

    """

    provider: Provider
    is_enabled: bool
    is_outside: bool
    limits: Limits
    usual_limits: Limits
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    hints: Mapping[str, str] = field(default_factory=dict)
    keys_set_at_utc: datetime | None = None
    configuration: Mapping[str, Any] = field(default_factory=dict)
    row_version: int = 0

    @property
    def name(self) -> str:
        """The source's name."""
        return self.provider.name

    @property
    def label(self) -> str:
        """The source's name for people."""
        return self.provider.label

    @property
    def is_custom(self) -> bool:
        """Whether the house described the source itself."""
        return self.name.startswith(FEED_PREFIX)

    @property
    def has_keys(self) -> bool:
        """Whether every key that it needs is there and can be read."""
        return all(self.credentials.get(name) for name in self.provider.capabilities.needs_credentials)


class House:
    """Reads what each house has set up.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.sealer = Sealer(ports.secrets.secret_key, "provider credentials")

    def providers(self, tenant_id: str) -> tuple[HouseProvider, ...]:
        """Return all sources of a house: those built in, then the feeds that it described."""
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            rows = dict(uow.provider_settings.all())
        members = [provider for provider in self._ports.providers if not is_undescribed(provider)]
        built_in = [self._built_in(provider, rows.get(provider.name), tenant_id) for provider in members]
        feeds = [self._feed(row, tenant_id) for name, row in rows.items() if name.startswith(FEED_PREFIX)]
        return (*built_in, *(feed for feed in feeds if feed is not None))

    def orders(self, tenant_id: str) -> dict[str, list[str]]:
        """Return the orders that a house chose, by kind of assets."""
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            kept = uow.settings.value(ORDER_SETTING, {})
        return {kind: [str(name) for name in names] for kind, names in kept.items()} if isinstance(kept, dict) else {}

    def in_order(
        self, found: Sequence[HouseProvider], orders: Mapping[str, Sequence[str]], asset_class: AssetClass | None
    ) -> list[HouseProvider]:
        """Return sources in the order in which they are turned to: the house's choice, then fresh before built-in."""
        chosen = list(orders.get(asset_class.value, ())) if asset_class else []
        places = {name: place for place, name in enumerate(chosen)}
        usual = {one.name: number for number, one in enumerate(found)}
        return sorted(
            found,
            key=lambda one: (places.get(one.name, len(places)), not one.is_outside, one.is_custom, usual[one.name]),
        )

    def opened(self, row: tables.ProviderSetting | None, tenant_id: str) -> dict[str, str]:
        """Return the keys of a row; empty where there are none or another installation sealed them."""
        if row is None or row.credentials_sealed is None:
            return {}
        try:
            text = self.sealer.open(row.credentials_sealed, about(tenant_id, row.provider))
        except SealBroken:
            _log.warning("The keys of the provider %r cannot be opened; they must be entered again.", row.provider)
            return {}
        return {str(name): str(value) for name, value in json.loads(text).items()}

    def _built_in(self, provider: Provider, row: tables.ProviderSetting | None, tenant_id: str) -> HouseProvider:
        outside = provider.capabilities.is_remote
        credentials = self.opened(row, tenant_id) if outside else {}
        if outside:
            provider = type(provider)(replace(provider.context, credentials=credentials))
        usual = USUAL_LIMITS.get(provider.name, OTHER_LIMITS) if outside else NO_LIMITS
        is_enabled = (row.is_enabled if row is not None else False) if outside else _counts_by_itself(provider)
        return _joined(provider, row, credentials, usual, is_enabled=is_enabled, outside=outside)

    def _feed(self, row: tables.ProviderSetting, tenant_id: str) -> HouseProvider | None:
        credentials = self.opened(row, tenant_id)
        provider = described(row.configuration, credentials, self._ports)
        if provider is None:
            return None
        return _joined(provider, row, credentials, OTHER_LIMITS, is_enabled=row.is_enabled, outside=True)


def about(tenant_id: str, provider: str) -> str:
    """Return what sealed keys are about: they open for this house and this source only."""
    return f"{tenant_id}|{provider}"


def _counts_by_itself(provider: Provider) -> bool:
    """Return whether a built-in source answers questions: the history does, files and invented figures do not."""
    capabilities = provider.capabilities
    return not (capabilities.is_sample or capabilities.is_own)


def _joined(
    provider: Provider,
    row: tables.ProviderSetting | None,
    credentials: Mapping[str, str],
    usual: Limits,
    *,
    is_enabled: bool,
    outside: bool,
) -> HouseProvider:
    if row is None:
        return HouseProvider(provider, is_enabled, outside, usual, usual)
    limits = Limits(
        usual.day_count if row.day_limit_count is None else row.day_limit_count,
        usual.minute_count if row.minute_limit_count is None else row.minute_limit_count,
    )
    hints = {str(name): str(last) for name, last in row.credentials_hints.items()}
    return HouseProvider(
        provider=provider,
        is_enabled=is_enabled,
        is_outside=outside,
        limits=limits,
        usual_limits=usual,
        credentials=credentials,
        hints=hints,
        keys_set_at_utc=row.credentials_set_at_utc,
        configuration=row.configuration,
        row_version=row.row_version,
    )
