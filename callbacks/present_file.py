"""How does a file that was made reach the person who asked for it?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import dcc

from callbacks.present_toast import put, say
from components.ids import Shell
from services.messages.exports import Export

DRAWN_BY = {
    "vector": "Drawn by the built-in vector renderer from the figure's own data.",
    "browser": "Drawn by a browser, exactly as on screen.",
}


def chart_sent(made: Export) -> str:
    """Say that a chart is saved and by what it was drawn, hand it over, and return its name."""
    return handed(made, DRAWN_BY[made.drawn_by or "vector"])


def handed(made: Export, words: str | None = None) -> str:
    """Say that a file is saved, hand it over, and return its name."""
    say(f"{made.filename} is saved", words)
    return sent(made)


def sent(made: Export) -> str:
    """Hand a file over and return its name."""
    put(Shell.DOWNLOAD, data=dcc.send_bytes(made.content, made.filename, type=made.media_type))
    return made.filename


def rests_on(path: str, subject: str, facts: Iterable[tuple[str, Any]]) -> None:
    """Tell the page what its figures rest on, so that a file of one of its tables says so.

    Parameters
    ----------
    path : str
        Of the page.
    subject : str
        Portfolio and day, the beginning of a file's name.
    facts : iterable of (name, fact)
        Those of the page's workbook.

    """
    told = [(name, str(fact)) for name, fact in facts]
    put(Shell.PROVENANCE, data={"path": path, "subject": subject, "facts": told})
