"""The same server and the same guard as the contracts of the providers."""

from tests.contracts.conftest import local, no_network

__all__ = ["local", "no_network"]
