"""What if the days between two dates came again?"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from engine.kernel.units import day
from engine.stress.replay import Mode, Window
from engine.stress.result import ReplayResult
from engine.stress.scenarios import SCENARIOS, Scenario, Title
from engine.stress.world import StressWorld

WITHOUT_SESSION_MAX_DAYS = np.timedelta64(4, "D")


@SCENARIOS.register("window")
class DatesAgain(Scenario):
    """From the close of one day to the close of a later one."""

    label: ClassVar[str] = "Own dates"
    kind: Literal["window"] = "window"
    name: Title = "Own dates"
    start: date
    end: date
    mode: Mode = "instant"

    @model_validator(mode="after")
    def _in_order(self) -> DatesAgain:
        if self.end <= self.start:
            raise ValueError("the end must come after the start")
        return self

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        return f"Today's weights live from the close of {day(self.start)} to that of {day(self.end)}."

    def answer(self, world: StressWorld) -> ReplayResult:
        """Return the replay; the sessions are those of the history, else the weekdays between the dates.

        Ends that fall on days without a session, as on a weekend, count as the session before.
        """
        dates = world.history.dates
        start, end = np.datetime64(self.start, "D"), np.datetime64(self.end, "D")
        sessions = max(1, int(np.busday_count(self.start, self.end)))
        inside = int(((dates > start) & (dates <= end)).sum())
        if inside and start >= dates[0] - WITHOUT_SESSION_MAX_DAYS and end <= dates[-1] + WITHOUT_SESSION_MAX_DAYS:
            sessions, end = inside, min(end, dates[-1].astype("datetime64[D]"))
        return world.replayer.replay(Window("window", self.name, self.start, end.item(), sessions), self.mode)
