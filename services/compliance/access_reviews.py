"""Who may do what and how do they come in, as of one day, and who has looked at it?

The list is kept as it was made, with its digest: what was reviewed can be shown later, whatever changed since.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.store import tables
from data.store.repositories.audit import canonical_json
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission, Role
from services.compliance.restrictions_checks import person_id, refuse
from services.compliance.restrictions_views import scope_names
from services.errors import Conflict, FieldProblem, NotAllowed
from services.messages.compliance_records import AccessDecision, AccessReviewView, AccessRow, AccessRowDecision
from services.messages.frozen import Page
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

KIND = "access_review"
UNSEEN_AFTER = timedelta(days=90)
UNDECIDED_SHOWN_COUNT = 5
PRIVILEGED = frozenset({Role.ADMINISTRATOR.value, Role.COMPLIANCE.value})


class AccessReviews:
    """Reviews of the actor's house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[AccessReviewView]:
        """Return reviews, the latest first."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.read(actor) as uow:
            page = uow.access_reviews.list(cursor=cursor, limit=limit)
            items = _views(uow, page.rows, actor)
        return Page[AccessReviewView](items=items, next_cursor=page.next_cursor)

    def get(self, review_id: str, actor: Actor) -> AccessReviewView:
        """Return one review; NotFound where there is none."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.read(actor) as uow:
            return _views(uow, [uow.access_reviews.get(review_id)], actor)[0]

    def make(self, actor: Actor) -> AccessReviewView:
        """Write down who may do what now."""
        authorize(actor, Permission.RECORDS_WRITE)
        now = self._ports.clock.now_utc()
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            rows = _rows(uow, now)
        content = {"rows": [one.model_dump(mode="json") for one in rows]}
        with self._ports.store.work(actor) as uow:
            row = uow.access_reviews.add(
                tables.AccessReview(content=content, content_sha256=_digest(content), made_by_id=person_id(actor))
            )
            note(uow, "access_review.make", KIND, row.id, after={"users": len(rows), "sha256": row.content_sha256})
            uow.commit()
            return _views(uow, [row], actor)[0]

    def review(
        self,
        review_id: str,
        remark: str,
        actor: Actor,
        row_version: int | None = None,
        decisions: Sequence[AccessRowDecision] = (),
    ) -> AccessReviewView:
        """Say that one has looked at it, and what follows.

        Parameters
        ----------
        review_id, remark : str
        actor : Actor
        row_version : int or None
            As the reviewer saw it.
        decisions : sequence of AccessRowDecision
            One for each row; none at all where the list is vouched for as a whole.

        Raises
        ------
        InvalidRequest
            Some rows are decided on and others are not, or one that is not on the list.
        NotAllowed
            The actor made the list.
        Conflict
            Somebody has looked at it already, or it was changed since it was made.

        """
        authorize(actor, Permission.RECORDS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.access_reviews.get(review_id, write=True)
            if row.made_by_id == actor.user_id:
                raise NotAllowed(
                    "Whoever makes the list does not review it.", "Ask somebody else.", code="maker_is_checker"
                )
            if row.reviewed_at_utc is not None:
                raise Conflict("This list was reviewed already.", "Make a new one.", code="reviewed_already")
            if _digest(row.content) != row.content_sha256:
                raise Conflict("This list was changed since it was made.", "Make a new one.", code="content_changed")
            refuse(_undecided(row, decisions), "The list cannot be signed.")
            said = {one.user_id: one.decision.value for one in decisions}
            changes = {
                "reviewed_by_id": person_id(actor), "reviewed_at_utc": self._ports.clock.now_utc(),
                "review_note": remark, "decisions": said or None,
            }  # fmt: skip
            uow.access_reviews.update(review_id, changes, row_version)
            note(
                uow,
                "access_review.review",
                KIND,
                row.id,
                after={"note": remark, "sha256": row.content_sha256, "decisions": said},
            )
            uow.commit()
            return _views(uow, [row], actor)[0]


def _undecided(row: tables.AccessReview, decisions: Sequence[AccessRowDecision]) -> list[FieldProblem]:
    names = {one["user_id"]: one["name"] for one in row.content["rows"]}
    said = {one.user_id for one in decisions}
    problems = [
        FieldProblem("decisions", f"{one!r} is not on this list.", "Decide on its rows only.")
        for one in sorted(said - set(names))
    ]
    if said and (left := [name for user_id, name in names.items() if user_id not in said]):
        shown = ", ".join(left[:UNDECIDED_SHOWN_COUNT])
        more = f" and {formatting.count(len(left) - UNDECIDED_SHOWN_COUNT, 'other')}"
        shown += more if len(left) > UNDECIDED_SHOWN_COUNT else ""
        problems.append(FieldProblem("decisions", f"Not decided yet: {shown}.", "Decide on every row, then sign."))
    return problems


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _rows(uow: UnitOfWork, now: datetime) -> tuple[AccessRow, ...]:
    """Return one row a user, by name."""
    keys: dict[str, list[tables.ApiKey]] = defaultdict(list)
    for key in uow.api_keys.all():
        if key.revoked_at_utc is None and (key.expires_at_utc is None or key.expires_at_utc > now):
            keys[key.user_id].append(key)
    teams, grants = _teams(uow), _grants(uow)
    return tuple(
        _row(user, keys[user.id], teams.get(user.id, ()), grants.get(user.id, ()), now) for user in uow.users.all()
    )


def _teams(uow: UnitOfWork) -> dict[str, tuple[str, ...]]:
    """Return the names of the teams that each user is in."""
    members, found = uow.teams.members(), defaultdict(list)
    for team in uow.teams.all():
        for user_id in members.get(team.id, ()):
            found[user_id].append(team.name)
    return {user_id: tuple(sorted(names)) for user_id, names in found.items()}


def _grants(uow: UnitOfWork) -> dict[str, tuple[str, ...]]:
    """Return what was granted to each user in person, in words."""
    rows = [row for row in _all_grants(uow) if row.principal_kind == "user"]
    names = scope_names(uow, {row.object_id: row.object_kind for row in rows})
    names |= {team.id: team.name for team in uow.teams.all()}
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        what = "the whole house" if row.object_kind == "tenant" else f"{row.object_kind} {names.get(row.object_id, '')}"
        found[row.principal_id].append(f"{what.strip()} as {Role(row.role).label}")
    return {user_id: tuple(sorted(words)) for user_id, words in found.items()}


def _all_grants(uow: UnitOfWork) -> list[tables.RoleGrant]:
    page = uow.grants.list(limit=1000)
    rows = list(page.rows)
    while page.next_cursor is not None:
        page = uow.grants.list(cursor=page.next_cursor, limit=1000)
        rows += page.rows
    return rows


def _row(
    user: tables.User, keys: Sequence[tables.ApiKey], teams: tuple[str, ...], grants: tuple[str, ...], now: datetime
) -> AccessRow:
    used = [key.last_used_at_utc for key in keys if key.last_used_at_utc is not None]
    endless = sum(key.expires_at_utc is None for key in keys)
    has_two_factor = user.tf_totp_secret is not None
    remarks = []
    if not user.is_active and keys:
        remarks.append("Shut out, but keys are left; they do not work.")
    if user.is_active and user.last_seen_at_utc is None:
        remarks.append("Never signed in.")
    elif user.is_active and user.last_seen_at_utc is not None and now - user.last_seen_at_utc > UNSEEN_AFTER:
        remarks.append(f"Not seen since {formatting.day(user.last_seen_at_utc.date())}.")
    if user.is_active and not has_two_factor and user.role in PRIVILEGED:
        remarks.append(f"{Role(user.role).label} without a second factor.")
    if endless:
        remarks.append(f"{formatting.count(endless, 'key')} without an end.")
    if user.is_sample:
        remarks.append("Sample sign-in.")
    return AccessRow(
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        is_active=user.is_active,
        is_sample=user.is_sample,
        has_two_factor=has_two_factor,
        last_seen_at_utc=user.last_seen_at_utc,
        password_changed_at_utc=user.password_changed_at_utc,
        teams=teams,
        grants=grants,
        keys_count=len(keys),
        keys_last_used_at_utc=max(used, default=None),
        keys_without_end_count=endless,
        remarks=tuple(remarks),
    )


def _views(uow: UnitOfWork, reviews: Sequence[tables.AccessReview], actor: Actor) -> tuple[AccessReviewView, ...]:
    ids = {one for row in reviews for one in (row.made_by_id, row.reviewed_by_id) if one is not None}
    people = {key: user.name for key, user in uow.users.get_many(sorted(ids)).items()}
    return tuple(_view(row, people, actor) for row in reviews)


def _view(row: tables.AccessReview, people: Mapping[str, str], actor: Actor) -> AccessReviewView:
    rows = tuple(AccessRow.model_validate(one) for one in row.content["rows"])
    remarked = sum(bool(one.remarks) for one in rows)
    is_open = row.reviewed_at_utc is None
    by = people.get(row.reviewed_by_id or "", "somebody")
    state = "not reviewed yet" if is_open else f"reviewed by {by} on {formatting.moment(row.reviewed_at_utc)}"
    decisions = tuple(
        AccessRowDecision(user_id=key, decision=AccessDecision(value)) for key, value in (row.decisions or {}).items()
    )
    if decisions:
        to_do = sum(one.decision is not AccessDecision.KEEP for one in decisions)
        what = formatting.count(to_do, "of them is", "of them are") if to_do else "none of them is"
        state += f"; {what} to be changed or shut out"
    may = is_allowed(actor, Permission.RECORDS_WRITE) and row.made_by_id != actor.user_id
    return AccessReviewView(
        id=row.id,
        made_at_utc=row.created_at_utc,
        made_by=people.get(row.made_by_id or ""),
        rows=rows,
        content_sha256=row.content_sha256,
        is_unchanged=_digest(row.content) == row.content_sha256,
        reviewed_by=people.get(row.reviewed_by_id or ""),
        reviewed_at_utc=row.reviewed_at_utc,
        review_note=row.review_note,
        decisions=decisions,
        can_review=is_open and may,
        row_version=row.row_version,
        sentence=(
            f"{formatting.count(len(rows), 'user')}, "
            f"{formatting.count(remarked, 'of them with a remark', 'of them with remarks')}; {state}."
        ),
    )
