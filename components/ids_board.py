"""Which ids does the dashboard use, beside those of the home page that it stands on?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Board(metaclass=Frozen):
    """Cards that stand where their user puts them."""

    BOX: Final = "board-box"  # around the grid; assets/board.js writes into it that it is being changed
    GRID: Final = "board-grid"
    LAYOUTS: Final = "board-layouts"  # Store, the views as the server keeps them and the one that is shown
    CARDS: Final = "board-cards"  # Store, where the cards stand while they are moved
    SAID: Final = "board-said"  # live region: where a card stands after a move by the keyboard
    VIEWS: Final = "board-views"
    CUSTOMIZE: Final = "board-customize"
    BAR: Final = "board-bar"  # what is there while cards are moved
    NAME: Final = "board-name"
    ERRORS: Final = "board-errors"
    SAVE: Final = "board-save"
    CANCEL: Final = "board-cancel"
    RESET: Final = "board-reset"
    SHARE_WITH: Final = "board-share-with"
    SHARE: Final = "board-share"
    SHARED: Final = "board-shared"  # the views that their user gave to others
    ADD: Final = "board-add"  # the cards that are hidden, as buttons
    CURRENCY: Final = "board-currency"
    CHIPS: Final = "board-chips"
    MOVED: Final = "board-moved"  # Store, changes when live prices have moved the day
    GOOD: Final = "board-good"  # Store, when each part was read whole last; likewise for news, and for a day that moves
    GOOD_NEWS: Final = "board-good-news"
    GOOD_DAY: Final = "board-good-day"
    STAMP: Final = "board-stamp"
    YEAR: Final = "board-year"
    TODAY: Final = "board-today"
    HOLDINGS: Final = "board-holdings"
    SECTORS: Final = "board-sectors"
    TASKS: Final = "board-tasks"
    ACTIONS: Final = "board-actions"
    ACTIONS_PORTFOLIO: Final = "board-actions-portfolio"
    SHEET: Final = "board-sheet"
    SHEET_BODY: Final = "board-sheet-body"
    SHEET_OPEN: Final = "board-sheet-open"
    SHEET_CLOSE: Final = "board-sheet-close"

    @staticmethod
    def card(key: str) -> str:
        """Return the id of a card; the grid takes plain words only."""
        return f"board-card-{key}"

    @staticmethod
    def share_stop(index: Any) -> Pattern:
        """Button that takes a shared view back; the index is its id."""
        return pattern("board-share-stop", index)

    @staticmethod
    def note(index: Any) -> Pattern:
        """Line above a card's content that says why it is not fresh; the index is the part."""
        return pattern("board-note", index)

    @staticmethod
    def note_words(index: Any) -> Pattern:
        """Words of that line."""
        return pattern("board-note-words", index)

    @staticmethod
    def retry(index: Any) -> Pattern:
        """Button that reads the part again."""
        return pattern("board-retry", index)
