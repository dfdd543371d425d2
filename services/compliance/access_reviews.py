"""Who may do what and how do they come in, as of one day, and who has looked at it?

The list is kept as it was made, with its digest: what was reviewed can be shown later, whatever changed since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from data.store import tables
from data.store.repositories.audit import canonical_json
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize, is_allowed
from services.auth.roles import Permission
from services.compliance.access_follow_up import follow_ups
from services.compliance.access_rows import access_rows
from services.compliance.restrictions_checks import person_id, refuse
from services.errors import Conflict, FieldProblem, NotAllowed
from services.messages.compliance_records import (
    AccessDecision,
    AccessFollowUp,
    AccessReviewView,
    AccessRow,
    AccessRowDecision,
)
from services.messages.frozen import Page
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

KIND = "access_review"
UNDECIDED_SHOWN_COUNT = 5


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
            items = self._views(uow, page.rows, actor)
        return Page[AccessReviewView](items=items, next_cursor=page.next_cursor)

    def get(self, review_id: str, actor: Actor) -> AccessReviewView:
        """Return one review; NotFound where there is none."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.read(actor) as uow:
            return self._views(uow, [uow.access_reviews.get(review_id)], actor)[0]

    def make(self, actor: Actor) -> AccessReviewView:
        """Write down who may do what now."""
        authorize(actor, Permission.RECORDS_WRITE)
        now = self._ports.clock.now_utc()
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            rows = access_rows(uow, now)
        content = {"rows": [one.model_dump(mode="json") for one in rows]}
        with self._ports.store.work(actor) as uow:
            row = uow.access_reviews.add(
                tables.AccessReview(content=content, content_sha256=_digest(content), made_by_id=person_id(actor))
            )
            note(uow, "access_review.make", KIND, row.id, after={"users": len(rows), "sha256": row.content_sha256})
            uow.commit()
            return self._views(uow, [row], actor)[0]

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
            said = {one.user_id: one.decision for one in decisions}
            now = self._ports.clock.now_utc()
            changes = {
                "reviewed_by_id": person_id(actor), "reviewed_at_utc": now, "review_note": remark,
                "decisions": said or None,
            }  # fmt: skip
            if not any(one is not AccessDecision.KEEP for one in said.values()):
                changes |= {"closed_by_id": person_id(actor), "closed_at_utc": now}  # nothing is to be done about it
            uow.access_reviews.update(review_id, changes, row_version)
            note(
                uow,
                "access_review.review",
                KIND,
                row.id,
                after={"note": remark, "sha256": row.content_sha256, "decisions": said},
            )
            uow.commit()
            return self._views(uow, [row], actor)[0]

    def close(self, review_id: str, actor: Actor, row_version: int | None = None) -> AccessReviewView:
        """Close a review whose decisions were all carried out.

        Raises
        ------
        Conflict
            It is not signed yet or closed already, or somebody still has what was to be changed or taken away.

        """
        authorize(actor, Permission.RECORDS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.access_reviews.get(review_id, write=True)
            seen = self._views(uow, [row], actor)[0]
            if row.reviewed_at_utc is None or row.closed_at_utc is not None:
                state = "closed already" if row.closed_at_utc is not None else "not signed yet"
                raise Conflict(f"This list is {state}.", "Look at it anew.", code="review_not_open")
            if left := [one for one in seen.follow_ups if not one.is_done]:
                raise Conflict(
                    f"It cannot be closed yet: {' '.join(one.sentence for one in left[:UNDECIDED_SHOWN_COUNT])}",
                    "Change it on the page of users, or make a new list and decide otherwise.",
                    code="follow_up_open",
                )
            changes = {"closed_by_id": person_id(actor), "closed_at_utc": self._ports.clock.now_utc()}
            uow.access_reviews.update(review_id, changes, row_version)
            note(uow, "access_review.close", KIND, row.id, after={"followed_up": len(seen.follow_ups)})
            uow.commit()
            return self._views(uow, [row], actor)[0]

    def unclosed(self, actor: Actor) -> tuple[AccessReviewView, ...]:
        """Return signed reviews that are not closed yet and that the actor signed or can carry out."""
        authorize(actor, Permission.RECORDS_READ)
        with self._ports.store.read(actor) as uow:
            found = self._views(uow, uow.access_reviews.unclosed(), actor)
        may_change = is_allowed(actor, Permission.USERS_WRITE)
        return tuple(one for one in found if may_change or one.reviewed_by_id == actor.user_id)

    def _views(
        self, uow: UnitOfWork, reviews: Sequence[tables.AccessReview], actor: Actor
    ) -> tuple[AccessReviewView, ...]:
        ids = {one for row in reviews for one in (row.made_by_id, row.reviewed_by_id, row.closed_by_id) if one}
        people = {key: user.name for key, user in uow.users.get_many(sorted(ids)).items()}
        now: dict[str, AccessRow] = {}
        if any(row.decisions and row.closed_at_utc is None for row in reviews):
            with self._ports.store.system(actor.tenant_id, read_only=True) as house:
                now = {one.user_id: one for one in access_rows(house, self._ports.clock.now_utc())}
        return tuple(_view(row, people, actor, follow_ups(row, now)) for row in reviews)


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


def _view(
    row: tables.AccessReview, people: Mapping[str, str], actor: Actor, follow: tuple[AccessFollowUp, ...]
) -> AccessReviewView:
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
        state += f"; {what} to be changed or shut out{_done_words(row, follow)}"
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
        follow_ups=follow,
        reviewed_by_id=row.reviewed_by_id,
        closed_by=people.get(row.closed_by_id or ""),
        closed_at_utc=row.closed_at_utc,
        can_close=_can_close(row, follow) and is_allowed(actor, Permission.RECORDS_WRITE),
        can_review=is_open and may,
        row_version=row.row_version,
        sentence=(
            f"{formatting.count(len(rows), 'user')}, "
            f"{formatting.count(remarked, 'of them with a remark', 'of them with remarks')}; {state}."
        ),
    )


def _can_close(row: tables.AccessReview, follow: Sequence[AccessFollowUp]) -> bool:
    return row.reviewed_at_utc is not None and row.closed_at_utc is None and all(one.is_done for one in follow)


def _done_words(row: tables.AccessReview, follow: Sequence[AccessFollowUp]) -> str:
    if not follow:
        return ""
    left = sum(not one.is_done for one in follow)
    if left:
        return f", {formatting.number(left, 0)} not done yet"
    return ", all done; closed" if row.closed_at_utc is not None else ", all done; it can be closed"
