"""Does what somebody chose stand in a list whose options came anew?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from dash import ctx, no_update

from components.ids import Shell

Options: TypeAlias = Sequence[Mapping[str, Any]] | None


def still(chosen: str | None, keys: Collection[str], usual: str | None) -> Any:
    """Return what a list of options shows: nothing is written while the choice is still offered, else the usual one.

    Whoever chooses while an answer is under way keeps that choice, because what stood there before is not written back.
    A page that opens is told the choice, because what follows from it waits for it.
    """
    if chosen not in keys:
        return usual
    return chosen if ctx.triggered_id is None else no_update


def values(options: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what can be chosen of options."""
    return [one["value"] for one in options]


def first(options: Sequence[Mapping[str, Any]]) -> str | None:
    """Return what is offered first; None where nothing is."""
    return str(options[0]["value"]) if options else None


def same(options: Sequence[Mapping[str, Any]], offered: Options) -> bool:
    """Return whether a page that is told of a change has nothing new to offer, so that the choices among it stay."""
    return bool(ctx.triggered_id == Shell.RESYNC) and list(options) == list(offered or ())


def usual_of(ids: Sequence[str], gone: str | None) -> str | None:
    """Return which row of a list is shown first; none where one was shown that a change elsewhere took away.

    What is written in the form beside the list was meant for that one, and for no other.
    """
    if gone and ctx.triggered_id == Shell.RESYNC:
        return None
    return ids[0] if ids else None
