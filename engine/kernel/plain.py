"""How do a notebook's values, arrays and series among them, become the plain values that a request is made of?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.units import listing

LABELLED = ("expected_returns_frac", "covariance")


def plain(value: Any) -> Any:
    """Return a value with arrays, series and lists as tuples and NumPy's numbers as Python's; models stay."""
    if isinstance(value, np.ndarray | np.generic):
        return _tuples(value.tolist())
    if isinstance(value, Mapping):
        return {plain(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return tuple(plain(one) for one in value)
    if hasattr(value, "to_numpy"):
        return _tuples(np.asarray(value.to_numpy()).tolist())
    return value


def plain_problem(data: Any) -> Any:
    """Return `problem` as plain values, with series and frames in the order of its `assets`.

    Raises
    ------
    InputRefused
        Where a series or a frame has labels that are not the assets.

    """
    if not isinstance(data, Mapping):
        return data
    assets = plain(data.get("assets"))
    return {
        name: plain(in_order(value, assets, f"problem.{name}") if name in LABELLED else value)
        for name, value in data.items()
    }


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def in_order(value: Any, assets: Any, field: str) -> Any:
    """Return a labelled series or frame in the order of the assets; anything else as it is.

    Raises
    ------
    InputRefused
        Where the labels are not the assets.

    """
    is_labelled = hasattr(value, "index") and hasattr(value, "loc") and hasattr(value, "to_numpy")
    if not is_labelled or not isinstance(assets, tuple):
        return value
    labels = list(value.index)
    if labels == list(range(len(labels))) or labels == list(assets):
        return value
    columns = list(getattr(value, "columns", labels))
    missing = [str(name) for name in assets if name not in labels or name not in columns]
    if missing:
        raise InputRefused(
            [
                Problem(
                    field,
                    f"Its labels do not include {listing(missing)}.",
                    "Label rows and columns with the names in `assets`, or give a plain array in their order.",
                )
            ]
        )
    order = list(assets)
    return value.loc[order, order] if hasattr(value, "columns") else value.loc[order]
