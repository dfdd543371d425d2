"""How do rules of compliance stand along many portfolios: those of a frontier, or of trade-offs?"""

from __future__ import annotations

from engine.kernel.frozen import FrozenResult


class RulesAlong(FrozenResult):
    """Rules that are limits of every portfolio, and rules that each is held against afterwards.

    Attributes
    ----------
    kept
        Titles of rules that were limits: no portfolio breaks them, nor any mixture of two.
    checked
        Titles of rules that are no linear limits: each portfolio that was found is held against them, mixtures are not.
    broken
        For each portfolio that was found, in its order, the titles of what it breaks.
    unknown
        Titles of rules that cannot be judged here: figures of risk that are not drawn, or missing data.
    held
        Assets that lists forbid to trade: they stay as they are.
    sentence
        The whole in one or two sentences.
    notes
        What gave way and why, and what lists hold, as sentences.

    """

    kept: tuple[str, ...]
    checked: tuple[str, ...]
    broken: tuple[tuple[str, ...], ...]
    unknown: tuple[str, ...]
    held: tuple[str, ...] = ()
    sentence: str
    notes: tuple[str, ...] = ()
