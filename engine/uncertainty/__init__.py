"""How sure is a proposal? `engine.uncertainty(request)` solves it again on histories that could have been as well."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    """Lets `engine.uncertainty` be the verb and the package of its steps at once, whichever is imported first."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from engine.uncertainty.solve import uncertainty

        return uncertainty(*args, **kwargs)


sys.modules[__name__].__class__ = _CallablePackage
