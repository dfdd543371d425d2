"""What is wrong with a file, where, and what is the way out?"""

from __future__ import annotations

from dataclasses import dataclass, field

PROBLEMS_MAX_COUNT = 500
SHOWN_MAX_LENGTH = 40


@dataclass(frozen=True)
class FileProblem:
    """One thing that keeps a file from being imported.

    Parameters
    ----------
    line : int or None
        The line of the file, or the row of the sheet, counted from 1; None where the file as a whole is meant.
    column : str or None
        The heading of the column as it stands in the file.
    message, advice : str
        What is wrong, and how to put it right, as sentences.

    """

    line: int | None
    column: str | None
    message: str
    advice: str


@dataclass
class Problems:
    """Collects problems; beyond the first few hundred they are only counted, so that a broken file stays readable."""

    found: list[FileProblem] = field(default_factory=list)
    total_count: int = 0

    def add(self, line: int | None, column: str | None, message: str, advice: str) -> None:
        """Take in one problem."""
        self.total_count += 1
        if len(self.found) < PROBLEMS_MAX_COUNT:
            self.found.append(FileProblem(line, column, message, advice))

    def sorted(self) -> tuple[FileProblem, ...]:
        """Return the problems kept, in the order of the file."""
        return tuple(sorted(self.found, key=lambda one: (one.line or 0, one.column or "")))


def shown(text: str) -> str:
    """Return what stands in a cell, quoted, short and without characters that no screen shows."""
    clean = "".join(one if one.isprintable() else "?" for one in text)
    return f"“{clean[:SHOWN_MAX_LENGTH]}{'…' if len(clean) > SHOWN_MAX_LENGTH else ''}”"
