"""Which cards does a user's dashboard show, where, and under which names are such views kept?

Kept with the user's preferences, so that they follow to other machines. A view that came with the product can be
changed like any other, and reset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.dashboard_shipped import FIRST, SHIPPED
from services.errors import FieldProblem, InvalidRequest, NotFound, Stale
from services.messages.dashboard_views import COLUMNS_COUNT, CardPlace, DashboardLayout, DashboardLayouts
from services.ports import Ports

KEY = "dashboard"
OWN_MAX_COUNT = 20
NAME_MAX_LENGTH = 40
Document = dict[str, Any]


class DashboardViews:
    """The views of the actor.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def list(self, actor: Actor) -> DashboardLayouts:
        """Return the views that came with the product and the actor's own, by name."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            return _layouts(uow.preferences.read().get(KEY))

    def save(
        self, name: str, cards: Sequence[CardPlace], actor: Actor, row_version: int | None = None
    ) -> DashboardLayouts:
        """Keep cards under a name, and have the dashboard open with them.

        Raises
        ------
        InvalidRequest
            A card stands twice or beyond the twelfth column, the name is empty or too long, or there are 20 own views.
        Stale
            The views were changed since `row_version`, as in another window.

        """
        title = _checked_name(name)
        _refuse_misplaced(cards)

        def deed(kept: Document) -> None:
            if title not in kept["views"] and title not in SHIPPED:
                _refuse_too_many(kept["views"])
            kept["views"][title] = [[one.card, one.x, one.y, one.w, one.h] for one in cards]
            kept["chosen"] = title

        return self._change(actor, row_version, "dashboard_view.save", title, deed)

    def choose(self, name: str, actor: Actor, row_version: int | None = None) -> DashboardLayouts:
        """Have the dashboard open with a view from now on.

        Raises
        ------
        NotFound
            There is no view of that name.

        """

        def deed(kept: Document) -> None:
            _refuse_unknown(name, kept)
            kept["chosen"] = name

        return self._change(actor, row_version, "dashboard_view.choose", name, deed)

    def remove(self, name: str, actor: Actor, row_version: int | None = None) -> DashboardLayouts:
        """Delete an own view, or reset one that came with the product.

        Raises
        ------
        NotFound
            There is no view of that name.

        """

        def deed(kept: Document) -> None:
            _refuse_unknown(name, kept)
            kept["views"].pop(name, None)
            if kept["chosen"] == name and name not in SHIPPED:
                kept["chosen"] = FIRST

        return self._change(actor, row_version, "dashboard_view.remove", name, deed)

    def _change(
        self, actor: Actor, row_version: int | None, action: str, name: str, deed: Callable[[Document], None]
    ) -> DashboardLayouts:
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.work(actor) as uow:
            kept = _readable(uow.preferences.locked().get(KEY))
            if row_version is not None and kept["version"] != row_version:
                raise Stale(
                    "The views of the dashboard were changed elsewhere.", "Load the page again, then change them anew."
                )
            deed(kept)
            kept["version"] += 1
            uow.preferences.change({KEY: kept})
            note(uow, action, "preference", actor.user_id, after={"view": name})
            uow.commit()
        return _layouts(kept)


def _readable(kept: Any) -> Document:
    """Return what is kept in the form of this version; views that do not have it any more are left out."""
    said = kept if isinstance(kept, dict) else {}
    views = {str(name): rows for name, rows in dict(said.get("views") or {}).items() if _cards(rows)}
    chosen = str(said.get("chosen") or FIRST)
    if chosen not in views and chosen not in SHIPPED:
        chosen = FIRST
    return {"version": int(said.get("version") or 1), "chosen": chosen, "views": views}


def _layouts(kept: Any) -> DashboardLayouts:
    known = _readable(kept)
    own = {name: _cards(rows) for name, rows in known["views"].items()}
    shipped = [
        DashboardLayout(name=name, is_shipped=True, is_changed=name in own, cards=own.get(name, cards))
        for name, cards in SHIPPED.items()
    ]
    mine = [
        DashboardLayout(name=name, is_shipped=False, is_changed=False, cards=cards)
        for name, cards in sorted(own.items())
        if name not in SHIPPED
    ]
    return DashboardLayouts(chosen=known["chosen"], views=(*shipped, *mine), row_version=known["version"])


def _cards(rows: Any) -> tuple[CardPlace, ...]:
    """Return the cards of a stored view; nothing where this version cannot read them."""
    try:
        made = tuple(CardPlace(card=card, x=x, y=y, w=w, h=h) for card, x, y, w, h in rows)
    except (TypeError, ValueError, ValidationError):
        return ()
    return made if not _misplaced(made) else ()


def _misplaced(cards: Sequence[CardPlace]) -> list[FieldProblem]:
    problems, seen = [], set()
    for place, one in enumerate(cards):
        if one.card in seen:
            problems.append(FieldProblem(f"cards[{place}].card", f"{one.card} stands twice.", "Name each card once."))
        seen.add(one.card)
        if one.x + one.w > COLUMNS_COUNT:
            message = f"{one.card} reaches beyond the twelfth column."
            problems.append(FieldProblem(f"cards[{place}].w", message, f"Use at most {COLUMNS_COUNT - one.x} columns."))
    return problems


def _refuse_misplaced(cards: Sequence[CardPlace]) -> None:
    problems = _misplaced(cards)
    if not cards:
        problems = [FieldProblem("cards", "The view has no card.", "Keep at least one.")]
    if problems:
        raise InvalidRequest("This view cannot be kept.", "See the fields.", fields=tuple(problems))


def _checked_name(name: str) -> str:
    title = " ".join(name.split())
    if 0 < len(title) <= NAME_MAX_LENGTH:
        return title
    message = "The name is empty." if not title else f"The name has more than {NAME_MAX_LENGTH} characters."
    way_out = "Shorten it." if title else "Write one."
    raise InvalidRequest(message, "Choose a short name.", fields=(FieldProblem("name", message, way_out),))


def _refuse_too_many(views: Document) -> None:
    own = [name for name in views if name not in SHIPPED]
    if len(own) >= OWN_MAX_COUNT:
        raise InvalidRequest(
            f"There are {OWN_MAX_COUNT} views of your own already.",
            "Delete one first.",
            fields=(FieldProblem("name", f"{OWN_MAX_COUNT} is the most.", "Delete one first."),),
        )


def _refuse_unknown(name: str, kept: Document) -> None:
    if name not in kept["views"] and name not in SHIPPED:
        raise NotFound.of("view", name)
