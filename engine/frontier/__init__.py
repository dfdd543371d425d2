"""Which portfolios are efficient? `engine.frontier(request)` finds them; the modules here are its steps."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    """Lets `engine.frontier` be the verb and the package of its steps at once, whichever is imported first."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from engine.frontier.solve import frontier

        return frontier(*args, **kwargs)


sys.modules[__name__].__class__ = _CallablePackage
