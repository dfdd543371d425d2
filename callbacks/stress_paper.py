"""What stands in the PDF of the page of stress tests, as it was asked for on screen?"""

from __future__ import annotations

from typing import Any

from callbacks import stress_figures as drawing
from callbacks.stress_asked import Asked
from callbacks.stress_paper_answers import answer_parts
from callbacks.wording import reader_style
from services.exports_page import PageDocument
from services.exports_stress_page import detail, stress_document
from services.messages.stress_report import StressReport


def document_of(found: StressReport, chosen: StressReport | None, asked: Asked) -> PageDocument:
    """Return the page for paper: all scenarios of a group, the chosen one with its parts, and what else was asked."""
    look, part = drawing.look(None), asked.part or ""
    built = asked.built()
    more: list[tuple[str, Any]] = [] if built is None else detail(built, look, part)
    more += answer_parts(asked.answers(), asked.way, reader_style(), part)
    return stress_document(found, chosen, group=asked.view["group"], look=look, part=part, more=more)
