"""How do sources of market data read on a screen and in the API?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from data.providers.questions import SUBJECTS
from data.providers.vocabulary import AssetClass
from data.store import tables
from services import formatting
from services.messages.providers import KeyView, OrderView, ProviderLight, ProvidersView, ProviderView, QuotaView
from services.ports import Ports
from services.providers_gate import LIMITED, REFUSED
from services.providers_house import House, HouseProvider
from services.providers_setup import find

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

OFFLINE = "The product works offline: no source outside is asked until one is switched on."


class Views:
    """Puts together what is set, what was used and how sources answered.

    Parameters
    ----------
    ports : Ports
    house : House

    """

    def __init__(self, ports: Ports, house: House) -> None:
        self._ports = ports
        self._house = house

    def all(self, tenant_id: str) -> ProvidersView:
        """Return every source of a house and the order of each kind of assets."""
        found = self._house.providers(tenant_id)
        orders = self._house.orders(tenant_id)
        views = self._views(tenant_id, found)
        enabled = [one for one in found if one.is_outside and one.is_enabled]
        names = ", ".join(one.label for one in enabled)
        sentence = f"Fresh figures come from {names}." if enabled else OFFLINE
        return ProvidersView(
            providers=views,
            orders=tuple(self._order(found, orders, kind) for kind in AssetClass),
            outside_enabled_count=len(enabled),
            sentence=sentence,
        )

    def one(self, tenant_id: str, name: str) -> ProviderView:
        """Return one source of a house."""
        return self._views(tenant_id, (find(self._house.providers(tenant_id), name),))[0]

    def failing(self, tenant_id: str) -> tuple[str, ...]:
        """Return a sentence for each source that is switched on and does not answer."""
        enabled = tuple(one for one in self._house.providers(tenant_id) if one.is_enabled and one.is_outside)
        if not enabled:
            return ()
        bad, now_utc = (ProviderLight.BROKEN, ProviderLight.REFUSED), self._ports.clock.now_utc()
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            states = uow.provider_states.all()
        found = [(one, *_standing(one, states.get(one.name), (), now_utc)) for one in enabled]
        return tuple(f"{one.label}: {sentence}" for one, light, sentence in found if light in bad)

    def order(self, tenant_id: str, kind: AssetClass) -> OrderView:
        """Return the order of one kind of assets."""
        return self._order(self._house.providers(tenant_id), self._house.orders(tenant_id), kind)

    def _order(self, found: tuple[HouseProvider, ...], orders: dict[str, list[str]], kind: AssetClass) -> OrderView:
        able = [one for one in found if _can(one, kind)]
        in_order = self._house.in_order(able, orders, kind)
        return OrderView(
            asset_class=kind.value, providers=tuple(one.name for one in in_order), is_own=bool(orders.get(kind.value))
        )

    def _views(self, tenant_id: str, found: tuple[HouseProvider, ...]) -> tuple[ProviderView, ...]:
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            states, used = uow.provider_states.all(), uow.provider_usages.used()
            return tuple(self._view(uow, one, states.get(one.name), used) for one in found)

    def _view(
        self,
        uow: UnitOfWork,
        one: HouseProvider,
        state: tables.ProviderState | None,
        used: dict[tuple[str, str], tables.ProviderUsage],
    ) -> ProviderView:
        now_utc, able = self._ports.clock.now_utc(), one.provider.capabilities
        newest, today = _newest(uow, one.name), used.get((one.name, "day"))
        quotas = _quotas(one, used, now_utc)
        light, sentence = _standing(one, state, quotas, now_utc)
        return ProviderView(
            name=one.name,
            label=one.label,
            licence=one.provider.licence,
            light=light,
            sentence=sentence,
            is_enabled=one.is_enabled,
            is_outside=one.is_outside,
            is_custom=one.is_custom,
            has_keys=one.has_keys,
            keys=tuple(
                KeyView(name=name, is_set=bool(one.credentials.get(name)), last4=one.hints.get(name) or None)
                for name in able.needs_credentials
            ),
            keys_set_at_utc=one.keys_set_at_utc,
            answers=tuple(SUBJECTS[kind] for kind in SUBJECTS if kind in able.questions),
            asset_classes=tuple(kind.value for kind in AssetClass if kind in able.asset_classes),
            quotas=quotas if one.is_outside else (),
            failed_today_count=0 if today is None else today.failed_count,
            received_today_bytes=0 if today is None else today.received_bytes,
            breaker=_breaker(state, now_utc),
            paused_until_utc=None if state is None or not _is_paused(state, now_utc) else state.paused_until_utc,
            last_success_at_utc=None if state is None else state.last_success_at_utc,
            last_failure_at_utc=None if state is None else state.last_failure_at_utc,
            last_failure=None if state is None else state.last_failure,
            newest_session=newest,
            newest_age_days=None if newest is None else (now_utc.date() - newest).days,
            test_symbol=one.provider.test_symbol,
            configuration=dict(one.configuration) if one.is_custom else {},
            row_version=one.row_version,
        )


def _can(one: HouseProvider, kind: AssetClass) -> bool:
    """Return whether a source can stand in the order of a kind of assets."""
    able = one.provider.capabilities
    counts = one.is_outside or one.is_enabled
    return counts and (kind in able.asset_classes if able.asset_classes else kind is not AssetClass.MACRO)


def _newest(uow: UnitOfWork, name: str) -> date | None:
    """Return the newest day of which a price of this source is stored."""
    found = uow.prices.summaries(providers=(name,)).values()
    return max((summary.last_date for summary in found if summary.provider == name), default=None)


def _quotas(
    one: HouseProvider, used: dict[tuple[str, str], tables.ProviderUsage], now_utc: datetime
) -> tuple[QuotaView, ...]:
    """Return the quota of the day and that of the minute."""
    day = now_utc.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    minute = now_utc.replace(second=0, microsecond=0) + timedelta(minutes=1)
    rows = (
        ("day", one.limits.day_count, one.usual_limits.day_count, day, "today"),
        ("minute", one.limits.minute_count, one.usual_limits.minute_count, minute, "in this minute"),
    )
    views = []
    for span, limit, usual, resets, words in rows:
        row = used.get((one.name, span))
        count = 0 if row is None else row.asked_count
        said = formatting.number(count, 0)
        sentence = (
            f"{formatting.count(count, 'request')} {words}, without a limit."
            if limit is None
            else f"{said} of {formatting.count(limit, 'request')} used {words}."
        )
        views.append(
            QuotaView(
                span=span,
                used_count=count,
                limit_count=limit,
                default_count=usual,
                resets_at_utc=resets,
                sentence=sentence,
            )
        )
    return tuple(views)


def _is_paused(state: tables.ProviderState, now_utc: datetime) -> bool:
    return state.paused_until_utc is not None and state.paused_until_utc > now_utc


def _breaker(state: tables.ProviderState | None, now_utc: datetime) -> str:
    if state is None or state.paused_until_utc is None:
        return "closed"
    return "open" if _is_paused(state, now_utc) else "trying"


def _standing(
    one: HouseProvider, state: tables.ProviderState | None, quotas: tuple[QuotaView, ...], now_utc: datetime
) -> tuple[ProviderLight, str]:
    """Return how a source stands, in a word and in a sentence."""
    if not one.is_outside:
        words = (
            "Part of the product; answers without the network." if one.is_enabled else "Counts where it is imported."
        )
        return ProviderLight.BUILT_IN, words
    if not one.is_enabled:
        return ProviderLight.OFF, "Switched off: it is never asked."
    if not one.has_keys:
        lost = " The key that was set cannot be read any more." if one.hints else ""
        return ProviderLight.NEEDS_KEY, f"It needs a key before it can be asked.{lost}"
    if state is not None and _is_paused(state, now_utc):
        until = formatting.moment(state.paused_until_utc)
        said = f" It said: {state.last_failure}" if state.last_failure else ""
        if state.pause_reason == LIMITED:
            return ProviderLight.LIMITED, f"It asked us to slow down until {until}.{said}"
        if state.pause_reason == REFUSED:
            return ProviderLight.REFUSED, f"It refused our key.{said}"
        return ProviderLight.BROKEN, f"It failed several times and is left alone until {until}.{said}"
    for quota in quotas:
        if quota.limit_count is not None and quota.used_count >= quota.limit_count:
            return ProviderLight.LIMITED, f"The quota is used up until {formatting.moment(quota.resets_at_utc)}."
    success, failure = (None, None) if state is None else (state.last_success_at_utc, state.last_failure_at_utc)
    if state is not None and failure is not None and (success is None or failure > success):
        return ProviderLight.BROKEN, f"The last question failed: {state.last_failure}"
    if state is None or success is None:
        return ProviderLight.READY, "Switched on; not asked yet."
    return ProviderLight.WORKING, f"Answered last on {formatting.moment(state.last_success_at_utc)}."
