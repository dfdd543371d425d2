"""Why these weights? `engine.explain(request)` says it; the modules here are its steps."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    """Lets `engine.explain` be the verb and the package of its steps at once, whichever is imported first."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from engine.explain.solve import explain

        return explain(*args, **kwargs)

    def required_return(self, *args: Any, **kwargs: Any) -> Any:
        """Return the expected return at which a request gives an asset a weight; see `engine.explain.required`."""
        from engine.explain.required import required_return

        return required_return(*args, **kwargs)


sys.modules[__name__].__class__ = _CallablePackage
