"""Which shares of the risk did somebody ask for, by asset or by sector, and how do they come back from a request?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from callbacks.optimize_figures import percent_text
from callbacks.optimize_local import pointed
from callbacks.optimize_numbers import Reader, TypedProblem

KEY: Final = "budgets"
EQUAL, BY_ASSET, BY_SECTOR = "equal", "asset", "sector"
TOLERANCE_FRAC: Final = 1e-3


def budgets_of(draft: Mapping[str, Any], reader: Reader, paths: dict[str, str]) -> dict[str, float]:
    """Return asset to share of the risk; none for equal shares.

    Rows left empty share equally what the others leave. A sector's share is split equally among its assets.
    """
    paths["objective.budgets"] = KEY
    kept: dict[str, float] = dict(dict(dict(draft["kept"]).get("objective") or {}).get("budgets") or {})
    by = draft["budgets_by"]
    typed = {name: str(text).strip() for name, text in dict(draft[KEY]).items()}
    assets = sorted(draft["assets"])
    if by == BY_ASSET and kept and pointed(typed) == texts_of(kept, assets) and set(kept) <= set(assets):
        return kept
    if by == BY_ASSET:
        return _shares(assets, typed, reader)
    if by != BY_SECTOR:
        return {}
    members = {
        sector: [asset for asset in inside if asset in set(assets)]
        for sector, inside in sorted(dict(draft["budget_members"]).items())
    }
    members = {sector: inside for sector, inside in members.items() if inside}
    shares = _shares(list(members), typed, reader)
    return {asset: share / len(members[sector]) for sector, share in shares.items() for asset in members[sector]}


def _shares(names: list[str], typed: Mapping[str, str], reader: Reader) -> dict[str, float]:
    """Return what each name gets: what was typed, or an equal part of the rest."""
    before = len(reader.problems)
    given = {
        name: reader.percent(f"{KEY}.{name}", f"The risk share of {name}", typed[name], 0, 100, "20")
        for name in names
        if typed.get(name)
    }
    if len(reader.problems) > before or not given:
        return {}
    total = sum(share or 0.0 for share in given.values())
    open_names = [name for name in names if name not in given]
    if total > 1.0 + TOLERANCE_FRAC or (not open_names and total < 1.0 - TOLERANCE_FRAC):
        message = f"The risk shares add up to {percent_text(total)}%, not to 100%."
        advice = "Lower some of them." if total > 1.0 else "Raise some of them, or empty a row: it takes the rest."
        reader.problems.append(TypedProblem(KEY, message, advice))
        return {}
    rest = max(1.0 - total, 0.0)
    shares = {name: share or 0.0 for name, share in given.items()}
    return shares | {name: rest / len(open_names) for name in open_names}


def texts_of(budgets: Mapping[str, float], assets: list[str]) -> dict[str, str]:
    """Return what stands in the rows for the budgets of a request; an asset that has none gets 0."""
    names = sorted({*assets, *budgets})
    return {name: percent_text(budgets.get(name, 0.0)) for name in names}


def restored_budgets(objective: Mapping[str, Any], assets: list[str]) -> dict[str, Any]:
    """Return the parts of a draft that the budgets of a risk parity stand for."""
    budgets = objective.get("budgets") or {}
    return {"budgets_by": BY_ASSET, KEY: texts_of(budgets, assets)} if budgets else {}
