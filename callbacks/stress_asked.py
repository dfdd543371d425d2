"""What was asked on the page of stress tests beyond single scenarios, for files: the answers, and a chart of one?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dash import State

from callbacks import stress_figures as drawing
from callbacks import stress_typed as typed
from callbacks.actor import actor, services
from callbacks.stress_chance import broken_wish, chance_wish, redeem_wish
from callbacks.stress_repair import repair_wish
from callbacks.stress_reverse import reverse_wish
from components.ids import Stress
from services.errors import InvalidRequest, Unavailable
from services.messages.stress_questions import (
    CorrelationReport,
    LiquidityReport,
    MonteCarloReport,
    RepairReport,
    ReverseReport,
)
from services.messages.stress_report import StressReport, StressWish
from services.stress import report_of

FORMS: Final[dict[str, type[Any]]] = {
    "chance": MonteCarloReport,
    "broken": CorrelationReport,
    "redemption": LiquidityReport,
    "reverse": ReverseReport,
    "repair": RepairReport,
}
"""Question -> form of its answer, in the order of the page."""
View = dict[str, str]
STATES: Final = (
    *(State(one, "data") for one in (Stress.VIEW, Stress.PICK, Stress.BUILD, Stress.CHANCE_ASKED, Stress.REDEEM_ASKED)),
    *(State(one, "data") for one in (Stress.REVERSE_ASKED, Stress.REPAIR_ASKED)),
    *(State(one, "value") for one in (Stress.BREAK_KIND, Stress.BREAK_STRENGTH, Stress.REPAIR_WAY)),
    State(Stress.TABS, "active_tab"),
    State(Stress.CHOSEN, "data"),
)
"""What a callback has to know to read `Asked.of`."""


@dataclass(frozen=True)
class Asked:
    """What the page shows at this moment, as it was asked for."""

    view: View
    pick: View
    build: dict[str, Any] | None
    chance: dict[str, Any] | None
    redeem: dict[str, Any] | None
    reverse: dict[str, Any] | None
    repair: dict[str, Any] | None
    broken: str
    strength: str
    way: str
    tab: str
    part: str | None = None

    def wish(self, name: str) -> Any:
        """Return the question of that name."""
        if name == "broken":
            return broken_wish(self.broken, self.strength)
        if name == "repair":
            return repair_wish(self.repair or {}, self.pick["scenario"])
        asked, made = {
            "chance": (self.chance, chance_wish),
            "redemption": (self.redeem, redeem_wish),
            "reverse": (self.reverse, reverse_wish),
        }[name]
        return made(asked or {})

    def is_shown(self, name: str) -> bool:
        """Return whether a question was asked; that about correlations is, where its part of the page is open."""
        if name == "broken":
            return self.tab == "chance"
        return bool({"chance": self.chance, "redemption": self.redeem, "reverse": self.reverse,
                     "repair": self.repair}[name])  # fmt: skip

    def answer(self, name: str) -> Any | None:
        """Return the answer to a question; None while a worker computes it, and where it failed."""
        answer = services().stress.ask(self.view["portfolio"], self.wish(name), actor())
        return None if answer.document is None else FORMS[name].model_validate(answer.document)

    def answers(self) -> dict[str, Any]:
        """Return the answers that stand on the page, by question; what was refused or failed has none."""
        found: dict[str, Any] = {}
        for name in FORMS:
            if not self.is_shown(name):
                continue
            try:
                answer = self.answer(name)
            except InvalidRequest:
                continue
            if answer is not None:
                found[name] = answer
        return found

    def built(self) -> StressReport | None:
        """Return what the builder's scenario does; None where nothing is stated in it."""
        if typed.is_blank(self.build):
            return None
        try:
            wish = StressWish(stated=typed.question_of(self.build or {}), mode="buy_and_hold")
        except InvalidRequest:
            return None
        return report_of(services().stress.run(self.view["portfolio"], wish, actor()))


def answer_figure(name: str, asked: Asked) -> tuple[Any, str]:
    """Return a light figure of an answer and the portfolio's name.

    Raises
    ------
    Unavailable
        It is still being computed.

    """
    found = asked.answer(name)
    if found is None:
        raise Unavailable("The figures are still being computed.", "Try again in a moment.")
    if name == "repair":
        return drawing.of_repair(found, asked.way, None, asked.pick["scenario"]), found.name
    return drawing.of_answer(name, found, None, asked.part or ""), found.name
