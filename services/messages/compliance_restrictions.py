"""In which shapes are lists of what may not be traded, locates and lots made and shown?"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.messages.compliance_records import ChangeRequestView
from services.messages.exact import Exact
from services.messages.frozen import Message

Reason = Annotated[str, Field(min_length=3, max_length=2_000)]
Symbol = Annotated[str, Field(min_length=1, max_length=40)]


class ListKind(StrEnum):
    """What a list does: forbid trades, let them be looked at, exclude by a client's values, or shut a window."""

    RESTRICTED = "restricted"
    WATCH = "watch"
    EXCLUSION = "exclusion"
    BLACKOUT = "blackout"


class ListScope(StrEnum):
    """For whom a list counts."""

    HOUSE = "house"
    CLIENT = "client"
    PORTFOLIO = "portfolio"
    PERSON = "person"


class Covers(StrEnum):
    """What an entry names: one asset, all of its issuer's, all of the issuer's group, or everything."""

    ASSET = "asset"
    ISSUER = "issuer"
    ISSUER_GROUP = "issuer_group"
    EVERYTHING = "everything"


class EntryState(StrEnum):
    """How an entry stands today."""

    TO_COME = "to_come"
    IN_FORCE = "in_force"
    OVER = "over"
    REMOVED = "removed"


class NewRestrictionList(Message):
    """A list to be made; `scope_id` is the id of the client, portfolio or person, and none for the house."""

    kind: ListKind
    name: Annotated[str, Field(min_length=1, max_length=120)]
    scope_kind: ListScope = ListScope.HOUSE
    scope_id: Annotated[str, Field(max_length=36)] | None = None
    note: Annotated[str, Field(max_length=2_000)] | None = None


class RestrictionListChanges(Message):
    """What to change; left out is kept."""

    name: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    note: Annotated[str, Field(max_length=2_000)] | None = None


class RestrictionListView(Message):
    """One list. `entries_count` counts what is in force on the day asked about."""

    id: str
    kind: ListKind
    name: str
    scope_kind: ListScope
    scope_id: str | None
    scope_name: str | None
    note: str | None
    entries_count: int
    created_by: str | None
    created_at_utc: datetime
    closed_on: date | None
    is_sample: bool
    row_version: int
    sentence: str


class NewEntry(Message):
    """A name for a list; `from_on` is today where left out, and an entry without `until_on` has no end."""

    covers: Covers = Covers.ASSET
    symbol: Symbol | None = None
    from_on: date | None = None
    until_on: date | None = None
    reason: Reason


class EntryView(Message):
    """One entry, in force or not; `request_id` names the request for its removal that waits for a second person."""

    id: str
    list_id: str
    covers: Covers
    symbol: str | None
    name: str
    from_on: date
    until_on: date | None
    reason: str
    added_by: str | None
    added_at_utc: datetime
    removed_on: date | None
    removed_by: str | None
    removed_at_utc: datetime | None
    removal_reason: str | None
    state: EntryState
    request_id: str | None
    row_version: int


class EntryRemoval(Message):
    """What became of the wish to remove an entry: done at once, or waiting for a second person."""

    entry: EntryView
    request: ChangeRequestView | None
    sentence: str


class ListImportProblem(Message):
    """One line of a file that was not taken, with what it says and the way out."""

    line_number: int
    symbol: str
    sentence: str


class ListImport(Message):
    """What a file of names became. `unknown` names what no asset is called; nothing is written in a dry run."""

    is_dry_run: bool
    lines_count: int
    added_count: int
    already_count: int
    unknown: tuple[ListImportProblem, ...]
    problems: tuple[ListImportProblem, ...]
    sentence: str


class NewLocate(Message):
    """Shares that a broker found for short sales; for one portfolio, or for all where none is named."""

    symbol: Symbol
    quantity: Exact
    broker: Annotated[str, Field(min_length=1, max_length=120)]
    reference: Annotated[str, Field(max_length=100)] | None = None
    portfolio_id: Annotated[str, Field(max_length=36)] | None = None
    valid_on: date | None = None
    valid_until: date | None = None


class LocateView(Message):
    """One locate."""

    id: str
    symbol: str
    quantity: Exact
    broker: str
    reference: str | None
    portfolio_id: str | None
    valid_on: date
    valid_until: date
    recorded_by: str | None
    recorded_at_utc: datetime
    is_withdrawn: bool


class LotWish(Message):
    """In which lots an asset is traded."""

    lot_quantity: Exact
    least_quantity: Exact


class LotView(LotWish):
    """The lot of one asset."""

    symbol: str
    set_by: str | None
    row_version: int


class Listing(Message):
    """How one asset is listed for a portfolio on a day."""

    symbol: str
    name: str
    kinds: tuple[ListKind, ...]
    list_names: tuple[str, ...]
    until: date | None
    reason: str
    sentence: str
