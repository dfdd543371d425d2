"""Which assets does a file name that somebody wants to choose from: a list, holdings of a broker, a sheet?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from data.upload.cells import Limits, Line
from data.upload.holdings.table import read_table
from data.upload.problems import Problems
from services.errors import FieldProblem, InvalidRequest
from services.messages.optimize import UniverseFile

if TYPE_CHECKING:
    from services.auth.actor import Actor
    from services.market import Market

UNIVERSE_FILE_MAX_BYTES: Final = 1024 * 1024
ROWS_MAX_COUNT: Final = 5_000
PAGE_COUNT: Final = 200
UNKNOWN_MAX_COUNT: Final = 200
_LIMITS: Final = Limits(UNIVERSE_FILE_MAX_BYTES, ROWS_MAX_COUNT, columns="symbol")
_BESIDE: Final = frozenset(
    {"symbol", "ticker", "asset", "assets", "isin", "security", "name", "total", "cash", "$cash"}
)


def universe_of(raw: bytes, known: Iterable[str]) -> UniverseFile:
    """Return the known assets that a file names, in its order, and what stands beside them and is not known.

    Parameters
    ----------
    raw : bytes
        A CSV file or an Excel workbook, with or without a header, whatever its columns are: the one that names most
        known assets is read.
    known : iterable of str
        Symbols that can be chosen; capitals do not matter.

    Raises
    ------
    InvalidRequest
        When it is no such file, too large, or names no asset that is known.
    """
    problems = Problems()
    table = read_table(raw, _LIMITS, problems)
    if problems.total_count:
        told = [FieldProblem("file", one.message, one.advice) for one in problems.sorted()[:5]]
        raise InvalidRequest("The file cannot be read.", "Choose another one.", fields=tuple(told))
    symbols = {symbol.upper(): symbol for symbol in known}
    place = _column(table.lines, symbols)
    if place is None:
        problem = FieldProblem("file", "No cell of the file names an asset that is known.", "Name them by symbol.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
    named = dict.fromkeys(text for line in table.lines if (text := _text(line, place)))
    unknown = [text for text in named if text.upper() not in symbols and text.lower() not in _BESIDE]
    return UniverseFile(
        symbols=tuple(dict.fromkeys(symbols[text.upper()] for text in named if text.upper() in symbols)),
        unknown=tuple(unknown[:UNKNOWN_MAX_COUNT]),
        read_as=table.words,
    )


def choosable(market: Market, actor: Actor) -> Iterator[str]:
    """Yield the symbols of the assets that can be held and have prices."""
    cursor: str | None = None
    while True:
        page = market.assets(actor, cursor=cursor, limit=PAGE_COUNT)
        yield from (view.symbol for view in page.items if view.is_investable and view.observations_count > 1)
        cursor = page.next_cursor
        if cursor is None:
            return


def _column(lines: Sequence[Line], symbols: dict[str, str]) -> int | None:
    """Return the place of the column that names most known assets."""
    hits = Counter(
        place for line in lines for place, cell in enumerate(line.cells) if cell.text.strip().upper() in symbols
    )
    return min(hits, key=lambda place: (-hits[place], place)) if hits else None


def _text(line: Line, place: int) -> str:
    return line.cells[place].text.strip() if place < len(line.cells) else ""
