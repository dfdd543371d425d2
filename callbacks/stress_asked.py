"""Which chart belongs to a question that was asked on the page of stress tests, drawn for a file?"""

from __future__ import annotations

from typing import Any, Final

from callbacks import stress_figures as drawing
from callbacks.actor import actor, services
from callbacks.stress_chance import broken_wish, chance_wish, redeem_wish
from callbacks.stress_repair import repair_wish, reverse_wish
from services.errors import Unavailable
from services.messages.stress_questions import (
    CorrelationReport,
    LiquidityReport,
    MonteCarloReport,
    RepairReport,
    ReverseReport,
)

FORMS: Final[dict[str, type[Any]]] = {
    "chance": MonteCarloReport,
    "redemption": LiquidityReport,
    "reverse": ReverseReport,
    "broken": CorrelationReport,
    "repair": RepairReport,
}
QUESTIONS: Final = frozenset(FORMS)
View = dict[str, str]


def answer_figure(name: str, view: View, pick: View, asked: tuple[Any, ...]) -> tuple[Any, str]:
    """Return a light figure and the portfolio's name.

    Parameters
    ----------
    asked : tuple
        What was asked about chance, redemptions and reverse; kind and strength of the breakdown; the repair, its way.

    """
    chance, redeem, reverse, broken, strength, mend, way = asked
    wish: Any = {
        "chance": lambda: chance_wish(chance),
        "redemption": lambda: redeem_wish(redeem),
        "reverse": lambda: reverse_wish(reverse),
        "broken": lambda: broken_wish(broken, strength),
        "repair": lambda: repair_wish(mend, pick["scenario"]),
    }[name]()
    answer = services().stress.ask(view["portfolio"], wish, actor())
    if answer.document is None:
        raise Unavailable("The figures are still being computed.", "Try again in a moment.")
    found = FORMS[name].model_validate(answer.document)
    if name == "repair":
        return drawing.of_repair(found, way, None), found.name
    return drawing.of_answer(name, found, None), found.name
