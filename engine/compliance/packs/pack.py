"""What is a pack? Rules of one body of law, with what must be known before relying on it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.compliance.rule import Rule


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules that are adopted together.

    Parameters
    ----------
    id, title
        How it is named.
    about
        For whom it is, in a sentence.
    caveat
        What it does not cover, in a sentence.
    rules
        With thresholds as parameters.

    """

    id: str
    title: str
    about: str
    caveat: str
    rules: tuple[Rule, ...]
