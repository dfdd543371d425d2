"""What is told about a file of holdings or transactions before, while and after it is booked?

Money and quantities are Decimal and become strings in JSON; weights are fractions.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.messages.exact import Exact
from services.messages.frozen import Message
from services.messages.portfolios import Strategy

Key = Annotated[str, Field(max_length=200)]
Word = Annotated[str, Field(max_length=120)]


class FileKindName(StrEnum):
    """What the rows of a file are."""

    HOLDINGS = "holdings"
    TRANSACTIONS = "transactions"


class HoldingsImportState(StrEnum):
    """A file that is looked at, one that was booked, and one that was booked and taken back."""

    DRAFT = "draft"
    IMPORTED = "imported"
    UNDONE = "undone"


class ReplaceMode(StrEnum):
    """Whether holdings of a file are all that a portfolio holds afterwards, or come to what it holds."""

    REPLACE = "replace"
    ADD = "add"


class NewAsset(Message):
    """An asset of one's own, for the house alone; its prices are imported as market data."""

    symbol: str = Field(max_length=40)
    name: str = Field(max_length=200)
    currency: str = Field(max_length=3)
    asset_class: str = Field("equity", max_length=20)


class SymbolChoice(Message):
    """What a name in the file means: an asset that is known here, a new one, or nothing that is booked."""

    asset: str | None = Field(None, max_length=40)
    new: NewAsset | None = None
    skip: bool = False


class TargetChoice(Message):
    """Where the rows of one account go: a portfolio that exists, or a new one."""

    portfolio_id: str | None = Field(None, max_length=64)
    name: str | None = Field(None, max_length=200)
    client_id: str | None = Field(None, max_length=64)
    base_currency: str = Field("USD", max_length=3)
    strategy: Strategy = Strategy.LONG_ONLY


class ImportChoices(Message):
    """What a person says about a file; what is left out is guessed, and shown as a guess.

    `columns` names the column of each field by its place from 0; `words` gives the types of transactions their kind;
    `symbols` and `accounts` are keyed as in the check. `total_value_ccy` is what weights are weights of.
    """

    kind: FileKindName | None = None
    layout: str | None = Field(None, max_length=60)
    columns: dict[Word, int] | None = Field(None, max_length=40)
    day_order: str | None = Field(None, pattern="^(day_first|month_first)$")
    decimal: str | None = Field(None, pattern="^[.,]$")
    weight_unit: str | None = Field(None, pattern="^(percent|fraction)$")
    words: dict[Word, Word] = Field(default_factory=dict, max_length=200)
    currency: str | None = Field(None, max_length=3)
    symbols: dict[Key, SymbolChoice] = Field(default_factory=dict, max_length=2000)
    accounts: dict[Key, TargetChoice] = Field(default_factory=dict, max_length=200)
    as_of: date | None = None
    total_value_ccy: Decimal | None = Field(None, gt=0, le=Decimal(10) ** 13)
    mode: ReplaceMode = ReplaceMode.REPLACE
    leave_out_problems: bool = False
    skip_repeats: bool = False
    fund_missing_cash: bool = False
    template_name: str | None = Field(None, max_length=120)


class ColumnView(Message):
    """One column of the file, and the field that it is read as; None where it is not read."""

    heading: str
    field: str | None
    label: str | None


class QuestionView(Message):
    """Something that the file does not tell: answered once, by the field of the choices with this name."""

    name: str
    sentence: str
    options: tuple[tuple[str, str], ...]


class Candidate(Message):
    """An asset that a name in the file may mean."""

    symbol: str
    name: str
    currency: str
    why: str


class FileSymbol(Message):
    """One name in the file with what it means.

    `status` is `known`, `remembered`, `guessed`, `chosen`, `new`, `skipped` or `unknown`; only the last one waits for
    an answer. `caution` says where the symbol alone tells which asset it is, although the file has an identifier;
    choosing the asset accepts that.
    """

    key: str
    symbol: str
    identifiers: tuple[tuple[str, str], ...]
    name: str
    currency: str
    rows_count: int
    status: str
    asset_symbol: str | None
    asset_name: str | None
    candidates: tuple[Candidate, ...]
    suggestion: NewAsset | None
    is_priced: bool
    caution: str = ""


class AccountView(Message):
    """The rows of one account with the portfolio that they go to; `value_ccy` is None where something has no price."""

    key: str
    account: str
    rows_count: int
    portfolio_id: str | None
    portfolio_name: str
    base_currency: str
    strategy: Strategy
    positions_count: int
    entries_count: int
    duplicates_count: int
    cash: tuple[tuple[str, Exact], ...]
    value_ccy: Exact | None
    priced_value_ccy: Exact
    as_of: date | None
    unpriced: tuple[str, ...]


class RowProblem(Message):
    """One thing that keeps a row, or the file, from being booked: line (1 is the first) and column, cause, way out."""

    line: int | None
    column: str | None
    message: str
    advice: str


class DroppedRow(Message):
    """A line that is no row, such as a total."""

    line: int
    text: str
    why: str


class LeftOut(Message):
    """What is not booked where the rows with problems are left out.

    How many rows, the first hundred lines, and what that means for positions and cash, in sentences.
    """

    rows_count: int
    lines: tuple[int, ...]
    sentences: tuple[str, ...]


class HoldingsImportView(Message):
    """One file that is looked at, or was booked."""

    id: str
    state: HoldingsImportState
    kind: FileKindName
    file_name: str
    sha256: str
    size_bytes: int
    created_at_utc: datetime
    imported_at_utc: datetime | None
    by: str | None
    portfolios: tuple[tuple[str, str], ...]
    entries_count: int
    rejects_count: int
    new_assets: tuple[str, ...]
    unpriced: tuple[str, ...]
    undone_at_utc: datetime | None
    undone_by: str | None
    sentence: str
    row_version: int


class HoldingsCheck(Message):
    """What booking a file would do. Nothing is booked to find this out.

    `step` is the first of `columns`, `symbols`, `check` that waits for an answer, or `ready`. `problems` holds the
    first five hundred of `problems_count`; `rejects_count` counts the rows that they reject. `left_out` says what
    booking the good rows alone would lack, names that were left out included; None where every row is booked.
    """

    draft: HoldingsImportView
    choices: ImportChoices
    step: str
    layout: str
    layout_label: str
    file_words: str
    header_line: int
    template_name: str | None
    columns: tuple[ColumnView, ...]
    sample: tuple[tuple[str, ...], ...]
    rows_count: int
    questions: tuple[QuestionView, ...]
    symbols: tuple[FileSymbol, ...]
    accounts: tuple[AccountView, ...]
    needs_value: bool
    dropped: tuple[DroppedRow, ...]
    duplicates_count: int
    repeats_count: int
    notes: tuple[str, ...]
    problems: tuple[RowProblem, ...]
    problems_count: int
    rejects_count: int
    left_out: LeftOut | None
    already: HoldingsImportView | None
    can_import: bool
    sentence: str


class HoldingsDone(Message):
    """What was booked; `is_new` is False where the draft had been booked before."""

    imported: HoldingsImportView
    is_new: bool


class ImportTemplateView(Message):
    """How files with one header are read in this house."""

    id: str
    name: str
    kind: FileKindName
    layout: str
    layout_label: str
    columns: dict[str, int] | None
    used_count: int
    created_at_utc: datetime
    row_version: int


class ImportTemplateChanges(Message):
    """What to change of a template; only the fields that are sent are changed."""

    name: str | None = Field(None, min_length=1, max_length=120)
    columns: dict[Word, int] | None = Field(None, max_length=40)
