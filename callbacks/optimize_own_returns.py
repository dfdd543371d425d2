"""Which expected returns did somebody type or paste, asset by asset, and how do they come back from a request?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from callbacks.optimize_figures import percent_text
from callbacks.optimize_local import pointed
from callbacks.optimize_numbers import Reader, TypedProblem
from services.optimize_sentence import names_of

KEY = "own_returns"


def own_returns(
    draft: Mapping[str, Any], reader: Reader, paths: dict[str, str], field: str, kept: Mapping[str, float], scale: float
) -> dict[str, float]:
    """Return asset to expected return for the chosen assets; every asset without one is named.

    Parameters
    ----------
    draft : mapping
    reader : Reader
        Keeps the problems, each at its row.
    paths : dict
        Path in the request to part of the draft.
    field : str
        Path of the figures in the request.
    kept : mapping
        Figures of the run that was reopened; one whose row nobody changed stays exactly what it was.
    scale : float
        Figures a year for one of these: 1 for annual ones, 252 for those of trading days.

    """
    typed = dict(draft[KEY])
    found: dict[str, float] = {}
    missing: list[str] = []
    paths[field] = KEY
    for asset in sorted(draft["assets"]):
        text = str(typed.get(asset) or "").strip()
        paths[f"{field}.{asset}"] = f"{KEY}.{asset}"
        if asset in kept and pointed(text) == percent_text(kept[asset] * scale):
            found[asset] = kept[asset]
        elif not text:
            missing.append(asset)
        else:
            value = reader.percent(f"{KEY}.{asset}", f"The return of {asset}", text, -100, 100, "7")
            found[asset] = 0.0 if value is None else value / scale
    if missing:
        message = f"No expected return is given for {names_of(tuple(missing))}."
        advice = "Type one for every asset below, paste them from a spreadsheet, or choose another estimate."
        reader.problems.append(TypedProblem(KEY, message, advice))
    return found


def texts_of(figures: Mapping[str, float], scale: float) -> dict[str, str]:
    """Return what stands in the rows for the figures of a request."""
    return {asset: percent_text(value * scale) for asset, value in figures.items()}


def returns_from_text(text: str, assets: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return asset to percentage from pasted lines, one asset and its return a line, and the lines not understood."""
    known = {symbol.upper(): symbol for symbol in assets}
    found: dict[str, str] = {}
    unread: list[str] = []
    for line in (one.strip() for one in text.splitlines()):
        parts = re.fullmatch(r"(?P<asset>\S+?)[\s,;:=]+(?P<value>[+\-\u2212]?[\d.,]+)\s*%?", line)
        symbol = known.get(parts["asset"].upper()) if parts else None
        if parts and symbol:
            found[symbol] = parts["value"]
        elif line:
            unread.append(line)
    return found, unread
