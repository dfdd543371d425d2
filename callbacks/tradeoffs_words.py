"""How does a refusal of a request with several objectives read on the form that has no names of fields?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from callbacks.optimize_words import plain
from callbacks.tradeoffs_form import NONE, Fields
from services.errors import FieldProblem, InvalidRequest
from services.messages.tradeoffs import LABELS

LEAVE_OUT: Final = "choose “Leave those assets out” under “How it is searched”"
_OBJECTIVE: Final = re.compile(r"^objectives\[(\d+)\]")
_RULES: Final = (
    (re.compile(r'set `without_data` to "leave_out" so that (?:it is|they are) not held'), LEAVE_OUT),
    (re.compile(r'Set `method` to "auto", or leave it out'), "Choose the method that searches where it must"),
    (
        re.compile(r'Set `method` to "auto", or leave'),
        "Choose “Exact where it can be, searched where it must”, or leave",
    ),
    (re.compile(r"Give `facts\.yields_annual_frac`(?: for every asset)?, or leave"), "Leave"),
    (re.compile(r"Give `facts\.esg_scores`(?: for every asset)?, or"), "Import scores at Imports > Prices, or"),
    (re.compile(r"Give `costs` and `current_weights`, or choose turnover"), "Choose turnover instead"),
    (re.compile(r"Start from a portfolio, give `current_weights`, or leave"), "Start from a portfolio, or leave"),
    (re.compile(r"Give a returns panel instead, or choose volatility"), "Choose volatility instead"),
)


def in_words(refusal: InvalidRequest, given: Fields) -> InvalidRequest:
    """Return the refusal with what can be done on the form, each problem under the form's own name for it."""
    used = [kind for kind, _ in given.slots if kind != NONE]
    fields = tuple(
        FieldProblem(_place(one.path, used), plain(_ruled(one.message)), plain(_ruled(one.advice)))
        for one in refusal.fields
    )
    return InvalidRequest(refusal.message, refusal.advice, code=refusal.code, fields=fields)


def _place(path: str, used: Sequence[str]) -> str:
    found = _OBJECTIVE.match(path)
    if found is not None and int(found[1]) < len(used):
        return LABELS[used[int(found[1])]]  # type: ignore[index]
    if path == "method":
        return "Method"
    if path.startswith("constraints"):
        return "Limits"
    return "Estimates" if path.startswith("estimates") else "" if path in ("objectives", "body") else path


def _ruled(text: str) -> str:
    for rule, words in _RULES:
        text = rule.sub(words, text)
    return text
