"""How can charts be drawn while another thread loads pandas for the first time?

pandas is big, and loaded when it is first needed, such as for the calendar of an exchange; pages are drawn meanwhile.
plotly finds the module, half filled, in `sys.modules` and asks it whether a value is a series: an error until pandas
is complete. Our charts are drawn from arrays and lists, so the true answer is no; until then the names that plotly asks
for stand for something that no value is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

ASKED_FOR = ("DatetimeIndex", "Index", "NA", "NaT", "Series")


class Nothing:
    """No value is one of these."""


class _Loader(SourceFileLoader):
    """Loads pandas with the names that are asked for meanwhile; its own code then gives them their meaning."""

    def exec_module(self, module: ModuleType) -> None:
        for name in ASKED_FOR:
            setattr(module, name, Nothing)
        super().exec_module(module)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "pandas":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def install() -> None:
    """Have pandas, where it is not loaded yet, loaded in this way; a second call changes nothing."""
    if "pandas" not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
