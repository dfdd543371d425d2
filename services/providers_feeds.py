"""Which feeds has a house described itself, and how does a description become a source?"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from data.providers.feed_mapping import PREFIX, FeedMapping
from data.providers.http_feed import HttpFeed, feed_of
from data.providers.protocol import Provider
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.ports import Ports

_log = logging.getLogger(__name__)

FEED_PREFIX = PREFIX


def is_undescribed(provider: Provider) -> bool:
    """Return whether a source only stands for feeds that a house may describe."""
    return isinstance(provider, HttpFeed) and provider.mapping is None


def described(configuration: Mapping[str, Any], credentials: Mapping[str, str], ports: Ports) -> Provider | None:
    """Return the source of a kept description; None where this version cannot read it."""
    try:
        mapping = FeedMapping.model_validate_json(json.dumps(configuration))
    except ValidationError:
        _log.warning("The description of a feed cannot be read; it must be entered again.")
        return None
    context = next(iter(ports.providers)).context
    return feed_of(mapping, replace(context, credentials=dict(credentials)))


def read_description(document: Mapping[str, Any]) -> FeedMapping:
    """Return the description that a JSON document holds.

    Raises
    ------
    InvalidRequest
        It cannot be used; each field is named.

    """
    try:
        return FeedMapping.model_validate_json(json.dumps(document))
    except ValidationError as error:
        raise InvalidRequest(
            "The description of the feed cannot be used.",
            "Correct the fields named below.",
            fields=field_problems(error),
        ) from None


def server_of(address: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address: a key is only ever sent to the server it was given for."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme)
