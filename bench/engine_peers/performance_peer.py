"""Where are the peers that compute performance figures, and what do they say of one record?

quantstats asks for a package that downloads prices on loading; no figure needs it, so an empty module stands in for it.
"""

from __future__ import annotations

import importlib
import sys
import types
import warnings
from typing import Any

from bench.engine_peers import FOLDER


def peer(name: str) -> Any:
    """Return ``quantstats`` or ``empyrical``, or None where it is not installed."""
    if FOLDER.is_dir() and str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    if name == "quantstats":
        sys.modules.setdefault("yfinance", types.ModuleType("yfinance"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError:
        return None


def quantstats_metrics(library: Any, returns: Any, benchmark: Any) -> Any:
    """Return quantstats' full table of metrics of a series beside its benchmark."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return library.reports.metrics(returns, benchmark=benchmark, rf=0.0, mode="full", display=False)
