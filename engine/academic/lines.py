"""Which numbers stand on which line of an instance file, and what on it is no number?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.units import plural

PROBLEMS_MAX_COUNT = 100
SHOWN_LENGTH = 40
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Line:
    """One line that is not blank: its number in the file, from 1, and its words."""

    number: int
    words: tuple[str, ...]


@dataclass
class Reading:
    """A file that is being read; keeps the first hundred problems, and counts all.

    Parameters
    ----------
    part
        Which file it is, ``instance`` or ``reference``: the first word of every path.

    """

    part: str
    problems: list[Problem] = field(default_factory=list)
    problems_count: int = 0

    def add(self, line: int | None, message: str, advice: str) -> None:
        """Note a problem on a line, or with the file as a whole."""
        self.problems_count += 1
        if len(self.problems) < PROBLEMS_MAX_COUNT:
            self.problems.append(Problem(self.part if line is None else f"{self.part}.line {line}", message, advice))

    def refuse(self) -> None:
        """Raise `InputRefused` with everything found so far, if anything was."""
        if not self.problems:
            return
        left = self.problems_count - len(self.problems)
        more = [Problem(self.part, f"There are {plural(left, 'further problem')}.", "Correct these first.")]
        raise InputRefused([*self.problems, *(more if left else [])])

    def lines(self, raw: bytes, max_bytes: int) -> list[Line]:
        """Return the lines that are not blank.

        Raises
        ------
        InputRefused
            When the file is too large, no text, or empty.

        """
        if len(raw) > max_bytes:
            self.add(
                None,
                f"The file has {len(raw):,} bytes, more than the {max_bytes:,} that are read.",
                "Send a smaller instance.",
            )
            self.refuse()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            self.add(None, "The file is no plain text.", "Save it as text in UTF-8 or ASCII, one row a line.")
            self.refuse()
        found = [Line(at, tuple(row.split())) for at, row in enumerate(text.splitlines(), 1) if row.strip()]
        if not found:
            self.add(None, "The file is empty.", "Choose the file of the instance.")
            self.refuse()
        return found

    def numbers(self, line: Line, names: tuple[str, ...]) -> tuple[float, ...] | None:
        """Return as many finite numbers as there are names, None where the line has others; the problem is noted."""
        wanted = listed(names)
        if len(line.words) != len(names):
            self.add(
                line.number,
                f"Line {line.number} has {plural(len(line.words), 'number')} where {wanted} are expected: "
                f"{shown(' '.join(line.words))}.",
                f"Write exactly {wanted}, separated by spaces.",
            )
            return None
        read: list[float] = []
        for name, word in zip(names, line.words, strict=True):
            if not _NUMBER.fullmatch(word):
                way = "Write a decimal point." if "," in word else "Write a plain decimal number, such as 0.0013."
                self.add(line.number, f"On line {line.number} the {name} is {shown(word)}, which is no number.", way)
                return None
            read.append(float(word))
        return tuple(read)


def whole(word: str) -> int | None:
    """Return a whole number without sign, None where the word is none."""
    return int(word) if _WHOLE.fullmatch(word) else None


def listed(names: tuple[str, ...]) -> str:
    """Return names as words: ``mean, deviation and correlation``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def shown(text: str) -> str:
    """Return what stands in the file, cut to a readable length and without control characters."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in text)
    return f"“{clean}”" if len(clean) <= SHOWN_LENGTH else f"“{clean[: SHOWN_LENGTH - 1]}…”"
