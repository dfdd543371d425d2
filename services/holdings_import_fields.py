"""Which meanings can a column have, and which layouts are known, for lists to choose from?"""

from __future__ import annotations

from data.reference.currencies import CURRENCIES
from data.upload.holdings.headings import FIELDS
from data.upload.holdings.layout import FileKind
from data.upload.holdings.registry import all_layouts
from services.messages.holdings_import import FileKindName


def column_choices(kind: FileKindName) -> list[tuple[str, str]]:
    """Return field and label of everything that a column of such a file may hold."""
    wanted = FileKind(kind.value)
    return [(one.name, one.label) for one in FIELDS.values() if wanted in one.kinds]


def layout_choices(kind: FileKindName) -> list[tuple[str, str]]:
    """Return name and label of the layouts of a kind, the general one first; those of one label are told apart."""
    wanted = FileKind(kind.value)
    found = [one for one in all_layouts().values() if one.kind is wanted]
    counts: dict[str, int] = {}
    named = []
    for one in sorted(found, key=lambda each: (bool(each.needs), each.label, each.name)):
        counts[one.label] = counts.get(one.label, 0) + 1
        suffix = f" ({counts[one.label]})" if counts[one.label] > 1 else ""
        named.append((one.name, one.label + suffix))
    return named


def currency_codes() -> list[str]:
    """Return the currencies that a portfolio may have."""
    return list(CURRENCIES)
