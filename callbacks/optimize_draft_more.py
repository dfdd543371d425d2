"""How do the goals behind the presets, trading costs and the rarer limits of a draft become parts of a request?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from callbacks.optimize_budgets import budgets_of, restored_budgets
from callbacks.optimize_figures import figure_text, percent_text
from callbacks.optimize_numbers import Reader, TypedProblem
from callbacks.optimize_others import as_rows, read_others
from components.wizard_draft import DEFAULTS, HARD, MORE

Draft = Mapping[str, Any]
Note = Callable[[dict[str, str], int, dict[str, str]], None]

LEVELLED: Final = frozenset({"min_cvar", "min_cdar"})
FLOORED: Final = frozenset({"min_cvar", "min_cdar", "min_max_drawdown", "min_semi_deviation", "min_tracking_error"})
AVERSE: Final = frozenset({"max_utility", "robust"})
CVAR_LEVEL: Final = 0.95
PRESETS: Final = frozenset({"risk_parity", "max_diversification", "min_cvar", "min_tracking_error"})
"""Goals that have a card of their own and are read as those under More goals are."""


def more_goal(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, Any]:
    """Return a goal with the figures that it needs: a preset, or the one that is chosen under More goals."""
    is_preset = draft["goal"] != MORE
    kind = str(draft["goal"] if is_preset else draft["goal_more"])
    paths["objective"] = "goal" if is_preset else "goal_more"
    kept = dict(dict(draft["kept"]).get("objective") or {})
    goal: dict[str, Any] = {**(kept if kept.get("kind") == kind else {}), "kind": kind}
    if kind in AVERSE:
        paths["objective.risk_aversion"] = "risk_aversion"
        goal["risk_aversion"] = reader.plain("risk_aversion", "Risk aversion", draft["risk_aversion"], 0.01, 1000, 4.0)
    if kind == "robust":
        paths["objective.uncertainty"] = "uncertainty"
        goal["uncertainty"] = reader.plain("uncertainty", "Errors of the estimates", draft["uncertainty"], 0, 100, 1.0)
    if kind == "risk_parity":
        goal["budgets"] = budgets_of(draft, reader, paths)
    if kind == "hierarchical_risk_parity":
        goal["linkage"] = draft["linkage"] or "ward"
    if kind in LEVELLED:
        paths["objective.level"] = "level"
        level = reader.percent("level", "The level", draft["level"], 50, 99.9, "95")
        goal["level"] = CVAR_LEVEL if level is None else level
    if kind in FLOORED:
        paths["objective.return_min_annual_frac"] = "floor"
        goal["return_min_annual_frac"] = reader.optional_percent(
            "floor", "The return wanted", draft["floor"], -100, 200
        )
    return goal


def costs_of(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, Any] | None:
    """Return what trading costs, None where that is not counted."""
    if not draft["costs"]:
        return None
    paths |= {"costs": "costs", "costs.spread_frac": "spread", "costs.holding_period_days": "holding_period"}
    paths["costs.impact_coefficient"] = "impact"
    spread = reader.percent("spread", "The bid-ask spread", draft["spread"], 0, 20, "0.1")
    days = reader.whole("holding_period", "The time kept", draft["holding_period"], 1, 5040, "trading days")
    typed = str(draft["impact"]).strip()
    return {
        **dict(dict(draft["kept"]).get("costs") or {}),
        "impact_coefficient": reader.plain("impact", "The market impact", typed, 0, 10, 0.0) if typed else 0.0,
        "spread_frac": 0.001 if spread is None else spread,
        "holding_period_days": days or int(DEFAULTS["holding_period"]),
    }


def more_limits(draft: Draft, reader: Reader, paths: dict[str, str], first: int, note: Note) -> list[dict[str, Any]]:
    """Return the limits behind More limits, then those of the grid of all other limits."""
    found: list[dict[str, Any]] = []

    def add(limit: dict[str, Any], fields: dict[str, str], soft: str | None = None) -> None:
        note(paths, first + len(found), fields)
        choice = str(draft[soft]) if soft else HARD
        is_soft = choice.isdecimal()
        found.append(limit | ({"is_soft": True, "priority": min(9, max(1, int(choice)))} if is_soft else {}))

    for name, kind, label, side, high in _CEILINGS:
        key = f"{name}_max"
        value = reader.optional_percent(key, label, draft[key], 0, high)
        if value is not None and value <= 0.0 and kind != "turnover":
            reader.problems.append(TypedProblem(key, f"{label} is 0%.", "Type more than 0%, or leave it empty."))
        elif value is not None:
            add({"kind": kind, side: value}, {side: key}, f"{name}_soft")
    if str(draft["esg_min"]).strip():
        score = reader.plain("esg_min", "The ESG score", draft["esg_min"], -1e6, 1e6, 0.0)
        add({"kind": "esg_floor", "min_score": score}, {"min_score": "esg_min"}, "esg_soft")
    least, most = (_count(draft, reader, key, label) for key, label in _COUNTS)
    if least is not None and most is not None and least > most:
        message = f"At least {least} holdings are more than at most {most}."
        reader.problems.append(TypedProblem("count_min", message, "Lower the one or raise the other."))
    elif least is not None or most is not None:
        limit = {"kind": "holdings_count", "min_count": least, "max_count": most}
        add(limit, {"min_count": "count_min", "max_count": "count_max"})
    trade = reader.optional_percent("trade_min", "The smallest trade", draft["trade_min"], 0, 100)
    if trade:
        add({"kind": "min_trade", "min_frac": trade}, {"min_frac": "trade_min"})
    others = read_others(draft["others"])
    reader.problems += others.problems
    for other, places in others.limits:
        if other["kind"] != "budget":  # that one stands where the budget stands
            add(other, places)
    return found


_CEILINGS: Final = (
    ("turnover", "turnover", "Turnover", "max_frac", 500),
    ("tracking", "tracking_error", "The tracking error", "max_annual_frac", 200),
    ("volatility", "volatility_ceiling", "The highest volatility", "max_annual_frac", 500),
    ("cvar", "cvar_ceiling", "The highest CVaR", "max_frac", 100),
)
_COUNTS: Final = (("count_min", "The least number of holdings"), ("count_max", "The largest number of holdings"))


def _count(draft: Draft, reader: Reader, key: str, label: str) -> int | None:
    typed = str(draft[key]).strip()
    return reader.whole(key, label, typed, 1, 2000, "assets") if typed else None


def restored_goal(objective: Mapping[str, Any], assets: list[str]) -> dict[str, Any]:
    """Return the parts of a draft that a goal with figures of its own stands for."""
    kind = str(objective["kind"])
    parts: dict[str, Any] = {
        **({"goal": kind} if kind in PRESETS else {"goal": MORE, "goal_more": kind}),
        "kept": {"objective": dict(objective)},
        "floor": percent_text(objective.get("return_min_annual_frac")), **restored_budgets(objective, assets),
    }  # fmt: skip
    for name in ("risk_aversion", "uncertainty"):
        if objective.get(name) is not None:
            parts[name] = figure_text(objective[name])
    if objective.get("linkage") is not None:
        parts["linkage"] = objective["linkage"]
    if objective.get("level") is not None:
        parts["level"] = percent_text(objective["level"])
    return parts


def restored_costs(costs: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a draft that trading costs stand for."""
    return {
        "costs": True,
        "spread": percent_text(costs.get("spread_frac", 0.001)),
        "impact": figure_text(costs.get("impact_coefficient", 0.0)),
        "holding_period": str(costs.get("holding_period_days", DEFAULTS["holding_period"])),
        "kept": {**kept, "costs": dict(costs)},
    }


def restored_limit(limit: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """Return the parts of a draft that a rarer limit stands for; what has no field is a row of the grid."""
    kind = limit.get("kind")
    soft = str(limit.get("priority", 5)) if limit.get("is_soft") else HARD
    is_offered = soft in {HARD, "2", "5", "8"}
    for name, ceiling, _, side, _ in _CEILINGS:
        is_usual = limit.get("level", CVAR_LEVEL) == CVAR_LEVEL
        if kind == ceiling and is_offered and is_usual and not draft[f"{name}_max"]:
            return {f"{name}_max": percent_text(limit[side]), f"{name}_soft": soft}
    is_plain = limit.get("unknown", "refuse") == "refuse"
    if kind == "esg_floor" and is_offered and is_plain and not draft["esg_min"]:
        return {"esg_min": figure_text(limit["min_score"]), "esg_soft": soft}
    if kind == "holdings_count" and soft == HARD:
        return {side: str(limit.get(side_field) or "") for side, side_field in _COUNT_FIELDS}
    if kind == "round_lots" and soft == HARD:
        return {}  # the switch for whole lots stands for it
    if kind == "min_trade" and soft == HARD:
        return {"trade_min": percent_text(limit["min_frac"])}
    return {"others": [*draft["others"], *as_rows([limit], draft["others"])]}


_COUNT_FIELDS: Final = (("count_min", "min_count"), ("count_max", "max_count"))
