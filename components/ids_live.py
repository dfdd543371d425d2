"""Which ids do live prices use in the frame of every page?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Live(metaclass=Frozen):
    """The light's panel, and the line that says that a replay is played."""

    NOTE: Final = "live-note"
    NOTE_WORDS: Final = "live-note-words"  # written by assets/live_screen.js
    BUTTON: Final = "live-button"  # the light itself; opens the panel
    PANEL: Final = "live-panel"
    WORDS: Final = "live-words"  # written by assets/live_screen.js
    SENTENCE: Final = "live-sentence"  # written by assets/live_screen.js
    SCREEN_PAUSE: Final = "live-screen-pause"  # answered by assets/live_screen.js
    CONTROLS: Final = "live-controls"
    MODE: Final = "live-mode"
    SPEED: Final = "live-speed"
    START_ON: Final = "live-start-on"
    REPLAY_FIELDS: Final = "live-replay-fields"
    PROBLEM: Final = "live-problem"
    START: Final = "live-start"
    HOUSE_PAUSE: Final = "live-house-pause"
    STOP: Final = "live-stop"
    ASKED: Final = "live-asked"  # Store, never filled: the interval's questions are answered in the browser
    CHANGED: Final = "live-changed"  # Store, changes when the feed was started, paused or stopped here
