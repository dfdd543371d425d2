"""Which stress scenarios of their own did people keep, in which versions, and who may use them?

They are kept as templates of objectives are: another question makes a version, an earlier one comes back as the next,
the owner alone changes a scenario, and a team or the whole house reads it where the owner shares it.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

import data.store.tables.template as tables
from engine.kernel.canonical import canonical_json
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.field_problems import count_words
from services.messages.stress import (
    NewOwnScenario,
    OwnQuestion,
    OwnScenario,
    OwnScenarioChanges,
    OwnScenarioVersion,
    plain_question,
)
from services.messages.templates import Sharing
from services.ports import Ports
from services.teams_default import team_problems

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

OBJECT = "stress_scenario"
_QUESTIONS: TypeAdapter[Any] = TypeAdapter(OwnQuestion)
Problems = list[FieldProblem]


class OwnScenarios:
    """The kept scenarios that an actor may see.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor) -> tuple[OwnScenario, ...]:
        """Return the visible scenarios by name; what this version of the product cannot read is left out."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.stress_scenarios.all()
            current = uow.stress_scenarios.current_versions(rows)
            return tuple(
                _shown(uow, row, current[row.id], actor) for row in rows if is_readable(current[row.id].request_json)
            )

    def get(self, scenario_id: str, actor: Actor) -> OwnScenario:
        """Return one scenario with its present version.

        Raises
        ------
        NotFound
            When there is none, or none for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            return _read(uow, scenario_id, actor)

    def create(self, new: NewOwnScenario, actor: Actor) -> OwnScenario:
        """Keep a scenario under a name.

        Raises
        ------
        InvalidRequest
            With every problem of the fields at once.

        """
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            problems = _name_problems(new.name) or _taken(uow, new.name, actor)
            _refuse(problems + _sharing_problems(uow, new.sharing, new.team_id, actor))
            row = tables.Template(
                name=_one_line(new.name),
                description=new.description or None,
                sharing=new.sharing.value,
                team_id=new.team_id if new.sharing is Sharing.TEAM else None,
            )
            uow.stress_scenarios.create(row, text_of(new.question), new.note or None)
            note(uow, "stress_scenario.create", OBJECT, row.id, after={"name": row.name, "sharing": row.sharing})
            uow.commit()
            return _read(uow, row.id, actor)

    def update(
        self, scenario_id: str, changes: OwnScenarioChanges, actor: Actor, row_version: int | None = None
    ) -> OwnScenario:
        """Change the fields that were sent; another question makes a new version.

        Raises
        ------
        InvalidRequest, NotFound, NotAllowed
        Stale
            Somebody else changed the scenario since `row_version`.

        """
        authorize(actor, Permission.RUNS_WRITE)
        sent = changes.model_fields_set
        with self._ports.store.work(actor) as uow:
            row = uow.stress_scenarios.get(scenario_id, write=True)
            sharing = changes.sharing or Sharing(row.sharing)
            team_id = changes.team_id if "team_id" in sent else row.team_id
            problems = _name_problems(changes.name or "") if "name" in sent else []
            if "name" in sent and _one_line(changes.name or "") != row.name:
                problems += _taken(uow, changes.name or "", actor)
            if "sharing" in sent or team_id != row.team_id:
                problems += _sharing_problems(uow, sharing, team_id, actor)
            _refuse(problems)
            values: dict[str, Any] = {
                "sharing": sharing.value,
                "team_id": team_id if sharing is Sharing.TEAM else None,
            }
            if "name" in sent:
                values["name"] = _one_line(changes.name or "")
            if "description" in sent:
                values["description"] = changes.description or None
            before = {name: getattr(row, name) for name in values}
            uow.stress_scenarios.update(scenario_id, values, row_version)
            changed = {name: value for name, value in values.items() if before[name] != value}
            if changed:
                old = {name: before[name] for name in changed}
                note(uow, "stress_scenario.update", OBJECT, scenario_id, before=old, after=changed)
            if changes.question is not None:
                _save_version(uow, scenario_id, text_of(changes.question), changes.note)
            uow.commit()
            return _read(uow, scenario_id, actor)

    def delete(self, scenario_id: str, actor: Actor, row_version: int | None = None) -> None:
        """Put a scenario aside with all its versions; `restore` takes it back."""
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.stress_scenarios.delete(scenario_id, row_version)
            note(uow, "stress_scenario.delete", OBJECT, scenario_id, before={"name": row.name})
            uow.commit()

    def restore(self, scenario_id: str, actor: Actor) -> OwnScenario:
        """Take back a deletion."""
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            uow.stress_scenarios.restore(scenario_id)
            note(uow, "stress_scenario.restore", OBJECT, scenario_id)
            uow.commit()
            return _read(uow, scenario_id, actor)

    def versions(self, scenario_id: str, actor: Actor) -> tuple[OwnScenarioVersion, ...]:
        """Return every version of a scenario, the latest first."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.stress_scenarios.versions(scenario_id)
            people = uow.users.get_many([row.made_by_id for row in rows if row.made_by_id])
            names = {row.id: people[row.made_by_id].name for row in rows if row.made_by_id in people}
            return tuple(_version(row, names.get(row.id)) for row in rows if is_readable(row.request_json))

    def restore_version(
        self, scenario_id: str, version: int, actor: Actor, row_version: int | None = None
    ) -> OwnScenario:
        """Put an earlier version in force again, as the next one; those between stay in the list.

        Raises
        ------
        NotFound
            There is no such version.
        Conflict
            It is in force already.
        Stale
            Somebody else changed the scenario since `row_version`.

        """
        authorize(actor, Permission.RUNS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.stress_scenarios.get(scenario_id, write=True)
            wanted = uow.stress_scenarios.version(scenario_id, version)
            if wanted is None:
                raise NotFound(f"The scenario has no version {version}.", "Choose one from the list of its versions.")
            if version == row.current_version:
                raise Conflict(f"Version {version} is in force already.", "Choose an earlier one.", code="in_force")
            question_of(wanted.request_json)
            words = f"As version {version}"
            uow.stress_scenarios.save_version(scenario_id, wanted.request_json, words, row_version=row_version)
            note(uow, "stress_scenario.version", OBJECT, scenario_id, after={"restored_version": version})
            uow.commit()
            return _read(uow, scenario_id, actor)


def text_of(question: Any) -> str:
    """Return what is stored: canonical, so that the same question is the same text."""
    return canonical_json(plain_question(question))


def question_of(text: str) -> Any:
    """Return a stored question.

    Raises
    ------
    Conflict
        When this version of the product does not understand it any more.

    """
    try:
        return _QUESTIONS.validate_json(text)
    except ValidationError:
        raise Conflict(
            "This version of the scenario was made for another version of the product and cannot be read.",
            "Choose another version, or make the scenario anew.",
            code="scenario_unreadable",
        ) from None


def is_readable(text: str) -> bool:
    """Return whether this version of the product still understands what was kept."""
    try:
        question_of(text)
    except Conflict:
        return False
    return True


def _save_version(uow: UnitOfWork, scenario_id: str, text: str, words: str | None) -> None:
    present = uow.stress_scenarios.version(scenario_id)
    assert present is not None, "every scenario has its present version"
    if text != present.request_json:
        made = uow.stress_scenarios.save_version(scenario_id, text, words or None)
        note(uow, "stress_scenario.version", OBJECT, scenario_id, after={"version": made.version})


def _read(uow: UnitOfWork, scenario_id: str, actor: Actor) -> OwnScenario:
    row = uow.stress_scenarios.get(scenario_id)
    current = uow.stress_scenarios.version(scenario_id)
    assert current is not None, "every scenario has its present version"
    return _shown(uow, row, current, actor)


def _shown(uow: UnitOfWork, row: tables.Template, current: tables.TemplateVersion, actor: Actor) -> OwnScenario:
    owner = uow.users.find(row.owner_id)
    return OwnScenario(
        id=row.id,
        name=row.name,
        description=row.description,
        sharing=Sharing(row.sharing),
        team_id=row.team_id,
        owner_id=row.owner_id,
        owner_name=None if owner is None else owner.name,
        is_mine=row.owner_id == actor.user_id,
        version=current.version,
        question=question_of(current.request_json),
        row_version=row.row_version,
        created_at_utc=row.created_at_utc,
        changed_at_utc=current.created_at_utc,
    )


def _version(row: tables.TemplateVersion, made_by: str | None) -> OwnScenarioVersion:
    return OwnScenarioVersion(
        version=row.version,
        question=question_of(row.request_json),
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


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _name_problems(name: str) -> Problems:
    if _one_line(name):
        return []
    return [FieldProblem("name", "The scenario needs a name.", "Write a name with at least one letter.")]


def _taken(uow: UnitOfWork, name: str, actor: Actor) -> Problems:
    """Return the problem of a name that another scenario of the actor's own has: in lists both would read alike."""
    wanted = _one_line(name).casefold()
    if not any(row.owner_id == actor.user_id and row.name.casefold() == wanted for row in uow.stress_scenarios.all()):
        return []
    message = f"You have a scenario {_one_line(name)} already."
    return [FieldProblem("name", message, "Choose another name, or keep this as a new version of it.")]


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        advice = "Correct what is listed and send it again."
        raise InvalidRequest(count_words(len(problems), "scenario"), advice, fields=builtins.tuple(problems))
