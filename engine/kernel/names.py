"""Which known name was meant by one that nobody knows?

Only slips of the pen count: another case or spacing, a slash or a plural too many, a name broken off, one letter left
out, doubled, swapped, or (in a long word) replaced. "Austria" is no slip for "Australia", nor "Iceland" for "Ireland".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PREFIX_MIN_COUNT = 4
WORD_MIN_COUNT = 5
REPLACED_MIN_COUNT = 9


def meant(wanted: str, known: Iterable[str]) -> list[str]:
    """Return the known names that an unknown one may stand for, the likeliest kind of slip only, sorted.

    Parameters
    ----------
    wanted
        A name that is none of the known ones.
    known
        The names that there are.

    """
    names = sorted(set(known) - {wanted})
    plain = _plain(wanted)
    same = [name for name in names if _plain(name) == plain]
    if same or not plain:
        return same
    slips = [name for name in names if _is_one_slip(_words(wanted), _words(name))]
    if slips:
        return slips
    if len(plain) < PREFIX_MIN_COUNT or len(_words(wanted)[-1]) == 1 or plain[-1].isdigit():
        return []  # "Sector 1" is not "Sector 10" broken off
    broken = [name for name in names if _plain(name).startswith(plain)]
    return [name for name in broken if not any(name.startswith(f"{other}/") for other in broken)]


def question(names: list[str]) -> str:
    """Return the names as a question, ``"Did you mean Equity? "``; nothing without names."""
    if not names:
        return ""
    return f"Did you mean {' or '.join(names[:3])}? "


def paths_of(labels: Iterable[str]) -> set[str]:
    """Return all groups of labels with slashes: "Equity/Emerging" lies in "Equity"."""
    found: set[str] = set()
    for label in labels:
        parts = label.split("/")
        found.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return found


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


def _plain(name: str) -> str:
    """Return a name without case, spaces, signs and the plural's ending."""
    whole = "".join(_words(name))
    if whole.endswith("ies") and len(whole) > PREFIX_MIN_COUNT + 1:
        return f"{whole[:-3]}y"
    return whole[:-1] if whole.endswith("s") and len(whole) > PREFIX_MIN_COUNT else whole


def _is_one_slip(first: list[str], second: list[str]) -> bool:
    """Return whether exactly one word differs, by one letter."""
    if len(first) != len(second):
        return False
    other = [(one, two) for one, two in zip(first, second, strict=True) if one != two]
    return len(other) == 1 and _is_one_letter(*other[0])


def _is_one_letter(first: str, second: str) -> bool:
    """Return whether words differ by a letter left out or added, two swapped, or, in a long word, one replaced."""
    if min(len(first), len(second)) < WORD_MIN_COUNT - 1 or max(len(first), len(second)) < WORD_MIN_COUNT:
        return False
    if len(first) != len(second):
        short, long = sorted((first, second), key=len)
        return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    places = [at for at, (one, two) in enumerate(zip(first, second, strict=True)) if one != two]
    if len(places) == 1:
        return len(first) >= REPLACED_MIN_COUNT and first.isalpha() and second.isalpha()
    start, end = places[0], places[-1]
    is_swap = len(places) == 2 and end == start + 1
    return is_swap and first[start] == second[end] and first[end] == second[start]
