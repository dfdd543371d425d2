"""How does a wizard draft become the one request that form, API and worker share?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callbacks.optimize_draft_more import PRESETS, costs_of, more_goal, more_limits
from callbacks.optimize_estimates import estimates_of
from callbacks.optimize_extras import extras_of, lots_of
from callbacks.optimize_numbers import Reader, TypedProblem
from callbacks.optimize_others import read_others
from callbacks.optimize_rates import rate_of
from components.wizard_draft import DEFAULTS, MORE
from components.wizard_draft_estimates import CONSTANT

Draft = Mapping[str, Any]
NO_ASSET = "No asset is chosen.", "Select assets in the table, or start from a portfolio."
NO_PORTFOLIO = "No portfolio is chosen yet.", "Choose the portfolio whose holdings to start from, or select assets."


@dataclass(frozen=True)
class Built:
    """A draft in the form of a request.

    Parameters
    ----------
    request_json : str
        For ``services.optimize.parse``; a field that cannot be used is left at what the product starts with.
    problems : tuple of TypedProblem
        Everything typed that cannot be used.
    paths : dict
        Path in the request -> part of the draft, to bring the service's problems back to their fields.

    """

    request_json: str
    problems: tuple[TypedProblem, ...]
    paths: dict[str, str]

    def key_of(self, path: str) -> str:
        """Return the part of the draft that a path of the request came from; empty for the draft as a whole."""
        place = path
        while place and place not in self.paths:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self.paths.get(place, "")


def build(given: Draft | None) -> Built:
    """Turn what was typed into a request, keeping every problem and where each part came from."""
    draft = DEFAULTS | _up_to_date(dict(given or {}))
    reader = Reader()
    paths: dict[str, str] = {"asset_ids": "assets", "objective": "goal"}
    paths |= {name: name for name in ("portfolio_id", "name", "keep_rules")}
    request: dict[str, Any] = {
        "schema_version": 1,
        "name": str(draft["name"]).strip() or None,
        "asset_ids": sorted(draft["assets"]) or None,
        "portfolio_id": draft["portfolio_id"] if draft["source"] == "portfolio" else None,
        "estimates": estimates_of(draft, reader, paths),
        "keep_rules": None if draft["keep_rules"] else False,
        "as_of": reader.day("as_of", "The as-of date", draft["as_of"]),
        "objective": _objective(draft, reader, paths),
        "constraints": _limits(draft, reader, paths),
        "costs": costs_of(draft, reader, paths),
        **rate_of(draft, reader, paths),
        **extras_of(draft, reader, paths),
    }
    request["constraints"] += lots_of(draft, paths, len(request["constraints"]))
    paths["as_of"] = "as_of"
    if not draft["assets"]:
        is_open = draft["source"] == "portfolio" and not draft["portfolio_id"]
        told = NO_PORTFOLIO if is_open else NO_ASSET
        reader.problems.insert(0, TypedProblem("assets", *told))
    return Built(json.dumps(request), tuple(reader.problems), paths)


def _up_to_date(given: dict[str, Any]) -> dict[str, Any]:
    """Return a draft from before there were a choice of the rate and eight presets, as it would stand now."""
    if given.get("goal") == MORE and given.get("goal_more") in PRESETS:
        given["goal"] = given["goal_more"]
    is_older = "rate_kind" not in given and str(given.get("risk_free") or "0").strip() != "0"
    return given | {"rate_kind": CONSTANT} if is_older else given


def _objective(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, Any]:
    goal = draft["goal"]
    if goal == MORE or goal in PRESETS:
        return more_goal(draft, reader, paths)
    if goal == "max_return":
        paths["objective.volatility_max_annual_frac"] = "risk_max"
        risk = reader.percent("risk_max", "The highest volatility", draft["risk_max"], 0.1, 200, DEFAULTS["risk_max"])
        return {"kind": goal, "volatility_max_annual_frac": 0.12 if risk is None else risk}
    if goal == "target_return":
        paths["objective.return_min_annual_frac"] = "return_min"
        wanted = reader.percent("return_min", "The target return", draft["return_min"], -100, 200, "8")
        return {"kind": goal, "return_min_annual_frac": 0.08 if wanted is None else wanted}
    return {"kind": goal}


def _limits(draft: Draft, reader: Reader, paths: dict[str, str]) -> list[dict[str, Any]]:
    is_long_short = bool(draft["long_short"])
    net = reader.percent("net", "Net investment", draft["net"], -100, 200, "100") if is_long_short else 1.0
    own_net = read_others(draft["others"]).net
    limits: list[dict[str, Any]] = [own_net or {"kind": "budget", "net_frac": 1.0 if net is None else net}]
    paths |= {"constraints[0]": "net", "constraints[0].net_frac": "net"}
    limits += _positions(draft, reader, paths)
    if is_long_short:
        _note(paths, len(limits), {"gross_max_frac": "gross_max", "short_max_frac": "short_max"})
        limits.append(
            {
                "kind": "long_short",
                "gross_max_frac": reader.percent("gross_max", "Gross exposure", draft["gross_max"], 1, 1000, "160"),
                "short_max_frac": reader.percent("short_max", "All shorts together", draft["short_max"], 0, 500, "30"),
            }
        )
    for asset, own in sorted(dict(draft["bounds"]).items()):
        if asset in draft["assets"] and (own.get("min") or own.get("max")):
            _note(paths, len(limits), {"min_frac": f"bounds.{asset}.min", "max_frac": f"bounds.{asset}.max"})
            limits.append(_own(asset, own, draft, reader))
    for sector, own in sorted(dict(draft["sectors"]).items()):
        if own.get("min") or own.get("max"):
            _note(paths, len(limits), {"min_frac": f"sectors.{sector}.min", "max_frac": f"sectors.{sector}.max"})
            limits.append(_sector(sector, own, reader))
    return limits + more_limits(draft, reader, paths, len(limits), _note)


def _note(paths: dict[str, str], index: int, fields: dict[str, str]) -> None:
    """Remember which fields a limit came from; a problem of the whole limit is shown at its last one."""
    for name, key in fields.items():
        paths[f"constraints[{index}].{name}"] = key
        paths[f"constraints[{index}]"] = key


def _positions(draft: Draft, reader: Reader, paths: dict[str, str]) -> list[dict[str, Any]]:
    low = reader.percent("min", "The smallest position", draft["min"], 0, 100, "1")
    high = reader.percent("max", "The largest position", draft["max"], 0, 100, "25")
    low, high = 0.01 if low is None else low, 0.25 if high is None else high
    _refuse_crossed("min", "The smallest position", low, high, reader)
    is_zero_allowed = bool(draft["zero_or_min"]) and low > 0
    bounds: dict[str, Any] = {
        "kind": "position_bounds",
        "min_frac": 0.0 if is_zero_allowed else min(low, high),
        "max_frac": high,
    }
    if draft["long_short"]:
        bounds["short_max_frac"] = reader.percent(
            "short_position_max", "The largest short", draft["short_position_max"], 0, 100, "10"
        )
    _note(paths, 1, {"min_frac": "min", "short_max_frac": "short_position_max", "max_frac": "max"})
    if not is_zero_allowed:
        return [bounds]
    _note(paths, 2, {"min_frac": "min"})
    return [bounds, {"kind": "min_holding", "min_frac": min(low, high)}]


def _own(asset: str, own: Mapping[str, Any], draft: Draft, reader: Reader) -> dict[str, Any]:
    low = reader.optional_percent(f"bounds.{asset}.min", f"The smallest {asset} position", own.get("min"), 0, 100)
    high = reader.optional_percent(f"bounds.{asset}.max", f"The largest {asset} position", own.get("max"), 0, 100)
    house = Reader()
    usual_low = 0.0 if draft["zero_or_min"] else house.percent("min", "", draft["min"], 0, 100, "1") or 0.0
    usual_high = house.percent("max", "", draft["max"], 0, 100, "25") or 0.25
    bounds: dict[str, Any] = {"kind": "position_bounds", "assets": [asset]}
    bounds["max_frac"] = max(usual_high, low or 0.0) if high is None else high
    bounds["min_frac"] = min(usual_low, bounds["max_frac"]) if low is None else low
    _refuse_crossed(
        f"bounds.{asset}.min", f"The smallest {asset} position", bounds["min_frac"], bounds["max_frac"], reader
    )
    bounds["min_frac"] = min(bounds["min_frac"], bounds["max_frac"])
    if draft["long_short"]:
        bounds["short_max_frac"] = house.percent("s", "", draft["short_position_max"], 0, 100, "10")
    return bounds


def _sector(sector: str, own: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    low = reader.optional_percent(f"sectors.{sector}.min", f"The least in {sector}", own.get("min"), -200, 200)
    high = reader.optional_percent(f"sectors.{sector}.max", f"The most in {sector}", own.get("max"), -200, 200)
    if low is not None and high is not None:
        _refuse_crossed(f"sectors.{sector}.min", f"The least in {sector}", low, high, reader)
        low = min(low, high)
    if low is None and high is None:
        high = 1.0
    return {"kind": "sector_limit", "sector": sector, "min_frac": low, "max_frac": high}


def _refuse_crossed(key: str, label: str, low: float, high: float, reader: Reader) -> None:
    if low > high:
        message = f"{label} of {low * 100:g}% is above the largest of {high * 100:g}%."
        reader.problems.append(TypedProblem(key, message, "Lower the one or raise the other."))
