"""How is it told that a rule on tracking error was kept by returns, gave way, or came out worse than today?"""

from __future__ import annotations

from collections.abc import Sequence

from engine.compliance.bound import Bound
from engine.compliance.kept import KeptHow, RuleKept
from engine.compliance.result import RuleResult
from engine.compliance.rule import Rule
from engine.kernel.units import agree, listing, percents, points

TRACKING = "tracking_error"
NOISE = 5e-9
UNKNOWN = (
    "The run has neither the benchmark's weights nor enough of its daily returns beside those of these assets, so "
    "tracking error could not be held to a ceiling and is checked only. Choose a benchmark with prices, or import its "
    "weights and add a limit on tracking error."
)


def active_note(one: Bound, how: KeptHow, was: RuleResult, now: RuleResult | None, *, is_known: bool) -> str:
    """Return what became of a rule on tracking error, as sentences; empty for other rules, and where it simply holds.

    Parameters
    ----------
    how
        How it was kept.
    was, now
        The rule today and at the proposal; the second None without weights.
    is_known
        Whether the run could hold tracking error by the benchmark's returns.

    """
    if one.rule.measure.strip() != TRACKING or now is None:
        return ""
    is_eased = how == "no_worse"
    if not is_eased and (how != "checked" or now.status in ("passed", "warning")):
        return ""
    if not is_known:
        return UNKNOWN
    names = [f"“{name}”" for name in one.in_the_way]
    beside = f" beside {listing(names)}" if names else ""
    easing = agree(names, "that limit", "one of those limits") if names else "a limit"
    if is_eased:
        return (
            f"No portfolio was found that keeps it{beside}, so it is kept no worse than today, by the benchmark's "
            f"returns. Add other assets, ease {easing}, or ask for an override."
        )
    goal = "keeps it, or is no worse than today" if is_worse(was, now) else "keeps it"
    return f"No portfolio was found that {goal}{beside}. Ease {easing}, add other assets, or ask for an override."


def is_worse(was: RuleResult, now: RuleResult) -> bool:
    """Return whether a rule's worst figure at the proposal lies above today's by more than half a step of 1e-8."""
    today, after = (found.groups[0].value if found.groups else None for found in (was, now))
    return today is not None and after is not None and after > today + NOISE


def worse_notes(found: Sequence[tuple[Rule, RuleResult, RuleKept]]) -> tuple[str, ...]:
    """Return a sentence for each broken rule on tracking error that the proposal makes worse than it is today.

    Parameters
    ----------
    found
        Each rule, how it stands today, and what became of it.

    """
    notes = []
    for rule, was, kept in found:
        today = was.groups[0].value if was.groups else None
        if rule.measure.strip() != TRACKING or kept.after != "failed" or today is None or kept.value is None:
            continue
        if kept.value > today + NOISE:
            before, after = percents(today, kept.value)
            by = points(kept.value - today)
            notes.append(f"{kept.title}: worse than today by {by}, {before} before the trades and {after} after.")
    return tuple(notes)
