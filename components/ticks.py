"""How often does a page ask how far work is, and how long does it wait for an answer before it asks again?

An answer that comes after the next question is thrown away by the browser. A clock that went on ticking while an answer
is under way would, on a slow machine or line, undo one answer after the other: `callbacks.pace` holds it meanwhile.
"""

from __future__ import annotations

from typing import Final

RESULT_MS: Final = 1_000
SURENESS_MS: Final = 400
WALK_FORWARD_MS: Final = 700
WIZARD_MS: Final = 1_000
TRADEOFFS_MS: Final = 1_500
ACADEMIC_MS: Final = 700
ANSWER_MAX_MS: Final = 15_000
"""After so long an answer counts as lost, as when a line broke."""
