"""How is it told what a way to mend a portfolio takes, or why there is none?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.compliance.repair_result import RepairWay, Way
from engine.kernel.units import listing, plural

MEANS: dict[Way, str] = {
    "reduce": "reductions alone",
    "cheapest": "trades",
    "nearest": "trades that leave cash as it is",
}
OUT: dict[Way, str] = {
    "reduce": "Allow purchases.",
    "cheapest": "Loosen one of them, bring in other assets, or ask for an override.",
    "nearest": "Let cash change, or loosen one of them.",
}
WHAT: dict[Way, str] = {
    "reduce": "Reductions alone",
    "cheapest": "The cheapest trades",
    "nearest": "Trades that leave cash as it is",
}
OTHERS = (
    "no trades in what the portfolio holds bring it within its limit. Bring in other assets, ask for an override, or "
    "have the rule changed."
)


def clash_sentence(way: Way, clashes: Sequence[Sequence[str]], unknown: Mapping[str, Sequence[str]]) -> str:
    """Return why a way does not mend all, and the way out.

    Parameters
    ----------
    way
    clashes
        Titles of rules that cannot be kept together, one after another; each is needed for its clash.
    unknown
        What of some of the rules is not known, by title: that may be what stands in the way.

    """
    means, alone = MEANS[way], list(dict.fromkeys(one[0] for one in clashes if len(one) == 1))
    said = []
    if any(not one for one in clashes):
        said.append(f"No {means} keep cash within its bounds.")
    if len(alone) == 1:
        said.append(f"No {means} mend the rule {alone[0]}.")
    elif alone:
        said.append(f"No {means} mend any of these rules, even by itself: {listing(alone)}.")
    said += [f"No {means} keep these rules together: {listing(list(one))}." for one in clashes if len(one) > 1]
    named = dict.fromkeys(title for one in clashes for title in one)
    said += [OUT[way], *(_open(title, unknown[title]) for title in named if unknown.get(title))]
    return " ".join(said)


def _open(title: str, missing: Sequence[str]) -> str:
    return (
        f"{title} cannot be judged, since these are not known: {listing(list(missing))}. Bring them: until then it is "
        "made no worse than it may be now."
    )


def verified(unmended: Sequence[str], worse: Sequence[str]) -> str:
    """Return what came of judging again after the trades."""
    if not unmended and not worse:
        return "Judged again afterwards, every rule that was to be mended passes and none is worse."
    said = []
    if unmended:
        said.append(f"{listing(list(unmended))} {'is' if len(unmended) == 1 else 'are'} not mended")
    if worse:
        said.append(f"{listing(list(worse))} {'is' if len(worse) == 1 else 'are'} worse than before")
    return f"Judged again afterwards, {' and '.join(said)}: do not trade them as they stand."


def way_sentence(way: Way, count: int, size: str, outcome: str) -> str:
    """Return what a way takes, by the size of its trades in words, and what comes of it."""
    return f"{WHAT[way]}: {plural(count, 'trade')}, {size}. {outcome}"


def as_way(found: RepairWay, way: Way) -> RepairWay:
    """Return the trades of one way as those of another, of which they are some, too."""
    sentence = found.sentence.replace(WHAT[found.way], WHAT[way], 1)
    return found.model_copy(update={"way": way, "sentence": sentence, "is_proven": False})


def partly(unmended: Sequence[str], found: str, why: str) -> str:
    """Return which rules a way does not mend beside the others, and why; `found` is what came of the others."""
    said = found.replace("every rule that was", "every other rule that was")
    return f"{said} {listing(list(unmended))} {'is' if len(unmended) == 1 else 'are'} left as now. {why}"


def locked_sentence(title: str, symbols: Sequence[str]) -> str:
    """Return that lists forbid what a rule demands, and the way out."""
    names, are = listing(list(symbols)), "is" if len(symbols) == 1 else "are"
    return (
        f"{title}: it demands trades in {names}, which {are} on a list that forbids them. Have {names} taken off the "
        "list for the trade, which takes two people, or have the rule changed for this portfolio."
    )
