"""How does a finished sentence read in the number format that its reader prefers?

Engine and services write every sentence in one canonical style: a comma groups thousands, a point is the decimal mark.
So it is stored, and so the REST API sends it. Whoever shows it to a person or writes it into a file passes it through
`in_style` once, as the last step: a sentence that was turned already could be misread (1.234 is either number).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from data.reference.currencies import CURRENCIES
from services import reader
from services.formatting import MASK, NUMBER_MARKS, Style, day, moment

_LEFT_ALONE: Final = (
    r"“[^”]*”",  # what somebody typed, or a name
    r"‘[^’]*’",
    r"(?<!\w)'[^']*'(?!\w)",
    r'"[^"]*"',
    r"`[^`]*`",
    r"\b[A-Za-z][A-Za-z0-9+.-]*://\S+",  # addresses
    r"(?<!\S)/\S+",  # paths
    r"\b[Vv]ersions?\s+[0-9][\w.]*",
)
_NUMBER: Final = (
    # no part of a word, an id, a date, a time, a path; a hyphen after a word or a number joins, it is no minus sign
    r"(?<![\w.,:/\\@#])(?<![\w.][-+])"
    r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?P<part>\.[0-9]+)?(?P<exponent>[eE][+\-\u2212]?[0-9]+)?"
    r"(?![.,:/\\@-]?\w)"
)
_AMOUNT: Final = re.compile(r"[+\-\u2212]?[0-9][0-9,]*(?:\.[0-9]+)?(?= (?:" + "|".join(CURRENCIES) + r")\b)")
_DAY: Final = re.compile(r"\b([1-9]|[12][0-9]|3[01]) ([A-Z][a-z]{2,8}) ((?:19|20)[0-9]{2})\b")
_MOMENT: Final = re.compile(_DAY.pattern + r", ([01][0-9]|2[0-3]):([0-5][0-9]) UTC(?![+\-\w])")
_FOUND: Final = re.compile("|".join((*_LEFT_ALONE, _NUMBER)))
_DIGIT_AND_MARK: Final = re.compile(r"[0-9][.,][0-9]")


def has_marks(text: str) -> bool:
    """Return whether a text may hold a number that is written differently in another style."""
    return _DIGIT_AND_MARK.search(text) is not None


def in_style(text: str, style: Style) -> str:
    """Return a sentence with its numbers in the reader's style; nothing else in it changes.

    Where the reader hides amounts, what a currency follows is masked; days are written as the reader prefers, and
    moments in their zone and on their clock.

    Parameters
    ----------
    text : str
        A sentence in the canonical style, such as "Sharpe 0.98 on 1,250 days".
    style : {"comma", "point", "space"}
        The number format of the reader.

    Returns
    -------
    str
        Signs, percent signs and exponents stay as they are. What stands in quotation marks was typed or named by
        somebody and is left alone, as are dates, versions, symbols, ids, addresses and paths.
    """
    if reader.hides_amounts():
        text = _AMOUNT.sub(MASK, text)
    if reader.time_zone() != "UTC" or reader.clock() != "h24":
        text = _MOMENT.sub(_on_clock, text)
    if reader.date_format() != "words":
        text = _DAY.sub(_written, text)
    if style == "comma" or not has_marks(text):
        return text
    group, mark = NUMBER_MARKS[style]

    def turned(found: re.Match[str]) -> str:
        whole, part, exponent = found["whole"], found["part"], found["exponent"]
        if whole is None:
            return found[0]
        return whole.replace(",", group) + (mark + part[1:] if part else "") + (exponent or "")

    return _FOUND.sub(turned, text)


def _on_clock(found: re.Match[str]) -> str:
    """Return a moment of a canonical sentence as the reader's clock shows it; what is no moment stays."""
    for month in ("%b", "%B"):
        try:
            said = datetime.strptime(found[0], f"%d {month} %Y, %H:%M UTC")
        except ValueError:
            continue
        return moment(said.replace(tzinfo=UTC))
    return found[0]


def _written(found: re.Match[str]) -> str:
    """Return a day of a canonical sentence as the reader prefers it; what is no day stays."""
    for month in ("%B", "%b"):
        try:
            return day(datetime.strptime(found[0], f"%d {month} %Y").date())
        except ValueError:
            continue
    return found[0]
