"""What answers the screens? One thin module a page: it parses, calls one service verb and presents the answer."""

from __future__ import annotations

import importlib
import pkgutil


def register() -> None:
    """Import every module of this package, which registers its callbacks with Dash; done once, by the app."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}")
