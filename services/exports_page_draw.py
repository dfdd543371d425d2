"""How does a document stand on A4 pages: what goes on which page, and how is each part drawn?"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.charts.tokens import color
from services.exports_axes import Plot
from services.exports_figure import plain_figure, words
from services.exports_page_cards import Card, card_of, draw_spark

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from services.exports_vector import Faces

WIDTH_PX, HEIGHT_PX = 827.0, 1169.0
"""A4 at 100 dots an inch."""
EDGE_PX = 54.0
TOP_PX, FOOT_PX = 74.0, 64.0
ROOM_PX = WIDTH_PX - 2 * EDGE_PX
TITLE_PX, HEADING_PX, TEXT_PX, CELL_PX, SMALL_PX = 22.0, 14.0, 11.5, 10.0, 9.0
LETTER = 0.53
"""Mean width of a letter as a part of its height."""
FACT_LETTER = 0.6
"""As `LETTER`, for texts that may be one long word, such as a hash."""
LINE = 1.38
GAP_PX = 16.0
CHART_MAX_PX = 520.0
SHRINK_MIN = 0.6
"""A chart that would leave the rest of a page empty is drawn smaller, down to this part of its height."""
CELL_GAP_PX = 8.0
CARDS_COUNT = 4
SPARK_LETTERS = "x" * 12
SPARK_MAX_PX = 110.0


@dataclass(frozen=True)
class Block:
    """Something with a height that no page break divides, and how it is drawn at a place."""

    kind: str
    height_px: float
    content: Any = None
    keeps_with_next: bool = False


def draw_page(order: Mapping[str, Any], *, made_at_utc: datetime, faces: Faces, product: str) -> bytes:
    """Draw a document (`services.exports_page.page_order`) and return the PDF.

    Parameters
    ----------
    order : mapping
        The document.
    made_at_utc : datetime
        Stamp of the file, and of each page's foot.
    faces : Faces
        Faces of the texts.
    product : str
        Name of the product, for the foot and the properties.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    pages = paged(blocks_of(order))
    info = {
        "Title": str(order["title"]),
        "Subject": str(order.get("running") or ""),
        "Creator": product,
        "Keywords": "drawn_by: vector",
        "CreationDate": made_at_utc.replace(tzinfo=None),
    }
    target = io.BytesIO()
    with PdfPages(target, metadata=info) as book:
        for number, blocks in enumerate(pages, start=1):
            picture = Figure(figsize=(WIDTH_PX / 100, HEIGHT_PX / 100), dpi=100, facecolor="white")
            FigureCanvasAgg(picture)  # measures texts
            paper = Paper(picture, faces)
            paper.frame(order, number, len(pages), made_at_utc, product)
            y_px = TOP_PX
            for block in blocks:
                paper.put(block, y_px)
                y_px += block.height_px
            book.savefig(picture)
            picture.clear()
    return target.getvalue()


def blocks_of(order: Mapping[str, Any]) -> list[Block]:
    """Return what is to be set, from the title to the last note."""
    blocks = [_lines("title", str(order["title"]), TITLE_PX, 4.0)]
    if order.get("lead"):
        blocks.append(_lines("lead", str(order["lead"]), TEXT_PX + 1, 8.0))
    facts = list(order.get("facts") or [])
    blocks += [_facts(facts[n : n + 2]) for n in range(0, len(facts), 2)]
    blocks.append(Block("gap", GAP_PX))
    for part in order.get("parts") or []:
        if part.get("heading"):
            head = _lines("heading", str(part["heading"]), HEADING_PX, 6.0)
            blocks.append(Block(head.kind, head.height_px, head.content, keeps_with_next=True))
        blocks += {"chart": _chart, "table": _table, "words": _words, "figures": _figures}[part["kind"]](part)
        blocks.append(Block("gap", GAP_PX))
    return blocks


def _facts(pair: Sequence[Sequence[str]]) -> Block:
    """Return two facts beside each other, each on as many lines as its text takes."""
    size = int((ROOM_PX / 2 - 118) / (CELL_PX * FACT_LETTER))
    told = [(str(name), textwrap.wrap(str(text), size) or [""]) for name, text in pair]
    lines_count = max(len(lines) for _, lines in told)
    content = [(name, "\n".join(lines)) for name, lines in told]
    return Block("facts", 17.0 + (lines_count - 1) * CELL_PX * 1.5, content)


def paged(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks page by page; a heading stands with what follows it, a table's head on each of its pages."""
    room_px = HEIGHT_PX - TOP_PX - FOOT_PX
    pages: list[list[Block]] = [[]]
    used_px, head = 0.0, None
    for n, block in enumerate(blocks):
        head = block if block.kind == "row_head" else head if block.kind == "row" else None
        with_next = block.height_px
        for later in blocks[n + 1 :]:
            if not (block.keeps_with_next and with_next < room_px / 2):
                break
            with_next += later.height_px
            if not later.keeps_with_next:
                break
        left_px = room_px - used_px
        if block.kind == "chart" and block.height_px * SHRINK_MIN <= left_px < block.height_px:
            block = Block(block.kind, left_px, block.content)
            with_next = left_px
        if with_next > left_px and pages[-1]:
            if block.kind == "gap":
                continue
            pages.append([])
            used_px = 0.0
            if block.kind == "row" and head is not None:
                pages[-1].append(head)
                used_px += head.height_px
        if block.kind == "gap" and not pages[-1]:
            continue
        pages[-1].append(block)
        used_px += block.height_px
    return [page for page in pages if page] or [[]]


def _lines(kind: str, text: str, size_px: float, below_px: float, width_px: float = ROOM_PX) -> Block:
    lines = _wrapped(text, size_px, width_px)
    return Block(kind, len(lines) * size_px * LINE + below_px, "\n".join(lines))


def _wrapped(text: str, size_px: float, width_px: float) -> list[str]:
    count = max(4, int(width_px / (size_px * LETTER) + 1e-6))
    return [line for part in words(text)[0].split("\n") for line in textwrap.wrap(part, count) or [""]]


def _chart(part: Mapping[str, Any]) -> list[Block]:
    plain = plain_figure(part["figure"])
    wanted_px = float((plain.get("layout") or {}).get("height") or 400.0) + 10.0
    return [Block("chart", min(wanted_px, CHART_MAX_PX), plain)]


def _figures(part: Mapping[str, Any]) -> list[Block]:
    """Return key figures, four beside each other."""
    blocks = []
    for n in range(0, len(part["figures"]), CARDS_COUNT):
        cards = [card_of(one, ROOM_PX / CARDS_COUNT, _wrapped) for one in part["figures"][n : n + CARDS_COUNT]]
        blocks.append(Block("cards", max(card.height_px for card in cards), cards))
    return blocks


def _words(part: Mapping[str, Any]) -> list[Block]:
    return [_lines("words", str(sentence), TEXT_PX, 4.0) for sentence in part["sentences"]]


def _table(part: Mapping[str, Any]) -> list[Block]:
    columns = [(str(name), bool(is_number)) for name, is_number in part["columns"]]
    rows = [list(row) for row in part["rows"]]
    blocks: list[Block] = []
    for places in _beside(columns, rows):
        some = [columns[n] for n in places]
        cells = [[row[n] for n in places] for row in rows]
        widths = _widths(some, cells)
        heads = [is_number for _, is_number in some]
        blocks += [Block("gap", GAP_PX)] if blocks else []
        blocks.append(_row("row_head", [name for name, _ in some], widths, heads))
        blocks += [_row("row", row, widths, heads) for row in cells]
    if part.get("note"):
        blocks.append(_lines("note", str(part["note"]), SMALL_PX, 2.0))
    return blocks


def _letters(cell: Any) -> str:
    """Return the text of a cell; a course takes as much room as its own letters would."""
    return SPARK_LETTERS if isinstance(cell, dict) else str(cell)


def _beside(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Any]]) -> list[list[int]]:
    """Return which columns stand beside each other: all, or as many as have room for their longest words.

    The first column names the rows and comes again with each of several tables, one below the other.
    """
    _, leasts = _needs(columns, rows)
    found: list[list[int]] = [[0]]
    used = leasts[0]
    for n, least in list(enumerate(leasts))[1:]:
        places = found[-1]
        room = (ROOM_PX - CELL_GAP_PX * len(places)) / (CELL_PX * LETTER)
        if used + least > room and len(places) > 1:
            found.append([0])
            used = leasts[0]
        found[-1].append(n)
        used += least
    return found


def _needs(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Any]]) -> tuple[list[float], list[float]]:
    """Return how many letters each column needs for all of its texts on one line, and for its longest word."""
    needs, leasts = [], []
    for n, (name, is_number) in enumerate(columns):
        longest = max([len(_letters(row[n])) for row in rows] or [0])
        word = max((len(one) for one in name.split()), default=1)
        needs.append(float(max(longest, word if is_number else min(len(name), 18), 4)) + 1.0)
        texts_of = (one for row in rows for one in _letters(row[n]).split())
        longest_word = max([word, *(len(one) for one in texts_of)])
        leasts.append(needs[-1] if is_number else min(needs[-1], longest_word + 1.5))
    return needs, leasts


def _widths(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Any]]) -> list[float]:
    """Share the width by what the columns need; long texts wrap between words while the longest words have room."""
    needs, leasts = _needs(columns, rows)
    room_px = ROOM_PX - CELL_GAP_PX * (len(columns) - 1)
    letters = room_px / (CELL_PX * LETTER)
    if sum(needs) <= letters:
        spare = letters - sum(needs)
        return [(need + spare * need / sum(needs)) * CELL_PX * LETTER for need in needs]
    beyond = [need - least for need, least in zip(needs, leasts, strict=True)]
    left = max(0.0, letters - sum(leasts))
    shares = [least + left * more / (sum(beyond) or 1.0) for least, more in zip(leasts, beyond, strict=True)]
    scale = letters / sum(shares)
    return [share * scale * CELL_PX * LETTER for share in shares]


def _row(kind: str, cells: Sequence[Any], widths: Sequence[float], numbers: Sequence[bool]) -> Block:
    told = ["" if isinstance(cell, dict) else cell for cell in cells]
    lines = [_wrapped(text, CELL_PX, width) for text, width in zip(told, widths, strict=True)]
    height_px = max(len(one) for one in lines) * CELL_PX * LINE + 6.0
    shown = [cell if isinstance(cell, dict) else "\n".join(one) for cell, one in zip(cells, lines, strict=True)]
    content = {"cells": shown, "widths": list(widths), "numbers": list(numbers)}
    return Block(kind, height_px, content, keeps_with_next=kind == "row_head")


class Paper:
    """One page: A4, or as high as everything that stands on it.

    Parameters
    ----------
    picture : matplotlib Figure
    faces : Faces
    height_px : float
    """

    def __init__(self, picture: Figure, faces: Faces, height_px: float = HEIGHT_PX) -> None:
        self._picture = picture
        self._faces = faces
        self._height_px = height_px

    def frame(self, order: Mapping[str, Any], number: int, count: int, made_at_utc: datetime, product: str) -> None:
        """Write what stands at the head and the foot of each page."""
        self._text(EDGE_PX, 36.0, product, SMALL_PX + 1, "text-muted", strong=True)
        self._text(WIDTH_PX - EDGE_PX, 36.0, str(order.get("running") or ""), SMALL_PX + 1, "text-muted", ha="right")
        self._rule(54.0)
        y_px = self._height_px - 46.0
        self._rule(y_px - 8.0)
        stamp = f"Page {number} of {count}"
        source = _wrapped(str(order.get("source") or ""), SMALL_PX, ROOM_PX - 210.0)[:2]
        self._text(EDGE_PX, y_px, "\n".join(source), SMALL_PX, "text-faint")
        # a report that is drawn once more has to come out the same for everybody: it says no reader's moment
        made = f"Made {order.get('made_at') or f'{made_at_utc:%Y-%m-%d %H:%M} UTC'}"
        self._text(WIDTH_PX - EDGE_PX, y_px, f"{made} · {stamp}", SMALL_PX, "text-faint", ha="right")

    def put(self, block: Block, y_px: float) -> None:
        """Draw one block with its upper edge at a height."""
        if block.kind == "chart":
            self._chart(block, y_px)
        elif block.kind in ("row", "row_head"):
            self._row(block, y_px)
        elif block.kind == "cards":
            for n, card in enumerate(block.content):
                self._card(card, EDGE_PX + n * ROOM_PX / CARDS_COUNT, y_px)
        elif block.kind == "facts":
            for n, (name, text) in enumerate(block.content):
                left = EDGE_PX + n * ROOM_PX / 2
                self._text(left, y_px, str(name), CELL_PX, "text-muted")
                self._text(left + 110.0, y_px, text, CELL_PX, "text")
        elif block.kind != "gap":
            sizes = {"title": TITLE_PX, "heading": HEADING_PX, "lead": TEXT_PX + 1, "note": SMALL_PX}
            is_strong = block.kind in ("title", "heading")
            tone = "text-muted" if block.kind in ("note", "lead") else "text"
            self._text(EDGE_PX, y_px, block.content, sizes.get(block.kind, TEXT_PX), tone, strong=is_strong)

    def _text(
        self, x_px: float, y_px: float, text: str, size_px: float, tone: str, *, strong: bool = False, ha: str = "left"
    ) -> None:
        self._picture.text(
            x_px / WIDTH_PX,
            1 - y_px / self._height_px,
            text,
            ha=ha,
            va="top",
            color=color(tone),
            fontproperties=self._faces.sized(size_px, strong),
            linespacing=1.25,
        )

    def _card(self, card: Card, x_px: float, y_px: float) -> None:
        for line in card.lines:
            self._text(x_px, y_px + line.down_px, line.text, line.size_px, line.tone, strong=line.is_strong)
        if card.spark:
            draw_spark(self._picture, card.spark, (x_px, y_px + card.height_px - 24.0, 96.0, 16.0), self._size())

    def _size(self) -> tuple[float, float]:
        return WIDTH_PX, self._height_px

    def _rule(self, y_px: float, tone: str = "line", width: float = 0.7) -> None:
        from matplotlib.lines import Line2D

        edges = (EDGE_PX / WIDTH_PX, 1 - EDGE_PX / WIDTH_PX)
        at = 1 - y_px / self._height_px
        line = Line2D(edges, (at, at), transform=self._picture.transFigure, color=color(tone), linewidth=width)
        self._picture.add_artist(line)

    def _row(self, block: Block, y_px: float) -> None:
        is_head = block.kind == "row_head"
        left = EDGE_PX
        content = block.content
        for cell, width, is_number in zip(content["cells"], content["widths"], content["numbers"], strict=True):
            if isinstance(cell, dict):
                place = (left + 4.0, y_px + 4.0, min(max(width - 8.0, 8.0), SPARK_MAX_PX), block.height_px - 9.0)
                draw_spark(self._picture, cell["spark"], place, self._size())
                left += width + CELL_GAP_PX
                continue
            x_px = left + width if is_number else left
            tone = "text-muted" if is_head else "text"
            ha = "right" if is_number else "left"
            self._text(x_px, y_px + 3.0, cell, CELL_PX, tone, strong=is_head, ha=ha)
            left += width + CELL_GAP_PX
        self._rule(y_px + block.height_px - 1.0, "line-strong" if is_head else "grid", 0.8 if is_head else 0.5)

    def _chart(self, block: Block, y_px: float) -> None:
        """Draw a chart in its own part of the page, as if that were a picture."""
        width_px, height_px = ROOM_PX + 32.0, block.height_px
        side = (WIDTH_PX - width_px) / 2
        rows = [max(y_px, 1.0), height_px, max(self._height_px - y_px - height_px, 1.0)]
        grid = self._picture.add_gridspec(3, 3, width_ratios=[side, width_px, side], height_ratios=rows)
        part = self._picture.add_subfigure(grid[1, 1])
        part.set_facecolor("none")
        plot = Plot(part, self._faces, block.content, width_px, height_px)
        plot.head()
        plot.traces()
        plot.bands()
        plot.annotations()
        plot.settle()
