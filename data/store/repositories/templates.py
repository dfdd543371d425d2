"""Which requests and which stress scenarios were kept?"""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import Select

from data.store.repositories.repository import Repository
from data.store.tables import Template, TemplateVersion
from data.store.visibility import visible


class Templates(Repository[Template]):
    """Templates of the actor and those that were shared with one of the actor's teams or with the house."""

    model = Template
    kind = "template"
    holds: ClassVar[str] = "objectives"
    """Which kind of rows this repository knows; no other one is found, changed or made through it."""
    editable = frozenset({"name", "description", "sharing", "team_id"})

    def create(self, row: Template, request_json: str, note: str | None = None) -> Template:
        """Insert one template with its first version."""
        if self._context.user_id is not None:
            row.owner_id = self._context.user_id
        row.kind = self.holds
        row.current_version = 1
        template = self.add(row)
        self._add_version(template, request_json, note)
        return template

    def save_version(
        self, template_id: str, request_json: str, note: str | None = None, row_version: int | None = None
    ) -> TemplateVersion:
        """Add the next version of a template.

        Raises
        ------
        RowNotFound, RowReadOnly
            When there is none, or it is not the actor's to change.
        RowStale
            When it was changed since `row_version` was read.
        """
        template = self.get(template_id, write=True)
        self._check_version(template, row_version)
        template.current_version += 1
        self._flush(template)
        return self._add_version(template, request_json, note)

    def version(self, template_id: str, version: int | None = None) -> TemplateVersion | None:
        """Return one version of a visible template (None: the current one)."""
        template = self.get(template_id)
        query = visible(TemplateVersion, self._context.actor).where(
            TemplateVersion.template_id == template_id,
            TemplateVersion.version == (template.current_version if version is None else version),
        )
        row: TemplateVersion | None = self._session.scalars(query).first()
        return row

    def versions(self, template_id: str) -> Sequence[TemplateVersion]:
        """Return every version of a visible template, the latest first."""
        self.get(template_id)
        query = visible(TemplateVersion, self._context.actor).where(TemplateVersion.template_id == template_id)
        rows: Sequence[TemplateVersion] = self._session.scalars(query.order_by(TemplateVersion.version.desc())).all()
        return rows

    def current_versions(self, templates: Sequence[Template]) -> dict[str, TemplateVersion]:
        """Return the current version of each of these visible templates, by the template's id."""
        if not templates:
            return {}
        current = {one.id: one.current_version for one in templates}
        query = visible(TemplateVersion, self._context.actor).where(TemplateVersion.template_id.in_(list(current)))
        rows: Sequence[TemplateVersion] = self._session.scalars(query).all()
        return {row.template_id: row for row in rows if row.version == current[row.template_id]}

    def all(self) -> Sequence[Template]:
        """Return the visible templates by name."""
        return self._all(self._query().order_by(Template.name, Template.id))

    def _query(self, *, write: bool = False, deleted: bool = False) -> Select[Template]:
        return super()._query(write=write, deleted=deleted).where(Template.kind == self.holds)

    def _add_version(self, template: Template, request_json: str, note: str | None) -> TemplateVersion:
        row = TemplateVersion(
            tenant_id=template.tenant_id,
            template_id=template.id,
            version=template.current_version,
            request_json=request_json,
            note=note,
            made_by_id=self._context.user_id,
            created_at_utc=self._context.now_utc(),
        )
        self._session.add(row)
        self._session.flush()
        return row


class StressScenarios(Templates):
    """Stress scenarios that people defined, kept and shared as templates are."""

    kind = "stress scenario"
    holds = "stress_scenario"


class SharedViews(Templates):
    """Views of the dashboard that people gave to others, kept and shared as templates are."""

    kind = "view"
    holds = "dashboard_view"
