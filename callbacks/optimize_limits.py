"""Which parts of a draft do limits stand for, so that the draft asks for the same limits again?

A limit goes into its field only if the draft then states a limit of the same meaning; else it is a row of the grid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from callbacks.optimize_draft import build
from callbacks.optimize_draft_more import restored_limit
from callbacks.optimize_figures import percent_text
from callbacks.optimize_others import as_rows
from components.wizard_draft import DEFAULTS
from services.messages.optimize import OptimizationRequest

ROUNDS_MAX_COUNT: Final = 6
_KNOWN: Final = frozenset({"budget", "min_holding", "long_short", "sector_limit", "position_bounds"})

Limit = Mapping[str, Any]


def in_place(
    blank: Mapping[str, Any], limits: Sequence[Limit], *, has_shorts: bool
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return a draft with these limits, and which of its parts they set.

    Parameters
    ----------
    blank : mapping
        A draft that states no limits of its own beside the budget and the general size of positions.
    limits : sequence of mapping
        In the form of a request, with every field.
    has_shorts : bool
        Whether the fields for long-short are in use.

    """
    as_row: set[int] = set()
    scratch, touched = _laid_out(blank, limits, as_row, has_shorts=has_shorts)
    for _ in range(ROUNDS_MAX_COUNT):
        missing = _missing(scratch, limits) - as_row
        if not missing:
            break
        as_row |= missing
        scratch, touched = _laid_out(blank, limits, as_row, has_shorts=has_shorts)
    return scratch, frozenset(touched)


def _laid_out(
    blank: Mapping[str, Any], limits: Sequence[Limit], as_row: set[int], *, has_shorts: bool
) -> tuple[dict[str, Any], set[str]]:
    scratch, touched = dict(blank), set[str]()
    for number, limit in enumerate(limits):
        is_lots = limit["kind"] == "round_lots" and not limit["is_soft"]
        if is_lots and (number not in as_row or scratch["lots"]):  # a row beside the switch would ask twice
            parts: dict[str, Any] = {"lots": True}
        elif number in as_row:
            parts = {"others": [*scratch["others"], *as_rows([limit], scratch["others"])]}
        else:
            parts = parts_of_limit(limit, scratch, has_shorts=has_shorts)
        scratch |= parts
        touched |= set(parts)
        if "min" in parts:
            touched.add("zero_or_min")
    return scratch, touched


def _missing(scratch: Mapping[str, Any], limits: Sequence[Limit]) -> set[int]:
    """Return the places of the limits whose meaning the draft does not state.

    Of two sizes of a position the later holds: where each is stated, but together they mean something else, all of
    them are missing.
    """
    stated, has_shorts = limits_of(scratch), bool(scratch["long_short"])
    texts = {text for limit in stated for text in _texts(limit, has_shorts=has_shorts)}
    found = {n for n, limit in enumerate(limits) if not _texts(limit, has_shorts=has_shorts) <= texts}
    sizes = {n for n, limit in enumerate(limits) if _is_size(limit)}
    if found or not sizes:
        return found
    usual = next(limit for limit in stated if _is_size(limit))
    asked = _sizes([usual, *limits], scratch["assets"], has_shorts=has_shorts)
    return set() if asked == _sizes(stated, scratch["assets"], has_shorts=has_shorts) else sizes


def _is_size(limit: Limit) -> bool:
    return limit["kind"] == "position_bounds" and not limit["is_soft"] and limit["relative_to"] == "absolute"


def _texts(limit: Limit, *, has_shorts: bool) -> set[str]:
    """Return the limit in one form for all that mean the same; a size of several positions is one of each."""
    if not _is_size(limit):
        return {json.dumps(limit, sort_keys=True)}
    short = limit["max_frac"] if has_shorts and limit["short_max_frac"] is None else limit["short_max_frac"]
    each = [[asset] for asset in limit["assets"]] if limit["assets"] else [None]
    return {json.dumps({**limit, "short_max_frac": short, "assets": one}, sort_keys=True) for one in each}


def _sizes(limits: Iterable[Limit], assets: Iterable[str], *, has_shorts: bool) -> dict[str, tuple[Any, ...]]:
    """Return what holds for the position of each asset in the end."""
    found: dict[str, tuple[Any, ...]] = {}
    everything = tuple(assets)
    for limit in filter(_is_size, limits):
        short = limit["max_frac"] if has_shorts and limit["short_max_frac"] is None else limit["short_max_frac"]
        found |= dict.fromkeys(limit["assets"] or everything, (limit["min_frac"], limit["max_frac"], short))
    return found


def limits_of(draft: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the limits that a draft asks for, with every field."""
    return in_full(json.loads(build(draft).request_json)["constraints"])


def in_full(limits: Iterable[Limit]) -> list[dict[str, Any]]:
    """Return limits in the form of a request with every field."""
    stated = {"asset_ids": ["A"], "objective": {"kind": "equal_weight"}, "constraints": [dict(one) for one in limits]}
    request = OptimizationRequest.model_validate_json(json.dumps(stated))
    return [limit.model_dump(mode="json") for limit in request.constraints]


def has_short_fields(limit: Mapping[str, Any]) -> bool:
    """Return whether a limit is one on shorts that the fields for long-short can hold: both budgets are stated."""
    stated = (limit.get("gross_max_frac", 1.6), limit.get("short_max_frac", 0.3))
    return limit.get("kind") == "long_short" and not limit.get("is_soft") and None not in stated


def parts_of_limit(limit: Mapping[str, Any], draft: Mapping[str, Any], *, has_shorts: bool) -> dict[str, Any]:
    """Return the parts of the draft that one limit stands for; soft ones of these kinds have no field."""
    kind = limit.get("kind")
    is_relative = limit.get("relative_to", "absolute") != "absolute"
    is_own_net = kind == "budget" and not has_shorts and limit.get("net_frac", 1.0) != 1.0
    is_own_short = kind == "long_short" and not has_short_fields(limit)
    if kind not in _KNOWN or limit.get("is_soft") or is_relative or is_own_net or is_own_short:
        return restored_limit(limit, draft)
    if kind == "budget":
        return {"net": percent_text(limit.get("net_frac", 1.0))}
    if kind == "min_holding":
        return {"zero_or_min": True, "min": percent_text(limit.get("min_frac", 0.01))}
    if kind == "long_short":
        gross, short = limit.get("gross_max_frac"), limit.get("short_max_frac")
        return {
            "long_short": True,
            "gross_max": percent_text(gross) or DEFAULTS["gross_max"],
            "short_max": percent_text(short) or DEFAULTS["short_max"],
        }
    low, high = percent_text(limit.get("min_frac")), percent_text(limit.get("max_frac"))
    if kind == "sector_limit":
        return {"sectors": {**draft["sectors"], limit["sector"]: {"min": low, "max": high}}}
    if kind == "position_bounds" and limit.get("assets"):
        own = {asset: {"min": low, "max": high} for asset in limit["assets"]}
        return {"bounds": {**draft["bounds"], **own}}
    short = percent_text(limit.get("short_max_frac")) or (high if has_shorts else "")
    smallest = {} if draft["zero_or_min"] and low == "0" else {"min": low}  # zero or the size that stands there
    return {**smallest, "max": high, **({"short_position_max": short} if short else {})}
