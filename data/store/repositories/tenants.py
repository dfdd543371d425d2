"""Which tenants are there, and how are they set?"""

from collections.abc import Sequence
from typing import Any

from data.store.repositories.repository import Repository
from data.store.tables import Setting, Tenant


class Tenants(Repository[Tenant]):
    """Tenants; only the product itself makes them (``store.system()``)."""

    model = Tenant
    kind = "tenant"
    editable = frozenset({"name", "is_active"})

    def all(self) -> Sequence[Tenant]:
        """Return every visible tenant, the oldest first."""
        return self._all(self._query().order_by(Tenant.created_at_utc, Tenant.id))


class Settings(Repository[Setting]):
    """Settings of the tenant: everybody reads them, administrators change them."""

    model = Setting
    kind = "setting"
    editable = frozenset({"value"})

    def all(self) -> dict[str, Any]:
        """Return all settings of the tenant."""
        return {row.key: row.value for row in self._all(self._query())}

    def value(self, key: str, default: Any = None) -> Any:
        """Return one setting, or ``default``."""
        row = self._one(self._query().where(Setting.key == key))
        return default if row is None else row.value

    def of_all(self, key: str) -> dict[str, Any]:
        """Return one setting of every tenant that the unit sees, by tenant; those that never set it are left out."""
        return {row.tenant_id: row.value for row in self._all(self._query().where(Setting.key == key))}

    def put(self, key: str, value: Any) -> Setting:
        """Set one setting."""
        row = self._one(self._query(write=True).where(Setting.key == key))
        if row is None:
            return self.add(Setting(key=key, value=value))
        row.value = value
        self._flush(row)
        return row

    def add(self, row: Setting) -> Setting:
        """Insert one setting; administrators and the product only."""
        self._refuse_unless_administrator("setting", row.key)
        return super().add(row)
