"""Which recipes of optimizations and of several objectives were kept, for which clients, and who may use them?

A template is versioned: changing its recipe adds a version, and an earlier one comes back as the next. Its owner alone
changes it; a team, or the whole house, reads it where the owner shares it. Whoever may start runs may keep templates.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import data.store.tables.template as tables
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.field_problems import count_words
from services.messages.clients import ClientType
from services.messages.templates import (
    NewTemplate,
    Purpose,
    Recipe,
    Sharing,
    Template,
    TemplateChanges,
    TemplateComparison,
    TemplateEffect,
    TemplateVersion,
)
from services.ports import Ports
from services.teams_default import team_problems
from services.templates_compare import differences
from services.templates_names import free_name, name_problems, one_line
from services.templates_recipe import document_of, read, recipe_problems, text_of

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

Problems = list[FieldProblem]


class Templates:
    """The templates that an actor may see."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(
        self, actor: Actor, client_type: ClientType | None = None, purpose: Purpose | None = None
    ) -> tuple[Template, ...]:
        """Return the visible templates by name.

        Parameters
        ----------
        actor : Actor
        client_type : ClientType or None
            Only those that suit this kind of client, the ones made for it before those made for all.
        purpose : Purpose or None
            Only those that fill this in.
        """
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.templates.all()
            current = uow.templates.current_versions(rows)
            found = [_template(uow, row, current[row.id], actor) for row in rows if is_readable(current[row.id])]
        found = [one for one in found if purpose in (None, one.recipe.purpose)]
        if client_type is None:
            return tuple(found)
        suiting = [one for one in found if not one.client_types or client_type in one.client_types]
        return tuple(sorted(suiting, key=lambda one: not one.client_types))

    def get(self, template_id: str, actor: Actor) -> Template:
        """Return one template with its present version.

        Raises
        ------
        NotFound
            When there is none, or none for this actor.
        """
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            return _read(uow, template_id, actor)

    def create(self, new: NewTemplate, actor: Actor) -> Template:
        """Keep a recipe under a name.

        Raises
        ------
        InvalidRequest
            With every problem of the fields at once.
        """
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            problems = [*name_problems(uow, new.name, actor), *recipe_problems(new.recipe)]
            _refuse(problems + _sharing_problems(uow, new.sharing, new.team_id, actor))
            row = tables.Template(
                name=one_line(new.name),
                description=new.description or None,
                sharing=new.sharing.value,
                team_id=new.team_id if new.sharing is Sharing.TEAM else None,
            )
            uow.templates.create(row, text_of(new.recipe, new.client_types), new.note or None)
            note(uow, "template.create", "template", row.id, after={"name": row.name, "sharing": row.sharing})
            uow.commit()
            return _read(uow, row.id, actor)

    def update(
        self, template_id: str, changes: TemplateChanges, actor: Actor, row_version: int | None = None
    ) -> Template:
        """Change the fields that were sent; another recipe, or other kinds of client, make a new version.

        Raises
        ------
        InvalidRequest, NotFound, NotAllowed
        Stale
            Somebody else changed the template since `row_version`.
        """
        authorize(actor, Permission.RUNS_WRITE)
        sent = changes.model_fields_set
        with self._ports.store.work(actor) as uow:
            row = uow.templates.get(template_id, write=True)
            problems: Problems = []
            if "name" in sent and one_line(changes.name or "") != row.name:
                problems += name_problems(uow, changes.name or "", actor, template_id)
            problems += recipe_problems(changes.recipe) if changes.recipe is not None else []
            sharing = changes.sharing or Sharing(row.sharing)
            team_id = changes.team_id if "team_id" in sent else row.team_id
            if "sharing" in sent or team_id != row.team_id:
                problems += _sharing_problems(uow, sharing, team_id, actor)
            _refuse(problems)
            values: dict[str, Any] = {
                "sharing": sharing.value,
                "team_id": team_id if sharing is Sharing.TEAM else None,
            }
            if "name" in sent:
                values["name"] = one_line(changes.name or "")
            if "description" in sent:
                values["description"] = changes.description or None
            before = {name: getattr(row, name) for name in values}
            uow.templates.update(template_id, values, row_version)
            changed = {name: value for name, value in values.items() if before[name] != value}
            if changed:
                old = {name: before[name] for name in changed}
                note(uow, "template.update", "template", template_id, before=old, after=changed)
            _save_version(uow, template_id, changes.recipe, changes.client_types, changes.note)
            uow.commit()
            return _read(uow, template_id, actor)

    def delete(self, template_id: str, actor: Actor, row_version: int | None = None) -> None:
        """Put a template aside with all its versions; `restore` takes it back."""
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.templates.delete(template_id, row_version)
            note(uow, "template.delete", "template", template_id, before={"name": row.name})
            uow.commit()

    def restore(self, template_id: str, actor: Actor) -> Template:
        """Take back a deletion; a name that was given to another one meanwhile comes back with a number."""
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.templates.restore(template_id)
            name = free_name(uow, row.name, row.owner_id, template_id)
            before, after = {"name": row.name}, {"name": name}
            if name == row.name:
                note(uow, "template.restore", "template", template_id)
            else:
                uow.templates.update(template_id, after)
                note(uow, "template.restore", "template", template_id, before=before, after=after)
            uow.commit()
            return _read(uow, template_id, actor)

    def versions(self, template_id: str, actor: Actor) -> tuple[TemplateVersion, ...]:
        """Return every version of a template, the latest first."""
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.templates.versions(template_id)
            people = uow.users.get_many([row.made_by_id for row in rows if row.made_by_id])
            names = {row.id: people[row.made_by_id].name for row in rows if row.made_by_id in people}
            return tuple(_version(row, names.get(row.id)) for row in rows if is_readable(row))

    def restore_version(self, template_id: str, version: int, actor: Actor, row_version: int | None = None) -> Template:
        """Put an earlier version in force again, as the next one; those between stay in the list.

        Raises
        ------
        NotFound
            There is no such version.
        Conflict
            It is in force already.
        Stale
            Somebody else changed the template since `row_version`.
        """
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.templates.get(template_id, write=True)
            wanted = _found(uow, template_id, version)
            if version == row.current_version:
                raise Conflict(f"Version {version} is in force already.", "Choose an earlier one.", code="in_force")
            read(wanted.request_json)
            uow.templates.save_version(
                template_id, wanted.request_json, f"As version {version}", row_version=row_version
            )
            note(uow, "template.version", "template", template_id, after={"restored_version": version})
            uow.commit()
            return _read(uow, template_id, actor)

    def compare(self, template_id: str, first: int, second: int, actor: Actor) -> TemplateComparison:
        """Return in which fields two versions of a template differ.

        Raises
        ------
        NotFound
            There is no such template for this actor, or no such version.
        """
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            one, other = (json.loads(_found(uow, template_id, version).request_json) for version in (first, second))
        return TemplateComparison(first_version=first, second_version=second, differences=differences(one, other))

    def effect(self, template_id: str, present: Recipe, actor: Actor) -> TemplateEffect:
        """Return what using a template would change in a recipe as it stands.

        Raises
        ------
        NotFound
            There is no such template for this actor.
        """
        one = self.get(template_id, actor)
        found = differences({"recipe": document_of(present)}, {"recipe": document_of(one.recipe)})
        return TemplateEffect(version=one.version, differences=found)


def _save_version(
    uow: UnitOfWork,
    template_id: str,
    recipe: Recipe | None,
    client_types: tuple[ClientType, ...] | None,
    words: str | None,
) -> None:
    """Add a version where recipe or kinds of client are sent and are others than the present ones."""
    if recipe is None and client_types is None:
        return
    present = uow.templates.version(template_id)
    assert present is not None, "every template has its present version"
    if recipe is None or client_types is None:
        known = read(present.request_json)
        recipe = known.recipe if recipe is None else recipe
        client_types = known.client_types if client_types is None else client_types
    text = text_of(recipe, client_types)
    if text != present.request_json:
        made = uow.templates.save_version(template_id, text, words or None)
        note(uow, "template.version", "template", template_id, after={"version": made.version})


def is_readable(row: tables.TemplateVersion) -> bool:
    """Return whether this version of the product still understands what was kept; lists leave out what it does not."""
    try:
        read(row.request_json)
    except Conflict:
        return False
    return True


def _read(uow: UnitOfWork, template_id: str, actor: Actor) -> Template:
    row = uow.templates.get(template_id)
    current = uow.templates.version(template_id)
    assert current is not None, "every template has its present version"
    return _template(uow, row, current, actor)


def _found(uow: UnitOfWork, template_id: str, version: int) -> tables.TemplateVersion:
    row = uow.templates.version(template_id, version)
    if row is None:
        raise NotFound(f"The template has no version {version}.", "Choose one from the list of its versions.")
    return row


def _template(uow: UnitOfWork, row: tables.Template, current: tables.TemplateVersion, actor: Actor) -> Template:
    kept = read(current.request_json)
    owner = uow.users.find(row.owner_id)
    return Template(
        id=row.id,
        name=row.name,
        description=row.description,
        sharing=Sharing(row.sharing),
        team_id=row.team_id,
        owner_id=row.owner_id,
        owner_name=None if owner is None else owner.name,
        is_mine=row.owner_id == actor.user_id,
        version=current.version,
        client_types=kept.client_types,
        recipe=kept.recipe,
        row_version=row.row_version,
        created_at_utc=row.created_at_utc,
        changed_at_utc=current.created_at_utc,
    )


def _version(row: tables.TemplateVersion, made_by: str | None) -> TemplateVersion:
    kept = read(row.request_json)
    return TemplateVersion(
        version=row.version,
        client_types=kept.client_types,
        recipe=kept.recipe,
        note=row.note,
        made_by=made_by,
        created_at_utc=row.created_at_utc,
    )


def _sharing_problems(uow: UnitOfWork, sharing: Sharing, team_id: str | None, actor: Actor) -> Problems:
    if sharing is not Sharing.TEAM:
        return []
    if team_id is None:
        return [FieldProblem("team_id", "It is not said with which team.", "Choose one of your teams.")]
    return team_problems(uow, team_id, actor)


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        advice = "Correct what is listed and send it again."
        raise InvalidRequest(count_words(len(problems), "template"), advice, fields=builtins.tuple(problems))
