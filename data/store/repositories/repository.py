"""What can be done with the rows of any table?"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, Select

from data.errors import RowNotFound, RowReadOnly, RowRefused, RowStale, UnitMisused
from data.store.actor import READ_ONLY_ROLES, SystemActor
from data.store.base import Base
from data.store.repositories.context import UnitContext
from data.store.repositories.pages import Page, newest_first
from data.store.visibility import condition, visible

M = TypeVar("M", bound=Base)


class Repository(Generic[M]):
    """Rows of one table, as far as the actor of the unit may see them.

    Subclasses name the mapped class, what a row is called in messages, and which columns may be changed.
    """

    model: ClassVar[type[Any]]
    kind: ClassVar[str]
    editable: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, context: UnitContext) -> None:
        self._context = context
        self._session = context.session

    def get(self, row_id: str, *, write: bool = False, deleted: bool = False) -> M:
        """Return one row.

        Parameters
        ----------
        row_id : str
            Its id.
        write : bool
            Whether the actor must be allowed to change it.
        deleted : bool
            Whether a row marked as deleted counts.

        Raises
        ------
        RowNotFound
            When there is none, or none for this actor.
        RowReadOnly
            When the actor may read and not change it.
        """
        row = self.find(row_id, write=write, deleted=deleted)
        if row is not None:
            return row
        if write and self.find(row_id, deleted=deleted) is not None:
            raise RowReadOnly(self.kind, row_id)
        raise RowNotFound(self.kind, row_id)

    def find(self, row_id: str, *, write: bool = False, deleted: bool = False) -> M | None:
        """Return one row, or None where ``get`` would raise."""
        return self._one(self._query(write=write, deleted=deleted).where(self.model.id == row_id))

    def get_many(self, row_ids: Sequence[str]) -> dict[str, M]:
        """Return those of the rows that the actor may see, by id."""
        if not row_ids:
            return {}
        rows: Sequence[Any] = self._all(self._query().where(self.model.id.in_(list(row_ids))))
        return {row.id: row for row in rows}

    def add(self, row: M) -> M:
        """Insert one row; the tenant is the actor's, and the row's own one is refused when it differs.

        Raises
        ------
        RowDuplicate, RowRefused
            When the row breaks a rule of the database.
        """
        self._claim_for_tenant(row)
        self._session.add(row)
        self._session.flush()
        return row

    def update(self, row_id: str, changes: Mapping[str, Any], row_version: int | None = None) -> M:
        """Change some columns of one row.

        Parameters
        ----------
        row_id : str
            Its id.
        changes : mapping
            Column name to new value; only the columns in ``editable``.
        row_version : int, optional
            Version the caller has read; None changes whatever is there.

        Raises
        ------
        RowNotFound, RowReadOnly, RowStale, RowDuplicate, RowRefused
        """
        row = self.get(row_id, write=True)
        self._check_version(row, row_version)
        unknown = sorted(set(changes) - self.editable)
        if unknown:
            raise RowRefused(f"These columns of a {self.kind} cannot be changed: {', '.join(unknown)}.")
        for name, value in changes.items():
            setattr(row, name, value)
        self._flush(row)
        return row

    def delete(self, row_id: str, row_version: int | None = None) -> M:
        """Mark one row as deleted (it can be restored), or remove it where its table has no such mark."""
        row = self.get(row_id, write=True)
        self._check_version(row, row_version)
        if hasattr(row, "deleted_at_utc"):
            row.deleted_at_utc = self._context.now_utc()
        else:
            self._session.delete(row)
        self._flush(row)
        return row

    def restore(self, row_id: str) -> M:
        """Take back a deletion; a row that is not deleted stays as it is."""
        row = self.get(row_id, write=True, deleted=True)
        row.deleted_at_utc = None  # type: ignore[attr-defined]
        self._flush(row)
        return row

    def list(self, *, cursor: str | None = None, limit: int = 200) -> Page[M]:
        """Return visible rows, newest first."""
        return self._page(self._query(), cursor, limit)

    def _query(self, *, write: bool = False, deleted: bool = False) -> Select[M]:
        return visible(self.model, self._context.actor, write=write, deleted=deleted)

    def _one(self, query: Select[M]) -> M | None:
        row: M | None = self._session.scalars(query).first()
        return row

    def _all(self, query: Select[M]) -> Sequence[M]:
        rows: Sequence[M] = self._session.scalars(query).all()
        return rows

    def _page(self, query: Select[M], cursor: str | None, limit: int) -> Page[M]:
        return newest_first(self._session, query, self.model, cursor, limit)

    def _flush(self, row: Any) -> None:
        """Send changes; a row that changed under us is named."""
        row_id = str(row.id)  # after a failure the row cannot be read any more
        try:
            self._session.flush()
        except RowStale as error:
            raise RowStale(self.kind, row_id) from error

    def _check_version(self, row: Any, row_version: int | None) -> None:
        if row_version is not None and row.row_version != row_version:
            raise RowStale(self.kind, row.id, row.row_version)

    def _claim_for_tenant(self, row: Any) -> None:
        if hasattr(row, "created_at_utc") and row.created_at_utc is None:
            row.created_at_utc = self._context.now_utc()
        if not hasattr(row, "tenant_id"):
            return
        tenant_id = self._context.actor.tenant_id
        if row.tenant_id is None:
            is_shareable = type(row).__table__.columns["tenant_id"].nullable
            if isinstance(self._context.actor, SystemActor) and is_shareable:
                return  # shared reference data is written by the product alone
            if tenant_id is None:
                raise UnitMisused(f"A {self.kind} needs a tenant, and this unit of work has none.")
            row.tenant_id = tenant_id
        elif tenant_id is not None and row.tenant_id != tenant_id:
            raise RowRefused(f"A {self.kind} of another tenant cannot be written.")

    def _refuse_unless_administrator(self, kind: str, row_id: str) -> None:
        actor = self._context.actor
        if not isinstance(actor, SystemActor) and actor.role != "administrator":
            raise RowReadOnly(kind, row_id)

    def _refuse_read_only_roles(self) -> None:
        actor = self._context.actor
        if not isinstance(actor, SystemActor) and actor.role in READ_ONLY_ROLES:
            raise RowReadOnly(self.kind, "new")

    def _may(self, *, write: bool = True) -> ColumnElement[bool]:
        """Condition for UPDATE and DELETE statements, which do not pass through a SELECT."""
        return condition(self.model, self._context.actor, write=write)

    def _require_tenant(self) -> str:
        tenant_id = self._context.actor.tenant_id
        if tenant_id is None:
            raise UnitMisused(f"This needs one tenant, and the unit of work has none ({self.kind}).")
        return tenant_id
