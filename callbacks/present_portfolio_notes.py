"""How do the notes about a portfolio read?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.button import button
from components.empty_state import empty_state
from components.ids_portfolio_work import Notes
from services import formatting
from services.messages.portfolio_notes import NoteView


def notes(found: Sequence[NoteView], *, may_write: bool) -> Any:
    """Return the notes, the newest first."""
    if not found:
        what = "Write the first one above." if may_write else "Nobody wrote any."
        return empty_state("No notes yet", what, glyph="journal-text", level=3)
    return html.Div([_note(one, may_write=may_write) for one in found])


def _note(one: NoteView, *, may_write: bool) -> html.Article:
    who = one.written_by_name or "Somebody outside your teams"
    changed = ", changed since" if one.is_edited else ""
    deeds = [
        button("Edit", Notes.edit(one.id), kind="quiet", small=True, n_clicks=0),
        button("Delete", Notes.delete(one.id), kind="quiet", small=True, n_clicks=0),
    ]
    words = html.Span(f"{who}, {formatting.moment(one.written_at_utc)}{changed}")
    return html.Article(
        [html.P(one.text), html.Footer([words, *(deeds if one.is_own and may_write else [])])], className="note-q"
    )
