"""What answers the screens: one thin module a page, each parsing, calling one service verb and presenting the answer."""

from __future__ import annotations

import importlib
import pkgutil


def register() -> None:
    """Import every module of this package, which registers its callbacks with Dash; done once, by the app."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}")
