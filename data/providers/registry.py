"""Which providers are installed, and which of them knows a symbol?"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import data.providers as package
from data.errors import ProviderRefused
from data.providers.protocol import Provider, ProviderContext


class ProviderRegistry:
    """The providers by name, in the order in which they are preferred.

    Parameters
    ----------
    providers : tuple of Provider

    """

    def __init__(self, providers: tuple[Provider, ...]) -> None:
        self._by_name: dict[str, Provider] = {}
        for provider in providers:
            if provider.name in self._by_name:
                raise ValueError(f"Two providers are called {provider.name!r}; give one of them another name.")
            self._by_name[provider.name] = provider

    @classmethod
    def load(cls, context: ProviderContext | None = None) -> ProviderRegistry:
        """Import every file beside this one, in sorted order, and take in those that define ``PROVIDER``."""
        context = context or ProviderContext()
        found: list[Provider] = []
        for module_info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
            module = importlib.import_module(f"{package.__name__}.{module_info.name}")
            member = getattr(module, "PROVIDER", None)
            if member is not None:
                found.append(member(context))
        return cls(tuple(found))

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def names(self) -> tuple[str, ...]:
        """Return the names of all providers."""
        return tuple(self._by_name)

    def get(self, name: str) -> Provider:
        """Return one provider.

        Raises
        ------
        ProviderRefused
            No provider has this name; the sentence lists the names that exist.

        """
        try:
            return self._by_name[name]
        except KeyError:
            raise ProviderRefused(
                f"There is no provider {name!r}. Known providers: {', '.join(self._by_name)}.", provider=name
            ) from None

    def for_symbol(self, symbol: str) -> Provider | None:
        """Return the first provider that knows the symbol, or None.

        Providers that ask a server outside are left out: they know more symbols than they can list, and whether they
        know this one shows only when they are asked.
        """
        near = (provider for provider in self if not provider.capabilities.is_remote)
        return next((provider for provider in near if provider.can_handle(symbol)), None)
