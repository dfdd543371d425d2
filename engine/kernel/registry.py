"""How does adding one file add an objective, a limit, an estimator or a risk measure?"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Generic, TypeVar

from engine.kernel.errors import UnknownMember

Member = TypeVar("Member")
AnyClass = TypeVar("AnyClass", bound=type)


class Registry(Generic[Member]):
    """Members of one family, found by importing the modules of one package.

    Parameters
    ----------
    name
        What messages call the family, such as ``"CONSTRAINTS"``.
    package
        Dotted name of the package whose modules hold one member each.

    """

    def __init__(self, name: str, package: str) -> None:
        self.name = name
        self.package = package
        self._members: dict[str, type[Member]] = {}
        self._is_loaded = False

    def register(self, kind: str) -> Callable[[AnyClass], AnyClass]:
        """Return a class decorator that adds the class under `kind`; a second class of that kind is refused."""

        def add(member: AnyClass) -> AnyClass:
            if kind in self._members:
                raise ValueError(
                    f"{self.name} already has a member '{kind}': {self._members[kind].__module__}. Choose another kind."
                )
            self._members[kind] = member
            return member

        return add

    def load(self) -> Registry[Member]:
        """Import every module of the package in sorted order, once."""
        if not self._is_loaded:
            package = importlib.import_module(self.package)
            for name in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
                importlib.import_module(f"{self.package}.{name}")
            self._is_loaded = True
        return self

    def kinds(self) -> tuple[str, ...]:
        """Return all kinds in sorted order."""
        return tuple(sorted(self.load()._members))

    def classes(self, base: type | None = None) -> tuple[type[Member], ...]:
        """Return the member classes sorted by kind, only subclasses of `base` when one is given."""
        members = (self._members[kind] for kind in self.kinds())
        return tuple(member for member in members if base is None or issubclass(member, base))

    def get(self, kind: str) -> type[Member]:
        """Return the member of that kind, or raise `UnknownMember` with the known ones."""
        if kind not in self.load()._members:
            raise UnknownMember(self.name, kind, self.kinds())
        return self._members[kind]
