"""Mandates with very many separate conflicts, for the doctor's tests and its bench."""

from __future__ import annotations

import json
from typing import Any

import engine
from engine.kernel.facts import Facts, KnownUniverse, universe_of
from engine.spec import OptimizationRequest

CONFLICTS_COUNT = 120
ASSETS_COUNT = 200
KINDS = ("crossed", "capped", "shared", "scored")


def many_conflicts(
    kind: str, conflicts_count: int = CONFLICTS_COUNT, assets_count: int = ASSETS_COUNT
) -> tuple[KnownUniverse, OptimizationRequest, list[frozenset[int]]]:
    """Return assets, a request, and its planted conflicts as sets of places among the limits.

    Parameters
    ----------
    kind
        ``crossed`` (a group's floor above its ceiling under another name), ``capped`` (a floor above what its asset may
        hold), ``shared`` (one maximum for all, below every floor), or ``scored`` (crossed, and a score out of reach).
    conflicts_count, assets_count
        How many; at least as many assets as conflicts.

    """
    names = [f"A{i:03d}" for i in range(assets_count)]
    facts = Facts(
        groups={
            "team": {name: f"T{i}" for i, name in enumerate(names)},
            "desk": {name: f"D{i}" for i, name in enumerate(names)},
        },
        esg_scores={name: 20.0 + 60.0 * i / assets_count for i, name in enumerate(names)},
    )
    low, high = 0.2 / assets_count, 0.8 / assets_count
    limits: list[dict[str, Any]] = []
    planted: list[frozenset[int]] = []
    if kind == "shared":
        limits.append({"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.2 / assets_count})
        high = 1.4 / assets_count
    for i in range(conflicts_count):
        if kind == "capped":
            limits.append({"kind": "position_bounds", "min_frac": 0.0, "max_frac": low, "assets": [names[i]]})
        elif kind != "shared":
            limits.append({"kind": "group_limit", "dimension": "desk", "group": f"D{i}", "max_frac": low})
        limits.append({"kind": "group_limit", "dimension": "team", "group": f"T{i}", "min_frac": high})
        planted.append(frozenset({0 if kind == "shared" else len(limits) - 2, len(limits) - 1}))
    if kind == "scored":
        limits.append({"kind": "esg_floor", "min_score": 85.0})
        planted.append(frozenset({len(limits) - 1}))
    body = {"asset_ids": names, "objective": {"kind": "min_volatility"}, "constraints": limits}
    return universe_of(names, {}, None, facts), engine.parse_request(json.dumps(body)), planted
