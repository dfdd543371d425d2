"""Who are the house's clients, and what did they answer about risk?"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from data.store import tables
from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize, is_allowed
from services.clients_profile import rate_answers
from services.errors import FieldProblem, InvalidRequest
from services.messages.clients import (
    Client,
    ClientChanges,
    ClientProfile,
    ClientType,
    Contact,
    Knowledge,
    NewClient,
    ProfileAnswers,
)
from services.ports import Ports
from services.teams_default import team_problems, usual_team

if TYPE_CHECKING:
    from data.store.repositories.clients import ClientRecord
    from data.store.unit_of_work import UnitOfWork

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+?[0-9 ()./-]{5,40}")
Problems = list[FieldProblem]
OLDEST_PROFILE = date(1990, 1, 1)


class Clients:
    """The clients that an actor may see; names and contacts only for those who may see personal data.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor) -> tuple[Client, ...]:
        """Return the visible clients by reference."""
        authorize(actor, Permission.CLIENTS_READ)
        with self._ports.store.read(actor) as uow:
            counts = _portfolio_counts(uow)
            return tuple(_shown(record, actor, counts) for record in uow.clients.records())

    def get(self, client_id: str, actor: Actor) -> Client:
        """Return one client.

        Raises
        ------
        NotFound
            There is none, or none for this actor.

        """
        authorize(actor, Permission.CLIENTS_READ)
        with self._ports.store.read(actor) as uow:
            return _shown(uow.clients.record(client_id), actor, _portfolio_counts(uow))

    def create(self, new: NewClient, actor: Actor, *, is_sample: bool = False) -> Client:
        """Make a client, with a first profile if answers are given.

        Raises
        ------
        InvalidRequest
            With every problem of the fields at once.

        """
        authorize(actor, Permission.CLIENTS_WRITE)
        problems = [*_name_problems(new.name), *_contact_problems(new.contact)]
        problems += self._answer_problems(new.profile, "profile.")
        contact = new.contact or Contact()
        with self._ports.store.work(actor) as uow:
            _refuse(problems + team_problems(uow, new.team_id, actor), "This client cannot be created.")
            row = client_row(new, is_sample=is_sample)
            if "team_id" not in new.model_fields_set:
                row.team_id = usual_team(uow, actor)
            record = uow.clients.create(
                row, name=new.name.strip(), email=contact.email or None, phone=contact.phone or None
            )
            if new.profile is not None:
                uow.clients.add_profile(record.client.id, profile_row(new.profile, self._today()))
            note(uow, "client.create", "client", record.client.id, after={"team_id": row.team_id})
            uow.commit()
            return _shown(uow.clients.record(record.client.id), actor, {})

    def update(self, client_id: str, changes: ClientChanges, actor: Actor, row_version: int | None = None) -> Client:
        """Change the fields that were sent.

        Raises
        ------
        InvalidRequest, NotFound, NotAllowed
        Stale
            Somebody else changed the client since `row_version`.

        """
        authorize(actor, Permission.CLIENTS_WRITE)
        sent = changes.model_fields_set
        problems: list[FieldProblem] = []
        values: dict[str, object] = {}
        if "name" in sent:
            problems += _name_problems(changes.name or "")
            values["name"] = (changes.name or "").strip()
        if "client_type" in sent and changes.client_type is not None:
            values["client_type"] = changes.client_type.value
        if "team_id" in sent:
            values["team_id"] = changes.team_id
        if "contact" in sent:
            problems += _contact_problems(changes.contact)
            contact = changes.contact or Contact()
            values |= {"email": contact.email or None, "phone": contact.phone or None}
        with self._ports.store.work(actor) as uow:
            team_id = changes.team_id if changes.team_id != uow.clients.get(client_id).team_id else None
            problems += team_problems(uow, team_id, actor)
            _refuse(problems, "This client cannot be changed like that.")
            uow.clients.update(client_id, values, row_version)
            note(uow, "client.update", "client", client_id, after={"fields": sorted(sent)})
            uow.commit()
            return _shown(uow.clients.record(client_id), actor, _portfolio_counts(uow))

    def delete(self, client_id: str, actor: Actor, row_version: int | None = None) -> None:
        """Mark a client as deleted; `restore` takes it back. Its portfolios stay."""
        authorize(actor, Permission.CLIENTS_WRITE)
        with self._ports.store.work(actor) as uow:
            uow.clients.delete(client_id, row_version)
            note(uow, "client.delete", "client", client_id)
            uow.commit()

    def restore(self, client_id: str, actor: Actor) -> Client:
        """Take back a deletion."""
        authorize(actor, Permission.CLIENTS_WRITE)
        with self._ports.store.work(actor) as uow:
            uow.clients.restore(client_id)
            note(uow, "client.restore", "client", client_id)
            uow.commit()
            return _shown(uow.clients.record(client_id), actor, _portfolio_counts(uow))

    def save_profile(self, client_id: str, answers: ProfileAnswers, actor: Actor) -> ClientProfile:
        """Add the next version of the answers; earlier ones stay as they were.

        Raises
        ------
        InvalidRequest
            The date lies in the future or before 1990.

        """
        authorize(actor, Permission.CLIENTS_WRITE)
        _refuse(self._answer_problems(answers, ""), "These answers cannot be saved.")
        with self._ports.store.work(actor) as uow:
            row = uow.clients.add_profile(client_id, profile_row(answers, self._today()))
            note(uow, "client.profile", "client", client_id, after={"version": row.version})
            uow.commit()
            return _profile(row)

    def profiles(self, client_id: str, actor: Actor) -> tuple[ClientProfile, ...]:
        """Return all versions of the answers, the latest first."""
        authorize(actor, Permission.CLIENTS_READ)
        with self._ports.store.read(actor) as uow:
            uow.clients.get(client_id)
            return tuple(_profile(row) for row in uow.clients.profiles(client_id))

    def _today(self) -> date:
        return self._ports.clock.now_utc().date()

    def _answer_problems(self, answers: ProfileAnswers | None, prefix: str) -> Problems:
        """Return what is wrong with the date; the ranges are checked by the message itself."""
        if answers is None or answers.dated_on is None:
            return []
        today = self._today()
        if OLDEST_PROFILE <= answers.dated_on <= today:
            return []
        return [
            FieldProblem(
                f"{prefix}dated_on",
                f"The date {answers.dated_on.isoformat()} cannot be the day of the answers.",
                f"Choose a day from {OLDEST_PROFILE.isoformat()} to {today.isoformat()}.",
            )
        ]


def client_row(new: NewClient, *, is_sample: bool) -> tables.Client:
    """Return the row of a new client, without what names it."""
    return tables.Client(client_type=new.client_type.value, team_id=new.team_id, is_sample=is_sample)


def profile_row(answers: ProfileAnswers, today: date) -> tables.ClientProfile:
    """Return the row of one set of answers, scored by the rule in force."""
    return tables.ClientProfile(
        dated_on=answers.dated_on or today,
        risk_tolerance=answers.risk_tolerance,
        horizon_years=answers.horizon_years,
        loss_capacity_frac=answers.loss_capacity_frac,
        knowledge=answers.knowledge.value,
        preferences=dict(answers.preferences),
        answers=answers.model_dump(mode="json"),
        score=rate_answers(answers).value,
        wealth_ccy=answers.wealth_ccy,
    )


def _shown(record: ClientRecord, actor: Actor, counts: dict[str, int]) -> Client:
    """Return what the actor may know of a client."""
    may_know = is_allowed(actor, Permission.CLIENTS_PERSONAL) and record.personal is not None
    personal = record.personal if may_know else None
    row = record.client
    return Client(
        id=row.id,
        reference=row.reference,
        name=personal.name if personal is not None else row.reference,
        client_type=ClientType(row.client_type),
        team_id=row.team_id,
        contact=None if personal is None else Contact(email=personal.email, phone=personal.phone),
        profile=None if record.profile is None else _profile(record.profile),
        portfolios_count=counts.get(row.id, 0),
        is_sample=row.is_sample,
        row_version=row.row_version,
        created_at_utc=row.created_at_utc,
    )


def _profile(row: tables.ClientProfile) -> ClientProfile:
    """Return one version of the answers with its score in words."""
    answers = ProfileAnswers(
        risk_tolerance=row.risk_tolerance,
        horizon_years=row.horizon_years,
        loss_capacity_frac=row.loss_capacity_frac,
        knowledge=Knowledge(row.knowledge),
        preferences=row.preferences,
        wealth_ccy=row.wealth_ccy,
        dated_on=row.dated_on,
    )
    score = rate_answers(answers)
    return ClientProfile(
        version=row.version,
        dated_on=row.dated_on,
        risk_tolerance=row.risk_tolerance,
        horizon_years=row.horizon_years,
        loss_capacity_frac=row.loss_capacity_frac,
        knowledge=Knowledge(row.knowledge),
        preferences=row.preferences,
        wealth_ccy=row.wealth_ccy,
        score=row.score if row.score is not None else score.value,
        score_label=score.label,
        sentence=score.sentence,
    )


def _portfolio_counts(uow: UnitOfWork) -> dict[str, int]:
    """Return how many visible portfolios each client has."""
    counts: dict[str, int] = {}
    for portfolio in uow.portfolios.all():
        if portfolio.client_id is not None:
            counts[portfolio.client_id] = counts.get(portfolio.client_id, 0) + 1
    return counts


def _name_problems(name: str) -> list[FieldProblem]:
    """Return what is wrong with a name."""
    if name.strip():
        return []
    return [FieldProblem("name", "The client needs a name.", "Write a name with at least one letter.")]


def _contact_problems(contact: Contact | None) -> list[FieldProblem]:
    """Return what is wrong with email and phone."""
    problems = []
    if contact is not None and contact.email and not EMAIL.fullmatch(contact.email):
        problems.append(
            FieldProblem(
                "contact.email", f"{contact.email!r} is not an email address.", "Write it as name@example.org."
            )
        )
    if contact is not None and contact.phone and not PHONE.fullmatch(contact.phone):
        problems.append(
            FieldProblem(
                "contact.phone",
                f"{contact.phone!r} is not a phone number.",
                "Use digits, spaces and + ( ) . / - only.",
            )
        )
    return problems


def _refuse(problems: list[FieldProblem], message: str) -> None:
    """Raise when there are problems."""
    if problems:
        raise InvalidRequest(message, "Correct the fields named below.", fields=tuple(problems))
