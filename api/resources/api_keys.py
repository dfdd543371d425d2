"""Which keys may programs use on behalf of a person?"""

from __future__ import annotations

from datetime import datetime

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, nothing
from api.pagination import Page, PageQuery, cut
from api.reading import Body, Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.api_keys import ApiKeyView, NewApiKey

resource = Resource("api_keys", "API keys", "Keys for programs; each acts for the person who made it.")


class KeyPath(Path):
    """Which key."""

    key_id: str = Field(max_length=64, description="The key's id.")


class KeyWish(Body):
    """A key to be made."""

    name: str = Field(min_length=1, max_length=100, description="What the key is for.")
    scopes: tuple[str, ...] | None = Field(
        default=None, max_length=50, description="Permissions such as `portfolios.read`; null for all that you may do."
    )
    expires_at_utc: datetime | None = Field(default=None, description="When the key ends; null for never.")


@resource.route_for("get", "/api-keys", "List your keys", answers={200: Page[ApiKeyView]})
def list_keys(query: PageQuery) -> Response:
    """Return your keys without their secrets."""
    return answer(cut(services().api_keys.list(actor()), query, lambda key: key.id))


def _may_make() -> None:
    """Refuse a key that asks for a key, whatever it sends."""
    services().api_keys.authorize_making(actor())


@resource.route_for("post", "/api-keys", "Make a key", answers={201: NewApiKey}, shows_secret=True)
@needs(Permission.ACCOUNT_OWN, check=_may_make)
def create_key(body: KeyWish) -> Response:
    """Return a new key with its secret, which is shown this once; only people make keys, a key makes none."""
    made = services().api_keys.create(actor(), body.name, body.scopes, body.expires_at_utc)
    return answer(made, 201, location=f"/api/v1/api-keys/{made.key.id}")


@resource.route_for("delete", "/api-keys/<key_id>", "Revoke a key", answers={204: None})
def revoke_key(path: KeyPath) -> Response:
    """End the key at once."""
    services().api_keys.revoke(path.key_id, actor())
    return nothing()
