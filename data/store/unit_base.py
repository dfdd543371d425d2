"""What do all groups of repositories of a unit of work share?"""

from data.errors import UnitMisused
from data.store.repositories.context import UnitContext


class UnitBase:
    """The context of a unit of work while it is open."""

    _context: UnitContext | None = None

    @property
    def _ctx(self) -> UnitContext:
        if self._context is None:
            raise UnitMisused("This unit of work is not open: use it in a with block.")
        return self._context
