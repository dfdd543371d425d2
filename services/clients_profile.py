"""What do a client's answers say about the risk that suits them?

The score runs from 1 (cautious) to 5 (daring). Willingness alone does not decide: horizon and capacity for loss each
cap the score one step above themselves, and so does a lack of knowledge. The rule is the house's own and stated in full
here, so that a compliance officer can judge and change it::

    horizon points   h = 1 below 2 years, 2 below 4, 3 below 7, 4 below 12, else 5
    capacity points  c = 1 below 5 %, 2 below 12 %, 3 below 25 %, 4 below 45 %, else 5
    score            = min(0.5 tolerance + 0.25 h + 0.25 c,  h + 1,  c + 1,  3 if knowledge is none),  one decimal
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from services import formatting
from services.messages.clients import Knowledge, ProfileAnswers

HORIZON_STEPS_YEARS = (2.0, 4.0, 7.0, 12.0)
CAPACITY_STEPS_FRAC = (0.05, 0.12, 0.25, 0.45)
SCORE_WITHOUT_KNOWLEDGE_MAX = 3.0
LABELS = ("cautious", "moderately cautious", "balanced", "growth-minded", "daring")


@dataclass(frozen=True)
class Score:
    """The score with the word for it and the reason behind it."""

    value: float
    label: str
    sentence: str


def rate_answers(answers: ProfileAnswers) -> Score:
    """Return the score of one set of answers."""
    horizon = bisect_right(HORIZON_STEPS_YEARS, answers.horizon_years) + 1
    capacity = bisect_right(CAPACITY_STEPS_FRAC, answers.loss_capacity_frac) + 1
    wanted = 0.5 * answers.risk_tolerance + 0.25 * horizon + 0.25 * capacity
    caps = {
        f"a horizon of {formatting.number(answers.horizon_years, 0)} years": horizon + 1.0,
        f"a capacity to lose {formatting.percent(answers.loss_capacity_frac, 0)}": capacity + 1.0,
    }
    if answers.knowledge is Knowledge.NONE:
        caps["no knowledge of investing"] = SCORE_WITHOUT_KNOWLEDGE_MAX
    reason, cap = min(caps.items(), key=lambda item: item[1])
    value = round(min(wanted, cap, 5.0), 1)
    label = LABELS[min(len(LABELS) - 1, max(0, round(value) - 1))]
    if cap < wanted:
        sentence = f"{label.capitalize()}: {reason} caps the score at {formatting.number(cap, 1)}."
    else:
        sentence = (
            f"{label.capitalize()}: risk tolerance {answers.risk_tolerance} of 5, horizon {horizon} of 5, "
            f"capacity for loss {capacity} of 5."
        )
    return Score(value, label, sentence)
