"""By which name does a reader know a source of prices?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from data.providers.registry import ProviderRegistry


def source_names(providers: Iterable[object]) -> str:
    """Return the names of providers as they stand in the settings, such as "Imported files"; unknown ones as given."""
    known = _labels()
    return ", ".join(known.get(str(name), str(name)) for name in providers)


@cache
def _labels() -> dict[str, str]:
    return {provider.name: provider.label for provider in ProviderRegistry.load()}
