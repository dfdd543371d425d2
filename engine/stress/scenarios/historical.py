"""What if an event of the library came again?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.kernel.errors import InputRefused, Problem
from engine.stress.replay import Mode
from engine.stress.result import ReplayResult
from engine.stress.scenarios import SCENARIOS, Key, Scenario
from engine.stress.world import StressWorld


@SCENARIOS.register("historical")
class Historical(Scenario):
    """An event by its id, at once or day by day."""

    label: ClassVar[str] = "Historical event"
    kind: Literal["historical"] = "historical"
    event: Key
    mode: Mode = "instant"

    def explain(self) -> str:
        """Return one sentence that says what is assumed."""
        return f"Today's weights live through the event {self.event}."

    def answer(self, world: StressWorld) -> ReplayResult:
        """Return the replay."""
        if self.event not in world.windows:
            known = ", ".join(world.windows)
            raise InputRefused([Problem("event", f"There is no event '{self.event}'.", f"Choose among {known}.")])
        return world.replayer.replay(world.windows[self.event], self.mode)
