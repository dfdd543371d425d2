"""How does a callback tell the person that something was done, and have the pages read anew?"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from dash import Patch, set_props

from components.ids import Shell
from components.toast import Tone, toast

Written = list[tuple[Any, dict[str, Any]]]
_kept_back: ContextVar[Written | None] = ContextVar("kept_back", default=None)


def say(
    title: str,
    text: str | None = None,
    *,
    tone: Tone = "ok",
    undo: str | None = None,
    link: tuple[str, str] | None = None,
) -> None:
    """Add a message to those that stand; `undo` is ``kind:id`` of what `callbacks.shell` then restores."""
    key = uuid.uuid4().hex
    message = toast(title, text, tone=tone, undo=undo, link=link, key=key)
    setattr(message, "data-toast", key)  # by it assets/pages.js keeps what has left from coming back
    messages = Patch()
    messages.append(message)
    set_props(Shell.TOASTS, {"children": messages})


def read_anew(reason: str, made_id: str | None = None) -> None:
    """Have every part of the open page ask the server again, because something was written; `made_id` says what."""
    set_props(Shell.RESYNC, {"data": {"reason": reason, "count": uuid.uuid4().hex, "made_id": made_id}})


def put(component_id: Any, **properties: Any) -> None:
    """Write properties of one component beside the callback's outputs."""
    kept = _kept_back.get()
    if kept is None:
        set_props(component_id, properties)
    else:
        kept.append((component_id, properties))


@contextlib.contextmanager
def kept_back() -> Iterator[Written]:
    """Collect what `put` writes meanwhile, for components that are on no page yet."""
    written: Written = []
    token = _kept_back.set(written)
    try:
        yield written
    finally:
        _kept_back.reset(token)
