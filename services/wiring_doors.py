"""Which doors to the outside do the settings choose: database, queue, bus, cache, carrier of ticks, providers?

Importing this module stays light; Celery and Redis are imported only by the processes that need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data.queue.passive import PassiveQueue
from services.clock import Clock
from services.ports import Bus, Cache, Ports, Queue
from services.ports_store import ServiceStore
from services.secrets import load_secrets
from services.settings import Settings
from services.users_passwords import hash_password

if TYPE_CHECKING:
    from data.feeds.carrier import Carrier


QUICK_NICENESS = 5
"""Somebody looks at the page meanwhile; runs step back twice as far."""


def make_ports(settings: Settings, clock: Clock, queue: Queue | None = None) -> Ports:
    """Return the doors to everything outside, chosen by the settings."""
    from data.http.clients import HttpClients
    from data.providers.protocol import ProviderContext
    from data.providers.registry import ProviderRegistry
    from data.store.database import Store
    from services.providers_sent import before_try

    settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    secrets = load_secrets(settings)
    store = Store(settings.database_url, audit_key=secrets.audit_key.encode(), now_utc=clock.now_utc)
    return Ports(
        settings=settings,
        clock=clock,
        store=ServiceStore(store),
        queue=queue or _queue(settings),
        quick_queue=PassiveQueue() if queue is not None else _quick_queue(settings),
        bus=_bus(settings),
        cache=_cache(settings),
        providers=ProviderRegistry.load(
            ProviderContext(
                now_utc=clock.now_utc,
                http=HttpClients(before_try=before_try, allow_private=settings.feed_allow_private),
            )
        ),
        secrets=secrets,
        hash_password=hash_password,
    )


def limiter_options(settings: Settings) -> dict[str, Any]:
    """Return the options of the store in which requests are counted: one that never makes a request wait for long."""
    if not settings.is_scaled:
        return {}
    from data.cache.redis_client import impatient_options

    return impatient_options()


def _queue(settings: Settings) -> Queue:
    if settings.is_scaled:
        from data.queue.celery_queue import CeleryQueue, make_celery

        return CeleryQueue(make_celery(settings.redis_url))
    from data.queue.pool import PoolQueue

    return PoolQueue(
        "services.runs_worker",
        settings.to_environ(),
        workers_count=settings.workers_count,
        backlog_count=settings.backlog_count,
        threads_count=settings.engine_threads_count,
    )


def _quick_queue(settings: Settings) -> Queue:
    if settings.is_scaled:
        from data.queue.celery_queue import QuickCeleryQueue, make_celery

        return QuickCeleryQueue(make_celery(settings.redis_url))
    from data.queue.lazy import LazyPool

    return LazyPool(
        "services.analyses_worker",
        settings.to_environ(),
        backlog_count=settings.backlog_count,
        threads_count=settings.engine_threads_count,
        niceness=QUICK_NICENESS,
    )


def _bus(settings: Settings) -> Bus:
    if settings.is_scaled:
        from data.bus.redis_bus import RedisBus

        return RedisBus(settings.redis_url)
    from data.bus.in_process import InProcessBus

    return InProcessBus()


def make_carrier(settings: Settings) -> Carrier:
    """Return what carries live ticks between the processes."""
    if settings.is_scaled:
        from data.feeds.carrier import RedisCarrier

        return RedisCarrier(settings.redis_url)
    from data.feeds.carrier import InProcessCarrier

    return InProcessCarrier()


def _cache(settings: Settings) -> Cache:
    if settings.is_scaled:
        from data.cache.redis_cache import RedisCache

        return RedisCache(settings.redis_url)
    from data.cache.disk import DiskCache

    return DiskCache(settings.var_dir / "cache")
