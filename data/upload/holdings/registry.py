"""Which layouts are known, and which one is a header's?"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import lru_cache

from data.upload.holdings import layouts
from data.upload.holdings.layout import FileKind, FileLayout

GENERIC = {FileKind.HOLDINGS: "generic_holdings", FileKind.TRANSACTIONS: "generic_transactions"}


@lru_cache(maxsize=1)
def all_layouts() -> dict[str, FileLayout]:
    """Return every layout by name, the modules in alphabetical order.

    Raises
    ------
    ValueError
        Two layouts have one name: a mistake of the product.

    """
    found: dict[str, FileLayout] = {}
    for module in sorted(pkgutil.iter_modules(layouts.__path__), key=lambda one: one.name):
        for layout in importlib.import_module(f"{layouts.__name__}.{module.name}").LAYOUTS:
            if layout.name in found:
                raise ValueError(f"Two layouts are called {layout.name!r}.")
            found[layout.name] = layout
    return found


def layout_named(name: str, kind: FileKind) -> FileLayout:
    """Return the layout of a name; the general one of the kind where there is none of that name."""
    found = all_layouts().get(name)
    return found if found is not None and found.kind is kind else all_layouts()[GENERIC[kind]]


def recognized(headings: Iterable[str], kind: FileKind | None = None) -> FileLayout | None:
    """Return the layout whose needed headings all stand among these plain ones; of several the most particular."""
    present = set(headings)
    fitting = [
        layout
        for layout in all_layouts().values()
        if layout.needs and present.issuperset(layout.needs) and kind in (None, layout.kind)
    ]
    return max(fitting, key=lambda one: len(one.needs), default=None)
