"""Where do market data come from, in which order, with which keys, and how does each source stand?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.reading import Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.providers import (
    CredentialsChange,
    FeedDescription,
    OrderChange,
    OrderView,
    ProviderChange,
    ProvidersView,
    ProviderView,
    TrialView,
)

resource = Resource(
    "providers", "Sources of market data", "Which sources are asked, in which order, with which keys, and their state."
)


class ProviderPath(Path):
    """Which source."""

    provider: str = Field(max_length=40, description="The source's name, such as `yahoo` or `feed:data-hub`.")


class OrderPath(Path):
    """Which kind of assets."""

    asset_class: str = Field(max_length=20, description="A kind of assets, such as `equity`, `fx` or `macro`.")


def _shown(one: ProviderView) -> Response:
    """Return a source with its version."""
    return answer(one, row_version=one.row_version)


@resource.route_for("get", "/providers", "List sources", answers={200: ProvidersView})
def list_providers() -> Response:
    """Return every source with its state, quotas, last answer and age, and the order for each kind of assets.

    Keys are never returned: `keys` says which are set, with at most their last four characters.
    """
    return answer(services().providers.list(actor()))


@resource.route_for("get", "/providers/<provider>", "Read a source", answers={200: ProviderView})
def read_provider(path: ProviderPath) -> Response:
    """Return one source."""
    return _shown(services().providers.get(path.provider, actor()))


@resource.route_for("patch", "/providers/<provider>", "Change a source", answers={200: ProviderView}, versioned=True)
@needs(Permission.PROVIDERS_WRITE)
def change_provider(path: ProviderPath, body: ProviderChange) -> Response:
    """Switch a source on or off, or change how many requests it may be sent in a day and in a minute (UTC)."""
    return _shown(services().providers.change(path.provider, body, actor(), expected_version()))


@resource.route_for("put", "/providers/orders/<asset_class>", "Set the order", answers={200: OrderView})
@needs(Permission.PROVIDERS_WRITE)
def set_order(path: OrderPath, body: OrderChange) -> Response:
    """Choose which source is asked first, second and so on for one kind of assets; an empty list is the usual order."""
    return answer(services().providers.set_order(path.asset_class, body.providers, actor()))


@resource.route_for("put", "/providers/<provider>/credentials", "Set the key", answers={200: ProviderView})
@needs(Permission.PROVIDERS_WRITE)
def set_credentials(path: ProviderPath, body: CredentialsChange) -> Response:
    """Seal the source's keys; they are never told again."""
    return _shown(services().providers.set_credentials(path.provider, body.keys, actor()))


@resource.route_for("delete", "/providers/<provider>/credentials", "Delete the key", answers={200: ProviderView})
@needs(Permission.PROVIDERS_WRITE)
def delete_credentials(path: ProviderPath) -> Response:
    """Forget the source's keys; 409 `no_key` where there are none."""
    return _shown(services().providers.delete_credentials(path.provider, actor()))


@resource.route_for("post", "/providers/<provider>/test", "Test a source", answers={200: TrialView}, repeatable=False)
@needs(Permission.MARKET_REFRESH)
def try_provider(path: ProviderPath) -> Response:
    """Ask the source for one symbol, within 5 seconds; `state` is `works` or what is wrong. The quota counts it."""
    return answer(services().providers.trial(path.provider, actor()))


@resource.route_for("put", "/providers/feeds", "Describe a feed", answers={200: ProviderView})
@needs(Permission.PROVIDERS_WRITE)
def put_feed(body: FeedDescription) -> Response:
    """Describe an HTTP feed of your house, or describe the one of the same `code` anew; it starts switched off."""
    return _shown(services().providers.put_feed(body, actor()))


@resource.route_for("delete", "/providers/<provider>", "Delete a feed", answers={204: None})
@needs(Permission.PROVIDERS_WRITE)
def delete_feed(path: ProviderPath) -> Response:
    """Forget a feed of your house with its key; the prices that it brought stay. 409 `built_in` for other sources."""
    services().providers.delete_feed(path.provider, actor())
    return nothing()
