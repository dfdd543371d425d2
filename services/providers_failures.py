"""Which sources failed in a round of questions, and how is that said?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services import formatting
from services.messages.market import SourceFailure
from services.messages.providers import Attempt, Outcome

TOLD_MAX_COUNT = 20
NO_FAILURE = frozenset({Outcome.ANSWERED, Outcome.UNKNOWN, Outcome.QUOTA})
"""A source that knows nothing of the kind is no failure; what a quota leaves out is told for itself."""


class Failures:
    """What sources said that were turned to and failed, each sentence once, in the order of asking."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, None]] = {}

    def add(self, attempts: Iterable[Attempt]) -> tuple[str, ...]:
        """Note those that failed; return what the others said that did not answer either.

        The rest that a source is given follows from a failure, so that it is told only where nothing else is.
        """
        others = []
        for attempt in attempts:
            said = self._said.get(attempt.provider, {})
            if attempt.outcome in NO_FAILURE:
                others += [attempt.sentence] if attempt.outcome is not Outcome.ANSWERED else []
            elif not said or attempt.outcome is not Outcome.RESTING:
                self._said[attempt.provider] = said | {attempt.sentence: None}
        return tuple(others)

    def told(self) -> tuple[SourceFailure, ...]:
        """Return what each one said."""
        return tuple(
            SourceFailure(provider=name, sentence=sentence) for name, said in self._said.items() for sentence in said
        )


def failed_words(failures: Sequence[SourceFailure]) -> str:
    """Return how many sources failed and what they said; empty where none did."""
    if not failures:
        return ""
    count = formatting.count(len({one.provider for one in failures}), "source")
    said = " ".join(dict.fromkeys(one.sentence for one in failures[:TOLD_MAX_COUNT]))
    more = len(failures) - TOLD_MAX_COUNT
    return f"{count} failed: {said}" + (f" {formatting.count(more, 'more failure')}." if more > 0 else "")
