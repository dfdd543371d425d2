"""Which benchmark, whole lots and facts does a draft bring, and what of a request has no field and is carried along?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from callbacks.optimize_asset_tables import table_facts
from callbacks.optimize_figures import figure_text
from callbacks.optimize_numbers import Reader
from components.wizard_draft import DEFAULTS
from components.wizard_draft_estimates import OWN

Draft = Mapping[str, Any]

CARRIED: Final = ("frontier_points_count", "seed")
"""Parts of a request without a field; they mean the same whatever else is changed."""

BY_ASSET: Final = ("esg_scores", "betas", "prices_money", "lot_sizes_shares", "spreads_frac", "daily_volumes_money")
TABLES: Final = ("groups", "factor_exposures")
"""Facts with a table of their own."""

MANY_SHARES: Final = 1e9


def extras_of(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, Any]:
    """Return the parts of a request beside estimates, goal and limits."""
    paths |= {"benchmark_id": "benchmark", "facts.capital_money": "capital", "facts.lot_sizes_shares": "lot_size"}
    kept = dict(dict(draft["kept"]).get("request") or {})
    made: dict[str, Any] = {name: kept[name] for name in CARRIED if name in kept}
    portfolio = draft["portfolio_id"] if draft["source"] == "portfolio" else None
    if kept.get("current_weights") is not None and kept.get("portfolio_id") == portfolio:
        made["current_weights"] = kept["current_weights"]
    facts = _of_assets(dict(kept.get("facts") or {}), set(draft["assets"])) | _lot_facts(draft, reader)
    facts |= table_facts(draft, reader, paths)
    return made | {
        "allow_covariance_repair": bool(draft["repair"]),
        "proof_effort": draft["proof"] or DEFAULTS["proof"],
        "benchmark_id": None if draft["benchmark"] in ("", OWN) else draft["benchmark"],
        "facts": facts or None,
    }


def lots_of(draft: Draft, paths: dict[str, str], place: int) -> list[dict[str, Any]]:
    """Return the limit that asks for whole lots, where it is switched on."""
    if not draft["lots"]:
        return []
    paths[f"constraints[{place}]"] = "lots"
    return [{"kind": "round_lots"}]


def _lot_facts(draft: Draft, reader: Reader) -> dict[str, Any]:
    if not draft["lots"]:
        return {}
    found: dict[str, Any] = {}
    capital = reader.money("capital", "The capital", draft["capital"])
    if capital is not None:
        found["capital_money"] = capital
    size = reader.optional_positive("lot_size", "The size of a lot", draft["lot_size"], MANY_SHARES, "quantity")
    if size is not None and size != 1.0:
        found["lot_sizes_shares"] = dict.fromkeys(sorted(draft["assets"]), size)
    return found


def _of_assets(facts: dict[str, Any], assets: set[str]) -> dict[str, Any]:
    """Return the facts without those about assets that are no longer chosen."""
    for name in BY_ASSET:
        if facts.get(name) is not None:
            facts[name] = {asset: value for asset, value in facts[name].items() if asset in assets}
    return facts


def restored_extras(request: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """Return the parts of a draft that the rest of a request stands for; what has no field is kept."""
    kept = {
        name: request[name]
        for name in (*CARRIED, "current_weights", "portfolio_id", "risk_free_rates")
        if request.get(name) is not None
    }
    parts: dict[str, Any] = {
        "benchmark": request.get("benchmark_id") or OWN,
        "repair": bool(request.get("allow_covariance_repair")),
        "proof": request.get("proof_effort") or DEFAULTS["proof"],
    }
    facts = {
        name: value for name, value in (request.get("facts") or {}).items() if value is not None and name not in TABLES
    }
    has_lots = any(
        one.get("kind") == "round_lots" and not one.get("is_soft") for one in request.get("constraints") or ()
    )
    if has_lots:
        parts["lots"] = True
        parts["capital"] = figure_text(facts.pop("capital_money", None))
        parts["lot_size"] = _lot_size(facts, set(draft["assets"]))
    return parts | {"kept": {**draft["kept"], "request": {**kept, **({"facts": facts} if facts else {})}}}


def _lot_size(facts: dict[str, Any], assets: set[str]) -> str:
    """Return the one lot size of all assets, taken out of the facts; empty where each has its own."""
    sizes = facts.get("lot_sizes_shares")
    if not sizes:
        return str(1)
    if set(sizes) != assets or len(set(sizes.values())) != 1:
        return ""
    del facts["lot_sizes_shares"]
    return figure_text(next(iter(sizes.values())))
