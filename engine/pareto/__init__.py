"""Which portfolios are best in several objectives at once? `engine.pareto(request)` finds them; these are its steps."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    """Lets `engine.pareto` be the verb and the package of its steps at once, whichever is imported first."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from engine.pareto.solve import pareto

        return pareto(*args, **kwargs)


sys.modules[__name__].__class__ = _CallablePackage
