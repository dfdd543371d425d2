"""What can be asked of the engine?

>>> import engine
>>> result = engine.optimize(engine.parse_request(text), panel=panel)  # doctest: +SKIP

Names are resolved on first use, so that `import engine` costs nothing in a process that only passes requests on.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.diagnosis import Diagnosis
    from engine.doctor.diagnose import diagnose
    from engine.explain.result import ExplanationResult
    from engine.explain.solve import explain
    from engine.frontier.result import FrontierResult
    from engine.frontier.solve import frontier
    from engine.kernel.errors import InputRefused
    from engine.kernel.estimates import FactorForm
    from engine.kernel.facts import Facts
    from engine.kernel.figures import Figures
    from engine.kernel.frames import PricePanel, ReturnsPanel
    from engine.kernel.risk_free import RiskFree
    from engine.optimize.solve import optimize
    from engine.pareto.result import ParetoResult
    from engine.pareto.solve import pareto
    from engine.pareto.spec import ParetoRequest
    from engine.parse import parse_request
    from engine.result import OptimizationResult
    from engine.spec import OptimizationRequest
    from engine.uncertainty.result import UncertaintyResult
    from engine.uncertainty.solve import uncertainty
    from engine.version import ENGINE_VERSION
    from engine.walkforward.result import WalkForwardResult
    from engine.walkforward.solve import walk_forward
    from engine.walkforward.spec import WalkForwardOptions

__all__ = [
    "ENGINE_VERSION",
    "Diagnosis",
    "ExplanationResult",
    "FactorForm",
    "Facts",
    "Figures",
    "FrontierResult",
    "InputRefused",
    "OptimizationRequest",
    "OptimizationResult",
    "ParetoRequest",
    "ParetoResult",
    "PricePanel",
    "ReturnsPanel",
    "RiskFree",
    "UncertaintyResult",
    "WalkForwardOptions",
    "WalkForwardResult",
    "diagnose",
    "explain",
    "frontier",
    "optimize",
    "pareto",
    "parse_request",
    "uncertainty",
    "walk_forward",
]

_HOMES = {
    "Facts": "engine.kernel.facts",
    "FactorForm": "engine.kernel.estimates",
    "Figures": "engine.kernel.figures",
    "ExplanationResult": "engine.explain.result",
    "FrontierResult": "engine.frontier.result",
    "InputRefused": "engine.kernel.errors",
    "ParetoRequest": "engine.pareto.spec",
    "ParetoResult": "engine.pareto.result",
    "PricePanel": "engine.kernel.frames",
    "ReturnsPanel": "engine.kernel.frames",
    "RiskFree": "engine.kernel.risk_free",
    "Diagnosis": "engine.diagnosis",
    "ENGINE_VERSION": "engine.version",
    "OptimizationRequest": "engine.spec",
    "OptimizationResult": "engine.result",
    "parse_request": "engine.parse",
    "UncertaintyResult": "engine.uncertainty.result",
    "WalkForwardOptions": "engine.walkforward.spec",
    "WalkForwardResult": "engine.walkforward.result",
    "walk_forward": "engine.walkforward.solve",
}


def __getattr__(name: str) -> Any:
    if name in {"optimize", "explain", "frontier", "pareto", "uncertainty"}:
        return importlib.import_module(f"engine.{name}")
    if name == "diagnose":
        return importlib.import_module("engine.doctor.diagnose").diagnose
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute '{name}'")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
