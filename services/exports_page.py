"""What stands in the PDF of a whole page: headings, charts, tables and sentences, in the order of the screen?

The document is plain data. `services.exports_page_draw` sets it on paper, in the drawing process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PARTS_MAX_COUNT = 60
ROWS_MAX_COUNT = 400


@dataclass(frozen=True)
class PageTable:
    """A table of formatted texts.

    Parameters
    ----------
    columns : sequence of (header, is_number)
        Numbers stand at the right; units belong into the header. As in ``components.table``.
    rows : sequence of sequences of str
        One text a column; the first names the row.
    note : str
        A line below.
    """

    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    note: str = ""


Part = tuple[str, Any]
"""A heading (may be empty) and a Plotly figure, a `PageTable`, a sentence, or a list of sentences."""


@dataclass(frozen=True)
class PageDocument:
    """One page of the product for paper.

    Parameters
    ----------
    title : str
        Of the page, such as "Risk of Core portfolio".
    lead : str
        The finding, as the screen has it.
    facts : sequence of (name, text)
        Portfolio, as-of day, when it was computed, method, benchmark: in two columns under the title.
    parts : sequence of (heading, figure or table or sentences)
    running : str
        Line at the head of the further pages, such as "Core portfolio · 28 Nov 2026".
    source : str
        Line at the foot of each page: sources, and the mark of sample data.
    name : str
        For the file's name.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    lead: str = ""
    running: str = ""
    source: str = ""
    name: str = "page"


def page_order(document: PageDocument) -> dict[str, Any]:
    """Return the document as plain values; tables of very many rows are cut, and say so."""
    return {
        "title": document.title,
        "lead": document.lead,
        "facts": [list(pair) for pair in document.facts],
        "running": document.running or document.title,
        "source": document.source,
        "parts": [_plain(heading, body) for heading, body in list(document.parts)[:PARTS_MAX_COUNT]],
    }


def _plain(heading: str, body: Any) -> dict[str, Any]:
    if isinstance(body, str):
        return {"kind": "words", "heading": heading, "sentences": [body] if body else []}
    if isinstance(body, PageTable):
        note = body.note
        if len(body.rows) > ROWS_MAX_COUNT:
            note = f"The first {ROWS_MAX_COUNT} of {len(body.rows)} rows; the file of the table has all. {note}".strip()
        return {
            "kind": "table",
            "heading": heading,
            "columns": [list(one) for one in body.columns],
            "rows": [[str(cell) for cell in row] for row in list(body.rows)[:ROWS_MAX_COUNT]],
            "note": note,
        }
    if hasattr(body, "to_plotly_json") or isinstance(body, dict):
        figure = body.to_plotly_json() if hasattr(body, "to_plotly_json") else body
        return {"kind": "chart", "heading": heading, "figure": figure}
    return {"kind": "words", "heading": heading, "sentences": [str(one) for one in body]}
