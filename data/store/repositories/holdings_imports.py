"""Which files of holdings and transactions were brought, and what does a house remember of reading them?"""

from collections.abc import Mapping, Sequence

from data.store.repositories.repository import Repository
from data.store.tables import HoldingsImport, ImportAlias, ImportTemplate

KEPT_DRAFTS_COUNT = 10


class HoldingsImports(Repository[HoldingsImport]):
    """Imports of the actor; compliance reads those of the house."""

    model = HoldingsImport
    kind = "import"
    editable = frozenset(
        {"state", "kind", "content", "choices", "outcome", "imported_at_utc", "undone_at_utc", "undone_by_name"}
    )

    def add(self, row: HoldingsImport) -> HoldingsImport:
        """Insert a draft of the actor; beyond ten drafts the oldest goes."""
        self._refuse_read_only_roles()
        if self._context.user_id is not None:
            row.owner_id = self._context.user_id
        drafts = self._all(
            self._query(write=True)
            .where(HoldingsImport.state == "draft")
            .order_by(HoldingsImport.created_at_utc.desc(), HoldingsImport.id.desc())
        )
        for old in drafts[KEPT_DRAFTS_COUNT - 1 :]:
            self._session.delete(old)
        return super().add(row)

    def all(self) -> Sequence[HoldingsImport]:
        """Return the imports and drafts, the latest first."""
        return self._all(self._query().order_by(HoldingsImport.created_at_utc.desc(), HoldingsImport.id.desc()))

    def of_content(self, sha256: str, kind: str) -> HoldingsImport | None:
        """Return the import of the same bytes that still counts."""
        query = self._query().where(
            HoldingsImport.sha256 == sha256, HoldingsImport.kind == kind, HoldingsImport.state == "imported"
        )
        return self._one(query.order_by(HoldingsImport.created_at_utc.desc()))


class ImportTemplates(Repository[ImportTemplate]):
    """Templates of the house."""

    model = ImportTemplate
    kind = "import template"
    editable = frozenset({"name", "choices", "used_count"})

    def all(self) -> Sequence[ImportTemplate]:
        """Return the templates by name."""
        return self._all(self._query().order_by(ImportTemplate.name, ImportTemplate.id))

    def of_header(self, kind: str, fingerprint: str) -> ImportTemplate | None:
        """Return the template for files with this header."""
        return self._one(self._query().where(ImportTemplate.kind == kind, ImportTemplate.fingerprint == fingerprint))


class ImportAliases(Repository[ImportAlias]):
    """What the house calls assets in its files."""

    model = ImportAlias
    kind = "alias"
    editable = frozenset({"asset_id"})

    def asset_ids(self, texts: Sequence[str]) -> dict[str, str]:
        """Return the asset that each of the texts means, as far as the house said so."""
        if not texts:
            return {}
        rows = self._all(self._query().where(ImportAlias.text.in_(list(texts))))
        return {row.text: row.asset_id for row in rows}

    def remember(self, meanings: Mapping[str, str]) -> None:
        """Keep what each text means; a later word replaces an earlier one."""
        query = self._query(write=True).where(ImportAlias.text.in_(list(meanings)))
        known = {row.text: row for row in self._all(query)}
        for text, asset_id in sorted(meanings.items()):
            if text in known:
                known[text].asset_id = asset_id
            else:
                self.add(ImportAlias(text=text, asset_id=asset_id))
        self._session.flush()
