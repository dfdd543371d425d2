"""What stands in the PDF of a whole page: headings, charts, tables and sentences, in the order of the screen?

The document is plain data. `services.exports_page_draw` sets it on paper, in the drawing process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PARTS_MAX_COUNT = 200
ROWS_MAX_COUNT = 400


@dataclass(frozen=True)
class PageTable:
    """A table of formatted texts.

    Parameters
    ----------
    columns : sequence of (header, is_number)
        Numbers stand at the right; units belong into the header. As in ``components.table``.
    rows : sequence of sequences of str or Spark
        One text a column; the first names the row.
    note : str
        A line below.
    """

    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Any]]
    note: str = ""


@dataclass(frozen=True)
class Spark:
    """A course without axes, in a cell of a table or below a key figure: `values`, at least two."""

    values: Sequence[float]


@dataclass(frozen=True)
class PageFigure:
    """One key figure: what it is, how it reads, what stands below it, and its course where it has one."""

    label: str
    value: str
    note: str = ""
    spark: Spark | None = None


Part = tuple[str, Any]
"""A heading (may be empty) and a Plotly figure, a `PageTable`, key figures, a sentence, or a list of sentences."""


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
        "parts": [_plain(heading, body) for heading, body in _within(list(document.parts))],
    }


def _within(parts: list[Part]) -> list[Part]:
    """Return the parts that one file holds; where some are left out it says so."""
    if len(parts) <= PARTS_MAX_COUNT:
        return parts
    return [*parts[:PARTS_MAX_COUNT], ("", f"The first {PARTS_MAX_COUNT} of {len(parts)} parts of this page.")]


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
            "rows": [[_cell(cell) for cell in row] for row in list(body.rows)[:ROWS_MAX_COUNT]],
            "note": note,
        }
    if hasattr(body, "to_plotly_json") or isinstance(body, dict):
        figure = body.to_plotly_json() if hasattr(body, "to_plotly_json") else body
        return {"kind": "chart", "heading": heading, "figure": figure}
    if body and all(isinstance(one, PageFigure) for one in body):
        told = [[one.label, one.value, one.note, _cell(one.spark) if one.spark else ""] for one in body]
        return {"kind": "figures", "heading": heading, "figures": told}
    return {"kind": "words", "heading": heading, "sentences": [str(one) for one in body]}


def _cell(cell: Any) -> Any:
    """Return a cell as plain values: its text, or the course that it shows."""
    return {"spark": [float(one) for one in cell.values]} if isinstance(cell, Spark) else str(cell)
