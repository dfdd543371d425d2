"""In which shape are the layouts of the dashboard kept: which cards stand where, under which names?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.messages.frozen import Message

Card = Literal["summary", "portfolios", "today", "holdings", "sectors", "attention", "tasks", "activity", "actions"]
ViewName = Annotated[str, Field(min_length=1, max_length=40)]
COLUMNS_COUNT = 12


class CardPlace(Message):
    """Where one card stands: columns of twelve, rows of 40 px, both from 0."""

    card: Card
    x: Annotated[int, Field(ge=0, lt=COLUMNS_COUNT)]
    y: Annotated[int, Field(ge=0, le=500)]
    w: Annotated[int, Field(ge=2, le=COLUMNS_COUNT)]
    h: Annotated[int, Field(ge=2, le=24)]


class DashboardViewInput(Message):
    """The cards of a view; those that are not named are hidden."""

    cards: Annotated[tuple[CardPlace, ...], Field(min_length=1, max_length=20)]


class KeptView(DashboardViewInput):
    """A view with its name, as it was before it was deleted or reset."""

    name: ViewName


class ChosenView(Message):
    """The view that the dashboard opens with."""

    name: ViewName


class DashboardLayout(Message):
    """One view: `is_shipped` came with the product, `is_changed` says that it was changed and can be reset."""

    name: str
    is_shipped: bool
    is_changed: bool
    cards: tuple[CardPlace, ...]


class NewSharedView(Message):
    """Which of one's views others get, as it stands now: those of a team, or everybody in the house."""

    view: ViewName
    sharing: Literal["team", "house"]
    team_id: Annotated[str, Field(max_length=64)] | None = None


class SharedView(Message):
    """A view that somebody gave to others; it stays as it was when it was given, and can be copied, not changed."""

    id: str
    name: str
    owner_name: str | None
    is_mine: bool
    sharing: Literal["team", "house"]
    team_id: str | None
    team_name: str | None
    cards: tuple[CardPlace, ...]
    shared_at_utc: datetime

    @property
    def title(self) -> str:
        """What it is called beside one's own views."""
        return f"{self.name} (from {self.owner_name or 'a colleague'})"

    @property
    def link(self) -> str:
        """Address that opens the dashboard with it."""
        return f"/?shared={self.id}"


class SharedViews(Message):
    """The views that were given by or to somebody, by name."""

    data: tuple[SharedView, ...]


class DashboardLayouts(Message):
    """The views of a user, and the one that the dashboard opens with."""

    chosen: str
    views: tuple[DashboardLayout, ...]
    row_version: int

    def named(self, name: str | None) -> DashboardLayout:
        """Return a view by name; the chosen one where there is none of that name."""
        found = {one.name: one for one in self.views}
        return found.get(name or "", found[self.chosen])
