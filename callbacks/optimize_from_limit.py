"""How does a limit on a portfolio's risk come into the draft that starts from the portfolio, and what is said of it?

A limit only ever makes a draft narrower: where the draft is stricter already, it stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks.actor import actor, services
from callbacks.optimize_figures import percent_text
from callbacks.optimize_limits import in_full
from callbacks.optimize_place import place
from callbacks.wording import told
from components.wizard_hints import notice, taken_over
from services import formatting
from services.errors import Conflict, NotFound
from services.messages.risk import LimitConstraint

GONE = "The limit that it names was not found. The wizard starts from the portfolio alone."
AT_THE_LIMIT = "An optimum on the limit uses 100% of it, which its light calls breached: type less to keep a distance."
ADDED_TO_NONE = "It adds no field: what stands in this draft already keeps it."
PLACES = {
    "others": "under All other limits",
    "sectors": "in the limits of sectors",
    "bounds": "in the limits of single assets",
    "max": "in the size of positions",
    "short_position_max": "in the size of positions",
    "gross_max": "in the gross exposure",
    "tracking_max": "under More limits",
    "volatility_max": "under More limits",
    "cvar_max": "under More limits",
}
"""Part of the draft -> how the wizard names the place."""
Draft = dict[str, Any]


def with_limit(draft: Draft, limit_id: str | None) -> tuple[Draft, Any]:
    """Return the draft of a portfolio with one of its limits as constraints, and what stands above the steps of it."""
    if not limit_id:
        return draft, None
    try:
        found = services().risk.constraint(str(draft["portfolio_id"]), limit_id, actor())
    except NotFound:
        return draft, notice(GONE)
    except Conflict as refusal:
        return draft, notice(f"Its limit cannot be a constraint. {told(refusal.sentence)}")
    made, steps = applied(draft, found)
    return made, taken_over([told(one) for one in (found.sentence, *steps, found.note)])


def applied(draft: Draft, found: LimitConstraint) -> tuple[Draft, list[str]]:
    """Return the draft narrowed by a limit, and what became of it in sentences."""
    limits = in_full(found.constraints)
    sizes = [one for one in limits if one["kind"] == "position_bounds"]
    rest = [one for one in limits if one["kind"] not in ("position_bounds", "long_short")]
    made = place(draft, rest).draft if rest else dict(draft)
    for one in sizes:
        made |= _sized(made, one)
    for one in limits:
        if one["kind"] == "long_short" and draft["long_short"]:
            made["gross_max"] = _less(draft["gross_max"], float(one["gross_max_frac"]))
    where = _where(draft, made, len(limits))
    steps = [where] if where == ADDED_TO_NONE else [where, AT_THE_LIMIT]
    if found.estimates is not None:
        days = int(found.estimates["lookback_days"])
        made |= {"lookback": str(days), "covariance_kind": str(found.estimates["covariance"]["kind"])}
        steps.append(
            f"History is set to {formatting.count(days, 'day')}, to measure as the report does; step 2 changes it."
        )
    origin = f"{draft['origin']}:{found.limit_id}"
    return made | {"origin": origin, "applied": found.sentence}, steps


def _sized(draft: Mapping[str, Any], limit: Mapping[str, Any]) -> Draft:
    """Return the parts of the draft that keep positions below a size: all of them, or those that are named."""
    most = float(limit["max_frac"])
    if limit["assets"] is None:
        small = {} if _frac(draft["min"]) <= most else {"min": "0"}
        short = {"short_position_max": _less(draft["short_position_max"], most)} if draft["long_short"] else {}
        return {"max": _less(draft["max"], most), **small, **short}
    own = dict(draft["bounds"])
    for symbol in limit["assets"]:
        if symbol in draft["assets"]:
            known = own.get(symbol) or {}
            low, high = known.get("min") or draft["min"], _less(known.get("max") or draft["max"], most)
            own[symbol] = {"min": low if _frac(low) <= _frac(high) else "0", "max": high}
    return {"bounds": own}


def _less(typed: str, most_frac: float) -> str:
    return typed if typed and _frac(typed) <= most_frac else percent_text(most_frac)


def _frac(typed: str) -> float:
    return float(typed or 0.0) / 100.0


def _where(before: Draft, made: Draft, count: int) -> str:
    """Say where in the third step the limit stands now."""
    changed = {key for key in made if made[key] != before.get(key)}
    place_words = next((words for key, words in PLACES.items() if key in changed), None)
    if place_words is None:
        return ADDED_TO_NONE
    said = formatting.count(count, "constraint")
    return f"Step 3 has it as {said} that must hold, {place_words}."
