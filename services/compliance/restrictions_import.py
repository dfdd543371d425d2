"""How do the names in a file get on a list, and which of them does nobody know?

Columns: symbol or isin, and where wanted covers, from, until, reason. Names that are known are put on the list even
where others are not; whatever was not taken is told line by line. Names are only added, never removed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from data.upload.cells import EMPTY, Limits, Line, Sheet, read_cells
from data.upload.problems import Problems, shown
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.restrictions import KIND, put_on_record
from services.compliance.restrictions_checks import entry_row, person_id, refuse_closed
from services.errors import FieldProblem, InvalidRequest
from services.messages.compliance_restrictions import Covers, ListImport, ListImportProblem, NewEntry
from services.ports import Ports

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork

FILE_MAX_BYTES: Final = 2 * 1024 * 1024
ROWS_MAX_COUNT: Final = 20_000
_LIMITS: Final = Limits(FILE_MAX_BYTES, ROWS_MAX_COUNT, columns="symbol,from,until,reason")
_HEADINGS: Final = {
    "symbol": "symbol", "ticker": "symbol", "asset": "symbol", "isin": "isin", "covers": "covers", "scope": "covers",
    "from": "from_on", "from_on": "from_on", "start": "from_on", "until": "until_on", "until_on": "until_on",
    "to": "until_on", "end": "until_on", "reason": "reason", "note": "reason", "comment": "reason",
}  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """One line of the file: its cells by field, and the name as it stands in the file."""

    number: int
    values: dict[str, str]

    @property
    def name(self) -> str:
        return self.values.get("symbol") or self.values.get("isin") or ""

    def refused(self, sentence: str) -> ListImportProblem:
        return ListImportProblem(line_number=self.number, symbol=self.name[:40], sentence=sentence)


class RestrictionFiles:
    """Files of names for the lists of the actor's house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def take_in(
        self, list_id: str, raw: bytes, actor: Actor, *, reason: str | None = None, is_dry_run: bool = False
    ) -> ListImport:
        """Put the names of a file on a list.

        Parameters
        ----------
        list_id : str
        raw : bytes
            CSV in its usual dialects, or an Excel workbook.
        actor : Actor
        reason : str, optional
            For lines that give none.
        is_dry_run : bool
            Nothing is written.

        Raises
        ------
        InvalidRequest
            The file as a whole cannot be read.
        Conflict
            The list is closed.

        """
        authorize(actor, Permission.RESTRICTIONS_WRITE)
        rows = _rows(raw)
        today = self._ports.clock.now_utc().date()
        with self._ports.store.work(actor) as uow:
            of_list = uow.restriction_lists.get(list_id, write=True)
            refuse_closed(of_list)
            done = _Taking(uow, of_list, today, person_id(actor), reason, is_dry_run=is_dry_run)
            for row in rows:
                done.take(row)
            found = done.outcome(len(rows))
            if not is_dry_run and done.added_count:
                after = {"added": done.added_count, "already": done.already_count, "unknown": len(done.unknown)}
                note(uow, "restriction_list.import", KIND, list_id, after=after)
                uow.commit()
        return found


class _Taking:
    """The lines of one file on their way to a list."""

    def __init__(
        self,
        uow: UnitOfWork,
        of_list: tables.RestrictionList,
        today: date,
        by_id: str | None,
        reason: str | None,
        *,
        is_dry_run: bool,
    ) -> None:
        self._uow, self._list, self._today, self._by_id = uow, of_list, today, by_id
        self._reason, self._is_dry_run = reason, is_dry_run
        self._locks = uow.locked_periods.all()
        self._seen: set[tuple[object, ...]] = set()
        self.added_count = 0
        self.already_count = 0
        self.unknown: list[ListImportProblem] = []
        self.problems: list[ListImportProblem] = []

    def take(self, row: _Row) -> None:
        """Put one line on the list, or note why not."""
        symbol = self._symbol_of(row)
        if symbol is None:
            how = "Check the spelling, or import the asset first."
            self.unknown.append(row.refused(f"No asset is called {shown(row.name)}. {how}"))
            return
        try:
            new = self._wish(row, symbol)
            made = entry_row(self._uow, self._list, new, self._today, self._by_id)
        except InvalidRequest as error:
            said = [f"{one.message} {one.advice}" for one in error.fields] or [error.sentence]
            self.problems.append(row.refused(" ".join(said)))
            return
        if self._is_locked(made.from_on):
            self.problems.append(row.refused(f"{formatting.day(made.from_on)} lies in or before a locked period."))
            return
        key = (made.asset_id, made.issuer_id, made.issuer_group_id, made.from_on, made.until_on)
        if key in self._seen or self._uow.restriction_entries.same(made) is not None:
            self.already_count += 1
            return
        self._seen.add(key)
        self.added_count += 1
        if not self._is_dry_run:
            self._uow.restriction_entries.add(made)
            put_on_record(self._uow, made)

    def outcome(self, lines_count: int) -> ListImport:
        """Return what became of all lines."""
        verb = "can be put" if self._is_dry_run else "were put" if self.added_count != 1 else "was put"
        parts = [f"{formatting.count(self.added_count, 'name')} {verb} on {self._list.name!r}"]
        if self.already_count:
            is_or_are = "stands" if self.already_count == 1 else "stand"
            parts.append(f"{formatting.number(self.already_count, 0)} {is_or_are} on it already")
        if self.unknown:
            parts.append(f"{formatting.count(len(self.unknown), 'name is', 'names are')} not known")
        if self.problems:
            parts.append(f"{formatting.count(len(self.problems), 'line has a problem', 'lines have problems')}")
        return ListImport(
            is_dry_run=self._is_dry_run,
            lines_count=lines_count,
            added_count=self.added_count,
            already_count=self.already_count,
            unknown=tuple(self.unknown),
            problems=tuple(self.problems),
            sentence="; ".join(parts) + ".",
        )

    def _is_locked(self, day: date) -> bool:
        return any(day <= one.end_on for one in self._locks)

    def _symbol_of(self, row: _Row) -> str | None:
        """Return the symbol of the asset that a line names, by symbol or else by ISIN."""
        symbol = row.values.get("symbol", "")
        for one in dict.fromkeys((symbol, symbol.upper())):
            if one and one in self._uow.assets.by_symbols([one]):
                return one
        isin = row.values.get("isin", "").upper()
        asset = self._uow.assets.find_by_identifier("isin", isin, self._today) if isin else None
        return None if asset is None else asset.symbol

    def _wish(self, row: _Row, symbol: str) -> NewEntry:
        """Return what the line asks for; InvalidRequest names every cell that cannot be read."""
        problems: list[FieldProblem] = []

        def read(name: str, convert: Callable[[str], object], advice: str) -> object:
            text = row.values.get(name, "")
            if not text:
                return None
            try:
                return convert(text)
            except ValueError:
                problems.append(FieldProblem(name, f"{shown(text)} cannot be read.", advice))
                return None

        dates = "Write dates like 2026-03-31."
        from_on = read("from_on", date.fromisoformat, dates)
        until_on = read("until_on", date.fromisoformat, dates)
        covers = read("covers", _covers, "Write asset, issuer or issuer_group.")
        reason = row.values.get("reason") or self._reason or ""
        if len(reason) < 3:
            problems.append(FieldProblem("reason", "No reason is given.", "Fill the column, or give one for the file."))
        if problems:
            raise InvalidRequest("The line has problems.", fields=tuple(problems))
        try:
            return NewEntry(
                covers=covers or Covers.ASSET,
                symbol=symbol,
                from_on=from_on,
                until_on=until_on,
                reason=reason,
            )
        except ValidationError:
            raise InvalidRequest("The reason is longer than 2,000 characters.", "Shorten it.") from None


def _covers(text: str) -> Covers:
    return Covers(text.lower().replace(" ", "_"))


def _rows(raw: bytes) -> list[_Row]:
    """Return the lines of a file, or refuse what cannot be read as a table of names."""
    problems = Problems()
    sheet = read_cells(raw, _LIMITS, problems, _is_known) if raw else Sheet()
    names = _columns(sheet.header)
    if not problems.total_count and not {"symbol", "isin"} & set(names.values()):
        problems.add(None, None, "The file has no column with symbols.", "Name one column symbol or isin.")
    if problems.total_count:
        fields = tuple(
            FieldProblem("file" if one.line is None else f"line {one.line}", one.message, one.advice)
            for one in problems.sorted()
        )
        raise InvalidRequest("The file cannot be read.", "See each place.", fields=fields)
    return [_row(line, names) for line in sheet.lines]


def _is_known(heading: str) -> bool:
    return heading.strip().lower() in _HEADINGS


def _columns(header: Line | None) -> dict[int, str]:
    """Return which column holds which field; of several for one field the first counts."""
    found: dict[int, str] = {}
    for place, cell in enumerate(() if header is None else header.cells):
        name = _HEADINGS.get(cell.text.strip().lower())
        if name is not None and name not in found.values():
            found[place] = name
    return found


def _row(line: Line, names: dict[int, str]) -> _Row:
    cells = {name: (line.cells[place] if place < len(line.cells) else EMPTY) for place, name in names.items()}
    return _Row(line.number, {name: cell.text.strip() for name, cell in cells.items()})
