"""Which holdings or transactions does a file bring, what does it leave open, and what is wrong with it?

Every line is read although another one is wrong. What could mean two things is a question, asked once for the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from data.upload.cells import EMPTY, Cell, Limits, Line
from data.upload.holdings import columns as places
from data.upload.holdings.cash import speaks_of_cash
from data.upload.holdings.conventions import find_conventions, is_pence, named_in, told_apart, without_details
from data.upload.holdings.days import day_of
from data.upload.holdings.headings import FIELDS, IDENTIFIERS, plain
from data.upload.holdings.layout import DayOrder, FileKind, FileLayout
from data.upload.holdings.numbers import NO_SYMBOL, NOTHING, number_of
from data.upload.holdings.registry import layout_named
from data.upload.holdings.rows import Dropped, FileRows, HoldingRow, Question, TransactionRow, Unread, Wishes
from data.upload.holdings.securities import Security, asset_class_of, identifier_of, name_of, scheme_of, symbol_of
from data.upload.holdings.table import FileTable, Header, find_header, is_other_header, read_table, total_word
from data.upload.holdings.words import KINDS, kind_of
from data.upload.problems import Problems, shown
from data.upload.values import Unreadable, fact_of

SAMPLE_ROWS_COUNT = 20
NAMES_MAX_COUNT = 5_000
"""So many securities a file may name: more are no portfolio, but a column that was taken for names."""
ABOUT = (*IDENTIFIERS, "currency", "price_currency", "asset_class")
"""The cells that say which security a row is about."""
Found = TypeVar("Found")
_CURRENCY_IN = re.compile(r"\b([A-Z]{3})\b")


def read_rows(raw: bytes, wishes: Wishes, limits: Limits, today: date) -> FileRows:
    """Return what a file brings; never raises for what stands in it.

    Parameters
    ----------
    raw : bytes
    wishes : Wishes
        What the person said; guesses fill the rest.
    limits : Limits
    today : date
        Later days are refused.

    """
    problems = Problems()
    table = read_table(raw, limits, problems)
    header = find_header(table, wishes.kind)
    kind = _kind(header, wishes)
    layout = layout_named(wishes.layout or (header.layout.name if header.layout else ""), kind)
    reader = RowReader(table, header, layout, wishes, problems, today)
    is_whole = not any(one.line is None or one.line == reader.header_number for one in problems.found)
    if table.lines and is_whole:
        reader.read()
    return FileRows(
        kind=kind,
        layout=layout,
        words=table.words,
        header_line=reader.header_number or 0,
        headings=header.headings,
        columns=reader.columns,
        sample=tuple(tuple(cell.text for cell in line.cells) for line in reader.body[:SAMPLE_ROWS_COUNT]),
        holdings=tuple(reader.holdings),
        transactions=tuple(reader.transactions),
        unread=tuple(reader.unread),
        rows_count=len(reader.body),
        lines={line.number: tuple(cell.text for cell in line.cells) for line in reader.body},
        dropped=tuple(reader.dropped),
        questions=tuple(reader.questions),
        problems=problems.sorted(),
        problems_count=problems.total_count,
        notes=tuple(table.notes + reader.notes),
        fingerprint=fingerprint_of(header, kind),
        is_whole=is_whole and bool(table.lines),
    )


def fingerprint_of(header: Header, kind: FileKind) -> str:
    """Return the hash of the headings, the same for every file of one maker."""
    return hashlib.sha256("|".join((kind.value, *header.plain)).encode()).hexdigest()


def _kind(header: Header, wishes: Wishes) -> FileKind:
    if header.layout is not None:
        return header.layout.kind
    if wishes.kind is not None:
        return wishes.kind
    is_done = any(one in {"type", "action", "typ", "transaction type"} for one in header.plain)
    return FileKind.TRANSACTIONS if is_done else FileKind.HOLDINGS


class RowReader:
    """Reads the rows of a table line by line.

    Parameters
    ----------
    table : FileTable
    header : Header
    layout : FileLayout
    wishes : Wishes
    problems : Problems
        Where everything wrong is added.
    today : date

    """

    def __init__(
        self, table: FileTable, header: Header, layout: FileLayout, wishes: Wishes, problems: Problems, today: date
    ) -> None:
        self.layout, self.wishes, self.problems = layout, wishes, problems
        self.notes: list[str] = []
        self.dropped: list[Dropped] = []
        self.questions: list[Question] = []
        self.holdings: list[HoldingRow] = []
        self.transactions: list[TransactionRow] = []
        self.unread: list[Unread] = []
        self.body: list[Line] = []
        self._header, self._today = header, today
        self.header_number = table.lines[header.place].number if header.place >= 0 else None
        self._account, self._day = "", None  # type: str, date | None
        self._accounts: dict[int, str] = {}
        self._known: dict[tuple[str, str], object] = {}
        self._securities: dict[tuple[str, ...], Security | None] = {}
        self._kinds: dict[str, str | None] = {}
        self._collect(table)
        self.body = without_details(self, header.headings, self.body)
        guessed, notes = places.guess(header, layout, self.body)
        if header.layout is not None and header.layout.name != layout.name:
            self.notes.append(f"Its header is that of “{header.layout.label}”, and it is read as “{layout.label}”.")
        self.notes += notes if wishes.columns is None else []
        chosen = guessed if wishes.columns is None else wishes.columns
        self.columns = places.fits(chosen, layout.kind, len(header.headings))
        self.implied = places.currencies(header, self.columns)
        self.order = DayOrder.MONTH_FIRST
        self.decimal = "."
        self.is_percent = False
        self.mismatches = 0

    def read(self) -> None:
        """Read every row; where the columns do not suffice, say what lacks."""
        number = self.header_number
        lacking = places.lacking(self.columns, self.layout.kind)
        if lacking:
            what = " and no column with ".join(lacking)
            message = f"There is no column with {what}."
            self.problems.add(number, None, message, "Say which column it is.")
            return
        if not self.body:
            self.problems.add(number, None, "There are no rows below the header.", "Add at least one.")
            return
        find_conventions(self)
        from data.upload.holdings.held import read_holding
        from data.upload.holdings.traded import read_transaction

        unknown: dict[str, str] = {}
        for line in self.body:
            before = self.problems.total_count
            if self.layout.kind is FileKind.HOLDINGS:
                held = read_holding(self, line)
                if held is not None and self.problems.total_count == before:
                    self.holdings.append(held)
                elif self.problems.total_count > before:
                    self._leave(line)
            else:
                word = self.text(line, "type")
                if word and self.kind(word) is None:
                    unknown.setdefault(plain(word), word)
                    continue
                done = read_transaction(self, line)
                if done is not None and self.problems.total_count == before:
                    self.transactions.append(done)
                elif self.problems.total_count > before:
                    self._leave(line)
        self.holdings, self.transactions = told_apart(self.holdings), told_apart(self.transactions)
        self._bound_names()
        options = tuple(KINDS.items())
        self.questions += [
            Question(f"word:{key}", f"What does {shown(word)} mean in this file?", options)
            for key, word in unknown.items()
        ]

    def _leave(self, line: Line) -> None:
        is_cash = self.layout.kind is FileKind.HOLDINGS and self.is_cash(line)
        self.unread.append(Unread(line.number, self.account(line), None if is_cash else named_in(self, line)))

    def _bound_names(self) -> None:
        rows: tuple[HoldingRow | TransactionRow, ...] = (*self.holdings, *self.transactions)
        count = len({row.security.key for row in rows if row.security is not None})
        if count > NAMES_MAX_COUNT:
            message = f"The rows name {count:,} securities, more than the {NAMES_MAX_COUNT:,} that a file may have."
            self.problems.add(None, None, message, "Choose the column that names them, or split the file.")
            self.holdings, self.transactions = [], []

    def _collect(self, table: FileTable) -> None:
        """Take the rows out of the lines; titles above and totals below are told."""
        header = self._header
        for line in table.lines[: max(header.place, 0)]:
            self._title(line)
        own = header.headings
        for line in table.lines[header.place + 1 :]:
            texts = tuple(cell.text for cell in line.cells)
            if header.layout is not None and is_other_header(line, header):
                self.notes.append(
                    f"From line {line.number} on the file has a table of another kind, which is not read."
                )
                break
            if header.place >= 0 and texts == own:
                self._drop(line, "The header again.")
            elif total_word(line):
                self._drop(line, "A total.")
            elif self.layout.skip_words and any(plain(text).startswith(self.layout.skip_words) for text in texts):
                self._drop(line, "No row: a remark of the maker.")
            elif len(own) > 2 and sum(map(bool, texts)) == 1:
                self._title(line)
                self._drop(line, "A single cell: a title or a remark.")
            else:
                self._accounts[line.number] = self._account
                self.body.append(line)

    def _title(self, line: Line) -> None:
        """Find account and day in a line beside the table."""
        text = " ".join(cell.text for cell in line.cells if cell.text)
        if self.layout.account_line and (found := re.search(self.layout.account_line, text)):
            self._account = found[1].strip()
        if self.layout.day_line and (found := re.search(self.layout.day_line, text)):
            try:
                self._day = day_of(found[1], self.layout.day_order or DayOrder.MONTH_FIRST, self._today)
            except Unreadable:
                return

    def _drop(self, line: Line, why: str) -> None:
        text = " ".join(cell.text for cell in line.cells if cell.text)
        self.dropped.append(Dropped(line.number, text[:120], why))

    def text(self, line: Line, name: str) -> str:
        """Return what stands in a field's cell."""
        return self.cell(line, name).text

    def cell(self, line: Line, name: str) -> Cell:
        """Return a field's cell; an empty one where there is no such column."""
        place = self.columns.get(name)
        return EMPTY if place is None or place >= len(line.cells) else line.cells[place]

    def heading(self, name: str) -> str:
        """Return how the file calls a field's column."""
        place = self.columns.get(name)
        return name if place is None else self._header.headings[place] or FIELDS[name].label

    def add(self, line: Line, name: str | None, message: str, advice: str) -> None:
        """Note a problem of a row."""
        self.problems.add(line.number, None if name is None else self.heading(name), message, advice)

    def known(self, line: Line, name: str, text: str, read: Callable[[str], Found]) -> Found | None:
        """Return what a cell says, read once for equal cells; None with the problem noted where it cannot be read."""
        key = (name, text)
        if key in self._known:
            return self._known[key]  # type: ignore[return-value]
        try:
            found = read(text)
        except Unreadable as error:
            self.add(line, name, error.message, error.advice)
            return None
        self._known[key] = found
        return found

    def number(self, line: Line, name: str) -> Decimal | None:
        """Return a number, or None where the cell is empty or cannot be read."""
        cell = self.cell(line, name)
        if cell.text.casefold() in NOTHING:
            return None
        mark = "." if cell.is_native else self.decimal
        return self.known(line, name, cell.text, lambda text: number_of(text, mark))

    def day(self, line: Line) -> date | None:
        """Return the row's day, else the one above the table."""
        text = self.text(line, "date")
        if not text:
            return self._day
        return self.known(line, "date", text, lambda one: day_of(one, self.order, self._today))

    def account(self, line: Line) -> str:
        """Return the row's account, else the one above the table."""
        return (self.text(line, "account") or self._accounts.get(line.number, ""))[:80]

    def currency(self, line: Line, name: str = "currency") -> str:
        """Return a row's currency in capitals; empty where nothing is said. Problems are noted."""
        text = self.text(line, name)
        if not text:
            return ""
        if is_pence(text):
            return "GBP"
        return self.known(line, name, text, lambda one: fact_of("currency", Cell(one)) or "") or ""

    def price(self, line: Line, name: str, *currencies: str) -> Decimal | None:
        """Return a price or an amount, pence as pounds, by the first of the currency's columns that says anything."""
        found = self.number(line, name)
        said = next((text for one in currencies if (text := self.text(line, one))), "")
        return found / 100 if found is not None and is_pence(said) else found

    def kind(self, word: str) -> str | None:
        """Return the kind of entry that a type means; None where nobody knows."""
        if word not in self._kinds:
            self._kinds[word] = kind_of(word, self.layout, self.wishes.words)
        return self._kinds[word]

    def is_cash(self, line: Line) -> bool:
        """Return whether a row of holdings is cash."""
        kind = plain(self.text(line, "asset_class"))
        if self.text(line, "isin").casefold() not in NOTHING:
            return False
        if kind in {"cash", "cash and money market"}:
            return True
        symbol, name = plain(self.symbol(line)), plain(self.text(line, "name"))
        return speaks_of_cash(symbol, name, self.layout.cash_words)

    def symbol(self, line: Line) -> str:
        """Return the cell of the symbol, empty where it says nothing; NA says nothing beside a name or identifier."""
        text = self.text(line, "symbol")
        if text.casefold() in NO_SYMBOL:
            return ""
        others = (self.text(line, name) for name in (*IDENTIFIERS[1:-1], "name"))
        return "" if text.casefold() == "na" and any(one.casefold() not in NOTHING for one in others) else text

    def cash_currency(self, line: Line) -> str:
        """Return the currency that a row of cash names in symbol or name: "$CASH-EUR", "Cash (EUR)"."""
        stated = self.currency(line)
        if stated:
            return stated
        text = f"{self.text(line, 'symbol')} {self.text(line, 'name')}".upper().replace("_", " ")
        for found in _CURRENCY_IN.findall(text):
            try:
                return fact_of("currency", Cell(found)) or ""
            except Unreadable:
                continue
        return ""

    def security(self, line: Line) -> Security | None:
        """Return what the row is about, read once for equal cells; None with the problem noted where nobody can say."""
        texts = tuple(self.text(line, name) for name in ABOUT)
        if texts not in self._securities:
            before = self.problems.total_count
            found = self._security(line)
            if self.problems.total_count != before:
                return found  # every row with these cells is told
            self._securities[texts] = found
        return self._securities[texts]

    def _security(self, line: Line) -> Security | None:
        found: list[tuple[str, str]] = []
        symbol = ""
        for name in IDENTIFIERS[1:-1]:
            text = self.text(line, name)
            if text.casefold() in NOTHING:
                continue
            one = self.known(line, name, text, lambda cell, scheme=name: identifier_of(scheme, cell))  # type: ignore[misc]
            if one is not None:
                found.append((name, str(one)))
        text = self.symbol(line)
        if text:
            said = self.known(line, "symbol", text, symbol_of)
            scheme = None if said is None else scheme_of(said)
            if said is not None and scheme is not None:
                found.append((scheme, said))
            elif said is not None:
                symbol = said
        called = name_of(self.text(line, "name"))
        if not symbol and not found and not called:
            self.add(line, "symbol", "The row names no security.", "Fill in a symbol, or leave the row out.")
            return None
        kind = asset_class_of(plain(self.text(line, "asset_class")))
        # the currency of a booking is the account's, and says nothing of where the security is listed
        listed_in = self.currency(line, "currency" if self.layout.kind is FileKind.HOLDINGS else "price_currency")
        return Security(symbol, tuple(dict.fromkeys(found)), called, listed_in, kind)
